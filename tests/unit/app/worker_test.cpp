// The worker's loop against a log in memory: what it counts, and that a stop ends whatever it waits for.
#include "app/worker.hpp"

#include <algorithm>
#include <deque>
#include <future>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "codec/event_encoder.hpp"
#include "core/shard/state_version.hpp"
#include "fake_log.hpp"
#include "support/sample_rules.hpp"

namespace aw::app {
namespace {

using std::chrono::steady_clock;
using test::shanghai;
using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kRoot = "37140000012";
constexpr std::string_view kCode = "37140000012001";

// One worker with one partition, whose log holds history.
class Process {
public:
    explicit Process(eventlog::Log& log) : log_(log) {
        loaded_ = settings::load(AW_SOURCE_DIR "/config/accountwatch.yaml", {}, std::nullopt);
        for (const auto& mistake : loaded_.mistakes) ADD_FAILURE() << to_text(mistake);
    }

    using Failed = std::function<void(int code, const std::string& why)>;
    std::unique_ptr<Worker> worker(Failed failed = unexpected) {
        Target target;
        target.rules = test::sample_rules();
        target.document = loaded_.document;
        return std::make_unique<Worker>(
            WorkerContext{log_, loaded_.settings, clock_, quiet_.telemetry, target, {[](auto) {}, [] {}, failed}}, 0);
    }
    [[nodiscard]] std::string metrics() const { return quiet_.registry.expose(); }

private:
    static void unexpected(int code, const std::string& why) { ADD_FAILURE() << code << ": " << why; }

    eventlog::Log& log_;
    test::FixedClock clock_{shanghai("2026-12-01 12:00")};
    test::QuietTelemetry quiet_{clock_};
    settings::Loaded loaded_;
};

// Events of one account as records of loaded history: deadlines fire exactly when due.
class HistoryOf {
public:
    void add(const char* local, EventPayload payload, bool broadcast = false) {
        const Timestamp when = shanghai(local);
        const std::string id = "e" + std::to_string(values_.size());
        Event event;
        event.event_id = id;
        const bool command = std::holds_alternative<CommandEvent>(payload);
        if (!broadcast && !command) event.code = *parse_customer_code(kCode);
        event.occurred_at = when;
        event.source = "test";
        event.payload = std::move(payload);
        eventlog::Record record;
        record.offset = static_cast<std::int64_t>(topic.records.size());
        record.append_time = shanghai("2026-12-01 12:00");
        record.declared_time = when;
        record.key = broadcast ? "" : kRoot;
        record.value = values_.emplace_back(encode_event(event, Format::protobuf));
        topic.records.push_back(record);
    }
    [[nodiscard]] std::int64_t end() const { return static_cast<std::int64_t>(topic.records.size()); }

    test::FakeTopic topic;

private:
    std::deque<std::string> values_;
};

std::string breached(std::string_view milestone, int times) {
    return "accountwatch_deadlines_breached_total{milestone=\"" + std::string(milestone) + "\"} " +
           std::to_string(times) + "\n";
}

// G4, HIGH: acknowledged in time; nothing else is done, so that every milestone of the table passes unmet.
TEST(DeadlinesBreached, AreCountedByMilestoneOnceEach) {
    HistoryOf history;
    history.add("2026-08-17 08:00", RevenueEvent{"express", yuan(200'000), {}, {}});
    history.add("2026-08-17 10:00", CompetitorSightingEvent{"X", CompetitorEvidence::CUSTOMER_SAID, {}, {}, {}});
    history.add("2026-08-17 10:05", CommandEvent{"37140000012-1", "director", 0, {}, AckAction{}});
    history.add("2026-08-31 11:00", TickEvent{}, true);  // the target, 14 d, was 10:00
    test::FakeLog log(&history.topic);
    Process process(log);
    const auto worker = process.worker();
    worker->start();
    ASSERT_TRUE(history.topic.wait_for_position(history.end()));
    worker->stop();
    worker->join();
    const std::string metrics = process.metrics();
    EXPECT_THAT(metrics, HasSubstr(breached("FIRST_CONTACT", 1)));
    EXPECT_THAT(metrics, HasSubstr(breached("FORM_GROUP", 1)));
    EXPECT_THAT(metrics, HasSubstr(breached("CAUSE_AND_PLAN", 1)));
    EXPECT_THAT(metrics, HasSubstr(breached("RESOLVE", 1)));  // a clock of the case, nobody's task
    EXPECT_THAT(metrics, Not(HasSubstr("milestone=\"ACKNOWLEDGE\"")));
    EXPECT_THAT(metrics, Not(HasSubstr("CONTACT_CUSTOMER")));  // kinds of tasks are no milestones
    EXPECT_THAT(metrics, Not(HasSubstr("ACCEPT_ROLE")));
    EXPECT_THAT(metrics, Not(HasSubstr("UNSPECIFIED")));
}

// The shipped configuration, in force from 07:00.
void activate(HistoryOf& history) {
    const settings::Loaded loaded = settings::load(AW_SOURCE_DIR "/config/accountwatch.yaml", {}, std::nullopt);
    const std::string document = *settings::with_live_from(loaded.document, shanghai("2026-08-17 07:00"));
    history.add("2026-08-17 07:00", ActivationEvent{loaded.rules->revision, document, nullptr}, true);
}

// Until the worker has gone round once more.
void one_round(Worker& worker) {
    std::promise<void> over;
    worker.ask([&](const Worker::Partitions&) { over.set_value(); });
    over.get_future().wait();
}

// On a fresh log a worker writes its configuration first; an event read before it would be history.
TEST(Ready, OnlyWithAConfigurationInForce) {
    HistoryOf before;
    before.add("2026-08-17 08:00", RevenueEvent{"express", yuan(200'000), {}, {}});
    HistoryOf after;
    activate(after);
    after.add("2026-08-17 08:00", RevenueEvent{"express", yuan(200'000), {}, {}});
    for (HistoryOf* history : {&before, &after}) {
        test::FakeLog log(&history->topic);
        Process process(log);
        const auto worker = process.worker();
        worker->start();
        ASSERT_TRUE(history->topic.wait_for_position(history->end()));
        EXPECT_EQ(worker->ready(), history == &after);
        worker->stop();
        worker->join();
    }
}

// Kafka: a group's first start takes seconds. What is appended meanwhile lies before the first activation, so nobody
// may be told yet that it can be sent.
TEST(Ready, NotBeforeTheGroupHasHandedOutPartitions) {
    HistoryOf history;
    activate(history);
    history.topic.joined = false;
    test::FakeLog log(&history.topic);
    Process process(log);
    const auto worker = process.worker();
    worker->start();
    one_round(*worker);
    EXPECT_FALSE(worker->ready());
    history.topic.joined = true;
    one_round(*worker);
    ASSERT_TRUE(history.topic.wait_for_position(history.end()));
    EXPECT_TRUE(worker->ready());
    worker->stop();
    worker->join();
}

// A client whose broker is away waits for records without an error: that no record comes does not prove that one could.
TEST(Ready, NotWhileTheLogDoesNotAnswerAndNothingIsOnItsWay) {
    HistoryOf history;
    activate(history);
    test::FakeLog log(&history.topic);
    Process process(log);
    const auto worker = process.worker();
    worker->start();
    ASSERT_TRUE(history.topic.wait_for_position(history.end()));
    one_round(*worker);
    EXPECT_TRUE(worker->ready());
    history.topic.failing = 1;
    while (history.topic.failing > 0) one_round(*worker);
    one_round(*worker);
    EXPECT_FALSE(worker->ready());
    log.reachable = true;
    one_round(*worker);
    EXPECT_TRUE(worker->ready());
    worker->stop();
    worker->join();
}

// State of a version that this program does not know: it must not be written over, so nothing is read or committed.
TEST(Restore, RefusesStateOfANewerVersionAndNamesTheRecord) {
    HistoryOf history;
    history.add("2026-08-17 08:00", RevenueEvent{"express", yuan(200'000), {}, {}});
    history.topic.state = {{"feeds", std::string(1, static_cast<char>(kStateVersion + 1)) + " and whatever it says"}};
    test::FakeLog log(&history.topic);
    Process process(log);
    int exit_code = 0;
    std::string said;
    const auto worker = process.worker([&](int code, const std::string& why) {
        exit_code = code;
        said = why;
    });
    worker->start();
    worker->join();
    EXPECT_EQ(exit_code, 78);
    EXPECT_THAT(said, HasSubstr("\"feeds\""));
    EXPECT_THAT(said, HasSubstr("newer accountwatch (state version"));
    EXPECT_EQ(history.topic.committed, 0);
}

// The log does not answer: after the second time the worker waits 200 ms. The third quickest of several stops counts:
// the machine may be busy, or a stop may have come just before the wait.
TEST(Stop, EndsThePauseAtOnce) {
    std::vector<steady_clock::duration> took;
    for (int i = 0; i < 9; ++i) {
        test::FakeLog log;
        Process process(log);
        const auto worker = process.worker();
        worker->start();
        log.wait_for_calls(2);
        while (worker->last_round() < log.last_call()) std::this_thread::yield();  // the pause begins with a new round
        const auto before = steady_clock::now();
        worker->stop();
        worker->join();
        took.push_back(steady_clock::now() - before);
    }
    std::sort(took.begin(), took.end());
    EXPECT_LT(took[2], std::chrono::milliseconds{50});
}

TEST(Stop, BeforeTheStart) {
    test::FakeLog log;
    Process process(log);
    const auto worker = process.worker();
    worker->stop();
    worker->start();
    worker->join();
}

}  // namespace
}  // namespace aw::app
