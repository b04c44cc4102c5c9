#include "bench/detection/baselines/expectation.hpp"

#include <algorithm>
#include <cmath>

namespace aw::bench {
namespace {

const double kLevelDecay = std::exp2(-1.0 / 21.0);     // half-life in days
const double kProfileDecay = std::exp2(-1.0 / 10.0);   // in weeks: one step per weekday
const double kExcessDecay = std::exp2(-1.0 / 120.0);   // in days
constexpr double kProfilePseudoCounts = 30;
constexpr double kExcessPrior = 30;                    // days' worth of mu^2 at phi = kPhiPrior
constexpr double kPhiPrior = 0.15;
constexpr double kRatioCap = 3;
constexpr std::size_t kFewestAccounts = 20;

}  // namespace

CalendarExpectation::CalendarExpectation(const Portfolio& portfolio) : portfolio_(portfolio) {
    for (const auto& key : portfolio.cohorts) {
        industries_ = std::max<std::size_t>(industries_, key.industry + 1U);
        regions_ = std::max<std::size_t>(regions_, key.region + 1U);
    }
    accounts_.resize(portfolio.accounts);
    bases_.resize(portfolio.accounts);
    means_.resize(portfolio.accounts);
    phis_.resize(portfolio.accounts);
    cohort_pools_.resize(industries_ * regions_);
    region_pools_.resize(regions_);
    profiles_.resize(industries_ * regions_);
}

std::size_t CalendarExpectation::cohort_of(std::size_t account) const {
    const auto& key = portfolio_.cohorts[account];
    return key.region * industries_ + key.industry;
}

double CalendarExpectation::weekday_factor(std::size_t account, std::size_t weekday) const {
    const auto& state = accounts_[account];
    const auto& pool = profiles_[cohort_of(account)][weekday];
    const double shape = pool.weight > 0 ? (pool.ratio + 1.0) / (pool.weight + 1.0) : 1.0;
    return (state.weekday_items[weekday] + kProfilePseudoCounts * shape) /
           (state.weekday_expected[weekday] + kProfilePseudoCounts);
}

double CalendarExpectation::day_factor(std::size_t account) const {
    const Pool* pool = &cohort_pools_[cohort_of(account)];
    if (pool->active < kFewestAccounts) pool = &region_pools_[portfolio_.cohorts[account].region];
    if (pool->active < kFewestAccounts) pool = &all_pool_;
    if (pool->active < kFewestAccounts || pool->weight <= 0) return 1.0;
    return std::clamp(pool->ratio / pool->weight, 0.02, kRatioCap);
}

void CalendarExpectation::pool_day(std::size_t day) {
    std::fill(cohort_pools_.begin(), cohort_pools_.end(), Pool{});
    std::fill(region_pools_.begin(), region_pools_.end(), Pool{});
    all_pool_ = {};
    const auto weekday = static_cast<std::size_t>(portfolio_.weekday(day));
    for (std::size_t account = 0; account < portfolio_.accounts; ++account) {
        const auto& state = accounts_[account];
        bases_[account] = 0;
        if (static_cast<std::int32_t>(day) < portfolio_.starts[account]) continue;
        const double level = (state.items + 0.5) / (state.exposure + 0.5);
        const double base = bases_[account] = level * weekday_factor(account, weekday);
        if (state.exposure < 5.0) continue;  // too young to vote
        const double ratio = std::min(portfolio_.counts[account * portfolio_.days + day] / base, kRatioCap);
        const double weight = 1.0 / (1.0 / base + 0.15);
        for (Pool* pool :
             {&cohort_pools_[cohort_of(account)], &region_pools_[portfolio_.cohorts[account].region], &all_pool_}) {
            pool->ratio += weight * ratio;
            pool->weight += weight;
            ++pool->active;
        }
    }
}

void CalendarExpectation::learn(std::size_t account, double count, std::size_t weekday, double factor) {
    auto& state = accounts_[account];
    const double mean = means_[account];
    const double shape = weekday_factor(account, weekday);
    const double level = (state.items + 0.5) / (state.exposure + 0.5);
    const double expected = level * factor;  // without the weekday
    state.weekday_items[weekday] = kProfileDecay * state.weekday_items[weekday] + count;
    state.weekday_expected[weekday] = kProfileDecay * state.weekday_expected[weekday] + expected;
    auto& profile = profiles_[cohort_of(account)][weekday];
    profile.ratio += count;
    profile.weight += expected;
    const double variance = mean * (1.0 + phis_[account] * mean);
    const double square = std::min((count - mean) * (count - mean), 9.0 * variance);
    state.excess = kExcessDecay * state.excess + square - mean;
    state.square = kExcessDecay * state.square + mean * mean;
    state.items = kLevelDecay * state.items + count;
    state.exposure = kLevelDecay * state.exposure + shape * factor;
}

void CalendarExpectation::advance(std::size_t day) {
    pool_day(day);
    const auto weekday = static_cast<std::size_t>(portfolio_.weekday(day));
    for (std::size_t account = 0; account < portfolio_.accounts; ++account) {
        means_[account] = 0;
        if (bases_[account] <= 0) continue;
        const double factor = day_factor(account);
        const auto& state = accounts_[account];
        const double mean = means_[account] = bases_[account] * factor;
        const double prior = kExcessPrior * mean * mean;
        phis_[account] = std::clamp((state.excess + kPhiPrior * prior) / (state.square + prior), 0.005, 3.0) +
                         1.0 / (state.items + 1.0);
        learn(account, portfolio_.counts[account * portfolio_.days + day], weekday, factor);
    }
}

}  // namespace aw::bench
