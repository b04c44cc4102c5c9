#include "mapping/scaling.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <string>

namespace aw {
namespace {

__extension__ typedef __int128 Wide;

constexpr int kMaxDigits = 18;  // so that a mantissa fits into 64 bits, and a product of two into 128

constexpr std::array<MeasureUnit, 7> kUnits{{
    {"g", MeasureUnit::Measures::weight, 1},
    {"jin", MeasureUnit::Measures::weight, 500},
    {"kg", MeasureUnit::Measures::weight, 1000},
    {"t", MeasureUnit::Measures::weight, 1'000'000},
    {"fen", MeasureUnit::Measures::money, 1},
    {"yuan", MeasureUnit::Measures::money, 100},
    {"wan_yuan", MeasureUnit::Measures::money, 1'000'000},
}};

bool digit(char c) { return c >= '0' && c <= '9'; }

// Digits without the commas between groups of three; nothing if a comma stands elsewhere.
std::optional<std::string> without_commas(std::string_view whole) {
    if (whole.find(',') == std::string_view::npos) return std::string(whole);
    std::string digits;
    for (std::size_t i = 0; i < whole.size(); ++i) {
        const bool at_comma = (whole.size() - i) % 4 == 0;
        if ((whole[i] == ',') != at_comma || (at_comma && i == 0)) return std::nullopt;
        if (!at_comma) digits += whole[i];
    }
    return digits;
}

// The exponent behind e or E; the text ends before it then.
std::optional<int> take_exponent(std::string_view& text) {
    const std::size_t at = text.find_first_of("eE");
    if (at == std::string_view::npos) return 0;
    std::string_view digits = text.substr(at + 1);
    if (digits.starts_with('+')) digits.remove_prefix(1);
    int exponent = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), exponent);
    if (read.ec != std::errc() || read.ptr != digits.data() + digits.size()) return std::nullopt;
    text = text.substr(0, at);
    return exponent > -100 && exponent < 100 ? std::optional<int>(exponent) : std::nullopt;
}

}  // namespace

std::optional<Decimal> parse_decimal(std::string_view text) {
    const bool negative = text.starts_with('-');
    if (negative || text.starts_with('+')) text.remove_prefix(1);
    const auto exponent = take_exponent(text);
    if (!exponent) return std::nullopt;
    const std::size_t point = text.find('.');
    const auto whole = without_commas(text.substr(0, point));
    const std::string_view fraction = point == std::string_view::npos ? "" : text.substr(point + 1);
    if (!whole || (whole->empty() && fraction.empty()) || (point != std::string_view::npos && fraction.empty())) {
        return std::nullopt;
    }
    std::string digits = *whole + std::string(fraction);
    if (!std::ranges::all_of(digits, digit)) return std::nullopt;
    int decimals = static_cast<int>(fraction.size()) - *exponent;
    while (digits.size() > 1 && digits.back() == '0' && decimals > 0) {
        digits.pop_back();
        --decimals;
    }
    digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size() - 1));
    if (digits == "0") return Decimal{};
    for (; decimals < 0 && digits.size() <= kMaxDigits; ++decimals) digits += '0';
    if (digits.size() > kMaxDigits || decimals < 0 || decimals > kMaxDigits) return std::nullopt;
    Decimal number{0, decimals};
    (void)std::from_chars(digits.data(), digits.data() + digits.size(), number.mantissa);
    if (negative) number.mantissa = -number.mantissa;
    return number;
}

Scaled scaled(const Decimal& number, const Decimal& factor, Rounding rounding) {
    const Wide product = static_cast<Wide>(number.mantissa) * factor.mantissa;
    Wide divisor = 1;
    for (int i = 0; i < number.decimals + factor.decimals; ++i) divisor *= 10;
    Wide value = product / divisor;
    const Wide rest = product % divisor;
    if (rest != 0) {
        if (rounding == Rounding::exact) return {};
        const Wide size = rest < 0 ? -rest : rest;
        if (size >= divisor - size) value += product < 0 ? -1 : 1;
    }
    if (value > std::numeric_limits<std::int64_t>::max() || value < std::numeric_limits<std::int64_t>::min()) {
        return {std::nullopt, NotWhole::too_large};
    }
    return {static_cast<std::int64_t>(value)};
}

const MeasureUnit* find_unit(std::string_view name) {
    const auto found = std::ranges::find(kUnits, name, &MeasureUnit::name);
    return found == kUnits.end() ? nullptr : &*found;
}

}  // namespace aw
