// Appender on Kafka: an idempotent producer that waits for every acknowledgement. Internal to the adapter.
#pragma once

#include <array>
#include <memory>
#include <vector>

#include "eventlog/kafka/client.hpp"
#include "eventlog/kafka/cluster.hpp"

namespace aw::eventlog {

class KafkaAppender final : public Appender {
public:
    [[nodiscard]] static LogResult<std::unique_ptr<KafkaAppender>> open(Cluster& cluster, const LogSink& sink);

    AppendReport append(std::span<const OutRecord> records) override;
    LogResult<bool> is_empty() override;

private:
    explicit KafkaAppender(Cluster& cluster) : cluster_(cluster) {}
    void on_delivery(const rd_kafka_message_t& message);
    void hand_over(const OutRecord& record, std::size_t number);

    Cluster& cluster_;
    std::array<KafkaTopic, kTopics> topics_;
    std::vector<int> missing_;  // copies of each record of the batch that are not acknowledged
    std::optional<LogError> error_;
    std::unique_ptr<Client> client_;  // last: its callbacks use the others
};

}  // namespace aw::eventlog
