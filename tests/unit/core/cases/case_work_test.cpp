// The group at work: seats and tasks, reports on progress, silence that is noticed, offers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/case_rig.hpp"

namespace aw {
namespace {

using test::busy_rules;
using test::CaseRig;
using test::shanghai;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using S = CaseState;

constexpr auto kCode = CaseRig::kCode;

// --- seats ---

TEST(AddMember, IsAskedAndJoinsWhenAccepting) {
    CaseRig rig = CaseRig::high();
    rig.ok("2026-08-17 10:10", "director", AddMemberAction{"quality", GroupRole::SPECIALIST});
    EXPECT_EQ(rig.seat("quality", GroupRole::SPECIALIST), MemberState::INVITED);
    EXPECT_EQ(rig.notices(NoticeReason::ROLE_INVITED).back().recipient_staff_id, StaffId("quality"));
    EXPECT_EQ(rig.task(TaskKind::ACCEPT_ROLE).due_at, shanghai("2026-08-17 14:10"));
    EXPECT_EQ(rig.refused("2026-08-17 10:11", "director", AddMemberAction{"quality", GroupRole::SPECIALIST}),
              "ILLEGAL_TRANSITION");
    rig.ok("2026-08-17 10:20", "quality", AcceptAction{GroupRole::SPECIALIST});
    EXPECT_EQ(rig.seat("quality", GroupRole::SPECIALIST), MemberState::ACCEPTED);
    EXPECT_EQ(rig.task(TaskKind::ACCEPT_ROLE).state, TaskState::DONE);
    EXPECT_EQ(rig.refused("2026-08-17 10:21", "quality", UpdateAction{"on it"}), "");
}

TEST(AddMember, WhoDeclinedMayBeAskedAgainByName) {
    CaseRig rig = CaseRig::high();
    rig.ok("2026-08-17 10:10", "kam", DeclineAction{GroupRole::SALES});
    rig.ok("2026-08-17 10:11", "kam2", DeclineAction{GroupRole::SALES});  // nobody is left
    EXPECT_THAT(rig.told(NoticeReason::ROLE_UNFILLED), ElementsAre("ops"));
    rig.ok("2026-08-17 10:12", "director", AddMemberAction{"kam", GroupRole::SALES});
    rig.ok("2026-08-17 10:13", "kam", AcceptAction{GroupRole::SALES});
    rig.ok("2026-08-17 10:14", "service", AcceptAction{GroupRole::AFTER_SALES});
    rig.ok("2026-08-17 10:15", "director", AcceptAction{GroupRole::LEADER});
    EXPECT_EQ(rig.view().state, S::GROUP_FORMED);
}

TEST(Decline, OfTheChairIsOfferedUpTheChain) {
    CaseRig rig = CaseRig::high();
    rig.ok("2026-08-17 10:10", "director", DeclineAction{GroupRole::LEADER});
    EXPECT_EQ(rig.notices(NoticeReason::ROLE_INVITED).back().recipient_staff_id, StaffId("deputy"));
    // The duty of the post stays: the director owes the acknowledgement still.
    EXPECT_EQ(rig.task(TaskKind::ACKNOWLEDGE).assignee_staff_id, StaffId("director"));
    EXPECT_EQ(rig.task(TaskKind::FORM_GROUP).assignee_staff_id, StaffId("deputy"));
    rig.ok("2026-08-17 10:20", "deputy", AcceptAction{GroupRole::LEADER});
    EXPECT_EQ(rig.view().owner_staff_id, StaffId("deputy"));
    EXPECT_EQ(rig.view().state, S::ACKNOWLEDGED);
}

TEST(Invitations, ThatNobodyAnswersAreToldToTheLeaderAbove) {
    CaseRig rig = CaseRig::high();
    rig.ok("2026-08-17 10:05", "director", AcceptAction{GroupRole::LEADER});
    rig.ok("2026-08-17 10:06", "service", AcceptAction{GroupRole::AFTER_SALES});
    rig.effects.clear();
    rig.tick_at("2026-08-17 14:00");
    std::vector<std::string> who;
    for (const Notice& n : rig.notices(NoticeReason::DEADLINE_BREACHED)) {
        const bool of_the_seat = n.task_id == rig.task(TaskKind::ACCEPT_ROLE).task_id;
        if (of_the_seat || n.text.find("accept the role (sales)") != std::string::npos)
            who.push_back(n.recipient_staff_id.value);
    }
    // Director and deputy are told of the group that is not formed, and in the same notice whose answer is missing.
    EXPECT_THAT(who, testing::UnorderedElementsAre("kam", "director", "deputy"));
    EXPECT_THAT(rig.notices(NoticeReason::DEADLINE_BREACHED), SizeIs(3));
    EXPECT_EQ(rig.refused("2026-08-17 15:00", "kam", AcceptAction{GroupRole::SALES}), "");  // late, but taken
}

TEST(Sales, NobodyWhoHasLeftIsOwedAnything) {
    CaseRig rig = CaseRig::high();
    rig.bring_to(S::OBSERVING);
    rig.at("2026-08-18 09:00", {}, StaffChangeEvent{"kam", StaffState::LEFT, {}, {}});
    rig.ok("2026-08-18 09:10", "director", ResolveAction{Outcome::LOST, {}, {}});
    EXPECT_EQ(rig.task(TaskKind::ANALYSIS_REPORT).assignee_staff_id, StaffId("kam2"));
}

// --- tasks (R106) ---

TEST(Decline, WhatNobodyCouldTakeGoesToWhoeverFillsTheSeat) {
    CaseRig rig = CaseRig::high();
    rig.ok("2026-08-17 10:01", "kam", DeclineAction{GroupRole::SALES});
    rig.ok("2026-08-17 10:02", "kam2", DeclineAction{GroupRole::SALES});  // nobody is left to ask
    rig.ok("2026-08-17 10:03", "director", AddMemberAction{"team", GroupRole::SALES});
    rig.ok("2026-08-17 10:04", "team", AcceptAction{GroupRole::SALES});
    EXPECT_EQ(rig.task(TaskKind::CONTACT_CUSTOMER).assignee_staff_id, StaffId("team"));
    EXPECT_EQ(rig.task(TaskKind::CAUSE_AND_PLAN).assignee_staff_id, StaffId("team"));
}

// --- the plan ---

TaskState state_of(const CaseRig& rig, std::string_view id) {
    TaskState state = TaskState::UNSPECIFIED;
    for (const Task& t : rig.all<Task>()) {
        if (t.task_id.value == id) state = t.state;
    }
    return state;
}

TEST(SecondPlan, OnceApprovedTakesThePlaceOfTheFirst) {
    CaseRig rig = CaseRig::high();
    rig.bring_to(S::ACTING);
    const Task first = rig.task(TaskKind::ASSIGNED);
    rig.ok("2026-08-17 10:20", "director", AssignTaskAction{"team", "look", shanghai("2026-08-21 12:00")});
    const Task by_order = rig.task(TaskKind::ASSIGNED);
    rig.ok("2026-08-17 10:30", "kam",
           PlanAction{"service", {{"second pickup", "service", shanghai("2026-08-24 17:30")}}});
    EXPECT_EQ(state_of(rig, first.task_id.value), TaskState::OPEN);  // in force until somebody approves the other one
    rig.ok("2026-08-17 10:40", "director", ApprovePlanAction{});
    EXPECT_EQ(state_of(rig, first.task_id.value), TaskState::CANCELLED);
    EXPECT_EQ(state_of(rig, by_order.task_id.value), TaskState::OPEN);  // no part of the plan (R106)
    const Task second = rig.task(TaskKind::ASSIGNED);
    EXPECT_EQ(second.detail, "second pickup");
    EXPECT_EQ(second.assignee_staff_id, StaffId("service"));
    EXPECT_EQ(second.due_at, shanghai("2026-08-24 17:30"));
    // The first one's measures hold nothing up and fall due no more.
    rig.ok("2026-08-17 10:50", "kam", ContactAction{ContactLevel::MANAGER, TouchChannel::PHONE});
    rig.ok("2026-08-17 11:00", "service", rig.done(TaskKind::ASSIGNED));
    EXPECT_EQ(rig.view().state, S::OBSERVING);
    rig.tick_at("2026-08-20 17:31");
    EXPECT_THAT(rig.told(NoticeReason::DEADLINE_BREACHED), Not(Contains("kam")));
}

TEST(SecondPlan, WhatWasDoneStaysDone) {
    CaseRig rig = CaseRig::high();
    rig.bring_to(S::ACTING);
    const DoneAction done = rig.done(TaskKind::ASSIGNED);
    rig.ok("2026-08-17 10:20", "kam", done);
    rig.ok("2026-08-17 10:30", "kam", PlanAction{"service", {{"boxes", "service", shanghai("2026-08-24 17:30")}}});
    rig.ok("2026-08-17 10:40", "director", ApprovePlanAction{});
    EXPECT_EQ(state_of(rig, done.task_id), TaskState::DONE);
}

TEST(AssignTask, NotByAnInstantThatHasPassed) {
    CaseRig rig = CaseRig::high();
    const AssignTaskAction late{"kam", "look", shanghai("2026-08-17 10:30")};
    EXPECT_EQ(rig.refused("2026-08-17 10:30", "director", late), "MISSING_FIELD");
}

TEST(AssignTask, IsOwedByThatInstantAndOverdueOnce) {
    CaseRig rig = CaseRig::high();
    rig.bring_to(S::ACKNOWLEDGED);
    rig.ok("2026-08-17 10:10", "director", AssignTaskAction{"quality", "measure", shanghai("2026-08-17 17:30")});
    EXPECT_THAT(rig.told(NoticeReason::TASK_ASSIGNED), Contains("quality"));
    EXPECT_EQ(rig.task(TaskKind::ASSIGNED).detail, "measure");
    rig.tick_at("2026-08-20 17:30");
    int overdue = 0;
    for (const Notice& n : rig.notices(NoticeReason::DEADLINE_BREACHED)) {
        if (n.task_id == rig.task(TaskKind::ASSIGNED).task_id && n.recipient_staff_id == StaffId("quality")) ++overdue;
    }
    EXPECT_EQ(overdue, 1);
    EXPECT_EQ(rig.task(TaskKind::ASSIGNED).state, TaskState::OVERDUE);
    EXPECT_EQ(rig.refused("2026-08-20 17:40", "quality", rig.done(TaskKind::ASSIGNED)), "");  // who owes a task is in
    EXPECT_EQ(rig.task(TaskKind::ASSIGNED).state, TaskState::DONE);
    EXPECT_EQ(rig.refused("2026-08-20 17:50", "director", rig.done(TaskKind::ASSIGNED)), "ILLEGAL_TRANSITION");
}

TEST(Done, MilestonesAreMetByTheirOwnCommands) {
    CaseRig rig = CaseRig::high();
    rig.ok("2026-08-17 10:05", "director", TransferAction{"team"});
    for (const TaskKind kind : {TaskKind::ACKNOWLEDGE, TaskKind::FORM_GROUP, TaskKind::ACCEPT_ROLE,
                                TaskKind::CONTACT_CUSTOMER, TaskKind::CAUSE_AND_PLAN, TaskKind::HAND_OVER})
        EXPECT_EQ(rig.refused("2026-08-17 10:10", "director", rig.done(kind)), "ILLEGAL_TRANSITION") << name(kind);
}

// --- progress ---

TEST(Progress, IsOwedFromTheAcknowledgementOnAndNeverAfterFriday) {
    const auto due = [](const char* acked) {
        CaseRig rig(busy_rules());
        rig.watched(yuan(200'000), "2026-08-17 08:00");
        rig.sighting(acked);
        rig.ok(acked, "director", AckAction{});
        return rig.due(MilestoneKind::PROGRESS_UPDATE);
    };
    EXPECT_EQ(due("2026-08-17 10:00"), shanghai("2026-08-19 10:00"));  // Monday + 2 bd
    EXPECT_EQ(due("2026-08-19 10:00"), shanghai("2026-08-21 10:00"));  // Friday morning anyway
    EXPECT_EQ(due("2026-08-19 17:30"), shanghai("2026-08-21 17:30"));
    EXPECT_EQ(due("2026-08-20 10:00"), shanghai("2026-08-21 17:30"));  // Thursday: Friday's end, not Monday
    EXPECT_EQ(due("2026-08-21 10:00"), shanghai("2026-08-25 10:00"));  // what is told on a Friday is that Friday's
}

TEST(Progress, AFridayThatIsNoWorkingDayAsksNothing) {
    CaseRig rig(busy_rules());
    rig.watched(yuan(200'000), "2026-02-11 08:00");
    rig.sighting("2026-02-12 10:00");  // Thursday before the festival; the 20th is a holiday Friday
    rig.ok("2026-02-12 10:00", "director", AckAction{});
    EXPECT_EQ(rig.due(MilestoneKind::PROGRESS_UPDATE), shanghai("2026-02-13 17:30"));
    rig.ok("2026-02-13 17:00", "director", UpdateAction{"well"});
    // Friday 17:00 + 18 bh: the make-up Saturday, then Tuesday the 24th.
    EXPECT_EQ(rig.due(MilestoneKind::PROGRESS_UPDATE), shanghai("2026-02-24 17:00"));
}

TEST(Progress, EachWordStartsTheNextSpanAndAMissedOneIsTold) {
    CaseRig rig = CaseRig::high(busy_rules());
    rig.bring_to(S::ACKNOWLEDGED);
    rig.ok("2026-08-18 10:00", "director", UpdateAction{"talking"});
    EXPECT_EQ(rig.due(MilestoneKind::PROGRESS_UPDATE), shanghai("2026-08-20 10:00"));
    EXPECT_THAT(rig.owed(MilestoneKind::PROGRESS_UPDATE), SizeIs(1));
    rig.effects.clear();
    rig.tick_at("2026-08-20 10:00");
    std::vector<std::string> who;
    for (const Notice& n : rig.notices(NoticeReason::DEADLINE_BREACHED)) {
        if (n.task_id == rig.task(TaskKind::PROGRESS_UPDATE).task_id) who.push_back(n.recipient_staff_id.value);
    }
    EXPECT_THAT(who, ElementsAre("director", "deputy"));
    rig.ok("2026-08-20 11:00", "director", UpdateAction{"late"});
    EXPECT_EQ(rig.due(MilestoneKind::PROGRESS_UPDATE), shanghai("2026-08-21 17:30"));
    EXPECT_EQ(rig.decisions("update").back().inputs.at(1).value, "director");
}

TEST(Progress, BeforeTheAcknowledgementAWordStartsNoClock) {
    CaseRig rig = CaseRig::high(busy_rules());
    rig.ok("2026-08-17 10:10", "kam", UpdateAction{"heard of it"});
    EXPECT_THAT(rig.owed(MilestoneKind::PROGRESS_UPDATE), IsEmpty());
    EXPECT_THAT(rig.owed(MilestoneKind::HUMAN_ACTIVITY), IsEmpty());
}

TEST(Progress, DailyInACriticalCase) {
    CaseRig rig(busy_rules());
    rig.watched(yuan(400'000));
    rig.sighting("2026-08-21 10:00");  // Friday, CRITICAL
    rig.ok("2026-08-21 10:10", "deputy", AckAction{});
    EXPECT_EQ(rig.due(MilestoneKind::PROGRESS_UPDATE), shanghai("2026-08-22 10:10"));
}

// --- silence (requirements 3.2: a breach of HUMAN_ACTIVITY re-opens ACKNOWLEDGE) ---

TEST(Stale, OwnerAndLeaderAreToldAndTheAcknowledgementIsOwedAnew) {
    CaseRig rig = CaseRig::high(busy_rules());
    rig.tick_at("2026-08-17 12:00");  // level 2
    rig.ok("2026-08-17 12:10", "deputy", AckAction{});
    EXPECT_EQ(rig.due(MilestoneKind::HUMAN_ACTIVITY), shanghai("2026-08-19 12:10"));
    rig.effects.clear();
    rig.tick_at("2026-08-19 12:09:59");
    EXPECT_THAT(rig.told(NoticeReason::STALE), IsEmpty());
    rig.tick_at("2026-08-19 12:10");
    EXPECT_THAT(rig.told(NoticeReason::STALE), ElementsAre("director", "deputy"));
    ASSERT_THAT(rig.owed(MilestoneKind::ACKNOWLEDGE), SizeIs(1));
    EXPECT_EQ(rig.due(MilestoneKind::ACKNOWLEDGE), shanghai("2026-08-19 14:10"));
    EXPECT_EQ(rig.task(TaskKind::ACKNOWLEDGE).assignee_staff_id, StaffId("director"));
    // Told once; missed, it goes up the chain like the first one.
    rig.tick_at("2026-08-19 14:10");
    EXPECT_THAT(rig.told(NoticeReason::STALE), SizeIs(2));
    EXPECT_EQ(rig.told(NoticeReason::ESCALATED).back(), "exec");
    rig.ok("2026-08-19 15:00", "director", AckAction{});
    EXPECT_THAT(rig.owed(MilestoneKind::ACKNOWLEDGE), IsEmpty());
    EXPECT_EQ(rig.due(MilestoneKind::HUMAN_ACTIVITY), shanghai("2026-08-21 15:00"));  // and the watch goes on
    EXPECT_EQ(rig.view().state, S::ACKNOWLEDGED);
}

TEST(Stale, AnythingSomebodyDoesStartsTheWatchAnew) {
    CaseRig rig = CaseRig::high(busy_rules());
    rig.bring_to(S::INVESTIGATING);
    rig.ok("2026-08-18 10:00", "kam", ContactAction{ContactLevel::FRONT_LINE, TouchChannel::PHONE});
    EXPECT_EQ(rig.due(MilestoneKind::HUMAN_ACTIVITY), shanghai("2026-08-20 10:00"));
    EXPECT_EQ(rig.refused("2026-08-18 11:00", "kam", StartAction{}), "ILLEGAL_TRANSITION");  // that is no activity
    EXPECT_EQ(rig.due(MilestoneKind::HUMAN_ACTIVITY), shanghai("2026-08-20 10:00"));
    rig.tick_at("2026-08-20 10:00");
    EXPECT_THAT(rig.told(NoticeReason::STALE), SizeIs(1));  // owner and leader are one
    rig.ok("2026-08-20 10:30", "kam", UpdateAction{"back"});
    EXPECT_EQ(rig.due(MilestoneKind::HUMAN_ACTIVITY), shanghai("2026-08-24 10:30"));
    EXPECT_THAT(rig.owed(MilestoneKind::ACKNOWLEDGE), SizeIs(1));  // by a leader, whoever else speaks
}

// --- offers (R85) ---

TEST(Offer, TheTierSaysWhoHasToAgree) {
    const auto approval = [](std::int64_t amount) {
        CaseRig rig = CaseRig::high(busy_rules());
        rig.effects.clear();
        rig.ok("2026-08-17 10:10", "kam", OfferAction{yuan(amount), "ten per cent"});
        const bool market =
            !rig.notices(NoticeReason::FILING).empty() && rig.told(NoticeReason::FILING).back() == "market";
        EXPECT_EQ(market, rig.view().offers.at(0).approval == OfferApproval::MARKET_DEPARTMENT);
        EXPECT_EQ(rig.told(NoticeReason::FILING).front(), "director");
        return rig.view().offers.at(0).approval;
    };
    EXPECT_EQ(approval(9'999), OfferApproval::UNSPECIFIED);
    EXPECT_EQ(approval(10'000), OfferApproval::WITH_PLAN);
    EXPECT_EQ(approval(30'000), OfferApproval::COLLECTIVE);
    EXPECT_EQ(approval(49'999), OfferApproval::COLLECTIVE);
    EXPECT_EQ(approval(50'000), OfferApproval::MARKET_DEPARTMENT);
}

TEST(Offer, IsOffByDefault) {
    CaseRig rig = CaseRig::high();
    EXPECT_EQ(rig.refused("2026-08-17 10:10", "kam", OfferAction{yuan(1), "boxes"}), "FORBIDDEN");
}

// --- knowing nobody twice ---

TEST(Notices, OnePerPersonReasonAndMatter) {
    CaseRig rig = CaseRig::high();
    rig.bring_to(S::OBSERVING);
    rig.effects.clear();
    rig.ok("2026-08-18 10:00", "director", ResolveAction{Outcome::LOST, {}, {}});
    const auto who = rig.told(NoticeReason::CASE_RESOLVED);
    EXPECT_THAT(std::set<std::string>(who.begin(), who.end()), SizeIs(who.size()));
    EXPECT_THAT(who, Not(Contains("kam2")));
}

}  // namespace
}  // namespace aw
