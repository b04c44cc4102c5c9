// The stand-in for the truth of real histories.
#include <algorithm>
#include <array>

#include "bench/detection/real.hpp"

namespace aw::bench {
namespace {

constexpr std::ptrdiff_t kHalfWindowDays = 30;
constexpr double kProfilePseudoCounts = 20;
constexpr double kLeastPhi = 0.01;
constexpr double kMostPhi = 20;

// Centred sums; the window is cut at both ends.
std::vector<double> window_sums(const std::vector<double>& values) {
    std::vector<double> prefix(values.size() + 1, 0.0);
    for (std::size_t i = 0; i < values.size(); ++i) prefix[i + 1] = prefix[i] + values[i];
    std::vector<double> sums(values.size());
    const auto n = std::ssize(values);
    for (std::ptrdiff_t i = 0; i < n; ++i) {
        const auto from = static_cast<std::size_t>(std::max<std::ptrdiff_t>(0, i - kHalfWindowDays));
        const auto to = static_cast<std::size_t>(std::min(n, i + kHalfWindowDays + 1));
        sums[static_cast<std::size_t>(i)] = prefix[to] - prefix[from];
    }
    return sums;
}

// The whole portfolio's day against its own centred mean: weekday, holidays and weather in one.
std::vector<double> pooled_factors(const Portfolio& portfolio) {
    std::vector<double> totals(portfolio.days, 0.0);
    for (std::size_t account = 0; account < portfolio.accounts; ++account)
        for (std::size_t day = 0; day < portfolio.days; ++day) totals[day] += portfolio.series(account)[day];
    const auto items = window_sums(totals);
    const auto days = window_sums(std::vector<double>(portfolio.days, 1.0));
    std::vector<double> factors(portfolio.days);
    for (std::size_t day = 0; day < portfolio.days; ++day)
        factors[day] = items[day] > 0 ? totals[day] * days[day] / items[day] : 0.0;
    return factors;
}

void fit_account(const Portfolio& portfolio, std::size_t account, const std::vector<double>& factors, Truth& truth) {
    const auto series = portfolio.series(account);
    const auto start = static_cast<std::size_t>(portfolio.starts[account]);
    std::vector<double> items(portfolio.days, 0.0);
    for (std::size_t day = start; day < portfolio.days; ++day) items[day] = series[day];
    std::array<double, 7> weekday{};
    weekday.fill(1.0);
    std::vector<double> mean(portfolio.days, 0.0);
    // Level, then weekday profile given the level, then the level again.
    for (int pass = 0; pass < 2; ++pass) {
        std::vector<double> exposure(portfolio.days, 0.0);
        for (std::size_t day = start; day < portfolio.days; ++day)
            exposure[day] = factors[day] * weekday[static_cast<std::size_t>(portfolio.weekday(day))];
        const auto item_sums = window_sums(items);
        const auto exposure_sums = window_sums(exposure);
        std::array<double, 7> got{};
        std::array<double, 7> expected{};
        for (std::size_t day = start; day < portfolio.days; ++day) {
            const auto w = static_cast<std::size_t>(portfolio.weekday(day));
            const double level = exposure_sums[day] > 0 ? item_sums[day] / exposure_sums[day] : 0.0;
            mean[day] = level * exposure[day];
            got[w] += items[day];
            expected[w] += level * factors[day];
        }
        if (pass > 0) break;
        for (std::size_t w = 0; w < 7; ++w)
            weekday[w] = (got[w] + kProfilePseudoCounts) / (expected[w] + kProfilePseudoCounts);
    }
    double excess = 0;
    double square = 0;
    for (std::size_t day = start; day < portfolio.days; ++day) {
        excess += (items[day] - mean[day]) * (items[day] - mean[day]) - mean[day];
        square += mean[day] * mean[day];
    }
    for (const double value : mean) truth.mean.push_back(static_cast<float>(value));
    truth.phi.push_back(static_cast<float>(square > 0 ? std::clamp(excess / square, kLeastPhi, kMostPhi) : kMostPhi));
}

}  // namespace

Truth estimated_truth(const Portfolio& portfolio) {
    Truth truth;
    truth.ends.assign(portfolio.accounts, static_cast<std::int32_t>(portfolio.days));
    const auto factors = pooled_factors(portfolio);
    for (std::size_t account = 0; account < portfolio.accounts; ++account)
        fit_account(portfolio, account, factors, truth);
    return truth;
}

}  // namespace aw::bench
