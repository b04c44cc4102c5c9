// What requirements section 4 says of scenarios A and B, literally: times, people, counts. ACCEPT changes nothing here.
#include "scenarios/scenario_facts.hpp"

namespace aw {
namespace {

using test::at;
using test::case_at;
using test::expect_accepted;
using test::expect_breached;
using test::expect_due;
using test::expect_met;
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

std::string rows_of(const Policy& policy) {
    std::string text;
    for (const ComparisonRow& row : policy.comparisons) {
        text += row.id + " " + std::string(name(row.kind)) + " " + std::string(name(row.window)) + " " +
                std::to_string(row.recent_periods) + " " + std::to_string(row.tail_probability) +
                (row.seasonal_guard ? " guarded" : "");
        for (const LadderStep& step : row.ladder) {
            text += " " + std::to_string(step.change_bp) + " x " + std::to_string(step.periods) + " " +
                    std::string(name(step.severity));
        }
        text += "\n";
    }
    return text;
}

// "dezhou, without PROGRESS_UPDATE and HUMAN_ACTIVITY": policy.txt writes the rest out, and this keeps it so.
TEST(Requirements, TheScenariosPolicyIsDezhouButForTwoMilestones) {
    const auto dezhou = settings::load(std::string(AW_SOURCE_DIR) + "/config/accountwatch.yaml", {}, std::nullopt);
    ASSERT_TRUE(dezhou.ok());
    const auto text = [](const MilestoneRule& m) {
        return std::string(name(m.kind)) + " " + std::string(name(m.severity)) + " " + std::string(name(m.span.clock)) +
               " " + std::to_string(m.span.time.count()) + " ms " + std::to_string(m.span.business_days) + " bd" +
               (m.fridays ? " fridays" : "");
    };
    std::vector<std::string> expected;
    for (const MilestoneRule& m : dezhou.rules->policy.milestones) {
        if (m.kind != MilestoneKind::PROGRESS_UPDATE && m.kind != MilestoneKind::HUMAN_ACTIVITY)
            expected.push_back(text(m));
    }
    for (const char* scenario :
         {"a-sharp-drop", "b-no-false-alarms", "c-serious-complaint", "d-competitor", "f-departure"}) {
        const Policy policy = test::load_scenario(scenario).loaded.rules->policy;
        std::vector<std::string> actual;
        for (const MilestoneRule& m : policy.milestones) actual.push_back(text(m));
        EXPECT_THAT(actual, testing::ElementsAreArray(expected)) << scenario;
        EXPECT_EQ(rows_of(policy), rows_of(dezhou.rules->policy)) << scenario;
    }
}

TEST(Requirements, A_SharpDropWithoutAcknowledgement) {
    const auto said = said_by("a-sharp-drop");
    ASSERT_THAT(said.signals, SizeIs(1));
    const Signal& signal = said.signals.front();
    EXPECT_EQ(signal.kind, SignalKind::VOLUME_DROP);
    EXPECT_EQ(signal.severity, Severity::CRITICAL);  // base HIGH, G5
    EXPECT_EQ(signal.detected_at, shanghai("2026-08-17 08:30"));
    EXPECT_EQ(signal.recent_change_bp, -6500);
    EXPECT_EQ(signal.yoy_change_bp, -6348);
    EXPECT_EQ(signal.expected, 1200);
    EXPECT_EQ(signal.observed, 420);

    ASSERT_THAT(said.cases, SizeIs(1));
    const Case opened = case_at(said, "2026-08-17 08:30");
    EXPECT_EQ(opened.case_id.value, "37140000012-1");
    EXPECT_EQ(opened.grade, "G5");
    EXPECT_EQ(opened.case_class, CaseClass::EMERGENCY);
    EXPECT_EQ(opened.severity, Severity::CRITICAL);
    EXPECT_EQ(opened.leader_role, StaffRole::DEPUTY_GM_IN_CHARGE);
    EXPECT_EQ(opened.owner_staff_id.value, "deputy-gm");
    EXPECT_EQ(opened.level, 1);
    EXPECT_EQ(opened.opened_at, shanghai("2026-08-17 08:30"));
    EXPECT_THAT(
        told(said.notices_for(NoticeReason::ROLE_INVITED)),
        UnorderedElementsAre(at("deputy-gm", "2026-08-17 08:30"), at("key-account-manager-1", "2026-08-17 08:30"),
                             at("service-head-1", "2026-08-17 08:30")));
    EXPECT_THAT(told(said.notices_for(NoticeReason::CASE_OPENED)), ElementsAre(at("deputy-gm", "2026-08-17 08:30")));
}

TEST(Requirements, A_OneLevelUpAndTheGroup) {
    const auto said = said_by("a-sharp-drop");
    // Nobody acknowledges: 09:00:00 one ACK_OVERDUE, level 1 -> 2.
    EXPECT_THAT(told(said.notices_for(NoticeReason::ACK_OVERDUE)), ElementsAre(at("deputy-gm", "2026-08-17 09:00")));
    EXPECT_THAT(told(said.notices_for(NoticeReason::ESCALATED)),
                ElementsAre(at("executive-deputy-gm", "2026-08-17 09:00")));
    expect_breached(said.cases.front(), MilestoneKind::ACKNOWLEDGE, "2026-08-17 09:00");
    const Case escalated = case_at(said, "2026-08-17 09:00");
    EXPECT_EQ(escalated.level, 2);
    EXPECT_EQ(escalated.state, CaseState::NEW);
    EXPECT_TRUE(test::has_seat(escalated, "executive-deputy-gm", GroupRole::RELEVANT_LEADER));
    EXPECT_EQ(escalated.leader_role, StaffRole::DEPUTY_GM_IN_CHARGE);
    // Acknowledged 09:12 by him; no more is asked of anybody.
    EXPECT_EQ(case_at(said, "2026-08-17 09:12").ledger.acked_at, shanghai("2026-08-17 09:12"));
    for (const Task& ack : tasks_of(said, TaskKind::ACKNOWLEDGE)) {
        EXPECT_EQ(ack.closed_at, shanghai("2026-08-17 09:12"));
        EXPECT_THAT(those(said.notices,
                          [&](const Notice& n) {
                              return n.task_id == ack.task_id && n.created_at > shanghai("2026-08-17 09:00");
                          }),
                    IsEmpty());
    }
    const Case& last = said.cases.front();
    expect_accepted(last, "deputy-gm", GroupRole::LEADER);
    expect_accepted(last, "key-account-manager-1", GroupRole::SALES);
    expect_accepted(last, "service-head-1", GroupRole::AFTER_SALES);
    expect_met(last, MilestoneKind::FORM_GROUP, "2026-08-17 10:30", "2026-08-17 09:41");
    expect_met(last, MilestoneKind::FIRST_CONTACT, "2026-08-17 12:30", "2026-08-17 11:50");
    expect_met(last, MilestoneKind::CAUSE_AND_PLAN, "2026-08-18 08:30", "2026-08-18 08:10");
    ASSERT_THAT(last.contacts, SizeIs(1));
    EXPECT_EQ(last.contacts.front().level, ContactLevel::EXECUTIVE);
    ASSERT_TRUE(last.plan.has_value());
    EXPECT_EQ(last.plan->approved_at, shanghai("2026-08-18 08:20"));
}

TEST(Requirements, A_TheWayToItsEnd) {
    const auto said = said_by("a-sharp-drop");
    EXPECT_THAT(test::way_of(said),
                ElementsAre(at("NEW", "2026-08-17 08:30"), at("ACKNOWLEDGED", "2026-08-17 09:12"),
                            at("GROUP_FORMED", "2026-08-17 09:41"), at("INVESTIGATING", "2026-08-17 10:00"),
                            at("ACTING", "2026-08-18 08:20"), at("OBSERVING", "2026-08-20 16:00"),
                            at("ACTING", "2026-08-24 08:30"),  // the target passed, the drop went on
                            at("RESOLVED", "2026-09-14 09:00"), at("REPORT_DUE", "2026-09-14 09:00"),
                            at("CLOSED", "2026-09-15 16:00")));
    const Case& last = said.cases.front();
    // 08-24 08:30 RESOLVE (7 d) breached once; the chain is exhausted -> OPERATIONS once.
    expect_breached(last, MilestoneKind::RESOLVE, "2026-08-24 08:30");
    EXPECT_THAT(milestones_of(last, MilestoneKind::RESOLVE), SizeIs(1));
    EXPECT_THAT(told(said.notices_for(NoticeReason::OPERATIONS)), ElementsAre(at("operations-1", "2026-08-24 08:30")));
    EXPECT_THAT(told(said.notices_for(NoticeReason::DEADLINE_BREACHED)),
                ElementsAre(at("deputy-gm", "2026-08-24 08:30")));
    EXPECT_EQ(last.level, 2);
    // W36 and W37 >= 1,080 -> proposed, and only then.
    EXPECT_THAT(told(said.notices_for(NoticeReason::RECOVERY_PROPOSED)),
                ElementsAre(at("deputy-gm", "2026-09-14 08:30")));
    EXPECT_EQ(case_at(said, "2026-09-14 08:29").proposed_outcome, Outcome::UNSPECIFIED);
    EXPECT_EQ(case_at(said, "2026-09-14 08:30").proposed_outcome, Outcome::RECOVERED);
    EXPECT_EQ(last.outcome, Outcome::RECOVERED);
    expect_met(last, MilestoneKind::ANALYSIS_REPORT, "2026-09-16 09:00", "2026-09-15 15:00");
    ASSERT_TRUE(last.report.has_value());
    EXPECT_EQ(last.report->submitted_at, shanghai("2026-09-15 15:00"));
    EXPECT_EQ(last.report->approved_at, shanghai("2026-09-15 16:00"));
    EXPECT_EQ(last.ledger.analysed_at, shanghai("2026-09-15 15:00"));
    const auto follow_ups = milestones_of(last, MilestoneKind::FOLLOW_UP);
    ASSERT_THAT(follow_ups, SizeIs(3));
    expect_due(follow_ups[0], "2026-09-18 16:00");
    expect_due(follow_ups[1], "2026-10-15 16:00");
    expect_due(follow_ups[2], "2026-11-14 16:00");
    for (const Task& task : tasks_of(said, TaskKind::FOLLOW_UP)) EXPECT_EQ(task.state, TaskState::DONE);
}

TEST(Requirements, A_Totals) {
    const auto said = said_by("a-sharp-drop");
    EXPECT_THAT(said.cases, SizeIs(1));
    EXPECT_THAT(said.signals, SizeIs(1));
    EXPECT_THAT(said.notices_for(NoticeReason::ACK_OVERDUE), SizeIs(1));
    EXPECT_THAT(tasks_of(said, TaskKind::FORM_GROUP), SizeIs(1));  // 1 group
    EXPECT_THAT(tasks_of(said, TaskKind::ACCEPT_ROLE), SizeIs(3));
    EXPECT_EQ(said.cases.front().reopen_count, 0);
    EXPECT_THAT(rejected(said), IsEmpty());
    test::expect_no_duplicates(said);
}

TEST(Requirements, D_FromTheSightingOn) {
    const auto said = said_by("d-from-the-sighting");
    ASSERT_THAT(said.signals, SizeIs(2));
    EXPECT_EQ(said.signals[0].kind, SignalKind::COMPETITOR_CONFIRMED);
    EXPECT_EQ(said.signals[0].severity, Severity::HIGH);
    EXPECT_EQ(said.signals[0].detected_at, shanghai("2026-08-26 10:00"));
    EXPECT_EQ(said.signals[1].kind, SignalKind::DECISION_MAKER_CHANGED);
    ASSERT_THAT(said.cases, SizeIs(1));
    const Case& view = said.cases.front();
    EXPECT_EQ(view.opened_at, shanghai("2026-08-26 10:00"));
    EXPECT_EQ(view.severity, Severity::CRITICAL);
    EXPECT_EQ(view.level, 3);
    EXPECT_EQ(view.leader_role, StaffRole::TEAM_LEADER);
    std::vector<std::string> staff;
    for (const GroupMember& member : view.group) staff.push_back(member.staff_id.value);
    EXPECT_THAT(staff, testing::IsSupersetOf({"team-leader-1", "dept-director-1", "deputy-gm"}));
    EXPECT_THAT(tasks_of(said, TaskKind::MEET_DECISION_MAKER), SizeIs(1));
    // HIGH at level 1: due after two business hours, and met; CRITICAL: after thirty minutes, and met.
    const auto acks = tasks_of(said, TaskKind::ACKNOWLEDGE);
    ASSERT_FALSE(acks.empty());
    EXPECT_EQ(acks.front().assignee_staff_id.value, "team-leader-1");
    EXPECT_EQ(acks.front().due_at, shanghai("2026-08-26 12:00"));
    EXPECT_EQ(acks.front().closed_at, shanghai("2026-08-26 10:30"));
    for (const Task& task : acks) EXPECT_EQ(task.state, TaskState::DONE);
    EXPECT_THAT(said.notices_for(NoticeReason::ACK_OVERDUE), IsEmpty());
    EXPECT_THAT(rejected(said), IsEmpty());
}

TEST(Requirements, B_NothingOfThisOpensACase) {
    const auto said = said_by("b-no-false-alarms");
    EXPECT_THAT(said.cases, IsEmpty());
    EXPECT_THAT(said.tasks, IsEmpty());
    ASSERT_THAT(said.signals, SizeIs(1));
    const Signal& signal = said.signals.front();
    EXPECT_EQ(signal.kind, SignalKind::BRANCH_SHIFT);
    EXPECT_EQ(signal.severity, Severity::INFO);
    EXPECT_EQ(format_root(signal.account_root), "37140000022");
    EXPECT_EQ(signal.detected_at, shanghai("2026-08-17 08:30"));
    // R10: 500 + 500 becomes 0 + 1,010: the root has 100 bp more.
    const auto whole = std::ranges::find(signal.reasons, std::string("ROOT_CHANGE"), &Reason::code);
    ASSERT_NE(whole, signal.reasons.end());
    EXPECT_EQ(whole->text, "客户合计:+1.0 %");
    // Why not: each stays silent for its own reason.
    const auto silent_because = [&](const char* code, const char* root, const char* local) {
        const auto list = said.decisions_with(code);
        return std::any_of(list.begin(), list.end(), [&](const Decision& d) {
            return format_root(d.account_root) == root && d.at == shanghai(local);
        });
    };
    EXPECT_TRUE(silent_because("SMALL_NUMBERS", "37140000023", "2026-08-17 08:30"));
    EXPECT_TRUE(silent_because("SEASONAL", "37140000026", "2026-11-23 08:30"));
    EXPECT_TRUE(silent_because("SEASONAL", "37140000027", "2026-07-06 08:30"));
    for (const Decision& d : said.decisions)
        EXPECT_NE(format_root(d.account_root), "37140000025") << d.code << " " << d.text;
}

// (4): 18 hours behind at the evaluation: held, not zero. One gap, told to operations only, and made up.
TEST(Requirements, B_ALateFileIsHeldAndNotZero) {
    const auto said = said_by("b-no-false-alarms");
    EXPECT_THAT(told(said.notices), ElementsAre(at("operations-1", "2026-08-17 02:30"),
                                                at("operations-1", "2026-08-17 10:00")));
    EXPECT_EQ(said.notices[0].reason, NoticeReason::DATA_GAP);
    EXPECT_EQ(said.notices[1].reason, NoticeReason::DATA_GAP_CLOSED);
    ASSERT_THAT(said.data_gaps, SizeIs(2));
    EXPECT_EQ(said.data_gaps[0].gap_id, said.data_gaps[1].gap_id);
    EXPECT_EQ(said.data_gaps[1].feed, "sorting");
    EXPECT_EQ(said.data_gaps[1].region_code, "371402");
    EXPECT_EQ(said.data_gaps[1].began_at, shanghai("2026-08-16 14:30"));
    EXPECT_EQ(said.data_gaps[1].opened_at, shanghai("2026-08-17 02:30"));
    EXPECT_EQ(said.data_gaps[1].closed_at, shanghai("2026-08-17 10:00"));
    EXPECT_EQ(said.data_gaps[1].accounts_held, 1);
    const auto held = said.decisions_with("FEED_INCOMPLETE");
    ASSERT_THAT(held, SizeIs(1));
    EXPECT_EQ(format_root(held[0].account_root), "37140200024");
    EXPECT_EQ(held[0].outcome, DecisionOutcome::HELD);
    EXPECT_EQ(held[0].at, shanghai("2026-08-17 08:30"));
}

}  // namespace
}  // namespace aw
