// Drops of known size and onset, injected by binomial thinning.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "bench/detection/portfolio.hpp"

namespace aw::bench {

inline constexpr std::int32_t kForEver = std::numeric_limits<std::int32_t>::max();
// Half of the accounts report; ten runs of one tenth of them drop 5 % of the portfolio at a time.
inline constexpr std::size_t kRuns = 10;

struct DropShape {
    double depth = 0;                  // share of the items that is lost at last
    std::int32_t ramp_days = 1;        // 1 = at once; n = in n equal steps
    std::int32_t lasts_days = kForEver;  // then all is as before
    std::int32_t room_days = 61;       // days that must follow the onset
};

struct Drop {
    std::uint32_t account = 0;
    std::int32_t onset = 0;  // first day with a loss
    DropShape shape;

    // Share of the items kept on a day.
    [[nodiscard]] double keep(std::int32_t day) const;
    [[nodiscard]] std::int32_t returns() const {
        return shape.lasts_days == kForEver ? kForEver : onset + shape.lasts_days;
    }
};

// A copy with the drops.
[[nodiscard]] Portfolio inject(const Portfolio& portfolio, std::span<const Drop> drops, std::uint64_t seed);

// One drop for every account that has room for it, the accounts dealt out to `runs` plans: each plan drops about
// 1 / runs of them. Onsets are uniform between day 120 of the account's history and `room_days` before its end.
[[nodiscard]] std::vector<std::vector<Drop>> plan_drops(const World& world, std::span<const std::uint32_t> accounts,
                                                        const DropShape& shape, std::size_t runs, std::uint64_t seed);

// The same drops in two forms: a few at a time (pooled factors see 5 % of the portfolio drop), and all at once, for
// detectors that look at one account at a time; an account's counts are the same in both.
struct DropRuns {
    std::vector<std::vector<Drop>> plans;
    std::vector<Portfolio> runs;
    std::vector<Drop> every_drop;
    Portfolio all_at_once;
};

// Drops of the reporting half. `runs` < kRuns measures fewer drops, the same share at a time.
[[nodiscard]] DropRuns make_runs(const World& world, const DropShape& shape, std::size_t runs, std::uint64_t seed);

// Calls visit(drops, portfolio) for each portfolio the detector has to be run on.
template <class Visit>
void for_each_run(const DropRuns& runs, bool pools, Visit visit) {
    if (!pools) {
        visit(runs.every_drop, runs.all_at_once);
        return;
    }
    for (std::size_t run = 0; run < runs.runs.size(); ++run) visit(runs.plans[run], runs.runs[run]);
}

}  // namespace aw::bench
