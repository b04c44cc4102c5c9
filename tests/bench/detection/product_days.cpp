#include "bench/detection/product_days.hpp"

#include <algorithm>

namespace aw::bench {
namespace {

constexpr double kHolidayFalls = 0.7;  // where nobody can be asked

}  // namespace

ProductDays::ProductDays(const Portfolio& portfolio) : portfolio_(portfolio) {
    std::vector<CohortKey> keys;
    for (const CohortKey& key : portfolio.cohorts) {
        const auto known = std::find(keys.begin(), keys.end(), key);
        of_account_.push_back(static_cast<std::size_t>(known - keys.begin()));
        if (known == keys.end()) keys.push_back(key);
    }
    profiles_.resize(keys.size() + 1);
    pools_.resize(keys.size() + 1);
    factors_.resize(keys.size() + 1);
}

void ProductDays::close(std::size_t day, const Pooled& pooled) {
    const int weekday = portfolio_.weekday(day);
    std::fill(pools_.begin(), pools_.end(), DayPool{});
    pooled_.clear();
    for (std::size_t account = 0; account < portfolio_.accounts; ++account) {
        if (static_cast<std::int32_t>(day) < portfolio_.starts[account]) continue;
        const Expectation* expectation = pooled(account);
        if (expectation == nullptr) continue;
        const double items = portfolio_.series(account)[day];
        pooled_.push_back({account, items, expectation->forecast(weekday, {})});
        pools_[of_account_[account]].add(items, pooled_.back().forecast);
        pools_.back().add(items, pooled_.back().forecast);
    }
    const double alone = 1 - kHolidayFalls * static_cast<double>(portfolio_.holiday[day]);
    const DayPool& all = pools_.back();
    for (std::size_t i = 0; i < pools_.size(); ++i) {
        double& factor = factors_[i].factor;
        factor = !pools_[i].is_enough() ? alone : &pools_[i] == &all ? all.factor() : pools_[i].factor(all.factor());
    }
    for (const auto& [account, items, forecast] : pooled_) {
        const std::size_t i = pool_of(account);
        pools_[i].add_error(items, forecast, factors_[i].factor);
    }
    for (std::size_t i = 0; i < pools_.size(); ++i) {
        factors_[i].phi = pools_[i].phi();
        factors_[i].holiday = portfolio_.holiday[day] > 0;
        factors_[i].shock = profiles_[i].shock(weekday, factors_[i].factor);
        profiles_[i].learn(weekday, factors_[i].factor);
    }
}

}  // namespace aw::bench
