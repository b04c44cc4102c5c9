// Records that only edges make, and the formats and kinds that the codec knows.
#pragma once

#include <cstdint>
#include <string>

#include "base/time.hpp"
#include "core/model/enums.hpp"
#include "core/model/ids.hpp"
#include "core/model/output.hpp"

namespace aw {

enum class Format : std::uint8_t { protobuf, json };

enum class OutputKind : std::uint8_t {
    signal,
    escalation_case,
    task,
    notice,
    decision,
    data_gap,
    report,
    account,
    dead_letter,
    receipt,
    silence
};

// A record that was refused: the Refusal of decoder or shard, and where the record came from.
struct DeadLetter {
    DeadLetterReason reason = DeadLetterReason::UNSPECIFIED;
    std::string detail;
    std::string source;
    std::string topic;
    std::int32_t partition = 0;
    std::int64_t offset = 0;  // in the partition; the line in a file
    std::string key;
    std::string payload;  // the original bytes
    Timestamp received_at;
};

}  // namespace aw
