// What a system beside the cluster writes into a topic of its own, which the cluster under test reads into its log:
// parcels as JSON in the words of that system, some of them twice, and some that are none.
#pragma once

#include <cstdint>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "support/bare_client.hpp"

namespace aw::test {

inline constexpr const char* kSourceName = "parcels";  // in the settings and in dead letters
inline constexpr const char* kSourceFeed = "counter";  // what its events say of where they are from
inline constexpr int kSourcePartitions = 3;

// How its words become ours, as a file with a field map has it.
[[nodiscard]] std::string source_map();

struct SourceRecord {
    std::string key;
    std::string value;
    std::string traceparent;  // none if empty
};

// The same seed gives the same records, but for their times.
class SourceMaker {
public:
    explicit SourceMaker(std::uint64_t seed) : random_(seed) {}
    [[nodiscard]] SourceRecord next();

private:
    [[nodiscard]] int below(int n) { return static_cast<int>(random_() % static_cast<std::uint64_t>(n)); }
    [[nodiscard]] std::string poison();

    std::mt19937_64 random_;
    int count_ = 0;
    SourceRecord last_;
};

// Sends them with a producer as others have it: idempotent, without transactions. One owner, one thread.
class SourceLoad {
public:
    SourceLoad(const std::string& broker, std::string topic, std::uint64_t seed);
    void send(int records);  // does not wait
    void finish();           // until each is acknowledged; throws if they are not in a minute
    // Values of all records that the broker has acknowledged. After finish().
    [[nodiscard]] const std::multiset<std::string>& acknowledged() const { return acknowledged_; }

private:
    void produce(const SourceRecord& record);
    void take_reports(int wait_ms);

    BareClient client_;
    std::string topic_;
    SourceMaker maker_;
    std::size_t in_flight_ = 0;
    std::multiset<std::string> acknowledged_;
};

}  // namespace aw::test
