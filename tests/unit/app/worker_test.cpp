// The worker's loop against a log in memory: what it counts, and that a stop ends whatever it waits for.
#include "app/worker.hpp"

#include <algorithm>
#include <deque>
#include <future>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/shard/state_version.hpp"
#include "system/eventually.hpp"
#include "worker_rig.hpp"

namespace aw::app {
namespace {

using std::chrono::steady_clock;
using test::shanghai;
using testing::HasSubstr;
using testing::Not;

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
    EXPECT_TRUE(test::eventually([&] { return worker->ready(); }));
    worker->stop();
    worker->join();
}

// State of a version that this program does not know: it must not be written over, so nothing is read or committed.
TEST(Restore, RefusesStateOfANewerVersionAndNamesTheRecord) {
    HistoryOf history;
    history.add("2026-08-17 08:00", RevenueEvent{"express", yuan(200'000), {}, {}});
    history.topic.state = {{"feeds", std::string(1, static_cast<char>(kStateVersion + 1)) + " and whatever it says"}};
    const std::string said = refusal_of(history);
    EXPECT_THAT(said, HasSubstr("\"feeds\""));
    EXPECT_THAT(said, HasSubstr("newer accountwatch (state version"));
    EXPECT_EQ(history.topic.committed, 0);
}

std::string place_of(std::uint32_t partitions) {
    return versioned([&](ArchiveWriter& archive) { archive(partitions, std::int64_t{0}, std::uint64_t{0}); });
}

// Accounts whose key now leads elsewhere would live in two shards.
TEST(Restore, RefusesStateMadeWithAnotherNumberOfPartitions) {
    HistoryOf history;
    history.add("2026-08-17 08:00", RevenueEvent{"express", yuan(200'000), {}, {}});
    history.topic.state = {{"place", place_of(2)}};
    const std::string said = refusal_of(history);  // its log has one
    EXPECT_THAT(said, HasSubstr("state was made with 2 partitions, log.partitions is 1: set it to 2, or begin with new "
                                "topics"));
    EXPECT_EQ(history.topic.committed, 0);
}

TEST(Restore, TakesStateMadeWithAsManyPartitions) {
    HistoryOf history;
    history.add("2026-08-17 08:00", RevenueEvent{"express", yuan(200'000), {}, {}});
    history.topic.state = {{"place", place_of(1)}};
    test::FakeLog log(&history.topic);
    Process process(log);
    const auto worker = process.worker();
    worker->start();
    EXPECT_TRUE(history.topic.wait_for_position(history.end()));
    worker->stop();
    worker->join();
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

// A million accounts take seconds, a slow disk or broker minutes: the stop comes in the middle.
TEST(Stop, EndsARestoreThatIsUnderWay) {
    test::FakeTopic topic;
    for (int i = 0; i < 1'000; ++i) topic.state.emplace_back("k" + std::to_string(i), "");
    test::FakeLog log(&topic);
    Process process(log);
    std::unique_ptr<Worker> worker;
    int restored = 0;
    topic.restores = [&](const std::string&) {
        if (++restored == 3) worker->stop();  // as the control thread does it
    };
    worker = process.worker();
    worker->start();
    worker->join();
    EXPECT_EQ(restored, 3);
    EXPECT_EQ(topic.commits, 0);
}

TEST(Stop, TellsTheLogUntilWhen) {
    test::FakeTopic topic;
    test::FakeLog log(&topic);
    Process process(log);
    const auto worker = process.worker();
    ASSERT_TRUE(worker->turn());  // opened
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{7};
    worker->stop(deadline);
    EXPECT_EQ(topic.finish_by.load(), deadline);
    worker->stop();  // the destructor's, say: it is no respite
    EXPECT_EQ(topic.finish_by.load(), deadline);
    worker->end();
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
