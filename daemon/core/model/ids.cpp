#include "core/model/ids.hpp"

#include <array>

namespace aw {
namespace {

// All of `text` as decimal digits.
std::optional<std::uint64_t> number(std::string_view text) {
    std::uint64_t value = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') return std::nullopt;
        value = value * 10 + static_cast<std::uint64_t>(c - '0');
    }
    return value;
}

// Decimal, with leading zeros up to `width` digits. One for each state record of a commit.
std::string padded(std::uint64_t value, std::size_t width) {
    std::array<char, 20> digits{};
    std::size_t from = digits.size();
    for (; value != 0 || from + width > digits.size(); value /= 10)
        digits[--from] = static_cast<char>('0' + value % 10);
    return {digits.data() + from, digits.size() - from};
}

}  // namespace

std::string format_root(AccountRoot root) { return padded(root.n, 11); }

std::optional<AccountRoot> parse_root(std::string_view text) {
    if (text.size() != 11) return std::nullopt;
    const auto value = number(text);
    if (!value || *value / 100'000 == 0) return std::nullopt;
    return AccountRoot{*value};
}

std::optional<AccountRoot> root_of_id(std::string_view id) {
    if (id.size() < 13 || id[11] != '-') return std::nullopt;
    return parse_root(id.substr(0, 11));
}

std::optional<CustomerCode> parse_customer_code(std::string_view text) {
    if (text.size() != 14) return std::nullopt;
    const auto root = parse_root(text.substr(0, 11));
    const auto branch = number(text.substr(11));
    if (!root || !branch) return std::nullopt;
    return CustomerCode{*root, static_cast<std::uint16_t>(*branch)};
}

std::string format_code(CustomerCode code) { return format_root(code.root) + padded(code.branch, 3); }

std::optional<std::uint32_t> parse_region(std::string_view text) {
    if (text.size() != 6) return std::nullopt;
    const auto value = number(text);
    if (!value || *value == 0) return std::nullopt;
    return static_cast<std::uint32_t>(*value);
}

std::optional<std::uint32_t> parent_region(std::uint32_t region) {
    if (region % 100 != 0) return region / 100 * 100;
    if (region % 10'000 != 0) return region / 10'000 * 10'000;
    return std::nullopt;
}

std::string format_region(std::uint32_t region) { return padded(region, 6); }

}  // namespace aw
