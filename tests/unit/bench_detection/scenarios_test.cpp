#include "bench/detection/scenarios.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "bench/detection/evaluation.hpp"
#include "unit/bench_detection/worlds.hpp"

namespace aw::bench {
namespace {

TEST(BenchOutage, InnocentAndLeaversAreCountedApartAndKnownCasesInNeither) {
    OutageCase outage;
    outage.from = 200;
    outage.innocent = {1, 3, 5};
    outage.leavers = {{7, 203, {.depth = 1}}, {9, 201, {.depth = 1}}, {11, 202, {.depth = 1}}};
    // 1 alarms in the week after, 3 later, 5 was known before; 7 is found, 9 too late, 11 was known before.
    const Script detector({{1, 213}, {3, 214}, {5, 199}, {5, 230}, {7, 232}, {9, 231}, {11, 190}});
    const OutageFigures figures = measure_outages(detector, {outage}, 1.0);
    EXPECT_EQ(figures.innocent_alarms.hits, 1U);
    EXPECT_EQ(figures.innocent_alarms.of, 2U);
    EXPECT_EQ(figures.leavers_found.hits, 1U);
    EXPECT_EQ(figures.leavers_found.of, 2U);
}

TEST(BenchOutage, TakesTheSameShareFromAllForOneWeek) {
    const World world = steady_world(200, 420, 20, 0.0, 31);
    const ScenarioSet set = make_scenarios(world, 1, false, 32);
    ASSERT_EQ(set.outages.size(), 3U);
    const auto& outage = set.outages.front();
    const auto mean_on = [&](std::int32_t day) {
        const auto index = static_cast<std::size_t>(day);
        double sum = 0;
        for (const auto account : outage.innocent) sum += outage.portfolio.series(account)[index];
        return sum / static_cast<double>(outage.innocent.size());
    };
    EXPECT_NEAR(mean_on(outage.from - 1), 20.0, 1.5);
    EXPECT_NEAR(mean_on(outage.from), 6.0, 1.0);
    EXPECT_NEAR(mean_on(outage.from + kOutageDays - 1), 6.0, 1.0);
    EXPECT_NEAR(mean_on(outage.from + kOutageDays), 20.0, 1.5);
    ASSERT_FALSE(outage.leavers.empty());
    for (const auto& leaver : outage.leavers) {
        EXPECT_GE(leaver.onset, outage.from);
        EXPECT_LT(leaver.onset, outage.from + kOutageDays);
        EXPECT_EQ(outage.portfolio.series(leaver.account)[static_cast<std::size_t>(outage.from) + 8], 0U);
    }
}

TEST(BenchRecovery, MeasuresFromTheReturnAndCountsTooEarlyOnes) {
    DropRuns returns;
    const DropShape back{.depth = 0.7, .lasts_days = 40};
    returns.every_drop = {{1, 100, back}, {3, 100, back}, {5, 100, back}};
    DropRuns lasting;
    lasting.every_drop = {{1, 100, {.depth = 0.7}}, {3, 100, {.depth = 0.7}}};
    // 1 is called recovered on the return's third day, 32 days after its alarm; 3 is found only after the return;
    // 5 is called recovered before it came back, which is no fast recovery.
    const Script detector({{1, 97}, {1, 110}, {3, 145}, {5, 105}}, {{1, 142}, {5, 130}});
    const RecoveryFigures figures = measure_recoveries(detector, returns, lasting, 1.0);
    EXPECT_EQ(figures.delays.drops(), 1U);
    EXPECT_DOUBLE_EQ(figures.delays.mean_days(), 3.0);
    EXPECT_EQ(figures.early.of, 2U);  // both are found in time where the drop lasts
    EXPECT_EQ(figures.early.hits, 1U);
}

TEST(BenchRecovery, TheOracleNeedsAFewDays) {
    const World world = steady_world(200, 400, 10, 0.05, 33);
    const ScenarioSet set = make_scenarios(world, kRuns, false, 34);
    EXPECT_GT(set.oracle_return_days, 1.0);
    EXPECT_LT(set.oracle_return_days, 5.0);
}

TEST(BenchCertainty, TheErrorIsZeroForTheTruthAndTheDistanceOtherwise) {
    std::vector<Signal> signals;
    for (int i = 0; i < 1000; ++i) signals.push_back({0.2, i % 5 == 0});
    for (int i = 0; i < 1000; ++i) signals.push_back({0.75, i % 4 != 0});
    EXPECT_NEAR(calibration_error(signals), 0.0, 1e-9);
    for (auto& signal : signals) signal.probability += 0.1;
    EXPECT_NEAR(calibration_error(signals), 0.1, 1e-9);
    EXPECT_EQ(calibration_error({}), 0.0);
    // A constant is calibrated if it is the base rate, and only then.
    for (auto& signal : signals) signal.probability = 0.475;
    EXPECT_NEAR(calibration_error(signals), 0.0, 1e-9);
}

TEST(BenchCertainty, TakesTheFirstRealSignalAndAllFalseOnes) {
    MixedCase mixed;
    mixed.onsets = {150, 300};
    mixed.from = 100;
    mixed.to = 300;
    const Script detector({{0, 99, 0.9}, {0, 120, 0.3}, {0, 160, 0.8}, {0, 200, 0.7}, {1, 250, 0.4}, {1, 300, 0.9}});
    const auto signals = measure_signals(detector, mixed, 1.0);
    ASSERT_EQ(signals.size(), 3U);
    EXPECT_FALSE(signals[0].real);
    EXPECT_TRUE(signals[1].real);
    EXPECT_DOUBLE_EQ(signals[1].probability, 0.8);
    EXPECT_FALSE(signals[2].real);
}

class LaneScript final : public Script {
public:
    explicit LaneScript(std::vector<LaneAlarm> alarms) : Script({}), alarms_(std::move(alarms)) {}
    [[nodiscard]] bool names_lanes() const override { return true; }
    [[nodiscard]] std::vector<LaneAlarm> run_lanes(const LanePortfolio&, double) const override { return alarms_; }

private:
    std::vector<LaneAlarm> alarms_;
};

TEST(BenchLaneFigures, DelayAndTheRightLane) {
    const World world = steady_world(8, 300, 5, 0.0, 35);
    LaneCase lanes;
    lanes.undisturbed = split_into_lanes(world.portfolio, 1);
    lanes.runs = {lanes.undisturbed};
    lanes.plans = {{{1, 2, 150}, {3, 0, 150}, {5, 1, 150}}};
    const LaneScript detector({{1, 2, 154}, {3, 4, 159}, {1, 0, 120}});
    const LaneFigures figures = measure_lanes(detector, lanes, world.truth, 1.0);
    EXPECT_DOUBLE_EQ(figures.delays.mean_days(), (5.0 + 10.0 + 60.0) / 3.0);
    EXPECT_EQ(figures.right_lane.of, 2U);
    EXPECT_EQ(figures.right_lane.hits, 1U);
}

TEST(BenchGaps, AreCountedInTheClientsOwnGaps) {
    World world = steady_world(2, 400, 0, 0.0, 36);
    for (std::size_t day = 0; day < 400; day += 5) world.portfolio.series(1)[day] = 3;
    DropRuns stops;
    stops.every_drop = {{1, 200, {.depth = 1}}};
    const GapFigures figures = measure_gaps(Script({{1, 219}}), world, stops, 1.0);
    EXPECT_DOUBLE_EQ(figures.delay_gaps, 4.0);                  // twenty days, a pickup every five
    EXPECT_NEAR(figures.limit_gaps, std::log(73.0 / 0.5), 1e-9);
    EXPECT_EQ(figures.missed.hits, 0U);
}

}  // namespace
}  // namespace aw::bench
