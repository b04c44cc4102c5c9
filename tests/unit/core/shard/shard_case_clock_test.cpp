// Requirements 3.2: deadlines, warnings, levels, severity that rises, backlog after an outage.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/shard_rig.hpp"
#include "support/shard_state.hpp"

namespace aw {
namespace {

using test::shanghai;
using test::ShardRig;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr auto kCode = "37140000012001";
constexpr auto kCase = "37140000012-1";

void watched(ShardRig& rig, Money t12m, const char* local = "2026-08-17 08:00") {
    rig.at(local, kCode, RevenueEvent{"express", t12m, {}, {}});
}
CompetitorSightingEvent sighting(CompetitorEvidence evidence = CompetitorEvidence::CUSTOMER_SAID) {
    return {"X", evidence, {}, {}, {}};
}
ContactChangeEvent new_boss() { return {ContactRole::DECISION_MAKER, "c1", "c2"}; }

Timestamp due(const Case& c, MilestoneKind kind, std::size_t which = 0) {
    for (const Milestone& m : c.milestones) {
        if (m.name == kind && which-- == 0) return m.due_at;
    }
    return {};
}

std::vector<std::string> recipients(const std::vector<Notice>& notices) {
    std::vector<std::string> out;
    for (const Notice& n : notices) out.push_back(n.recipient_staff_id.value);
    return out;
}

std::vector<Task> last_tasks(const ShardRig& rig, TaskKind kind) {
    std::map<std::string, Task> latest;
    for (const Task& task : rig.all<Task>()) {
        if (task.kind == kind) latest[task.task_id.value] = task;
    }
    std::vector<Task> out;
    for (auto& [id, task] : latest) out.push_back(task);
    return out;
}

TEST(Milestones, SpansBySeverity) {
    ShardRig medium;
    watched(medium, yuan(80'000));
    medium.at("2026-08-17 10:00", kCode, new_boss());
    Case c = medium.last_case();
    EXPECT_EQ(due(c, MilestoneKind::ACKNOWLEDGE), shanghai("2026-08-17 14:00"));
    EXPECT_EQ(due(c, MilestoneKind::FORM_GROUP), shanghai("2026-08-18 10:00"));
    EXPECT_EQ(due(c, MilestoneKind::FIRST_CONTACT), shanghai("2026-08-19 10:00"));
    EXPECT_EQ(due(c, MilestoneKind::CAUSE_AND_PLAN), shanghai("2026-08-20 10:00"));
    ShardRig critical;
    watched(critical, yuan(400'000));
    critical.at("2026-08-17 20:00", kCode, sighting());
    c = critical.last_case();
    EXPECT_EQ(c.severity, Severity::CRITICAL);
    EXPECT_EQ(due(c, MilestoneKind::ACKNOWLEDGE), shanghai("2026-08-17 20:30"));
    EXPECT_EQ(due(c, MilestoneKind::FORM_GROUP), shanghai("2026-08-17 22:00"));
    EXPECT_EQ(due(c, MilestoneKind::FIRST_CONTACT), shanghai("2026-08-18 00:00"));
    EXPECT_EQ(due(c, MilestoneKind::CAUSE_AND_PLAN), shanghai("2026-08-18 20:00"));
}

TEST(Warnings, SeventyAndNinetyPercentThenTheBreachOnce) {
    ShardRig rig;
    watched(rig, yuan(200'000));
    rig.at("2026-08-17 10:00", kCode, sighting());  // HIGH: contact within 1 bd
    rig.command("2026-08-17 10:05", kCase, "director", AckAction{});
    rig.tick(shanghai("2026-08-31 12:00"));
    const auto contact = last_tasks(rig, TaskKind::CONTACT_CUSTOMER);
    ASSERT_THAT(contact, SizeIs(1));
    // 6:18 and 8:06 business hours after Monday 10:00.
    EXPECT_THAT(contact[0].warned_at, ElementsAre(shanghai("2026-08-17 16:18"), shanghai("2026-08-18 09:06")));
    EXPECT_EQ(contact[0].state, TaskState::OVERDUE);
    int breached = 0;
    for (const Notice& n : rig.notices(NoticeReason::DEADLINE_BREACHED)) {
        if (n.task_id == contact[0].task_id && n.recipient_staff_id == StaffId("kam")) ++breached;
    }
    EXPECT_EQ(breached, 1);
}

TEST(Breach, GoesToTheAssigneeTheOwnerAndTheNextLevel) {
    ShardRig rig;
    watched(rig, yuan(200'000));
    rig.at("2026-08-17 10:00", kCode, sighting());
    rig.command("2026-08-17 10:05", kCase, "director", AckAction{});
    rig.effects.clear();
    rig.tick(shanghai("2026-08-18 10:00"));  // first contact missed
    std::vector<Notice> contact;
    for (const Notice& n : rig.notices(NoticeReason::DEADLINE_BREACHED)) {
        if (n.due_at == shanghai("2026-08-18 10:00")) contact.push_back(n);
    }
    EXPECT_THAT(recipients(contact), ElementsAre("kam", "director", "deputy"));
}

TEST(G6, HasNobodyAboveSoOperationsHearAtOnce) {
    ShardRig rig;
    watched(rig, yuan(600'000));
    rig.at("2026-08-17 10:00", kCode, sighting());
    rig.tick(shanghai("2026-08-17 10:30"));
    EXPECT_EQ(rig.last_case().level, 1);
    EXPECT_THAT(recipients(rig.notices(NoticeReason::OPERATIONS)), ElementsAre("ops"));
}

TEST(SeverityRise, PullsUnmetDeadlinesForwardAndAddsALevel) {
    ShardRig rig;
    watched(rig, yuan(80'000));                                                   // G3: team -> director -> deputy
    rig.at("2026-08-17 10:00", kCode, sighting(CompetitorEvidence::SEEN_LABEL));  // MEDIUM
    rig.command("2026-08-17 10:10", kCase, "kam", ContactAction{ContactLevel::FRONT_LINE, TouchChannel::PHONE});
    rig.at("2026-08-17 11:00", kCode, sighting());  // HIGH; one kind with the suspicion: no compound
    const Case c = rig.last_case();
    EXPECT_EQ(c.severity, Severity::HIGH);
    EXPECT_EQ(c.level, 2);
    EXPECT_EQ(c.leader_role, StaffRole::TEAM_LEADER);  // the leader so far stays
    EXPECT_EQ(c.owner_staff_id, StaffId("team"));
    EXPECT_EQ(due(c, MilestoneKind::ACKNOWLEDGE), shanghai("2026-08-17 13:00"));    // earlier of 14:00 and 11:00 + 2 bh
    EXPECT_EQ(due(c, MilestoneKind::FORM_GROUP), shanghai("2026-08-17 15:00"));     // + 4 bh, was Tuesday 10:00
    EXPECT_EQ(due(c, MilestoneKind::FIRST_CONTACT), shanghai("2026-08-19 10:00"));  // met: stays met
    EXPECT_TRUE(c.milestones.at(2).met_at.is_set());
    EXPECT_EQ(due(c, MilestoneKind::CAUSE_AND_PLAN), shanghai("2026-08-19 11:00"));  // + 2 bd, was Thursday 10:00
    EXPECT_EQ(due(c, MilestoneKind::ACKNOWLEDGE, 1), shanghai("2026-08-17 13:00"));
    EXPECT_THAT(recipients(rig.notices(NoticeReason::ESCALATED)), ElementsAre("director"));
    EXPECT_THAT(recipients(rig.notices(NoticeReason::SEVERITY_RAISED)), ElementsAre("team"));
}

TEST(SeverityRise, KeepsADeadlineThatIsEarlierAlready) {
    ShardRig rig;
    watched(rig, yuan(80'000));
    rig.at("2026-08-17 10:00", kCode, sighting(CompetitorEvidence::SEEN_LABEL));
    rig.at("2026-08-17 13:00", kCode, sighting());
    EXPECT_EQ(due(rig.last_case(), MilestoneKind::ACKNOWLEDGE), shanghai("2026-08-17 14:00"));
    EXPECT_EQ(due(rig.last_case(), MilestoneKind::ACKNOWLEDGE, 1), shanghai("2026-08-17 15:00"));
    // Level 1 misses its own; level 2 is owed already and no third joins for it.
    rig.tick(shanghai("2026-08-17 14:30"));
    EXPECT_EQ(rig.last_case().level, 2);
    EXPECT_THAT(rig.notices(NoticeReason::ACK_OVERDUE), SizeIs(1));
    rig.tick(shanghai("2026-08-17 15:00"));
    EXPECT_EQ(rig.last_case().level, 3);
}

TEST(Compound, TwoDifferentKindsWithinFourteenDays) {
    const auto severity = [](const char* second, EventPayload payload) {
        ShardRig rig;
        watched(rig, yuan(80'000));
        rig.at("2026-08-17 10:00", kCode, sighting(CompetitorEvidence::SEEN_LABEL));  // MEDIUM
        rig.at(second, kCode, std::move(payload));
        return rig.last_case().severity;
    };
    EXPECT_EQ(severity("2026-08-31 10:00", new_boss()), Severity::HIGH);
    EXPECT_EQ(severity("2026-08-31 10:01", new_boss()), Severity::MEDIUM);
    EXPECT_EQ(severity("2026-08-18 10:00", sighting()), Severity::HIGH);  // suspected and confirmed are one kind
    EXPECT_EQ(severity("2026-08-18 10:00", ManualSignalEvent{"kam", SignalKind::MANUAL, Severity::LOW, "?"}),
              Severity::MEDIUM);
    EXPECT_EQ(severity("2026-08-18 10:00", ManualSignalEvent{"kam", SignalKind::MANUAL, Severity::HIGH, "!"}),
              Severity::CRITICAL);
}

TEST(Compound, IsGivenOnceAndCapped) {
    ShardRig rig;
    watched(rig, yuan(400'000));
    rig.at("2026-08-17 10:00", kCode, sighting());  // HIGH + G5 = CRITICAL
    rig.at("2026-08-17 10:10", kCode, new_boss());
    EXPECT_EQ(rig.last_case().severity, Severity::CRITICAL);
    EXPECT_EQ(rig.last_case().level, 1);  // no rise, no level
    EXPECT_THAT(rig.notices(NoticeReason::SIGNAL_ATTACHED), SizeIs(1));
}

TEST(S1, IsLedByTheDeputyGeneralManagerAtLeast) {
    ShardRig rig;
    watched(rig, yuan(15'000));  // G1: unit head -> director
    rig.at("2026-08-17 10:00", kCode, ManualSignalEvent{"kam", SignalKind::MANUAL, Severity::CRITICAL, "gone"});
    EXPECT_EQ(rig.last_case().leader_role, StaffRole::DEPUTY_GM_IN_CHARGE);
    std::vector<std::string> relevant;
    for (const GroupMember& m : rig.last_case().group) {
        if (m.group_role == GroupRole::RELEVANT_LEADER) relevant.push_back(m.staff_id.value);
    }
    EXPECT_THAT(relevant, ElementsAre("unit-head"));
}

TEST(S1, ByRiseAddsEveryLevelUpToTheDeputy) {
    ShardRig rig;
    watched(rig, yuan(15'000));
    rig.at("2026-08-17 10:00", kCode, sighting());  // HIGH, led by the unit head
    rig.at("2026-08-17 11:00", kCode, new_boss());  // compound: CRITICAL
    EXPECT_EQ(rig.last_case().level, 3);
    EXPECT_EQ(rig.last_case().leader_role, StaffRole::DEVELOPING_UNIT_HEAD);
    EXPECT_THAT(recipients(rig.notices(NoticeReason::ESCALATED)), ElementsAre("director", "deputy"));
    rig.command("2026-08-17 11:10", kCase, "deputy", AckAction{});
    rig.tick(shanghai("2026-08-17 12:00"));
    EXPECT_THAT(rig.notices(NoticeReason::ACK_OVERDUE), IsEmpty());
}

TEST(Unfilled, ALevelThatNobodyHoldsIsPassedOver) {
    auto rules = test::sample_rules();
    std::erase_if(rules->organisation.staff, [](const Staff& s) { return s.id == StaffId("deputy"); });
    ShardRig rig(rules);
    watched(rig, yuan(200'000));  // director -> (deputy) -> exec
    rig.at("2026-08-17 10:00", kCode, sighting());
    rig.tick(shanghai("2026-08-17 12:00"));
    EXPECT_EQ(rig.last_case().level, 3);
    EXPECT_THAT(recipients(rig.notices(NoticeReason::ROLE_UNFILLED)), ElementsAre("ops"));
    EXPECT_THAT(recipients(rig.notices(NoticeReason::ESCALATED)), ElementsAre("exec"));
}

TEST(Unfilled, ACaseThatNobodyCanLeadStillTellsOperations) {
    auto rules = test::sample_rules();
    rules->organisation.staff.clear();
    ShardRig rig(rules);
    watched(rig, yuan(200'000));
    rig.at("2026-08-17 10:00", kCode, sighting());
    EXPECT_EQ(rig.last_case().case_class, CaseClass::EMERGENCY);
    EXPECT_FALSE(rig.notices(NoticeReason::ROLE_UNFILLED).empty());
    for (const Notice& n : rig.all<Notice>()) EXPECT_TRUE(n.recipient_staff_id.empty());
    rig.tick(shanghai("2026-08-25 12:00"));  // and its deadlines can be missed without a fall
    EXPECT_FALSE(rig.notices(NoticeReason::OPERATIONS).empty());
}

// --- outage: nobody was awake ---

TEST(Outage, ABacklogDoesNotRunThroughTheChain) {
    ShardRig rig;
    rig.backfilled = false;
    watched(rig, yuan(200'000));
    rig.tick(shanghai("2026-08-17 09:59:50"));
    rig.at("2026-08-17 10:00", kCode, sighting());
    // Nothing runs from 10:01 to 18:00; what others append in the meantime is read then, in one go.
    for (const char* local : {"2026-08-17 12:30", "2026-08-17 14:30", "2026-08-17 17:00"}) {
        rig.at(local, kCode, ShipmentEvent{"express", 1, 0, {}, {}, {}});
    }
    EXPECT_EQ(rig.last_case().level, 2);
    EXPECT_THAT(rig.notices(NoticeReason::ACK_OVERDUE), SizeIs(1));
    EXPECT_FALSE(due(rig.last_case(), MilestoneKind::ACKNOWLEDGE, 1).is_set());  // its clock has not started
    rig.tick(shanghai("2026-08-18 09:00"));
    EXPECT_EQ(due(rig.last_case(), MilestoneKind::ACKNOWLEDGE, 1), shanghai("2026-08-18 11:00"));
    EXPECT_EQ(rig.last_case().level, 2);
    const Milestone first = rig.last_case().milestones.front();
    EXPECT_EQ(first.breached_at, shanghai("2026-08-17 12:00"));
    EXPECT_EQ(first.fired_late_s, 1800);
}

TEST(Outage, AnAcknowledgementBeforeTheFirstTickStillSettlesTheWaitingLevel) {
    ShardRig rig;
    rig.backfilled = false;
    watched(rig, yuan(200'000));
    rig.tick(shanghai("2026-08-17 09:59:50"));
    rig.at("2026-08-17 10:00", kCode, sighting());
    rig.at("2026-08-17 13:00", kCode, ShipmentEvent{"express", 1, 0, {}, {}, {}});
    rig.command("2026-08-17 13:30", kCase, "deputy", AckAction{});
    rig.effects.clear();
    rig.tick(shanghai("2026-08-17 14:00"));
    EXPECT_THAT(rig.notices(NoticeReason::ESCALATED), IsEmpty());
    EXPECT_THAT(last_tasks(rig, TaskKind::ACKNOWLEDGE), IsEmpty());
}

TEST(Outage, ATickInTheMinuteBeforeProvesThatSomebodyWasAwake) {
    const auto second_due = [](const char* last_tick, const char* next) {
        ShardRig rig;
        rig.backfilled = false;
        watched(rig, yuan(200'000));
        rig.tick(shanghai("2026-08-17 09:59:50"));
        rig.at("2026-08-17 10:00", kCode, sighting());
        rig.tick(shanghai(last_tick));
        rig.tick(shanghai(next));
        return due(rig.last_case(), MilestoneKind::ACKNOWLEDGE, 1);
    };
    EXPECT_EQ(second_due("2026-08-17 11:59:30", "2026-08-17 12:00:05"), shanghai("2026-08-17 14:00"));
    EXPECT_EQ(second_due("2026-08-17 11:59:00", "2026-08-17 12:00:05"), shanghai("2026-08-17 14:00"));
    EXPECT_EQ(second_due("2026-08-17 11:58:59", "2026-08-17 12:00:05"), shanghai("2026-08-17 14:00:05"));
    EXPECT_EQ(second_due("2026-08-17 11:00:00", "2026-08-17 16:00:00"), shanghai("2026-08-18 09:00:00"));
}

TEST(Outage, ARepeatOfAnExhaustedChainIsNotCaughtUpInARow) {
    ShardRig rig;
    rig.backfilled = false;
    watched(rig, yuan(600'000));
    rig.tick(shanghai("2026-08-17 09:59:50"));
    rig.at("2026-08-17 10:00", kCode, sighting());
    rig.tick(shanghai("2026-08-17 10:29:50"));
    rig.tick(shanghai("2026-08-17 10:30:01"));
    EXPECT_THAT(rig.notices(NoticeReason::OPERATIONS), SizeIs(1));
    rig.tick(shanghai("2026-08-19 10:00"));  // two days later: one reminder, not twelve
    EXPECT_THAT(rig.notices(NoticeReason::REMINDER), SizeIs(1));
    rig.tick(shanghai("2026-08-19 13:59:50"));
    rig.tick(shanghai("2026-08-19 14:00:01"));
    EXPECT_THAT(rig.notices(NoticeReason::REMINDER), SizeIs(2));
}

TEST(Outage, WaitingClocksSurviveARestart) {
    ShardRig rig;
    rig.backfilled = false;
    watched(rig, yuan(200'000));
    rig.tick(shanghai("2026-08-17 09:59:50"));
    rig.at("2026-08-17 10:00", kCode, sighting());
    rig.at("2026-08-17 12:30", kCode, ShipmentEvent{"express", 1, 0, {}, {}, {}});
    ShardRig again;
    again.shard = test::restored(test::sample_rules(), test::snapshot_of(rig.shard));
    again.backfilled = false;
    again.tick(shanghai("2026-08-18 09:00"));
    EXPECT_EQ(due(again.last_case(), MilestoneKind::ACKNOWLEDGE, 1), shanghai("2026-08-18 11:00"));
}

}  // namespace
}  // namespace aw
