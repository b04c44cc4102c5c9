// The acceptance scenarios of the requirements on the pure shard, with exact times.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/shard_rig.hpp"

namespace aw {
namespace {

using test::shanghai;
using test::ShardRig;
using testing::IsEmpty;
using testing::SizeIs;

constexpr auto kCode = "37140000012001";

Timestamp due_of(const Case& c, MilestoneKind kind) {
    for (const Milestone& m : c.milestones) {
        if (m.name == kind) return m.due_at;
    }
    return {};
}

void load_scenario_a(ShardRig& rig) {
    rig.annual(kCode, "A", yuan(427'500), "2025-06-29 09:00");
    for (Week w = make_week(2025, 27); w <= make_week(2026, 28); ++w.n) rig.week(kCode, "express", w, 1150);
    rig.week(kCode, "express", make_week(2026, 29), 1180);
    rig.week(kCode, "express", make_week(2026, 30), 1210);
    rig.week(kCode, "express", make_week(2026, 31), 1195);
    rig.week(kCode, "express", make_week(2026, 32), 1215);
    rig.week(kCode, "express", make_week(2026, 33), 420);
}

std::shared_ptr<Rules> live_from(const char* local) {
    auto rules = test::sample_rules();
    rules->live_from = shanghai(local);
    return rules;
}

TEST(ScenarioA, SharpDropWithoutAcknowledgement) {
    ShardRig real(live_from("2026-08-16 00:00"));
    load_scenario_a(real);
    real.at("2026-08-16 13:00", kCode, RevenueEvent{"express", yuan(426'000), {}, {}});
    EXPECT_THAT(real.all<Signal>(), IsEmpty());
    real.tick(shanghai("2026-08-17 08:30"));
    ASSERT_THAT(real.all<Signal>(), SizeIs(1));
    const Signal signal = real.all<Signal>().front();
    EXPECT_EQ(signal.kind, SignalKind::VOLUME_DROP);
    EXPECT_EQ(signal.severity, Severity::CRITICAL);
    EXPECT_EQ(signal.recent_change_bp, -6500);
    EXPECT_EQ(signal.yoy_change_bp, -6348);
    EXPECT_EQ(signal.expected, 1200);
    EXPECT_EQ(signal.observed, 420);
    EXPECT_EQ(signal.detected_at, shanghai("2026-08-17 08:30"));
    Case c = real.last_case();
    EXPECT_EQ(c.case_id.value, "37140000012-1");
    EXPECT_EQ(c.case_class, CaseClass::EMERGENCY);
    EXPECT_EQ(c.leader_role, StaffRole::DEPUTY_GM_IN_CHARGE);
    EXPECT_EQ(c.grade, "G5");
    EXPECT_THAT(real.notices(NoticeReason::ROLE_INVITED), SizeIs(3));
    EXPECT_EQ(due_of(c, MilestoneKind::ACKNOWLEDGE), shanghai("2026-08-17 09:00"));
    EXPECT_EQ(due_of(c, MilestoneKind::FORM_GROUP), shanghai("2026-08-17 10:30"));
    EXPECT_EQ(due_of(c, MilestoneKind::FIRST_CONTACT), shanghai("2026-08-17 12:30"));
    EXPECT_EQ(due_of(c, MilestoneKind::CAUSE_AND_PLAN), shanghai("2026-08-18 08:30"));

    real.command("2026-08-17 09:12", c.case_id.value, "exec", AckAction{});
    const auto overdue = real.notices(NoticeReason::ACK_OVERDUE);
    ASSERT_THAT(overdue, SizeIs(1));
    EXPECT_EQ(overdue.front().created_at, shanghai("2026-08-17 09:00"));
    c = real.last_case();
    EXPECT_EQ(c.level, 2);
    EXPECT_EQ(c.state, CaseState::ACKNOWLEDGED);
    EXPECT_EQ(c.ledger.acked_at, shanghai("2026-08-17 09:12"));
    real.command("2026-08-17 09:20", c.case_id.value, "kam", AcceptAction{GroupRole::SALES});
    real.command("2026-08-17 09:30", c.case_id.value, "deputy", AcceptAction{GroupRole::LEADER});
    EXPECT_EQ(real.last_case().state, CaseState::ACKNOWLEDGED);
    real.command("2026-08-17 09:41", c.case_id.value, "service", AcceptAction{GroupRole::AFTER_SALES});
    EXPECT_EQ(real.last_case().state, CaseState::GROUP_FORMED);
    real.command("2026-08-17 10:00", c.case_id.value, "deputy", StartAction{});
    real.command("2026-08-17 11:50", c.case_id.value, "deputy",
                 ContactAction{ContactLevel::EXECUTIVE, TouchChannel::VISIT});
    PlanAction plan{"price", {{"new offer", "kam", shanghai("2026-08-21 17:30")}}};
    real.command("2026-08-18 08:10", c.case_id.value, "kam", plan);
    real.command("2026-08-18 08:20", c.case_id.value, "deputy", ApprovePlanAction{});
    c = real.last_case();
    EXPECT_EQ(c.state, CaseState::ACTING);
    for (const Milestone& m : c.milestones) {
        const bool level_one = m.name == MilestoneKind::ACKNOWLEDGE && m.due_at == shanghai("2026-08-17 09:00");
        EXPECT_EQ(m.breached_at.is_set(), level_one) << name(m.name);
        EXPECT_EQ(m.met_at.is_set(), m.name != MilestoneKind::RESOLVE) << name(m.name);
    }
    EXPECT_THAT(real.all<Signal>(), SizeIs(1));
    EXPECT_THAT(real.notices(NoticeReason::ACK_OVERDUE), SizeIs(1));
    EXPECT_THAT(real.decisions("FORBIDDEN"), IsEmpty());
}

TEST(ScenarioC, SeriousComplaintUpToTheApprovedPlan) {
    ShardRig rig;
    rig.annual(kCode, "C", yuan(182'500), "2026-03-01 09:00");
    ComplaintEvent complaint;
    complaint.complaint_id = "CMP-1";
    complaint.category = ComplaintCategory::LOSS;
    complaint.severity = ComplaintSeverity::MINOR;
    complaint.demand = "pay";
    complaint.claimed = Money{680'000};
    rig.at("2026-03-02 10:00", kCode, complaint);
    Case c = rig.last_case();
    EXPECT_EQ(c.severity, Severity::HIGH);
    EXPECT_EQ(c.leader_role, StaffRole::DEPARTMENT_DIRECTOR);
    EXPECT_EQ(due_of(c, MilestoneKind::ACKNOWLEDGE), shanghai("2026-03-02 12:00"));
    EXPECT_EQ(due_of(c, MilestoneKind::FORM_GROUP), shanghai("2026-03-02 14:00"));
    EXPECT_EQ(due_of(c, MilestoneKind::FIRST_CONTACT), shanghai("2026-03-03 10:00"));
    EXPECT_EQ(due_of(c, MilestoneKind::CAUSE_AND_PLAN), shanghai("2026-03-04 10:00"));
    const std::string id = c.case_id.value;
    rig.command("2026-03-02 10:25", id, "director", AckAction{});
    rig.command("2026-03-02 10:30", id, "director", AcceptAction{GroupRole::LEADER});
    rig.command("2026-03-02 10:40", id, "kam", AcceptAction{GroupRole::SALES});
    rig.command("2026-03-02 11:00", id, "service", AcceptAction{GroupRole::AFTER_SALES});
    EXPECT_EQ(rig.last_case().state, CaseState::GROUP_FORMED);
    rig.command("2026-03-02 11:10", id, "director", StartAction{});
    rig.command("2026-03-02 15:00", id, "kam", ContactAction{ContactLevel::MANAGER, TouchChannel::PHONE});
    rig.command("2026-03-03 16:00", id, "kam", PlanAction{"lost", {{"pay", "service", shanghai("2026-03-06 17:30")}}});
    rig.command("2026-03-03 16:30", id, "director", ApprovePlanAction{});
    EXPECT_EQ(rig.last_case().state, CaseState::ACTING);
    ComplaintEvent minor = complaint;
    minor.complaint_id = "CMP-2";
    minor.category = ComplaintCategory::DELAY;
    minor.claimed.reset();
    rig.at("2026-03-05 15:00", kCode, minor);
    const auto signals = rig.all<Signal>();
    ASSERT_THAT(signals, SizeIs(2));
    EXPECT_EQ(signals[1].kind, SignalKind::COMPLAINT);
    EXPECT_EQ(signals[1].severity, Severity::INFO);
    EXPECT_EQ(signals[1].case_id.value, id);
    EXPECT_EQ(rig.last_case().severity, Severity::HIGH);
}

TEST(ScenarioD, FromTheSightingOn) {
    ShardRig rig;
    rig.annual(kCode, "D", yuan(84'500), "2026-08-20 09:00");
    CompetitorSightingEvent quote;
    quote.competitor = "X";
    quote.evidence = CompetitorEvidence::WRITTEN_QUOTE;
    rig.at("2026-08-26 10:00", kCode, quote);
    Case c = rig.last_case();
    EXPECT_EQ(c.severity, Severity::HIGH);
    EXPECT_EQ(c.level, 1);
    EXPECT_EQ(c.leader_role, StaffRole::TEAM_LEADER);
    rig.command("2026-08-26 10:30", c.case_id.value, "team", AckAction{});
    rig.at("2026-08-29 09:00", kCode, ContactChangeEvent{ContactRole::DECISION_MAKER, "c1", "c2"});
    c = rig.last_case();
    EXPECT_EQ(c.severity, Severity::CRITICAL);
    EXPECT_EQ(c.level, 3);
    EXPECT_EQ(c.leader_role, StaffRole::TEAM_LEADER);
    std::vector<std::string> staff;
    for (const GroupMember& m : c.group) staff.push_back(m.staff_id.value);
    EXPECT_THAT(staff, testing::IsSupersetOf({"director", "deputy"}));
    bool meet = false;
    for (const Task& t : rig.all<Task>()) meet |= t.kind == TaskKind::MEET_DECISION_MAKER;
    EXPECT_TRUE(meet);
    rig.command("2026-08-29 09:10", c.case_id.value, "deputy", AckAction{});
    EXPECT_THAT(rig.notices(NoticeReason::ACK_OVERDUE), IsEmpty());
}

// The daemon is down while an acknowledgement falls due; the deadline fires once, late, and the next level's clock
// starts with the first tick after it.
TEST(ScenarioA, RestartInTheMiddleOfTheAcknowledgementClock) {
    ShardRig rig(live_from("2026-08-16 00:00"));
    load_scenario_a(rig);
    rig.at("2026-08-16 13:00", kCode, RevenueEvent{"express", yuan(426'000), {}, {}});
    rig.tick(shanghai("2026-08-17 08:30"));
    rig.backfilled = false;
    rig.tick(shanghai("2026-08-17 08:30:20"));

    std::vector<StateRecord> state;
    rig.shard.snapshot(state);
    ShardRig again(live_from("2026-08-16 00:00"));
    for (const StateRecord& r : state) {
        ASSERT_TRUE(again.shard.restore(r.key, r.value, [](auto) {
            return Result<std::shared_ptr<const Rules>>(test::sample_rules());
        })) << r.key;
    }
    again.shard.finish_restore();
    EXPECT_EQ(again.shard.state_hash(), rig.shard.state_hash());
    EXPECT_EQ(again.shard.next_deadline(), shanghai("2026-08-17 08:51"));  // the 70 % warning
    again.backfilled = false;
    again.tick(shanghai("2026-08-17 09:02:05"));
    ASSERT_THAT(again.notices(NoticeReason::ACK_OVERDUE), SizeIs(1));
    const Case c = again.last_case();
    EXPECT_EQ(c.level, 2);
    ASSERT_EQ(c.milestones.front().name, MilestoneKind::ACKNOWLEDGE);
    EXPECT_EQ(c.milestones.front().breached_at, shanghai("2026-08-17 09:00"));
    EXPECT_EQ(c.milestones.front().fired_late_s, 125);
    EXPECT_EQ(c.milestones.back().due_at, shanghai("2026-08-17 09:32:05"));
}

}  // namespace
}  // namespace aw
