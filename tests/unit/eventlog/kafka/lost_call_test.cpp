// A call that librdkafka does not come back from. Its mock broker stands for a cluster of which the group's coordinator
// is away and another broker answers.
#include <chrono>
#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "eventlog/kafka/transaction.hpp"
#include "eventlog/topic.hpp"
#include "mock_brokers.hpp"

namespace aw::eventlog {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

constexpr int kAnswers = 1;
constexpr int kCoordinator = 2;
constexpr const char* kId = "g-one-0";

class KafkaLostCall : public testing::Test {
protected:
    KafkaLostCall() {
        const KafkaOptions options = brokers_.options();
        for (const Topic topic : all_topics())
            rd_kafka_mock_partition_set_leader(mock_, topic_name(options.topic_prefix, topic).c_str(), 0, kAnswers);
        rd_kafka_mock_coordinator_set(mock_, "transaction", kId, kAnswers);
        rd_kafka_mock_coordinator_set(mock_, "group", "g", kCoordinator);
        cluster_ = Cluster::open(options, {}).value();
        consumer_ = Client::open(options, ClientRole::topic_reader, {"g", "", ""}, {}).value();
        transaction_ = Transaction::open(*cluster_, {}, kId).value();
    }
    ~KafkaLostCall() override {
        rd_kafka_mock_broker_set_up(mock_, kCoordinator);
    }

    LogResult<CommitOutcome> try_to_commit(std::int64_t position) {
        const std::vector<OutRecord> outputs = {{.topic = Topic::signals, .key = "k", .value = "v"}};
        const std::vector<SourcePosition> positions = {{"t.events", 0, position}};
        return transaction_->commit({outputs, {}, positions}, consumer_->handle());
    }
    // Until it is decided, as the port wants it.
    CommitOutcome commit(std::int64_t position) {
        const auto deadline = std::chrono::steady_clock::now() + 60s;
        while (std::chrono::steady_clock::now() < deadline) {
            auto outcome = try_to_commit(position);
            if (outcome) return *outcome;
            EXPECT_TRUE(outcome.error().can_retry()) << outcome.error().message;
            if (!outcome.error().can_retry()) break;
        }
        return {false, "never decided"};
    }

    const MockBrokers brokers_{2};
    rd_kafka_mock_cluster_t* const mock_ = brokers_.get();
    std::unique_ptr<Cluster> cluster_;
    std::unique_ptr<Client> consumer_;
    std::unique_ptr<Transaction> transaction_;
};

TEST_F(KafkaLostCall, IsGivenUpForANewProducerThatGoesOn) {
    EXPECT_TRUE(commit(1).committed);
    rd_kafka_mock_broker_set_down(mock_, kCoordinator);
    const auto lost = commit(2);
    EXPECT_FALSE(lost.committed);
    EXPECT_THAT(lost.reason, HasSubstr("although brokers answer"));
    EXPECT_FALSE(transaction_->undecided());
    rd_kafka_mock_broker_set_up(mock_, kCoordinator);
    const auto next = commit(2);
    EXPECT_TRUE(next.committed) << next.reason;
}

// Then there is nothing better to do than to wait.
TEST_F(KafkaLostCall, IsWaitedForWhileNoBrokerAnswers) {
    EXPECT_TRUE(commit(1).committed);
    rd_kafka_mock_broker_set_down(mock_, kCoordinator);
    rd_kafka_mock_broker_set_down(mock_, kAnswers);
    const auto until = std::chrono::steady_clock::now() + 25s;
    while (std::chrono::steady_clock::now() < until) {
        const auto outcome = try_to_commit(2);
        ASSERT_FALSE(outcome);
        ASSERT_TRUE(outcome.error().can_retry()) << outcome.error().message;
    }
    EXPECT_TRUE(transaction_->undecided());
    rd_kafka_mock_broker_set_up(mock_, kAnswers);
    rd_kafka_mock_broker_set_up(mock_, kCoordinator);
    auto outcome = commit(2);
    if (!outcome.committed) outcome = commit(2);  // as a worker does with what was aborted
    EXPECT_TRUE(outcome.committed) << outcome.reason;
}

}  // namespace
}  // namespace aw::eventlog
