#include "eventlog/topic.hpp"

#include <algorithm>

namespace aw::eventlog {
namespace {

constexpr std::array<Topic, kTopics> kAll = {Topic::events,       Topic::signals,   Topic::cases,     Topic::tasks,
                                             Topic::notices,      Topic::decisions, Topic::data_gaps, Topic::reports,
                                             Topic::dead_letters, Topic::receipts,  Topic::state};

constexpr std::array<std::string_view, kTopics> kNames = {"events",       "signals",   "cases",     "tasks",
                                                          "notices",      "decisions", "data-gaps", "reports",
                                                          "dead-letters", "receipts",  "state"};

}  // namespace

const std::array<Topic, kTopics>& all_topics() { return kAll; }

std::string_view topic_name(Topic topic) { return kNames[index(topic)]; }

std::string topic_name(std::string_view prefix, Topic topic) { return std::string(prefix).append(topic_name(topic)); }

std::optional<Topic> parse_topic(std::string_view name) {
    const auto* const found = std::find(kNames.begin(), kNames.end(), name);
    if (found == kNames.end()) return std::nullopt;
    return kAll[static_cast<std::size_t>(found - kNames.begin())];
}

bool is_compacted(Topic topic) { return topic == Topic::cases || topic == Topic::tasks || topic == Topic::state; }

}  // namespace aw::eventlog
