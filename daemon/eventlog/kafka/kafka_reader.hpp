// TopicReader on Kafka. Internal to the adapter.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "eventlog/kafka/client.hpp"
#include "eventlog/kafka/cluster.hpp"
#include "eventlog/kafka/record_views.hpp"

namespace aw::eventlog {

class KafkaReader final : public TopicReader {
public:
    [[nodiscard]] static LogResult<std::unique_ptr<KafkaReader>> open(Cluster& cluster, const LogSink& sink,
                                                                      Topic topic, std::optional<int> only = {});

    LogResult<std::span<const Record>> poll(std::size_t max_records, Duration timeout) override;
    bool caught_up() const override;
    void wake() override;

private:
    struct Progress {
        std::int64_t next = 0;
        std::int64_t end = 0;  // when the reader was opened
    };
    KafkaReader(Cluster& cluster, Topic topic, std::optional<int> only)
        : cluster_(cluster), topic_(topic), only_(only) {}
    // Asks for the ends and begins to read; again until the brokers answer.
    [[nodiscard]] LogResult<void> start();
    [[nodiscard]] LogResult<void> take(KafkaMessage message);

    Cluster& cluster_;
    Topic topic_;
    std::optional<int> only_;  // nothing of other partitions
    std::unique_ptr<Client> client_;
    KafkaQueue queue_;
    std::vector<Progress> progress_;  // by partition; empty until started
    MessageBatch batch_;
    std::atomic<bool> woken_ = false;
};

}  // namespace aw::eventlog
