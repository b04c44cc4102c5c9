// Reads partitions of the changelog to the end that stood when it was asked. Internal to the adapter.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>

#include "eventlog/kafka/client.hpp"
#include "eventlog/kafka/cluster.hpp"

namespace aw::eventlog {

class StateReader {
public:
    // Reads with the daemon's own group (another one would need another permission), but joins nothing.
    [[nodiscard]] static LogResult<std::unique_ptr<StateReader>> open(Cluster& cluster, const LogSink& sink);
    ~StateReader();

    // REQUIRES: called after the committed position of the group has been fetched, so that all state that belongs to
    // that position lies below the end asked for here.
    [[nodiscard]] LogResult<void> read(int partition, const RestoreSink& sink);

private:
    using State = std::unordered_map<std::string, std::string>;
    explicit StateReader(Cluster& cluster) : cluster_(cluster) {}
    [[nodiscard]] LogResult<State> read_until(int partition, std::int64_t end);
    static void apply(const rd_kafka_message_t& message, State& state);

    Cluster& cluster_;
    std::unique_ptr<Client> client_;
};

}  // namespace aw::eventlog
