// The words of decisions that gave no signal, in the language of the notices. Those of a decision that fired are the
// first reason of its signal (shard_signals.cpp).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/cases/notice_text.hpp"
#include "core/shard/account.hpp"

namespace aw {

// 1234 items, or 12.34 where the measure is money.
[[nodiscard]] std::string amount_text(Measure measure, std::int64_t value);
// Without a code: it came near an alarm, or was none for what the rest of the client did.
[[nodiscard]] std::string no_signal_text(Language language, const DropFinding& finding,
                                         std::optional<SuppressionCode> code);
// A period waits for its feed.
[[nodiscard]] std::string held_text(Language language, const std::string& period);

}  // namespace aw
