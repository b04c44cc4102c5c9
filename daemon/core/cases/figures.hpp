// Numbers, amounts and gates as people say them, in Chinese and in English.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/calendar/calendar.hpp"
#include "core/model/output.hpp"

namespace aw {

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
[[nodiscard]] std::string exact_bp_text(std::string_view bp);                   // "-6501" -> -65.01 %
[[nodiscard]] std::string bp_text(std::string_view bp);                         // "-6500" -> -65.0 %
[[nodiscard]] std::string points_text(std::string_view bp);                     // "-1180" -> -11.8
[[nodiscard]] std::string share_text(std::string_view bp);                      // "7420" -> 74.2 %
// In items, or in yuan where the measure is money.
[[nodiscard]] std::string amount_words(const Say& say, Measure measure, std::int64_t value);
// "change -20.3 % (gate -30.0 %)" and the like.
[[nodiscard]] std::string gate_words(const Say& say, const Gate& gate);

}  // namespace aw
