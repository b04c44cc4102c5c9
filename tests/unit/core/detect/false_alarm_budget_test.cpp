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

constexpr double kRate = 0.5;

// Counted on one day, settled so long after it that every offset has arrived; nothing fades: what is counted is more
// by what fades.
FalseAlarmBudget book(double earned, double spent, ClientSize size = kSmall) {
    constexpr int kDays = 60;
    const double more = std::exp2(kDays / 180.0);
    FalseAlarmBudget budget;
    budget.settle(kDay, kRate, kRate);
    budget.note_detectors(size, static_cast<std::uint64_t>(std::lround(earned * more * 365 / kRate)),
                          static_cast<std::uint64_t>(std::lround(spent * more)));
    budget.note_days(static_cast<std::uint64_t>(std::lround(earned * more * 365 / kRate)));
    for (int n = 0; n < std::lround(spent * more); ++n) budget.note_signal();
    budget.settle(kDay + kDays, kRate, kRate);
    return budget;
}
const Day kLast = kDay + 60;

TEST(FalseAlarmBudget, ABlankOneMovesNothing) {
    FalseAlarmBudget budget;
    EXPECT_EQ(budget.offset(kSmall, kDay), 0);
    EXPECT_EQ(budget.tail_share(kDay), 1);
    EXPECT_EQ(budget.settle(kDay, kRate, kRate), 1);
    EXPECT_EQ(budget.offset(kSmall, kDay), 0);
    EXPECT_EQ(budget.tail_share(kDay), 1);
}

TEST(FalseAlarmBudget, WhatIsLeftMovesNothing) { EXPECT_EQ(book(100, 40).offset(kSmall, kLast), 0); }

// 121 of 100 may be chance, 130 (130 - 22.8 - 4 = 103.2) hardly is.
TEST(FalseAlarmBudget, WhatIsSurelyOverspentRaisesThem) {
    EXPECT_EQ(book(100, 121).offset(kSmall, kLast), 0);
    EXPECT_NEAR(book(100, 130).offset(kSmall, kLast), 12 * std::log(1.032), 0.05);
    EXPECT_NEAR(book(100, 300).offset(kSmall, kLast), FalseAlarmBudget::kMostStrict, 1e-6);
}

// Ten clients that all leave in a month are ten losses.
TEST(FalseAlarmBudget, AYoungBookMakesNothingStricter) {
    const FalseAlarmBudget budget = book(20, 200);
    EXPECT_EQ(budget.offset(kSmall, kLast), 0);
    EXPECT_EQ(budget.tail_share(kLast), 1);
}

TEST(FalseAlarmBudget, SmallAndLargeClientsPayForThemselves) {
    const FalseAlarmBudget budget = book(100, 300, kLarge);
    EXPECT_GT(budget.offset(kLarge, kLast), 0);
    EXPECT_EQ(budget.offset(kSmall, kLast), 0);
}

// Of half the rate half is earned: 90 are more than 50.
TEST(FalseAlarmBudget, TheDetectorsEarnByTheirOwnRateAndByThatOfToday) {
    FalseAlarmBudget budget = book(100, 90);
    EXPECT_EQ(budget.offset(kSmall, kLast), 0);
    for (int n = 1; n < 20; ++n) budget.settle(kLast + n, kRate, kRate / 2);
    EXPECT_NEAR(budget.offset(kSmall, kLast + 19), FalseAlarmBudget::kMostStrict, 1e-6);
}

TEST(FalseAlarmBudget, ForgetsHalfInHalfAYear) {
    FalseAlarmBudget budget;
    budget.settle(kDay, kRate, kRate);
    budget.note_days(7'300);
    budget.note_signal();
    EXPECT_EQ(budget.settle(kDay + 180, kRate, kRate), 180);
    EXPECT_NEAR(budget.days(), 3'650, 1e-9);
    EXPECT_NEAR(budget.spent(), 0.5, 1e-9);
}

TEST(FalseAlarmBudget, AnOffsetComesATenthADay) {
    FalseAlarmBudget budget;
    budget.settle(kDay, kRate, kRate);
    budget.note_detectors(kSmall, 100'000, 1'000);
    budget.settle(kDay + 1, kRate, kRate);
    EXPECT_NEAR(budget.offset(kSmall, kDay + 1), 0.1, 1e-6);
    budget.settle(kDay + 4, kRate, kRate);
    EXPECT_NEAR(budget.offset(kSmall, kDay + 4), 0.4, 1e-6);
}

TEST(FalseAlarmBudget, ADayKeepsWhatWasInForce) {
    FalseAlarmBudget budget = book(100, 200);
    const double before = budget.offset(kSmall, kLast);
    EXPECT_GT(before, 0);
    EXPECT_EQ(budget.settle(kLast, kRate, kRate), 0);
    budget.note_detectors(kSmall, 1'000'000, 0);
    EXPECT_EQ(budget.settle(kLast + 1, kRate, kRate), 1);
    EXPECT_EQ(budget.offset(kSmall, kLast), before);
    EXPECT_EQ(budget.offset(kSmall, kLast - 1), 0);
    EXPECT_LT(budget.offset(kSmall, kLast + 1), before);
    EXPECT_EQ(budget.offset(kSmall, kLast + 9), budget.offset(kSmall, kLast + 1));
    for (int n = 2; n < 100; ++n) budget.settle(kLast + n, kRate, kRate);
    EXPECT_EQ(budget.offset(kSmall, kDay), budget.offset(kSmall, kLast + 52)) << "the first that is known";
}

// R47 says 0.001: less where the whole is overspent, more never.
TEST(FalseAlarmBudget, AnOverspentOneIsStricterWithComparisons) {
    EXPECT_EQ(book(100, 20).tail_share(kLast), 1);
    EXPECT_EQ(book(100, 121).tail_share(kLast), 1);
    const double spent = 200 - 2 * std::sqrt(200) - 4;
    EXPECT_NEAR(book(100, 200).tail_share(kLast), std::pow(100 / spent, 4), 0.01);
    EXPECT_NEAR(book(100, 2'000).tail_share(kLast), FalseAlarmBudget::kLeastTail, 1e-9);
    EXPECT_EQ(book(100, 200).tail_share(kDay), 1) << "what was in force before";
}

TEST(FalseAlarmBudget, SurvivesTheArchiveBitForBit) {
    const FalseAlarmBudget restored = test::restored_bit_for_bit(book(100, 200));
    EXPECT_GT(restored.offset(kSmall, kLast), 0);
    EXPECT_LT(restored.tail_share(kLast), 1);
}

TEST(Budget, AnOffsetMovesTheTestsOfClientsAlone) {
    const Thresholds plain = thresholds_of(0.5);
    const Thresholds moved = thresholds_of(0.5, 0.5);
    EXPECT_NEAR(moved.drop, plain.drop + 0.5, 1e-9);
    EXPECT_NEAR(moved.decline, plain.decline + 0.5, 1e-9);
    EXPECT_NEAR(moved.shares, plain.shares + 0.5, 1e-9);
    EXPECT_NEAR(moved.yield, plain.yield + 0.5, 1e-9);
    EXPECT_EQ(moved.inactivity_years, plain.inactivity_years);
    EXPECT_EQ(moved.cohort, plain.cohort);
}

}  // namespace
}  // namespace aw
