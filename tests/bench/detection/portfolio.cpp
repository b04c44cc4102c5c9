#include "bench/detection/portfolio.hpp"

#include <algorithm>
#include <numeric>

#include "bench/detection/random.hpp"

namespace aw::bench {
namespace {

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

bool calibrates(std::size_t account) { return account % 2 == 0; }

std::vector<std::uint32_t> reporting_accounts(const Portfolio& portfolio) {
    std::vector<std::uint32_t> result;
    for (std::uint32_t account = 0; account < portfolio.accounts; ++account)
        if (!calibrates(account)) result.push_back(account);
    return result;
}

}  // namespace aw::bench
