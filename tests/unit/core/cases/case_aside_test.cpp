// A case rests, goes on elsewhere, changes hands, is taken less seriously.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/case_rig.hpp"

namespace aw {
namespace {

using test::busy_rules;
using test::CaseRig;
using test::shanghai;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using testing::UnorderedElementsAre;
using S = CaseState;

constexpr auto kCode = CaseRig::kCode;
constexpr auto kCase = CaseRig::kCase;

TEST(Suspend, EveryClockStandsStillAndKeepsWhatWasLeft) {
    CaseRig rig = CaseRig::high();  // Monday 10:00
    rig.ok("2026-08-17 11:00", "director", SuspendAction{shanghai("2026-08-27 11:00")}, "they move house");
    EXPECT_EQ(rig.view().state, S::SUSPENDED);
    EXPECT_EQ(rig.view().suspended_until, shanghai("2026-08-27 11:00"));
    rig.effects.clear();
    rig.tick_at("2026-08-24 12:00");
    EXPECT_THAT(rig.all<Notice>(), IsEmpty());
    rig.ok("2026-08-24 12:00", "director", ResumeAction{});  // Monday, a week and an hour later
    EXPECT_EQ(rig.view().state, S::NEW);
    EXPECT_FALSE(rig.view().suspended_until.is_set());
    EXPECT_EQ(rig.due(MilestoneKind::ACKNOWLEDGE), shanghai("2026-08-24 13:00"));     // 1 bh of 2 was left
    EXPECT_EQ(rig.due(MilestoneKind::FORM_GROUP), shanghai("2026-08-24 15:00"));      // 3 bh of 4
    EXPECT_EQ(rig.due(MilestoneKind::FIRST_CONTACT), shanghai("2026-08-25 11:00"));   // 8 bh of 9
    EXPECT_EQ(rig.due(MilestoneKind::CAUSE_AND_PLAN), shanghai("2026-08-26 11:00"));  // 17 bh of 18
    EXPECT_EQ(rig.due(MilestoneKind::RESOLVE), shanghai("2026-09-07 11:00"));         // calendar: 7 d and 1 h later
    EXPECT_EQ(rig.task(TaskKind::ACKNOWLEDGE).due_at, shanghai("2026-08-24 13:00"));
}

TEST(Suspend, EndsByItselfWhenItsTimeIsOver) {
    CaseRig rig = CaseRig::high();
    rig.ok("2026-08-17 11:00", "director", SuspendAction{shanghai("2026-08-24 12:00")}, "they move house");
    rig.tick_at("2026-08-24 11:59:59");
    EXPECT_EQ(rig.view().state, S::SUSPENDED);
    rig.tick_at("2026-08-24 12:00");
    EXPECT_EQ(rig.view().state, S::NEW);
    EXPECT_THAT(rig.decisions("RESUMED"), SizeIs(1));
    EXPECT_EQ(rig.due(MilestoneKind::ACKNOWLEDGE), shanghai("2026-08-24 13:00"));
    rig.tick_at("2026-08-24 13:00");
    EXPECT_EQ(rig.told(NoticeReason::ACK_OVERDUE), std::vector<std::string>{"director"});
}

TEST(Suspend, GoesBackToTheStateBefore) {
    for (const S state : {S::ACKNOWLEDGED, S::GROUP_FORMED, S::INVESTIGATING, S::ACTING, S::OBSERVING}) {
        CaseRig rig = CaseRig::high();
        rig.bring_to(state);
        rig.ok("2026-08-17 11:00", "director", SuspendAction{shanghai("2026-08-24 12:00")}, "they move house");
        rig.ok("2026-08-17 12:00", "director", ResumeAction{});
        EXPECT_EQ(rig.view().state, state);
        rig.tick_at("2026-08-24 12:00");  // no end of a suspension is left
        EXPECT_THAT(rig.decisions("RESUMED"), SizeIs(1));
    }
}

// The chair changes hands during the rest: then all three have accepted, and the group is formed when the case goes on.
TEST(Suspend, AGroupThatBecameCompleteDuringTheRestIsFormedAfterIt) {
    CaseRig rig = CaseRig::high();
    rig.bring_to(S::ACKNOWLEDGED);
    rig.ok("2026-08-17 10:10", "kam", AcceptAction{GroupRole::SALES});
    rig.ok("2026-08-17 10:11", "service", AcceptAction{GroupRole::AFTER_SALES});
    rig.ok("2026-08-17 10:12", "director", SuspendAction{shanghai("2026-08-24 12:00")}, "they move house");
    rig.ok("2026-08-17 10:13", "director", TransferAction{"deputy"});
    rig.ok("2026-08-17 10:14", "deputy", AcceptTransferAction{});
    EXPECT_EQ(rig.view().state, S::SUSPENDED);
    rig.ok("2026-08-17 10:15", "deputy", ResumeAction{});
    EXPECT_EQ(rig.view().state, S::GROUP_FORMED);
    EXPECT_THAT(rig.owed(MilestoneKind::FORM_GROUP), IsEmpty());
}

TEST(Suspend, ARiseOfSeverityEndsItAMilderSignalDoesNot) {
    CaseRig rig = CaseRig::high();
    rig.ok("2026-08-17 11:00", "director", SuspendAction{shanghai("2026-08-24 12:00")}, "they move house");
    rig.sighting("2026-08-18 10:00", CompetitorEvidence::SEEN_LABEL);  // MEDIUM, of the same kind
    EXPECT_EQ(rig.view().state, S::SUSPENDED);
    EXPECT_THAT(rig.view().signals, SizeIs(2));
    rig.manual("2026-08-19 10:00", Severity::HIGH);  // compound: CRITICAL
    EXPECT_EQ(rig.view().state, S::NEW);
    EXPECT_EQ(rig.view().severity, Severity::CRITICAL);
    EXPECT_EQ(rig.due(MilestoneKind::ACKNOWLEDGE), shanghai("2026-08-19 10:30"));
}

TEST(Suspend, AWordDuringTheRestStartsNoClock) {
    CaseRig rig = CaseRig::high(busy_rules());
    rig.bring_to(S::ACKNOWLEDGED);
    rig.ok("2026-08-17 11:00", "director", SuspendAction{shanghai("2026-08-27 11:00")}, "they move house");
    rig.ok("2026-08-18 11:00", "director", UpdateAction{"still packing"});
    rig.effects.clear();
    rig.tick_at("2026-08-27 10:59");
    EXPECT_THAT(rig.all<Notice>(), IsEmpty());
    rig.tick_at("2026-08-27 11:00");                                                  // Thursday
    EXPECT_EQ(rig.due(MilestoneKind::HUMAN_ACTIVITY), shanghai("2026-08-31 11:00"));  // 2 bd, none of it used up
    EXPECT_TRUE(rig.due(MilestoneKind::PROGRESS_UPDATE).is_set());
}

TEST(Suspend, TheComplaintsClockIsTheCustomersAndRunsOn) {
    CaseRig rig = CaseRig::high();
    ComplaintEvent complaint;
    complaint.complaint_id = "C1";
    complaint.category = ComplaintCategory::DELAY;
    complaint.severity = ComplaintSeverity::MINOR;
    complaint.demand = "an answer";
    rig.at("2026-08-17 10:30", kCode, complaint);
    rig.ok("2026-08-17 11:00", "director", SuspendAction{shanghai("2026-09-10 11:00")}, "they move house");
    rig.tick_at("2026-08-24 10:30");
    EXPECT_THAT(rig.decisions("COMPLAINT_OVERDUE"), SizeIs(1));
    EXPECT_EQ(rig.view().state, S::NEW);  // one level more severe: the rest is over
    EXPECT_EQ(rig.view().severity, Severity::CRITICAL);
}

TEST(Suspend, AnEndDuringTheRestForgetsIt) {
    CaseRig merged = CaseRig::high();
    merged.bring_to(S::SUSPENDED);
    merged.ok("2026-08-17 12:00", "director", merged.merge_elsewhere("2026-08-17 12:00"), "one client");
    CaseRig explained = CaseRig::high();
    explained.bring_to(S::SUSPENDED);
    explained.ok("2026-08-17 12:00", "kam", ResolveAction{Outcome::KNOWN_CHANGE, {}, "director"}, "moved");
    for (CaseRig* rig : {&merged, &explained}) {
        EXPECT_FALSE(rig->view().suspended_until.is_set());
        rig->effects.clear();
        rig->tick_at("2026-09-30 12:00");
        // (The case into which it was merged speaks for itself.)
        for (const Notice& notice : rig->all<Notice>()) EXPECT_NE(notice.case_id, CaseId(kCase));
        for (const Case& view : rig->all<Case>()) EXPECT_NE(view.case_id, CaseId(kCase));
    }
    CaseRig lost = CaseRig::high();
    lost.bring_to(S::SUSPENDED);
    lost.ok("2026-08-17 12:00", "director", ResolveAction{Outcome::LOST, {}, {}});
    EXPECT_EQ(lost.view().state, S::REPORT_DUE);
    EXPECT_FALSE(lost.view().suspended_until.is_set());
}

// --- merge ---

TEST(Merge, EndsTheCaseAndNamesTheOtherOne) {
    CaseRig rig = CaseRig::high();
    rig.bring_to(S::ACTING);
    rig.effects.clear();
    rig.ok("2026-08-17 12:00", "director", rig.merge_elsewhere("2026-08-17 12:00"), "one client");
    EXPECT_EQ(rig.view().state, S::MERGED);
    EXPECT_EQ(rig.view().merged_into, CaseId("37140000099-1"));
    EXPECT_THAT(rig.told(NoticeReason::CASE_CLOSED),
                UnorderedElementsAre("director", "team", "market", "kam", "service"));
    for (const Obligation& o : rig.file().obligations) EXPECT_FALSE(o.is_open()) << name(o.task.kind);
    rig.sighting("2026-08-18 10:00");
    EXPECT_EQ(rig.last_case().case_id.value, "37140000012-2");  // no merged case is reopened
}

TEST(Merge, OnlyIntoACaseOfAnotherAccount) {
    CaseRig rig = CaseRig::high();
    for (const char* into : {"37140000012-1", "37140000012-2", "nonsense"})
        EXPECT_EQ(rig.refused("2026-08-17 12:00", "director", MergeAction{into}, "why"), "UNKNOWN_CASE") << into;
}

// --- lower_severity ---

TEST(LowerSeverity, RunningDeadlinesStayAndNewOnesAreMilder) {
    CaseRig rig = CaseRig::high();
    rig.ok("2026-08-17 10:10", "director", LowerSeverityAction{Severity::MEDIUM}, "one parcel only");
    EXPECT_EQ(rig.view().severity, Severity::MEDIUM);
    EXPECT_EQ(rig.due(MilestoneKind::ACKNOWLEDGE), shanghai("2026-08-17 12:00"));
    rig.ok("2026-08-17 10:11", "kam", DeclineAction{GroupRole::SALES});
    EXPECT_EQ(rig.task(TaskKind::ACCEPT_ROLE).due_at, shanghai("2026-08-18 10:11"));  // MEDIUM: 1 bd
    EXPECT_EQ(rig.view().case_class, CaseClass::EMERGENCY);
}

TEST(LowerSeverity, OnlyDownwardsAndNotToInformation) {
    CaseRig rig = CaseRig::high();
    for (const Severity severity : {Severity::INFO, Severity::HIGH, Severity::CRITICAL})
        EXPECT_EQ(rig.refused("2026-08-17 10:10", "director", LowerSeverityAction{severity}, "why"),
                  "ILLEGAL_TRANSITION");
}

TEST(LowerSeverity, ALaterMilderSignalDoesNotRaiseItBackASevererOneDoes) {
    CaseRig rig = CaseRig::high();
    rig.ok("2026-08-17 10:10", "director", LowerSeverityAction{Severity::MEDIUM}, "one parcel only");
    rig.sighting("2026-08-17 11:00", CompetitorEvidence::SEEN_LABEL);  // MEDIUM
    EXPECT_EQ(rig.view().severity, Severity::MEDIUM);
    EXPECT_EQ(rig.view().level, 1);
    rig.sighting("2026-08-17 11:30");  // HIGH again, of the same kind: new evidence
    EXPECT_EQ(rig.view().severity, Severity::HIGH);
    EXPECT_EQ(rig.view().level, 2);
}

TEST(LowerSeverity, TakesBackWhatTwoKindsTogetherHadGiven) {
    CaseRig rig = CaseRig::high();
    rig.manual("2026-08-17 10:05", Severity::MEDIUM);
    ASSERT_EQ(rig.view().severity, Severity::CRITICAL);
    rig.ok("2026-08-17 10:10", "deputy", LowerSeverityAction{Severity::MEDIUM}, "hearsay both");
    rig.at("2026-08-17 11:00", kCode, ContactChangeEvent{ContactRole::FINANCE, "c1", "c2"});  // INFO
    EXPECT_EQ(rig.view().severity, Severity::MEDIUM);
}

// --- transfer (R21) ---

TEST(Transfer, TheOwnerStaysResponsibleUntilTheOtherOneAccepts) {
    CaseRig rig = CaseRig::high(busy_rules());
    rig.bring_to(S::ACKNOWLEDGED);
    rig.ok("2026-08-17 10:05", "director", AcceptAction{GroupRole::LEADER});
    rig.effects.clear();
    rig.ok("2026-08-17 10:10", "director", TransferAction{"team"});
    EXPECT_EQ(rig.view().owner_staff_id, StaffId("director"));
    EXPECT_EQ(rig.task(TaskKind::HAND_OVER).assignee_staff_id, StaffId("director"));
    EXPECT_EQ(rig.task(TaskKind::HAND_OVER).due_at, shanghai("2026-08-18 10:10"));
    EXPECT_THAT(rig.told(NoticeReason::HAND_OVER), ElementsAre("team"));
    // Silence: reminded and told is who asked.
    rig.tick_at("2026-08-18 10:10");
    std::vector<std::string> who;
    for (const Notice& n : rig.all<Notice>()) {
        if (n.task_id == rig.task(TaskKind::HAND_OVER).task_id && n.reason == NoticeReason::DEADLINE_BREACHED)
            who.push_back(n.recipient_staff_id.value);
    }
    EXPECT_THAT(who, ElementsAre("director", "deputy"));
    EXPECT_EQ(rig.refused("2026-08-18 10:30", "service", AcceptTransferAction{}), "FORBIDDEN");
    rig.ok("2026-08-18 10:40", "team", AcceptTransferAction{});
    EXPECT_EQ(rig.view().owner_staff_id, StaffId("team"));
    EXPECT_EQ(rig.task(TaskKind::HAND_OVER).state, TaskState::DONE);
    EXPECT_EQ(rig.seat("director", GroupRole::LEADER), MemberState::REPLACED);
    EXPECT_EQ(rig.seat("team", GroupRole::LEADER), MemberState::ACCEPTED);
    for (const Obligation& o : rig.file().obligations) {
        EXPECT_TRUE(!o.is_open() || o.task.assignee_staff_id != StaffId("director")) << name(o.milestone);
    }
    EXPECT_EQ(rig.due(MilestoneKind::RESOLVE), shanghai("2026-08-31 10:00"));  // deadlines stay
    // Both steps, and one decision on each.
    EXPECT_THAT(rig.decisions("transfer"), SizeIs(1));
    EXPECT_THAT(rig.decisions("accept_transfer"), SizeIs(1));
    EXPECT_EQ(rig.refused("2026-08-18 10:50", "director", SuspendAction{shanghai("2026-08-20 10:00")}, "why"),
              "FORBIDDEN");
    EXPECT_EQ(rig.refused("2026-08-18 10:51", "team", StartAction{}), "");
}

TEST(Transfer, BeforeTheAcknowledgementItMovesTheAcknowledgementToo) {
    CaseRig rig = CaseRig::high();
    rig.ok("2026-08-17 10:10", "director", TransferAction{"team"});
    rig.ok("2026-08-17 10:20", "team", AcceptTransferAction{});
    EXPECT_EQ(rig.view().state, S::NEW);
    EXPECT_EQ(rig.task(TaskKind::ACKNOWLEDGE).assignee_staff_id, StaffId("team"));
    rig.ok("2026-08-17 10:30", "team", AckAction{});
    EXPECT_EQ(rig.view().state, S::ACKNOWLEDGED);
    rig.ok("2026-08-17 10:31", "kam", AcceptAction{GroupRole::SALES});
    rig.ok("2026-08-17 10:32", "service", AcceptAction{GroupRole::AFTER_SALES});
    EXPECT_EQ(rig.view().state, S::GROUP_FORMED);  // whoever takes a case over takes its chair
}

TEST(Transfer, ASecondRequestReplacesTheFirst) {
    CaseRig rig = CaseRig::high();
    rig.ok("2026-08-17 10:10", "director", TransferAction{"team"});
    rig.ok("2026-08-17 10:11", "director", TransferAction{"unit-head"});
    EXPECT_EQ(rig.refused("2026-08-17 10:12", "team", AcceptTransferAction{}), "FORBIDDEN");
    rig.ok("2026-08-17 10:13", "unit-head", AcceptTransferAction{});
    EXPECT_EQ(rig.refused("2026-08-17 10:14", "unit-head", AcceptTransferAction{}), "ILLEGAL_TRANSITION");
    EXPECT_EQ(rig.refused("2026-08-17 10:15", "unit-head", TransferAction{"unit-head"}), "ILLEGAL_TRANSITION");
    rig.ok("2026-08-17 10:16", "unit-head", TransferAction{"director"});  // and back
    rig.ok("2026-08-17 10:17", "director", AcceptTransferAction{});
    EXPECT_EQ(rig.seat("director", GroupRole::LEADER), MemberState::ACCEPTED);
    EXPECT_EQ(rig.seat("unit-head", GroupRole::LEADER), MemberState::REPLACED);
}

TEST(Transfer, IsNotTakenUpInAnotherLifeOfTheCase) {
    CaseRig rig = CaseRig::high();
    rig.ok("2026-08-17 10:00:30", "director", TransferAction{"team"});
    rig.bring_to(S::CLOSED);
    rig.sighting("2026-08-20 10:00");
    ASSERT_EQ(rig.view().reopen_count, 1);
    EXPECT_EQ(rig.refused("2026-08-20 10:10", "team", AcceptTransferAction{}), "ILLEGAL_TRANSITION");
}

}  // namespace
}  // namespace aw
