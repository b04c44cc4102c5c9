#include "bench/detection/baselines/baselines.hpp"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

#include "bench/detection/baselines/window.hpp"
#include "bench/detection/measure.hpp"
#include "bench/detection/simulate.hpp"
#include "unit/bench_detection/worlds.hpp"

namespace aw::bench {
namespace {

// Ten items a day, over-dispersed; every reporting account stops at some day between 120 and 239.
class Baselines : public testing::Test {
protected:
    World world_ = steady_world(60, 300, 10, 0.05, 21);
    DropRuns stops_ = make_runs(world_, {.depth = 1.0}, kRuns, 22);
};

TEST_F(Baselines, AreNineWithNamesOfTheirOwn) {
    std::set<std::string_view> names;
    const auto all = all_baselines();
    for (const auto& detector : all) names.insert(detector->name());
    EXPECT_EQ(names.size(), all.size());
    EXPECT_EQ(names.size(), 9U);
}

TEST_F(Baselines, EachFindsAFullStopAtItsCalibratedThreshold) {
    for (const auto& detector : all_baselines()) {
        const double threshold = calibrate(*detector, world_, 0.5).threshold;
        Delays delays;
        for_each_run(stops_, detector->pools(), [&](const auto& drops, const Portfolio& portfolio) {
            delays.add(drops, detector->run(portfolio, threshold));
        });
        const bool slow_clock = detector->name() == "ADWIN, every 32nd day";
        EXPECT_LT(delays.mean_days(), slow_clock ? 35.0 : 15.0) << detector->name();
        EXPECT_LE(delays.missed_share(), 0.1) << detector->name();  // a false alarm's pause may hide one
    }
}

TEST_F(Baselines, EachKeepsTheWarmUpAndThePauseAndAlarmsLessAtAHigherThreshold) {
    for (const auto& detector : all_baselines()) {
        const auto [low, high] = detector->threshold_range();
        const double eager = low + 0.02 * (high - low);
        auto alarms = detector->run(stops_.all_at_once, eager);
        std::sort(alarms.begin(), alarms.end(), [](const Alarm& a, const Alarm& b) {
            return a.account != b.account ? a.account < b.account : a.day < b.day;
        });
        ASSERT_FALSE(alarms.empty()) << detector->name();
        for (std::size_t i = 0; i < alarms.size(); ++i) {
            EXPECT_GE(alarms[i].day, kWarmUpDays) << detector->name();
            if (i == 0 || alarms[i].account != alarms[i - 1].account) continue;
            EXPECT_GE(alarms[i].day - alarms[i - 1].day, kPauseDays) << detector->name();
        }
        EXPECT_LE(detector->run(stops_.all_at_once, high).size(), alarms.size()) << detector->name();
    }
}

// Counts that triple: nobody may call growth a drop. Poisson counts, so that growth does not add dispersion.
TEST(BenchBaselines, NoneAlarmsOnARise) {
    const World steady = steady_world(60, 300, 10, 0.0, 23);
    const World tripled = steady_world(60, 300, 30, 0.0, 24);
    World rising = steady;
    for (std::size_t account = 0; account < 60; ++account) {
        const auto higher = tripled.portfolio.series(account).subspan(200);
        std::ranges::copy(higher, rising.portfolio.series(account).begin() + 200);
    }
    for (const auto& detector : all_baselines()) {
        const double threshold = calibrate(*detector, steady, 0.5).threshold;
        const auto calm = detector->run(steady.portfolio, threshold).size();
        EXPECT_LE(detector->run(rising.portfolio, threshold).size(), calm + 12) << detector->name();
    }
}

TEST(BenchWindow, KeepsTheLastDaysAndTheirMoments) {
    Window<3> window;
    EXPECT_EQ(window.push(5), 0U);
    window.push(1);
    window.push(2);
    EXPECT_TRUE(window.full());
    EXPECT_EQ(window.push(3), 5U);
    EXPECT_DOUBLE_EQ(window.sum(), 6.0);
    EXPECT_DOUBLE_EQ(window.mean(), 2.0);
    EXPECT_DOUBLE_EQ(window.standard_deviation(), 1.0);
}

}  // namespace
}  // namespace aw::bench
