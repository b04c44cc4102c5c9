// Leave that begins while a case is under way: nobody who is away is given anything, and the deputy answers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/case_rig.hpp"

namespace aw {
namespace {

using test::CaseRig;
using test::shanghai;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using S = CaseState;

constexpr auto kCode = CaseRig::kCode;

// As the sample, with the one person's deputy given.
std::shared_ptr<Rules> with_deputy(std::shared_ptr<Rules> rules, const char* of, const char* deputy) {
    for (Staff& person : rules->organisation.staff) {
        if (person.id == StaffId(of)) person.deputy = StaffId(deputy);
    }
    return rules;
}

void goes(CaseRig& rig, const char* local, const char* who, const char* until = "2026-12-31") {
    rig.at(local, {}, StaffChangeEvent{who, StaffState::ON_LEAVE, {}, parse_day(until)});
}

TEST(Leave, TheDeputyOfALeaderWhoWasAskedAcknowledges) {
    CaseRig rig = CaseRig::high(with_deputy(test::sample_rules(), "director", "unit-head"));
    EXPECT_EQ(rig.refused("2026-08-17 10:10", "unit-head", AckAction{}), "FORBIDDEN");
    goes(rig, "2026-08-17 10:20", "director", "2026-08-17");
    EXPECT_EQ(rig.refused("2026-08-17 10:30", "quality", AckAction{}), "FORBIDDEN");
    rig.ok("2026-08-17 10:30", "unit-head", AckAction{});
    EXPECT_EQ(rig.view().owner_staff_id, StaffId("director"));  // the case stays whose it is
    rig.ok("2026-08-17 10:31", "unit-head", LowerSeverityAction{Severity::MEDIUM}, "why");
    EXPECT_EQ(rig.refused("2026-08-18 10:30", "unit-head", LowerSeverityAction{Severity::LOW}, "why"), "FORBIDDEN");
}

TEST(Leave, AnAcknowledgementIsOverdueOnceForEachLevel) {
    CaseRig rig = CaseRig::high(with_deputy(test::sample_rules(), "director", "unit-head"));
    goes(rig, "2026-08-17 10:20", "director");
    rig.tick_at("2026-08-17 14:00");
    EXPECT_THAT(rig.told(NoticeReason::ACK_OVERDUE), ElementsAre("unit-head", "deputy"));
}

TEST(Leave, TheDeputyHearsOfTheDeadlines) {
    CaseRig rig = CaseRig::high();
    goes(rig, "2026-08-17 10:20", "kam");  // kam2 stands in
    rig.effects.clear();
    rig.tick_at("2026-08-18 09:59");
    EXPECT_THAT(rig.told(NoticeReason::DEADLINE_WARNING), Contains("kam2"));
    rig.tick_at("2026-08-18 10:00");  // nobody has talked to the client
    EXPECT_THAT(rig.told(NoticeReason::DEADLINE_BREACHED), Contains("kam2"));
    EXPECT_EQ(rig.task(TaskKind::CONTACT_CUSTOMER).assignee_staff_id, StaffId("kam"));  // was given before
}

TEST(Leave, WhatIsOwedAnewIsOwedByWhoIsThere) {
    CaseRig rig = CaseRig::high(with_deputy(test::busy_rules(), "director", "unit-head"));
    rig.bring_to(S::INVESTIGATING);
    goes(rig, "2026-08-17 10:20", "director");
    rig.effects.clear();
    rig.ok("2026-08-17 10:30", "kam", UpdateAction{"so far"});
    EXPECT_EQ(rig.task(TaskKind::PROGRESS_UPDATE).assignee_staff_id, StaffId("unit-head"));
    rig.tick_at("2026-08-19 10:30");  // two business days without a word
    EXPECT_THAT(rig.told(NoticeReason::STALE), Contains("unit-head"));
    EXPECT_EQ(rig.task(TaskKind::ACKNOWLEDGE).assignee_staff_id, StaffId("unit-head"));
    EXPECT_EQ(rig.view().level, 1);
    rig.ok("2026-08-19 10:40", "unit-head", AckAction{});
}

TEST(Leave, WithoutADeputyTheNextLevelIsAskedAnew) {
    CaseRig rig = CaseRig::high(test::busy_rules());
    rig.bring_to(S::INVESTIGATING);
    goes(rig, "2026-08-17 10:20", "director");
    rig.effects.clear();
    rig.tick_at("2026-08-19 10:30");
    EXPECT_EQ(rig.view().level, 2);
    EXPECT_EQ(rig.task(TaskKind::ACKNOWLEDGE).assignee_staff_id, StaffId("deputy"));
    EXPECT_THAT(rig.told(NoticeReason::ESCALATED), ElementsAre("deputy"));
}

TEST(Leave, AReopenedCaseIsAcknowledgedByTheDeputy) {
    CaseRig rig = CaseRig::high(with_deputy(test::sample_rules(), "director", "unit-head"));
    rig.bring_to(S::CLOSED);
    goes(rig, "2026-08-18 10:00", "director");
    rig.effects.clear();
    rig.manual("2026-08-18 11:00", Severity::HIGH);
    ASSERT_EQ(rig.view().reopen_count, 1);
    EXPECT_EQ(rig.task(TaskKind::ACKNOWLEDGE).assignee_staff_id, StaffId("unit-head"));
    EXPECT_THAT(rig.told(NoticeReason::REOPENED), Contains("unit-head"));
}

TEST(Leave, AHandOverIsOwedByWhoIsThere) {
    CaseRig rig = CaseRig::high(with_deputy(test::sample_rules(), "director", "unit-head"));
    rig.bring_to(S::INVESTIGATING);
    goes(rig, "2026-08-17 10:20", "director");
    rig.ok("2026-08-17 10:30", "exec", TransferAction{"team"});
    EXPECT_EQ(rig.task(TaskKind::HAND_OVER).assignee_staff_id, StaffId("unit-head"));
}

// The deputy in charge is away, and of all people the director who does not answer stands in.
TEST(Chain, NobodyStandsAboveHimself) {
    CaseRig rig(with_deputy(test::sample_rules(), "deputy", "director"));
    rig.watched(yuan(200'000));
    goes(rig, "2026-08-17 09:00", "deputy");
    rig.sighting("2026-08-17 10:00");
    ASSERT_EQ(rig.view().owner_staff_id, StaffId("director"));
    rig.tick_at("2026-08-17 12:00");
    EXPECT_THAT(rig.told(NoticeReason::ESCALATED), ElementsAre("exec"));
    EXPECT_EQ(rig.view().level, 3);
    EXPECT_THAT(rig.told(NoticeReason::ROLE_UNFILLED), Not(Contains("director")));
}

// R83: what is missed goes to somebody above the leader.
TEST(Chain, WhatIsMissedIsToldToSomebodyElseAbove) {
    CaseRig rig(with_deputy(test::sample_rules(), "deputy", "director"));
    rig.watched(yuan(200'000));
    goes(rig, "2026-08-17 09:00", "deputy");
    rig.sighting("2026-08-17 10:00");
    rig.ok("2026-08-17 10:10", "director", AckAction{});
    rig.effects.clear();
    rig.tick_at("2026-08-17 14:00");  // the group is not formed
    EXPECT_THAT(rig.told(NoticeReason::DEADLINE_BREACHED), Contains("exec"));
    EXPECT_THAT(rig.told(NoticeReason::ESCALATED), IsEmpty());
}

// Another holder of the post is asked before the level is passed over.
TEST(Chain, AnotherHolderOfThePostIsAskedFirst) {
    auto rules = with_deputy(test::sample_rules(), "deputy", "director");
    rules->organisation.staff.push_back(
        {StaffId("deputy2"), "deputy2", UnitId("city"), {StaffRole::DEPUTY_GM_IN_CHARGE}, {}, {}, {}, {}});
    CaseRig rig(rules);
    rig.watched(yuan(200'000));
    goes(rig, "2026-08-17 09:00", "deputy");
    rig.sighting("2026-08-17 10:00");
    rig.tick_at("2026-08-17 12:00");
    EXPECT_THAT(rig.told(NoticeReason::ESCALATED), ElementsAre("deputy2"));
    EXPECT_EQ(rig.view().level, 2);
}

}  // namespace
}  // namespace aw
