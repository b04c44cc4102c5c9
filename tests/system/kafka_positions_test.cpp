// A group whose positions are not where the state ends, on a real Apache Kafka: as after an administrator has moved it,
// or after a broker has lost a part of a transaction.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "base/hash.hpp"
#include "support/kafka_broker.hpp"
#include "support/kafka_client.hpp"
#include "system/complaint_case.hpp"
#include "system/daemon_process.hpp"
#include "system/kafka_settings.hpp"

namespace aw::test {
namespace {

using testing::AllOf;
using testing::AnyOf;
using testing::HasSubstr;
using testing::Not;

constexpr int kPartitions = 2;
constexpr const char* kOtherCode = "37140000015001";  // its account lives in the same partition
constexpr const char* kOtherCase = "/api/v1/cases/37140000015-1";

class KafkaPositions : public testing::Test {
protected:
    void SetUp() override {
        ASSERT_EQ(partition_of("37140000015", kPartitions), home_);
        const Finished created = run_tool({"topics", "create"}, settings());
        ASSERT_EQ(created.exit_code, 0) << created.output;
        ASSERT_NO_FATAL_FAILURE(open_the_case_and_end(folder_.path(), settings()));
        read_ = position();
    }
    // A short session: a daemon that has gone is a member of the group until it ends.
    [[nodiscard]] std::vector<std::string> settings() const {
        return kafka_settings(broker_, prefix_, "one", kPartitions,
                              {"log.kafka.properties={session.timeout.ms: 6000}"});
    }
    [[nodiscard]] std::int64_t position() const {
        return committed_position(broker_, prefix_ + "group", prefix_ + "events", home_);
    }
    void make_state_anew() const {
        delete_topic(broker_, prefix_ + "state");
        const auto made = [&] { return run_tool({"topics", "create"}, settings()); };
        ASSERT_TRUE(eventually([&] { return made().exit_code == 0; })) << made().output;
    }
    // What a daemon says that does not start.
    [[nodiscard]] std::string refusal() const {
        DaemonProcess daemon(folder_.path(), settings());
        daemon.start();
        EXPECT_TRUE(eventually([&] { return !daemon.running(); })) << daemon.log();
        EXPECT_EQ(daemon.wait_for_exit(), 78);
        return daemon.log();
    }
    void move_group_to(std::int64_t position) const {
        set_position(broker_, prefix_ + "group", prefix_ + "events", home_, position);
    }
    [[nodiscard]] static std::string differ(std::int64_t group, std::int64_t state) {
        return "group_position=" + std::to_string(group) + " state_position=" + std::to_string(state);
    }

    const std::string broker_ = KafkaBroker::shared();
    const std::string prefix_ = KafkaBroker::unique_prefix();
    const TemporaryFolder folder_;
    const int home_ = partition_of("37140000012", kPartitions);
    std::int64_t read_ = 0;
};

TEST_F(KafkaPositions, AGroupSetBackReadsNothingTwice) {
    move_group_to(0);
    DaemonProcess daemon(folder_.path(), settings());
    daemon.start();
    daemon.wait_until_ready();
    daemon.get_until(kCase, R"("state":"NEW")");
    EXPECT_THAT(daemon.log(), AllOf(HasSubstr("positions_differ"), HasSubstr(differ(0, read_))));
    ASSERT_EQ(daemon.post("/api/v1/events", complaint_of(kOtherCode, "2")).status, 200);
    daemon.get_until(kOtherCase, R"("state":"NEW")");
    EXPECT_THAT(daemon.get("/metrics").body,
                AllOf(HasSubstr(R"(accountwatch_events_total{kind="complaint",outcome="applied"} 1)"),
                      Not(HasSubstr(R"(outcome="duplicate")"))));
    EXPECT_GT(position(), read_);  // the group is told with the next commit
}

TEST_F(KafkaPositions, AGroupSetForwardLeavesNothingOut) {
    const std::string file = folder_.write("late.ndjson", complaint_of(kOtherCode, "2"));
    const Finished sent = run_tool({"send", file}, settings());
    ASSERT_EQ(sent.exit_code, 0) << sent.output;
    const auto end = log_ends(broker_, prefix_ + "events", kPartitions).at(home_);
    ASSERT_GT(end, read_);
    move_group_to(end);
    DaemonProcess daemon(folder_.path(), settings());
    daemon.start();
    daemon.wait_until_ready();
    daemon.get_until(kOtherCase, R"("state":"NEW")");
    EXPECT_THAT(daemon.log(), HasSubstr(differ(end, read_)));
}

// A daemon that went on would know no client, and find no drop for a month.
TEST_F(KafkaPositions, AGroupWhoseStateTopicWasMadeAnewIsRefused) {
    ASSERT_NO_FATAL_FAILURE(make_state_anew());
    EXPECT_THAT(refusal(), AllOf(HasSubstr("and the state holds nothing of them: was the state topic made anew"),
                                 HasSubstr("another log.kafka.group_id")));
    EXPECT_EQ(position(), read_);
}

// It goes on writing what changes, and what does not change is gone: found when the state is read next.
TEST_F(KafkaPositions, AStateTopicMadeAnewUnderARunningDaemonIsFoundAtTheNextStart) {
    {
        DaemonProcess daemon(folder_.path(), settings());
        daemon.start();
        daemon.wait_until_ready();
        daemon.get_until(kCase, R"("state":"NEW")");
        ASSERT_NO_FATAL_FAILURE(make_state_anew());
        const std::int64_t before = position();
        ASSERT_EQ(daemon.post("/api/v1/events", complaint_of(kOtherCode, "2")).status, 200);
        ASSERT_TRUE(eventually([&] { return !daemon.running() || position() > before + 1; })) << daemon.log();
        daemon.signal(SIGTERM);
        static_cast<void>(daemon.wait_for_exit());
    }
    // The first commit into the new topic may have been aborted, and then it holds nothing.
    EXPECT_THAT(refusal(), AnyOf(HasSubstr("was it made anew while the daemon ran"),
                                 HasSubstr("and the state holds nothing of them: was the state topic made anew")));
}

}  // namespace
}  // namespace aw::test
