#include "core/detect/certainty.hpp"

#include <cmath>
#include <string>

#include <gtest/gtest.h>

#include "base/archive.hpp"
#include "core/detect/budget.hpp"
#include "streams.hpp"

namespace aw {
namespace {

using Stratum = Certainty::Stratum;

TEST(Certainty, AGreaterLossIsNeverLessCertain) {
    Certainty certainty;
    for (int n = 0; n < 100; ++n) certainty.note({Stratum::kSmall, 5}, false);  // against the grain
    for (int n = 0; n < 20; ++n) certainty.note({Stratum::kSmall, 1}, true);
    for (std::size_t stratum = 0; stratum < Certainty::kStrata; ++stratum) {
        double before = 0;
        for (std::uint8_t bin = 0; bin < Certainty::kBins; ++bin) {
            const double p = certainty.probability({static_cast<Stratum>(stratum), bin}, 0.5);
            EXPECT_GE(p, before) << stratum << ' ' << int{bin};
            EXPECT_GT(p, 0);
            EXPECT_LT(p, 1);
            before = p;
        }
    }
}

TEST(Certainty, HalfTheItemsGoneIsLessCertainThanNearlyAll) {
    const Certainty certainty;
    const double half = certainty.probability(Certainty::of_drop(2, 10, 20), 1.36);
    const double most = certainty.probability(Certainty::of_drop(2, 1, 20), 1.36);
    EXPECT_NEAR(half, 0.48, 0.01);
    EXPECT_NEAR(most, 0.93, 0.01);
}

TEST(Certainty, ABusyClientThatStopsAtOnceHasMostlyClosedForAFewDays) {
    const auto stop = Certainty::of_drop(20, 0, 60);
    EXPECT_EQ(stop.stratum, Stratum::kStop);
    EXPECT_EQ(Certainty::of_drop(20, 10, 60).stratum, Stratum::kLarge);
    EXPECT_EQ(Certainty::of_drop(1, 0, 20).stratum, Stratum::kSmall);
    EXPECT_LT(Certainty{}.probability(stop, 0.5), 0.5);
}

TEST(Certainty, ClosedEpisodesTeachIt) {
    Certainty certainty;
    const auto cell = Certainty::of_drop(2, 4, 20);
    const double shipped = certainty.probability(cell, 0.5);
    for (int n = 0; n < 5; ++n) certainty.note(cell, false);
    const double after_five = certainty.probability(cell, 0.5);
    EXPECT_LT(after_five, shipped);
    EXPECT_GT(after_five, 0.8 * shipped);  // five are an accident
    for (int n = 0; n < 1'000; ++n) certainty.note(cell, n % 10 == 0);
    EXPECT_NEAR(certainty.probability(cell, 0.5), 0.2, 0.06);  // one in ten, and the smaller losses pooled with it
    EXPECT_EQ(certainty.probability(Certainty::of_drop(20, 4, 20), 0.5),
              Certainty{}.probability(Certainty::of_drop(20, 4, 20), 0.5));
}

TEST(Certainty, CountsWhatEndedAndTheDaysInWhichItCouldHave) {
    Certainty certainty;
    certainty.note({Stratum::kSmall, 5}, false);  // teaches, counts nothing: it may have been LOW
    certainty.note_ended(Stratum::kSmall, false, 2);
    certainty.note_ended(Stratum::kSmall, true, 1);
    certainty.note_days(300, 40);
    certainty.note_days(65, 1);
    EXPECT_EQ(certainty.ended(Stratum::kSmall).none, 2U);
    EXPECT_EQ(certainty.ended(Stratum::kSmall).real, 1U);
    EXPECT_EQ(certainty.ended(Stratum::kLarge).none, 0U);
    EXPECT_EQ(certainty.days(Stratum::kSmall), 365U);
    EXPECT_EQ(certainty.days(Stratum::kStop), 41U);
    EXPECT_EQ(certainty.days(Stratum::kDecline), 406U);
}

// Up to version 7 days of history and of clients that nobody watches were counted, and LOW.
TEST(Certainty, ForgetsOnlyTheCountsOfOldRecords) {
    Certainty certainty;
    const auto cell = Certainty::of_drop(2, 4, 20);
    for (int n = 0; n < 50; ++n) certainty.note(cell, false);
    certainty.note_ended(Stratum::kSmall, false, 50);
    certainty.note_days(300, 40);
    std::string bytes;
    ArchiveWriter writer(bytes);
    writer(certainty);
    constexpr std::size_t kOfComparisons = 3;  // two alarms' numbers and days, of none a byte each
    for (const std::uint32_t version : {7U, 8U, 10U}) {
        ArchiveReader archive(std::string_view(bytes).substr(0, bytes.size() - (version < 10 ? kOfComparisons : 0)));
        archive.set_version(version);
        Certainty read;
        archive(read);
        ASSERT_TRUE(archive.finished());
        EXPECT_EQ(read.days(Stratum::kDecline), version < 8 ? 0U : 340U);
        EXPECT_EQ(read.ended(Stratum::kSmall).none, version < 8 ? 0U : 50U);
        EXPECT_EQ(read.probability(cell, 0.5), certainty.probability(cell, 0.5));
    }
}

TEST(Certainty, ASmallerBudgetMakesASignalMoreCertain) {
    const Certainty certainty;
    const auto cell = Certainty::of_drop(2, 4, 20);
    EXPECT_GT(certainty.probability(cell, 0.1), certainty.probability(cell, 0.5));
    EXPECT_LT(certainty.probability(cell, 2), certainty.probability(cell, 0.5));
}

// ln(1.36 / 0.5) = 1: a budget of 1.36 has the thresholds that one of 0.5 has at an offset of -1.
TEST(Certainty, IsOfTheThresholdsThatAreInForce) {
    const Certainty certainty;
    const auto cell = Certainty::of_drop(2, 4, 20);
    EXPECT_NEAR(certainty.probability(cell, 0.5, -1), certainty.probability(cell, 1.36), 0.001);
    EXPECT_GT(certainty.probability(cell, 0.5, 1), certainty.probability(cell, 0.5));
}

TEST(Certainty, SurvivesTheArchiveBitForBit) {
    Certainty certainty;
    certainty.note({Stratum::kDecline, 3}, true);
    certainty.note({Stratum::kLarge, 7}, false);
    certainty.note_compared(false, 3);
    certainty.note_compared_days(700);
    static_cast<void>(test::restored_bit_for_bit(certainty));
    EXPECT_NE(certainty.probability({Stratum::kDecline, 3}, 0.5), Certainty{}.probability({Stratum::kDecline, 3}, 0.5));
}

TEST(Budget, ASmallerOneRaisesEveryThreshold) {
    const Thresholds half = thresholds_of(0.5);
    const Thresholds tenth = thresholds_of(0.1);
    const double days = std::log(365 / 0.5);  // account-days per false alarm
    for (const double limit : {half.drop, half.decline, half.shares, half.yield}) EXPECT_GT(limit, days);
    EXPECT_NEAR(half.inactivity_years, 2, 1e-9);
    EXPECT_GT(tenth.drop, half.drop);
    EXPECT_GT(tenth.decline, half.decline);
    EXPECT_GT(tenth.shares, half.shares);
    EXPECT_GT(tenth.yield, half.yield);
    EXPECT_GT(tenth.inactivity_years, half.inactivity_years);
}

}  // namespace
}  // namespace aw
