// A refused record as a record of `dead-letters`, small enough for that topic whatever was refused.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "codec/records.hpp"
#include "eventlog/record.hpp"
#include "telemetry/happenings.hpp"

namespace aw::app {

// Bytes of a refused record that are kept. The largest record that `events` takes (8 MiB) would not fit into a dead
// letter: base64 makes 4 bytes of 3, key and detail come on top. 4 MiB are 5.6 MB then, and four times what a record
// may have.
inline constexpr std::size_t kMaxLetterPayload = 4 << 20;
// Of a key, and of a text about it: no good key has more than 128 bytes; as JSON a byte may take six.
inline constexpr std::size_t kMaxLetterKey = 4 << 10;
inline constexpr std::size_t kMaxLetterDetail = 16 << 10;

// What is longer is cut; how long it was, and the SHA-256 of all of it, are then in the detail.
[[nodiscard]] eventlog::OutRecord to_record(DeadLetter letter, Format format);

// Of the headers of a refused record, which go with its letter; those that come first.
inline constexpr std::size_t kMaxLetterHeaders = 64 << 10;

// The letter of a record that was read; `source`: who refused it, `topic`: where it lay.
[[nodiscard]] DeadLetter letter_of(const eventlog::Record& record, std::string_view source, std::string_view topic,
                                   Refusal refusal);
// As the daemon's own log tells it.
[[nodiscard]] telemetry::DeadLettered happening(const DeadLetter& letter);
// With the original headers. A letter has a content-type and ce_* of its own: the original's stand behind `original-`.
[[nodiscard]] eventlog::OutRecord to_record(DeadLetter letter, const eventlog::Record& original, Format format);
// The original's headers among those that a letter was read with.
[[nodiscard]] std::vector<eventlog::Header> original_headers(std::span<const eventlog::HeaderView> of_letter);

}  // namespace aw::app
