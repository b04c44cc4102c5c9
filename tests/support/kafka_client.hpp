// What tests do to Kafka as others do: topics of their own, records with keys and headers, a group's positions.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace aw::test {

void make_topic(const std::string& broker, const std::string& topic, int partitions);

struct Produced {
    std::string topic;
    int partition = 0;
    std::string key;
    std::string value;
    std::vector<std::pair<std::string, std::string>> headers = {};
};
// Returns when all are acknowledged; throws std::runtime_error otherwise.
void produce(const std::string& broker, const std::vector<Produced>& records);

// The position that the group has committed; -1001 for none.
[[nodiscard]] std::int64_t committed_position(const std::string& broker, const std::string& group,
                                              const std::string& topic, int partition);

// Of a topic, committed records only unless `aborted_too`.
struct Consumed {
    int partition = 0;
    std::int64_t offset = 0;
    std::string key;
    std::string value;
    std::vector<std::pair<std::string, std::string>> headers;
};
[[nodiscard]] std::vector<Consumed> consume_all(const std::string& broker, const std::string& topic, int partitions,
                                                bool aborted_too = false);

}  // namespace aw::test
