// Requirements 3.3, row by row: which command is possible in which state, and what each row demands and does.
#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/case_rig.hpp"

namespace aw {
namespace {

using test::CaseRig;
using test::shanghai;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using S = CaseState;

constexpr auto kCase = CaseRig::kCase;

// RESOLVED stands for a false alarm: an outcome with a report passes through it to REPORT_DUE.
constexpr S kStates[] = {S::NEW,       S::ACKNOWLEDGED, S::GROUP_FORMED, S::INVESTIGATING, S::ACTING, S::OBSERVING,
                         S::SUSPENDED, S::REPORT_DUE,   S::CLOSED,       S::RESOLVED,      S::MERGED};

// What a command of somebody who may give it gets in each of those states, with nothing missing in it:
// "+" accepted, "-" ILLEGAL_TRANSITION, else the code.
struct Row {
    const char* name;
    const char* actor;
    std::function<CommandAction(CaseRig&)> action;
    std::vector<std::string> expected;
};

std::vector<Row> rows() {
    const auto same = [](CommandAction action) { return [action](CaseRig&) { return action; }; };
    const Timestamp later = shanghai("2026-08-20 17:30");
    const std::string forbidden = "FORBIDDEN";
    const std::string missing = "MISSING_FIELD";
    const std::string unproved = "NOT_SATISFIED";
    return {
        // NEW, ACKNOWLEDGED, GROUP_FORMED, INVESTIGATING, ACTING, OBSERVING, SUSPENDED, REPORT_DUE, CLOSED, RESOLVED,
        // MERGED
        {"ack", "director", same(AckAction{}), {"+", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-"}},
        {"accept",
         "kam",
         same(AcceptAction{GroupRole::SALES}),
         {"+", "+", "-", "-", "-", "-", "-", "-", "-", "-", "-"}},
        {"decline",
         "kam",
         same(DeclineAction{GroupRole::SALES}),
         {"+", "+", forbidden, forbidden, forbidden, forbidden, "-", "-", "-", "-", "-"}},
        {"start", "kam", same(StartAction{}), {"-", "+", "+", "-", "-", "-", "-", "-", "-", "-", "-"}},
        {"plan", "kam", same(CaseRig::good_plan()), {"-", "-", "-", "+", "+", "-", "-", "-", "-", "-", "-"}},
        {"approve_plan",
         "director",
         same(ApprovePlanAction{}),
         {"-", "-", "-", missing, "-", "-", "-", "-", "-", "-", "-"}},
        {"contact",
         "kam",
         same(ContactAction{ContactLevel::MANAGER, TouchChannel::PHONE}),
         {"+", "+", "+", "+", "+", "+", "-", "+", "-", "-", "-"}},
        {"update", "director", same(UpdateAction{"well"}), {"+", "+", "+", "+", "+", "+", "+", "+", "-", "-", "-"}},
        {"suspend", "director", same(SuspendAction{later}), {"+", "+", "+", "+", "+", "+", "-", "-", "-", "-", "-"}},
        {"resume", "director", same(ResumeAction{}), {"-", "-", "-", "-", "-", "-", "+", "-", "-", "-", "-"}},
        {"resolve LOST",
         "director",
         same(ResolveAction{Outcome::LOST, {}, {}}),
         {"+", "+", "+", "+", "+", "+", "+", "-", "-", "-", "-"}},
        {"resolve RECOVERED",
         "director",
         same(ResolveAction{Outcome::RECOVERED, {}, {}}),
         {"-", unproved, unproved, unproved, unproved, unproved, "-", "-", "-", "-", "-"}},
        {"resolve FALSE_ALARM",
         "director",
         same(ResolveAction{Outcome::FALSE_ALARM, {}, "director"}),
         {"+", "+", "+", "+", "+", "+", "+", "-", "-", "-", "-"}},
        {"report", "director", same(CaseRig::good_report()), {"-", "-", "-", "-", "-", "-", "-", "+", "-", "-", "-"}},
        {"approve_report",
         "director",
         same(ApproveReportAction{}),
         {"-", "-", "-", "-", "-", "-", "-", missing, "-", "-", "-"}},
        {"close", "director", same(CloseAction{}), {"-", "-", "-", "-", "-", "-", "-", missing, "-", "-", "-"}},
        {"merge",
         "director",
         [](CaseRig& rig) { return CommandAction{rig.merge_elsewhere("2026-08-17 10:30")}; },
         {"+", "+", "+", "+", "+", "+", "+", "-", "-", "-", "-"}},
        {"lower_severity",
         "director",
         same(LowerSeverityAction{Severity::MEDIUM}),
         {"+", "+", "+", "+", "+", "+", "+", "-", "-", "-", "-"}},
        {"transfer", "director", same(TransferAction{"team"}), {"+", "+", "+", "+", "+", "+", "+", "+", "-", "-", "-"}},
        {"accept_transfer",
         "team",
         same(AcceptTransferAction{}),
         {"-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-"}},  // nobody hands it over
        {"assign_task",
         "director",
         same(AssignTaskAction{"quality", "look", later}),
         {"+", "+", "+", "+", "+", "+", "-", "+", "-", "-", "-"}},
        {"add_member",
         "director",
         same(AddMemberAction{"quality", GroupRole::SPECIALIST}),
         {"+", "+", "+", "+", "+", "+", "-", "-", "-", "-", "-"}},
        {"offer",
         "director",
         same(OfferAction{yuan(1'000), "free boxes"}),
         {"+", "+", "+", "+", "+", "+", "-", "-", "-", "-", "-"}},
        {"done",
         "director",
         [](CaseRig& rig) { return CommandAction{rig.done(TaskKind::MEET_DECISION_MAKER)}; },
         {"+", "+", "+", "+", "+", "+", "+", "-", "-", "-", "-"}},
    };
}

TEST(Commands, ArePossibleInTheseStatesAndInNoOther) {
    auto rules = test::sample_rules();
    rules->policy.offers = {true, {}};
    rules->policy.signal_tasks.push_back({"extra", SignalKind::COMPETITOR_CONFIRMED, std::nullopt,
                                          TaskKind::MEET_DECISION_MAKER, StaffRole::KEY_ACCOUNT_MANAGER,
                                          rules->policy.signal_tasks.front().span});
    for (const Row& row : rows()) {
        ASSERT_THAT(row.expected, SizeIs(std::size(kStates))) << row.name;
        for (std::size_t i = 0; i < std::size(kStates); ++i) {
            CaseRig rig = CaseRig::high(rules);
            rig.bring_to(kStates[i]);
            ASSERT_EQ(rig.view().state, kStates[i]);
            const std::string code = rig.refused("2026-08-17 10:30", row.actor, row.action(rig), "because");
            const std::string& expected = row.expected[i];
            EXPECT_EQ(code, expected == "+"   ? ""
                            : expected == "-" ? "ILLEGAL_TRANSITION"
                                              : expected)
                << row.name << " in " << name(kStates[i]) << ": " << rig.last_refusal;
        }
    }
}

TEST(Commands, EachLeadsWhereTheTableSays) {
    CaseRig rig = CaseRig::high();
    std::vector<std::string> way;
    for (const S state : kStates) {
        if (state == S::SUSPENDED || state == S::RESOLVED || state == S::MERGED) continue;
        rig = CaseRig::high();
        rig.bring_to(state);
        way.push_back(std::string(name(rig.view().state)));
    }
    EXPECT_THAT(way, ElementsAre("NEW", "ACKNOWLEDGED", "GROUP_FORMED", "INVESTIGATING", "ACTING", "OBSERVING",
                                 "REPORT_DUE", "CLOSED"));
    // The last one passed through all of them: an outcome shows as RESOLVED, and what is owed then as REPORT_DUE.
    std::vector<std::string> shown;
    for (const Case& c : rig.all<Case>()) {
        if (shown.empty() || shown.back() != name(c.state)) shown.emplace_back(name(c.state));
    }
    EXPECT_THAT(shown, ElementsAre("NEW", "ACKNOWLEDGED", "GROUP_FORMED", "INVESTIGATING", "ACTING", "OBSERVING",
                                   "RESOLVED", "REPORT_DUE", "CLOSED"));
}

TEST(Rows, ASignalOpensMilestonesInvitesTheGroupAndTellsTheLeader) {
    CaseRig rig = CaseRig::high();
    EXPECT_THAT(rig.told(NoticeReason::CASE_OPENED), ElementsAre("director", "team", "market"));
    EXPECT_THAT(rig.told(NoticeReason::ROLE_INVITED), ElementsAre("director", "kam", "service"));
    std::vector<std::string> milestones;
    for (const Milestone& m : rig.view().milestones) milestones.emplace_back(name(m.name));
    EXPECT_THAT(milestones, ElementsAre("ACKNOWLEDGE", "FORM_GROUP", "FIRST_CONTACT", "CAUSE_AND_PLAN", "RESOLVE"));
}

TEST(Rows, AFurtherSignalAttachesAndTheOwnerStays) {
    CaseRig rig = CaseRig::high();
    rig.bring_to(S::ACTING);
    rig.manual("2026-08-18 09:00", Severity::HIGH);  // two kinds within 14 days: CRITICAL
    EXPECT_EQ(rig.view().state, S::ACTING);
    EXPECT_EQ(rig.view().severity, Severity::CRITICAL);
    EXPECT_EQ(rig.view().owner_staff_id, StaffId("director"));
    EXPECT_EQ(rig.view().leader_role, StaffRole::DEPARTMENT_DIRECTOR);
    EXPECT_EQ(rig.view().level, 2);
    EXPECT_EQ(rig.seat("deputy", GroupRole::RELEVANT_LEADER), MemberState::INVITED);
    EXPECT_THAT(rig.told(NoticeReason::ESCALATED), ElementsAre("deputy"));
    EXPECT_THAT(rig.view().signals, SizeIs(2));
    EXPECT_EQ(rig.file().cases.size(), 1U);
}

TEST(Rows, TheAcknowledgementSettlesEveryLevel) {
    CaseRig rig = CaseRig::high();
    rig.tick_at("2026-08-17 12:00");  // director missed it
    EXPECT_THAT(rig.owed(MilestoneKind::ACKNOWLEDGE), SizeIs(2));
    rig.ok("2026-08-17 12:10", "deputy", AckAction{});
    EXPECT_THAT(rig.owed(MilestoneKind::ACKNOWLEDGE), IsEmpty());
    EXPECT_EQ(rig.view().ledger.acked_at, shanghai("2026-08-17 12:10"));
    EXPECT_EQ(rig.view().state, S::ACKNOWLEDGED);
}

TEST(Rows, TheLeadersAcceptIsAnAcknowledgementAndMayCompleteTheGroup) {
    CaseRig rig = CaseRig::high();
    rig.ok("2026-08-17 10:01", "kam", AcceptAction{GroupRole::SALES});
    rig.ok("2026-08-17 10:02", "service", AcceptAction{GroupRole::AFTER_SALES});
    EXPECT_EQ(rig.view().state, S::NEW);
    rig.ok("2026-08-17 10:03", "director", AcceptAction{GroupRole::LEADER});
    EXPECT_EQ(rig.view().state, S::GROUP_FORMED);
    EXPECT_THAT(rig.owed(MilestoneKind::FORM_GROUP), IsEmpty());
    EXPECT_THAT(rig.owed(MilestoneKind::ACKNOWLEDGE), IsEmpty());
}

TEST(Rows, TwoOfThreeAreNoGroupAndItsMissingIsToldToTheLeaderAbove) {
    CaseRig rig = CaseRig::high();
    rig.ok("2026-08-17 10:01", "director", AcceptAction{GroupRole::LEADER});
    rig.ok("2026-08-17 10:02", "kam", AcceptAction{GroupRole::SALES});
    EXPECT_EQ(rig.view().state, S::ACKNOWLEDGED);
    rig.effects.clear();
    rig.tick_at("2026-08-17 14:00");  // 4 bh
    std::vector<std::string> who;
    for (const Notice& n : rig.notices(NoticeReason::DEADLINE_BREACHED)) {
        if (n.task_id == rig.task(TaskKind::FORM_GROUP).task_id) who.push_back(n.recipient_staff_id.value);
    }
    EXPECT_THAT(who, ElementsAre("director", "deputy"));
    rig.ok("2026-08-17 14:30", "service", AcceptAction{GroupRole::AFTER_SALES});
    EXPECT_EQ(rig.view().state, S::GROUP_FORMED);
}

TEST(Rows, AGroupThatFormsDuringTheInvestigationChangesNoState) {
    CaseRig rig = CaseRig::high();
    rig.bring_to(S::ACKNOWLEDGED);
    rig.ok("2026-08-17 10:02", "director", StartAction{});
    rig.accept_all("2026-08-17 10:03");
    EXPECT_EQ(rig.view().state, S::INVESTIGATING);
    EXPECT_THAT(rig.owed(MilestoneKind::FORM_GROUP), IsEmpty());
}

// ACTING -> OBSERVING: every countermeasure done, and the customer spoken to; in a CRITICAL case by an executive.
TEST(Rows, ObservingNeedsEveryMeasureAndAContact) {
    CaseRig rig = CaseRig::high();
    rig.bring_to(S::INVESTIGATING);
    const Timestamp due = shanghai("2026-08-20 17:30");
    rig.ok("2026-08-17 10:04", "kam", PlanAction{"price", {{"offer", "kam", due}, {"visit", "service", due}}});
    rig.ok("2026-08-17 10:05", "director", ApprovePlanAction{});
    EXPECT_EQ(rig.view().state, S::ACTING);
    const std::string first = rig.view().plan->countermeasures[0].task_id.value;
    const std::string second = rig.view().plan->countermeasures[1].task_id.value;
    rig.ok("2026-08-17 10:06", "kam", DoneAction{first});
    EXPECT_THAT(rig.decisions("CONTACT_MISSING"), IsEmpty());
    rig.ok("2026-08-17 10:07", "service", DoneAction{second});
    EXPECT_EQ(rig.view().state, S::ACTING);
    ASSERT_THAT(rig.decisions("CONTACT_MISSING"), SizeIs(1));
    EXPECT_EQ(rig.decisions("CONTACT_MISSING")[0].kind, DecisionKind::GUARD);
    rig.ok("2026-08-17 10:08", "kam", ContactAction{ContactLevel::FRONT_LINE, TouchChannel::PHONE});
    EXPECT_EQ(rig.view().state, S::OBSERVING);
}

TEST(Rows, InACriticalCaseAnExecutiveMustHaveTalked) {
    CaseRig rig;
    rig.watched(yuan(400'000));
    rig.sighting("2026-08-17 10:00");  // HIGH + G5: CRITICAL, deputy leads
    rig.ok("2026-08-17 10:01", "deputy", AckAction{});
    rig.ok("2026-08-17 10:02", "deputy", StartAction{});
    rig.ok("2026-08-17 10:03", "kam", CaseRig::good_plan());
    rig.ok("2026-08-17 10:04", "deputy", ApprovePlanAction{});
    rig.ok("2026-08-17 10:05", "kam", ContactAction{ContactLevel::FRONT_LINE, TouchChannel::VISIT});
    rig.ok("2026-08-17 10:06", "kam", rig.done(TaskKind::ASSIGNED));
    EXPECT_EQ(rig.view().state, S::ACTING);
    EXPECT_THAT(rig.decisions("EXECUTIVE_CONTACT_MISSING"), SizeIs(1));
    // "Executive" is who took part, not what the form says.
    rig.ok("2026-08-17 10:07", "deputy", ContactAction{ContactLevel::MANAGER, TouchChannel::PHONE});
    EXPECT_EQ(rig.view().state, S::OBSERVING);
}

TEST(Rows, ThePlanNeedsItsApprovalByALeader) {
    CaseRig rig = CaseRig::high();
    rig.bring_to(S::INVESTIGATING);
    rig.ok("2026-08-17 10:04", "kam", CaseRig::good_plan());
    EXPECT_EQ(rig.view().state, S::INVESTIGATING);
    EXPECT_THAT(rig.owed(MilestoneKind::CAUSE_AND_PLAN), IsEmpty());
    EXPECT_FALSE(rig.view().plan->approved_at.is_set());
    EXPECT_EQ(rig.refused("2026-08-17 10:05", "service", ApprovePlanAction{}), "FORBIDDEN");
    rig.ok("2026-08-17 10:06", "director", ApprovePlanAction{});
    EXPECT_EQ(rig.view().state, S::ACTING);
    EXPECT_EQ(rig.task(TaskKind::ASSIGNED).due_at, shanghai("2026-08-20 17:30"));
}

// The same, without a group: GROUP_FORMED is skipped.
TEST(Rows, ASupervisedCaseGoesTheSameWayAlone) {
    CaseRig rig;
    rig.watched(yuan(200'000));
    rig.manual("2026-08-17 10:00", Severity::MEDIUM, SignalKind::SERVICE_FAILURES);
    ASSERT_EQ(rig.view().case_class, CaseClass::SUPERVISED_FOLLOW_UP);
    EXPECT_EQ(rig.refused("2026-08-17 10:01", "director", AddMemberAction{"quality", GroupRole::SPECIALIST}),
              "ILLEGAL_TRANSITION");
    rig.ok("2026-08-17 10:02", "director", AckAction{});
    rig.ok("2026-08-17 10:03", "director", StartAction{});
    rig.ok("2026-08-17 10:04", "director", CaseRig::good_plan());
    rig.ok("2026-08-17 10:05", "director", ApprovePlanAction{});
    rig.ok("2026-08-17 10:06", "director", ContactAction{ContactLevel::MANAGER, TouchChannel::VISIT});
    rig.ok("2026-08-17 10:07", "kam", rig.done(TaskKind::ASSIGNED));
    EXPECT_EQ(rig.view().state, S::OBSERVING);
    EXPECT_EQ(rig.view().proposed_outcome, Outcome::RECOVERED);  // nothing to measure: all that was planned is done
    rig.ok("2026-08-17 10:08", "director", ResolveAction{Outcome::RECOVERED, {}, {}});
    EXPECT_EQ(rig.view().state, S::REPORT_DUE);
    EXPECT_EQ(rig.task(TaskKind::ANALYSIS_REPORT).assignee_staff_id, StaffId("director"));
}

}  // namespace
}  // namespace aw
