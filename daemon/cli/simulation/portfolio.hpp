// The simulated clients: who they are, how much they ship and in which rhythm. Values, made once from a seed.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "cli/simulation/random.hpp"
#include "core/calendar/calendar.hpp"
#include "core/model/enums.hpp"
#include "core/model/ids.hpp"

namespace aw::simulation {

// How much of real shipping is recorded a day or more after it happened (18.5 % of 10,324 shipment lines of a supply
// chain over nine years), and how late that is: log-normal, half of it within 8 days, one in a hundred of all after 43.
inline constexpr double kLateShare = 0.185;
inline constexpr double kLateMedianDays = 8;
inline constexpr double kLateSigma = 1.3;

enum class Rhythm : std::uint8_t { office, factory, online_shop };

// Where a line's items go.
struct Lane {
    std::uint32_t region = 0;  // destination division code; 0 = abroad, none
    double share = 1;          // of the line's items
};

struct LineProfile {
    std::string_view name;  // business line
    double share = 1;       // of the account's items
    std::int64_t price_fen = 0;
    std::vector<Lane> lanes = {Lane{}};
};

struct SimulatedAccount {
    AccountRoot root;
    std::uint32_t number = 0;  // for the name
    Rhythm rhythm = Rhythm::office;
    std::string_view industry_code;
    Importance importance = Importance::STANDARD;
    Settlement settlement = Settlement::CASH;
    std::int64_t annual_revenue_fen = 0;  // on the first day
    double items_per_day = 0;             // of a normal average day
    double growth_per_year = 0;           // log
    double phi = 0;                       // irregularity from day to day: variance of the day's factor
    std::array<double, 7> weekday_tilt = {1, 1, 1, 1, 1, 1, 1};  // its own beside the rhythm of its kind
    double drift = 0;                     // of its level: standard deviation of the log, a week
    double shipping_days = 1;             // share of its days on which it sends at all: the others make a burst
    double late_share = 0;                // of its events, recorded a day or more later
    double holiday_sensitivity = 1;       // exponent of the calendar's volume factor
    bool monthly_invoice = true;
    std::vector<LineProfile> lines;
    std::vector<double> branch_shares;  // branch 001, 002 ...

    [[nodiscard]] CustomerCode code(std::size_t branch) const { return {root, static_cast<std::uint16_t>(branch + 1)}; }
};

[[nodiscard]] std::vector<SimulatedAccount> make_portfolio(int accounts, std::uint64_t seed);

// Expected items of the account on that day as a multiple of items_per_day, before troubles and chance.
[[nodiscard]] double expected_factor(const SimulatedAccount& account, const Calendar& calendar, Day first, Day day);

}  // namespace aw::simulation
