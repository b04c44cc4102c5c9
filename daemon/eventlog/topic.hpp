// The topics of the log (contract section 4). An adapter knows them by this enumeration; names are for Kafka and
// people.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace aw::eventlog {

enum class Topic : std::uint8_t {
    events,        // the one ordered log, keyed by account root
    signals,       // what was noticed, keyed by account root
    cases,         // last state of each case, compacted
    tasks,         // last state of each task, compacted
    notices,       // keyed by recipient
    decisions,     // why and why not, keyed by account root
    data_gaps,     // keyed by feed
    reports,       // keyed by unit
    dead_letters,  // refused records with their original bytes
    receipts,      // delivery ledger, keyed by recipient
    state,         // changelog of the shards, compacted, written to the partition of the shard
};

inline constexpr std::size_t kTopics = 11;
inline constexpr std::string_view kDefaultTopicPrefix = "accountwatch.";

[[nodiscard]] const std::array<Topic, kTopics>& all_topics();
[[nodiscard]] std::string_view topic_name(Topic topic);  // without prefix: "dead-letters"
[[nodiscard]] std::string topic_name(std::string_view prefix, Topic topic);
[[nodiscard]] std::optional<Topic> parse_topic(std::string_view name);  // without prefix
[[nodiscard]] bool is_compacted(Topic topic);
[[nodiscard]] constexpr std::size_t index(Topic topic) { return static_cast<std::size_t>(topic); }

}  // namespace aw::eventlog
