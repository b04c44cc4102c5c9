// What other escalation systems got wrong, one named test each.
#include <functional>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/case_rig.hpp"

namespace aw {
namespace {

using test::busy_rules;
using test::CaseRig;
using test::sample_rules;
using test::shanghai;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using S = CaseState;

constexpr auto kCode = CaseRig::kCode;
constexpr auto kCase = CaseRig::kCase;

// The process ends and another one goes on with what was stored.
void restart(CaseRig& rig, const std::shared_ptr<const Rules>& rules = sample_rules()) {
    rig.shard = test::restored(rules, test::snapshot_of(rig.shard));
}

std::vector<Notice> pages(const CaseRig& rig) {
    std::vector<Notice> found;
    for (const Notice& n : rig.all<Notice>()) {
        const bool page = n.reason == NoticeReason::ACK_OVERDUE || n.reason == NoticeReason::ESCALATED ||
                          n.reason == NoticeReason::REMINDER || n.reason == NoticeReason::STALE;
        if (page) found.push_back(n);
    }
    return found;
}

TEST(Issue, ARestartWithAFiringAndAnInhibitedPairKeepsTheInhibitedOneQuiet) {
    CaseRig rig = CaseRig::high();
    rig.bring_to(S::GROUP_FORMED);
    rig.effects.clear();
    rig.manual("2026-08-17 11:00", Severity::MEDIUM, SignalKind::SERVICE_FAILURES);
    ASSERT_THAT(rig.decisions("INHIBITED"), SizeIs(1));
    EXPECT_THAT(rig.all<Notice>(), IsEmpty());
    restart(rig);
    rig.tick_at("2026-08-17 11:30");
    rig.manual("2026-08-17 12:00", Severity::MEDIUM, SignalKind::SERVICE_FAILURES);
    EXPECT_THAT(rig.decisions("INHIBITED"), SizeIs(2));
    EXPECT_THAT(rig.all<Notice>(), IsEmpty());
    EXPECT_THAT(rig.view().signals, SizeIs(3));  // kept with the case all the same
    EXPECT_THAT(rig.file().cases, SizeIs(1));
}

TEST(Issue, AfterAnAcknowledgementBetweenTwoStepsNobodyHearsAnythingMore) {
    CaseRig rig = CaseRig::high();
    rig.tick_at("2026-08-17 12:00");  // level 1 has missed it, level 2 is asked
    ASSERT_THAT(pages(rig), SizeIs(2));
    restart(rig);
    rig.ok("2026-08-17 13:00", "director", AckAction{});  // the lower level still may
    rig.effects.clear();
    restart(rig);
    rig.tick_at("2026-08-20 12:00");
    EXPECT_THAT(pages(rig), IsEmpty());
    EXPECT_EQ(rig.view().level, 2);
}

TEST(Issue, AReloadWithUnchangedRulesDoesNothing) {
    const auto rules = busy_rules();
    CaseRig rig = CaseRig::high(rules);
    rig.bring_to(S::INVESTIGATING);
    rig.at("2026-08-17 10:20", {}, ActivationEvent{"sample", "sample", rules});
    const std::string before = rig.state();
    const auto deadline = rig.shard.next_deadline();
    rig.effects.clear();
    rig.at("2026-08-17 10:30", {}, ActivationEvent{"sample", "sample", busy_rules()});
    EXPECT_THAT(rig.effects, IsEmpty());
    EXPECT_EQ(rig.state(), before);
    EXPECT_EQ(rig.shard.next_deadline(), deadline);
}

// The fall was seen by items-week; everything else changes.
TEST(Issue, ChangingOneRuleLeavesTheStateOfTheOthers) {
    CaseRig rig;
    rig.annual(kCode, "F", yuan(200'000), "2026-06-01 09:00");
    for (int n = 27; n <= 32; ++n) rig.week(kCode, "express", make_week(2026, n), 1000);
    rig.week(kCode, "express", make_week(2026, 33), 400);
    rig.tick_at("2026-08-17 08:30");
    rig.ok("2026-08-17 09:00", "director", AckAction{});
    auto changed = sample_rules();
    changed->revision = "changed";
    for (ComparisonRow& row : changed->policy.comparisons) {
        if (row.id == "items-week") continue;
        row.recent_periods += row.recent_periods > 0 ? 1 : 0;
        row.tail_probability = 0;
    }
    for (MilestoneRule& row : changed->policy.milestones) {
        if (row.kind == MilestoneKind::FIRST_CONTACT) row.span = {ClockKind::REAL, std::chrono::minutes{1}, 0};
    }
    const std::string before = rig.state();
    rig.effects.clear();
    rig.at("2026-08-17 10:00", {}, ActivationEvent{"changed", "changed", changed});
    EXPECT_THAT(rig.effects, IsEmpty());
    EXPECT_EQ(rig.state(), before);  // deadlines that run, run on
    rig.week(kCode, "express", make_week(2026, 34), 450);
    rig.tick_at("2026-08-24 08:30");
    std::size_t drops = 0;
    for (const Signal& s : rig.all<Signal>()) drops += s.kind == SignalKind::VOLUME_DROP ? 1 : 0;
    EXPECT_EQ(drops, 0U);  // still the same episode
    rig.week(kCode, "express", make_week(2026, 35), 950);
    rig.tick_at("2026-08-31 08:30");
    rig.week(kCode, "express", make_week(2026, 36), 950);
    rig.tick_at("2026-09-07 08:30");
    EXPECT_EQ(rig.view().proposed_outcome, Outcome::RECOVERED);  // against the level of before the fall
}

struct Crash : CaseRig {
    // A case whose acknowledgement is due at 12:01.
    Crash() {
        backfilled = false;
        watched(yuan(200'000), "2026-03-11 08:00");
        tick_at("2026-03-11 10:00:50");
        sighting("2026-03-11 10:01");
        tick_at("2026-03-11 12:00");
        restart(*this);
    }
};

TEST(Issue, ACrashWithAPendingTimerFiresItOnceAtItsTime) {
    Crash rig;
    rig.tick_at("2026-03-11 12:01");
    rig.tick_at("2026-03-11 12:30");
    EXPECT_THAT(rig.told(NoticeReason::ACK_OVERDUE), ElementsAre("director"));
    EXPECT_EQ(rig.view().milestones.front().breached_at, shanghai("2026-03-11 12:01"));
    EXPECT_EQ(rig.view().milestones.front().fired_late_s, 0);
}

TEST(Issue, ATimerThatFellDueWhileNothingRanFiresOnceAtTheStartAndSaysHowLate) {
    Crash rig;
    EXPECT_LE(*rig.shard.next_deadline(), shanghai("2026-03-11 12:01"));  // so the worker appends a tick at once
    rig.tick_at("2026-03-11 12:03");
    EXPECT_THAT(rig.told(NoticeReason::ACK_OVERDUE), ElementsAre("director"));
    EXPECT_EQ(rig.view().milestones.front().breached_at, shanghai("2026-03-11 12:01"));
    EXPECT_EQ(rig.view().milestones.front().fired_late_s, 120);
    restart(rig);
    rig.tick_at("2026-03-11 12:04");
    EXPECT_THAT(rig.told(NoticeReason::ACK_OVERDUE), SizeIs(1));
}

TEST(Issue, AnAcknowledgedCaseDoesNotPageFourMonthsLater) {
    CaseRig rig = CaseRig::high();
    rig.bring_to(S::OBSERVING);
    rig.tick_at("2026-08-31 10:00");  // the target of 14 days: one more level is asked, and takes note
    rig.ok("2026-08-31 10:10", "deputy", AckAction{});
    rig.tick_at("2026-09-30 10:00");
    rig.effects.clear();
    restart(rig);
    rig.tick_at("2026-12-31 10:00");
    EXPECT_THAT(rig.all<Notice>(), IsEmpty());
}

// Where silence is watched for, somebody who keeps at it is never paged, however long it takes.
TEST(Issue, ACaseThatIsWorkedOnDoesNotPageFourMonthsLaterEither) {
    CaseRig rig = CaseRig::high(busy_rules());
    rig.bring_to(S::INVESTIGATING);
    rig.tick_at("2026-08-17 10:10");
    for (Day day = make_day(2026, 8, 18); day < make_day(2026, 12, 18); ++day) {
        const Timestamp eleven = CaseRig::noon(day) - std::chrono::hours{1};
        rig.at(eleven, {}, CommandEvent{kCase, "deputy", 0, {}, AckAction{}});  // owed once, after the target
        rig.at(eleven, {}, CommandEvent{kCase, "director", 0, {}, UpdateAction{"at it"}});
    }
    EXPECT_THAT(rig.told(NoticeReason::STALE), IsEmpty());
    EXPECT_THAT(rig.told(NoticeReason::REMINDER), IsEmpty());
    EXPECT_THAT(rig.told(NoticeReason::ESCALATED), ElementsAre("deputy"));  // the target, once
}

// Whoever was called to a case hears that it is over, however it ends.
TEST(Issue, TheResolvedNoticeIsAlwaysSent) {
    const auto everybody_hears = [](const char* how, const std::function<void(CaseRig&)>& end) {
        CaseRig rig = CaseRig::high();
        rig.bring_to(S::ACTING);
        rig.ok("2026-08-17 10:20", "director", AddMemberAction{"quality", GroupRole::SPECIALIST});
        rig.manual("2026-08-17 10:21", Severity::HIGH);  // brings the deputy
        std::set<std::string> called;
        for (const Notice& n : rig.all<Notice>()) {
            if (n.reason == NoticeReason::CASE_OPENED || n.reason == NoticeReason::ROLE_INVITED ||
                n.reason == NoticeReason::ESCALATED)
                called.insert(n.recipient_staff_id.value);
        }
        EXPECT_THAT(called, Contains("deputy"));
        rig.effects.clear();
        end(rig);
        std::set<std::string> told;
        for (const Notice& n : rig.all<Notice>()) {
            if (n.reason == NoticeReason::CASE_RESOLVED || n.reason == NoticeReason::CASE_CLOSED)
                told.insert(n.recipient_staff_id.value);
        }
        EXPECT_EQ(told, called) << how;
    };
    const char* const now = "2026-08-17 10:40";
    for (const Outcome outcome : {Outcome::FALSE_ALARM, Outcome::KNOWN_CHANGE}) {
        everybody_hears("explained", [&](CaseRig& rig) {
            rig.ok(now, "kam", ResolveAction{outcome, {}, "deputy"}, "no");
        });
    }
    everybody_hears("lost", [&](CaseRig& rig) { rig.ok(now, "director", ResolveAction{Outcome::LOST, {}, {}}); });
    // Two kinds of loss: said by a leader, and shown by the client's silence.
    everybody_hears("defected", [&](CaseRig& rig) { rig.manual(now, Severity::CRITICAL, SignalKind::DEFECTION); });
    everybody_hears("merged", [&](CaseRig& rig) { rig.ok(now, "director", rig.merge_elsewhere(now), "one"); });
    everybody_hears("ended while it rests", [&](CaseRig& rig) {
        rig.ok(now, "director", SuspendAction{shanghai("2026-08-20 11:00")}, "they move");
        rig.ok(now, "director", ResolveAction{Outcome::LOST, {}, {}});
    });
}

TEST(Issue, TheResolvedNoticeOfARecoveryIsSentToEverybodyWhoWasCalled) {
    CaseRig rig;
    rig.watched(yuan(80'000));
    rig.at("2026-08-17 10:00", CaseRig::kCode, ContactChangeEvent{ContactRole::DECISION_MAKER, "c1", "c2"});
    std::set<std::string> called;
    for (const Notice& n : rig.all<Notice>()) {
        if (n.reason == NoticeReason::CASE_OPENED || n.reason == NoticeReason::ROLE_INVITED)
            called.insert(n.recipient_staff_id.value);
    }
    EXPECT_THAT(called, Contains("team"));
    rig.ok("2026-08-17 10:10", "team", AckAction{});
    rig.ok("2026-08-18 10:00", "kam", rig.done(TaskKind::MEET_DECISION_MAKER));
    rig.ok("2026-08-18 10:10", "team", ResolveAction{Outcome::RECOVERED, {}, {}});
    const auto told = rig.told(NoticeReason::CASE_RESOLVED);
    EXPECT_EQ(std::set<std::string>(told.begin(), told.end()), called);
}

TEST(Issue, AWatchThatIsOverSaysSo) {
    CaseRig rig;
    rig.annual(kCode, "W", yuan(80'000), "2026-07-01 09:00");
    for (int n = 28; n <= 32; ++n) rig.week(kCode, "express", make_week(2026, n), 1000);
    rig.week(kCode, "express", make_week(2026, 33), 750);
    rig.tick_at("2026-08-17 08:30");
    ASSERT_THAT(rig.told(NoticeReason::WATCH_SIGNAL), ElementsAre("kam"));
    rig.ok("2026-08-18 10:00", "kam", rig.done(TaskKind::VISIT));
    rig.ok("2026-08-18 11:00", "kam", rig.done(TaskKind::ANALYSIS_REPORT));
    rig.week(kCode, "express", make_week(2026, 34), 980);
    rig.tick_at("2026-08-24 08:30");
    ASSERT_EQ(rig.view().state, S::CLOSED);
    EXPECT_THAT(rig.told(NoticeReason::CASE_RESOLVED), ElementsAre("kam"));
}

TEST(Issue, NobodyOnDutyMeansTheNextInTheChainNeverSilence) {
    const auto asked = [](std::vector<std::string> away) {
        CaseRig rig;
        rig.watched(yuan(200'000));
        for (const std::string& who : away)
            rig.at("2026-08-17 08:10", {}, StaffChangeEvent{who, StaffState::ON_LEAVE, {}, parse_day("2026-12-31")});
        rig.sighting("2026-08-17 10:00");
        return rig.view().owner_staff_id.value;
    };
    EXPECT_EQ(asked({}), "director");
    EXPECT_EQ(asked({"director"}), "deputy");
    EXPECT_EQ(asked({"director", "deputy"}), "exec");  // his deputy, too
    EXPECT_EQ(asked({"director", "deputy", "exec"}), "");
    // Then operations hear of every post, and of every deadline.
    CaseRig rig;
    rig.watched(yuan(200'000));
    for (const char* who : {"director", "deputy", "exec"})
        rig.at("2026-08-17 08:10", {}, StaffChangeEvent{who, StaffState::ON_LEAVE, {}, parse_day("2026-12-31")});
    rig.sighting("2026-08-17 10:00");
    EXPECT_THAT(rig.told(NoticeReason::ROLE_UNFILLED), Contains("ops"));
    rig.tick_at("2026-08-18 10:00");
    EXPECT_THAT(rig.told(NoticeReason::OPERATIONS), Contains("ops"));
}

// A rise of severity passed over a level that nobody holds; the level below must go on asking.
TEST(Issue, ALevelThatNobodyHoldsDoesNotEndTheReminders) {
    CaseRig rig;
    rig.watched(yuan(200'000));  // director -> deputy -> (exec)
    rig.at("2026-08-17 08:10", {}, StaffChangeEvent{"exec", StaffState::LEFT, {}, {}});
    rig.sighting("2026-08-17 10:00", CompetitorEvidence::SEEN_LABEL);  // MEDIUM
    rig.tick_at("2026-08-17 14:00");                                   // the deputy is asked
    rig.sighting("2026-08-17 15:00");                                  // HIGH: the next level is nobody
    ASSERT_EQ(rig.view().level, 3);
    rig.tick_at("2026-08-18 08:00");
    EXPECT_THAT(rig.told(NoticeReason::ACK_OVERDUE), Contains("deputy"));
    EXPECT_THAT(rig.told(NoticeReason::REMINDER), Contains("deputy"));
    EXPECT_THAT(rig.told(NoticeReason::OPERATIONS), Not(IsEmpty()));
}

TEST(Issue, AChangeOfSeverityAddsALeaderAndReplacesNobody) {
    CaseRig rig = CaseRig::high();
    rig.bring_to(S::GROUP_FORMED);
    rig.effects.clear();
    rig.manual("2026-08-17 11:00", Severity::HIGH);
    EXPECT_EQ(rig.view().severity, Severity::CRITICAL);
    EXPECT_EQ(rig.view().owner_staff_id, StaffId("director"));
    EXPECT_EQ(rig.view().leader_role, StaffRole::DEPARTMENT_DIRECTOR);
    EXPECT_EQ(rig.seat("director", GroupRole::LEADER), MemberState::ACCEPTED);
    EXPECT_EQ(rig.seat("deputy", GroupRole::RELEVANT_LEADER), MemberState::INVITED);
    EXPECT_THAT(rig.told(NoticeReason::ESCALATED), ElementsAre("deputy"));
    EXPECT_THAT(rig.told(NoticeReason::SEVERITY_RAISED), Contains("director"));
    // Lowered again by a command: nobody is sent away either.
    rig.ok("2026-08-17 11:10", "director", LowerSeverityAction{Severity::MEDIUM}, "hearsay");
    EXPECT_EQ(rig.view().owner_staff_id, StaffId("director"));
    EXPECT_EQ(rig.seat("deputy", GroupRole::RELEVANT_LEADER), MemberState::INVITED);
    EXPECT_EQ(rig.view().level, 2);
}

// Not one record but ticks after the last item.
TEST(Issue, DateBasedRulesFireWithNoEvent) {
    CaseRig rig(busy_rules());
    rig.annual(kCode, "S", yuan(200'000), "2026-06-01 09:00");
    for (int n = 27; n <= 32; ++n) rig.week(kCode, "express", make_week(2026, n), 1000);
    rig.effects.clear();
    rig.tick_at("2026-12-31 09:00");
    std::vector<std::pair<SignalKind, Timestamp>> seen;
    for (const Signal& s : rig.all<Signal>()) seen.emplace_back(s.kind, s.detected_at);
    EXPECT_EQ(seen.front(), std::make_pair(SignalKind::VOLUME_DROP, shanghai("2026-08-17 08:30")));
    EXPECT_THAT(seen, Contains(std::make_pair(SignalKind::DEFECTION, shanghai("2026-10-09 08:30"))));
    EXPECT_THAT(rig.told(NoticeReason::ACK_OVERDUE), Not(IsEmpty()));
    EXPECT_THAT(rig.told(NoticeReason::DEADLINE_BREACHED), Not(IsEmpty()));
    EXPECT_TRUE(rig.view().ledger.unreported_churn);
}

}  // namespace
}  // namespace aw
