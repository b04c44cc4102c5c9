#include "bench/detection/simulate.hpp"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "bench/detection/holidays.hpp"

namespace aw::bench {
namespace {

SimulationKind small(std::string_view name) {
    for (SimulationKind kind : simulation_kinds()) {
        if (kind.name != name) continue;
        kind.accounts = 80;
        return kind;
    }
    ADD_FAILURE() << "no kind " << name;
    return {};
}

TEST(BenchSimulation, IsTheSameForTheSameSeed) {
    const SimulationKind kind = small("merchants-cn");
    EXPECT_EQ(simulate(kind, 1).portfolio.counts, simulate(kind, 1).portfolio.counts);
    EXPECT_NE(simulate(kind, 1).portfolio.counts, simulate(kind, 2).portfolio.counts);
}

// The oracle's knowledge must be true: counts scatter around the mean path by the stated dispersion.
TEST(BenchSimulation, CountsScatterAroundTheTruth) {
    for (const char* name : {"merchants-cn", "restaurants-jp", "business-cn", "poisson"}) {
        const World world = simulate(small(name), 3);
        const Portfolio& portfolio = world.portfolio;
        double items = 0;
        double mean_sum = 0;
        double excess = 0;
        double expected_excess = 0;
        for (std::size_t account = 0; account < portfolio.accounts; ++account) {
            for (std::size_t day = 0; day < portfolio.days; ++day) {
                const double count = portfolio.series(account)[day];
                const double mean = world.truth.mean[account * portfolio.days + day];
                const double weight = mean > 0 ? 1.0 / (mean * mean) : 0;
                items += count;
                mean_sum += mean;
                excess += ((count - mean) * (count - mean) - mean) * weight;
                expected_excess += world.truth.phi[account] * (mean > 0 ? 1 : 0);
            }
        }
        EXPECT_NEAR(items / mean_sum, 1.0, 0.02) << name;
        const auto cells = static_cast<double>(portfolio.counts.size());
        EXPECT_NEAR(excess / cells, expected_excess / cells, 0.1 * expected_excess / cells + 0.01) << name;
    }
}

TEST(BenchSimulation, AccountsAreSilentBeforeTheirStartAndAfterTheirEnd) {
    const World world = simulate(small("restaurants-jp"), 4);
    std::size_t late = 0;
    for (std::size_t account = 0; account < world.portfolio.accounts; ++account) {
        const auto series = world.portfolio.series(account);
        const std::int32_t start = world.portfolio.starts[account];
        late += start > 0 ? 1 : 0;
        EXPECT_TRUE(std::all_of(series.begin(), series.begin() + start, [](auto count) { return count == 0; }));
        EXPECT_TRUE(std::all_of(series.begin() + world.truth.ends[account], series.end(),
                                [](auto count) { return count == 0; }));
    }
    EXPECT_GT(late, 10U);
}

TEST(BenchSimulation, SpringFestivalIsWhereTheCalendarHasItAndPullsCountsDown) {
    const World world = simulate(small("merchants-cn"), 5);
    const Portfolio& portfolio = world.portfolio;
    const auto ranges = spring_festivals(portfolio);
    ASSERT_EQ(ranges.size(), 2U);
    const std::int32_t first = civil_day(2025, 1, 28) - portfolio.first_day;
    EXPECT_EQ(ranges[0].from, first - 7);
    EXPECT_EQ(portfolio.holiday[static_cast<std::size_t>(first)], 1.0F);
    EXPECT_EQ(portfolio.holiday[static_cast<std::size_t>(first) - 1], 0.0F);
    const auto items = [&](std::int32_t from) {
        double sum = 0;
        for (std::size_t account = 0; account < portfolio.accounts; ++account)
            for (const auto count : portfolio.series(account).subspan(static_cast<std::size_t>(from), 7)) sum += count;
        return sum;
    };
    EXPECT_LT(items(first), 0.85 * items(first - 28));
    EXPECT_EQ(portfolio.weekday(static_cast<std::size_t>(first)), 1);  // 2025-01-28 was a Tuesday
    EXPECT_TRUE(spring_festivals(simulate(small("restaurants-jp"), 5).portfolio).empty());
}

}  // namespace
}  // namespace aw::bench
