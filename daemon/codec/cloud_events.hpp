// Records -> what others are told of them without reading them (base/cloud_event.hpp): a stable type for each message,
// and an id that no other record has. What is told again and again (a case, a task, a gap, a report) has one id for
// each time.
#pragma once

#include <optional>

#include "base/cloud_event.hpp"
#include "codec/records.hpp"
#include "core/model/event.hpp"
#include "core/model/output.hpp"

namespace aw {

inline constexpr std::string_view kDeadLetterType = "accountwatch.dead-letter.v1";

// Any thread. Events have none: their envelope says it, and six headers cost a reader of events more than all it does
// with them (tests/bench/kafka). `at`: log time of what caused it, for what has no time of its own. Nothing for effects
// that are no record of a topic by themselves (Refusal, Partial, Breach).
[[nodiscard]] std::optional<CloudEvent> cloud_event(const Effect& effect, Timestamp at, Format format);
[[nodiscard]] CloudEvent cloud_event(const Notice& notice, Format format);
[[nodiscard]] CloudEvent cloud_event(const Receipt& receipt, Format format);
// Its id is the place of the refused record.
[[nodiscard]] CloudEvent cloud_event(const DeadLetter& letter, Format format);

}  // namespace aw
