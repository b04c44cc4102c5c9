#include "eventlog/kafka/cluster.hpp"

#include <algorithm>
#include <chrono>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "base/check.hpp"

namespace aw::eventlog {
namespace {

constexpr int kLeaderPauseMs = 50;
constexpr Duration kSlice{1'000};  // so often what the client reports is looked at while it is waited for

constexpr const char* kNewTopics = "make new topics under another log.kafka.topic_prefix and send the history again";

}  // namespace

std::string extended_text(const std::string& topic, int from, int to) {
    return fmt::format("{} was extended from {} to {} partitions: accounts would live in two shards; {}", topic, from,
                       to, kNewTopics);
}

LogResult<std::unique_ptr<Cluster>> Cluster::open(const KafkaOptions& options, const LogSink& sink) {
    auto client = Client::open(options, ClientRole::cluster, {}, sink);
    if (!client) return fail(client.error());
    return std::unique_ptr<Cluster>(new Cluster(options, std::move(*client)));
}

Cluster::Cluster(KafkaOptions options, std::unique_ptr<Client> client)
    : options_(std::move(options)), client_(std::move(client)) {
    for (const Topic topic : all_topics()) {
        topics_[index(topic)].reset(rd_kafka_topic_new(client_->handle(), name(topic).c_str(), nullptr));
        AW_CHECK(topics_[index(topic)] != nullptr);
    }
}

LogResult<ClusterMetadata> Cluster::metadata(Duration timeout) {
    const auto deadline = std::chrono::steady_clock::now() + timeout;
    while (true) {
        client_->serve();
        const auto left = std::chrono::ceil<Duration>(deadline - std::chrono::steady_clock::now());
        const rd_kafka_metadata_t* raw = nullptr;
        const auto code = rd_kafka_metadata(client_->handle(), 0, nullptr, &raw,
                                            static_cast<int>(std::clamp(left, Duration{1}, kSlice).count()));
        ClusterMetadata metadata(raw);
        if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return metadata;
        client_->serve();
        const auto reported = client_->take_error();
        // Who is not let in will not be let in by waiting.
        const std::string said = reported ? reported->message : "";
        const bool shut_out = said.find("(_AUTHENTICATION)") != said.npos || said.find("(_SSL)") != said.npos;
        if (!shut_out && std::chrono::steady_clock::now() < deadline) continue;
        return fail(to_log_error("the Kafka brokers do not answer", code, said));
    }
}

template <class Figure>
LogResult<Cluster::Partitions> Cluster::figures(Duration timeout, Figure figure) {
    const auto answer = metadata(timeout);
    if (!answer) return fail(answer.error());
    Partitions figures{};
    for (int i = 0; i < (*answer)->topic_cnt; ++i) {
        const auto& found = (*answer)->topics[i];
        for (const Topic topic : all_topics()) {
            if (name(topic) == found.topic && found.err == RD_KAFKA_RESP_ERR_NO_ERROR)
                figures[index(topic)] = figure(found);
        }
    }
    return figures;
}

LogResult<Cluster::Partitions> Cluster::partitions(Duration timeout) {
    return figures(timeout, [](const rd_kafka_metadata_topic& topic) { return topic.partition_cnt; });
}

LogResult<Cluster::Partitions> Cluster::replication(Duration timeout) {
    return figures(timeout, [](const rd_kafka_metadata_topic& topic) {
        const std::span partitions(topic.partitions, static_cast<std::size_t>(topic.partition_cnt));
        const auto least = std::ranges::min_element(partitions, {}, &rd_kafka_metadata_partition_t::replica_cnt);
        return least == partitions.end() ? 0 : least->replica_cnt;
    });
}

LogResult<int> Cluster::brokers(Duration timeout) {
    const auto answer = metadata(timeout);
    if (!answer) return fail(answer.error());
    return (*answer)->broker_cnt;
}

LogResult<void> Cluster::wait_for_topics(Duration timeout) {
    const auto deadline = std::chrono::steady_clock::now() + timeout;
    while (true) {
        const auto answer = metadata(timeout);
        if (!answer) return fail(answer.error());
        std::size_t ready = 0;
        for (int i = 0; i < (*answer)->topic_cnt; ++i) {
            const auto& found = (*answer)->topics[i];
            const std::span partitions(found.partitions, static_cast<std::size_t>(found.partition_cnt));
            const bool led =
                std::ranges::all_of(partitions, [](const auto& partition) { return partition.leader >= 0; });
            if (found.err == RD_KAFKA_RESP_ERR_NO_ERROR && !partitions.empty() && led) ++ready;
        }
        if (ready == kTopics) return {};
        if (std::chrono::steady_clock::now() > deadline) {
            return log_failure(LogError::Kind::retriable, "the topics are created, but not all have a leader");
        }
        client_->serve(kLeaderPauseMs);
    }
}

LogResult<Cluster::Partitions> Cluster::check_topics(Duration timeout) {
    auto counts = partitions(timeout);
    if (!counts) return counts;
    for (const Topic topic : all_topics()) {
        const int count = (*counts)[index(topic)];
        if (count == 0) {
            return log_failure(LogError::Kind::bad_configuration,
                               fmt::format("topic {} does not exist (accountwatch topics create)", name(topic)));
        }
    }
    if (const auto mistake = partitions_mistake(*counts)) {
        return log_failure(LogError::Kind::bad_configuration, "topic " + mistake->text);
    }
    return counts;
}

// Topics only ever get more partitions, so the smaller of two numbers is what they were made with.
std::optional<Cluster::Mistake> Cluster::partitions_mistake(const Partitions& counts) const {
    const int events = counts[index(Topic::events)];
    const int state = counts[index(Topic::state)];
    const int wanted = options_.partitions;
    if (events != 0 && state != 0 && events != state) {
        if (events > state) return Mistake{Topic::events, extended_text(name(Topic::events), state, events)};
        return Mistake{Topic::state, fmt::format("{} has {} partitions, {} has {}, they must have as many; {}",
                                                 name(Topic::state), state, name(Topic::events), events, kNewTopics)};
    }
    const Topic topic = events != 0 ? Topic::events : Topic::state;
    const int count = counts[index(topic)];
    if (count == 0 || count == wanted) return std::nullopt;
    auto text = fmt::format("{} has {} partitions, log.partitions is {}: set log.partitions to {}", name(topic), count,
                            wanted, count);
    // Only the state knows with how many it was made (app/partition.hpp).
    if (count > wanted) text += fmt::format(", unless the topics were extended: then {}", kNewTopics);
    return Mistake{topic, std::move(text)};
}

// Asks again while the partition has no leader: after its creation, or while a broker comes back.
LogResult<Watermarks> Cluster::watermarks(const std::string& topic, int partition, Duration timeout) {
    const auto deadline = std::chrono::steady_clock::now() + timeout;
    while (true) {
        client_->serve();
        Watermarks marks;
        const auto code = rd_kafka_query_watermark_offsets(client_->handle(), topic.c_str(), partition, &marks.low,
                                                           &marks.high, std::max(1, left_until(deadline)));
        if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return marks;
        const bool no_leader = code == RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION ||
                               code == RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE ||
                               code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART ||
                               code == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION || code == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC;
        if (!no_leader || std::chrono::steady_clock::now() > deadline) {
            auto error = to_log_error(fmt::format("cannot ask for the end of {} [{}]", topic, partition), code, "");
            // Who asks knows that it exists: a broker that has just come up does not yet.
            if (no_leader) error.kind = LogError::Kind::retriable;
            return fail(std::move(error));
        }
        client_->serve(kLeaderPauseMs);
    }
}

}  // namespace aw::eventlog
