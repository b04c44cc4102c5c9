// Appender on Kafka: an idempotent producer that waits for every acknowledgement. Internal to the adapter.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <memory>
#include <vector>

#include "eventlog/kafka/client.hpp"
#include "eventlog/kafka/cluster.hpp"

namespace aw::eventlog {

class KafkaAppender final : public Appender {
public:
    [[nodiscard]] static LogResult<std::unique_ptr<KafkaAppender>> open(Cluster& cluster, const LogSink& sink);

    AppendReport append(std::span<const OutRecord> records) override;
    void give_up_at(std::chrono::steady_clock::time_point when) override { give_up_at_ = when; }
    LogResult<bool> is_empty() override;

private:
    explicit KafkaAppender(Cluster& cluster) : cluster_(cluster) {}
    void on_delivery(const rd_kafka_message_t& message);
    void hand_over(const OutRecord& record, std::size_t number);
    [[nodiscard]] bool given_up() const { return std::chrono::steady_clock::now() >= give_up_at_.load(); }

    Cluster& cluster_;
    std::array<KafkaTopic, kTopics> topics_;
    std::vector<int> missing_;  // copies of each record of the batch that are not acknowledged
    std::optional<LogError> error_;
    std::atomic<std::chrono::steady_clock::time_point> give_up_at_{std::chrono::steady_clock::time_point::max()};
    std::unique_ptr<Client> client_;  // last: its callbacks use the others
};

}  // namespace aw::eventlog
