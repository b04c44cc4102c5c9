// What requirements section 4 says of scenarios C and D, literally.
#include "scenarios/scenario_facts.hpp"

namespace aw {
namespace {

using test::at;
using test::case_at;
using test::expect_accepted;
using test::expect_breached;
using test::expect_due;
using test::expect_met;
using test::has_seat;
using test::milestones_of;
using test::rejected;
using test::said_by;
using test::shanghai;
using test::tasks_of;
using test::those;
using test::told;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using testing::UnorderedElementsAre;

TEST(Requirements, C_ASeriousComplaintOpensTheCase) {
    const auto said = said_by("c-serious-complaint");
    ASSERT_THAT(said.cases, SizeIs(1));
    const Case opened = case_at(said, "2026-03-02 10:00");
    EXPECT_EQ(opened.grade, "G4");
    EXPECT_EQ(opened.severity, Severity::HIGH);
    EXPECT_EQ(opened.case_class, CaseClass::EMERGENCY);
    EXPECT_EQ(opened.leader_role, StaffRole::DEPARTMENT_DIRECTOR);
    EXPECT_EQ(opened.owner_staff_id.value, "dept-director-1");
    EXPECT_EQ(opened.level, 1);
    EXPECT_TRUE(has_seat(opened, "quality-1", GroupRole::SPECIALIST));
    const Case& last = said.cases.front();
    expect_met(last, MilestoneKind::ACKNOWLEDGE, "2026-03-02 12:00", "2026-03-02 10:25");
    expect_met(last, MilestoneKind::FORM_GROUP, "2026-03-02 14:00", "2026-03-02 11:00");
    expect_met(last, MilestoneKind::FIRST_CONTACT, "2026-03-03 10:00", "2026-03-02 15:00");
    expect_met(last, MilestoneKind::CAUSE_AND_PLAN, "2026-03-04 10:00", "2026-03-03 16:00");
    ASSERT_TRUE(last.plan.has_value());
    EXPECT_EQ(last.plan->approved_at, shanghai("2026-03-03 16:30"));
    expect_accepted(last, "dept-director-1", GroupRole::LEADER);
    expect_accepted(last, "key-account-manager-1", GroupRole::SALES);
    expect_accepted(last, "service-head-1", GroupRole::AFTER_SALES);
    EXPECT_THAT(test::way_of(said),
                ElementsAre(at("NEW", "2026-03-02 10:00"), at("ACKNOWLEDGED", "2026-03-02 10:25"),
                            at("GROUP_FORMED", "2026-03-02 11:00"), at("INVESTIGATING", "2026-03-02 11:10"),
                            at("ACTING", "2026-03-03 16:30"), at("OBSERVING", "2026-03-09 17:20"),
                            at("RESOLVED", "2026-03-11 14:00"), at("REPORT_DUE", "2026-03-11 14:00"),
                            at("CLOSED", "2026-03-12 16:00")));
}

TEST(Requirements, C_SignalsAndTheSecondComplaint) {
    const auto said = said_by("c-serious-complaint");
    ASSERT_THAT(said.signals, SizeIs(3));
    EXPECT_EQ(said.signals[0].kind, SignalKind::SERIOUS_COMPLAINT);
    EXPECT_EQ(said.signals[0].severity, Severity::HIGH);
    EXPECT_EQ(said.signals[0].detected_at, shanghai("2026-03-02 10:00"));
    EXPECT_EQ(said.signals[1].kind, SignalKind::COMPLAINT);  // CMP-2 attaches as INFO
    EXPECT_EQ(said.signals[1].severity, Severity::INFO);
    EXPECT_EQ(said.signals[1].detected_at, shanghai("2026-03-05 15:00"));
    EXPECT_EQ(said.signals[1].case_id.value, "37140000013-1");
    EXPECT_EQ(said.signals[2].kind, SignalKind::COMPLAINT_OVERDUE);
    EXPECT_EQ(said.signals[2].detected_at, shanghai("2026-03-09 10:00"));
    EXPECT_THAT(said.cases.front().complaint_ids, ElementsAre("CMP-1", "CMP-2"));
    const Case after = case_at(said, "2026-03-05 15:00");
    EXPECT_EQ(after.severity, Severity::HIGH);
    EXPECT_EQ(after.level, 1);
}

TEST(Requirements, C_SevenDaysAndOverdueOnce) {
    const auto said = said_by("c-serious-complaint");
    const auto answers = tasks_of(said, TaskKind::ANSWER_COMPLAINT, "CMP-1");
    ASSERT_THAT(answers, SizeIs(1));
    EXPECT_EQ(answers[0].due_at, shanghai("2026-03-09 10:00"));
    EXPECT_THAT(answers[0].warned_at, ElementsAre(shanghai("2026-03-07 07:36"), shanghai("2026-03-08 17:12")));
    const auto about = [&](NoticeReason reason) {
        return told(those(said.notices_for(reason), [&](const Notice& n) { return n.task_id == answers[0].task_id; }));
    };
    EXPECT_THAT(about(NoticeReason::DEADLINE_WARNING),
                ElementsAre(at("service-head-1", "2026-03-07 07:36"), at("service-head-1", "2026-03-08 17:12")));
    EXPECT_THAT(
        about(NoticeReason::DEADLINE_BREACHED),
        UnorderedElementsAre(at("service-head-1", "2026-03-09 10:00"), at("dept-director-1", "2026-03-09 10:00")));
    expect_breached(said.cases.front(), MilestoneKind::ANSWER_COMPLAINT, "2026-03-09 10:00");
    EXPECT_EQ(milestones_of(said.cases.front(), MilestoneKind::ANSWER_COMPLAINT)[0].met_at,
              shanghai("2026-03-09 16:40"));
    // CRITICAL: DEPUTY_GM_IN_CHARGE joins, the leader stays.
    const Case before = case_at(said, "2026-03-09 09:59");
    EXPECT_EQ(before.severity, Severity::HIGH);
    EXPECT_EQ(before.level, 1);
    const Case raised = case_at(said, "2026-03-09 10:00");
    EXPECT_EQ(raised.severity, Severity::CRITICAL);
    EXPECT_EQ(raised.level, 2);
    EXPECT_TRUE(has_seat(raised, "deputy-gm", GroupRole::RELEVANT_LEADER));
    EXPECT_EQ(raised.leader_role, StaffRole::DEPARTMENT_DIRECTOR);
    EXPECT_EQ(raised.owner_staff_id.value, "dept-director-1");
    EXPECT_EQ(said.cases.front().owner_staff_id.value, "dept-director-1");
    EXPECT_THAT(told(said.notices_for(NoticeReason::ESCALATED)), ElementsAre(at("deputy-gm", "2026-03-09 10:00")));
    const auto acks = milestones_of(said.cases.front(), MilestoneKind::ACKNOWLEDGE);
    ASSERT_THAT(acks, SizeIs(2));
    expect_due(acks[1], "2026-03-09 10:30");
    EXPECT_EQ(acks[1].met_at, shanghai("2026-03-09 10:20"));
    EXPECT_THAT(said.notices_for(NoticeReason::ACK_OVERDUE), IsEmpty());
    EXPECT_THAT(said.notices_for(NoticeReason::OPERATIONS), IsEmpty());
}

TEST(Requirements, C_ClosedOnlyWhenTheCustomerIsSatisfied) {
    const auto said = said_by("c-serious-complaint");
    const auto refused = rejected(said);
    ASSERT_THAT(refused, SizeIs(1));
    EXPECT_EQ(refused[0].kind, DecisionKind::GUARD);
    EXPECT_EQ(refused[0].code, "NOT_SATISFIED");
    EXPECT_EQ(refused[0].at, shanghai("2026-03-09 17:00"));
    const auto closed = those(said.decisions, [](const Decision& d) {
        return d.code == "CLOSED" && d.text.starts_with("投诉 CMP-");
    });
    ASSERT_THAT(closed, SizeIs(2));
    EXPECT_EQ(closed[0].text, "投诉 CMP-2:已结案");
    EXPECT_EQ(closed[0].at - shanghai("2026-03-05 15:00"), std::chrono::hours(4 * 24 + 18));
    EXPECT_EQ(closed[1].text, "投诉 CMP-1:已结案");
    EXPECT_EQ(closed[1].at - shanghai("2026-03-02 10:00"), std::chrono::hours(9 * 24 + 1));
    // Only with both closed is the case over; its report is owed within 2 bd.
    EXPECT_THAT(told(said.notices_for(NoticeReason::RECOVERY_PROPOSED)),
                ElementsAre(at("dept-director-1", "2026-03-11 11:00")));
    expect_met(said.cases.front(), MilestoneKind::ANALYSIS_REPORT, "2026-03-13 14:00", "2026-03-12 10:00");
    test::expect_no_duplicates(said);
}

// R79: closed 03-11 -> the customer is asked again on 03-14, 04-10 and 05-10; the supervising department knows of the
// opening and of the closing.
TEST(Requirements, C_TheComplaintsFollowUps) {
    const auto said = said_by("c-serious-complaint");
    const auto follow_ups = tasks_of(said, TaskKind::FOLLOW_UP, "CMP-1");
    ASSERT_THAT(follow_ups, SizeIs(3));
    EXPECT_EQ(follow_ups[0].due_at, shanghai("2026-03-14 11:00"));
    EXPECT_EQ(follow_ups[0].closed_at, shanghai("2026-03-14 10:00"));
    EXPECT_EQ(follow_ups[1].due_at, shanghai("2026-04-10 11:00"));
    EXPECT_EQ(follow_ups[2].due_at, shanghai("2026-05-10 11:00"));
    const auto later =
        those(tasks_of(said, TaskKind::FOLLOW_UP), [](const Task& t) { return t.state == TaskState::OPEN; });
    EXPECT_THAT(later, SizeIs(6));  // one talk, one follow-up: of each closing the first is done
    EXPECT_THAT(told(said.notices_for(NoticeReason::FILING)),
                ElementsAre(at("quality-1", "2026-03-02 10:00"), at("quality-1", "2026-03-05 15:00"),
                            at("quality-1", "2026-03-10 09:00"), at("quality-1", "2026-03-11 11:00")));
}

TEST(Requirements, D_FromWatchToEmergency) {
    const auto said = said_by("d-competitor");
    const Case watched = case_at(said, "2026-08-17 08:30");
    EXPECT_EQ(watched.grade, "G3");
    EXPECT_EQ(watched.case_class, CaseClass::WATCH);
    EXPECT_EQ(watched.severity, Severity::LOW);
    EXPECT_EQ(watched.level, 0);
    EXPECT_THAT(watched.group, IsEmpty());
    const auto visits = tasks_of(said, TaskKind::VISIT);
    ASSERT_THAT(visits, SizeIs(1));
    EXPECT_EQ(visits[0].opened_at, shanghai("2026-08-17 08:30"));
    EXPECT_EQ(visits[0].due_at, shanghai("2026-08-18 17:30"));
    const auto reports = tasks_of(said, TaskKind::ANALYSIS_REPORT);
    ASSERT_THAT(reports, SizeIs(2));  // of the WATCH, and of the loss
    EXPECT_EQ(reports[0].opened_at, shanghai("2026-08-17 08:30"));
    EXPECT_EQ(reports[0].due_at, shanghai("2026-08-21 17:30"));

    const Case emergency = case_at(said, "2026-08-24 08:30");
    EXPECT_EQ(emergency.case_id, watched.case_id);
    EXPECT_EQ(emergency.case_class, CaseClass::EMERGENCY);
    EXPECT_EQ(emergency.severity, Severity::MEDIUM);
    EXPECT_EQ(emergency.level, 1);
    EXPECT_EQ(emergency.state, CaseState::NEW);
    EXPECT_EQ(emergency.leader_role, StaffRole::TEAM_LEADER);
    EXPECT_EQ(emergency.owner_staff_id.value, "team-leader-1");
    EXPECT_THAT(told(said.notices_for(NoticeReason::ROLE_INVITED)), SizeIs(3));
}

TEST(Requirements, D_SignalsLevelsAndPeople) {
    const auto said = said_by("d-competitor");
    const auto by_then =
        those(said.signals, [](const Signal& s) { return s.detected_at < shanghai("2026-08-30 00:00"); });
    ASSERT_THAT(by_then, SizeIs(4));
    EXPECT_EQ(by_then[0].kind, SignalKind::VOLUME_DROP);
    EXPECT_EQ(by_then[0].severity, Severity::LOW);
    EXPECT_EQ(by_then[0].detected_at, shanghai("2026-08-17 08:30"));
    EXPECT_EQ(by_then[0].recent_change_bp, -2580);
    EXPECT_EQ(by_then[0].observed, 742);
    EXPECT_EQ(by_then[0].expected, 1000);
    EXPECT_EQ(by_then[1].kind, SignalKind::COMPETITOR_SUSPECTED);
    EXPECT_EQ(by_then[1].severity, Severity::MEDIUM);
    EXPECT_EQ(by_then[1].detected_at, shanghai("2026-08-24 08:30"));
    EXPECT_EQ(by_then[1].rule_id, "mix-shift");
    EXPECT_EQ(by_then[1].business_line, "express");
    EXPECT_EQ(by_then[1].observed, 390);
    EXPECT_EQ(by_then[1].expected, 650);
    EXPECT_EQ(by_then[1].recent_change_bp, -4000);
    EXPECT_EQ(by_then[1].onset_on, parse_day("2026-08-10"));
    // "Others 352 (+57 bp)", and the fall of the line itself is the same evidence.
    const auto about = [&](std::string_view rule) {
        return those(said.decisions, [&](const Decision& d) {
            return d.rule_id == rule && d.at == shanghai("2026-08-24 08:30") && d.kind == DecisionKind::EVALUATION;
        });
    };
    ASSERT_THAT(about("mix-shift"), SizeIs(1));
    EXPECT_EQ(about("mix-shift")[0].outcome, DecisionOutcome::FIRED);
    const auto gates = about("mix-shift")[0].gates;
    const auto rest =
        std::find_if(gates.begin(), gates.end(), [](const Gate& g) { return g.name == "rest_change_bp"; });
    ASSERT_NE(rest, gates.end());
    EXPECT_EQ(rest->value, "57");
    EXPECT_EQ(rest->limit, "1000");
    ASSERT_THAT(about("line-weekly-items"), SizeIs(1));
    EXPECT_EQ(about("line-weekly-items")[0].code, "SAME_EPISODE");
    EXPECT_EQ(by_then[2].kind, SignalKind::COMPETITOR_CONFIRMED);
    EXPECT_EQ(by_then[2].severity, Severity::HIGH);
    EXPECT_EQ(by_then[2].detected_at, shanghai("2026-08-26 10:00"));
    EXPECT_EQ(by_then[3].kind, SignalKind::DECISION_MAKER_CHANGED);
    EXPECT_EQ(by_then[3].severity, Severity::MEDIUM);
    EXPECT_EQ(by_then[3].detected_at, shanghai("2026-08-29 09:00"));

    ASSERT_THAT(said.cases, SizeIs(1));
    const Case second = case_at(said, "2026-08-26 10:00");
    EXPECT_EQ(second.severity, Severity::HIGH);
    EXPECT_EQ(second.level, 2);
    EXPECT_TRUE(has_seat(second, "dept-director-1", GroupRole::RELEVANT_LEADER));
    const Case third = case_at(said, "2026-08-29 09:00");
    EXPECT_EQ(third.severity, Severity::CRITICAL);
    EXPECT_EQ(third.level, 3);
    EXPECT_TRUE(has_seat(third, "deputy-gm", GroupRole::RELEVANT_LEADER));
    EXPECT_EQ(third.leader_role, StaffRole::TEAM_LEADER);
    EXPECT_EQ(third.owner_staff_id.value, "team-leader-1");
    EXPECT_THAT(told(said.notices_for(NoticeReason::ESCALATED)),
                ElementsAre(at("dept-director-1", "2026-08-26 10:00"), at("deputy-gm", "2026-08-29 09:00")));
    EXPECT_THAT(said.notices_for(NoticeReason::ACK_OVERDUE), IsEmpty());
    EXPECT_THAT(said.notices_for(NoticeReason::RECOVERY_PROPOSED), IsEmpty());

    const Case& last = said.cases.front();
    const auto acks = milestones_of(last, MilestoneKind::ACKNOWLEDGE);
    ASSERT_THAT(acks, SizeIs(3));
    EXPECT_EQ(acks[0].met_at, shanghai("2026-08-24 09:00"));
    EXPECT_EQ(acks[1].met_at, shanghai("2026-08-26 10:30"));
    EXPECT_EQ(acks[2].met_at, shanghai("2026-08-29 09:10"));
    expect_met(last, MilestoneKind::FORM_GROUP, "2026-08-24 17:30", "2026-08-24 09:30");
    // The rise to HIGH leaves the plan its earlier deadline, 3 bd from the 24th.
    expect_breached(last, MilestoneKind::CAUSE_AND_PLAN, "2026-08-26 17:30");
    ASSERT_TRUE(last.plan.has_value());
    EXPECT_EQ(last.plan->submitted_at, shanghai("2026-08-28 10:00"));
    EXPECT_EQ(last.plan->approved_at, shanghai("2026-08-28 10:00"));
    EXPECT_EQ(last.contacts.back().at, shanghai("2026-08-28 10:00"));
    EXPECT_EQ(last.contacts.back().level, ContactLevel::EXECUTIVE);
    const auto meet = tasks_of(said, TaskKind::MEET_DECISION_MAKER);
    ASSERT_THAT(meet, SizeIs(1));
    EXPECT_EQ(meet[0].due_at, shanghai("2026-09-04 17:30"));  // Saturday + 5 bd
}

TEST(Requirements, D_LostAndExplained) {
    const auto said = said_by("d-competitor");
    const Signal& lost = said.signals.back();
    EXPECT_EQ(lost.kind, SignalKind::DEFECTION);
    EXPECT_EQ(lost.severity, Severity::CRITICAL);
    EXPECT_EQ(lost.detected_at, shanghai("2026-11-08 08:30"));
    EXPECT_EQ(format_day(lost.window_from.value()), "2026-09-09");
    EXPECT_EQ(format_day(lost.window_to.value()), "2026-11-07");
    EXPECT_EQ(lost.case_id.value, "37140000014-1");
    EXPECT_THAT(those(said.signals, [](const Signal& s) { return s.kind == SignalKind::DEFECTION; }), SizeIs(1));
    EXPECT_THAT(test::way_of(said),
                ElementsAre(at("NEW", "2026-08-17 08:30"), at("ACKNOWLEDGED", "2026-08-24 09:00"),
                            at("GROUP_FORMED", "2026-08-24 09:30"), at("INVESTIGATING", "2026-08-24 09:40"),
                            at("ACTING", "2026-08-28 10:00"), at("OBSERVING", "2026-09-01 17:00"),
                            at("ACTING", "2026-09-05 09:00"), at("RESOLVED", "2026-11-08 08:30"),
                            at("REPORT_DUE", "2026-11-08 08:30"), at("CLOSED", "2026-11-10 15:00")));
    const Case& last = said.cases.front();
    EXPECT_EQ(last.outcome, Outcome::LOST);
    EXPECT_EQ(last.lost.reason, "PRICE");
    EXPECT_EQ(last.lost.destination, "competitor X");
    EXPECT_EQ(last.lost.own_shortcomings, "no second offer");
    const auto refused = rejected(said);
    ASSERT_THAT(refused, SizeIs(1));
    EXPECT_EQ(refused[0].kind, DecisionKind::COMMAND);
    EXPECT_EQ(refused[0].code, "MISSING_FIELD");
    EXPECT_EQ(refused[0].at, shanghai("2026-11-10 11:00"));
    EXPECT_THAT(refused[0].text, testing::HasSubstr("缺少 churn_report.destination"));
    expect_met(last, MilestoneKind::ANALYSIS_REPORT, "2026-11-10 17:30", "2026-11-10 10:00");
    // The evidence: lost at 08:30, reported up 20 minutes later.
    EXPECT_EQ(last.ledger.detected_at, shanghai("2026-11-08 08:30"));
    EXPECT_EQ(last.ledger.reported_at, shanghai("2026-11-08 08:50"));
    EXPECT_EQ(last.ledger.reported_at - last.ledger.detected_at, std::chrono::minutes(20));
    EXPECT_EQ(last.ledger.analysed_at, shanghai("2026-11-10 10:00"));
    EXPECT_FALSE(last.ledger.unreported_churn);
    test::expect_no_duplicates(said);
}

}  // namespace
}  // namespace aw
