// The idempotent producer for records outside of transactions (ticks, activations). One per log, shared by its workers.
// Internal to the adapter; any thread.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <memory>
#include <mutex>

#include "eventlog/kafka/client.hpp"
#include "eventlog/kafka/cluster.hpp"

namespace aw::eventlog {

class PlainProducer {
public:
    static constexpr std::size_t kMaxUsers = 1024;

    [[nodiscard]] static LogResult<std::unique_ptr<PlainProducer>> open(Cluster& cluster, const LogSink& sink);

    // A number for append() and take_failures(); never given back, because reports may come late.
    [[nodiscard]] std::size_t new_user();
    [[nodiscard]] LogResult<void> append(std::size_t user, const OutRecord& record);
    // Appends of this user that were given up since the last call.
    [[nodiscard]] std::size_t take_failures(std::size_t user) { return failures_[user].exchange(0); }
    void serve() { client_->serve(); }
    // Waits for what is under way.
    void flush(Duration timeout);

private:
    explicit PlainProducer(Cluster& cluster) : cluster_(cluster) {}
    [[nodiscard]] rd_kafka_topic_t* topic(Topic topic);

    Cluster& cluster_;
    std::array<std::atomic<std::size_t>, kMaxUsers> failures_{};
    std::atomic<std::size_t> users_ = 0;
    std::unique_ptr<Client> client_;
    std::once_flag made_;
    std::array<KafkaTopic, kTopics> topics_;
};

}  // namespace aw::eventlog
