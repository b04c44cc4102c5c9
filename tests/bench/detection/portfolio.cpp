#include "bench/detection/portfolio.hpp"

#include <algorithm>
#include <numeric>

#include "bench/detection/random.hpp"

namespace aw::bench {
namespace {

constexpr std::int32_t kFirstOnset = 120;
constexpr std::int32_t kDaysAfterOnset = 61;  // the cap of the delay is 60 days
constexpr std::int32_t kShortestLife = 2 * kWarmUpDays;

double mean_rate(const World& world, std::size_t account) {
    const auto series = world.portfolio.series(account);
    const auto first = series.begin() + world.portfolio.starts[account];
    const auto last = series.begin() + world.truth.ends[account];
    if (last - first < kShortestLife) return 0;
    return std::accumulate(first, last, 0.0) / static_cast<double>(last - first);
}

}  // namespace

World thin(const World& world, double rate, std::uint64_t seed) {
    const Portfolio& from = world.portfolio;
    World result;
    Portfolio& to = result.portfolio;
    to.name = from.name;
    to.first_day = from.first_day;
    to.days = from.days;
    to.holiday = from.holiday;
    for (std::size_t account = 0; account < from.accounts; ++account) {
        const double own = mean_rate(world, account);
        if (own < rate) continue;
        const double keep = rate / own;
        Random random(mix_seed(seed, account));
        for (const auto count : from.series(account)) to.counts.push_back(random.binomial(count, keep));
        const auto* mean = world.truth.mean.data() + account * from.days;
        for (std::size_t day = 0; day < from.days; ++day)
            result.truth.mean.push_back(mean[day] * static_cast<float>(keep));
        result.truth.phi.push_back(world.truth.phi[account]);
        result.truth.ends.push_back(world.truth.ends[account]);
        to.cohorts.push_back(from.cohorts[account]);
        to.starts.push_back(from.starts[account]);
        ++to.accounts;
    }
    return result;
}

Portfolio inject(const Portfolio& portfolio, std::span<const Drop> drops, std::uint64_t seed) {
    Portfolio result = portfolio;
    for (const Drop& drop : drops) {
        Random random(mix_seed(seed, drop.account));
        auto series = result.series(drop.account);
        for (std::size_t day = static_cast<std::size_t>(drop.onset); day < result.days; ++day)
            series[day] = random.binomial(series[day], 1.0 - drop.depth);
    }
    return result;
}

std::vector<std::vector<Drop>> plan_drops(const World& world, std::span<const std::uint32_t> accounts, double depth,
                                          std::size_t runs, std::uint64_t seed) {
    std::vector<std::vector<Drop>> plans(runs);
    std::size_t dealt = 0;
    for (const auto account : accounts) {
        Random random(mix_seed(seed, account));
        const std::int32_t first = world.portfolio.starts[account] + kFirstOnset;
        const std::int32_t last = world.truth.ends[account] - kDaysAfterOnset;
        if (last < first) continue;
        const auto onset = first + static_cast<std::int32_t>(random.below(static_cast<std::uint32_t>(last - first + 1)));
        plans[dealt++ % runs].push_back({account, onset, depth});
    }
    return plans;
}

bool calibrates(std::size_t account) { return account % 2 == 0; }

std::vector<std::uint32_t> reporting_accounts(const Portfolio& portfolio) {
    std::vector<std::uint32_t> result;
    for (std::uint32_t account = 0; account < portfolio.accounts; ++account)
        if (!calibrates(account)) result.push_back(account);
    return result;
}

}  // namespace aw::bench
