// The logs that the contract is tested on.
#pragma once

#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "eventlog/kafka/kafka_log.hpp"
#include "eventlog/log.hpp"

namespace aw::test {

// One log of a test's own. Closed and opened again it is the same log.
class Backend {
public:
    virtual ~Backend() = default;
    [[nodiscard]] virtual eventlog::Log& log() = 0;
    virtual void reopen() = 0;  // REQUIRES: everything opened from log() is gone
};

struct BackendKind {
    const char* name;
    std::unique_ptr<Backend> (*make)(int partitions);
};

[[nodiscard]] std::vector<BackendKind> all_backends();

// Settings for the shared broker, or the given one: short time-outs, names of the test's own.
[[nodiscard]] eventlog::KafkaOptions kafka_options(int partitions, const std::string& address = "");
// Reports to stderr with ACCOUNTWATCH_TEST_VERBOSE.
[[nodiscard]] eventlog::LogSink test_sink();
// Opened, topics created.
[[nodiscard]] std::unique_ptr<eventlog::Log> open_kafka(const eventlog::KafkaOptions& options);

inline void PrintTo(const BackendKind& kind, std::ostream* out) { *out << kind.name; }

}  // namespace aw::test
