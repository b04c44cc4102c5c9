// What the brokers know about our topics: partitions and watermarks. Also the client for administration.
// Internal to the adapter; any thread.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>

#include "eventlog/kafka/client.hpp"

namespace aw::eventlog {

// For the answer to one question; then the caller is in control again, and a stop need not wait longer.
inline constexpr Duration kAskTimeout{2'000};

struct Watermarks {
    std::int64_t low = 0;
    std::int64_t high = 0;  // past open transactions, too
};

// Why a topic that has got partitions cannot be read on, and what to do.
[[nodiscard]] std::string extended_text(const std::string& topic, int from, int to);

class Cluster {
public:
    [[nodiscard]] static LogResult<std::unique_ptr<Cluster>> open(const KafkaOptions& options, const LogSink& sink);

    // Number of partitions by topic, 0 for one that does not exist. Creates none, whatever the broker is set to.
    using Partitions = std::array<int, kTopics>;
    [[nodiscard]] LogResult<Partitions> partitions(Duration timeout);
    // Number of replicas by topic, of their worst partition; 0 for a topic that does not exist.
    [[nodiscard]] LogResult<Partitions> replication(Duration timeout);
    // How many brokers the cluster has now.
    [[nodiscard]] LogResult<int> brokers(Duration timeout);
    // Waits until all topics exist and each of their partitions has a leader.
    [[nodiscard]] LogResult<void> wait_for_topics(Duration timeout);
    // What is wrong with the numbers of partitions of `events` and `state`, and what to do; one that does not exist is
    // not looked at.
    struct Mistake {
        Topic topic = Topic::events;
        std::string text;
    };
    [[nodiscard]] std::optional<Mistake> partitions_mistake(const Partitions& counts) const;
    // bad_configuration unless all topics exist and `events` and `state` have the configured number of partitions.
    [[nodiscard]] LogResult<Partitions> check_topics(Duration timeout);
    [[nodiscard]] LogResult<Watermarks> watermarks(const std::string& topic, int partition, Duration timeout);
    [[nodiscard]] LogResult<Watermarks> watermarks(Topic topic, int partition, Duration timeout) {
        return watermarks(name(topic), partition, timeout);
    }

    [[nodiscard]] const KafkaOptions& options() const { return options_; }
    [[nodiscard]] std::string name(Topic topic) const { return topic_name(options_.topic_prefix, topic); }
    [[nodiscard]] Client& client() { return *client_; }

private:
    [[nodiscard]] LogResult<ClusterMetadata> metadata(Duration timeout);
    // One figure of each of our topics that exists, 0 for the others.
    template <class Figure>
    [[nodiscard]] LogResult<Partitions> figures(Duration timeout, Figure figure);
    Cluster(KafkaOptions options, std::unique_ptr<Client> client);

    KafkaOptions options_;
    std::unique_ptr<Client> client_;
    std::array<KafkaTopic, kTopics> topics_;  // makes them the client's local topics, all answered by one request
};

}  // namespace aw::eventlog
