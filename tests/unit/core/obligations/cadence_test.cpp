// What is owed in every day, week, month or quarter: which period has ended, and what counts.
#include "core/obligations/cadence.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/sample_rules.hpp"

namespace aw {
namespace {

using R = StaffRole;
using C = TouchChannel;

std::optional<std::string> ended(CadencePeriod period, Day day) {
    const auto rules = test::sample_rules();
    const auto span = span_ended_at(period, day, rules->calendar);
    if (!span) return std::nullopt;
    return span_name(period, *span) + " " + format_day(span->from) + ".." + format_day(span->to);
}

TEST(CadencePeriods, EndWithTheDayWeekMonthAndQuarter) {
    using P = CadencePeriod;
    EXPECT_EQ(ended(P::DAY, make_day(2026, 8, 18)), "2026-08-17 2026-08-17..2026-08-18");
    EXPECT_EQ(ended(P::DAY, make_day(2026, 8, 17)), std::nullopt);                        // Sunday is no business day
    EXPECT_EQ(ended(P::DAY, make_day(2026, 3, 1)), "2026-02-28 2026-02-28..2026-03-01");  // a make-up workday is one
    EXPECT_EQ(ended(P::WEEK, make_day(2026, 8, 17)), "2026-W33 2026-08-10..2026-08-17");
    EXPECT_EQ(ended(P::WEEK, make_day(2026, 8, 18)), std::nullopt);
    EXPECT_EQ(ended(P::MONTH, make_day(2026, 5, 1)), "2026-04 2026-04-01..2026-05-01");
    EXPECT_EQ(ended(P::MONTH, make_day(2026, 5, 2)), std::nullopt);
    EXPECT_EQ(ended(P::QUARTER, make_day(2026, 4, 1)), "2026-Q1 2026-01-01..2026-04-01");
    EXPECT_EQ(ended(P::QUARTER, make_day(2027, 1, 1)), "2026-Q4 2026-10-01..2027-01-01");
    EXPECT_EQ(ended(P::QUARTER, make_day(2026, 5, 1)), std::nullopt);
}

TEST(CadenceDischarge, AVisitIsACallButACallIsNoVisit) {
    const CadenceRow visits{"v", TaskKind::VISIT, R::KEY_ACCOUNT_MANAGER, 1, CadencePeriod::WEEK, {}};
    const CadenceRow calls{"c", TaskKind::CALL, R::KEY_ACCOUNT_MANAGER, 1, CadencePeriod::WEEK, {}};
    const auto by = [](R role, C channel) { return Touch{0, {}, channel, role_bit(role), false}; };
    EXPECT_TRUE(discharges(visits, by(R::KEY_ACCOUNT_MANAGER, C::VISIT)));
    EXPECT_FALSE(discharges(visits, by(R::KEY_ACCOUNT_MANAGER, C::PHONE)));
    EXPECT_FALSE(discharges(visits, by(R::ACCOUNT_REPRESENTATIVE, C::VISIT)));
    EXPECT_FALSE(discharges(visits, by(R::DEPARTMENT_DIRECTOR, C::VISIT)));  // his own do not count for the manager
    EXPECT_TRUE(discharges(calls, by(R::KEY_ACCOUNT_MANAGER, C::PHONE)));
    EXPECT_TRUE(discharges(calls, by(R::KEY_ACCOUNT_MANAGER, C::VISIT)));
    EXPECT_FALSE(discharges(calls, by(R::KEY_ACCOUNT_MANAGER, C::MESSAGE)));
    EXPECT_FALSE(discharges(calls, by(R::KEY_ACCOUNT_MANAGER, C::FORUM)));
}

TEST(CadenceDischarge, OfExecutivesThePostOrAHigherOne) {
    const CadenceRow led{"v", TaskKind::VISIT, R::DEPUTY_GM_IN_CHARGE, 1, CadencePeriod::MONTH, {}};
    const CadenceRow executive{"e", TaskKind::CALL, R::EXECUTIVE_DEPUTY_GM, 1, CadencePeriod::QUARTER, {}};
    const CadenceRow team{"t", TaskKind::VISIT, R::TEAM_LEADER, 1, CadencePeriod::MONTH, {}};
    const auto visit = [](std::uint32_t roles, bool by_a_leader = false) {
        return Touch{0, {}, C::VISIT, roles, by_a_leader};
    };
    EXPECT_TRUE(discharges(led, visit(role_bit(R::DEPUTY_GM_IN_CHARGE))));
    EXPECT_TRUE(discharges(led, visit(role_bit(R::EXECUTIVE_DEPUTY_GM))));
    EXPECT_FALSE(discharges(led, visit(role_bit(R::DEPARTMENT_DIRECTOR))));
    EXPECT_FALSE(discharges(executive, visit(role_bit(R::DEPUTY_GM_IN_CHARGE))));
    EXPECT_FALSE(discharges(team, visit(role_bit(R::DEPARTMENT_DIRECTOR))));
    // The manager reports a visit that somebody led; a director who reports his own says who that was.
    EXPECT_TRUE(discharges(led, visit(role_bit(R::KEY_ACCOUNT_MANAGER), true)));
    EXPECT_FALSE(discharges(led, visit(role_bit(R::DEPARTMENT_DIRECTOR), true)));
    EXPECT_FALSE(discharges(team, visit(role_bit(R::KEY_ACCOUNT_MANAGER), true)));
}

TEST(CadenceBook, CountsWhatLiesInThePeriodAndATouchpointOnce) {
    const CadenceRow visits{"v", TaskKind::VISIT, R::KEY_ACCOUNT_MANAGER, 4, CadencePeriod::WEEK, {}};
    const CadenceRow pickups{"p", TaskKind::PICKUP, R::ACCOUNT_REPRESENTATIVE, 2, CadencePeriod::DAY, {}};
    const Day monday = make_day(2026, 8, 10);
    CadenceBook book;
    const auto visit = [&](std::uint64_t id, int day, C channel = C::VISIT) {
        book.touched({id, monday + day, channel, role_bit(R::KEY_ACCOUNT_MANAGER), false});
    };
    visit(1, -1);
    visit(2, 0);
    visit(3, 6);
    visit(4, 7);
    visit(0, 2);
    visit(0, 2);  // without an id each is one of its own
    const CadenceSpan week{monday, monday + 7};
    EXPECT_EQ(book.count(visits, week), 4);
    visit(3, 6, C::PHONE);  // corrected
    EXPECT_EQ(book.count(visits, week), 3);
    book.picked_up(monday);
    book.picked_up(monday);
    book.picked_up(monday + 1);
    EXPECT_EQ(book.count(pickups, {monday, monday + 1}), 2);
    book.forget_before(monday, monday + 1);
    EXPECT_EQ(book.count(visits, {monday - 7, monday}), 0);
    EXPECT_EQ(book.count(visits, week), 3);
    EXPECT_EQ(book.count(pickups, {monday, monday + 2}), 1);
}

TEST(CadenceBook, AMetPeriodEndsTheRun) {
    CadenceBook book;
    EXPECT_EQ(book.note(1, false), 1);
    EXPECT_EQ(book.note(1, false), 2);
    EXPECT_EQ(book.note(2, false), 1);  // of another row
    EXPECT_EQ(book.note(1, true), 0);
    EXPECT_EQ(book.note(1, false), 1);
    EXPECT_EQ(book.note(2, false), 2);
}

}  // namespace
}  // namespace aw
