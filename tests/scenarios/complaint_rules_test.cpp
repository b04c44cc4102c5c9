// Complaints (requirements 1.5) with their own numbers, under the scenarios' policy. R77 and R79 with the times of a
// whole case stand in scenario C. Each also through a real log (rule_rig.hpp).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenarios/rule_rig.hpp"

namespace aw {
namespace {

using test::kCode;
using test::kService;
using test::LoggedRing;
using test::RuleRig;
using test::said;
using test::shanghai;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

TEST(R72, NoStepOverTheInvestigation) {
    using S = ComplaintState;
    RuleRig rig;
    rig.bill("2026-03-02 08:50");
    rig.complaint("2026-03-02 09:00", "CMP-1");
    EXPECT_EQ(rig.step("2026-03-02 09:10", "CMP-1", S::RECORDED), "");
    EXPECT_EQ(rig.step("2026-03-02 10:00", "CMP-1", S::ACKED_TO_CUSTOMER), "");
    EXPECT_EQ(rig.step("2026-03-02 11:00", "CMP-1", S::SOLUTION_PROPOSED), "ILLEGAL_TRANSITION");
    EXPECT_EQ(rig.step("2026-03-02 11:00", "CMP-1", S::ANSWERED), "ILLEGAL_TRANSITION");
    EXPECT_EQ(rig.step("2026-03-02 12:00", "CMP-1", S::INVESTIGATING), "");
    EXPECT_EQ(rig.step("2026-03-02 13:00", "CMP-1", S::SOLUTION_PROPOSED), "");
    EXPECT_EQ(rig.step("2026-03-02 13:30", "CMP-1", S::RECORDED), "ILLEGAL_TRANSITION");  // nor backwards
    EXPECT_EQ(rig.step("2026-03-02 14:00", "CMP-1", S::ANSWERED), "");
    EXPECT_EQ(rig.step("2026-03-02 15:00", "CMP-1", S::FOLLOW_UP), "");
    EXPECT_EQ(rig.step("2026-03-02 16:00", "CMP-1", S::CLOSED), "NOT_SATISFIED");
    EXPECT_EQ(rig.step("2026-03-02 17:00", "CMP-1", S::CLOSED, Satisfaction::SATISFIED), "");
}

TEST(R72, ThreeVainAttemptsStandForSatisfaction) {
    using S = ComplaintState;
    RuleRig rig;
    rig.bill("2026-03-02 08:50");
    rig.complaint("2026-03-02 09:00", "CMP-1");
    for (const S state : {S::RECORDED, S::ACKED_TO_CUSTOMER, S::INVESTIGATING, S::SOLUTION_PROPOSED, S::ANSWERED})
        ASSERT_EQ(rig.step("2026-03-02 10:00", "CMP-1", state), "");
    EXPECT_EQ(rig.step("2026-03-03 10:00", "CMP-1", S::CLOSED, Satisfaction::DISSATISFIED, 3), "NOT_SATISFIED");
    EXPECT_EQ(rig.step("2026-03-03 11:00", "CMP-1", S::CLOSED, Satisfaction::UNREACHED, 2), "NOT_SATISFIED");
    EXPECT_EQ(rig.step("2026-03-03 12:00", "CMP-1", S::CLOSED, Satisfaction::UNREACHED, 3), "");
}

// The customer's own cause needs no investigation, but an answer before the close.
TEST(R73, ARejectedComplaintIsStillAnswered) {
    using S = ComplaintState;
    RuleRig rig;
    rig.bill("2026-03-02 08:50");
    rig.complaint("2026-03-02 09:00", "CMP-1");
    EXPECT_EQ(rig.step("2026-03-02 09:10", "CMP-1", S::RECORDED), "");
    EXPECT_EQ(rig.step("2026-03-02 10:00", "CMP-1", S::REJECTED), "");
    EXPECT_EQ(rig.step("2026-03-02 11:00", "CMP-1", S::CLOSED, Satisfaction::SATISFIED), "NOT_SATISFIED");
    EXPECT_EQ(rig.last_state(rig.opened(TaskKind::ANSWER_COMPLAINT)[0].task_id.value).state, TaskState::OPEN);
    EXPECT_EQ(rig.step("2026-03-02 12:00", "CMP-1", S::ANSWERED), "");
    EXPECT_EQ(rig.step("2026-03-02 13:00", "CMP-1", S::CLOSED, Satisfaction::SATISFIED), "");
}

// A chain of two: supervisor and general manager approve the report on the investigation, then the client is answered.
TEST(R74, TheSupervisorThenTheGeneralManagerThenTheAnswer) {
    using S = ComplaintState;
    RuleRig rig({"policy.complaints.approvals=[DEPARTMENT_DIRECTOR, GENERAL_MANAGER]"});
    rig.bill("2026-03-02 08:50");
    rig.complaint("2026-03-02 09:00", "CMP-1");
    const auto approve = [&](const char* local, std::string_view who) {
        ReportActionEvent action;
        action.report_id = "CMP-1";
        action.action = ReportStep::APPROVE;
        action.staff_id = who;
        rig.at(local, {}, action);
        const Decision last = rig.all<Decision>().back();
        return last.outcome == DecisionOutcome::REJECTED ? last.code : "";
    };
    for (const S state : {S::RECORDED, S::ACKED_TO_CUSTOMER, S::INVESTIGATING})
        ASSERT_EQ(rig.step("2026-03-02 10:00", "CMP-1", state), "");
    EXPECT_EQ(rig.step("2026-03-02 11:00", "CMP-1", S::SOLUTION_PROPOSED), "");
    EXPECT_EQ(rig.step("2026-03-02 11:10", "CMP-1", S::ANSWERED), "APPROVER_REQUIRED");
    EXPECT_EQ(approve("2026-03-02 11:20", "general-manager"), "FORBIDDEN");  // not before the supervisor
    EXPECT_EQ(approve("2026-03-02 12:00", test::kDirector), "");
    EXPECT_EQ(rig.step("2026-03-02 12:30", "CMP-1", S::ANSWERED), "APPROVER_REQUIRED");
    EXPECT_EQ(approve("2026-03-02 13:00", "general-manager"), "");
    EXPECT_EQ(rig.step("2026-03-02 14:00", "CMP-1", S::ANSWERED, Satisfaction::UNSPECIFIED, 0, true), "");
    EXPECT_EQ(rig.step("2026-03-02 15:00", "CMP-1", S::CLOSED, Satisfaction::SATISFIED), "");
    EXPECT_THAT(rig.told(NoticeReason::REPORT_READY),
                ElementsAre(said(test::kDirector, "2026-03-02 11:00"), said("general-manager", "2026-03-02 12:00")));
}

// What must stand in a complaint: without the client's demand it is none.
TEST(R75, AComplaintWithoutADemandIsRefused) {
    RuleRig rig;
    rig.bill("2026-03-02 08:50");
    const auto refusal =
        rig.record("2026-03-02 09:00", "37140000012",
                   R"({"event_id":"c","account_code":"37140000012001","occurred_at":"2026-03-02T09:00:00+08:00",)"
                   R"("source":"service","complaint":{"complaint_id":"CMP-1","category":"LOSS","severity":"MINOR"}})");
    ASSERT_TRUE(refusal);
    EXPECT_EQ(refusal->reason, DeadLetterReason::MISSING_FIELD);
    EXPECT_THAT(refusal->detail, testing::HasSubstr("complaint.demand"));
    EXPECT_THAT(rig.all<Signal>(), IsEmpty());
}

// Seven days of twenty-four hours from the receipt: warned at 70 and 90 %, breached once.
TEST(R77, SevenCalendarDaysWithTwoWarnings) {
    RuleRig rig;
    rig.bill("2026-03-02 08:50");
    rig.complaint("2026-03-02 10:00", "CMP-1");
    rig.tick_at("2026-03-20 10:00");
    const auto tasks = rig.opened(TaskKind::ANSWER_COMPLAINT);
    ASSERT_THAT(tasks, SizeIs(1));
    const Task answer = rig.last_state(tasks[0].task_id.value);
    EXPECT_EQ(answer.due_at, shanghai("2026-03-09 10:00"));
    EXPECT_THAT(answer.warned_at, ElementsAre(shanghai("2026-03-07 07:36"), shanghai("2026-03-08 17:12")));
    EXPECT_EQ(answer.state, TaskState::OVERDUE);
    EXPECT_THAT(rig.decisions("COMPLAINT_OVERDUE"), SizeIs(1));
    EXPECT_EQ(rig.signals().back(), said("COMPLAINT_OVERDUE HIGH", "2026-03-09 10:00"));
}

// Answered is not enough: the customer must have been told.
TEST(R77, TheCustomerIsTold) {
    using S = ComplaintState;
    RuleRig rig;
    rig.bill("2026-03-02 08:50");
    rig.complaint("2026-03-02 10:00", "CMP-1");
    for (const S state : {S::RECORDED, S::ACKED_TO_CUSTOMER, S::INVESTIGATING, S::SOLUTION_PROPOSED})
        ASSERT_EQ(rig.step("2026-03-02 11:00", "CMP-1", state), "");
    ASSERT_EQ(rig.step("2026-03-03 10:00", "CMP-1", S::ANSWERED, Satisfaction::UNSPECIFIED, 0, false), "");
    const TaskId task = rig.opened(TaskKind::ANSWER_COMPLAINT).at(0).task_id;
    EXPECT_EQ(rig.last_state(task.value).state, TaskState::OPEN);
    ASSERT_EQ(rig.step("2026-03-04 10:00", "CMP-1", S::FOLLOW_UP, Satisfaction::UNSPECIFIED, 0, true), "");
    EXPECT_EQ(rig.last_state(task.value).state, TaskState::DONE);
}

// The first reply has the span of the complaint's own severity: MINOR = LOW = 5 bd, SERIOUS = HIGH = 1 bd.
TEST(R78, TheFirstReplyBySeverity) {
    for (const auto severity : {ComplaintSeverity::MINOR, ComplaintSeverity::SERIOUS}) {
        const bool minor = severity == ComplaintSeverity::MINOR;
        RuleRig rig;
        rig.bill("2026-03-02 08:50");
        rig.complaint("2026-03-02 10:00", "CMP-1", severity);
        const auto replies = rig.opened(TaskKind::CONTACT_CUSTOMER);
        ASSERT_THAT(replies, SizeIs(1));
        EXPECT_EQ(replies[0].due_at, shanghai(minor ? "2026-03-09 10:00" : "2026-03-03 10:00"));
    }
}

// Closed 03-11: the customer is asked again on 03-14, 04-10 and 05-10; quality hears of the beginning and of the end.
TEST(R79, FollowUpsAfterTheClosing) {
    using S = ComplaintState;
    RuleRig rig;
    rig.bill("2026-03-02 08:50");
    rig.complaint("2026-03-05 15:00", "CMP-1");
    ASSERT_EQ(rig.step("2026-03-11 11:00", "CMP-1", S::CLOSED, Satisfaction::SATISFIED, 0, true), "");
    std::vector<Timestamp> due;
    for (const Task& task : rig.opened(TaskKind::FOLLOW_UP)) due.push_back(task.due_at);
    EXPECT_THAT(due,
                ElementsAre(shanghai("2026-03-14 11:00"), shanghai("2026-04-10 11:00"), shanghai("2026-05-10 11:00")));
    EXPECT_THAT(rig.told(NoticeReason::FILING),
                ElementsAre(said("quality-1", "2026-03-05 15:00"), said("quality-1", "2026-03-11 11:00")));
}

// March: received 2, closed 2, one of them within seven days. Not submitted: reminded on the 8th, overdue once.
TEST(R69, TheStatisticsOfMarch) {
    LoggedRing ring(3);
    const char* const codes[] = {"37140000011001", "37140000012001"};
    for (const char* code : codes) {
        AccountEvent change;
        change.name = "a";
        change.annual_revenue_hint = yuan(182'000);
        ring.at("2026-02-02 09:00", code, change);
    }
    const ComplaintProgressEvent closed{"", ComplaintState::CLOSED, Satisfaction::SATISFIED, 1, true};
    const auto close = [&](const char* local, const char* code, const char* id) {
        ComplaintProgressEvent step = closed;
        step.complaint_id = id;
        ring.at(local, code, step);
    };
    ring.at("2026-03-02 10:00", codes[0], RuleRig::a_complaint("CMP-1"));
    ring.at("2026-03-05 15:00", codes[1], RuleRig::a_complaint("CMP-2"));
    close("2026-03-10 09:00", codes[1], "CMP-2");
    close("2026-03-11 11:00", codes[0], "CMP-1");
    ring.advance("2026-04-30 12:00");
    const auto reports = ring.all<Report>();
    ASSERT_THAT(reports, SizeIs(1));
    EXPECT_EQ(reports[0].report_id, "371400-complaint-statistics-2026-03");
    std::vector<std::string> rows;
    for (const auto& row : reports[0].rows) rows.push_back(row.at(0).value + " " + row.at(1).value);
    EXPECT_THAT(rows, ElementsAre("received 2", "closed 2", "closed_in_time 1", "on_time_bp 5000"));
    std::vector<std::string> told;
    for (const Notice& n : ring.all<Notice>()) {
        if (!n.account_root.is_set())
            told.push_back(std::string(name(n.reason)) + " " + n.recipient_staff_id.value + " " +
                           format_utc(n.created_at));
    }
    EXPECT_THAT(told, ElementsAre(said("TASK_ASSIGNED service-head-1", "2026-04-01 08:30"),
                                  said("REMINDER service-head-1", "2026-04-08 08:30"),
                                  said("DEADLINE_BREACHED service-head-1", "2026-04-11 00:00")));
    const auto tasks = ring.tasks(TaskKind::SUBMIT_STATISTICS);
    ASSERT_FALSE(tasks.empty());
    EXPECT_EQ(tasks.back().due_at, shanghai("2026-04-10 23:59:59"));
    EXPECT_EQ(tasks.back().state, TaskState::OVERDUE);
}

}  // namespace
}  // namespace aw
