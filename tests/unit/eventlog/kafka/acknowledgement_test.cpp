// A broker that refuses one batch for a moment and takes what comes behind it: what is acknowledged must be in the log,
// in order. librdkafka's mock broker, like a real one, takes any sequence number from a producer it does not know yet.
#include <chrono>
#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "eventlog/topic.hpp"
#include "mock_brokers.hpp"

namespace aw::eventlog {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

constexpr std::int16_t kProduceRequest = 0;
constexpr int kBroker = 1;
// Time enough for a second batch to be sent before the first is refused.
constexpr int kRefusalMs = 300;

class KafkaAcknowledgement : public testing::Test {
protected:
    KafkaAcknowledgement() {
        KafkaOptions options = brokers_.options();
        options.properties = {{"batch.num.messages", "1"}};  // each record a batch of its own
        log_ = open_kafka_log(options, {}).value();
    }
    KafkaAcknowledgement(const KafkaAcknowledgement&) = delete;
    KafkaAcknowledgement& operator=(const KafkaAcknowledgement&) = delete;

    void refuse_next(rd_kafka_resp_err_t code) {
        ASSERT_EQ(rd_kafka_mock_broker_push_request_error_rtts(cluster_, kBroker, kProduceRequest, 1, code, kRefusalMs),
                  RD_KAFKA_RESP_ERR_NO_ERROR);
    }
    void expect_all_refused() {
        std::size_t left = 1;
        rd_kafka_mock_broker_error_stack_cnt(cluster_, kBroker, kProduceRequest, &left);
        EXPECT_EQ(left, 0u);
    }

    std::vector<std::string> values(Topic topic) {
        std::vector<std::string> list;
        auto reader = log_->open_reader(topic).value();
        const auto deadline = std::chrono::steady_clock::now() + 20s;
        while (!reader->caught_up() && std::chrono::steady_clock::now() < deadline) {
            const auto records = reader->poll(100, 1000ms);
            if (!records) continue;
            for (const auto& record : *records) list.emplace_back(record.value);
        }
        EXPECT_TRUE(reader->caught_up());
        return list;
    }

    Log& log() { return *log_; }

private:
    const MockBrokers brokers_{1};
    rd_kafka_mock_cluster_t* const cluster_ = brokers_.get();
    std::unique_ptr<Log> log_;
};

OutRecord record(std::string value) {
    return {.topic = Topic::tasks, .key = "k", .value = std::move(value), .partition = 0};
}

std::unique_ptr<GroupConsumer> owner_of_a_partition(Log& log) {
    auto consumer = log.open_worker({}).value();
    const auto deadline = std::chrono::steady_clock::now() + 30s;
    while (std::chrono::steady_clock::now() < deadline) {
        const auto batch = consumer->poll(10, 200ms);
        if (batch && !batch->assigned.empty() && consumer->restore(0, [](auto, auto) {})) return consumer;
    }
    ADD_FAILURE() << "no partition in time";
    return consumer;
}

using Refusals = std::vector<rd_kafka_resp_err_t>;
const Refusals kRefusals{RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION, RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART,
                         RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS};

TEST_F(KafkaAcknowledgement, OfTheAppenderIsTrue) {
    for (const auto code : kRefusals) {
        SCOPED_TRACE(rd_kafka_err2name(code));
        auto appender = log().open_appender().value();  // another producer each time: unknown to the broker
        const auto before = values(Topic::tasks).size();
        refuse_next(code);
        const std::vector<OutRecord> records{record("1"), record("2"), record("3")};
        const auto report = appender->append(records);
        ASSERT_TRUE(report.complete()) << report.error->message;
        expect_all_refused();
        const auto after = values(Topic::tasks);
        ASSERT_EQ(after.size(), before + 3);
        EXPECT_THAT(std::vector(after.begin() + static_cast<std::ptrdiff_t>(before), after.end()),
                    ElementsAre("1", "2", "3"));
    }
}

TEST_F(KafkaAcknowledgement, OfACommitIsTrue) {
    auto consumer = owner_of_a_partition(log());
    refuse_next(RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION);
    Commit commit;
    commit.outputs = {record("1"), record("2"), record("3")};
    auto outcome = consumer->commit(commit);
    while (!outcome && outcome.error().can_retry()) outcome = consumer->commit(commit);
    ASSERT_TRUE(outcome) << outcome.error().message;
    ASSERT_TRUE(outcome->committed) << outcome->reason;
    expect_all_refused();
    EXPECT_THAT(values(Topic::tasks), ElementsAre("1", "2", "3"));
}

TEST_F(KafkaAcknowledgement, OfWorkersAppendsIsTrue) {
    auto consumer = owner_of_a_partition(log());
    refuse_next(RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION);
    for (const char* const value : {"1", "2", "3"}) ASSERT_TRUE(consumer->append(record(value)));
    const auto deadline = std::chrono::steady_clock::now() + 20s;
    std::vector<std::string> found;
    while (found.size() < 3 && std::chrono::steady_clock::now() < deadline) {
        ASSERT_TRUE(consumer->poll(10, 50ms));
        found = values(Topic::tasks);
    }
    expect_all_refused();
    EXPECT_THAT(found, ElementsAre("1", "2", "3"));
}

}  // namespace
}  // namespace aw::eventlog
