// Falls that a whole region shares, as the shard tells them (portfolio.hpp): how soon, and how often without a fall.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "bench/detection/portfolio.hpp"
#include "bench/detection/table.hpp"
#include "core/policy/rules.hpp"

namespace aw::bench {

struct CohortRow {
    std::string portfolio;
    double rate = 0;
    std::size_t cohorts = 0;  // with enough clients to be watched
    double false_alarms = 0;  // per cohort and year, nothing injected
    // Every region that is watched falls by `depth`, one at a time.
    struct Falls {
        double depth = 0;
        std::size_t of = 0;
        std::size_t missed = 0;  // not told as the region's within 60 days
        double delay_days = 0;   // mean of those found
    };
    std::vector<Falls> falls;
};

// REQUIRES: `rules` are live from before the portfolio's first day.
[[nodiscard]] CohortRow measure_cohorts(const std::shared_ptr<const Rules>& rules, const World& world, double rate,
                                        std::uint64_t seed);
[[nodiscard]] Table cohorts(const std::vector<CohortRow>& rows);

}  // namespace aw::bench
