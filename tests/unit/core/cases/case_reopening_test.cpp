// A signal to a case that has its outcome already and owes its report: nothing new may be lost in it.
#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/case_rig.hpp"

namespace aw {
namespace {

using test::CaseRig;
using test::shanghai;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using S = CaseState;

constexpr auto kCode = CaseRig::kCode;

// Cases of a G4 account (the director leads) in REPORT_DUE on 2026-09-01 12:00, by class and outcome.
struct Ended : CaseRig {
    Ended(CaseClass of_class, Outcome outcome) {
        annual(kCode, "F", yuan(200'000), "2026-06-01 09:00");
        for (int n = 27; n <= 32; ++n) week(kCode, "express", make_week(2026, n), 1000);
        // 60 % less: an emergency. 22 % less: a WATCH, and with failures beside it a supervised case.
        next_week(33, of_class == CaseClass::EMERGENCY ? 400 : 780);
        if (of_class != CaseClass::EMERGENCY)
            manual("2026-08-17 08:40", Severity::MEDIUM, SignalKind::SERVICE_FAILURES);
        EXPECT_EQ(view().case_class, of_class);
        ok("2026-08-17 09:00", "director", AckAction{});
        ok("2026-08-17 09:01", "kam", ContactAction{ContactLevel::EXECUTIVE, TouchChannel::VISIT});
        const int back = outcome == Outcome::PARTIALLY_RECOVERED ? 850 : 950;
        next_week(34, back);
        next_week(35, back);
        ok("2026-09-01 12:00", "director", ResolveAction{outcome, loss(), {}});
        EXPECT_EQ(view().state, S::REPORT_DUE);
        EXPECT_EQ(view().outcome, outcome);
        effects.clear();
    }
    void next_week(int n, int items) {
        week(kCode, "express", make_week(2026, n), items);
        tick(shanghai((format_day(end_day(make_week(2026, n))) + " 08:30").c_str()));
    }
};

constexpr CaseClass kClasses[] = {CaseClass::EMERGENCY, CaseClass::SUPERVISED_FOLLOW_UP};
constexpr Outcome kOutcomes[] = {Outcome::RECOVERED, Outcome::PARTIALLY_RECOVERED, Outcome::LOST};

// Requirements 3.1, 3.3: an emergency is never only noted, whatever the case was and however it ended.
TEST(ReportDue, EveryEmergencyBringsTheCaseBack) {
    const auto rules = test::sample_rules();
    for (const SeverityRule& rule : rules->policy.severity.kinds) {
        if (!rule.emergency || rule.kind == SignalKind::DEFECTION) continue;
        for (const CaseClass of_class : kClasses) {
            for (const Outcome outcome : kOutcomes) {
                SCOPED_TRACE(std::string(name(rule.kind)) + " after " + std::string(name(of_class)) + " " +
                             std::string(name(outcome)));
                Ended rig(of_class, outcome);
                rig.manual("2026-09-01 14:00", Severity::HIGH, rule.kind);
                EXPECT_EQ(rig.view().case_class, CaseClass::EMERGENCY);
                EXPECT_EQ(rig.view().outcome, Outcome::UNSPECIFIED);
                EXPECT_EQ(rig.view().severity, Severity::HIGH);
                EXPECT_EQ(rig.view().reopen_count, 1);
                EXPECT_EQ(rig.view().state, of_class == CaseClass::EMERGENCY ? S::INVESTIGATING : S::NEW);
                ASSERT_THAT(rig.owed(MilestoneKind::ACKNOWLEDGE), SizeIs(1));
                EXPECT_EQ(rig.due(MilestoneKind::ACKNOWLEDGE), shanghai("2026-09-01 16:00"));
                EXPECT_THAT(rig.owed(MilestoneKind::ANALYSIS_REPORT), IsEmpty());
                EXPECT_NE(rig.seat("kam", GroupRole::SALES), MemberState::UNSPECIFIED);
                const auto reason =
                    of_class == CaseClass::EMERGENCY ? NoticeReason::REOPENED : NoticeReason::CASE_OPENED;
                EXPECT_THAT(rig.told(reason), Contains("director"));
                EXPECT_EQ(rig.last_case().case_id.value, CaseRig::kCase);
            }
        }
    }
}

// R50, R52: what a kind of signal brings, it brings whatever the case does.
TEST(ReportDue, TheTasksOfASignalAreOwedAllTheSame) {
    for (const CaseClass of_class : kClasses) {
        Ended changed(of_class, Outcome::LOST);
        changed.at("2026-09-01 14:00", kCode, ContactChangeEvent{ContactRole::DECISION_MAKER, "c1", "c2"});
        EXPECT_EQ(changed.task(TaskKind::MEET_DECISION_MAKER).state, TaskState::OPEN);
        Ended dropped(of_class, Outcome::LOST);
        dropped.manual("2026-09-01 14:00", Severity::LOW, SignalKind::VOLUME_DROP);
        EXPECT_EQ(dropped.view().state, S::REPORT_DUE);  // LOW is no emergency
        EXPECT_EQ(dropped.task(TaskKind::VISIT).state, TaskState::OPEN);
        EXPECT_THAT(dropped.told(NoticeReason::SIGNAL_ATTACHED), Contains("director"));
    }
}

// No group is at work that would have to be left in peace.
TEST(ReportDue, ALowerSignalIsToldAndCountsForTheSeverity) {
    Ended rig(CaseClass::EMERGENCY, Outcome::LOST);
    rig.manual("2026-09-01 14:00", Severity::MEDIUM, SignalKind::SERVICE_FAILURES);
    EXPECT_THAT(rig.decisions("INHIBITED"), IsEmpty());
    EXPECT_THAT(rig.told(NoticeReason::SIGNAL_ATTACHED), ElementsAre("director"));
    Ended milder(CaseClass::SUPERVISED_FOLLOW_UP, Outcome::RECOVERED);
    milder.manual("2026-09-01 14:00", Severity::HIGH, SignalKind::SERVICE_FAILURES);
    EXPECT_EQ(milder.view().state, S::REPORT_DUE);
    EXPECT_EQ(milder.view().severity, Severity::HIGH);
    EXPECT_THAT(milder.told(NoticeReason::SEVERITY_RAISED), ElementsAre("director"));
    EXPECT_THAT(milder.owed(MilestoneKind::ACKNOWLEDGE), IsEmpty());  // nothing is left to take up
}

// A client that has left is not lost a second time; one that was taken for recovered is lost now.
TEST(ReportDue, ADefectionEndsItAsLostOnce) {
    for (const CaseClass of_class : kClasses) {
        Ended lost(of_class, Outcome::LOST);
        lost.manual("2026-09-01 14:00", Severity::CRITICAL, SignalKind::DEFECTION);
        EXPECT_EQ(lost.view().state, S::REPORT_DUE);
        EXPECT_EQ(lost.view().reopen_count, 0);
        EXPECT_EQ(lost.view().lost.reason, "PRICE");
        lost.manual("2026-09-01 15:00", Severity::HIGH, SignalKind::VOLUME_DROP);  // the same silence once more
        EXPECT_EQ(lost.view().reopen_count, 0);
        lost.manual("2026-09-01 16:00", Severity::HIGH, SignalKind::SERIOUS_COMPLAINT);
        EXPECT_EQ(lost.view().reopen_count, 1);
        Ended back(of_class, Outcome::RECOVERED);
        back.manual("2026-09-01 14:00", Severity::CRITICAL, SignalKind::DEFECTION);
        EXPECT_EQ(back.view().state, S::REPORT_DUE);
        EXPECT_EQ(back.view().outcome, Outcome::LOST);
        EXPECT_EQ(back.view().ledger.detected_at, shanghai("2026-09-01 14:00"));
        EXPECT_EQ(back.task(TaskKind::ANALYSIS_REPORT).state, TaskState::OPEN);
    }
}

// R81: what was not formed in the first life is to be formed in the second.
TEST(Reopen, AGroupThatWasNotFormedIsOwed) {
    CaseRig rig = CaseRig::high();
    rig.ok("2026-08-17 10:01", "director", AcceptAction{GroupRole::LEADER});
    rig.ok("2026-08-17 10:02", "service", AcceptAction{GroupRole::AFTER_SALES});
    rig.ok("2026-08-17 10:03", "director", ContactAction{ContactLevel::MANAGER, TouchChannel::PHONE});
    rig.ok("2026-08-17 10:04", "director", ResolveAction{Outcome::LOST, CaseRig::loss(), {}});
    rig.effects.clear();
    rig.sighting("2026-08-18 10:00");
    ASSERT_EQ(rig.view().reopen_count, 1);
    EXPECT_EQ(rig.due(MilestoneKind::FORM_GROUP), shanghai("2026-08-18 14:00"));
    EXPECT_THAT(rig.told(NoticeReason::ROLE_INVITED), ElementsAre("kam"));
    rig.ok("2026-08-18 10:01", "kam", AcceptAction{GroupRole::SALES});
    EXPECT_THAT(rig.owed(MilestoneKind::FORM_GROUP), IsEmpty());
}

// A seat to which nobody is invited any more is offered again.
TEST(Reopen, ASeatWithoutAnybodyIsOffered) {
    CaseRig rig = CaseRig::high();
    rig.ok("2026-08-17 10:01", "director", AcceptAction{GroupRole::LEADER});
    rig.ok("2026-08-17 10:02", "service", AcceptAction{GroupRole::AFTER_SALES});
    rig.ok("2026-08-17 10:03", "director", ContactAction{ContactLevel::MANAGER, TouchChannel::PHONE});
    rig.ok("2026-08-17 10:04", "director", ResolveAction{Outcome::LOST, CaseRig::loss(), {}});
    StaffChangeEvent leaves;
    leaves.staff_id = "kam";
    leaves.state = StaffState::LEFT;
    rig.at("2026-08-17 11:00", {}, leaves);
    rig.effects.clear();
    rig.sighting("2026-08-18 10:00");
    ASSERT_EQ(rig.view().reopen_count, 1);
    EXPECT_THAT(rig.told(NoticeReason::ROLE_INVITED), ElementsAre("kam2"));
    EXPECT_EQ(rig.task(TaskKind::ACCEPT_ROLE).assignee_staff_id, StaffId("kam2"));
    EXPECT_EQ(rig.task(TaskKind::ACCEPT_ROLE).due_at, shanghai("2026-08-18 14:00"));
}

}  // namespace
}  // namespace aw
