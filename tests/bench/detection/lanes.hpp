// Accounts whose items go over several lanes (or product lines), one of which collapses while the others go on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "bench/detection/portfolio.hpp"

namespace aw::bench {

struct LanePortfolio {
    Portfolio total;                    // the sum over the lanes
    std::size_t lanes = 0;              // of every account
    std::vector<std::uint32_t> counts;  // [(account * lanes + lane) * days + day]

    [[nodiscard]] std::span<const std::uint32_t> series(std::size_t account, std::size_t lane) const {
        return {counts.data() + (account * lanes + lane) * total.days, total.days};
    }
    [[nodiscard]] std::span<std::uint32_t> series(std::size_t account, std::size_t lane) {
        return {counts.data() + (account * lanes + lane) * total.days, total.days};
    }
};

inline constexpr std::size_t kLanes = 6;
inline constexpr double kLaneCollapse = 0.9;  // share of the lane's items that goes to a competitor

struct LaneCollapse {
    std::uint32_t account = 0;
    std::uint32_t lane = 0;
    std::int32_t onset = 0;
    double depth = kLaneCollapse;
};

// Deals out each day's items: shares of an account drift slowly, the day's split is over-dispersed.
[[nodiscard]] LanePortfolio split_into_lanes(const Portfolio& portfolio, std::uint64_t seed);

// The lane among those with 15 to 50 % of the account's items before the onset, drawn by the seed; kLanes: it has none.
[[nodiscard]] std::uint32_t lane_to_collapse(const LanePortfolio& portfolio, std::uint32_t account, std::int32_t onset,
                                             std::uint64_t seed);

[[nodiscard]] LanePortfolio collapse(const LanePortfolio& portfolio, std::span<const LaneCollapse> collapses,
                                     std::uint64_t seed);

}  // namespace aw::bench
