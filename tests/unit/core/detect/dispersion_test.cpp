#include "core/detect/dispersion.hpp"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

namespace aw {
namespace {

PastPeriods of(const std::vector<double>& newest_first) {
    PastPeriods periods;
    for (const double level : newest_first) periods.add(level, false);
    return periods;
}

// Many at one level, then many at another: a client with good and bad months.
std::vector<double> spells(double high, double low, std::size_t length) {
    std::vector<double> levels;
    for (std::size_t i = 0; i < 24; ++i) levels.push_back((i / length) % 2 == 0 ? high : low);
    return levels;
}

TEST(Dispersion, NothingForARegularClient) {
    EXPECT_EQ(of(std::vector<double>(20, 100)).dispersion(4, true), 0);
    EXPECT_EQ(of({1180, 1210, 1195, 1215, 1200, 1190}).dispersion(4, true), 0);  // less than counting alone
    EXPECT_EQ(of(std::vector<double>(20, 100)).dispersion(4, false), 0);
}

TEST(Dispersion, OfNeighboursIsTheirVariance) {
    // Differences of 20 around 100: variance 200 / 0.4549, less 100 for counting.
    const std::vector<double> swings = {110, 90, 110, 90, 110};
    EXPECT_NEAR(of(swings).dispersion(4, true), (200 / 0.4549 - 102) / (102 * 102.0), 1e-9);
}

// Weekly revenue with a week without an invoice is compared all the same (requirements 3.1): of a short history the
// amounts count, not their rhythm.
TEST(Dispersion, AWeekWithoutAnInvoiceIsNoIrregularAmount) {
    const std::vector<double> with_pauses = {1'000, 1'000, 1'000, 0, 1'000, 0, 1'000, 1'000};
    EXPECT_EQ(of(with_pauses).dispersion(4, false), 0);
    EXPECT_GT(of(with_pauses).dispersion(4, true), 0.1);
    EXPECT_GT(of({1'000, 500, 1'000, 500}).dispersion(4, false), 0.1);
}

TEST(Dispersion, ATrendAndOneOddWeekDoNotCount) {
    std::vector<double> growing;
    for (int i = 0; i < 20; ++i) growing.push_back(1'000 - 10 * i);
    EXPECT_EQ(of(growing).dispersion(4, true), 0);
    for (const double level : {50.0, 3'000.0}) {
        std::vector<double> odd(20, 1'000);
        odd[7] = level;
        EXPECT_EQ(of(odd).dispersion(4, true), 0) << level;
    }
}

TEST(Dispersion, SpellsCountAgainstTheMeanTheyAreComparedWith) {
    const auto levels = spells(130, 70, 3);
    EXPECT_GT(of(levels).dispersion(4, false), 0.1);
    // Neighbours alone, as of a shorter history: most are alike.
    const std::vector<double> shorter(levels.begin(), levels.begin() + 11);
    EXPECT_EQ(of(shorter).dispersion(4, true), 0);
}

// One week in five, which never entered a mean, is how the client is; one or two in half a year are not.
TEST(Dispersion, FallsThatComeAgainAndAgainCount) {
    const auto falling = [](int every) {
        PastPeriods periods;
        for (int i = 0; i < 25; ++i) periods.add(i % every == 1 ? 600 : 1'000, i % every == 1);
        return periods.dispersion(4, true);
    };
    EXPECT_GT(falling(3), 0.02);
    EXPECT_EQ(falling(13), 0);
}

// A loss of weeks that was won back must not hide the next one.
TEST(Dispersion, ALongFallCountsOnce) {
    PastPeriods periods;
    for (int i = 0; i < 20; ++i) {
        const bool fell = i >= 2 && i < 8;
        periods.add(fell ? 400 : 1'000, fell);
    }
    EXPECT_EQ(periods.dispersion(4, true), 0);
}

// Two that ended by themselves are a habit, one is none; depth and length must be alike.
TEST(Dispersion, FallsThatKeepEnding) {
    const auto frequency = [](int weeks_of_the_second, double share, int lasted) {
        PastPeriods periods;
        for (int i = 0; i < 40; ++i) {
            const bool second = i >= 20 && i < 20 + weeks_of_the_second;
            periods.add(i == 5 ? 400 : second ? 450 : 1'000, i == 5 || second);
        }
        return periods.frequency_of_falls(share, 4, lasted);
    };
    EXPECT_EQ(frequency(0, 0.5, 1), 0);
    EXPECT_DOUBLE_EQ(frequency(1, 0.5, 1), 2 / 36.0);  // the oldest four have none before them
    EXPECT_DOUBLE_EQ(frequency(2, 0.5, 1), 2 / 36.0);
    EXPECT_EQ(frequency(3, 0.5, 1), 0);  // a loss that was won back
    EXPECT_EQ(frequency(1, 0.4, 1), 0);
    EXPECT_EQ(frequency(2, 0.5, 2), 0);
}

TEST(Dispersion, NeedsEnoughNeighbours) {
    EXPECT_EQ(of({}).dispersion(4, true), 0);
    EXPECT_EQ(of({150, 50, 150}).dispersion(4, true), 0);
    EXPECT_GT(of({150, 50, 150, 50}).dispersion(4, true), 0);
    EXPECT_EQ(of({0, 0, 0, 0, 0}).dispersion(4, true), 0);
}

TEST(Dispersion, WhatAGapPartsIsNoPair) {
    PastPeriods periods = of({150, 50, 150});
    periods.skip();
    periods.add(50, false);
    EXPECT_EQ(periods.dispersion(4, true), 0);  // two pairs
    periods.add(150, false);
    EXPECT_GT(periods.dispersion(4, true), 0);  // three
}

TEST(Dispersion, RemembersTheNewest) {
    PastPeriods periods = of(std::vector<double>(PastPeriods::kMost, 100));
    for (int i = 0; i < 50; ++i) periods.add(i % 2 == 0 ? 10'000 : 0, false);
    EXPECT_EQ(periods.dispersion(4, true), 0);
}

}  // namespace
}  // namespace aw
