#include "core/detect/false_alarm_budget.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "core/detect/budget.hpp"
#include "streams.hpp"

namespace aw {
namespace {

constexpr auto kSmall = ClientSize::kSmall;
constexpr auto kLarge = ClientSize::kLarge;
constexpr Day kDay{20'000};

// Earned and spent on one day, settled on the next: nothing has faded but half of that day's 0.4 %.
FalseAlarmBudget book(double earned, int spent, ClientSize size = kSmall) {
    FalseAlarmBudget budget;
    budget.settle(kDay);
    budget.earn(size, static_cast<std::uint64_t>(std::lround(earned * 365 / 0.5)), 0.5);
    for (int n = 0; n < spent; ++n) budget.spend(size);
    budget.settle(kDay + 1);
    return budget;
}

TEST(FalseAlarmBudget, ABlankOneMovesNothing) {
    FalseAlarmBudget budget;
    EXPECT_EQ(budget.offset(kSmall, kDay), 0);
    budget.settle(kDay);
    EXPECT_EQ(budget.offset(kSmall, kDay), 0);
    EXPECT_EQ(budget.tail_share(), 1);
}

TEST(FalseAlarmBudget, EarnsTheRateForEveryClientYear) {
    FalseAlarmBudget budget;
    budget.earn(kLarge, 730, 0.5);
    EXPECT_DOUBLE_EQ(budget.earned(kLarge), 1);
    EXPECT_EQ(budget.earned(kSmall), 0);
}

// 100 were asked for and 82 came: 12 ln(85 / 100).
TEST(FalseAlarmBudget, WhatIsLeftLowersTheThresholds) {
    EXPECT_NEAR(book(100, 82).offset(kSmall, kDay + 1), 12 * std::log(0.85), 0.1);
    EXPECT_NEAR(book(100, 40).offset(kSmall, kDay + 1), -FalseAlarmBudget::kMostLenient, 1e-6);
    EXPECT_EQ(book(100, 98).offset(kSmall, kDay + 1), 0);
}

// None of two that were expected is no proof, none of nine is.
TEST(FalseAlarmBudget, LittleThatIsEarnedLowersNothing) {
    EXPECT_EQ(book(2, 0).offset(kSmall, kDay + 1), 0);
    EXPECT_LT(book(9, 0).offset(kSmall, kDay + 1), -2);
}

// 121 of 100 may be chance, 130 (130 - 22.8 - 4 = 103.2) hardly is.
TEST(FalseAlarmBudget, WhatIsSurelyOverspentRaisesThem) {
    EXPECT_EQ(book(100, 121).offset(kSmall, kDay + 1), 0);
    EXPECT_NEAR(book(100, 130).offset(kSmall, kDay + 1), 12 * std::log(1.032), 0.05);
    EXPECT_NEAR(book(100, 300).offset(kSmall, kDay + 1), FalseAlarmBudget::kMostStrict, 1e-6);
}

// Ten clients that all leave in a month are ten losses.
TEST(FalseAlarmBudget, AYoungBookNeverRaisesThem) {
    const FalseAlarmBudget budget = book(20, 200);
    EXPECT_EQ(budget.offset(kSmall, kDay + 1), 0);
    EXPECT_EQ(budget.tail_share(), 1);
}

TEST(FalseAlarmBudget, SmallAndLargeClientsPayForThemselves) {
    const FalseAlarmBudget budget = book(100, 40, kLarge);
    EXPECT_LT(budget.offset(kLarge, kDay + 1), 0);
    EXPECT_EQ(budget.offset(kSmall, kDay + 1), 0);
}

TEST(FalseAlarmBudget, ALossGivesItsSignalsBack) {
    FalseAlarmBudget budget;
    for (int n = 0; n < 5; ++n) budget.spend(kSmall);
    budget.give_back(kSmall, 2);
    EXPECT_DOUBLE_EQ(budget.spent(kSmall), 3);
    budget.give_back(kSmall, 9);
    EXPECT_DOUBLE_EQ(budget.spent(kSmall), 0);
}

TEST(FalseAlarmBudget, ForgetsHalfInHalfAYear) {
    FalseAlarmBudget budget;
    budget.settle(kDay);
    budget.earn(kSmall, 7'300, 0.5);
    budget.spend(kSmall);
    EXPECT_EQ(budget.settle(kDay + 180), 180);
    EXPECT_NEAR(budget.earned(kSmall), 5, 1e-9);
    EXPECT_NEAR(budget.spent(kSmall), 0.5, 1e-9);
}

TEST(FalseAlarmBudget, ADayKeepsTheThresholdsThatItHad) {
    FalseAlarmBudget budget = book(100, 82);
    const double before = budget.offset(kSmall, kDay + 1);
    EXPECT_EQ(budget.settle(kDay + 1), 0);
    for (int n = 0; n < 50; ++n) budget.spend(kSmall);
    EXPECT_EQ(budget.settle(kDay + 2), 1);
    EXPECT_EQ(budget.offset(kSmall, kDay + 1), before);
    EXPECT_EQ(budget.offset(kSmall, kDay), 0);
    EXPECT_GT(budget.offset(kSmall, kDay + 2), before);
    EXPECT_EQ(budget.offset(kSmall, kDay + 9), budget.offset(kSmall, kDay + 2));
    for (int n = 3; n < 100; ++n) budget.settle(kDay + n);
    EXPECT_EQ(budget.offset(kSmall, kDay), budget.offset(kSmall, kDay + 68)) << "the first that is known";
}

// R47 says 0.001: less where the whole is overspent, more never.
TEST(FalseAlarmBudget, AnOverspentOneIsStricterWithComparisons) {
    EXPECT_EQ(book(100, 20).tail_share(), 1);
    EXPECT_EQ(book(100, 121).tail_share(), 1);
    const double spent = 200 - 2 * std::sqrt(200) - 4;
    EXPECT_NEAR(book(100, 200).tail_share(), std::pow(100 / spent, 4), 0.01);
    EXPECT_EQ(book(100, 2'000).tail_share(), FalseAlarmBudget::kLeastTail);
}

TEST(FalseAlarmBudget, WhatTheOneSizeHasLeftComparisonsMaySpend) {
    FalseAlarmBudget budget = book(100, 200);
    budget.earn(kLarge, 365'000, 0.5);
    budget.settle(kDay + 2);
    EXPECT_EQ(budget.tail_share(), 1);
}

TEST(FalseAlarmBudget, SurvivesTheArchiveBitForBit) {
    const FalseAlarmBudget restored = test::restored_bit_for_bit(book(100, 82));
    EXPECT_LT(restored.offset(kSmall, kDay + 1), 0);
}

TEST(Budget, AnOffsetMovesTheTestsOfClientsAlone) {
    const Thresholds plain = thresholds_of(0.5);
    const Thresholds moved = thresholds_of(0.5, -1.5);
    EXPECT_NEAR(moved.drop, plain.drop - 1.5, 1e-9);
    EXPECT_NEAR(moved.decline, plain.decline - 1.5, 1e-9);
    EXPECT_NEAR(moved.shares, plain.shares - 1.5, 1e-9);
    EXPECT_NEAR(moved.yield, plain.yield - 1.5, 1e-9);
    EXPECT_EQ(moved.inactivity_years, plain.inactivity_years);
    EXPECT_EQ(moved.cohort, plain.cohort);
}

// At twelve a year theory says 3.4 and lets no offset take it where every bad day is an alarm.
TEST(Budget, AnOffsetLeavesAThresholdThatOneDayCannotReach) {
    EXPECT_NEAR(thresholds_of(12, -2.5).drop, kLeastThreshold + 1, 1e-9);
    EXPECT_GT(thresholds_of(12, 1).drop, thresholds_of(12).drop);
}

}  // namespace
}  // namespace aw
