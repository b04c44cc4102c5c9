// What the daemon cannot work with on a real Apache Kafka: it ends with exit code 78, says what to do, and leaves
// everything as it was.
#include <filesystem>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "base/hash.hpp"
#include "core/shard/state_version.hpp"
#include "support/kafka_broker.hpp"
#include "support/kafka_client.hpp"
#include "system/complaint_case.hpp"
#include "system/daemon_process.hpp"
#include "system/kafka_settings.hpp"

namespace aw::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;

constexpr int kPartitions = 2;
constexpr int kBadConfiguration = 78;

// Topics on which a daemon has worked: a case is open, its state is committed.
class KafkaRefusal : public testing::Test {
protected:
    void SetUp() override {
        const Finished created = run_tool({"topics", "create"}, settings());
        ASSERT_EQ(created.exit_code, 0) << created.output;
        ASSERT_NO_FATAL_FAILURE(open_the_case_and_end(folder_.path(), settings()));
    }
    [[nodiscard]] std::vector<std::string> settings(const std::vector<std::string>& more = {}) const {
        return kafka_settings(broker_, prefix_, "one", kPartitions, more);
    }
    [[nodiscard]] std::string topic(const std::string& name) const { return prefix_ + name; }
    void extend(const std::string& name) const { extend_topic(broker_, topic(name), kPartitions + 1); }

    // A daemon that is expected to end by itself; exit code -1 if it goes on.
    [[nodiscard]] Finished start(const std::vector<std::string>& more = {}) const {
        const TemporaryFolder folder;
        auto all = settings(more);
        all.emplace_back("http.listen=127.0.0.1:0");
        Instance daemon(folder.path() / "log", all);
        daemon.start();
        const bool ended = eventually([&] { return daemon.ended(); });
        return {ended ? daemon.last_exit() : -1, contents(folder.path() / "log")};
    }
    void expect_refused(const std::string& what_to_do, const std::vector<std::string>& more = {}) const {
        const Finished refused = start(more);
        EXPECT_EQ(refused.exit_code, kBadConfiguration) << refused.output;
        EXPECT_THAT(refused.output, HasSubstr(what_to_do));
    }
    // By key: the last value of each record of the state.
    [[nodiscard]] std::map<std::string, Consumed> state() const {
        std::map<std::string, Consumed> last;
        for (Consumed& record : consume_all(broker_, topic("state"), kPartitions))
            last[std::to_string(record.partition) + " " + record.key] = std::move(record);
        return last;
    }
    [[nodiscard]] std::map<int, std::int64_t> positions() const {
        return committed_positions(broker_, prefix_ + "group", topic("events"), kPartitions);
    }

    const std::string broker_ = KafkaBroker::shared();
    const std::string prefix_ = KafkaBroker::unique_prefix();
    const TemporaryFolder folder_;
};

// One goes back to an older version, whose state says that a newer one has been here. The account's record, and the one
// of a partition without any account.
TEST_F(KafkaRefusal, StateOfANewerVersionIsLeftAsItIs) {
    const int home = partition_of("37140000012", kPartitions);
    for (const int partition : {home, 1 - home}) {
        const auto stored = state();
        const auto first = stored.lower_bound(std::to_string(partition));
        ASSERT_TRUE(first != stored.end() && first->second.partition == partition);
        const std::string key = first->second.key;
        const std::string& value = first->second.value;
        const auto position = positions().at(partition);
        std::string newer = value;
        newer[0] = static_cast<char>(kStateVersion + 1);  // one byte at the front of each record
        produce(broker_, {{topic("state"), partition, key, newer}});
        expect_refused("state record \"" + key + "\" of partition " + std::to_string(partition) +
                       " was written by a newer accountwatch (state version " + std::to_string(kStateVersion + 1) +
                       ", this one reads up to " + std::to_string(kStateVersion) + "): install that version");
        EXPECT_EQ(state().at(first->first).value, newer);
        EXPECT_EQ(positions().at(partition), position);
        produce(broker_, {{topic("state"), partition, key, value}});
    }
    // As the newer version would find it: nothing is lost by having tried.
    DaemonProcess daemon(folder_.path(), settings());
    daemon.start();
    daemon.wait_until_ready();
    daemon.get_until(kCase, R"("state":"NEW")");
    EXPECT_EQ(daemon.post("/api/v1/events", complaint_of(kCode, "1")).status, 200);
    daemon.get_until("/metrics", R"(accountwatch_events_total{kind="complaint",outcome="duplicate"} 1)");
}

TEST_F(KafkaRefusal, EventsThatWereExtendedAreRefusedWhateverTheSettingsSay) {
    extend("events");
    const std::string text = topic("events") +
                             " was extended from 2 to 3 partitions: accounts would live in two shards; make new "
                             "topics under another log.kafka.topic_prefix and send the history again";
    expect_refused(text);
    expect_refused(text, {"log.partitions=3"});
    const Finished checked = run_tool({"topics", "check"}, settings());
    EXPECT_EQ(checked.exit_code, 1);
    EXPECT_THAT(checked.output, HasSubstr(text));
}

TEST_F(KafkaRefusal, StateThatWasExtendedIsRefusedWhateverTheSettingsSay) {
    extend("state");
    const std::string text = topic("state") + " has 3 partitions, " + topic("events") +
                             " has 2, they must have as many; make new topics under another log.kafka.topic_prefix and "
                             "send the history again";
    expect_refused(text);
    expect_refused(text, {"log.partitions=3"});
}

// Then the topics agree, and with the settings changed everything does: only the state knows.
TEST_F(KafkaRefusal, BothExtendedAreRefusedByTheStateThatWasMadeWithFewer) {
    const auto before = state();
    extend("events");
    extend("state");
    expect_refused("set log.partitions to 3, unless the topics were extended: then make new topics");
    expect_refused(
        "state was made with 2 partitions, log.partitions is 3: set it to 2, or begin with new topics (another "
        "log.kafka.topic_prefix) and send the history again",
        {"log.partitions=3"});
    const auto after = state();
    EXPECT_EQ(after.size(), before.size());
    for (const auto& [name, record] : before) EXPECT_EQ(after.at(name).offset, record.offset) << name;
}

TEST_F(KafkaRefusal, TopicsThatAreExtendedUnderARunningDaemonEndIt) {
    DaemonProcess daemon(folder_.path(),
                         settings({"log.kafka.properties={topic.metadata.refresh.interval.ms: 300}"}));
    daemon.start();
    daemon.wait_until_ready();
    extend("events");
    extend("state");
    ASSERT_TRUE(eventually([&] { return !daemon.running(); })) << daemon.log();
    EXPECT_EQ(daemon.wait_for_exit(), kBadConfiguration);
    EXPECT_THAT(daemon.log(), AllOf(HasSubstr(topic("events") + " was extended from 2 to 3 partitions"),
                                    HasSubstr("make new topics under another log.kafka.topic_prefix")));
}

}  // namespace
}  // namespace aw::test
