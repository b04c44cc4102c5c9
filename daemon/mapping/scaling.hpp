// Exact arithmetic on numbers as other systems write them: 12.5 (kg) x 1000 = 12500 (g).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace aw {

// mantissa x 10^-decimals
struct Decimal {
    std::int64_t mantissa = 0;
    int decimals = 0;  // 0 to 18
};

// `12`, `-0.5`, `+3`, `1,234.50`, `1.5e3`; at most 18 digits that count. Nothing for anything else.
[[nodiscard]] std::optional<Decimal> parse_decimal(std::string_view text);

enum class Rounding {
    nearest,  // half away from zero
    exact,    // only what comes to a whole number
};
enum class NotWhole { too_large, has_fraction };

// number x factor as a whole number, or why not.
struct Scaled {
    std::optional<std::int64_t> value;
    NotWhole why = NotWhole::has_fraction;  // without a value
};
[[nodiscard]] Scaled scaled(const Decimal& number, const Decimal& factor, Rounding rounding);

// What a unit measures, and how many of ours (grams, fen) it is.
struct MeasureUnit {
    enum class Measures { weight, money };
    std::string_view name;
    Measures measures;
    std::int64_t of_ours;
};
[[nodiscard]] const MeasureUnit* find_unit(std::string_view name);  // g, jin, kg, t; fen, yuan, wan_yuan

}  // namespace aw
