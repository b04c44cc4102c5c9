// Complaints: R72-R79. Scenario C with its times is tests/scenarios/c-serious-complaint.
#include "core/cases/complaint_desk.hpp"

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
using testing::SizeIs;
using S = CaseState;
using C = ComplaintState;

constexpr auto kCode = CaseRig::kCode;

struct Complaining : CaseRig {
    explicit Complaining(std::shared_ptr<Rules> rules = test::sample_rules()) : CaseRig(std::move(rules)) {
        watched(yuan(200'000), "2026-03-02 08:00");
    }

    Applied complains(const char* local, std::string_view id, ComplaintSeverity severity = ComplaintSeverity::MINOR,
                      bool threat = false) {
        ComplaintEvent complaint;
        complaint.complaint_id = id;
        complaint.category = ComplaintCategory::DELAY;
        complaint.severity = severity;
        complaint.demand = "an answer";
        complaint.threatens_to_leave = threat;
        return at(local, kCode, complaint);
    }
    // The code of the refusal, "" if the step was taken.
    std::string step(const char* local, C state, Satisfaction satisfaction = Satisfaction::UNSPECIFIED,
                     int attempts = 0, std::optional<bool> informed = {}, std::string_view id = "C1") {
        tick_at(local);
        const std::string before = archived(file().complaints);
        const std::size_t effects_before = effects.size();
        at(local, kCode, ComplaintProgressEvent{id, state, satisfaction, attempts, informed});
        for (std::size_t i = effects_before; i < effects.size(); ++i) {
            const auto* decision = std::get_if<Decision>(&effects[i]);
            if (decision == nullptr || decision->kind != DecisionKind::GUARD) continue;
            EXPECT_EQ(decision->outcome, DecisionOutcome::REJECTED);
            EXPECT_EQ(archived(file().complaints), before);
            EXPECT_EQ(effects.size(), effects_before + 1);
            return decision->code;
        }
        return "";
    }
    const Complaint& complaint(std::string_view id = "C1") const {
        for (const Complaint& c : file().complaints) {
            if (c.complaint_id == id) return c;
        }
        ADD_FAILURE() << "no complaint " << id;
        return file().complaints.front();
    }
};

// R51: the customer of a minor complaint threatens to leave two days later. It is told under its number once more, is
// serious from then on and opens the case, whose clocks are its own, too.
TEST(ToldAgain, AComplaintThatTurnsSeriousOpensTheCase) {
    Complaining rig;
    EXPECT_EQ(rig.complains("2026-03-02 10:00", "C1"), Applied::applied);
    EXPECT_THAT(rig.file().cases, IsEmpty());
    EXPECT_EQ(rig.complains("2026-03-04 10:00", "C1", ComplaintSeverity::MINOR, true), Applied::applied);
    ASSERT_THAT(rig.all<Signal>(), SizeIs(2));
    EXPECT_EQ(rig.all<Signal>()[1].kind, SignalKind::SERIOUS_COMPLAINT);
    EXPECT_EQ(rig.all<Signal>()[1].reasons.front().code, "THREATENS_TO_LEAVE");
    EXPECT_EQ(rig.complaint().severity, Severity::HIGH);
    EXPECT_EQ(rig.complaint().received_at, shanghai("2026-03-02 10:00"));
    const Case opened = rig.last_case();
    EXPECT_EQ(opened.severity, Severity::HIGH);
    EXPECT_THAT(opened.complaint_ids, ElementsAre("C1"));
    // One answer is owed, seven days from the receipt, as a milestone of the case; the first reply is HIGH's (1 bd).
    const Task answer = rig.task(TaskKind::ANSWER_COMPLAINT);
    EXPECT_EQ(answer.case_id, opened.case_id);
    EXPECT_EQ(answer.due_at, shanghai("2026-03-09 10:00"));
    int milestones = 0;
    for (const Milestone& m : opened.milestones) milestones += m.name == MilestoneKind::ANSWER_COMPLAINT ? 1 : 0;
    EXPECT_EQ(milestones, 1);
    for (const Obligation& o : rig.file().obligations) {
        if (o.milestone != MilestoneKind::FIRST_CONTACT) continue;
        EXPECT_EQ(o.task.due_at, shanghai("2026-03-05 10:00"));
    }
    // Once more the same: it is as serious as can be.
    EXPECT_EQ(rig.complains("2026-03-04 11:00", "C1", ComplaintSeverity::SERIOUS, true), Applied::duplicate);
    EXPECT_THAT(rig.all<Signal>(), SizeIs(2));
}

TEST(ToldAgain, TheSameOnceMoreCountsAsADuplicate) {
    Complaining rig;
    rig.complains("2026-03-02 10:00", "C1");
    EXPECT_EQ(rig.complains("2026-03-02 11:00", "C1"), Applied::duplicate);
    rig.complains("2026-03-02 12:00", "C2");
    EXPECT_EQ(rig.complains("2026-03-02 13:00", "C1"), Applied::duplicate);  // three times told, but two complaints
    EXPECT_THAT(rig.all<Signal>(), SizeIs(2));
    EXPECT_THAT(rig.file().cases, IsEmpty());
}

TEST(ToldAgain, WhatIsClosedStaysClosed) {
    Complaining rig;
    rig.complains("2026-03-02 10:00", "C1");
    EXPECT_EQ(rig.step("2026-03-02 10:10", C::ANSWERED, {}, 0, true), "");
    EXPECT_EQ(rig.step("2026-03-02 10:20", C::CLOSED, Satisfaction::SATISFIED), "");
    EXPECT_EQ(rig.complains("2026-03-02 11:00", "C1", ComplaintSeverity::SERIOUS), Applied::duplicate);
    EXPECT_THAT(rig.file().cases, IsEmpty());
}

// A case that a complaint opens shows from the first moment until when the customer must be answered.
TEST(Clocks, TheCaseShowsTheSevenDaysAtOnce) {
    Complaining rig;
    rig.complains("2026-03-02 10:00", "C1", ComplaintSeverity::SERIOUS);
    const Case opened = rig.last_case();
    const bool shown = std::any_of(opened.milestones.begin(), opened.milestones.end(), [](const Milestone& m) {
        return m.name == MilestoneKind::ANSWER_COMPLAINT && m.due_at == shanghai("2026-03-09 10:00");
    });
    EXPECT_TRUE(shown);
    EXPECT_EQ(opened.version, 1);
}

TEST(Steps, InTheirOrderToTheEnd) {
    Complaining rig;
    rig.complains("2026-03-02 10:00", "C1");
    EXPECT_EQ(rig.step("2026-03-02 10:10", C::RECORDED), "");
    EXPECT_EQ(rig.step("2026-03-02 10:20", C::ACCEPTED), "");
    EXPECT_EQ(rig.step("2026-03-02 10:30", C::ACKED_TO_CUSTOMER), "");
    EXPECT_EQ(rig.task(TaskKind::CONTACT_CUSTOMER).state, TaskState::DONE);
    EXPECT_EQ(rig.step("2026-03-02 11:00", C::INVESTIGATING), "");
    EXPECT_EQ(rig.step("2026-03-03 11:00", C::SOLUTION_PROPOSED), "");
    EXPECT_EQ(rig.step("2026-03-03 15:00", C::ANSWERED, {}, 0, true), "");
    EXPECT_EQ(rig.task(TaskKind::ANSWER_COMPLAINT).state, TaskState::DONE);
    EXPECT_EQ(rig.step("2026-03-04 15:00", C::FOLLOW_UP), "");
    EXPECT_EQ(rig.step("2026-03-05 15:00", C::CLOSED, Satisfaction::SATISFIED), "");
    EXPECT_FALSE(rig.complaint().is_open());
    EXPECT_EQ(rig.step("2026-03-06 15:00", C::ANSWERED), "ILLEGAL_TRANSITION");
}

TEST(Steps, SkippingTheInvestigationIsRefused) {
    Complaining rig;
    rig.complains("2026-03-02 10:00", "C1");
    EXPECT_EQ(rig.step("2026-03-02 10:10", C::RECORDED), "");
    for (const C state : {C::SOLUTION_PROPOSED, C::ANSWERED, C::FOLLOW_UP})
        EXPECT_EQ(rig.step("2026-03-02 10:20", state), "ILLEGAL_TRANSITION") << name(state);
    // Nor is it closed, however content the customer.
    EXPECT_EQ(rig.step("2026-03-02 10:21", C::CLOSED, Satisfaction::SATISFIED, 0, true), "ILLEGAL_TRANSITION");
    EXPECT_EQ(rig.step("2026-03-02 10:22", C::CLOSED, Satisfaction::UNREACHED, 3), "ILLEGAL_TRANSITION");
    EXPECT_EQ(rig.step("2026-03-02 10:30", C::INVESTIGATING), "");
    EXPECT_EQ(rig.step("2026-03-02 10:40", C::RECORDED), "ILLEGAL_TRANSITION");  // forward only
    EXPECT_EQ(rig.step("2026-03-02 10:40", C::ANSWERED), "");
    EXPECT_EQ(rig.step("2026-03-02 10:50", C::RECORDED, {}, 0, {}, "C9"), "UNKNOWN_CASE");
}

// R73: the customer's own cause needs no investigation, but an answer.
TEST(Steps, ARejectedComplaintStillOwesTheAnswer) {
    Complaining rig;
    rig.complains("2026-03-02 10:00", "C1");
    EXPECT_EQ(rig.step("2026-03-02 10:10", C::RECORDED), "");
    EXPECT_EQ(rig.step("2026-03-02 10:20", C::REJECTED), "");
    EXPECT_EQ(rig.step("2026-03-02 10:30", C::CLOSED, Satisfaction::SATISFIED), "NOT_SATISFIED");
    EXPECT_EQ(rig.step("2026-03-02 10:40", C::ANSWERED, {}, 0, true), "");
    EXPECT_EQ(rig.step("2026-03-02 10:50", C::CLOSED, Satisfaction::SATISFIED), "");
}

// The last ruling counts: what was taken up after all is investigated.
TEST(Steps, ARulingMayBeTakenBack) {
    Complaining rig;
    rig.complains("2026-03-02 10:00", "C1");
    EXPECT_EQ(rig.step("2026-03-02 10:10", C::REJECTED), "");
    EXPECT_EQ(rig.step("2026-03-02 10:20", C::ACCEPTED), "");
    EXPECT_EQ(rig.step("2026-03-02 10:30", C::ANSWERED, {}, 0, true), "ILLEGAL_TRANSITION");
    EXPECT_EQ(rig.step("2026-03-02 10:40", C::INVESTIGATING), "");
    EXPECT_EQ(rig.step("2026-03-02 10:50", C::ANSWERED, {}, 0, true), "");
}

// R74: chain 2 = supervisor and general manager approve, then the answer.
struct Approved : Complaining {
    static std::shared_ptr<Rules> rules() {
        auto rules = test::sample_rules();
        rules->policy.complaints.approvals = {StaffRole::DEPARTMENT_DIRECTOR, StaffRole::GENERAL_MANAGER};
        return rules;
    }
    Approved() : Complaining(rules()) {
        complains("2026-03-02 10:00", "C1");
        EXPECT_EQ(step("2026-03-02 11:00", C::INVESTIGATING), "");
    }
    // The code of the refusal, "" if it was taken.
    std::string approve(const char* local, std::string_view who, std::string_view id = "C1") {
        effects.clear();
        ReportActionEvent action;
        action.report_id = id;
        action.action = ReportStep::APPROVE;
        action.staff_id = who;
        at(local, {}, action);
        const auto decisions = all<Decision>();
        if (decisions.empty()) return "nothing";
        return decisions.back().outcome == DecisionOutcome::REJECTED ? decisions.back().code : "";
    }
};

TEST(Approvals, TheSupervisorThenTheGeneralManagerThenTheAnswer) {
    Approved rig;
    EXPECT_EQ(rig.approve("2026-03-02 11:30", "director"), "ILLEGAL_TRANSITION");  // nothing to approve yet
    EXPECT_EQ(rig.step("2026-03-02 11:40", C::ANSWERED), "APPROVER_REQUIRED");
    rig.effects.clear();
    EXPECT_EQ(rig.step("2026-03-02 12:00", C::SOLUTION_PROPOSED), "");
    EXPECT_THAT(rig.told(NoticeReason::REPORT_READY), ElementsAre("director"));
    EXPECT_THAT(rig.notices(NoticeReason::REPORT_READY)[0].subject, testing::HasSubstr("please approve"));
    EXPECT_EQ(rig.approve("2026-03-02 12:10", "gm"), "FORBIDDEN");  // not before the supervisor
    EXPECT_EQ(rig.approve("2026-03-02 12:11", "nobody"), "UNKNOWN_ACTOR");
    EXPECT_EQ(rig.approve("2026-03-02 12:12", "director", "C9"), "nothing");
    EXPECT_EQ(rig.approve("2026-03-02 12:20", "director"), "");
    EXPECT_THAT(rig.told(NoticeReason::REPORT_READY), ElementsAre("gm"));
    EXPECT_EQ(rig.approve("2026-03-02 12:21", "director"), "FORBIDDEN");
    EXPECT_EQ(rig.step("2026-03-02 12:30", C::ANSWERED), "APPROVER_REQUIRED");
    EXPECT_EQ(rig.approve("2026-03-02 12:40", "gm"), "");
    EXPECT_THAT(rig.told(NoticeReason::REMINDER), ElementsAre("service"));  // may answer now
    EXPECT_EQ(rig.approve("2026-03-02 12:50", "gm"), "ILLEGAL_TRANSITION");
    EXPECT_EQ(rig.step("2026-03-02 13:00", C::ANSWERED, Satisfaction::UNSPECIFIED, 0, true), "");
    EXPECT_EQ(rig.step("2026-03-02 14:00", C::CLOSED, Satisfaction::SATISFIED), "");
}

TEST(Approvals, TheCustomersOwnCauseIsAnsweredAtOnce) {
    Complaining rig(Approved::rules());
    rig.complains("2026-03-02 10:00", "C1");
    EXPECT_EQ(rig.step("2026-03-02 11:00", C::REJECTED), "");
    EXPECT_EQ(rig.step("2026-03-02 12:00", C::ANSWERED, Satisfaction::UNSPECIFIED, 0, true), "");
}

TEST(Approvals, OfAPostThatNobodyHoldsAreToldToOperations) {
    auto rules = Approved::rules();
    std::erase_if(rules->organisation.staff, [](const Staff& s) { return s.id == StaffId("gm"); });
    rules->policy.complaints.approvals = {StaffRole::GENERAL_MANAGER};
    Complaining rig(rules);
    rig.complains("2026-03-02 10:00", "C1");
    EXPECT_EQ(rig.step("2026-03-02 11:00", C::INVESTIGATING), "");
    rig.effects.clear();
    EXPECT_EQ(rig.step("2026-03-02 12:00", C::SOLUTION_PROPOSED), "");
    EXPECT_THAT(rig.told(NoticeReason::ROLE_UNFILLED), ElementsAre("ops"));
}

TEST(Closing, NeedsSatisfactionOrThreeVainAttempts) {
    Complaining rig;
    rig.complains("2026-03-02 10:00", "C1");
    EXPECT_EQ(rig.step("2026-03-02 10:10", C::ANSWERED, {}, 0, true), "");  // a source that tells the answer only
    EXPECT_EQ(rig.step("2026-03-02 10:20", C::CLOSED), "NOT_SATISFIED");
    EXPECT_EQ(rig.step("2026-03-02 10:30", C::CLOSED, Satisfaction::DISSATISFIED), "NOT_SATISFIED");
    EXPECT_EQ(rig.step("2026-03-02 10:40", C::CLOSED, Satisfaction::UNREACHED, 2), "NOT_SATISFIED");
    EXPECT_EQ(rig.step("2026-03-02 10:50", C::CLOSED, Satisfaction::UNREACHED, 3), "");
}

// R77: the telling counts, not only the internal closing; once, and exactly at its time.
TEST(SevenDays, AnAnswerThatTheClientWasNotToldIsNone) {
    Complaining rig;
    rig.complains("2026-03-02 10:00", "C1");
    EXPECT_EQ(rig.task(TaskKind::ANSWER_COMPLAINT).due_at, shanghai("2026-03-09 10:00"));
    EXPECT_EQ(rig.step("2026-03-03 10:00", C::INVESTIGATING), "");
    EXPECT_EQ(rig.step("2026-03-04 10:00", C::ANSWERED), "");
    EXPECT_EQ(rig.task(TaskKind::ANSWER_COMPLAINT).state, TaskState::OPEN);
    rig.tick_at("2026-03-09 09:59:59");
    EXPECT_THAT(rig.decisions("COMPLAINT_OVERDUE"), IsEmpty());
    EXPECT_THAT(rig.task(TaskKind::ANSWER_COMPLAINT).warned_at,
                ElementsAre(shanghai("2026-03-07 07:36"), shanghai("2026-03-08 17:12")));
    rig.tick_at("2026-03-09 10:00");
    EXPECT_THAT(rig.decisions("COMPLAINT_OVERDUE"), SizeIs(1));
    rig.tick_at("2026-05-09 10:00");
    EXPECT_THAT(rig.decisions("COMPLAINT_OVERDUE"), SizeIs(1));
}

TEST(SevenDays, CountFromTheReceiptWheneverItWasTold) {
    Complaining rig;
    ComplaintEvent complaint;
    complaint.complaint_id = "C1";
    complaint.category = ComplaintCategory::DELAY;
    complaint.severity = ComplaintSeverity::MINOR;
    complaint.demand = "an answer";
    Event event;
    event.event_id = "late";
    event.code = *parse_customer_code(kCode);
    event.occurred_at = shanghai("2026-03-02 10:00");
    event.source = "crm";
    event.payload = complaint;
    static_cast<void>(rig.shard.apply(event, {shanghai("2026-03-12 11:00"), true}, rig.effects));
    rig.tick_at("2026-03-12 11:00");
    ASSERT_THAT(rig.decisions("COMPLAINT_OVERDUE"), SizeIs(1));
    EXPECT_EQ(rig.decisions("COMPLAINT_OVERDUE")[0].at, shanghai("2026-03-12 11:00"));  // not before it was known
    const Task task = rig.task(TaskKind::ANSWER_COMPLAINT);
    EXPECT_EQ(task.due_at, shanghai("2026-03-09 10:00"));
    EXPECT_THAT(task.warned_at, IsEmpty());
}

TEST(Overdue, WithoutACaseOpensOneAndItsClocksBecomeTheCases) {
    Complaining rig;
    rig.complains("2026-03-02 10:00", "C1");
    ASSERT_THAT(rig.file().cases, IsEmpty());
    rig.tick_at("2026-03-09 10:00");
    ASSERT_THAT(rig.file().cases, SizeIs(1));
    EXPECT_EQ(rig.view().severity, Severity::HIGH);
    EXPECT_EQ(rig.view().kinds, std::vector<SignalKind>{SignalKind::COMPLAINT_OVERDUE});
    EXPECT_THAT(rig.view().complaint_ids, ElementsAre("C1"));
    EXPECT_EQ(rig.task(TaskKind::ANSWER_COMPLAINT).case_id.value, CaseRig::kCase);
    EXPECT_THAT(rig.told(NoticeReason::DEADLINE_BREACHED), Contains("service"));
    EXPECT_THAT(rig.told(NoticeReason::DEADLINE_BREACHED), Contains("director"));
}

TEST(Overdue, RaisesTheCaseThatIsThereByOne) {
    Complaining rig;
    rig.complains("2026-03-02 10:00", "C1", ComplaintSeverity::SERIOUS);
    ASSERT_EQ(rig.view().severity, Severity::HIGH);
    rig.tick_at("2026-03-09 10:00");
    EXPECT_EQ(rig.view().severity, Severity::CRITICAL);
    EXPECT_EQ(rig.view().leader_role, StaffRole::DEPARTMENT_DIRECTOR);
    EXPECT_THAT(rig.view().complaint_ids, ElementsAre("C1"));
}

// Cases are forgotten after a while; what is owed to the customer is not, and its clock finds its way.
TEST(Overdue, AfterManyShortCasesInBetween) {
    Complaining rig;
    rig.complains("2026-03-02 10:00", "C1", ComplaintSeverity::SERIOUS);
    std::vector<std::string> ids;
    for (int n = 1; n <= 6; ++n) ids.push_back("37140000012-" + std::to_string(n));
    for (const std::string& id : ids) {
        rig.ok("2026-03-03 10:00", "kam", ResolveAction{Outcome::FALSE_ALARM, {}, "director"}, "no", id);
        if (id != ids.back()) rig.sighting("2026-03-03 10:10");
    }
    ASSERT_EQ(rig.file().cases.size(), CaseFile::kEndedKept + 1);
    EXPECT_EQ(rig.task(TaskKind::ANSWER_COMPLAINT).state, TaskState::OPEN);
    EXPECT_TRUE(rig.task(TaskKind::ANSWER_COMPLAINT).case_id.empty());
    rig.tick_at("2026-03-09 10:00");
    EXPECT_THAT(rig.decisions("COMPLAINT_OVERDUE"), SizeIs(1));
    EXPECT_EQ(rig.last_case().case_id.value, "37140000012-7");
    EXPECT_EQ(rig.last_case().complaint_ids, std::vector<std::string>{"C1"});
    EXPECT_EQ(rig.task(TaskKind::ANSWER_COMPLAINT).case_id.value, "37140000012-7");
}

// R78: its own first reply, unless the case that it opened owes the same.
TEST(FirstReply, ByItsOwnSeverity) {
    Complaining rig;
    rig.complains("2026-03-02 10:00", "C1");
    EXPECT_EQ(rig.task(TaskKind::CONTACT_CUSTOMER).due_at, shanghai("2026-03-09 10:00"));  // LOW: 5 bd
    EXPECT_EQ(rig.task(TaskKind::CONTACT_CUSTOMER).assignee_staff_id, StaffId("service"));
    Complaining serious;
    serious.complains("2026-03-02 10:00", "C1", ComplaintSeverity::SERIOUS);
    EXPECT_THAT(serious.owed(MilestoneKind::FIRST_CONTACT), SizeIs(1));
    EXPECT_EQ(serious.due(MilestoneKind::FIRST_CONTACT), shanghai("2026-03-03 10:00"));
    serious.ok("2026-03-02 11:00", "director", ContactAction{ContactLevel::MANAGER, TouchChannel::PHONE});
    EXPECT_THAT(serious.owed(MilestoneKind::FIRST_CONTACT), IsEmpty());
}

// What goes on in the house is no reply.
TEST(FirstReply, IsOneToTheCustomer) {
    Complaining rig;
    rig.complains("2026-03-02 10:00", "C1");
    EXPECT_EQ(rig.step("2026-03-02 10:10", C::INVESTIGATING), "");
    EXPECT_EQ(rig.step("2026-03-02 10:20", C::SOLUTION_PROPOSED), "");
    EXPECT_THAT(rig.owed(MilestoneKind::FIRST_CONTACT), SizeIs(1));
    EXPECT_EQ(rig.step("2026-03-02 10:30", C::ANSWERED), "");
    EXPECT_THAT(rig.owed(MilestoneKind::FIRST_CONTACT), IsEmpty());
}

// R79: the supervising department hears of the beginning and of the end; follow-ups come after it.
TEST(Filing, AtTheBeginningAndAtTheEnd) {
    Complaining rig;
    rig.complains("2026-03-02 10:00", "C1");
    EXPECT_THAT(rig.told(NoticeReason::FILING), ElementsAre("quality"));
    rig.step("2026-03-03 10:00", C::ANSWERED, {}, 0, true);
    rig.step("2026-03-11 11:00", C::CLOSED, Satisfaction::SATISFIED);
    EXPECT_THAT(rig.told(NoticeReason::FILING), ElementsAre("quality", "quality"));
    EXPECT_EQ(rig.task(TaskKind::FOLLOW_UP).due_at, shanghai("2026-03-14 11:00"));
    TouchpointEvent call;
    call.touchpoint_id = "T1";
    call.staff_id = "service";
    call.channel = TouchChannel::PHONE;
    call.purpose = TouchPurpose::FOLLOW_UP;
    rig.at("2026-03-13 10:00", kCode, call);
    EXPECT_EQ(rig.task(TaskKind::FOLLOW_UP).state, TaskState::DONE);
}

TEST(FollowUp, IsDoneWithoutACaseByWhoOwesItOrALeader) {
    Complaining rig;
    rig.complains("2026-03-02 10:00", "C1");
    EXPECT_EQ(rig.refused("2026-03-02 11:00", "service", rig.done(TaskKind::ANSWER_COMPLAINT), {}, {}),
              "ILLEGAL_TRANSITION");
    rig.step("2026-03-03 10:00", C::CLOSED, Satisfaction::SATISFIED);
    EXPECT_EQ(rig.refused("2026-03-04 10:00", "stranger", rig.done(TaskKind::FOLLOW_UP), {}, {}), "UNKNOWN_ACTOR");
    EXPECT_EQ(rig.refused("2026-03-04 10:00", "kam", rig.done(TaskKind::FOLLOW_UP), {}, {}), "FORBIDDEN");
    EXPECT_EQ(rig.refused("2026-03-04 10:00", "service", rig.done(TaskKind::FOLLOW_UP), {}, {}), "");
    EXPECT_EQ(rig.refused("2026-03-04 10:01", "service", rig.done(TaskKind::FOLLOW_UP), {}, {}), "ILLEGAL_TRANSITION");
}

TEST(Recovery, OfAComplaintCaseNeedsItsComplaintsClosed) {
    Complaining rig;
    rig.complains("2026-03-02 10:00", "C1", ComplaintSeverity::SERIOUS);
    rig.complains("2026-03-02 11:00", "C2");
    rig.ok("2026-03-02 11:10", "director", AckAction{});
    rig.step("2026-03-03 10:00", C::CLOSED, Satisfaction::SATISFIED);
    EXPECT_EQ(rig.view().proposed_outcome, Outcome::UNSPECIFIED);
    rig.step("2026-03-03 11:00", C::CLOSED, Satisfaction::SATISFIED, 0, {}, "C2");
    EXPECT_EQ(rig.view().proposed_outcome, Outcome::RECOVERED);
}

TEST(Memory, WhatWasOwedAboutForgottenComplaintsIsForgotten) {
    Complaining rig;
    std::deque<std::string> ids;
    for (int n = 0; n < 12; ++n) {  // one a month and a half
        const Timestamp at = shanghai("2026-03-02 10:00") + std::chrono::days{45 * n};
        ComplaintEvent complaint;
        complaint.complaint_id = ids.emplace_back("C" + std::to_string(n));
        complaint.category = ComplaintCategory::DELAY;
        complaint.severity = ComplaintSeverity::MINOR;
        complaint.demand = "an answer";
        rig.at(at, kCode, complaint);
        rig.at(at + std::chrono::hours{1}, kCode,
               ComplaintProgressEvent{ids.back(), C::CLOSED, Satisfaction::SATISFIED, 0, true});
    }
    EXPECT_LE(rig.file().complaints.size(), 4U);
    EXPECT_LE(rig.file().obligations.size(), 4U * 3U);
    EXPECT_EQ(test::restored(test::sample_rules(), test::snapshot_of(rig.shard)).state_hash(), rig.shard.state_hash());
}

}  // namespace
}  // namespace aw
