// What `send` and `dead-letters redrive` append.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "codec/records.hpp"
#include "eventlog/log.hpp"

namespace aw::cli {

// The format in which events are written: as the outputs in Kafka, protobuf in the embedded log.

// Collects records and appends them in batches. What was given up is told by error().
class Batches {
public:
    explicit Batches(eventlog::Appender& appender) : appender_(appender) {}

    // False: the log does not take them; error() says why.
    [[nodiscard]] bool add(eventlog::OutRecord record);
    [[nodiscard]] bool flush();
    // Records acknowledged, a broadcast counting once.
    [[nodiscard]] std::uint64_t appended() const { return appended_; }
    [[nodiscard]] const std::optional<eventlog::LogError>& error() const { return error_; }

private:
    eventlog::Appender& appender_;
    std::vector<eventlog::OutRecord> batch_;
    std::size_t bytes_ = 0;
    std::uint64_t appended_ = 0;
    std::optional<eventlog::LogError> error_;
};

}  // namespace aw::cli
