// What all members of a group have in common. Internal to the adapter.
#pragma once

#include <string>

#include "eventlog/kafka/kafka_log.hpp"

namespace aw::eventlog {

struct StableNames {
    std::string instance_id;
    std::string transactional_id;
};
// The same at every start of member number `number` of this process. Two processes with the same KafkaOptions would
// fence each other.
[[nodiscard]] StableNames stable_names(const KafkaOptions& options, const std::string& group, int number);

}  // namespace aw::eventlog
