#include "bench/detection/lanes.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "bench/detection/random.hpp"

namespace aw::bench {
namespace {

constexpr std::array<double, kLanes> kShares = {0.34, 0.24, 0.16, 0.12, 0.08, 0.06};
constexpr double kShareConcentration = 12;  // how alike the accounts' shares are
constexpr double kDayConcentration = 40;    // how alike the days of an account are, median
constexpr double kShareDrift = 0.008;       // daily step of a share's logarithm
constexpr std::int32_t kLookBackDays = 60;
constexpr double kSmallestShare = 0.15;
constexpr double kLargestShare = 0.50;

}  // namespace

LanePortfolio split_into_lanes(const Portfolio& portfolio, std::uint64_t seed) {
    LanePortfolio result;
    result.total = portfolio;
    result.lanes = kLanes;
    result.counts.assign(portfolio.counts.size() * kLanes, 0);
    for (std::size_t account = 0; account < portfolio.accounts; ++account) {
        Random random(mix_seed(seed, account));
        std::array<double, kLanes> weights{};
        for (std::size_t lane = 0; lane < kLanes; ++lane)
            weights[lane] = random.gamma(kShareConcentration * kShares[lane]) + 0.05;
        const double concentration = random.log_normal(kDayConcentration, 0.5);
        for (std::size_t day = 0; day < portfolio.days; ++day) {
            for (auto& weight : weights) weight *= std::exp(random.normal(0.0, kShareDrift));
            double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
            std::uint32_t left = portfolio.series(account)[day];
            // Dirichlet-multinomial, lane by lane: each takes a beta-binomial part of what is left.
            for (std::size_t lane = 0; lane < kLanes && left > 0; ++lane) {
                const double own = weights[lane] / sum;
                sum -= weights[lane];
                std::uint32_t taken = left;
                if (lane + 1 < kLanes) {
                    const double rest = 1.0 - own;
                    taken = random.binomial(left, random.beta(concentration * own, concentration * rest));
                }
                result.series(account, lane)[day] = taken;
                left -= taken;
            }
        }
    }
    return result;
}

std::uint32_t lane_to_collapse(const LanePortfolio& portfolio, std::uint32_t account, std::int32_t onset,
                               std::uint64_t seed) {
    std::array<double, kLanes> items{};
    double sum = 0;
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
        const auto series = portfolio.series(account, lane);
        for (auto day = std::max(0, onset - kLookBackDays); day < onset; ++day)
            items[lane] += series[static_cast<std::size_t>(day)];
        sum += items[lane];
    }
    std::vector<std::uint32_t> candidates;
    for (std::uint32_t lane = 0; lane < kLanes; ++lane)
        if (items[lane] >= kSmallestShare * sum && items[lane] <= kLargestShare * sum && sum > 0)
            candidates.push_back(lane);
    if (candidates.empty()) return kLanes;
    Random random(mix_seed(seed, account));
    return candidates[random.below(static_cast<std::uint32_t>(candidates.size()))];
}

LanePortfolio collapse(const LanePortfolio& portfolio, std::span<const LaneCollapse> collapses, std::uint64_t seed) {
    LanePortfolio result = portfolio;
    for (const auto& collapse : collapses) {
        Random random(mix_seed(seed, collapse.account));
        auto lane = result.series(collapse.account, collapse.lane);
        auto total = result.total.series(collapse.account);
        for (auto day = static_cast<std::size_t>(collapse.onset); day < result.total.days; ++day) {
            const std::uint32_t kept = random.binomial(lane[day], 1.0 - collapse.depth);
            total[day] -= lane[day] - kept;
            lane[day] = kept;
        }
    }
    return result;
}

}  // namespace aw::bench
