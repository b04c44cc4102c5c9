// What requirements section 4 says of the scenarios, literally: times, people, counts. ACCEPT changes nothing here.
#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/sample_rules.hpp"
#include "support/scenario.hpp"

namespace aw {
namespace {

using test::Said;
using test::shanghai;
using testing::IsEmpty;
using testing::SizeIs;
using testing::UnorderedElementsAre;

Said said_by(const char* scenario) { return test::run_in_memory(test::load_scenario(scenario)); }

const Milestone& milestone(const Case& view, MilestoneKind kind) {
    const auto found = std::find_if(view.milestones.begin(), view.milestones.end(),
                                    [&](const Milestone& m) { return m.name == kind; });
    EXPECT_NE(found, view.milestones.end()) << name(kind);
    static const Milestone none;
    return found == view.milestones.end() ? none : *found;
}

void expect_met(const Case& view, MilestoneKind kind, const char* due, const char* met) {
    const Milestone& m = milestone(view, kind);
    EXPECT_EQ(format_utc(m.due_at), format_utc(shanghai(due))) << name(kind);
    EXPECT_EQ(format_utc(m.met_at), format_utc(shanghai(met))) << name(kind);
    EXPECT_FALSE(m.breached_at.is_set()) << name(kind);
}

std::vector<Decision> rejected(const Said& said) {
    std::vector<Decision> found;
    for (const Decision& d : said.decisions) {
        if (d.outcome == DecisionOutcome::REJECTED) found.push_back(d);
    }
    return found;
}

// One person may have two seats: the department director is the market department's specialist, too.
const GroupMember* seat_of(const Case& view, std::string_view staff, GroupRole role) {
    const auto found = std::find_if(view.group.begin(), view.group.end(), [&](const GroupMember& m) {
        return m.staff_id.value == staff && m.group_role == role;
    });
    return found == view.group.end() ? nullptr : &*found;
}

void expect_accepted(const Case& view, std::string_view staff, GroupRole role) {
    const GroupMember* seat = seat_of(view, staff, role);
    ASSERT_NE(seat, nullptr) << staff;
    EXPECT_EQ(seat->state, MemberState::ACCEPTED) << staff;
}

// When a notice of that kind about a task was made, and for whom.
std::vector<std::string> told(const std::vector<Notice>& notices) {
    std::vector<std::string> list;
    for (const Notice& n : notices) list.push_back(n.recipient_staff_id.value + " " + format_utc(n.created_at));
    return list;
}
std::string at(const char* staff, const char* local) { return std::string(staff) + " " + format_utc(shanghai(local)); }

TEST(Requirements, A_SharpDropWithoutAcknowledgement) {
    const Said said = said_by("a-sharp-drop");
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
    const Case& view = said.cases.front();
    EXPECT_EQ(view.case_id.value, "37140000012-1");
    EXPECT_EQ(view.grade, "G5");
    EXPECT_EQ(view.case_class, CaseClass::EMERGENCY);
    EXPECT_EQ(view.leader_role, StaffRole::DEPUTY_GM_IN_CHARGE);
    EXPECT_EQ(view.opened_at, shanghai("2026-08-17 08:30"));
    EXPECT_THAT(
        told(said.notices_for(NoticeReason::ROLE_INVITED)),
        UnorderedElementsAre(at("deputy-gm", "2026-08-17 08:30"), at("key-account-manager-1", "2026-08-17 08:30"),
                             at("service-head-1", "2026-08-17 08:30")));
    // Nobody acknowledges: 09:00:00 one ACK_OVERDUE, level 1 -> 2.
    EXPECT_THAT(told(said.notices_for(NoticeReason::ACK_OVERDUE)),
                UnorderedElementsAre(at("deputy-gm", "2026-08-17 09:00")));
    EXPECT_THAT(told(said.notices_for(NoticeReason::ESCALATED)),
                UnorderedElementsAre(at("executive-deputy-gm", "2026-08-17 09:00")));
    EXPECT_EQ(view.level, 2);
    const Milestone& first_ack = milestone(view, MilestoneKind::ACKNOWLEDGE);
    EXPECT_EQ(first_ack.due_at, shanghai("2026-08-17 09:00"));
    EXPECT_EQ(first_ack.breached_at, shanghai("2026-08-17 09:00"));
    EXPECT_EQ(first_ack.fired_late_s, 0);
    EXPECT_EQ(view.ledger.acked_at, shanghai("2026-08-17 09:12"));
    EXPECT_NE(seat_of(view, "executive-deputy-gm", GroupRole::RELEVANT_LEADER), nullptr);
    expect_accepted(view, "deputy-gm", GroupRole::LEADER);
    expect_accepted(view, "key-account-manager-1", GroupRole::SALES);
    expect_accepted(view, "service-head-1", GroupRole::AFTER_SALES);
    expect_met(view, MilestoneKind::FORM_GROUP, "2026-08-17 10:30", "2026-08-17 09:41");
    expect_met(view, MilestoneKind::FIRST_CONTACT, "2026-08-17 12:30", "2026-08-17 11:50");
    expect_met(view, MilestoneKind::CAUSE_AND_PLAN, "2026-08-18 08:30", "2026-08-18 08:10");
    ASSERT_THAT(view.contacts, SizeIs(1));
    EXPECT_EQ(view.contacts.front().level, ContactLevel::EXECUTIVE);
    ASSERT_TRUE(view.plan.has_value());
    EXPECT_EQ(view.plan->approved_at, shanghai("2026-08-18 08:20"));
    EXPECT_EQ(view.state, CaseState::ACTING);
    EXPECT_THAT(rejected(said), IsEmpty());
    EXPECT_THAT(said.notices_for(NoticeReason::DEADLINE_BREACHED), IsEmpty());
}

TEST(Requirements, B_NothingOfThisOpensACase) {
    const Said said = said_by("b-no-false-alarms");
    EXPECT_THAT(said.cases, IsEmpty());
    EXPECT_THAT(said.tasks, IsEmpty());
    EXPECT_THAT(said.notices, IsEmpty());
    ASSERT_THAT(said.signals, SizeIs(1));
    const Signal& signal = said.signals.front();
    EXPECT_EQ(signal.kind, SignalKind::BRANCH_SHIFT);
    EXPECT_EQ(signal.severity, Severity::INFO);
    EXPECT_EQ(format_root(signal.account_root), "37140000022");
    EXPECT_EQ(signal.detected_at, shanghai("2026-08-17 08:30"));
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

TEST(Requirements, C_SeriousComplaintUpToTheApprovedPlan) {
    const Said said = said_by("c-serious-complaint");
    ASSERT_THAT(said.signals, SizeIs(2));
    EXPECT_EQ(said.signals[0].kind, SignalKind::SERIOUS_COMPLAINT);
    EXPECT_EQ(said.signals[0].severity, Severity::HIGH);
    EXPECT_EQ(said.signals[0].detected_at, shanghai("2026-03-02 10:00"));
    EXPECT_EQ(said.signals[1].kind, SignalKind::COMPLAINT);  // CMP-2
    EXPECT_EQ(said.signals[1].severity, Severity::INFO);
    EXPECT_EQ(said.signals[1].detected_at, shanghai("2026-03-05 15:00"));
    EXPECT_EQ(said.signals[1].case_id.value, "37140000013-1");
    ASSERT_THAT(said.cases, SizeIs(1));
    const Case& view = said.cases.front();
    EXPECT_EQ(view.grade, "G4");
    EXPECT_EQ(view.severity, Severity::HIGH);
    EXPECT_EQ(view.leader_role, StaffRole::DEPARTMENT_DIRECTOR);
    EXPECT_EQ(view.owner_staff_id.value, "dept-director-1");
    EXPECT_EQ(view.level, 1);
    EXPECT_THAT(view.complaint_ids, testing::ElementsAre("CMP-1", "CMP-2"));
    expect_met(view, MilestoneKind::ACKNOWLEDGE, "2026-03-02 12:00", "2026-03-02 10:25");
    expect_met(view, MilestoneKind::FORM_GROUP, "2026-03-02 14:00", "2026-03-02 11:00");
    expect_met(view, MilestoneKind::FIRST_CONTACT, "2026-03-03 10:00", "2026-03-02 15:00");
    expect_met(view, MilestoneKind::CAUSE_AND_PLAN, "2026-03-04 10:00", "2026-03-03 16:00");
    ASSERT_TRUE(view.plan.has_value());
    EXPECT_EQ(view.plan->approved_at, shanghai("2026-03-03 16:30"));
    EXPECT_EQ(view.state, CaseState::ACTING);
    EXPECT_NE(seat_of(view, "quality-1", GroupRole::SPECIALIST), nullptr);
    EXPECT_THAT(said.notices_for(NoticeReason::ACK_OVERDUE), IsEmpty());
    EXPECT_THAT(rejected(said), IsEmpty());
}

TEST(Requirements, D_FromTheSightingOn) {
    const Said said = said_by("d-competitor");
    ASSERT_THAT(said.signals, SizeIs(2));
    EXPECT_EQ(said.signals[0].kind, SignalKind::COMPETITOR_CONFIRMED);
    EXPECT_EQ(said.signals[0].severity, Severity::HIGH);
    EXPECT_EQ(said.signals[0].detected_at, shanghai("2026-08-26 10:00"));
    EXPECT_EQ(said.signals[1].kind, SignalKind::DECISION_MAKER_CHANGED);
    EXPECT_EQ(said.signals[1].detected_at, shanghai("2026-08-29 09:00"));
    ASSERT_THAT(said.cases, SizeIs(1));
    const Case& view = said.cases.front();
    EXPECT_EQ(view.grade, "G3");
    EXPECT_EQ(view.leader_role, StaffRole::TEAM_LEADER);
    EXPECT_EQ(view.owner_staff_id.value, "team-leader-1");
    EXPECT_EQ(view.severity, Severity::CRITICAL);
    EXPECT_EQ(view.level, 3);
    for (const char* staff : {"dept-director-1", "deputy-gm"}) {
        EXPECT_NE(seat_of(view, staff, GroupRole::RELEVANT_LEADER), nullptr) << staff;
    }
    EXPECT_THAT(told(said.notices_for(NoticeReason::ESCALATED)),
                UnorderedElementsAre(at("dept-director-1", "2026-08-29 09:00"), at("deputy-gm", "2026-08-29 09:00")));
    expect_met(view, MilestoneKind::ACKNOWLEDGE, "2026-08-26 12:00", "2026-08-26 10:30");
    expect_met(view, MilestoneKind::FORM_GROUP, "2026-08-26 14:00", "2026-08-26 11:00");
    expect_met(view, MilestoneKind::CAUSE_AND_PLAN, "2026-08-28 10:00", "2026-08-28 09:50");
    EXPECT_EQ(view.milestones.back().met_at, shanghai("2026-08-29 09:10"));  // the deputy's own acknowledgement
    EXPECT_THAT(said.notices_for(NoticeReason::ACK_OVERDUE), IsEmpty());
    const auto meet = std::find_if(said.tasks.begin(), said.tasks.end(),
                                   [](const Task& t) { return t.kind == TaskKind::MEET_DECISION_MAKER; });
    ASSERT_NE(meet, said.tasks.end());
    EXPECT_EQ(meet->due_at, shanghai("2026-09-04 17:30"));  // Saturday + 5 bd
    EXPECT_THAT(rejected(said), IsEmpty());
}

}  // namespace
}  // namespace aw
