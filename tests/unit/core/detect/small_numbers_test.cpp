// R47 on the comparison alone: what chance explains, of items and of money.
#include <string>

#include <gtest/gtest.h>

#include "compared_account.hpp"

namespace aw {
namespace {

using test::Account;
using test::after_four;
using test::w;

TEST(R47, TheThreeExamples) {
    auto result = after_four(100, 70);
    EXPECT_EQ(result.verdict, Verdict::fires);
    EXPECT_NEAR(*result.evidence.tail, 0.00097, 0.000005);
    EXPECT_EQ(result.evidence.phi, 0);
    result = after_four(20, 10);
    EXPECT_EQ(result.verdict, Verdict::small_numbers);
    EXPECT_NEAR(*result.evidence.tail, 0.0108, 0.00005);
    result = after_four(10, 3);
    EXPECT_EQ(result.verdict, Verdict::small_numbers);
    EXPECT_NEAR(*result.evidence.tail, 0.0103, 0.00005);
    EXPECT_FALSE(result.below_lowest);  // no freeze either
}

TEST(R47, AnIrregularClientHasADispersionOfItsOwn) {
    Account a;
    for (int week = 10; week <= 32; ++week) a.week(w(week), week % 2 == 0 ? 150 : 50);
    a.week(w(33), 65);
    const auto result = a.judge(w(33));
    EXPECT_EQ(result.verdict, Verdict::small_numbers);
    EXPECT_GT(result.evidence.phi, 0.1);
}

// Every fifth week brings little: that is how this client is, and the sixth such week is no news. Although none of them
// ever entered a mean, they count for the dispersion.
TEST(R47, FallsThatComeAgainAndAgainAreTheClientsOwn) {
    Account a;
    int fired = 0;
    for (int week = 3; week <= 33; ++week) {
        a.week(w(week), week % 5 == 3 ? 600 : 1000);
        const bool fires = a.judge(w(week)).verdict == Verdict::fires;
        if (week > 18) fired += fires ? 1 : 0;
    }
    EXPECT_EQ(fired, 0);
}

// One odd week in a regular client's half year, or two, hide nothing: neither while they are few nor later.
TEST(R47, AnOddWeekOrTwoHideNoFall) {
    for (const int second : {12, 22}) {
        Account a;
        for (int week = 3; week <= 32; ++week) {
            a.week(w(week), week == 12 || week == second ? 300 : 1000);
            (void)a.judge(w(week));
        }
        a.week(w(33), 700);
        const auto result = a.judge(w(33));
        EXPECT_EQ(result.verdict, Verdict::fires) << second << " phi " << result.evidence.phi;
        EXPECT_EQ(result.severity, Severity::LOW);
    }
}

// Shut for a week every other month, as no dispersion foretells: twice it is news, then it is how the client is. A week
// more than that is news again.
TEST(R47, AFallThatKeepsEndingByItselfIsTheClientsOwn) {
    Account a;
    std::string verdicts;
    for (int week = 1; week <= 35; ++week) {
        const bool shut = week == 10 || week == 19 || week == 27 || week >= 34;
        a.week(w(week), shut ? 400 : 1000);
        const auto result = a.judge(w(week));
        if (!shut) continue;
        verdicts += result.verdict == Verdict::fires ? 'F' : 's';
        if (week != 27 && week != 34) continue;
        EXPECT_EQ(result.verdict, Verdict::small_numbers);
        EXPECT_GT(*result.evidence.tail, 0.04);
        EXPECT_TRUE(result.below_lowest);  // the baseline is frozen: what lasts is seen
    }
    EXPECT_EQ(verdicts, "FFssF");
}

// A loss that was won back twice is no habit.
TEST(R47, AFallThatLastedIsNoHabit) {
    Account a;
    const auto lost = [](int week) { return (week >= 10 && week <= 12) || (week >= 19 && week <= 21) || week == 34; };
    for (int week = 1; week <= 34; ++week) {
        a.week(w(week), lost(week) ? 400 : 1000);
        const auto result = a.judge(w(week));
        EXPECT_TRUE(week != 34 || result.verdict == Verdict::fires);
    }
}

// A client that comes every other week now: the first such weeks are news, and while their case is open the rhythm is
// learned although no mean is.
TEST(R47, ARhythmIsLearnedWhileACaseIsOpen) {
    Account a;
    a.weeks(w(3), w(14), 1000);
    for (int week = 3; week <= 14; ++week) (void)a.judge(w(week));
    std::string verdicts;
    for (int week = 15; week <= 34; ++week) {
        a.week(w(week), week % 2 == 0 ? 1000 : 450);
        const auto result = a.judge(w(week), true);
        if (week % 2 != 0) verdicts += result.verdict == Verdict::fires ? 'F' : 's';
    }
    EXPECT_TRUE(verdicts.starts_with("FF")) << verdicts;
    EXPECT_TRUE(verdicts.ends_with("sss")) << verdicts;
}

// The fall that is judged is no evidence of irregularity, however long it lasts.
TEST(R47, AFallThatLastsIsNoDispersion) {
    Account a;
    a.weeks(w(3), w(26), 1000);
    for (int week = 3; week <= 26; ++week) (void)a.judge(w(week));
    for (int week = 27; week <= 34; ++week) {
        a.week(w(week), week % 2 == 0 ? 650 : 450);
        const auto result = a.judge(w(week));
        EXPECT_EQ(result.verdict, Verdict::fires) << week;
        EXPECT_LT(result.evidence.phi, 0.01) << week;
    }
}

// Money is no count: 3 instead of 10 yuan is chance only for who is used to it.
TEST(R47, RegularMoneyIsNeverChance) {
    Account a("revenue-week");
    a.rule().tail_probability = 0.001;
    for (int week = 20; week <= 33; ++week) a.revenue(w(week), week == 33 ? 300 : week % 2 == 0 ? 990 : 1010);
    const auto result = a.judge(w(33));
    EXPECT_EQ(result.verdict, Verdict::fires);
    EXPECT_EQ(result.severity, Severity::HIGH);
    EXPECT_LT(*result.evidence.tail, 1e-9);
}

TEST(R47, IrregularMoneyMayBe) {
    Account a("revenue-week");
    a.rule().tail_probability = 0.001;
    for (int week = 20; week <= 33; ++week) a.revenue(w(week), week == 33 ? 450 : week % 2 == 0 ? 700 : 1300);
    const auto result = a.judge(w(33));
    EXPECT_EQ(result.verdict, Verdict::small_numbers);
    EXPECT_GT(result.evidence.phi, 0.1);
    EXPECT_FALSE(result.below_lowest);
}

TEST(R47, MoneyWithoutAGateHasNone) {
    Account a("revenue-week");
    for (int week = 29; week <= 33; ++week) a.revenue(w(week), week == 33 ? 3 : 10);
    const auto result = a.judge(w(33));
    EXPECT_EQ(result.verdict, Verdict::fires);
    EXPECT_FALSE(result.evidence.tail);
}

}  // namespace
}  // namespace aw
