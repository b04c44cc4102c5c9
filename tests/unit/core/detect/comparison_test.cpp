// Every numeric example of R45 and R46, and what guards them, on the comparison alone.
#include "core/detect/comparison.hpp"

#include <gtest/gtest.h>

#include "compared_account.hpp"

namespace aw {
namespace {

using test::Account;
using test::after_four;
using test::m;
using test::row;
using test::rules;
using test::w;

TEST(R45, BothComparisonsOfTheExample) {
    Account a;
    a.weeks(w(1, 2025), w(28), 1150);
    for (const auto& [week, items] : {std::pair{29, 1180}, {30, 1210}, {31, 1195}, {32, 1215}, {33, 420}})
        a.week(w(week), items);
    const auto result = a.judge(w(33));
    EXPECT_EQ(result.verdict, Verdict::fires);
    EXPECT_EQ(result.severity, Severity::HIGH);
    EXPECT_EQ(result.evidence.recent_change_bp, -6500);
    EXPECT_EQ(result.evidence.yoy_change_bp, -6348);
    EXPECT_EQ(result.evidence.previous_change_bp, -6543);  // shown beside it
    EXPECT_EQ(result.evidence.expected, 1200);
    EXPECT_EQ(result.evidence.observed, 420);
    EXPECT_EQ(result.evidence.onset_on, first_day(w(33)));
}

TEST(R45, ExposureAlignsAMovingFestival) {
    Account a;
    a.weeks(w(2), w(6), 900);
    a.week(w(7), 780);  // 02-09..02-15, the last day of it festival
    a.week(w(8), 60);   // 02-16..02-22, all festival: 0.469 days' worth
    EXPECT_EQ(a.judge(w(7)).verdict, Verdict::normal);
    const auto festival = a.judge(w(8));
    EXPECT_EQ(festival.verdict, Verdict::normal);
    EXPECT_NEAR(*festival.evidence.recent_change_bp, 0, 100);
    // The festival's week never enters a mean.
    a.week(w(9), 780);  // 02-23 is one, too
    a.week(w(10), 620);
    const auto after = a.judge(w(10));
    EXPECT_NEAR(after.evidence.change_bp, -3111, 60);
}

TEST(R46, OneLadder) {
    EXPECT_EQ(after_four(1000, 801).verdict, Verdict::normal);
    auto result = after_four(1000, 800);
    EXPECT_EQ(result.verdict, Verdict::fires);
    EXPECT_EQ(result.severity, Severity::LOW);
    result = after_four(1000, 700);  // -30 % once is WATCH only
    EXPECT_EQ(result.severity, Severity::LOW);
    result = after_four(1000, 501);
    EXPECT_EQ(result.severity, Severity::LOW);
    result = after_four(1000, 500);  // -50 % once
    EXPECT_EQ(result.severity, Severity::HIGH);
    EXPECT_EQ(after_four(1000, 350).severity, Severity::HIGH);  // -65 %
    EXPECT_EQ(after_four(1000, 0).severity, Severity::HIGH);
}

TEST(R46, ThirtyPercentTwiceRunningIsMedium) {
    Account a;
    a.weeks(w(29), w(32), 1000);
    a.week(w(33), 700);
    a.week(w(34), 690);  // -31 % of the frozen 1,000
    EXPECT_EQ(a.judge(w(33)).severity, Severity::LOW);
    const auto second = a.judge(w(34));
    EXPECT_EQ(second.severity, Severity::MEDIUM);
    EXPECT_EQ(second.evidence.recent_change_bp, -3100);
    EXPECT_EQ(second.evidence.onset_on, first_day(w(33)));
}

TEST(R46, ARunIsBrokenByAPeriodAboveIt) {
    Account a;
    a.weeks(w(29), w(32), 1000);
    for (const auto& [week, items] : {std::pair{33, 700}, {34, 750}, {35, 700}, {36, 700}}) a.week(w(week), items);
    EXPECT_EQ(a.judge(w(33)).severity, Severity::LOW);
    EXPECT_EQ(a.judge(w(34)).severity, Severity::LOW);
    EXPECT_EQ(a.judge(w(35)).severity, Severity::LOW);
    EXPECT_EQ(a.judge(w(36)).severity, Severity::MEDIUM);
}

TEST(R46, ARunIsBrokenByAPeriodWithoutJudgement) {
    Account a;
    a.weeks(w(29), w(32), 1000);
    for (const int week : {33, 34, 35}) a.week(w(week), 690);
    EXPECT_EQ(a.judge(w(33)).severity, Severity::LOW);
    EXPECT_EQ(a.judge(w(35)).severity, Severity::LOW);
}

TEST(R46, TheSeasonalGuard) {
    // -42 % where last year's own change was -43 %: adjusted +1.8 %.
    Account a;
    a.weeks(w(40, 2025), w(45, 2025), 1000);
    a.week(w(46, 2025), 570);
    a.weeks(w(47, 2025), w(45), 1000);
    a.week(w(46), 580);
    const auto result = a.judge(w(46));
    EXPECT_EQ(result.verdict, Verdict::seasonal);
    EXPECT_EQ(result.evidence.recent_change_bp, -4200);
    EXPECT_EQ(result.evidence.last_year_change_bp, -4300);
    EXPECT_EQ(result.evidence.adjusted_change_bp, 175);
    EXPECT_FALSE(result.below_lowest);
}

TEST(R46, AGrowingClientWhoLosesHalfIsNotHiddenByLastYearsLevel) {
    Account a;
    a.weeks(w(1, 2025), w(52, 2025), 500);
    a.weeks(w(1), w(32), 1000);
    a.week(w(33), 500);
    const auto result = a.judge(w(33));
    EXPECT_EQ(result.verdict, Verdict::fires);
    EXPECT_EQ(result.severity, Severity::HIGH);
    EXPECT_EQ(result.evidence.yoy_change_bp, 0);
    EXPECT_EQ(result.evidence.last_year_change_bp, 0);
}

TEST(R46, TheMilderOfPlainAndAdjustedCounts) {
    // Last year these weeks rose by half; this year they stay: no fall, whatever the season promised.
    Account a;
    a.weeks(w(20, 2025), w(32, 2025), 1000);
    a.week(w(33, 2025), 1500);
    a.weeks(w(34, 2025), w(33), 1000);
    EXPECT_EQ(a.judge(w(33)).verdict, Verdict::normal);
}

TEST(R46, AWeekThatStoodStillLastYearTellsNothing) {
    Account a;
    a.weeks(w(20, 2025), w(32, 2025), 1000);
    a.weeks(w(34, 2025), w(32), 1000);
    a.week(w(33), 100);
    EXPECT_EQ(a.judge(w(33)).verdict, Verdict::seasonal);
}

TEST(R46, SlowErosionAgainstLastYear) {
    Account recent("items-month");
    Account erosion("items-erosion");
    // 100 a month less each year, in steps of 3 %: recent is small, year over year -35 %.
    for (Account* a : {&recent, &erosion}) {
        for (int month = 1; month <= 12; ++month) a->month(m(2025, month), 3100);
        int level = 3100;
        for (int month = 1; month <= 8; ++month) a->month(m(2026, month), level = level * 947 / 1000);
    }
    const auto july = erosion.judge(m(2026, 7));
    EXPECT_EQ(july.verdict, Verdict::not_persistent);
    const auto august = erosion.judge(m(2026, 8));
    EXPECT_EQ(august.verdict, Verdict::fires);
    EXPECT_EQ(august.severity, Severity::MEDIUM);
    EXPECT_LT(*august.evidence.yoy_change_bp, -3500);
    EXPECT_EQ(august.evidence.onset_on, make_day(2026, 7, 1));
    EXPECT_EQ(recent.judge(m(2026, 8)).verdict, Verdict::normal);
}

TEST(R46, TheBaselineIsFrozenBelowTheLowestGate) {
    Account a;
    a.weeks(w(29), w(32), 1000);
    a.weeks(w(33), w(44), 600);
    a.weeks(w(45), w(48), 1000);
    a.week(w(49), 800);
    for (int week = 33; week <= 44; ++week) {
        const auto result = a.judge(w(week));
        ASSERT_EQ(result.verdict, Verdict::fires) << week;
        ASSERT_EQ(result.evidence.recent_change_bp, -4000) << week;  // never "recovers" by itself
        ASSERT_TRUE(result.below_lowest);
        ASSERT_EQ(result.severity, week == 33 ? Severity::LOW : Severity::MEDIUM);
    }
    // The periods passed while frozen never enter the mean.
    for (int week = 45; week <= 48; ++week) ASSERT_EQ(a.judge(w(week)).verdict, Verdict::normal) << week;
    EXPECT_EQ(a.judge(w(49)).evidence.recent_change_bp, -2000);
}

TEST(R46, TheBaselineIsFrozenWhileADropCaseIsOpen) {
    Account a;
    a.weeks(w(29), w(32), 1000);
    a.weeks(w(33), w(40), 850);
    for (int week = 33; week <= 40; ++week) {
        const auto result = a.judge(w(week), true);
        ASSERT_EQ(result.verdict, Verdict::normal);
        ASSERT_EQ(result.evidence.recent_change_bp, -1500);
    }
}

TEST(R46, WithoutTheFreezeTheMeanFollows) {
    Account a;
    a.weeks(w(29), w(32), 1000);
    a.weeks(w(33), w(37), 850);
    for (int week = 33; week <= 36; ++week) static_cast<void>(a.judge(w(week)));
    EXPECT_EQ(a.judge(w(37)).evidence.recent_change_bp, 0);
}

TEST(R46, WarmUpSaysSoOnlyIfTheLittleThatIsKnownHasFallen) {
    Account a;
    a.weeks(w(30), w(32), 1000);
    a.week(w(33), 400);
    const auto result = a.judge(w(33));
    EXPECT_EQ(result.verdict, Verdict::warm_up);
    EXPECT_FALSE(result.below_lowest);
    Account b;
    b.weeks(w(30), w(33), 1000);
    EXPECT_EQ(b.judge(w(33)).verdict, Verdict::not_applicable);
}

TEST(R46, NothingToFallFrom) {
    Account a;
    a.week(w(20), 5);
    for (int week = 21; week <= 30; ++week) EXPECT_NE(a.judge(w(week)).verdict, Verdict::fires);
    EXPECT_EQ(a.judge(w(31)).verdict, Verdict::not_applicable);
}

TEST(R46, ForgottenHistoryIsNoEvidence) {
    Account a;
    a.weeks(w(1, 2024), w(32), 1000);
    a.week(w(33), 500);
    // Only this summer is still remembered; before that, the series would say zero.
    const ComparisonContext context{rules().calendar, a.usage, false, first_day(w(30))};
    EXPECT_EQ(compare(context, a.rule(), {}, {WindowKind::WEEK, w(33).n}, a.state).verdict, Verdict::warm_up);
}

TEST(RevenueRhythm, WeeklyElseMonthlyElseNot) {
    const auto fits = [](std::vector<Day> days, const char* rule, Period period) {
        AccountUsage usage;
        for (const Day day : days) usage.add_revenue(1, 0, day, yuan(100), day);
        return revenue_rhythm_fits(usage, row(rule), {}, period);
    };
    const Period week{WindowKind::WEEK, w(33).n};
    const Period july{WindowKind::MONTH, m(2026, 7).n};
    const auto in = [](int week_number) { return first_day(w(week_number)); };
    EXPECT_TRUE(fits({in(29), in(30), in(32)}, "revenue-week", week));
    EXPECT_FALSE(fits({in(29), in(30), in(33)}, "revenue-week", week));  // the week judged does not count
    EXPECT_FALSE(fits({in(28), in(29), in(30)}, "revenue-week", week));
    const std::vector<Day> monthly = {make_day(2026, 4, 10), make_day(2026, 5, 10), make_day(2026, 6, 10)};
    EXPECT_TRUE(fits(monthly, "revenue-month", july));
    EXPECT_FALSE(fits({make_day(2026, 4, 10), make_day(2026, 6, 10)}, "revenue-month", july));
    // Weekly ones are judged weekly and not twice.
    std::vector<Day> weekly = monthly;
    for (int number = 27; number <= 31; ++number) weekly.push_back(in(number));
    EXPECT_FALSE(fits(weekly, "revenue-month", july));
    EXPECT_TRUE(fits({}, "items-week", week));
}

TEST(ComparisonState, RemembersSixtyFourPeriods) {
    ComparisonState state;
    EXPECT_TRUE(state.empty());
    state.advance_to(100, 3);
    state.excluded |= 1;
    EXPECT_TRUE(state.is_excluded(100));
    EXPECT_FALSE(state.is_excluded(101));
    state.advance_to(163, 3);
    EXPECT_TRUE(state.is_excluded(100));
    EXPECT_FALSE(state.is_excluded(99));
    state.advance_to(164, 3);
    EXPECT_FALSE(state.is_excluded(100));
    EXPECT_TRUE(state.empty());
    state.runs[0] = 5;
    state.advance_to(165, 2);  // another ladder
    EXPECT_EQ(state.runs, (std::vector<std::uint16_t>{0, 0}));
}

TEST(Period, StepsAndNames) {
    const Period week{WindowKind::WEEK, w(33).n};
    EXPECT_EQ(week.name(), "2026-W33");
    EXPECT_EQ(week.from(), make_day(2026, 8, 10));
    EXPECT_EQ(week.to(), make_day(2026, 8, 17));
    EXPECT_EQ(week.last_year().name(), "2025-W33");
    const Period january{WindowKind::MONTH, m(2026, 1).n};
    EXPECT_EQ(january.back(1).name(), "2025-12");
    EXPECT_EQ(january.last_year().name(), "2025-01");
}

// R48b: the line and what stands beside it, week by week.
class Mix {
public:
    Mix() : account_("mix-week") {
        account_.scope = {Scope::LINE, 0};
        for (Week week = w(29); week <= w(32); ++week.n) put(week, 650, 350);
    }
    ComparisonResult week(int n, int line, int rest) {
        put(w(n), line, rest);
        return account_.judge(w(n));
    }
    const ComparisonState& state() const { return account_.state; }

private:
    void put(Week week, int line, int rest) {
        account_.week(week, line, 0);
        account_.week(week, rest, 1);
    }
    Account account_;
};

TEST(R48, OneLineFallsTwoWeeksWhileTheOthersStay) {
    Mix mix;
    EXPECT_EQ(mix.week(33, 390, 352).verdict, Verdict::not_persistent);
    const auto result = mix.week(34, 390, 352);
    EXPECT_EQ(result.verdict, Verdict::fires);
    EXPECT_EQ(result.severity, Severity::MEDIUM);
    EXPECT_EQ(result.evidence.change_bp, -4000);
    EXPECT_EQ(result.evidence.rest_change_bp, 57);
    EXPECT_EQ(result.evidence.onset_on, first_day(w(33)));
}

TEST(R48, JustAboveFortyPercentIsNone) {
    Mix mix;
    EXPECT_EQ(mix.week(33, 391, 352).verdict, Verdict::normal);
    EXPECT_EQ(mix.week(34, 351, 352).verdict, Verdict::not_persistent);  // -40.0 % of 585.25, the mean with that week
}

TEST(R48, TheOthersStayWithinTenPercentUpAndDown) {
    const auto after = [](int rest) {
        Mix mix;
        (void)mix.week(33, 390, 350);
        return mix.week(34, 390, rest);
    };
    EXPECT_EQ(after(315).verdict, Verdict::fires);  // -10.0 %
    EXPECT_EQ(after(385).verdict, Verdict::fires);  // +10.0 %
    EXPECT_EQ(after(314).verdict, Verdict::rest_moved);
    EXPECT_EQ(after(314).evidence.rest_change_bp, -1029);
    EXPECT_EQ(after(386).verdict, Verdict::rest_moved);
    EXPECT_EQ(after(0).verdict, Verdict::rest_moved);
}

TEST(R48, AWeekInWhichTheRestMovedBreaksTheRunButNotTheFrozenBaseline) {
    Mix mix;
    EXPECT_EQ(mix.week(33, 390, 350).verdict, Verdict::not_persistent);
    EXPECT_EQ(mix.week(34, 390, 250).verdict, Verdict::rest_moved);
    const auto third = mix.week(35, 390, 350);
    EXPECT_EQ(third.verdict, Verdict::not_persistent);
    EXPECT_EQ(third.evidence.expected, 650);
    EXPECT_EQ(mix.week(36, 390, 350).verdict, Verdict::fires);
}

TEST(R48, NothingBesideTheLineIsNoShift) {
    Account a("mix-week");
    a.scope = {Scope::LINE, 0};
    for (Week week = w(29); week <= w(32); ++week.n) a.week(week, 650);
    a.week(w(33), 390);
    EXPECT_EQ(a.judge(w(33)).verdict, Verdict::rest_moved);
    a.week(w(34), 390);
    const auto result = a.judge(w(34));
    EXPECT_EQ(result.verdict, Verdict::rest_moved);
    EXPECT_FALSE(result.evidence.rest_change_bp.has_value());
}

}  // namespace
}  // namespace aw
