// Every operation of the one engine of all deadlines, on every clock.
#include "core/obligations/obligation_book.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/sample_rules.hpp"

namespace aw {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using test::shanghai;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr Span kTenHours{ClockKind::REAL, hours{10}, 0};
constexpr Span kTwoDays{ClockKind::BUSINESS, Duration{0}, 2};
constexpr Span kWeek{ClockKind::CALENDAR, hours{168}, 0};

// One account's obligations, and what its timers do.
struct Bench {
    std::shared_ptr<Rules> rules = test::sample_rules();
    TimerQueue timers;
    Effects effects;
    ObligationList list;
    std::uint32_t last_task = 0;
    AccountRoot root = *parse_root("37140000012");

    ObligationBook book(const char* now, bool awake = true) { return book(shanghai(now), awake); }
    ObligationBook book(Timestamp now, bool awake = true) {
        return {{rules->calendar, rules->policy.noise, timers, effects, now, awake}, root, list, last_task};
    }
    static Duty duty(Span span = kTenHours, MilestoneKind milestone = MilestoneKind::UNSPECIFIED) {
        return {.case_id = CaseId("37140000012-1"),
                .kind = TaskKind::ASSIGNED,
                .who = StaffId("kam"),
                .role = StaffRole::KEY_ACCOUNT_MANAGER,
                .span = span,
                .milestone = milestone,
                .detail = "do it",
                .complaint_id = {}};
    }
    // Fires what is due up to then, each at its time: "warning 2026-08-17 17:00" in Shanghai time.
    std::vector<std::string> run(const char* until) {
        std::vector<std::string> seen;
        while (const auto timer = timers.pop_due(shanghai(until))) {
            ObligationBook at = book(timer->due);
            Obligation* obligation = at.find(timer->id);
            if (obligation == nullptr) return {"a timer without an obligation"};
            const auto fired = at.fire(*obligation, 0);
            seen.push_back((fired == ObligationBook::Fired::warning  ? "warning "
                            : fired == ObligationBook::Fired::breach ? "breach "
                                                                     : "repeat ") +
                           local(timer->due));
        }
        return seen;
    }
    static std::string local(Timestamp instant) {
        std::string text = format_utc(instant + hours{8});
        text[10] = ' ';
        return text.substr(0, 16);
    }
    std::vector<Task> tasks() const {
        std::vector<Task> found;
        for (const Effect& effect : effects) {
            if (const Task* task = std::get_if<Task>(&effect)) found.push_back(*task);
        }
        return found;
    }
};

TEST(Owe, StartsNowWarnsTwiceAndBreachesOnce) {
    Bench b;
    const Obligation& o = b.book("2026-08-17 10:00").owe(Bench::duty());
    EXPECT_EQ(o.task.task_id.value, "37140000012-t1");
    EXPECT_EQ(o.task.opened_at, shanghai("2026-08-17 10:00"));
    EXPECT_EQ(o.task.due_at, shanghai("2026-08-17 20:00"));
    EXPECT_EQ(o.task.assignee_staff_id, StaffId("kam"));
    EXPECT_EQ(o.task.detail, "do it");
    EXPECT_THAT(b.run("2027-01-01 00:00"),
                ElementsAre("warning 2026-08-17 17:00", "warning 2026-08-17 19:00", "breach 2026-08-17 20:00"));
    EXPECT_EQ(o.task.state, TaskState::OVERDUE);
    EXPECT_EQ(o.breached_at, o.task.due_at);
    EXPECT_EQ(o.fired_late_s, 0);
    EXPECT_THAT(o.task.warned_at, ElementsAre(shanghai("2026-08-17 17:00"), shanghai("2026-08-17 19:00")));
    EXPECT_EQ(b.timers.size(), 0U);
    EXPECT_THAT(b.tasks(), SizeIs(4));  // opened, warned twice, overdue
}

TEST(Owe, ByNoParticularTime) {
    Bench b;
    const Obligation& o = b.book("2026-08-17 10:00").owe(Bench::duty({}));
    EXPECT_TRUE(o.is_open());
    EXPECT_FALSE(o.task.due_at.is_set());
    EXPECT_EQ(b.timers.size(), 0U);
    EXPECT_THAT(b.tasks(), SizeIs(1));
}

TEST(Owe, WhatIsNobodysTaskIsNotShownAndTheWatchForSilenceDoesNotWarn) {
    Bench b;
    Duty hidden = Bench::duty(kTenHours, MilestoneKind::HUMAN_ACTIVITY);
    hidden.kind = TaskKind::UNSPECIFIED;
    b.book("2026-08-17 10:00").owe(hidden);
    EXPECT_THAT(b.run("2026-08-18 10:00"), ElementsAre("breach 2026-08-17 20:00"));
    EXPECT_THAT(b.tasks(), IsEmpty());
}

TEST(Owe, OnTheBusinessClockAcrossAWeekendAndAHoliday) {
    Bench b;
    // Friday 2026-02-13 10:00 + 2 bd: the make-up Saturday counts, the festival until the 23rd does not.
    b.book("2026-02-13 10:00").owe(Bench::duty(kTwoDays));
    EXPECT_THAT(b.run("2026-03-01 00:00"),
                ElementsAre("warning 2026-02-14 13:36", "warning 2026-02-14 17:12", "breach 2026-02-24 10:00"));
    b.book("2026-08-14 16:30").owe(Bench::duty({ClockKind::BUSINESS, hours{2}, 0}));  // a Friday
    EXPECT_THAT(b.run("2026-08-20 00:00"),
                ElementsAre("warning 2026-08-17 08:54", "warning 2026-08-17 09:18", "breach 2026-08-17 09:30"));
}

TEST(OweUntil, IsRealTimeFromNowToThatInstant) {
    Bench b;
    const Obligation& o =
        b.book("2026-08-17 10:00").owe_until(Bench::duty({}), shanghai("2026-08-22 14:00"));  // a Saturday
    EXPECT_EQ(o.task.due_at, shanghai("2026-08-22 14:00"));
    EXPECT_THAT(b.run("2026-09-01 00:00"),
                ElementsAre("warning 2026-08-21 00:48", "warning 2026-08-22 01:36", "breach 2026-08-22 14:00"));
}

TEST(OweUntil, AnInstantThatHasPassedFallsDueAtOnce) {
    Bench b;
    b.book("2026-08-17 10:00").owe_until(Bench::duty({}), shanghai("2026-08-10 10:00"));
    EXPECT_THAT(b.run("2026-08-17 10:01"), ElementsAre("breach 2026-08-17 10:00"));
}

// R77: the seven days run from the receipt, whenever it was told to us.
TEST(OweSince, LeavesOutWarningsWhoseTimeHasPassed) {
    Bench b;
    const Obligation& o = b.book("2026-03-08 09:00").owe_since(Bench::duty(kWeek), shanghai("2026-03-02 10:00"));
    EXPECT_EQ(o.started_at, shanghai("2026-03-02 10:00"));
    EXPECT_THAT(b.run("2026-04-01 00:00"), ElementsAre("warning 2026-03-08 17:12", "breach 2026-03-09 10:00"));
}

TEST(OweSince, WhatWasDueAlreadyFallsDueNowAndSaysHowLate) {
    Bench b;
    Obligation& o = b.book("2026-03-12 11:00").owe_since(Bench::duty(kWeek), shanghai("2026-03-02 10:00"));
    ASSERT_EQ(b.timers.next_due(), shanghai("2026-03-12 11:00"));  // nothing happens before it was known
    EXPECT_EQ(o.task.due_at, shanghai("2026-03-09 10:00"));
    EXPECT_THAT(b.run("2026-03-12 11:00"), ElementsAre("breach 2026-03-12 11:00"));
    EXPECT_EQ(o.breached_at, shanghai("2026-03-09 10:00"));
    EXPECT_EQ(o.fired_late_s, (3 * 24 + 1) * 3600);
    EXPECT_THAT(o.task.warned_at, IsEmpty());
}

TEST(OweSince, RunsWhoeverWasAwake) {
    Bench b;
    const Obligation& o = b.book("2026-03-02 12:00", false).owe_since(Bench::duty(kWeek), shanghai("2026-03-02 10:00"));
    EXPECT_FALSE(o.waits_for_tick);
    EXPECT_EQ(o.task.due_at, shanghai("2026-03-09 10:00"));
}

TEST(Fire, LatenessIsKeptWithTheDeadline) {
    Bench b;
    Obligation& o = b.book("2026-08-17 10:00").owe(Bench::duty({ClockKind::REAL, minutes{1}, 0}));
    while (b.timers.pop_due(shanghai("2026-08-17 12:00"))) {
        b.book("2026-08-17 12:00").fire(o, 7140);
        if (o.breached_at.is_set()) break;
    }
    EXPECT_EQ(o.breached_at, shanghai("2026-08-17 10:01"));
    EXPECT_EQ(o.fired_late_s, 7140);
}

TEST(Fire, AfterTheBreachOnlyRepeats) {
    Bench b;
    Obligation& o = b.book("2026-08-17 10:00").owe(Bench::duty());
    b.run("2026-08-17 20:00");
    b.book("2026-08-17 20:00").repeat_after(o, hours{4});
    EXPECT_THAT(b.run("2026-08-18 00:00"), ElementsAre("repeat 2026-08-18 00:00"));
    EXPECT_EQ(o.breached_at, shanghai("2026-08-17 20:00"));
    EXPECT_THAT(b.run("2026-09-01 00:00"), IsEmpty());  // each repeat is asked for
    b.book("2026-08-18 00:00").repeat_after(o, hours{4});
    b.book("2026-08-18 01:00").finish(o, TaskState::DONE);
    EXPECT_EQ(b.timers.size(), 0U);
}

TEST(Repeat, NeverMeansNever) {
    Bench b;
    Obligation& o = b.book("2026-08-17 10:00").owe(Bench::duty());
    b.run("2026-08-17 20:00");
    b.book("2026-08-17 20:00").repeat_after(o, Duration{0});
    EXPECT_FALSE(o.is_queued());  // or a restart would queue it
    EXPECT_EQ(b.timers.size(), 0U);
}

TEST(Finish, OnceAndForGood) {
    Bench b;
    Obligation& o = b.book("2026-08-17 10:00").owe(Bench::duty());
    b.book("2026-08-17 11:00").finish(o, TaskState::DONE);
    EXPECT_EQ(o.met_at, shanghai("2026-08-17 11:00"));
    EXPECT_EQ(o.task.closed_at, shanghai("2026-08-17 11:00"));
    b.book("2026-08-17 12:00").finish(o, TaskState::CANCELLED);
    EXPECT_EQ(o.task.state, TaskState::DONE);
    EXPECT_THAT(b.run("2026-09-01 00:00"), IsEmpty());
    EXPECT_THAT(b.tasks(), SizeIs(2));
    Obligation& other = b.book("2026-08-17 10:00").owe(Bench::duty());
    b.book("2026-08-17 11:00").finish(other, TaskState::CANCELLED);
    EXPECT_FALSE(other.met_at.is_set());
}

TEST(Assign, MovesTheTaskAndNotItsClock) {
    Bench b;
    Obligation& o = b.book("2026-08-17 10:00").owe(Bench::duty());
    b.book("2026-08-17 11:00").assign(o, StaffId("kam2"), StaffRole::TEAM_LEADER);
    EXPECT_EQ(b.tasks().back().assignee_staff_id, StaffId("kam2"));
    EXPECT_EQ(b.tasks().back().assignee_role, StaffRole::TEAM_LEADER);
    EXPECT_THAT(b.run("2026-08-18 00:00"), SizeIs(3));
    EXPECT_EQ(o.task.due_at, shanghai("2026-08-17 20:00"));
}

TEST(PullForward, TakesTheEarlierOfBoth) {
    Bench b;
    Obligation& o = b.book("2026-08-17 10:00").owe(Bench::duty());
    EXPECT_THAT(b.run("2026-08-17 17:30"), ElementsAre("warning 2026-08-17 17:00"));
    b.book("2026-08-17 17:30").pull_forward(o, {ClockKind::REAL, hours{3}, 0});
    EXPECT_EQ(o.task.due_at, shanghai("2026-08-17 20:00"));  // 20:30 would be later
    b.book("2026-08-17 17:30").pull_forward(o, {ClockKind::REAL, hours{1}, 0});
    EXPECT_THAT(b.run("2026-08-18 00:00"),
                ElementsAre("warning 2026-08-17 18:12", "warning 2026-08-17 18:24", "breach 2026-08-17 18:30"));
}

TEST(PullForward, LeavesWhatIsMetOrMissed) {
    Bench b;
    Obligation& met = b.book("2026-08-17 10:00").owe(Bench::duty());
    b.book("2026-08-17 10:30").finish(met, TaskState::DONE);
    Obligation& missed = b.book("2026-08-17 10:00").owe(Bench::duty({ClockKind::REAL, minutes{30}, 0}));
    b.run("2026-08-17 11:00");
    const std::size_t before = b.effects.size();
    for (Obligation* o : {&met, &missed}) b.book("2026-08-17 11:00").pull_forward(*o, {ClockKind::REAL, minutes{1}, 0});
    EXPECT_EQ(b.effects.size(), before);
    EXPECT_EQ(b.timers.size(), 0U);
}

TEST(PullForward, BeforeTheFirstTickNeverMakesADeadlineLater) {
    const auto due = [](const char* tick) {
        Bench b;
        Obligation& o = b.book("2026-08-17 10:00").owe(Bench::duty());  // 20:00
        b.book("2026-08-17 12:00", false).pull_forward(o, {ClockKind::REAL, hours{2}, 0});
        EXPECT_TRUE(o.waits_for_tick);
        EXPECT_EQ(b.timers.size(), 0U);
        b.book(tick).start_waiting();
        return Bench::local(o.task.due_at);
    };
    EXPECT_EQ(due("2026-08-17 13:00"), "2026-08-17 15:00");
    EXPECT_EQ(due("2026-08-17 19:00"), "2026-08-17 20:00");
    EXPECT_EQ(due("2026-08-17 23:00"), "2026-08-17 20:00");
}

TEST(Restart, BeginsAgainWhateverWasFired) {
    Bench b;
    Obligation& o = b.book("2026-08-17 10:00").owe(Bench::duty());
    b.run("2026-08-17 20:00");
    b.book("2026-08-18 10:00").restart(o, kTenHours);
    EXPECT_EQ(o.task.state, TaskState::OPEN);
    EXPECT_FALSE(o.breached_at.is_set());
    EXPECT_THAT(b.run("2026-08-19 00:00"),
                ElementsAre("warning 2026-08-18 17:00", "warning 2026-08-18 19:00", "breach 2026-08-18 20:00"));
}

TEST(Restart, WhileItRestsTheWholeSpanIsLeft) {
    Bench b;
    Obligation& o = b.book("2026-08-17 10:00").owe(Bench::duty());
    b.book("2026-08-17 12:00").pause(o);
    b.book("2026-08-18 09:00").restart(o, kTenHours);
    EXPECT_EQ(b.timers.size(), 0U);
    b.book("2026-08-20 08:00").resume(o);
    EXPECT_EQ(o.task.due_at, shanghai("2026-08-20 18:00"));
}

TEST(Pause, KeepsWhatWasLeftInRealTime) {
    Bench b;
    Obligation& o = b.book("2026-08-17 10:00").owe(Bench::duty());  // warnings 17:00 and 19:00
    EXPECT_THAT(b.run("2026-08-17 18:00"), ElementsAre("warning 2026-08-17 17:00"));
    b.book("2026-08-17 18:00").pause(o);
    EXPECT_THAT(b.run("2026-08-20 08:00"), IsEmpty());
    b.book("2026-08-20 08:00").resume(o);
    EXPECT_EQ(o.task.due_at, shanghai("2026-08-20 10:00"));
    EXPECT_THAT(b.run("2026-08-21 00:00"), ElementsAre("warning 2026-08-20 09:00", "breach 2026-08-20 10:00"));
}

TEST(Pause, KeepsWhatWasLeftOfBusinessTime) {
    Bench b;
    Obligation& o = b.book("2026-02-12 10:00").owe(Bench::duty(kTwoDays));  // Thursday; due Saturday (make-up) 10:00
    EXPECT_EQ(o.task.due_at, shanghai("2026-02-14 10:00"));
    b.book("2026-02-13 10:00").pause(o);  // 9 business hours left
    // Resumed on the Sunday that begins the festival: nothing counts before Tuesday the 24th.
    b.book("2026-02-15 12:00").resume(o);
    EXPECT_EQ(o.task.due_at, shanghai("2026-02-24 17:30"));
    Obligation& weekend = b.book("2026-08-14 16:30").owe(Bench::duty({ClockKind::BUSINESS, hours{2}, 0}));
    b.book("2026-08-15 12:00").pause(weekend);   // Saturday, an hour is left
    b.book("2026-08-16 20:00").resume(weekend);  // Sunday
    EXPECT_EQ(weekend.task.due_at, shanghai("2026-08-17 09:30"));
}

TEST(Pause, WhatWasMissedStaysMissedAndItsRepeatWaits) {
    Bench b;
    Obligation& o = b.book("2026-08-17 10:00").owe(Bench::duty());
    b.run("2026-08-17 20:00");
    b.book("2026-08-17 20:00").repeat_after(o, hours{4});
    b.book("2026-08-17 21:00").pause(o);
    EXPECT_THAT(b.run("2026-08-25 00:00"), IsEmpty());
    b.book("2026-08-25 00:00").resume(o);
    EXPECT_EQ(o.task.due_at, shanghai("2026-08-17 20:00"));
    EXPECT_THAT(b.run("2026-08-26 00:00"), ElementsAre("repeat 2026-08-25 03:00"));
}

TEST(Pause, TwiceIsOnceAndNothingPausesWhatIsOver) {
    Bench b;
    Obligation& o = b.book("2026-08-17 10:00").owe(Bench::duty());
    b.book("2026-08-17 11:00").pause(o);
    b.book("2026-08-17 13:00").pause(o);
    b.book("2026-08-17 15:00").resume(o);
    b.book("2026-08-17 16:00").resume(o);
    EXPECT_EQ(o.task.due_at, shanghai("2026-08-18 00:00"));
    b.book("2026-08-17 17:00").finish(o, TaskState::DONE);
    b.book("2026-08-17 18:00").pause(o);
    EXPECT_FALSE(o.paused_at.is_set());
}

TEST(HoldUntil, WhatFallsDueEarlierFallsDueThen) {
    Bench b;
    Obligation& o = b.book("2026-08-17 10:00").owe(Bench::duty());
    b.book("2026-08-17 16:00").hold_until(o, shanghai("2026-08-17 18:00"));
    EXPECT_THAT(b.run("2026-08-17 18:30"), ElementsAre("warning 2026-08-17 18:00"));
    b.book("2026-08-17 18:30").hold_until(o, shanghai("2026-08-17 22:00"));
    EXPECT_THAT(b.run("2026-08-18 00:00"), ElementsAre("breach 2026-08-17 22:00"));  // no warning after the deadline
    EXPECT_EQ(o.breached_at, shanghai("2026-08-17 20:00"));
    EXPECT_EQ(o.fired_late_s, 2 * 3600);
}

TEST(HoldUntil, NeverMakesAnythingEarlierNorWakesWhatRests) {
    Bench b;
    Obligation& o = b.book("2026-08-17 10:00").owe(Bench::duty());
    b.book("2026-08-17 10:01").hold_until(o, shanghai("2026-08-17 10:30"));
    EXPECT_EQ(b.timers.next_due(), shanghai("2026-08-17 17:00"));
    b.book("2026-08-17 11:00").pause(o);
    b.book("2026-08-17 11:00").hold_until(o, shanghai("2026-08-17 23:00"));
    EXPECT_EQ(b.timers.size(), 0U);
    Obligation& missed = b.book("2026-08-17 10:00").owe(Bench::duty({ClockKind::REAL, minutes{1}, 0}));
    b.run("2026-08-17 11:00");
    b.book("2026-08-17 11:00").hold_until(missed, shanghai("2026-08-17 23:00"));
    EXPECT_EQ(b.timers.size(), 0U);
}

TEST(HoldUntil, WhatWasHeldPastItsTimeAndRestedFallsDueWhenItGoesOn) {
    Bench b;
    Obligation& o = b.book("2026-08-17 10:00").owe(Bench::duty());  // 20:00
    b.run("2026-08-17 19:30");
    b.book("2026-08-17 19:59").hold_until(o, shanghai("2026-08-18 08:00"));
    b.book("2026-08-17 22:00").pause(o);
    b.book("2026-08-18 10:00").resume(o);
    EXPECT_EQ(b.timers.next_due(), shanghai("2026-08-18 10:00"));  // never before now
    EXPECT_THAT(b.run("2026-08-18 10:00"), ElementsAre("breach 2026-08-18 10:00"));
    EXPECT_EQ(o.breached_at, shanghai("2026-08-18 08:00"));  // two hours were over when it began to rest
    EXPECT_EQ(o.fired_late_s, 2 * 3600);
}

// --- an outage ---

TEST(Waiting, StartsAtTheFirstTick) {
    Bench b;
    Obligation& o = b.book("2026-08-17 10:00", false).owe(Bench::duty());
    EXPECT_TRUE(o.waits_for_tick);
    EXPECT_FALSE(o.task.due_at.is_set());
    EXPECT_EQ(b.timers.size(), 0U);
    EXPECT_TRUE(b.book("2026-08-17 13:00").start_waiting());
    EXPECT_FALSE(b.book("2026-08-17 14:00").start_waiting());
    EXPECT_EQ(o.task.due_at, shanghai("2026-08-17 23:00"));
    EXPECT_EQ(b.tasks().back().due_at, shanghai("2026-08-17 23:00"));
    EXPECT_THAT(b.run("2026-08-18 00:00"), SizeIs(3));
}

TEST(Waiting, ARepeatKeepsTheDeadlineThatWasMissed) {
    Bench b;
    Obligation& o = b.book("2026-08-17 10:00").owe(Bench::duty());
    b.run("2026-08-17 20:00");
    b.book("2026-08-17 20:00", false).repeat_after(o, hours{4});
    EXPECT_EQ(b.timers.size(), 0U);
    b.book("2026-08-18 08:00").start_waiting();
    EXPECT_EQ(o.task.due_at, shanghai("2026-08-17 20:00"));
    EXPECT_THAT(b.run("2026-08-19 00:00"), ElementsAre("repeat 2026-08-18 12:00"));
}

TEST(Waiting, EndsWithTheObligation) {
    Bench b;
    Obligation& o = b.book("2026-08-17 10:00", false).owe(Bench::duty());
    b.book("2026-08-17 11:00").finish(o, TaskState::DONE);
    EXPECT_FALSE(b.book("2026-08-17 13:00").start_waiting());
    EXPECT_EQ(b.timers.size(), 0U);
}

TEST(Waiting, WhatRestsWaitsOnAndHasItsWholeSpan) {
    Bench b;
    Obligation& o = b.book("2026-08-17 10:00", false).owe(Bench::duty());
    b.book("2026-08-17 10:30").pause(o);
    EXPECT_FALSE(b.book("2026-08-17 11:00").start_waiting());
    b.book("2026-08-20 08:00").resume(o);
    EXPECT_EQ(b.timers.size(), 0U);
    b.book("2026-08-20 08:01").start_waiting();
    EXPECT_EQ(o.task.due_at, shanghai("2026-08-20 18:01"));
}

// A million pending deadlines cost nothing per event: what makes nothing due is one look at the first.
TEST(TimerQueue, ALongQueueIsNotWalked) {
    TimerQueue queue;
    const Timestamp later = shanghai("2027-01-01 00:00");
    for (std::uint64_t i = 0; i < 1'000'000; ++i)
        queue.add({later + Duration{static_cast<std::int64_t>(i)}, TimerClass::obligation, AccountRoot{i}, i});
    for (int i = 0; i < 5'000'000; ++i) ASSERT_FALSE(queue.pop_due(shanghai("2026-08-17 10:00")).has_value());
    EXPECT_EQ(queue.size(), 1'000'000U);
}

}  // namespace
}  // namespace aw
