// What tests do to Kafka as others do: topics of their own, records with keys and headers, a group's positions.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "support/bare_client.hpp"

namespace aw::test {

void make_topic(const std::string& broker, const std::string& topic, int partitions,
                const std::vector<std::pair<std::string, std::string>>& settings = {}, int replicas = 1);

// As an administrator may do at any time: from now on the topic has `partitions`.
void extend_topic(const std::string& broker, const std::string& topic, int partitions);
void delete_topic(const std::string& broker, const std::string& topic);
// Deleted, and made anew as soon as the broker has forgotten the old one.
void remake_topic(const std::string& broker, const std::string& topic, int partitions,
                  const std::vector<std::pair<std::string, std::string>>& settings = {});

struct Produced {
    std::string topic;
    int partition = 0;
    std::string key;
    std::string value;
    std::vector<std::pair<std::string, std::string>> headers = {};
};
// Returns when all are acknowledged; throws std::runtime_error otherwise.
void produce(const std::string& broker, const std::vector<Produced>& records);

// By partition: where the group stands; nothing of those where it has committed nothing. Waits for what an open
// transaction holds undecided.
[[nodiscard]] std::map<int, std::int64_t> committed_positions(const std::string& broker, const std::string& group,
                                                              const std::string& topic, int partitions);
// The same of a client that is asked often (it belongs to the group and joins nothing).
[[nodiscard]] BareClient member_of(const std::string& broker, const std::string& group);
[[nodiscard]] std::map<int, std::int64_t> committed_positions(const BareClient& client, const std::string& topic,
                                                              int partitions);
// Does no open transaction hold one of these positions undecided? Waits a moment for those that end.
[[nodiscard]] bool positions_are_decided(const std::string& broker, const std::string& group, const std::string& topic,
                                         int partitions);
// Of one partition; -1001 for none.
[[nodiscard]] std::int64_t committed_position(const std::string& broker, const std::string& group,
                                              const std::string& topic, int partition);
// Moves a group, as an administrator may; waits until nobody is in it.
void set_position(const std::string& broker, const std::string& group, const std::string& topic, int partition,
                  std::int64_t position);
// How many members of a group own a partition; 0 while the broker does not say.
[[nodiscard]] std::size_t owners_of(const std::string& broker, const std::string& group);
// By partition: one past the last committed record that is no mark of a transaction; nothing of those that have none.
[[nodiscard]] std::map<int, std::int64_t> log_ends(const std::string& broker, const std::string& topic, int partitions);
// By partition: the end, marks of transactions included. Reads nothing.
[[nodiscard]] std::map<int, std::int64_t> high_watermarks(const BareClient& client, const std::string& topic,
                                                          int partitions);
// By partition: where readers of committed records stop at a transaction that is undecided now; nothing of the others.
[[nodiscard]] std::map<int, std::int64_t> undecided(const std::string& broker, const std::string& topic,
                                                    int partitions);
[[nodiscard]] bool reaches(const std::map<int, std::int64_t>& positions, const std::map<int, std::int64_t>& ends);
[[nodiscard]] std::uint64_t count_records(const std::string& broker, const std::string& topic, int partitions,
                                          bool aborted_too);

// Of a topic, committed records only unless `aborted_too`.
struct Consumed {
    int partition = 0;
    std::int64_t offset = 0;
    std::int64_t timestamp_ms = 0;
    std::string key;
    std::string value;
    std::vector<std::pair<std::string, std::string>> headers;
};
[[nodiscard]] std::vector<Consumed> consume_all(const std::string& broker, const std::string& topic, int partitions,
                                                bool aborted_too = false);

}  // namespace aw::test
