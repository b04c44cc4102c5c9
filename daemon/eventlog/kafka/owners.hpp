// Who of the group owns a partition of `events`, and where that process is reached. The broker knows the members and
// what each was given; a worker's client.id ends with the URL of its process. Needs DESCRIBE on the group, which READ
// implies.
#pragma once

#include <string>

#include "eventlog/kafka/cluster.hpp"

namespace aw::eventlog {

// Empty: nobody owns it at the moment, or its owner gave no URL.
[[nodiscard]] LogResult<std::string> find_owner(Cluster& cluster, int partition, Duration timeout);

// The URL behind a client.id; empty if there is none.
[[nodiscard]] std::string url_of_member(std::string_view client_id);

// Whether an assignment of the consumer protocol (version, topics with their partitions, all big-endian) gives that
// partition of the topic. False for bytes that are none.
[[nodiscard]] bool assigns(std::string_view assignment, std::string_view topic, int partition);

}  // namespace aw::eventlog
