// Reads partitions of the changelog to the end that stood when it was asked. Internal to the adapter.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "eventlog/kafka/client.hpp"
#include "eventlog/kafka/cluster.hpp"
#include "eventlog/kafka/last_values.hpp"

namespace aw::eventlog {

class StateReader {
public:
    // Reads with the daemon's own group (another one would need another permission), but joins nothing.
    [[nodiscard]] static LogResult<std::unique_ptr<StateReader>> open(Cluster& cluster, const LogSink& sink);

    // REQUIRES: called after the committed position of the group has been fetched, so that all state that belongs to
    // that position lies below the end asked for here.
    // `given_up`: as soon as it is true, an error that can be retried. However it ends, the next one begins clean.
    [[nodiscard]] LogResult<void> read(int partition, const RestoreSink& sink, const RestoreReads& reads,
                                       const std::atomic<bool>& given_up);

private:
    explicit StateReader(Cluster& cluster) : cluster_(cluster) {}
    [[nodiscard]] std::vector<KafkaMessage> poll();
    [[nodiscard]] bool take(const rd_kafka_message_t& message, std::int64_t end, LastValues& state) const;
    [[nodiscard]] LogResult<void> assign(int partition);
    void unassign();
    [[nodiscard]] LogResult<void> read_until(int partition, std::int64_t end, LastValues& state,
                                             const RestoreReads& reads, const std::atomic<bool>& given_up);

    Cluster& cluster_;
    std::unique_ptr<Client> client_;
    KafkaQueue queue_;  // of what is read
};

}  // namespace aw::eventlog
