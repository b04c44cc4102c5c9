// Identities. An account is known by its 14-digit customer code (000 l.73-89): administrative division (6),
// account sequence (5), branch sequence (3). The first 11 digits are the account root, the key of everything.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/strong.hpp"

namespace aw {

using StaffId = StrongString<struct StaffTag>;
using UnitId = StrongString<struct UnitTag>;
using CaseId = StrongString<struct CaseTag>;      // <root>-<n>
using TaskId = StrongString<struct TaskTag>;      // <root or unit>-t<n>
using SignalId = StrongString<struct SignalTag>;  // <root>-s<n>

// The 11 digits as a number (leading zeros come back when printed). Zero = none.
struct AccountRoot {
    std::uint64_t n = 0;

    [[nodiscard]] bool is_set() const { return n != 0; }
    auto operator<=>(const AccountRoot&) const = default;
    template <class Archive>
    void fields(Archive& archive) {
        archive(n);
    }
};

[[nodiscard]] std::string format_root(AccountRoot root);                          // 11 digits
[[nodiscard]] std::optional<AccountRoot> parse_root(std::string_view text);       // exactly 11 digits, not all zero
[[nodiscard]] std::optional<AccountRoot> root_of_id(std::string_view id);         // of a case, task or signal id
[[nodiscard]] inline std::uint32_t region_of(AccountRoot root) { return static_cast<std::uint32_t>(root.n / 100'000); }

struct CustomerCode {
    AccountRoot root;
    std::uint16_t branch = 0;  // 0..999

    [[nodiscard]] bool is_set() const { return root.is_set(); }
    auto operator<=>(const CustomerCode&) const = default;
};

// Exactly 14 digits; the region must not be 000000.
[[nodiscard]] std::optional<CustomerCode> parse_customer_code(std::string_view text);
[[nodiscard]] std::string format_code(CustomerCode code);

// "371400" -> 371400; 371402 -> 371400 -> 370000 -> nothing: the ancestors in the division code (GB/T 2260).
[[nodiscard]] std::optional<std::uint32_t> parse_region(std::string_view text);
[[nodiscard]] std::optional<std::uint32_t> parent_region(std::uint32_t region);
[[nodiscard]] std::string format_region(std::uint32_t region);

}  // namespace aw

template <>
struct std::hash<aw::AccountRoot> {
    std::size_t operator()(aw::AccountRoot root) const noexcept {
        // Roots of one city differ only in a few low digits; spread them (splitmix64 finaliser).
        std::uint64_t x = root.n + 0x9e3779b97f4a7c15ULL;
        x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
        x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
        return static_cast<std::size_t>(x ^ (x >> 31));
    }
};
