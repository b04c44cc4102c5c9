// What people do: every rejection code that exists, state unchanged on rejection, versions; and the WATCH case.
#include <map>

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

// A HIGH case of a G4 account, opened Monday 10:00: director, kam, service are invited.
struct HighCase : ShardRig {
    explicit HighCase(std::shared_ptr<const Rules> rules = test::sample_rules()) : ShardRig(std::move(rules)) {
        at("2026-08-17 08:00", kCode, RevenueEvent{"express", yuan(200'000), {}, {}});
        at("2026-08-17 10:00", kCode, CompetitorSightingEvent{"X", CompetitorEvidence::CUSTOMER_SAID, {}, {}, {}});
    }
    // The code of the decision on this command; "" if it was accepted.
    std::string refused(const char* local, CommandAction action, std::string_view actor = "director",
                        std::string_view reason = {}, std::string_view case_id = kCase, std::int32_t version = 0) {
        const std::string before = shown();
        const std::size_t cases_before = all<Case>().size();
        at(local, {}, CommandEvent{case_id, actor, version, reason, std::move(action)});
        const Decision decision = all<Decision>().back();
        EXPECT_EQ(decision.kind, DecisionKind::COMMAND);
        if (decision.outcome == DecisionOutcome::ACCEPTED) return "";
        EXPECT_EQ(shown(), before) << decision.code;  // state unchanged
        EXPECT_EQ(all<Case>().size(), cases_before);
        return decision.code;
    }
    std::string shown() const { return archived(shard.case_file(parse_customer_code(kCode)->root)->cases); }
    void accept_all(const char* local) {
        command(local, kCase, "kam", AcceptAction{GroupRole::SALES});
        command(local, kCase, "service", AcceptAction{GroupRole::AFTER_SALES});
        command(local, kCase, "director", AcceptAction{GroupRole::LEADER});
    }
};

PlanAction good_plan() { return {"price", {{"offer", "kam", shanghai("2026-08-20 17:30")}}}; }

TEST(Reject, UnknownCase) {
    HighCase rig;
    EXPECT_EQ(rig.refused("2026-08-17 10:01", AckAction{}, "director", {}, "37140000012-2"), "UNKNOWN_CASE");
    EXPECT_EQ(rig.refused("2026-08-17 10:01", DoneAction{"37140000012-t999"}, "director", {}, ""), "UNKNOWN_CASE");
}

// Made-up ids must not fill the memory, and what follows must still be restorable.
TEST(Reject, UnknownAccountLeavesNothingBehind) {
    HighCase rig;
    for (int i = 0; i < 50; ++i) {
        const std::string id = "371400" + std::to_string(20'000 + i) + "-1";
        rig.command("2026-08-17 10:01", id, "director", AckAction{});
        ASSERT_EQ(rig.all<Decision>().back().code, "UNKNOWN_CASE");
        ASSERT_EQ(rig.all<Decision>().back().decision_id.substr(0, 13), id.substr(0, 11) + "-d");
    }
    rig.command("2026-08-17 10:02", "nonsense", "director", AckAction{});
    EXPECT_EQ(rig.all<Decision>().back().code, "UNKNOWN_CASE");
    EXPECT_EQ(rig.shard.counts().accounts, 1U);
    EXPECT_EQ(test::restored(test::sample_rules(), test::snapshot_of(rig.shard)).state_hash(), rig.shard.state_hash());
}

TEST(Reject, UnknownActor) {
    HighCase rig;
    EXPECT_EQ(rig.refused("2026-08-17 10:01", AckAction{}, "stranger"), "UNKNOWN_ACTOR");
    EXPECT_EQ(rig.refused("2026-08-17 10:01", AckAction{}, ""), "UNKNOWN_ACTOR");
}

TEST(Reject, VersionConflict) {
    HighCase rig;
    const std::int32_t version = rig.last_case().version;
    EXPECT_EQ(rig.refused("2026-08-17 10:01", AckAction{}, "director", {}, kCase, version + 1), "VERSION_CONFLICT");
    EXPECT_EQ(rig.refused("2026-08-17 10:01", AckAction{}, "director", {}, kCase, version), "");
    EXPECT_EQ(rig.last_case().version, version + 1);
    EXPECT_EQ(rig.refused("2026-08-17 10:02", StartAction{}, "director", {}, kCase, version), "VERSION_CONFLICT");
}

TEST(Reject, Forbidden) {
    HighCase rig;
    EXPECT_EQ(rig.refused("2026-08-17 10:01", AckAction{}, "kam"), "FORBIDDEN");
    EXPECT_EQ(rig.refused("2026-08-17 10:01", AckAction{}, "deputy"), "FORBIDDEN");  // that level is not reached
    EXPECT_EQ(rig.refused("2026-08-17 10:01", AcceptAction{GroupRole::LEADER}, "kam"), "FORBIDDEN");
    EXPECT_EQ(rig.refused("2026-08-17 10:01", DeclineAction{GroupRole::SALES}, "kam2"), "FORBIDDEN");
    EXPECT_EQ(rig.refused("2026-08-17 10:02", ContactAction{ContactLevel::MANAGER, TouchChannel::VISIT}, "kam2"),
              "FORBIDDEN");
    rig.accept_all("2026-08-17 10:05");
    EXPECT_EQ(rig.refused("2026-08-17 10:06", StartAction{}, "quality"), "FORBIDDEN");
    rig.command("2026-08-17 10:07", kCase, "kam", StartAction{});
    rig.command("2026-08-17 10:08", kCase, "kam", good_plan());
    EXPECT_EQ(rig.refused("2026-08-17 10:09", ApprovePlanAction{}, "kam"), "FORBIDDEN");
    EXPECT_EQ(rig.refused("2026-08-17 10:10", ResolveAction{Outcome::FALSE_ALARM, {}, "director"}, "kam2", "why"),
              "FORBIDDEN");
}

TEST(Reject, IllegalTransition) {
    HighCase rig;
    EXPECT_EQ(rig.refused("2026-08-17 10:01", StartAction{}), "ILLEGAL_TRANSITION");
    EXPECT_EQ(rig.refused("2026-08-17 10:01", good_plan(), "kam"), "ILLEGAL_TRANSITION");
    EXPECT_EQ(rig.refused("2026-08-17 10:01", ApprovePlanAction{}), "ILLEGAL_TRANSITION");
    EXPECT_EQ(rig.refused("2026-08-17 10:01", ResumeAction{}), "ILLEGAL_TRANSITION");  // it does not rest
    EXPECT_EQ(rig.refused("2026-08-17 10:01", ResolveAction{Outcome::RECOVERED, {}, {}}), "ILLEGAL_TRANSITION");
    EXPECT_EQ(rig.refused("2026-08-17 10:01", CloseAction{}), "ILLEGAL_TRANSITION");
    rig.command("2026-08-17 10:02", kCase, "director", AckAction{});
    EXPECT_EQ(rig.refused("2026-08-17 10:03", AckAction{}), "ILLEGAL_TRANSITION");  // once
    rig.accept_all("2026-08-17 10:05");
    EXPECT_EQ(rig.refused("2026-08-17 10:06", AcceptAction{GroupRole::SALES}, "kam"), "ILLEGAL_TRANSITION");
    rig.command("2026-08-17 10:07", kCase, "kam", StartAction{});
    EXPECT_EQ(rig.refused("2026-08-17 10:08", StartAction{}), "ILLEGAL_TRANSITION");
    rig.command("2026-08-17 10:09", kCase, "kam", good_plan());
    rig.command("2026-08-17 10:10", kCase, "director", ApprovePlanAction{});
    EXPECT_EQ(rig.refused("2026-08-17 10:11", ApprovePlanAction{}), "ILLEGAL_TRANSITION");
    for (const Task& task : rig.all<Task>()) {
        if (task.kind == TaskKind::CONTACT_CUSTOMER) {
            EXPECT_EQ(rig.refused("2026-08-17 10:12", DoneAction{task.task_id.value}, "kam"), "ILLEGAL_TRANSITION");
        }
    }
    rig.command("2026-08-17 10:13", kCase, "kam", ResolveAction{Outcome::FALSE_ALARM, {}, "director"}, "holiday");
    EXPECT_EQ(rig.refused("2026-08-17 10:14", ContactAction{ContactLevel::MANAGER, TouchChannel::VISIT}, "kam"),
              "ILLEGAL_TRANSITION");
    EXPECT_EQ(rig.refused("2026-08-17 10:14", ResolveAction{Outcome::FALSE_ALARM, {}, "director"}, "kam", "again"),
              "ILLEGAL_TRANSITION");
}

TEST(Reject, MissingFields) {
    HighCase rig;
    EXPECT_EQ(rig.refused("2026-08-17 10:01", AcceptAction{}), "MISSING_FIELD");
    EXPECT_EQ(rig.refused("2026-08-17 10:01", DeclineAction{}), "MISSING_FIELD");
    EXPECT_EQ(rig.refused("2026-08-17 10:01", ContactAction{ContactLevel::UNSPECIFIED, TouchChannel::VISIT}),
              "MISSING_FIELD");
    EXPECT_EQ(rig.refused("2026-08-17 10:01", ContactAction{ContactLevel::MANAGER, TouchChannel::UNSPECIFIED}),
              "MISSING_FIELD");
    EXPECT_EQ(rig.refused("2026-08-17 10:01", ResolveAction{}), "MISSING_FIELD");
    EXPECT_EQ(rig.refused("2026-08-17 10:01", DoneAction{"37140000012-t99"}), "MISSING_FIELD");
    rig.accept_all("2026-08-17 10:02");
    rig.command("2026-08-17 10:03", kCase, "kam", StartAction{});
    EXPECT_EQ(rig.refused("2026-08-17 10:04", ApprovePlanAction{}), "MISSING_FIELD");
    const Timestamp due = shanghai("2026-08-20 17:30");
    EXPECT_EQ(rig.refused("2026-08-17 10:04", PlanAction{"", {{"a", "kam", due}}}, "kam"), "MISSING_FIELD");
    EXPECT_EQ(rig.refused("2026-08-17 10:04", PlanAction{"c", {}}, "kam"), "MISSING_FIELD");
    EXPECT_EQ(rig.refused("2026-08-17 10:04", PlanAction{"c", {{"", "kam", due}}}, "kam"), "MISSING_FIELD");
    EXPECT_EQ(rig.refused("2026-08-17 10:04", PlanAction{"c", {{"a", "kam", {}}}}, "kam"), "MISSING_FIELD");
    EXPECT_EQ(rig.refused("2026-08-17 10:04", PlanAction{"c", {{"a", "kam", due}, {"b", "stranger", due}}}, "kam"),
              "MISSING_FIELD");
}

TEST(Reject, ReasonAndApprover) {
    HighCase rig;
    EXPECT_EQ(rig.refused("2026-08-17 10:01", ResolveAction{Outcome::KNOWN_CHANGE, {}, "director"}, "kam"),
              "REASON_REQUIRED");
    EXPECT_EQ(rig.refused("2026-08-17 10:01", ResolveAction{Outcome::KNOWN_CHANGE, {}, {}}, "kam", "moved"),
              "APPROVER_REQUIRED");
    EXPECT_EQ(rig.refused("2026-08-17 10:01", ResolveAction{Outcome::KNOWN_CHANGE, {}, "kam"}, "kam", "moved"),
              "APPROVER_REQUIRED");
    EXPECT_EQ(rig.refused("2026-08-17 10:01", ResolveAction{Outcome::KNOWN_CHANGE, {}, "team"}, "kam", "moved"),
              "APPROVER_REQUIRED");
    EXPECT_EQ(rig.refused("2026-08-17 10:01", ResolveAction{Outcome::KNOWN_CHANGE, {}, "gm"}, "kam", "moved"), "");
    EXPECT_EQ(rig.last_case().state, CaseState::RESOLVED);
    EXPECT_EQ(rig.last_case().outcome, Outcome::KNOWN_CHANGE);
}

TEST(Resolve, NothingIsOwedAfterwardsAndTheNextSignalOpensTheNextCase) {
    HighCase rig;
    rig.command("2026-08-17 10:05", kCase, "kam", ResolveAction{Outcome::FALSE_ALARM, {}, "director"},
                "a misunderstanding");
    for (const auto& [kind, n] : rig.shard.counts().tasks_open) ADD_FAILURE() << name(kind) << ' ' << n;
    EXPECT_EQ(rig.last_case().ledger.reported_at, shanghai("2026-08-17 10:05"));
    rig.effects.clear();
    rig.tick(shanghai("2026-08-25 10:00"));
    EXPECT_THAT(rig.all<Notice>(), IsEmpty());
    rig.at("2026-08-25 11:00", kCode, CompetitorSightingEvent{"X", CompetitorEvidence::CUSTOMER_SAID, {}, {}, {}});
    EXPECT_EQ(rig.last_case().case_id.value, "37140000012-2");
    EXPECT_EQ(rig.last_case().version, 1);
}

TEST(Resolve, AMisfitCanBeClosedAgainAndAgain) {
    HighCase rig;
    for (int n = 1; n <= 8; ++n) {
        const std::string id = "37140000012-" + std::to_string(n);
        rig.command("2026-08-17 10:05", id, "kam", ResolveAction{Outcome::FALSE_ALARM, {}, "director"}, "no");
        rig.at("2026-08-17 10:06", kCode, CompetitorSightingEvent{"X", CompetitorEvidence::CUSTOMER_SAID, {}, {}, {}});
    }
    EXPECT_EQ(rig.last_case().case_id.value, "37140000012-9");
    EXPECT_LE(rig.shard.case_file(parse_customer_code(kCode)->root)->cases.size(), CaseFile::kEndedKept + 1);
    rig.tick(shanghai("2026-08-25 10:00"));  // no timer of a forgotten case is left
}

TEST(Decline, NextCandidateThenUnfilled) {
    HighCase rig;
    rig.command("2026-08-17 10:05", kCase, "kam", DeclineAction{GroupRole::SALES});
    EXPECT_EQ(rig.notices(NoticeReason::ROLE_INVITED).back().recipient_staff_id, StaffId("kam2"));
    EXPECT_THAT(rig.notices(NoticeReason::ROLE_UNFILLED), IsEmpty());
    EXPECT_EQ(rig.refused("2026-08-17 10:05", AcceptAction{GroupRole::SALES}, "kam"), "FORBIDDEN");
    rig.command("2026-08-17 10:06", kCase, "kam2", DeclineAction{GroupRole::SALES});
    ASSERT_THAT(rig.notices(NoticeReason::ROLE_UNFILLED), SizeIs(1));
    EXPECT_EQ(rig.notices(NoticeReason::ROLE_UNFILLED).front().recipient_staff_id, StaffId("ops"));
    rig.command("2026-08-17 10:07", kCase, "team", DeclineAction{GroupRole::RELEVANT_LEADER});  // not mandatory
    EXPECT_THAT(rig.notices(NoticeReason::ROLE_UNFILLED), SizeIs(1));
}

TEST(Decline, HandsOnWhatTheSeatOwes) {
    HighCase rig;
    rig.command("2026-08-17 10:05", kCase, "kam", DeclineAction{GroupRole::SALES});
    std::map<TaskKind, std::string> who;
    for (const Task& task : rig.all<Task>()) {
        if (task.state == TaskState::OPEN) who[task.kind] = task.assignee_staff_id.value;
    }
    EXPECT_EQ(who[TaskKind::CONTACT_CUSTOMER], "kam2");
    EXPECT_EQ(who[TaskKind::CAUSE_AND_PLAN], "kam2");
    EXPECT_EQ(rig.refused("2026-08-17 10:06", ContactAction{ContactLevel::MANAGER, TouchChannel::PHONE}, "kam"),
              "FORBIDDEN");
}

TEST(Decline, WhoTakesTheChairLeads) {
    auto rules = test::sample_rules();
    Staff second = *rules->organisation.find_staff("director");
    second.id = StaffId("director-2");
    rules->organisation.staff.push_back(second);
    HighCase rig(rules);
    rig.command("2026-08-17 10:05", kCase, "director", DeclineAction{GroupRole::LEADER});
    EXPECT_EQ(rig.notices(NoticeReason::ROLE_INVITED).back().recipient_staff_id, StaffId("director-2"));
    rig.command("2026-08-17 10:06", kCase, "kam", AcceptAction{GroupRole::SALES});
    rig.command("2026-08-17 10:06", kCase, "service", AcceptAction{GroupRole::AFTER_SALES});
    rig.command("2026-08-17 10:07", kCase, "director-2", AcceptAction{GroupRole::LEADER});
    EXPECT_EQ(rig.last_case().state, CaseState::GROUP_FORMED);
    EXPECT_EQ(rig.last_case().owner_staff_id, StaffId("director-2"));
    EXPECT_EQ(rig.refused("2026-08-17 10:08", StartAction{}, "director-2"), "");
    EXPECT_EQ(rig.refused("2026-08-17 10:09", good_plan(), "kam"), "");
    EXPECT_EQ(rig.refused("2026-08-17 10:10", ApprovePlanAction{}, "director-2"), "");
}

TEST(Plan, EachCountermeasureBecomesATaskOfItsOwner) {
    HighCase rig;
    rig.accept_all("2026-08-17 10:05");
    rig.command("2026-08-17 10:06", kCase, "kam", StartAction{});
    rig.command("2026-08-17 10:07", kCase, "kam",
                PlanAction{"price",
                           {{"offer", "kam", shanghai("2026-08-20 17:30")},
                            {"visit", "service", shanghai("2026-08-19 12:00")}}});
    rig.command("2026-08-17 10:08", kCase, "director", ApprovePlanAction{});
    std::map<std::string, Task> tasks;
    for (const Task& task : rig.all<Task>()) {
        if (task.kind == TaskKind::ASSIGNED) tasks[task.detail] = task;
    }
    ASSERT_EQ(tasks.size(), 2U);
    EXPECT_EQ(tasks["offer"].due_at, shanghai("2026-08-20 17:30"));
    EXPECT_EQ(tasks["visit"].assignee_staff_id, StaffId("service"));
    EXPECT_EQ(rig.last_case().plan->countermeasures[1].task_id, tasks["visit"].task_id);
    EXPECT_EQ(rig.refused("2026-08-18 10:00", DoneAction{tasks["visit"].task_id.value}, "service", {}, ""),
              "");  // without its case
    rig.tick(shanghai("2026-08-21 10:00"));
    EXPECT_EQ(rig.shard.counts().tasks_open.at(TaskKind::ASSIGNED), 1);
}

// --- WATCH: a LOW drop alone ---

struct WatchCase : ShardRig {
    WatchCase() {
        annual(kCode, "W", yuan(80'000), "2026-07-01 09:00");
        for (int n = 28; n <= 32; ++n) week(kCode, "express", make_week(2026, n), 1000);
        week(kCode, "express", make_week(2026, 33), 750);
        tick(shanghai("2026-08-17 08:30"));
    }
    TaskId task(TaskKind kind) const {
        for (const Task& t : all<Task>()) {
            if (t.kind == kind) return t.task_id;
        }
        return {};
    }
    void done(const char* local, TaskKind kind) {
        command(local, kCase, "kam", DoneAction{keep_.emplace_back(task(kind).value)});
    }
    std::deque<std::string> keep_;
};

TEST(Watch, EndsWhenTheTasksAreDoneAndThenAPeriodIsAboveTheGate) {
    WatchCase rig;
    TouchpointEvent visit;
    visit.touchpoint_id = "T1";
    visit.staff_id = "kam";
    visit.channel = TouchChannel::PHONE;
    rig.at("2026-08-18 09:00", kCode, visit);
    visit.channel = TouchChannel::VISIT;
    rig.at("2026-08-18 10:00", kCode, visit);
    rig.done("2026-08-19 10:00", TaskKind::ANALYSIS_REPORT);
    EXPECT_EQ(rig.last_case().state, CaseState::NEW);
    rig.week(kCode, "express", make_week(2026, 34), 980);
    rig.tick(shanghai("2026-08-24 08:30"));
    EXPECT_EQ(rig.last_case().state, CaseState::CLOSED);
    EXPECT_EQ(rig.last_case().outcome, Outcome::RECOVERED);
    EXPECT_THAT(rig.shard.counts().cases_open, IsEmpty());
}

TEST(Watch, EndsWhenAPeriodWasAboveTheGateAndThenTheTasksAreDone) {
    WatchCase rig;
    rig.week(kCode, "express", make_week(2026, 34), 980);
    rig.tick(shanghai("2026-08-24 08:30"));
    EXPECT_EQ(rig.last_case().state, CaseState::NEW);
    rig.done("2026-08-24 10:00", TaskKind::VISIT);
    EXPECT_EQ(rig.last_case().state, CaseState::NEW);
    rig.done("2026-08-24 11:00", TaskKind::ANALYSIS_REPORT);
    EXPECT_EQ(rig.last_case().state, CaseState::CLOSED);
}

// A WATCH case has no leader of its own: a visit that nobody made is told to the leader of the account's grade. Operations
// have nothing to do with it.
TEST(Watch, AMissedVisitGoesToTheLeaderOfTheGrade) {
    WatchCase rig;
    rig.effects.clear();
    rig.tick(shanghai("2026-08-18 17:30"));
    std::vector<std::string> told;
    for (const Notice& n : rig.notices(NoticeReason::DEADLINE_BREACHED)) told.push_back(n.recipient_staff_id.value);
    EXPECT_THAT(told, ElementsAre("kam", "team"));
    EXPECT_THAT(rig.notices(NoticeReason::OPERATIONS), IsEmpty());
}

TEST(Watch, AnotherDropBeforeTheTasksAreDoneKeepsItOpen) {
    WatchCase rig;
    rig.week(kCode, "express", make_week(2026, 34), 980);
    rig.week(kCode, "express", make_week(2026, 35), 750);
    rig.tick(shanghai("2026-08-31 08:30"));
    rig.done("2026-08-31 10:00", TaskKind::VISIT);
    rig.done("2026-08-31 11:00", TaskKind::ANALYSIS_REPORT);
    EXPECT_EQ(rig.last_case().state, CaseState::NEW);
    EXPECT_THAT(rig.all<Signal>(), SizeIs(2));
}

TEST(Watch, RisesToAnEmergencyAtLevelOne) {
    WatchCase rig;
    rig.at("2026-08-18 10:00", kCode, ContactChangeEvent{ContactRole::DECISION_MAKER, "c1", "c2"});
    const Case c = rig.last_case();
    EXPECT_EQ(c.case_id.value, kCase);
    EXPECT_EQ(c.case_class, CaseClass::EMERGENCY);
    EXPECT_EQ(c.severity, Severity::MEDIUM);  // a LOW drop does not compound
    EXPECT_EQ(c.level, 1);
    EXPECT_EQ(c.state, CaseState::NEW);
    EXPECT_EQ(c.leader_role, StaffRole::TEAM_LEADER);
    ASSERT_FALSE(c.milestones.empty());
    EXPECT_EQ(c.milestones.front().due_at, shanghai("2026-08-18 14:00"));
    EXPECT_THAT(rig.notices(NoticeReason::ESCALATED), IsEmpty());
    EXPECT_EQ(rig.shard.counts().tasks_open.at(TaskKind::VISIT), 1);  // what was owed stays owed
}

TEST(Watch, WithAnythingElseBesideTheDropItGetsAnOwner) {
    WatchCase rig;
    rig.at("2026-08-18 10:00", kCode, ManualSignalEvent{"kam", SignalKind::MANUAL, Severity::LOW, "grumbling"});
    const Case c = rig.last_case();
    EXPECT_EQ(c.case_class, CaseClass::SUPERVISED_FOLLOW_UP);
    EXPECT_EQ(c.owner_staff_id, StaffId("team"));
    EXPECT_THAT(c.group, IsEmpty());
    ASSERT_FALSE(c.milestones.empty());
    EXPECT_EQ(c.milestones.front().name, MilestoneKind::ACKNOWLEDGE);
    EXPECT_EQ(c.milestones.front().due_at, shanghai("2026-08-19 10:00"));  // 1 bd
}

TEST(Supervised, HasOneOwnerTheSameClocksAndNoGroup) {
    ShardRig rig;
    rig.at("2026-08-17 08:00", kCode, RevenueEvent{"express", yuan(200'000), {}, {}});
    rig.at("2026-08-17 10:00", kCode,
           ManualSignalEvent{"kam", SignalKind::SERVICE_FAILURES, Severity::MEDIUM, "late again"});
    const Case c = rig.last_case();
    EXPECT_EQ(c.case_class, CaseClass::SUPERVISED_FOLLOW_UP);
    EXPECT_EQ(c.owner_staff_id, StaffId("director"));
    EXPECT_THAT(c.group, IsEmpty());
    EXPECT_THAT(c.milestones, SizeIs(4));  // ACKNOWLEDGE, FIRST_CONTACT, CAUSE_AND_PLAN, RESOLVE
    rig.command("2026-08-17 10:10", kCase, "director", AckAction{});
    rig.command("2026-08-17 10:20", kCase, "director", StartAction{});  // GROUP_FORMED is skipped
    EXPECT_EQ(rig.last_case().state, CaseState::INVESTIGATING);
    // A rise of class opens level 1 with fresh milestones.
    rig.at("2026-08-17 11:00", kCode, ContactChangeEvent{ContactRole::DECISION_MAKER, "c1", "c2"});
    EXPECT_EQ(rig.last_case().case_class, CaseClass::EMERGENCY);
    EXPECT_EQ(rig.last_case().state, CaseState::NEW);
    EXPECT_EQ(rig.last_case().level, 1);
    EXPECT_EQ(rig.last_case().severity, Severity::MEDIUM);
}

}  // namespace
}  // namespace aw
