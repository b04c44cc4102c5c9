// The detector of a fall that a whole cohort shares.
#include "core/detect/cohort_detector.hpp"

#include <cmath>
#include <functional>

#include <gtest/gtest.h>

#include "streams.hpp"

namespace aw {
namespace {

constexpr double kThreshold = 6.59;  // ln 730
const Day kMonday = make_day(2025, 1, 6);

// A cohort whose factor is what `mean` says, give or take `sd`.
struct Cohort {
    std::function<double(int)> mean = [](int) { return 0.0; };  // ln factor of the day
    double sd = 0.05;
    std::uint64_t seed = 1;

    CohortDetector detector;
    std::vector<int> alarms;  // days
    std::vector<int> ends;
    CohortDetector::Verdict at_alarm;  // the last

    void run(int days, const std::function<bool(int)>& holiday = [](int) { return false; }) {
        test::Stream stream(seed);
        for (int day = 0; day < days; ++day) {
            const double shift = mean(day) + stream.normal(sd);
            const auto verdict = detector.step({.day = kMonday + day,
                                                .shift = shift,
                                                .variance = 1e-4,
                                                .items = 1'000 * std::exp(shift),
                                                .expected = 1'000,
                                                .holiday = holiday(day)},
                                               kThreshold);
            if (verdict.over) ends.push_back(day);
            if (!verdict.alarm) continue;
            alarms.push_back(day);
            at_alarm = verdict;
        }
    }
};

std::function<double(int)> falls_to(double factor, int from, int to = 1'000'000) {
    return [=](int day) { return day >= from && day < to ? std::log(factor) : 0.0; };
}

TEST(CohortDetector, AFallOfAThirdIsToldWithinDaysAndOnce) {
    Cohort cohort{.mean = falls_to(0.67, 120, 155)};
    cohort.run(155);
    ASSERT_EQ(cohort.alarms.size(), 1U);
    EXPECT_GE(cohort.alarms[0], 120);
    EXPECT_LE(cohort.alarms[0], 127);
    EXPECT_NEAR(cohort.at_alarm.onset - kMonday, 120, 1);
    EXPECT_NEAR(cohort.at_alarm.items / cohort.at_alarm.expected, 0.67, 0.05);
    EXPECT_TRUE(cohort.ends.empty());
    EXPECT_TRUE(cohort.detector.is_in_alarm());
}

TEST(CohortDetector, ItIsOverWhenTheCohortIsBackAndTheNextFallIsToldAgain) {
    Cohort cohort{.mean = [](int day) { return (day >= 120 && day < 150) || day >= 200 ? std::log(0.6) : 0.0; }};
    cohort.run(230);
    ASSERT_EQ(cohort.alarms.size(), 2U);
    ASSERT_EQ(cohort.ends.size(), 1U);
    EXPECT_GE(cohort.ends[0], 150);
    EXPECT_LE(cohort.ends[0], 156);
    EXPECT_GE(cohort.alarms[1], 200);
    EXPECT_LE(cohort.alarms[1], 208);
}

TEST(CohortDetector, WhatStaysLowIsTheNewLevel) {
    Cohort cohort{.mean = falls_to(0.6, 120)};
    cohort.run(500);
    EXPECT_EQ(cohort.alarms.size(), 1U);
    ASSERT_EQ(cohort.ends.size(), 1U);
    EXPECT_NEAR(cohort.ends[0], 120 + 45, 2);
    // ... from which it can fall once more.
    Cohort twice{.mean = [](int day) { return day < 120 ? 0 : day < 300 ? std::log(0.6) : std::log(0.4); }};
    twice.run(330);
    EXPECT_EQ(twice.alarms.size(), 2U);
}

TEST(CohortDetector, AFewPercentAreNoFall) {
    Cohort cohort{.mean = falls_to(0.95, 120)};
    cohort.run(600);
    EXPECT_TRUE(cohort.alarms.empty());
}

TEST(CohortDetector, ADeclineOfOnePercentADayIsFound) {
    Cohort cohort{.mean = [](int day) { return day < 120 ? 0 : -0.01 * (day - 120); }};
    cohort.run(170);
    ASSERT_GE(cohort.alarms.size(), 1U);
    EXPECT_LE(cohort.alarms[0], 120 + 40);
}

// A year of each of 100 cohorts that are only irregular; one in two years is the budget.
TEST(CohortDetector, KeepsTheBudget) {
    std::size_t alarms = 0;
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
        Cohort cohort{.sd = 0.03 + 0.002 * static_cast<double>(seed), .seed = seed};
        cohort.run(CohortDetector::kWarmUpDays + 365);
        alarms += cohort.alarms.size();
    }
    EXPECT_LE(alarms, 50U);
}

TEST(CohortDetector, SundaysAreNoFall) {
    Cohort cohort{.mean = [](int day) { return day % 7 == 6 ? std::log(0.3) : 0.0; }};
    cohort.run(400);
    EXPECT_TRUE(cohort.alarms.empty());
}

TEST(CohortDetector, HolidaysAreNoEvidence) {
    const auto closed = [](int day) { return day >= 120 && day < 130; };
    Cohort cohort{.mean = falls_to(0.1, 120, 130)};
    cohort.run(200, closed);
    EXPECT_TRUE(cohort.alarms.empty());
    Cohort told{.mean = falls_to(0.1, 120, 130)};
    told.run(200);
    EXPECT_EQ(told.alarms.size(), 1U) << "without the calendar's word it is one";
}

// Every July the schools are shut: the first time that is news, the second time it is the season.
TEST(CohortDetector, WhatFellLastYearAtThisTimeIsTheSeason) {
    const auto july = [](int day) { return day % 364 >= 180 && day % 364 < 215; };
    Cohort schools{.mean = [&](int day) { return july(day) ? std::log(0.5) : 0.0; }};
    schools.run(2 * 364);
    ASSERT_EQ(schools.alarms.size(), 1U);
    EXPECT_LT(schools.alarms[0], 364);
    // Half as much again is more than the season.
    Cohort worse{.mean = [&](int day) { return !july(day) ? 0 : std::log(day < 364 ? 0.5 : 0.25); }};
    worse.run(2 * 364);
    ASSERT_EQ(worse.alarms.size(), 2U);
    EXPECT_GE(worse.alarms[1], 364 + 180);
}

TEST(CohortDetector, SaysNothingBeforeItKnowsWhatIsUsual) {
    Cohort cohort{.mean = falls_to(0.3, CohortDetector::kWarmUpDays - 10)};
    cohort.run(CohortDetector::kWarmUpDays);
    EXPECT_TRUE(cohort.alarms.empty());
    EXPECT_EQ(cohort.detector.days_known(), CohortDetector::kWarmUpDays);
}

TEST(CohortDetector, IsStoredBitForBit) {
    Cohort cohort{.mean = falls_to(0.6, 120)};
    cohort.run(130);
    const auto restored = test::restored_bit_for_bit(cohort.detector);
    EXPECT_TRUE(restored.is_in_alarm());
}

}  // namespace
}  // namespace aw
