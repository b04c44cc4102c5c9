#include "core/obligations/clock.hpp"

#include <gtest/gtest.h>

#include "core/obligations/obligation.hpp"
#include "support/sample_rules.hpp"

namespace aw {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using test::shanghai;

const Rules& rules() {
    static const auto value = test::sample_rules();
    return *value;
}

TEST(Span, SevenDaysOfR77) {
    const Span week{ClockKind::CALENDAR, hours{168}, 0};
    const Timestamp received = shanghai("2026-03-02 10:00");
    EXPECT_EQ(after_percent(rules().calendar, received, week, 70), shanghai("2026-03-07 07:36"));
    EXPECT_EQ(after_percent(rules().calendar, received, week, 90), shanghai("2026-03-08 17:12"));
    EXPECT_EQ(due_after(rules().calendar, received, week), shanghai("2026-03-09 10:00"));
}

TEST(Span, RealTimeRunsDayAndNight) {
    const Span half_hour{ClockKind::REAL, minutes{30}, 0};
    EXPECT_EQ(due_after(rules().calendar, shanghai("2026-08-16 23:45"), half_hour), shanghai("2026-08-17 00:15"));
    EXPECT_EQ(after_percent(rules().calendar, shanghai("2026-08-17 08:30"), half_hour, 70),
              shanghai("2026-08-17 08:51"));
    EXPECT_EQ(after_percent(rules().calendar, shanghai("2026-08-17 08:30"), half_hour, 90),
              shanghai("2026-08-17 08:57"));
}

TEST(Span, BusinessTimeWaitsForTheOffice) {
    EXPECT_EQ(due_after(rules().calendar, shanghai("2026-08-14 16:30"), {ClockKind::BUSINESS, hours{2}, 0}),
              shanghai("2026-08-17 09:30"));
    const Span two_days{ClockKind::BUSINESS, Duration{0}, 2};
    EXPECT_EQ(due_after(rules().calendar, shanghai("2026-08-16 08:30"), two_days), shanghai("2026-08-18 17:30"));
    // 70 % of 18 business hours are 12:36.
    EXPECT_EQ(after_percent(rules().calendar, shanghai("2026-08-17 08:30"), two_days, 70),
              shanghai("2026-08-18 12:06"));
    // The make-up Saturday 2026-02-14 counts, the festival does not.
    EXPECT_EQ(due_after(rules().calendar, shanghai("2026-02-13 10:00"), two_days), shanghai("2026-02-24 10:00"));
}

TEST(TimerQueue, OrderOfDueTimeThenEvaluationsThenAccountThenNumber) {
    TimerQueue queue;
    const Timestamp noon = shanghai("2026-08-17 12:00");
    const Timer a{noon, TimerClass::obligation, AccountRoot{1}, 9};
    const Timer b{noon, TimerClass::evaluation, AccountRoot{}, 2};
    const Timer c{noon, TimerClass::obligation, AccountRoot{2}, 1};
    const Timer d{noon - Duration{1}, TimerClass::obligation, AccountRoot{9}, 9};
    const Timer e{noon, TimerClass::obligation, AccountRoot{1}, 10};
    for (const Timer& timer : {a, b, c, d, e}) queue.add(timer);
    queue.add(a);  // once
    queue.remove(e);
    EXPECT_EQ(queue.size(), 4U);
    EXPECT_EQ(queue.next_due(), d.due);
    EXPECT_EQ(queue.pop_due(noon - Duration{2}), std::nullopt);
    for (const Timer& timer : {d, b, a, c}) EXPECT_EQ(queue.pop_due(noon), timer);
    EXPECT_EQ(queue.pop_due(noon), std::nullopt);
    EXPECT_EQ(queue.next_due(), std::nullopt);
}

TEST(TaskNumber, IsTheEndOfTheId) { EXPECT_EQ(task_number(TaskId("37140000012-t17")), 17U); }

}  // namespace
}  // namespace aw
