// The real daemon while its broker is away, and when it must stop: within 10 s, in order, and nobody is told that an
// event was taken which was not.
#include <filesystem>
#include <future>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "base/clock.hpp"
#include "base/time.hpp"
#include "support/kafka_broker.hpp"
#include "support/kafka_client.hpp"
#include "support/open_transaction.hpp"
#include "system/daemon_process.hpp"
#include "system/kafka_settings.hpp"

namespace aw::test {
namespace {

using std::chrono::steady_clock;
using testing::HasSubstr;

constexpr std::chrono::seconds kStopLimit{10};
constexpr std::chrono::seconds kSoon{7};  // where nothing is in hand: the limit leaves room for a slow machine

std::string event(const std::string& id, int account, const std::string& payload) {
    const std::string root = std::to_string(37'140'000'000 + account);
    return R"({"event_id":")" + id + R"(","account_code":")" + root + R"(001","occurred_at":")" +
           format_utc(SystemClock{}.now()) + R"(","source":"crm",)" + payload + "}";
}
std::string registration(const std::string& id) {
    return event(id, 12, R"("account":{"operation":"REGISTER","name":"客户"})");
}

// Topics of its own on a broker that a test may kill.
class KafkaOutage : public testing::Test {
protected:
    void SetUp() override {
        const Finished created = run_tool({"topics", "create"}, settings());
        ASSERT_EQ(created.exit_code, 0) << created.output;
        // A broker that has just come up may answer the first member of a group later than a short session lasts.
        // librdkafka joins anew then, and the group takes it for another one of that name (its issue 3437).
        (void)committed_positions(broker_.address(), prefix_ + "group", prefix_ + "events", 2);
    }
    [[nodiscard]] std::vector<std::string> settings(const std::vector<std::string>& more = {}) const {
        auto list = kafka_settings(broker_.address(), prefix_, "one", 2, {"log.kafka.output_format=json"});
        list.insert(list.end(), more.begin(), more.end());
        return list;
    }
    // TERM; what it took.
    [[nodiscard]] static steady_clock::duration stop(DaemonProcess& daemon) {
        const auto began = steady_clock::now();
        daemon.signal(SIGTERM);
        EXPECT_EQ(daemon.wait_for_exit(), 0) << daemon.log();
        return steady_clock::now() - began;
    }
    // What was undecided when a broker died stays so until its transaction has timed out, at worst: then nobody can be
    // ready sooner.
    static void wait_for_readiness(const DaemonProcess& daemon, int status) {
        EXPECT_TRUE(eventually([&] { return daemon.get("/readyz").status == status; }, std::chrono::seconds{90}))
            << "not " << status << "\n"
            << daemon.log();
    }

    KafkaBroker broker_;
    const std::string prefix_ = KafkaBroker::unique_prefix();
    const TemporaryFolder folder_;
};

TEST_F(KafkaOutage, AStopWithAPostInHandIsInOrderAndTheEventIsNotTold) {
    DaemonProcess daemon(folder_.path(), settings());
    daemon.start();
    daemon.wait_until_ready();
    EXPECT_EQ(daemon.post("/api/v1/events", registration("r1")).status, 200);
    broker_.kill();
    auto first = std::async(std::launch::async, [&] { return daemon.post("/api/v1/events", registration("r2")); });
    auto second = std::async(std::launch::async, [&] { return daemon.post("/api/v1/events", registration("r3")); });
    wait_for_readiness(daemon, 503);  // takes seconds: both are in hand
    EXPECT_LT(stop(daemon), kStopLimit);
    for (auto* const answer : {&first, &second}) {
        const cli::Answer answered = answer->get();
        EXPECT_EQ(answered.status, 503) << answered.body;
        EXPECT_THAT(answered.body, HasSubstr("send the same lines again"));
    }
    EXPECT_THAT(daemon.log(), testing::Not(HasSubstr("stop_late")));
    broker_.start();
    daemon.start();
    wait_for_readiness(daemon, 200);
    EXPECT_EQ(daemon.post("/api/v1/events", registration("r2")).status, 200);
    EXPECT_LT(stop(daemon), kStopLimit);
}

// Calls that a hanging broker does not answer last as long as they may, and closing a consumer has no limit of its own.
TEST_F(KafkaOutage, AStopIsSoonOverWhileTheBrokerHangsAndAsItComesBack) {
    const auto short_sessions =
        settings({"log.kafka.properties={session.timeout.ms: 6000, heartbeat.interval.ms: 500}"});
    for (const bool back : {false, true}) {
        const auto folder = folder_.path() / (back ? "back" : "hangs");
        std::filesystem::create_directory(folder);
        DaemonProcess daemon(folder, short_sessions);
        daemon.start();
        daemon.wait_until_ready();
        broker_.hang();
        EXPECT_TRUE(eventually([&] { return daemon.log().find("SESSTMOUT") != std::string::npos; },
                               std::chrono::seconds{60}));
        if (back) broker_.go_on();
        EXPECT_LT(stop(daemon), kSoon) << (back ? "as it comes back" : "while it hangs");
        EXPECT_THAT(daemon.log(), testing::Not(HasSubstr("stop_late")));
        if (!back) broker_.go_on();
    }
}

// The group's positions are undecided, as after the death of who wrote them: the restore asks for them again and again.
TEST_F(KafkaOutage, AStopIsSoonOverInARestoreThatGetsNoAnswer) {
    OpenTransaction other(broker_.address(), prefix_ + "other", {prefix_ + "state", 0, "place", "never committed"});
    for (const int partition : {0, 1}) other.send_position(prefix_ + "group", prefix_ + "events", partition);
    for (const bool hangs : {false, true}) {
        const auto folder = folder_.path() / (hangs ? "hangs" : "answers");
        std::filesystem::create_directory(folder);
        DaemonProcess daemon(folder, settings());
        daemon.start();
        EXPECT_TRUE(eventually([&] { return daemon.log().find("committed positions") != std::string::npos; },
                               std::chrono::seconds{60}))
            << daemon.log();
        if (hangs) broker_.hang();
        EXPECT_LT(stop(daemon), kSoon) << (hangs ? "of a broker that hangs" : "of a broker that answers");
        EXPECT_THAT(daemon.log(), testing::Not(HasSubstr("stop_late")));
    }
    broker_.go_on();
}

// Without a worker nobody but the readers of cases and tasks notices, and to these nothing may come for days.
TEST_F(KafkaOutage, AProcessThatOnlyServesIsNotReadyWhileTheBrokerIsAway) {
    DaemonProcess daemon(folder_.path(), settings({"roles=[serve]"}));
    daemon.start();
    daemon.wait_until_ready();
    broker_.kill();
    wait_for_readiness(daemon, 503);
    broker_.start();
    wait_for_readiness(daemon, 200);
    EXPECT_LT(stop(daemon), kStopLimit);
}

// A backlog of so many shipments, of 2,000 accounts.
class KafkaBacklog : public KafkaOutage {
protected:
    static constexpr int kEvents = 150'000;

    void SetUp() override {
        KafkaOutage::SetUp();
        std::vector<Produced> records;
        records.reserve(kEvents);
        for (int i = 0; i < kEvents; ++i) {
            const int account = i % 2'000;
            records.push_back({.topic = prefix_ + "events",
                               .partition = account % 2,
                               .key = std::to_string(37'140'000'000 + account),
                               .value = event("s" + std::to_string(i), account,
                                              R"("shipment":{"business_line":"express","items":1})")});
        }
        produce(broker_.address(), records);
    }
    [[nodiscard]] std::map<int, std::int64_t> positions() const {
        return committed_positions(broker_.address(), prefix_ + "group", prefix_ + "events", 2);
    }
};

TEST_F(KafkaBacklog, AStopCommitsWhatIsAppliedAndIsSoonOver) {
    const auto ends = log_ends(broker_.address(), prefix_ + "events", 2);
    DaemonProcess daemon(folder_.path(), settings());
    daemon.start();
    ASSERT_TRUE(eventually([&] { return !positions().empty(); })) << daemon.log();
    EXPECT_LT(stop(daemon), kStopLimit);
    EXPECT_FALSE(reaches(positions(), ends)) << "there was no backlog left: it needs more events";
}

// A commit is under way then, and nobody will say what became of it.
TEST_F(KafkaBacklog, AStopIsSoonOverIfTheBrokerHangsInTheMiddleOfIt) {
    const auto ends = log_ends(broker_.address(), prefix_ + "events", 2);
    DaemonProcess daemon(folder_.path(), settings());
    daemon.start();
    ASSERT_TRUE(eventually([&] { return !positions().empty(); })) << daemon.log();
    broker_.hang();
    std::this_thread::sleep_for(std::chrono::milliseconds{500});  // longer than from one commit to the next
    EXPECT_LT(stop(daemon), kSoon);
    EXPECT_THAT(daemon.log(), testing::Not(HasSubstr("stop_late")));
    broker_.go_on();
    EXPECT_FALSE(reaches(positions(), ends)) << "there was no backlog left: it needs more events";
}

}  // namespace
}  // namespace aw::test
