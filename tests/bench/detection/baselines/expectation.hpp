// Expected counts with a calendar: level x weekday profile x pooled day factor of the cohort, for baselines "with our
// calendar". No freeze, no completeness, no prior from the statutory calendar.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "bench/detection/portfolio.hpp"

namespace aw::bench {

// One pass over the portfolio: advance() day by day, then mean() and phi() of that day.
class CalendarExpectation {
public:
    explicit CalendarExpectation(const Portfolio& portfolio);

    // Predicts `day` from the days before it, takes the day's factor from all accounts, then learns the day.
    // REQUIRES days in order, from 0.
    void advance(std::size_t day);

    // Of the day just advanced to; mean is 0 before the account's start.
    [[nodiscard]] double mean(std::size_t account) const { return means_[account]; }
    [[nodiscard]] double phi(std::size_t account) const { return phis_[account]; }

private:
    struct Account {
        double items = 0;     // discounted sum of counts
        double exposure = 0;  // discounted sum of weekday x day factor
        std::array<double, 7> weekday_items{};
        std::array<double, 7> weekday_expected{};
        double excess = 0;  // discounted sum of (x - mu)^2 - mu, capped, and of mu^2
        double square = 0;
    };
    struct Pool {
        double ratio = 0;
        double weight = 0;
        std::size_t active = 0;
    };

    [[nodiscard]] std::size_t cohort_of(std::size_t account) const;
    [[nodiscard]] double day_factor(std::size_t account) const;
    [[nodiscard]] double weekday_factor(std::size_t account, std::size_t weekday) const;
    void pool_day(std::size_t day);
    void learn(std::size_t account, double count, std::size_t weekday, double factor);

    const Portfolio& portfolio_;
    std::size_t industries_ = 1;
    std::size_t regions_ = 1;
    std::vector<Account> accounts_;
    std::vector<double> bases_;  // level x weekday, without the day's factor
    std::vector<double> means_;
    std::vector<double> phis_;
    std::vector<Pool> cohort_pools_;
    std::vector<Pool> region_pools_;
    Pool all_pool_;
    std::vector<std::array<Pool, 7>> profiles_;  // per cohort: ratio = items, weight = expected
};

}  // namespace aw::bench
