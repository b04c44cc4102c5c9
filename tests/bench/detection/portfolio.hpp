// What a detector sees (Portfolio) and what only the oracle and the measures know (Truth).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace aw::bench {

inline constexpr std::int32_t kWarmUpDays = 90;  // no alarm is counted before an account has this much history
inline constexpr std::int32_t kPauseDays = 28;   // after an alarm the account is silent this long

// The shape of an account's code: region and industry make the cohort, region alone and "all" its parents.
struct CohortKey {
    std::uint16_t region = 0;
    std::uint16_t industry = 0;
    bool operator==(const CohortKey&) const = default;
};

// Items per account and day. Days are indices from `first_day`; a day's row is complete (no late events).
struct Portfolio {
    std::string name;
    std::int32_t first_day = 0;  // civil day, counted from 1970-01-01
    std::size_t accounts = 0;
    std::size_t days = 0;
    std::vector<std::uint32_t> counts;    // [account * days + day]
    std::vector<CohortKey> cohorts;       // per account
    std::vector<float> holiday;           // per day: 0 ordinary, 1 a full public holiday (known in advance)
    std::vector<std::int32_t> starts;     // per account: its first day with history

    [[nodiscard]] std::span<const std::uint32_t> series(std::size_t account) const {
        return {counts.data() + account * days, days};
    }
    [[nodiscard]] std::span<std::uint32_t> series(std::size_t account) {
        return {counts.data() + account * days, days};
    }
    // 0 = Monday .. 6 = Sunday (1970-01-01 was a Thursday).
    [[nodiscard]] int weekday(std::size_t day) const {
        return static_cast<int>(((first_day + static_cast<std::int32_t>(day) + 3) % 7 + 7) % 7);
    }
    [[nodiscard]] std::int32_t warm_from(std::size_t account) const { return starts[account] + kWarmUpDays; }
};

// The undisturbed model behind a portfolio.
struct Truth {
    std::vector<float> mean;         // [account * days + day], with every factor realised
    std::vector<float> phi;          // per account: variance = mean + phi mean^2
    std::vector<std::int32_t> ends;  // per account: first day without the account (days = it stays)
};

struct World {
    Portfolio portfolio;
    Truth truth;
};

// Accounts with at least `rate` items per day in the mean over their life, each thinned to that mean. Binomial
// thinning keeps the dispersion: the result is what a smaller client with the same habits would send.
[[nodiscard]] World thin(const World& world, double rate, std::uint64_t seed);

// The halves: even accounts calibrate, odd accounts report.
[[nodiscard]] bool calibrates(std::size_t account);
[[nodiscard]] std::vector<std::uint32_t> reporting_accounts(const Portfolio& portfolio);

}  // namespace aw::bench
