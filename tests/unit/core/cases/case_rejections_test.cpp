// Every rejection code of the contract that a command can get. CaseRig::refused checks that one decision is all that
// follows and that nothing has changed.
#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/case_rig.hpp"

namespace aw {
namespace {

using test::busy_rules;
using test::CaseRig;
using test::shanghai;
using testing::HasSubstr;
using testing::SizeIs;
using S = CaseState;

constexpr auto kCase = CaseRig::kCase;
constexpr auto kNow = "2026-08-17 10:30";

// Every action once, complete.
std::vector<CommandAction> every_action() {
    const Timestamp later = shanghai("2026-08-20 17:30");
    return {AckAction{},
            AcceptAction{GroupRole::SALES},
            DeclineAction{GroupRole::SALES},
            StartAction{},
            CaseRig::good_plan(),
            ApprovePlanAction{},
            ContactAction{ContactLevel::MANAGER, TouchChannel::PHONE},
            UpdateAction{"well"},
            DoneAction{"37140000012-t1"},
            SuspendAction{later},
            ResumeAction{},
            ResolveAction{Outcome::LOST, {}, {}},
            CaseRig::good_report(),
            ApproveReportAction{},
            CloseAction{},
            MergeAction{"37140000099-1"},
            LowerSeverityAction{Severity::LOW},
            TransferAction{"team"},
            AcceptTransferAction{},
            AssignTaskAction{"quality", "look", later},
            AddMemberAction{"quality", GroupRole::SPECIALIST},
            OfferAction{yuan(1), "boxes"}};
}

TEST(EveryAction, KnowsItsCaseItsActorAndItsVersion) {
    static_assert(std::variant_size_v<CommandAction> == 23);  // one more action, one more line above
    CaseRig rig = CaseRig::high(busy_rules());
    const auto actions = every_action();
    ASSERT_THAT(actions, SizeIs(22));
    const std::int32_t version = rig.view().version;
    for (const CommandAction& action : actions) {
        const std::string what(action_name(action));
        EXPECT_EQ(rig.refused(kNow, "director", action, "why", "37140000012-7"), "UNKNOWN_CASE") << what;
        EXPECT_EQ(rig.refused(kNow, "stranger", action, "why"), "UNKNOWN_ACTOR") << what;
        EXPECT_EQ(rig.refused(kNow, "", action, "why"), "UNKNOWN_ACTOR") << what;
        EXPECT_EQ(rig.refused(kNow, "director", action, "why", kCase, version + 1), "VERSION_CONFLICT") << what;
    }
    EXPECT_EQ(rig.refused(kNow, "director", std::monostate{}), "MISSING_FIELD");
    EXPECT_EQ(rig.view().version, version);
}

TEST(EveryAction, IsForbiddenToWhoHasNothingToDoWithTheCase) {
    const auto forbidden = [](S state, std::string_view actor, CommandAction action) {
        CaseRig rig = CaseRig::high(busy_rules());
        rig.bring_to(state);
        const std::string what(action_name(action));
        EXPECT_EQ(rig.refused(kNow, actor, std::move(action), "why"), "FORBIDDEN") << what << " by " << actor;
    };
    const Timestamp later = shanghai("2026-08-20 17:30");
    forbidden(S::NEW, "kam", AckAction{});
    forbidden(S::NEW, "deputy", AckAction{});  // of a level that is not reached
    forbidden(S::NEW, "kam2", AcceptAction{GroupRole::SALES});
    forbidden(S::NEW, "kam2", DeclineAction{GroupRole::SALES});
    forbidden(S::GROUP_FORMED, "unit-head", StartAction{});
    forbidden(S::INVESTIGATING, "unit-head", CaseRig::good_plan());
    forbidden(S::INVESTIGATING, "kam", ApprovePlanAction{});
    forbidden(S::NEW, "quality", ContactAction{ContactLevel::MANAGER, TouchChannel::PHONE});
    forbidden(S::NEW, "unit-head", UpdateAction{"well"});
    forbidden(S::NEW, "unit-head", DoneAction{"37140000012-t1"});
    forbidden(S::NEW, "kam", SuspendAction{later});
    forbidden(S::SUSPENDED, "kam", ResumeAction{});
    forbidden(S::NEW, "kam", ResolveAction{Outcome::LOST, {}, {}});
    forbidden(S::OBSERVING, "kam", ResolveAction{Outcome::RECOVERED, {}, {}});
    forbidden(S::NEW, "unit-head", ResolveAction{Outcome::FALSE_ALARM, {}, "director"});
    forbidden(S::REPORT_DUE, "unit-head", CaseRig::good_report());
    forbidden(S::REPORT_DUE, "kam", ApproveReportAction{});
    forbidden(S::REPORT_DUE, "kam", CloseAction{});
    forbidden(S::NEW, "kam", MergeAction{"37140000099-1"});
    forbidden(S::NEW, "kam", LowerSeverityAction{Severity::LOW});
    forbidden(S::NEW, "kam", TransferAction{"team"});
    forbidden(S::NEW, "kam", AssignTaskAction{"quality", "look", later});
    forbidden(S::NEW, "kam", AddMemberAction{"quality", GroupRole::SPECIALIST});
    forbidden(S::NEW, "unit-head", OfferAction{yuan(1), "boxes"});
    // Any leader may talk to the client, in the group or not.
    CaseRig rig = CaseRig::high();
    EXPECT_EQ(rig.refused(kNow, "unit-head", ContactAction{ContactLevel::MANAGER, TouchChannel::PHONE}), "");
}

TEST(Reject, ForbiddenForOthersThatAreAway) {
    CaseRig rig = CaseRig::high();
    rig.at(kNow, {}, StaffChangeEvent{"kam2", StaffState::LEAVING, {}, {}});
    const Timestamp later = shanghai("2026-08-20 17:30");
    EXPECT_EQ(rig.refused(kNow, "director", TransferAction{"kam2"}), "FORBIDDEN");
    EXPECT_EQ(rig.refused(kNow, "director", AddMemberAction{"kam2", GroupRole::SALES}), "FORBIDDEN");
    EXPECT_EQ(rig.refused(kNow, "director", AssignTaskAction{"kam2", "look", later}), "FORBIDDEN");
    rig.bring_to(S::INVESTIGATING);
    EXPECT_EQ(rig.refused(kNow, "kam", PlanAction{"price", {{"offer", "kam2", later}}}), "FORBIDDEN");
}

TEST(Reject, MissingFieldsByName) {
    CaseRig rig = CaseRig::high(busy_rules());
    const Timestamp later = shanghai("2026-08-20 17:30");
    const auto missing = [&](std::string_view actor, CommandAction action, const char* field) {
        EXPECT_EQ(rig.refused(kNow, actor, std::move(action), "why"), "MISSING_FIELD") << field;
        EXPECT_THAT(rig.last_refusal, HasSubstr(field));
    };
    missing("kam", AcceptAction{}, "group_role");
    missing("kam", DeclineAction{}, "group_role");
    missing("kam", ContactAction{ContactLevel::UNSPECIFIED, TouchChannel::VISIT}, "contact.level");
    missing("kam", ContactAction{ContactLevel::MANAGER, TouchChannel::UNSPECIFIED}, "contact.channel");
    missing("kam", UpdateAction{}, "update.text");
    missing("kam", DoneAction{}, "done.task_id");
    missing("kam", DoneAction{"37140000012-t99"}, "done.task_id");
    missing("director", SuspendAction{}, "suspend.until");
    missing("director", SuspendAction{shanghai("2026-08-17 10:30")}, "suspend.until");
    missing("director", ResolveAction{}, "resolve.outcome");
    missing("director", MergeAction{}, "merge.into_case_id");
    missing("director", LowerSeverityAction{}, "lower_severity.severity");
    missing("director", TransferAction{}, "transfer.to_staff_id");
    missing("director", TransferAction{"stranger"}, "transfer.to_staff_id");
    missing("director", AssignTaskAction{{}, "look", later}, "assign_task.staff_id");
    missing("director", AssignTaskAction{"kam", {}, later}, "assign_task.text");
    missing("director", AssignTaskAction{"kam", "look", {}}, "assign_task.due_at");
    missing("director", AddMemberAction{{}, GroupRole::SPECIALIST}, "add_member.staff_id");
    missing("director", AddMemberAction{"quality", {}}, "add_member.group_role");
    missing("director", OfferAction{{}, "boxes"}, "offer.amount");
    missing("director", OfferAction{yuan(1), {}}, "offer.text");
    rig.bring_to(S::INVESTIGATING);
    missing("director", ApprovePlanAction{}, "plan");
    missing("kam", PlanAction{{}, {{"a", "kam", later}}}, "plan.cause");
    missing("kam", PlanAction{"c", {}}, "plan.countermeasures");
    missing("kam", PlanAction{"c", {{"a", "kam", later}, {{}, "kam", later}}}, "plan.countermeasures[1].text");
    missing("kam", PlanAction{"c", {{"a", "kam", {}}}}, "plan.countermeasures[0].due_at");
    missing("kam", PlanAction{"c", {{"a", {}, later}}}, "plan.countermeasures[0].owner_staff_id");
    // By no instant that has passed: that would be owed from now on and missed at once.
    missing("kam", PlanAction{"c", {{"a", "kam", later}, {"b", "kam", shanghai(kNow)}}},
            "plan.countermeasures[1].due_at has passed");
}

TEST(Reject, APlanWhoseTimeHasPassedBeforeItsApproval) {
    CaseRig rig = CaseRig::high();
    rig.bring_to(S::INVESTIGATING);
    rig.ok("2026-08-17 10:04", "kam", CaseRig::good_plan());  // by 2026-08-20 17:30
    EXPECT_EQ(rig.refused("2026-08-20 17:30", "director", ApprovePlanAction{}), "MISSING_FIELD");
    EXPECT_THAT(rig.last_refusal, HasSubstr("plan.countermeasures[0].due_at has passed"));
    EXPECT_EQ(rig.task(TaskKind::ASSIGNED).task_id, TaskId{});
    rig.ok("2026-08-20 17:31", "director", PlanAction{"price", {{"offer", "kam", shanghai("2026-08-24 17:30")}}});
    rig.ok("2026-08-20 17:32", "director", ApprovePlanAction{});
    EXPECT_EQ(rig.task(TaskKind::ASSIGNED).due_at, shanghai("2026-08-24 17:30"));
}

TEST(Reject, NotSatisfiedUntilTheRecoveryIsMeasured) {
    CaseRig rig = CaseRig::high();
    rig.bring_to(S::OBSERVING);
    for (const Outcome outcome : {Outcome::RECOVERED, Outcome::PARTIALLY_RECOVERED})
        EXPECT_EQ(rig.refused(kNow, "director", ResolveAction{outcome, {}, {}}), "NOT_SATISFIED");
}

TEST(Reject, ReasonRequired) {
    CaseRig rig = CaseRig::high();
    const auto needs_a_reason = [&](CommandAction action) {
        const std::string what(action_name(action));
        EXPECT_EQ(rig.refused(kNow, "director", action), "REASON_REQUIRED") << what;
        CaseRig other = CaseRig::high();
        static_cast<void>(other.merge_elsewhere(kNow));
        EXPECT_EQ(other.refused(kNow, "director", action, "because"), "") << what;
    };
    needs_a_reason(SuspendAction{shanghai("2026-08-20 17:30")});
    needs_a_reason(MergeAction{"37140000099-1"});
    needs_a_reason(LowerSeverityAction{Severity::LOW});
    needs_a_reason(ResolveAction{Outcome::FALSE_ALARM, {}, "director"});
    needs_a_reason(ResolveAction{Outcome::KNOWN_CHANGE, {}, "director"});
}

TEST(Reject, ApproverRequired) {
    const auto verdict = [](std::string_view approver) {
        CaseRig rig = CaseRig::high();
        rig.at(kNow, {}, StaffChangeEvent{"gm", StaffState::LEFT, {}, {}});
        return rig.refused(kNow, "kam", ResolveAction{Outcome::KNOWN_CHANGE, {}, approver}, "moved");
    };
    for (const char* nobody : {"", "kam", "service", "team", "unit-head", "stranger", "gm"})
        EXPECT_EQ(verdict(nobody), "APPROVER_REQUIRED") << nobody;
    // The leader, and everybody whose post is at least as high.
    for (const char* leader : {"director", "county-director", "deputy", "exec"})
        EXPECT_EQ(verdict(leader), "") << leader;
}

TEST(Reject, UntilTooFar) {
    CaseRig rig = CaseRig::high();
    EXPECT_EQ(rig.refused(kNow, "director", SuspendAction{shanghai("2026-09-16 10:30:01")}, "why"), "UNTIL_TOO_FAR");
    EXPECT_EQ(rig.refused(kNow, "director", SuspendAction{shanghai("2026-09-16 10:30")}, "why"), "");
}

// --- the guards on closing: `approve_report` keeps the case open and says why, `close` says the same ---

// A case whose outcome is known; `before` runs while it is worked on, `contact` = the customer was spoken to.
struct Ending : CaseRig {
    Ending(const std::function<void(CaseRig&)>& before, bool contact) : CaseRig(CaseRig::high()) {
        bring_to(S::ACKNOWLEDGED);
        before(*this);
        if (contact) ok("2026-08-17 11:00", "kam", ContactAction{ContactLevel::FRONT_LINE, TouchChannel::PHONE});
        ok("2026-08-17 11:01", "director", ResolveAction{Outcome::LOST, loss(), {}});
        ok("2026-08-17 11:02", "director", good_report());
        ok("2026-08-17 11:03", "director", ApproveReportAction{});
    }
    std::string close(const char* local = "2026-08-17 11:04") { return refused(local, "director", CloseAction{}); }
    void held_by(const char* code) {
        EXPECT_EQ(view().state, S::REPORT_DUE) << code;
        ASSERT_THAT(decisions(code), SizeIs(1));
        EXPECT_EQ(decisions(code)[0].kind, DecisionKind::GUARD);
        EXPECT_EQ(decisions(code)[0].outcome, DecisionOutcome::REJECTED);
        EXPECT_EQ(close(), code);
    }
};

TEST(Guards, TheCustomerWasSpokenTo) {
    Ending rig([](CaseRig&) {}, false);
    rig.held_by("CONTACT_MISSING");
    rig.ok("2026-08-17 12:00", "kam", ContactAction{ContactLevel::FRONT_LINE, TouchChannel::PHONE});
    EXPECT_EQ(rig.close("2026-08-17 12:01"), "");
    EXPECT_EQ(rig.view().state, S::CLOSED);
}

// R84: closing S1 with only front-line contacts.
TEST(Guards, InACriticalCaseByAnExecutive) {
    Ending rig([](CaseRig& r) { r.manual("2026-08-17 10:20", Severity::HIGH); }, true);
    ASSERT_EQ(rig.view().severity, Severity::CRITICAL);
    rig.held_by("EXECUTIVE_CONTACT_MISSING");
    rig.ok("2026-08-17 12:00", "kam", ContactAction{ContactLevel::EXECUTIVE, TouchChannel::VISIT});
    EXPECT_EQ(rig.close("2026-08-17 12:01"), "");
}

TEST(Guards, ItsComplaintsAreClosed) {
    Ending rig(
        [](CaseRig& r) {
            ComplaintEvent complaint;
            complaint.complaint_id = "C1";
            complaint.category = ComplaintCategory::DELAY;
            complaint.severity = ComplaintSeverity::MINOR;
            complaint.demand = "an answer";
            r.at("2026-08-17 10:20", CaseRig::kCode, complaint);
        },
        true);
    rig.held_by("COMPLAINT_OPEN");
    ComplaintProgressEvent closed;
    closed.complaint_id = "C1";
    closed.state = ComplaintState::CLOSED;
    closed.satisfaction = Satisfaction::SATISFIED;
    rig.at("2026-08-17 12:00", CaseRig::kCode, closed);
    EXPECT_EQ(rig.close("2026-08-17 12:01"), "");
}

TEST(Guards, APromiseHasSomebodyWhoKeepsIt) {
    Ending rig(
        [](CaseRig& r) {
            r.ok("2026-08-17 10:20", "director", AssignTaskAction{"kam2", "call them", shanghai("2026-09-30 17:30")});
            r.at("2026-08-17 10:21", {}, StaffChangeEvent{"kam2", StaffState::LEFT, {}, {}});
        },
        true);
    rig.held_by("COMMITMENT_OPEN");
    rig.ok("2026-08-17 12:00", "director", rig.done(TaskKind::ASSIGNED));
    EXPECT_EQ(rig.close("2026-08-17 12:01"), "");
}

TEST(Guards, APromiseThatIsKeptOnHoldsNothingUp) {
    Ending rig(
        [](CaseRig& r) {
            r.ok("2026-08-17 10:20", "director", AssignTaskAction{"kam2", "call them", shanghai("2026-09-30 17:30")});
        },
        true);
    EXPECT_EQ(rig.view().state, S::CLOSED);
    EXPECT_EQ(rig.task(TaskKind::ASSIGNED).state, TaskState::OPEN);  // and stays owed
}

}  // namespace
}  // namespace aw
