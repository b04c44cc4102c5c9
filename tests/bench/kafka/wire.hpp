// Bare librdkafka: what the same broker gives a client that does nothing with its records.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace aw::test {

struct Rate {
    std::uint64_t records = 0;
    double seconds = 0;
    double cpu_seconds = 0;  // of this process
    [[nodiscard]] double per_second() const { return static_cast<double>(records) / seconds; }
    [[nodiscard]] double cpu_per_million() const { return cpu_seconds * 1e6 / static_cast<double>(records); }
};

struct Keyed {
    std::string key;
    std::string value;
};

// Produces `count` records made by `make`, partitioned by murmur2 of their keys.
[[nodiscard]] Rate produce_bare(const std::string& broker, const std::string& topic, const std::string& compression,
                                std::uint64_t count, const std::function<void(std::uint64_t, Keyed&)>& make);
// The same for a load that is paced by `make`, without idempotence: librdkafka 2.0.2 turns in circles while the five
// requests of an idempotent producer are under way, and takes up to half a core from whom it shall not disturb.
[[nodiscard]] Rate produce_load(const std::string& broker, const std::string& topic, const std::string& compression,
                                std::uint64_t count, const std::function<void(std::uint64_t, Keyed&)>& make);
// Reads a topic from beginning to end with rd_kafka_consumer_poll().
[[nodiscard]] Rate consume_bare(const std::string& broker, const std::string& topic, int partitions);
// Reads a topic from beginning to end and produces every record, unchanged, into another.
[[nodiscard]] Rate copy_bare(const std::string& broker, const std::string& from, const std::string& to, int partitions,
                             const std::string& compression);

// Follows a topic from its end, committed records only, until `on_record` (key, value) says false.
void follow(const std::string& broker, const std::string& topic, int partitions, const std::function<void()>& ready,
            const std::function<bool(const std::string&, const std::string&)>& on_record);

}  // namespace aw::test
