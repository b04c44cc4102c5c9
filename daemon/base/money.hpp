// Money: an exact amount in minor units (fen). The daemon counts in one currency, CNY.
#pragma once

#include <compare>
#include <cstdint>

namespace aw {

struct Money {
    std::int64_t minor = 0;  // fen; negative = credit

    auto operator<=>(const Money&) const = default;
    Money& operator+=(Money other) {
        minor += other.minor;
        return *this;
    }
    Money& operator-=(Money other) {
        minor -= other.minor;
        return *this;
    }
    friend Money operator+(Money a, Money b) { return {a.minor + b.minor}; }
    friend Money operator-(Money a, Money b) { return {a.minor - b.minor}; }

    template <class Archive>
    void fields(Archive& archive) {
        archive(minor);
    }
};

inline constexpr Money yuan(std::int64_t whole) { return {whole * 100}; }

// Largest amount an event may carry, either sign (contract: absurd amounts are BAD_AMOUNT).
inline constexpr std::int64_t kMaxAmountMinor = 1'000'000'000'000;

}  // namespace aw
