#include "core/detect/expectation.hpp"

#include <numeric>

#include <gtest/gtest.h>

#include "streams.hpp"

namespace aw {
namespace {

void learn(Expectation& expectation, double items, int weekday, const DayFactor& day = {}) {
    const auto f = expectation.forecast(weekday, day);
    expectation.learn_weekday(weekday, items, f, day);
    expectation.learn(Expectation::evidence(items, f));
}

TEST(Expectation, TheLevelFollowsGrowth) {
    Expectation expectation;
    for (int day = 0; day < 100; ++day) learn(expectation, 10, day % 7);
    EXPECT_NEAR(expectation.level(), 10, 0.3);
    for (int day = 0; day < 30; ++day) learn(expectation, 20, day % 7);
    EXPECT_NEAR(expectation.level(), 15, 0.7);  // halfway after one half-life
    for (int day = 0; day < 120; ++day) learn(expectation, 20, day % 7);
    EXPECT_NEAR(expectation.level(), 20, 0.6);
}

TEST(Expectation, TheWeekdayIsLearnedAndItsMeanIsOne) {
    const double share[7] = {1.2, 1.1, 1.0, 1.0, 1.2, 0.9, 0.0};
    const double mean = std::accumulate(share, share + 7, 0.0) / 7;
    Expectation expectation;
    test::Stream stream(1);
    for (int day = 0; day < 7 * 80; ++day) learn(expectation, stream.items(20 * share[day % 7]), day % 7);
    double sum = 0;
    for (int day = 0; day < 7; ++day) {
        const double exposure = expectation.forecast(day, {}).exposure;
        sum += exposure;
        EXPECT_NEAR(exposure, share[day] / mean, 0.12) << day;
    }
    EXPECT_NEAR(sum, 7, 1e-6);
}

TEST(Expectation, AHolidayOfEverybodyDoesNotLowerTheLevel) {
    Expectation expectation;
    for (int day = 0; day < 100; ++day) learn(expectation, 10, day % 7);
    const double before = expectation.level();
    for (int day = 0; day < 14; ++day) learn(expectation, 2, day % 7, {.factor = 0.2});
    EXPECT_NEAR(expectation.level(), before, 0.2);
}

TEST(Expectation, WhatAClientSendsOnHolidaysIsItsOwn) {
    Expectation expectation;
    for (int day = 0; day < 100; ++day) learn(expectation, 10, day % 7);
    const DayFactor holiday{.factor = 0.8, .holiday = true};
    EXPECT_NEAR(expectation.forecast(0, holiday).mu, 8, 0.2);  // at first like the cohort
    for (int day = 0; day < 8; ++day) expectation.learn_holiday(2, expectation.forecast(0, holiday));
    EXPECT_LT(expectation.forecast(0, holiday).mu, 4);
    EXPECT_GT(expectation.forecast(0, holiday).mu, 2);
    EXPECT_NEAR(expectation.forecast(0, {.factor = 0.8}).mu, 8, 0.2);  // an ordinary day is what it was
    // A great day is not the rule, and a memory of days forgets.
    for (int day = 0; day < 20; ++day) expectation.learn_holiday(1'000, expectation.forecast(0, holiday));
    EXPECT_LT(expectation.forecast(0, holiday).mu, 8 * 3.1);
    for (int day = 0; day < 40; ++day) expectation.learn_holiday(8, expectation.forecast(0, holiday));
    EXPECT_NEAR(expectation.forecast(0, holiday).mu, 8, 1);
}

TEST(Expectation, ARecordFromBeforeHolidaysWereLearnedIsReadToItsEnd) {
    Expectation expectation;
    for (int day = 0; day < 100; ++day) learn(expectation, 10, day % 7);
    std::string bytes;
    ArchiveWriter{bytes}(expectation, 77);
    bytes.erase(bytes.size() - 10, 8);  // two floats before a number of two bytes
    ArchiveReader reader(bytes);
    reader.set_version(2);
    Expectation old;
    int behind = 0;
    reader(old, behind);
    EXPECT_TRUE(reader.finished());
    EXPECT_EQ(behind, 77);
    EXPECT_EQ(old.forecast(3, {.holiday = true}).mu, expectation.forecast(3, {.holiday = true}).mu);
}

TEST(Expectation, ADayKnownInPartIsExpectedInPart) {
    Expectation expectation;
    for (int day = 0; day < 100; ++day) learn(expectation, 10, day % 7);
    const double whole = expectation.forecast(2, {}).mu;
    EXPECT_NEAR(expectation.forecast(2, {.completeness = 0.8}).mu, 0.8 * whole, 1e-9);
}

TEST(Expectation, DispersionIsTheClientsOwn) {
    const auto phi_of = [](double phi) {
        Expectation expectation;
        test::Stream stream(7);
        for (int day = 0; day < 600; ++day) learn(expectation, stream.items(15, phi), day % 7);
        return expectation.forecast(0, {}).phi;
    };
    EXPECT_LT(phi_of(0), 0.03);
    EXPECT_NEAR(phi_of(0.3), 0.3, 0.1);
}

TEST(Expectation, WhoIsHardlyKnownIsUncertain) {
    Expectation expectation;
    const double at_first = expectation.forecast(0, {}).phi;
    for (int day = 0; day < 60; ++day) learn(expectation, 10, day % 7);
    EXPECT_GT(at_first, 0.9);
    EXPECT_LT(expectation.forecast(0, {}).phi, 0.15);
}

TEST(Expectation, RebasedTheLevelIsThatOfTheEvidence) {
    Expectation expectation;
    for (int day = 0; day < 100; ++day) learn(expectation, 10, day % 7);
    Expectation::Evidence evidence;
    for (int day = 0; day < 5; ++day) evidence.add(Expectation::evidence(3, expectation.forecast(day, {})));
    expectation.rebase(evidence);
    EXPECT_NEAR(expectation.level(), 3, 0.4);
}

}  // namespace
}  // namespace aw
