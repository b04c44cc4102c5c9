// A cluster of three brokers, of this test's own: topics that one of them may be missing from, and no more.
#include <algorithm>
#include <functional>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "eventlog/topic.hpp"
#include "support/kafka_broker.hpp"
#include "support/kafka_client.hpp"
#include "system/complaint_case.hpp"
#include "system/daemon_process.hpp"
#include "system/kafka_settings.hpp"

namespace aw::test {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr int kPartitions = 2;
constexpr int kBrokers = 3;
constexpr int kStartAgain = 75;

class KafkaReplicas : public testing::Test {
protected:
    [[nodiscard]] Finished topics(std::vector<std::string> arguments) const {
        arguments.insert(arguments.begin(), "topics");
        return run_tool(std::move(arguments), settings());
    }
    [[nodiscard]] std::vector<std::string> settings(const std::vector<std::string>& more = {}) const {
        return kafka_settings(first_.address(), prefix_, "one", kPartitions, more);
    }
    // By topic of ours: in how many copies its partitions lie, the fewest.
    [[nodiscard]] std::map<std::string, int> copies() const {
        const BareClient client(first_.address(), RD_KAFKA_PRODUCER);
        const rd_kafka_metadata_t* metadata = nullptr;
        check(rd_kafka_metadata(client.handle, 1, nullptr, &metadata, 10'000), "metadata");
        std::map<std::string, int> found;
        for (int i = 0; i < metadata->topic_cnt; ++i) {
            const auto& topic = metadata->topics[i];
            if (std::string_view(topic.topic).substr(0, prefix_.size()) != prefix_) continue;
            int& least = found.emplace(topic.topic, kBrokers).first->second;
            for (int p = 0; p < topic.partition_cnt; ++p) least = std::min(least, topic.partitions[p].replica_cnt);
        }
        rd_kafka_metadata_destroy(metadata);
        return found;
    }

    // A killed broker may have been the one that knew the group's members: the daemon ends to be started again then.
    static bool sooner_or_later(DaemonProcess& daemon, const std::function<bool()>& done) {
        return eventually(
            [&] {
                if (!daemon.running()) {
                    EXPECT_EQ(daemon.wait_for_exit(), kStartAgain) << daemon.log();
                    daemon.start();
                }
                return done();
            },
            std::chrono::seconds{120});
    }
    static void expect_taken(DaemonProcess& daemon, const std::string& events) {
        EXPECT_TRUE(sooner_or_later(daemon, [&] { return daemon.post("/api/v1/events", events).status == 200; }))
            << daemon.log();
    }
    static void expect_case(DaemonProcess& daemon, const std::string& path) {
        EXPECT_TRUE(sooner_or_later(
            daemon, [&] { return daemon.get(path).body.find(R"("state":"NEW")") != std::string::npos; }))
            << daemon.log();
    }

    KafkaBroker first_{KafkaBroker::Extras{.replicas = kBrokers}};  // the controller, too
    KafkaBroker second_{KafkaBroker::Extras{.replicas = kBrokers, .joins = first_.folder()}};
    KafkaBroker third_{KafkaBroker::Extras{.replicas = kBrokers, .joins = first_.folder()}};
    const std::string prefix_ = KafkaBroker::unique_prefix();
    const TemporaryFolder folder_;
};

TEST_F(KafkaReplicas, OneBrokerMayBeAwayAndWithTwoAwayNothingIsTaken) {
    const Finished created = topics({"create", "--replication-factor", "3"});
    EXPECT_EQ(created.exit_code, 0) << created.output;
    EXPECT_EQ(created.output, "all topics are as they should be\n");
    EXPECT_EQ(topics({"check"}).output, created.output);
    const auto found = copies();
    EXPECT_EQ(found.size(), eventlog::kTopics);
    for (const auto& [topic, replicas] : found) EXPECT_EQ(replicas, kBrokers) << topic;

    DaemonProcess daemon(folder_.path(), settings({"log.kafka.properties={message.timeout.ms: 5000}"}));
    daemon.start();
    daemon.wait_until_ready();
    third_.kill();
    expect_taken(daemon, complaint_of(kCode, "1"));
    expect_case(daemon, kCase);
    second_.kill();
    // Only one broker could take it now, and it does not.
    const std::string more = complaint_of("37140000013001", "2");
    const auto refused = daemon.post("/api/v1/events", more);
    EXPECT_EQ(refused.status, 503) << refused.body;
    EXPECT_THAT(refused.body, HasSubstr("send the same lines again"));
    second_.start();
    expect_taken(daemon, more);
    expect_case(daemon, "/api/v1/cases/37140000013-1");
    expect_case(daemon, kCase);
}

TEST_F(KafkaReplicas, ACheckWarnsOfThreeReplicasOfWhichOneIsEnough) {
    const std::string cases = prefix_ + "cases";
    make_topic(first_.address(), cases, kPartitions,
               {{"cleanup.policy", "compact"},
                {"min.insync.replicas", "1"},
                {"message.timestamp.type", "LogAppendTime"}},
               kBrokers);
    const std::string text = "cases: warning: " + cases +
                             " has 3 replicas and min.insync.replicas=1: what one broker alone has taken may be lost "
                             "with it (set it to 2)\n";
    const Finished created = topics({"create", "--replication-factor", "3"});  // leaves what is there
    EXPECT_EQ(created.exit_code, 1);
    EXPECT_EQ(created.output, text);
    const Finished checked = topics({"check"});
    EXPECT_EQ(checked.exit_code, 1);
    EXPECT_EQ(checked.output, text);
    // A warning: the daemon tells it and works.
    DaemonProcess daemon(folder_.path(), settings());
    daemon.start();
    daemon.wait_until_ready();
    EXPECT_THAT(daemon.log(), HasSubstr(cases + " has 3 replicas and min.insync.replicas=1"));
}

// What `topics create` makes unless it is told otherwise.
TEST_F(KafkaReplicas, TopicsOfOneReplicaAreWarnedOfOnce) {
    const Finished created = topics({"create"});
    EXPECT_EQ(created.exit_code, 1);
    EXPECT_THAT(created.output, StartsWith("events: warning: 1 replica in a cluster of 3 brokers: "));
    EXPECT_THAT(created.output, HasSubstr("--replication-factor 3"));
    EXPECT_THAT(created.output, HasSubstr(": " + prefix_ + "events, " + prefix_));
    EXPECT_EQ(std::ranges::count(created.output, '\n'), 1);
    const auto found = copies();
    EXPECT_EQ(found.size(), eventlog::kTopics);
    for (const auto& [topic, replicas] : found) EXPECT_EQ(replicas, 1) << topic;
    EXPECT_EQ(topics({"check"}).output, created.output);
}

}  // namespace
}  // namespace aw::test
