// The emergency group (requirements 1.6) with its own numbers, under the scenarios' policy: who is called, and what
// happens when nobody answers. Each also through a real log (rule_rig.hpp).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenarios/rule_rig.hpp"

namespace aw {
namespace {

using test::kCase;
using test::kCode;
using test::kDirector;
using test::kSales;
using test::kService;
using test::RuleRig;
using test::said;
using test::shanghai;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

// Each kind of trigger: one case, one group, three mandatory invitations.
TEST(R81, FourKindsOfTriggerEachOneCaseOneGroupThreeInvitations) {
    const auto check = [](RuleRig& rig, const char* opened) {
        for (const Case& version : rig.all<Case>()) EXPECT_EQ(version.case_id.value, kCase);
        EXPECT_EQ(rig.last_case().opened_at, shanghai(opened));
        EXPECT_EQ(rig.last_case().case_class, CaseClass::EMERGENCY);
        EXPECT_THAT(rig.members(GroupRole::LEADER), ElementsAre("team-leader-1"));
        EXPECT_THAT(rig.members(GroupRole::SALES), ElementsAre(kSales));
        EXPECT_THAT(rig.members(GroupRole::AFTER_SALES), ElementsAre(kService));
        EXPECT_THAT(rig.told(NoticeReason::ROLE_INVITED),
                    ElementsAre(said("team-leader-1", opened), said(kSales, opened), said(kService, opened)));
    };
    RuleRig drop;
    drop.bill("2026-06-20 09:00", yuan(80'000));
    drop.weeks(make_week(2026, 26), make_week(2026, 32), 1000);
    drop.week(kCode, "express", make_week(2026, 33), 400);
    drop.tick_at("2026-08-17 08:30");
    check(drop, "2026-08-17 08:30");
    const auto trigger = [&](auto payload) {
        RuleRig rig;
        rig.bill("2026-08-17 09:00", yuan(80'000));
        rig.at("2026-08-17 10:00", kCode, payload);
        check(rig, "2026-08-17 10:00");
    };
    trigger(CompetitorSightingEvent{"X", CompetitorEvidence::CUSTOMER_SAID, {}, {}, {}});
    trigger(ContactChangeEvent{ContactRole::DECISION_MAKER, "c1", "c2"});
    ComplaintEvent serious = RuleRig::a_complaint("C1");
    serious.threatens_to_leave = true;
    trigger(serious);
}

TEST(R81, TheGroupIsFormedOnlyWhenEachMandatoryRoleAccepted) {
    RuleRig rig;
    rig.bill("2026-08-17 09:00");
    rig.sighting("2026-08-17 10:00");
    EXPECT_EQ(rig.says("2026-08-17 10:10", kSales, AcceptAction{GroupRole::SALES}), "");  // before the acknowledgement
    EXPECT_EQ(rig.says("2026-08-17 10:20", kService, AcceptAction{GroupRole::AFTER_SALES}), "");
    EXPECT_EQ(rig.says("2026-08-17 10:25", "team-leader-1", AcceptAction{GroupRole::RELEVANT_LEADER}), "");
    EXPECT_EQ(rig.last_case().state, CaseState::NEW);
    EXPECT_EQ(rig.says("2026-08-17 10:30", kDirector, AcceptAction{GroupRole::LEADER}), "");  // that acknowledges, too
    EXPECT_EQ(rig.last_case().state, CaseState::GROUP_FORMED);
    EXPECT_EQ(rig.last_case().ledger.acked_at, shanghai("2026-08-17 10:30"));
    const auto formed = rig.milestones(MilestoneKind::FORM_GROUP);
    ASSERT_THAT(formed, SizeIs(1));
    EXPECT_EQ(formed[0].due_at, shanghai("2026-08-17 14:00"));
    EXPECT_EQ(formed[0].met_at, shanghai("2026-08-17 10:30"));
}

// Everybody in the group hears of the case; only the three mandatory seats are invitations.
TEST(R81, TheSpecialistIsTold) {
    RuleRig rig;
    rig.bill("2026-08-17 09:00");
    rig.complaint("2026-08-17 10:00", "C1", ComplaintSeverity::SERIOUS);
    EXPECT_THAT(rig.members(GroupRole::SPECIALIST), ElementsAre("quality-1"));
    EXPECT_THAT(
        rig.told(NoticeReason::CASE_OPENED),
        testing::UnorderedElementsAre(said(kDirector, "2026-08-17 10:00"), said("team-leader-1", "2026-08-17 10:00"),
                                      said("quality-1", "2026-08-17 10:00")));
    EXPECT_THAT(rig.notices(NoticeReason::ROLE_INVITED), SizeIs(3));
}

// S1: half an hour for each level, and each level once; at the top operations hear, and both again every four hours.
TEST(R82, TheNextLevelExactlyOncePerLevel) {
    RuleRig rig;
    rig.bill("2026-08-17 09:00");
    rig.manual("2026-08-17 10:00", Severity::CRITICAL);
    EXPECT_EQ(rig.last_case().leader_role, StaffRole::DEPUTY_GM_IN_CHARGE);  // S1 of any grade
    EXPECT_THAT(rig.milestones(MilestoneKind::ACKNOWLEDGE), SizeIs(1));
    EXPECT_EQ(rig.milestones(MilestoneKind::ACKNOWLEDGE)[0].due_at, shanghai("2026-08-17 10:30"));
    rig.tick_at("2026-08-17 10:29:59");
    EXPECT_EQ(rig.last_case().level, 1);
    EXPECT_THAT(rig.notices(NoticeReason::ACK_OVERDUE), IsEmpty());
    rig.tick_at("2026-08-17 10:30");
    EXPECT_EQ(rig.last_case().level, 2);
    EXPECT_THAT(rig.told(NoticeReason::ACK_OVERDUE), ElementsAre(said("deputy-gm", "2026-08-17 10:30")));
    EXPECT_THAT(rig.told(NoticeReason::ESCALATED), ElementsAre(said("executive-deputy-gm", "2026-08-17 10:30")));
    rig.tick_at("2026-08-17 15:00");  // 11:00 the top missed it, too
    EXPECT_EQ(rig.last_case().level, 2);
    EXPECT_THAT(rig.told(NoticeReason::ACK_OVERDUE),
                ElementsAre(said("deputy-gm", "2026-08-17 10:30"), said("executive-deputy-gm", "2026-08-17 11:00")));
    EXPECT_THAT(rig.told(NoticeReason::ESCALATED), SizeIs(1));
    EXPECT_THAT(rig.told(NoticeReason::REMINDER), ElementsAre(said("executive-deputy-gm", "2026-08-17 15:00")));
    EXPECT_THAT(rig.told(NoticeReason::OPERATIONS),
                ElementsAre(said("operations-1", "2026-08-17 11:00"),    // nobody is left
                            said("operations-1", "2026-08-17 12:00"),    // no group either
                            said("operations-1", "2026-08-17 14:00"),    // nor a contact
                            said("operations-1", "2026-08-17 15:00")));  // four hours
    // One acknowledgement ends it all.
    EXPECT_EQ(rig.says("2026-08-17 15:10", "deputy-gm", AckAction{}), "");
    rig.tick_at("2026-08-18 15:00");
    EXPECT_THAT(rig.notices(NoticeReason::REMINDER), SizeIs(1));
    EXPECT_THAT(rig.notices(NoticeReason::ACK_OVERDUE), SizeIs(2));
    for (const Task& task : rig.opened(TaskKind::ACKNOWLEDGE))
        EXPECT_EQ(rig.last_state(task.task_id.value).state, TaskState::DONE);
}

// G6 has nobody above its leader: operations are alarmed, and the general manager hears of it, once.
TEST(R82, AboveTheTopOperationsAndTheGeneralManager) {
    RuleRig rig;
    rig.bill("2026-08-17 09:00", yuan(600'000));
    rig.sighting("2026-08-17 10:00");
    EXPECT_EQ(rig.last_case().leader_role, StaffRole::EXECUTIVE_DEPUTY_GM);
    rig.tick_at("2026-08-17 10:29:59");
    EXPECT_THAT(rig.told(NoticeReason::FILING), Not(Contains(HasSubstr("general-manager"))));
    rig.tick_at("2026-08-17 18:00");
    EXPECT_THAT(rig.told(NoticeReason::ACK_OVERDUE), ElementsAre(said("executive-deputy-gm", "2026-08-17 10:30")));
    EXPECT_THAT(rig.told(NoticeReason::FILING), ElementsAre(said("general-manager", "2026-08-17 10:30")));
    EXPECT_THAT(rig.notices(NoticeReason::FILING)[0].subject, HasSubstr("无人确认"));
    EXPECT_THAT(rig.told(NoticeReason::OPERATIONS), Contains(said("operations-1", "2026-08-17 10:30")));
}

// HIGH: two business hours for each level.
TEST(R82, ThreeLevelsOfTwoBusinessHours) {
    RuleRig rig;
    rig.bill("2026-08-17 09:00");
    rig.sighting("2026-08-17 10:00");
    rig.tick_at("2026-08-17 16:00");
    EXPECT_EQ(rig.last_case().level, 3);
    EXPECT_THAT(rig.told(NoticeReason::ACK_OVERDUE),
                ElementsAre(said(kDirector, "2026-08-17 12:00"), said("deputy-gm", "2026-08-17 14:00"),
                            said("executive-deputy-gm", "2026-08-17 16:00")));
    EXPECT_THAT(rig.told(NoticeReason::ESCALATED),
                ElementsAre(said("deputy-gm", "2026-08-17 12:00"), said("executive-deputy-gm", "2026-08-17 14:00")));
}

TEST(R82, TheLastMomentCountsAndTheNextIsTooLate) {
    for (const bool in_time : {true, false}) {
        RuleRig rig;
        rig.bill("2026-08-17 09:00", yuan(400'000));
        rig.sighting("2026-08-17 10:00");
        EXPECT_EQ(rig.says(in_time ? "2026-08-17 10:29:59" : "2026-08-17 10:30:00", "deputy-gm", AckAction{}), "");
        EXPECT_THAT(rig.notices(NoticeReason::ACK_OVERDUE), SizeIs(in_time ? 0 : 1));
        EXPECT_EQ(rig.last_case().state, CaseState::ACKNOWLEDGED);
        EXPECT_EQ(rig.last_case().level, in_time ? 1 : 2);
    }
}

// HIGH: 2 bd for cause and countermeasures; a plan that is missing then is told to the leader and to the level above.
TEST(R83, AMissingPlanIsOverdueToTheLevelAboveTheLeader) {
    RuleRig rig;
    rig.bill("2026-08-17 09:00");
    rig.sighting("2026-08-17 10:00");
    EXPECT_EQ(rig.says("2026-08-17 10:05", kDirector, AckAction{}), "");
    const auto plans = rig.opened(TaskKind::CAUSE_AND_PLAN);
    ASSERT_THAT(plans, SizeIs(1));
    EXPECT_EQ(plans[0].due_at, shanghai("2026-08-19 10:00"));
    rig.tick_at("2026-08-19 10:00");
    EXPECT_EQ(rig.last_state(plans[0].task_id.value).state, TaskState::OVERDUE);
    const auto told = rig.told_about(plans[0].task_id);
    EXPECT_THAT(told, testing::IsSupersetOf({said("DEADLINE_BREACHED to dept-director-1", "2026-08-19 10:00"),
                                             said("DEADLINE_BREACHED to deputy-gm", "2026-08-19 10:00")}));
}

// Who is on leave is not asked; the deputy is.
TEST(R92, APersonOnLeaveIsReplacedByTheDeputy) {
    RuleRig rig;
    rig.bill("2026-08-17 08:40");
    rig.at("2026-08-17 09:00", {}, StaffChangeEvent{kSales, StaffState::ON_LEAVE, {}, {}});
    rig.sighting("2026-08-17 10:00");
    EXPECT_THAT(rig.members(GroupRole::SALES), ElementsAre("key-account-manager-2"));
}

}  // namespace
}  // namespace aw
