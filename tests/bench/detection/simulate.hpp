// Simulated portfolios with their truth. They copy the habits of real daily counts (see README.md), not the counts.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "bench/detection/portfolio.hpp"

namespace aw::bench {

// What makes one kind of portfolio. Standard deviations are of logarithms unless said otherwise.
struct SimulationKind {
    std::string_view name;
    std::int32_t first_day = 0;      // civil day from 1970-01-01
    std::size_t accounts = 0;
    std::size_t days = 485;
    std::uint16_t regions = 8;
    std::uint16_t industries = 6;
    double items_median = 40;        // items per day of the median account, before thinning
    double items_sigma = 0.7;
    double weekday_industry = 0.25;  // weekday profile: the industry's part and the account's own part
    double weekday_own = 0.15;
    double rest_day_share = 0.0;     // accounts that never work on one weekday
    double day_shock = 0.08;         // pooled noise of a day: whole portfolio and per region
    double region_shock = 0.06;
    double holiday_log_factor = 0;   // ln of the pooled factor on a full holiday
    double holiday_spread = 0;       // per-account spread of that logarithm
    double new_year_log_factor = 0;  // the same for the long festival
    double festival_spread = 0.2;
    double festival_closed = 0;      // share of accounts that close for a part of the long festival
    double phi_median = 0.08;
    double phi_sigma = 0.7;          // dispersion, kept within [phi_low, phi_high]
    double phi_low = 0.02;
    double phi_high = 0.5;
    double drift_median = 0.010;     // daily step of the level's random walk
    double drift_sigma = 0.5;
    double drift_return_days = 150;  // the walk is pulled back with this time constant
    double wobble_median = 0;        // good and bad weeks: a second walk with a short memory, its spread
    double wobble_sigma = 0.9;
    double wobble_days = 12;
    double jumps_per_year = 0;       // sudden lasting changes of the level, up or down
    double jump_size = 0.3;
    double growth_per_year = 0.2;    // spread between accounts
    double season_amplitude = 0.12;  // yearly swing, spread between accounts
    double closures_per_year = 0;    // occasional closures of 1 to 5 days that nobody announced
    double late_share = 0;           // accounts that begin later than the history
    double leaver_share = 0;         // accounts that end before the history does
    double active_share = 1;         // below 1: days with any shipment, per account between this and 1 (bursty)
};

// merchants-cn, restaurants-jp, business-cn (bursty), poisson.
[[nodiscard]] const std::vector<SimulationKind>& simulation_kinds();

// Clients that ship a few times a week to a few times a month: for silences in the client's own rhythm.
[[nodiscard]] const SimulationKind& sparse_kind();
// The two that mimic the portfolios of acceptance; the ratio, the missed shares and the gates are theirs alone.
[[nodiscard]] bool is_gate_portfolio(std::string_view name);

[[nodiscard]] World simulate(const SimulationKind& kind, std::uint64_t seed);

// First days after the winter festivals' start in a portfolio of China: day indices [from, to), for the festival test.
struct DayRange {
    std::int32_t from = 0;
    std::int32_t to = 0;
};
[[nodiscard]] std::vector<DayRange> spring_festivals(const Portfolio& portfolio);

}  // namespace aw::bench
