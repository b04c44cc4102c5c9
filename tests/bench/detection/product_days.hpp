// The day factors of a portfolio as the product pools them, cohort by cohort.
#pragma once

#include <functional>
#include <vector>

#include "bench/detection/portfolio.hpp"
#include "core/detect/day_factor.hpp"

namespace aw::bench {

// Cohorts as the shard has them, all clients of a portfolio in one: region and industry, else all.
class ProductDays {
public:
    explicit ProductDays(const Portfolio& portfolio);

    // The expectation of an account that is in the pool, else nothing.
    using Pooled = std::function<const Expectation*(std::size_t account)>;
    // REQUIRES: days in their order.
    void close(std::size_t day, const Pooled& pooled);
    // Of the day closed last.
    [[nodiscard]] const DayFactor& factor(std::size_t account) const { return factors_[pool_of(account)]; }

private:
    [[nodiscard]] std::size_t pool_of(std::size_t account) const {
        return pools_[of_account_[account]].is_enough() ? of_account_[account] : pools_.size() - 1;
    }

    struct Client {
        std::size_t account;
        double items;
        Expectation::Forecast forecast;  // with factor 1
    };

    const Portfolio& portfolio_;
    std::vector<std::size_t> of_account_;
    std::vector<WeekProfile> profiles_;  // the last one is everybody's; so below
    std::vector<DayPool> pools_;
    std::vector<DayFactor> factors_;
    std::vector<Client> pooled_;  // of the day
};

}  // namespace aw::bench
