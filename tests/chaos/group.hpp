// What a broker itself says of topics and groups, past the port of the log.
#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace aw::test {

// By partition: where the group stands. Partitions of which the broker does not say it yet are missing.
[[nodiscard]] std::map<int, std::int64_t> committed_positions(const std::string& broker, const std::string& group,
                                                              const std::string& topic, int partitions);

// Sum over the partitions of one past the last record that is no mark of a transaction.
[[nodiscard]] std::uint64_t log_end(const std::string& broker, const std::string& topic, int partitions);

struct RecordCount {
    std::uint64_t committed = 0;
    std::uint64_t aborted = 0;  // written in transactions that were given up
};
[[nodiscard]] RecordCount count_records(const std::string& broker, const std::string& topic, int partitions);

}  // namespace aw::test
