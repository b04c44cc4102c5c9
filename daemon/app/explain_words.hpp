// The vocabulary of explain_text.cpp: codes, gates and numbers as people say them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/calendar/calendar.hpp"
#include "core/model/explanation.hpp"

namespace aw::app {

// Picks one of two wordings.
class Say {
public:
    explicit Say(Language language) : language_(language) {}
    std::string operator()(std::string_view zh, std::string_view en) const {
        return std::string(language_ == Language::EN ? en : zh);
    }
    // The same with {} filled in.
    template <class... Values>
    std::string fill(std::string_view zh, std::string_view en, const Values&... values) const {
        return fmt::vformat(language_ == Language::EN ? en : zh, fmt::make_format_args(values...));
    }
    [[nodiscard]] Language language() const { return language_; }

private:
    Language language_;
};

[[nodiscard]] std::string minute_text(const Calendar& calendar, Timestamp at);  // 2026-08-17 08:30
[[nodiscard]] std::string grouped(std::int64_t number);                         // 1,234,567
[[nodiscard]] std::string money_text(std::int64_t fen);                         // 1,234.50
[[nodiscard]] std::int64_t to_number(std::string_view text);                    // 0 for what is none
[[nodiscard]] std::string bp_text(std::string_view bp);                         // "-6500" -> -65.0 %
[[nodiscard]] std::string points_text(std::string_view bp);                     // "-1180" -> -11.8
[[nodiscard]] std::string share_text(std::string_view bp);                      // "7420" -> 74.2 %
[[nodiscard]] std::string kind_words(const Say& say, std::string_view kind);    // items, revenue
// A row that holds the account against a threshold of the policy: its gate says both numbers.
[[nodiscard]] bool is_threshold(Reference reference);
// In items, or in yuan where the measure is money.
[[nodiscard]] std::string amount_words(const Say& say, const Explanation& says, std::int64_t value);
// What is known beside the numbers and the gates, one piece each.
[[nodiscard]] std::vector<std::string> input_words(const Say& say, const Explanation& says);
// "20.3 % below, gate 30.0 %" and the like.
[[nodiscard]] std::string gate_words(const Say& say, const Gate& gate);
// Whether it holds, and if not, why not.
[[nodiscard]] std::string outcome_words(const Say& say, const Explanation& says);
// A decision in words: of one that gave no signal from its numbers and gates, for its text is in the language of the
// notices. rule: what the same rule says now; nullptr = nothing is known of it.
[[nodiscard]] std::string decision_words(const Say& say, const Decision& decision, const Explanation* rule);
// A SuppressionCode or one of Explanation::code.
[[nodiscard]] std::string code_words(const Say& say, std::string_view code);

}  // namespace aw::app
