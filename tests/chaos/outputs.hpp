// What stands in the topics, and what should, in one form.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "eventlog/log.hpp"

namespace aw::test {

// What is told apart: each output topic, and of those that several write into each part.
inline constexpr std::string_view kAnswers = "answers";              // in `events`: what shards answer each other
inline constexpr std::string_view kTakenIn = "taken in";             // in `events`: what intake has made of a source
inline constexpr std::string_view kRefusedIn = "refused by intake";  // in `dead-letters`

// Values with headers and partition, by what they are and their key; in their order.
using Outputs = std::map<std::pair<std::string, std::string>, std::vector<std::string>>;
// Does the order of those with one key count?
[[nodiscard]] bool is_ordered(std::string_view what);

// A record as the others see it: its value, the headers around it, and where it lies.
[[nodiscard]] std::string whole(const eventlog::OutRecord& record, int partitions);
[[nodiscard]] std::string whole(const eventlog::Record& record);
[[nodiscard]] std::string printable(std::string text);

// Every committed record of a topic of the log.
void read_topic(eventlog::Log& log, eventlog::Topic topic, const std::function<void(const eventlog::Record&)>& visit);

}  // namespace aw::test
