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
    const auto each = [&](auto&& use) {
        for (std::size_t account = 0; account < portfolio_.accounts; ++account) {
            if (static_cast<std::int32_t>(day) < portfolio_.starts[account]) continue;
            if (const Expectation* expectation = pooled(account)) use(account, *expectation);
        }
    };
    std::fill(pools_.begin(), pools_.end(), DayPool{});
    each([&](std::size_t account, const Expectation& expectation) {
        const auto f = expectation.forecast(weekday, {});
        pools_[of_account_[account]].add(portfolio_.series(account)[day], f);
        pools_.back().add(portfolio_.series(account)[day], f);
    });
    const double alone = 1 - kHolidayFalls * static_cast<double>(portfolio_.holiday[day]);
    for (std::size_t i = 0; i < pools_.size(); ++i)
        factors_[i].factor = pools_[i].is_enough() ? pools_[i].factor() : alone;
    each([&](std::size_t account, const Expectation& expectation) {
        const std::size_t i = pool_of(account);
        pools_[i].add_error(portfolio_.series(account)[day], expectation.forecast(weekday, factors_[i]));
    });
    for (std::size_t i = 0; i < pools_.size(); ++i) {
        factors_[i].phi = pools_[i].phi();
        factors_[i].shock = profiles_[i].shock(weekday, factors_[i].factor);
        profiles_[i].learn(weekday, factors_[i].factor);
    }
}

}  // namespace aw::bench
