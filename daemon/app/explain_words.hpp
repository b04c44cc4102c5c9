// The vocabulary of explain_text.cpp: codes, gates and numbers as people say them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/cases/figures.hpp"
#include "core/model/explanation.hpp"

namespace aw::app {

using aw::amount_words;
using aw::bp_text;
using aw::gate_words;
using aw::grouped;
using aw::minute_text;
using aw::money_text;
using aw::points_text;
using aw::Say;
using aw::share_text;
using aw::to_number;

[[nodiscard]] std::string kind_words(const Say& say, std::string_view kind);    // items, revenue
// A row that holds the account against a threshold of the policy: its gate says both numbers.
[[nodiscard]] bool is_threshold(Reference reference);
// What is known beside the numbers and the gates, one piece each.
[[nodiscard]] std::vector<std::string> input_words(const Say& say, const Explanation& says);
// Whether it holds, and if not, why not.
[[nodiscard]] std::string outcome_words(const Say& say, const Explanation& says);
// A decision in the language that is asked for; of an older release, as it was told.
[[nodiscard]] std::string decision_words(const Say& say, const Calendar& calendar, const Decision& decision);
// A SuppressionCode or one of Explanation::code.
[[nodiscard]] std::string code_words(const Say& say, std::string_view code);

}  // namespace aw::app
