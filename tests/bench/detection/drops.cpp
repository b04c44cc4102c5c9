#include "bench/detection/drops.hpp"

#include <algorithm>

#include "bench/detection/random.hpp"

namespace aw::bench {
namespace {

constexpr std::int32_t kFirstOnset = 120;

}  // namespace

double Drop::keep(std::int32_t day) const {
    if (day < onset || day >= returns()) return 1.0;
    const double part = static_cast<double>(day - onset + 1) / shape.ramp_days;
    return 1.0 - shape.depth * std::min(1.0, part);
}

Portfolio inject(const Portfolio& portfolio, std::span<const Drop> drops, std::uint64_t seed) {
    Portfolio result = portfolio;
    for (const Drop& drop : drops) {
        Random random(mix_seed(seed, drop.account));
        auto series = result.series(drop.account);
        for (auto day = drop.onset; day < static_cast<std::int32_t>(result.days); ++day) {
            auto& count = series[static_cast<std::size_t>(day)];
            count = random.binomial(count, drop.keep(day));
        }
    }
    return result;
}

std::vector<std::vector<Drop>> plan_drops(const World& world, std::span<const std::uint32_t> accounts,
                                          const DropShape& shape, std::size_t runs, std::uint64_t seed) {
    std::vector<std::vector<Drop>> plans(runs);
    std::size_t dealt = 0;
    for (const auto account : accounts) {
        Random random(mix_seed(seed, account));
        const std::int32_t first = world.portfolio.starts[account] + kFirstOnset;
        const std::int32_t last = world.truth.ends[account] - shape.room_days;
        if (last < first) continue;
        const std::int32_t onset = random.between(first, last);
        plans[dealt++ % runs].push_back({account, onset, shape});
    }
    return plans;
}

DropRuns make_runs(const World& world, const DropShape& shape, std::size_t runs, std::uint64_t seed) {
    DropRuns result;
    const auto reporting = reporting_accounts(world.portfolio);
    result.plans = plan_drops(world, reporting, shape, kRuns, mix_seed(seed, 1));
    result.plans.resize(std::min(runs, kRuns));
    const std::uint64_t thinning = mix_seed(seed, 2);
    for (const auto& plan : result.plans) {
        result.runs.push_back(inject(world.portfolio, plan, thinning));
        result.every_drop.insert(result.every_drop.end(), plan.begin(), plan.end());
    }
    result.all_at_once = inject(world.portfolio, result.every_drop, thinning);
    return result;
}

}  // namespace aw::bench
