// A decision in words, made from its code, inputs and gates alone: when it is taken, in the language of the
// organisation, and whenever somebody asks, in theirs. Every fact that is told is an input or a gate.
#pragma once

#include "core/cases/sentence.hpp"

namespace aw {

// Nothing if the facts are not there: of an older release, whose text is all that is known, or of no account.
[[nodiscard]] std::optional<std::string> decision_text(Language language, const Calendar& calendar,
                                                       const Decision& decision);
// ... of kind EVALUATION (evaluation_text.cpp).
[[nodiscard]] std::optional<std::string> evaluation_text(const Say& say, const Calendar& calendar,
                                                         const Decision& decision);

// Too few visits, calls or pickups in a period.
[[nodiscard]] std::string missed_visits(const Say& say, const std::string& period, TaskKind kind, StaffRole who,
                                        std::int64_t done, std::int64_t times);

}  // namespace aw
