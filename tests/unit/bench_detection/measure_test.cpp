#include "bench/detection/measure.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "bench/detection/oracle.hpp"
#include "bench/detection/strata.hpp"
#include "unit/bench_detection/worlds.hpp"

namespace aw::bench {
namespace {

TEST(BenchOracle, EvidenceOfADayIsTheLikelihoodRatio) {
    // Poisson by hand: mean 4, halved: ln(e^-2 2^x) - ln(e^-4 4^x) = 2 - x ln 2.
    EXPECT_NEAR(drop_evidence(3, 4, 0, 0.5), 2.0 - 3.0 * std::log(2.0), 1e-12);
    // Negative binomial by hand with r = 2, mean 4, rho = 0.5: r ln((r+4)/(r+2)) at x = 0.
    EXPECT_NEAR(drop_evidence(0, 4, 0.5, 0.5), 2.0 * std::log(6.0 / 4.0), 1e-12);
    EXPECT_NEAR(drop_evidence(3, 4, 0.5, 0.5), 5.0 * std::log(6.0 / 4.0) + 3.0 * std::log(0.5), 1e-12);
    EXPECT_NEAR(drop_evidence(4, 4, 1e-9, 0.5), drop_evidence(4, 4, 0, 0.5), 1e-6);
    EXPECT_EQ(drop_evidence(1, 4, 0.1, 0.0), -INFINITY);
    EXPECT_EQ(drop_evidence(0, 0, 0.1, 0.5), 0.0);
    // The figures of the product's documentation: about ln 730 / KL days.
    EXPECT_NEAR(std::log(730.0) / evidence_per_day(10, 0.05, 0.5), 6.0, 0.5);
    EXPECT_NEAR(std::log(730.0) / evidence_per_day(2, 0.05, 0.3), 10.0, 1.0);
}

// Wald: a CUSUM of threshold h that drifts by KL a day needs about h / KL days, plus the overshoot of less than one
// large step, minus the head start of not beginning at zero.
TEST(BenchOracle, MeetsItsAnalyticDelayOnACleanPoissonStream) {
    const World world = steady_world(400, 400, 10, 0.0, 11);
    const Oracle oracle(world.truth, 0.5);
    const double threshold = 8.0;
    const DropRuns runs = make_runs(world, {.depth = 0.5}, kRuns, 12);
    Delays delays;
    delays.add(runs.every_drop, oracle.run(runs.all_at_once, threshold));
    const double kl = evidence_per_day(10, 0.0, 0.5);
    EXPECT_EQ(delays.drops(), 200U);
    EXPECT_EQ(delays.missed_share(), 0.0);
    EXPECT_GT(delays.mean_days(), threshold / kl - 0.4);
    EXPECT_LT(delays.mean_days(), threshold / kl + 1.3);
}

TEST(BenchOracle, SeesAFullStopOnTheFirstEmptyDaysAndNeverWhileItemsCome) {
    const World world = steady_world(50, 300, 10, 0.0, 13);
    const Oracle oracle(world.truth, 1.0);
    EXPECT_TRUE(oracle.run(world.portfolio, 15.0).empty());
    const DropRuns runs = make_runs(world, {.depth = 1.0}, kRuns, 14);
    Delays delays;
    delays.add(runs.every_drop, oracle.run(runs.all_at_once, 15.0));
    EXPECT_DOUBLE_EQ(delays.mean_days(), 2.0);  // ten a day, fifteen asked
}

TEST(BenchMeasure, BisectionReachesTheAskedRate) {
    // Long history, many accounts: the rate is known to about 4 %.
    const World world = steady_world(600, 700, 3, 0.1, 15);
    const Oracle oracle(world.truth, 0.5);
    const Calibration calibration = calibrate(oracle, world, 0.5);
    EXPECT_TRUE(calibration.reached);
    const auto alarms = oracle.run(world.portfolio, calibration.threshold);
    EXPECT_NEAR(false_alarms(world, alarms, Half::kCalibrates).per_account_year(), 0.5, 0.01);
    EXPECT_NEAR(false_alarms(world, alarms, Half::kReports).per_account_year(), 0.5, 0.12);
}

TEST(BenchMeasure, SaysWhenNoThresholdIsHighEnough) {
    const World world = steady_world(2, 455, 3, 0.1, 15);
    std::vector<Alarm> many;
    for (std::int32_t day = 90; day < 455; day += 30) many.push_back({0, day});
    EXPECT_FALSE(calibrate(Script(many), world, 0.5).reached);
}

TEST(BenchMeasure, CountsFalseAlarmsAfterTheWarmUpAndBeforeTheEnd) {
    World world = steady_world(4, 455, 3, 0.1, 16);
    world.portfolio.starts[1] = 100;  // warm from 190
    world.truth.ends[1] = 300;
    const std::vector<Alarm> alarms = {{1, 189}, {1, 190}, {1, 299}, {1, 300}, {0, 200}, {3, 89}, {3, 90}};
    const AlarmRate rate = false_alarms(world, alarms, Half::kReports);
    EXPECT_EQ(rate.alarms, 3U);
    EXPECT_NEAR(rate.account_years, (110 + 365) / 365.0, 1e-9);
    EXPECT_EQ(false_alarms(world, alarms, Half::kCalibrates).alarms, 1U);
}

TEST(BenchMeasure, ADetectorThatNeverAlarmsHasTheCapAsDelayAndMissesAll) {
    const World world = steady_world(40, 300, 3, 0.1, 17);
    const auto stratum_of = [&] {
        Stratum stratum = make_stratum(world, 2.0, 2, 18);
        return measure_stratum(Script({}), stratum);
    };
    const StratumFigures figures = stratum_of();
    ASSERT_EQ(figures.depths.size(), 3U);
    for (const auto& depth : figures.depths) {
        EXPECT_DOUBLE_EQ(depth.delay_days, 60.0);
        EXPECT_DOUBLE_EQ(depth.missed_share, 1.0);
        EXPECT_LT(depth.oracle_days, 60.0);
    }
    EXPECT_DOUBLE_EQ(figures.false_alarms, 0.0);
    EXPECT_EQ(figures.default_false_alarms, -1);  // it has no threshold of its own
    EXPECT_GT(delay_ratio({figures}), 2.0);
    EXPECT_DOUBLE_EQ(missed_share({figures}, 0.7), 1.0);
}

TEST(BenchMeasure, DelayCountsTheDayOfTheOnsetAsOneAndIgnoresEarlierAlarms) {
    const std::vector<Drop> drops = {{1, 150, {.depth = 1}}, {3, 200, {.depth = 1}}, {5, 100, {.depth = 1}}};
    const std::vector<Alarm> alarms = {{1, 149}, {1, 150}, {3, 259}, {5, 160}, {7, 150}};
    Delays delays;
    delays.add(drops, alarms);
    EXPECT_DOUBLE_EQ(delays.mean_days(), (1.0 + 60.0 + 60.0) / 3.0);
    EXPECT_DOUBLE_EQ(delays.missed_share(), 1.0 / 3.0);  // day 60 is in time, day 61 is not
}

TEST(BenchMeasure, RatioIsTheGeometricMean) {
    StratumFigures figures;
    figures.depths = {{0.5, 8.0, 4.0, 0.1}, {0.7, 8.0, 1.0, 0.0}};
    EXPECT_DOUBLE_EQ(delay_ratio({figures}), 4.0);
}

}  // namespace
}  // namespace aw::bench
