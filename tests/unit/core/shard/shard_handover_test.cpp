// R92: a person who leaves hands everything over, across any number of partitions.
#include <algorithm>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/shard_ring.hpp"

namespace aw {
namespace {

using test::shanghai;
using test::ShardRing;
using testing::IsEmpty;

std::string code_of(int account) { return "371400000" + std::to_string(10 + account) + "001"; }
std::string root_text(int account) { return code_of(account).substr(0, 11); }

std::string cell(const std::vector<NamedValue>& row, std::string_view name) {
    for (const NamedValue& value : row) {
        if (value.name == name) return value.value;
    }
    return {};
}

std::int64_t rows_with(const Report& report, std::string_view kind) {
    return std::count_if(report.rows.begin(), report.rows.end(),
                         [&](const auto& row) { return cell(row, "item") == kind; });
}

// Seven accounts of the manager `kam`, two of them with an open case, and five tasks of kam's.
class HandOver : public testing::TestWithParam<int> {
protected:
    HandOver() : ring(GetParam()) {
        for (int i = 1; i <= 7; ++i) assign("2026-03-02 09:00", i, "kam");
        assign("2026-03-02 09:00", 8, "kam2");
        for (const int i : {1, 2}) {
            ring.at("2026-03-02 10:00", code_of(i),
                    CompetitorSightingEvent{"X", CompetitorEvidence::CUSTOMER_SAID, {}, {}, {}});
        }
        // Each case gives him three: the seat, the contact, the plan. One contact is made.
        const std::string second = root_text(2) + "-1";
        ring.command("2026-03-02 10:10", second, "kam", ContactAction{ContactLevel::MANAGER, TouchChannel::VISIT});
    }

    // The account's register names somebody else.
    void assign(const char* local, int account, std::string_view who) {
        AccountEvent change;
        const std::string name = "account " + std::to_string(account);
        change.name = name;
        change.annual_revenue_hint = yuan(200'000);
        change.assignments = {{StaffRole::KEY_ACCOUNT_MANAGER, who}};
        ring.at(local, code_of(account), change);
    }
    void leave(const char* local, std::string_view successor = {}, StaffState state = StaffState::LEAVING) {
        ring.at(local, {}, StaffChangeEvent{"kam", state, successor, {}});
    }
    std::int64_t tasks_of_kam() const {
        std::map<std::string, Task> last;
        for (const Task& task : ring.all<Task>()) last[task.task_id.value] = task;
        return std::count_if(last.begin(), last.end(), [](const auto& entry) {
            const Task& task = entry.second;
            const bool open = task.state == TaskState::OPEN || task.state == TaskState::OVERDUE;
            return open && task.assignee_staff_id.value == "kam";
        });
    }
    Case last_case(int account) const {
        Case found;
        for (const Case& view : ring.all<Case>()) {
            if (view.case_id.value == root_text(account) + "-1") found = view;
        }
        return found;
    }
    // Kam's seats and what hangs on them go to the next candidate.
    void give_up_cases(const char* local) {
        for (const int i : {1, 2}) ring.command(local, root_text(i) + "-1", "kam", DeclineAction{GroupRole::SALES});
    }

    ShardRing ring;
};

TEST_P(HandOver, AListOfFourteenForTheDirectorOfTheUnit) {
    ASSERT_EQ(tasks_of_kam(), 5);
    leave("2026-03-11 15:00");
    const auto reports = ring.all<Report>();
    ASSERT_EQ(reports.size(), 1U);
    const Report& report = reports.front();
    EXPECT_EQ(report.kind, "HAND_OVER");
    EXPECT_EQ(report.report_id, "kam-hand-over-2026-03-11");
    EXPECT_EQ(report.unit_id.value, "city");
    EXPECT_EQ(report.period, "2026-03-11");
    EXPECT_EQ(report.version, 1);
    EXPECT_EQ(report.sha256.size(), 64U);
    EXPECT_EQ(report.rows.size(), 14U);
    EXPECT_EQ(rows_with(report, "ACCOUNT"), 7);
    EXPECT_EQ(rows_with(report, "CASE"), 2);
    EXPECT_EQ(rows_with(report, "TASK"), 5);
    EXPECT_EQ(cell(report.rows.front(), "id"), root_text(1));
    EXPECT_EQ(cell(report.rows[7], "id"), root_text(1) + "-1");
    EXPECT_EQ(cell(report.rows[7], "account_root"), root_text(1));

    const auto notices = ring.notices(NoticeReason::HAND_OVER);
    ASSERT_EQ(notices.size(), 1U);
    EXPECT_EQ(notices.front().recipient_staff_id.value, "director");
    EXPECT_EQ(notices.front().notice_id, "kam-n1");
    EXPECT_THAT(notices.front().text, testing::HasSubstr("14: 7 accounts, 2 cases, 5 tasks"));
    // One business day from the departure, not from the last answer.
    EXPECT_EQ(notices.front().due_at, shanghai("2026-03-12 15:00"));
    const auto tasks = ring.tasks(TaskKind::HAND_OVER);
    ASSERT_EQ(tasks.size(), 1U);
    EXPECT_EQ(tasks.front().task_id.value, "kam-t1");
    EXPECT_EQ(tasks.front().assignee_staff_id.value, "director");
    EXPECT_EQ(tasks.front().assignee_role, StaffRole::DEPARTMENT_DIRECTOR);
    EXPECT_EQ(tasks.front().due_at, shanghai("2026-03-12 15:00"));
    EXPECT_EQ(tasks.front().detail, report.report_id);
    EXPECT_FALSE(tasks.front().account_root.is_set());
}

TEST_P(HandOver, EveryPartitionAnswersZeroToo) {
    leave("2026-03-11 15:00");
    std::set<int> answered;
    std::int64_t accounts = 0;
    for (const Partial& partial : ring.all<Partial>()) {
        if (partial.topic != "hand-over") continue;
        EXPECT_EQ(partial.subject, "kam");
        EXPECT_EQ(partial.due_at, shanghai("2026-03-11 15:00"));
        EXPECT_EQ(partial.sequence, 1);
        EXPECT_TRUE(answered.insert(partial.partition).second);
        accounts += partial.counts.at(0);
    }
    EXPECT_EQ(answered.size(), static_cast<std::size_t>(GetParam()));
    EXPECT_EQ(accounts, 7);
}

TEST_P(HandOver, CompleteWhenEverythingHasAnotherOwner) {
    leave("2026-03-11 15:00");
    const auto before = last_case(1).milestones;
    for (int i = 1; i <= 7; ++i) assign("2026-03-11 16:00", i, "kam2");
    EXPECT_EQ(ring.all<Report>().size(), 1U);  // the cases are still his
    give_up_cases("2026-03-11 16:30");
    EXPECT_EQ(tasks_of_kam(), 0);
    const auto reports = ring.all<Report>();
    ASSERT_EQ(reports.size(), 2U);
    EXPECT_EQ(reports.back().version, 2);
    EXPECT_EQ(reports.back().report_id, reports.front().report_id);
    EXPECT_TRUE(reports.back().rows.empty());
    const auto notices = ring.notices(NoticeReason::HAND_OVER);
    ASSERT_EQ(notices.size(), 2U);
    EXPECT_THAT(notices.back().text, testing::HasSubstr("complete"));
    EXPECT_EQ(notices.back().created_at, shanghai("2026-03-11 16:30"));
    const auto tasks = ring.tasks(TaskKind::HAND_OVER);
    EXPECT_EQ(tasks.back().state, TaskState::DONE);
    EXPECT_EQ(tasks.back().task_id, tasks.front().task_id);
    // The cases keep their deadlines.
    const auto after = last_case(1).milestones;
    ASSERT_EQ(after.size(), before.size());
    for (std::size_t i = 0; i < after.size(); ++i) EXPECT_EQ(after[i].due_at, before[i].due_at);
    // Nothing is watched any more.
    const std::size_t answers = ring.all<Partial>().size();
    assign("2026-03-12 16:00", 3, "kam");
    assign("2026-03-12 16:10", 3, "kam2");
    EXPECT_EQ(ring.all<Partial>().size(), answers);
    ring.advance("2026-03-20 12:00");
    for (const Notice& notice : ring.all<Notice>()) {
        EXPECT_TRUE(notice.task_id.value != "kam-t1" || notice.reason == NoticeReason::HAND_OVER) << notice.text;
    }
}

TEST_P(HandOver, WarnedAndOverdueOnce) {
    leave("2026-03-11 15:00");
    ring.advance("2026-03-31 15:00");
    std::vector<std::string> told;
    for (const Notice& notice : ring.all<Notice>()) {
        if (notice.account_root.is_set() || notice.reason == NoticeReason::HAND_OVER) continue;
        told.push_back(std::string(name(notice.reason)) + " " + notice.recipient_staff_id.value + " " +
                       format_utc(notice.created_at));
    }
    // 70 % and 90 % of nine business hours; then the director and the one above.
    EXPECT_THAT(told, testing::ElementsAre("DEADLINE_WARNING director 2026-03-12T04:18:00Z",
                                           "DEADLINE_WARNING director 2026-03-12T06:06:00Z",
                                           "DEADLINE_BREACHED director 2026-03-12T07:00:00Z",
                                           "DEADLINE_BREACHED deputy 2026-03-12T07:00:00Z"));
    EXPECT_EQ(ring.tasks(TaskKind::HAND_OVER).back().state, TaskState::OVERDUE);
}

TEST_P(HandOver, ASuccessorTakesTasksAndSeatsAtOnce) {
    leave("2026-03-11 15:00", "kam2");
    EXPECT_EQ(tasks_of_kam(), 0);
    EXPECT_EQ(ring.all<Report>().front().rows.size(), 14U);  // what there was to hand over
    for (const int i : {1, 2}) {
        const Case view = last_case(i);
        const auto& group = view.group;
        const auto seat = [&](std::string_view who) {
            return std::find_if(group.begin(), group.end(), [&](const GroupMember& m) {
                return m.staff_id.value == who && m.group_role == GroupRole::SALES;
            });
        };
        ASSERT_NE(seat("kam2"), group.end());
        EXPECT_EQ(seat("kam2")->state, MemberState::INVITED);
        EXPECT_EQ(seat("kam")->state, MemberState::REPLACED);
    }
    std::int64_t assigned = 0;
    for (const Notice& notice : ring.all<Notice>()) {
        if (notice.reason != NoticeReason::TASK_ASSIGNED || notice.created_at != shanghai("2026-03-11 15:00")) continue;
        EXPECT_EQ(notice.recipient_staff_id.value, "kam2");
        ++assigned;
    }
    EXPECT_EQ(assigned, 5);
    std::int64_t decisions = 0;
    for (const Decision& decision : ring.all<Decision>()) decisions += decision.code == "HANDED_OVER" ? 1 : 0;
    EXPECT_EQ(decisions, 7);  // two cases, five tasks
    // The register still names him: that is what is left.
    EXPECT_EQ(ring.all<Report>().size(), 1U);
    for (int i = 1; i <= 7; ++i) assign("2026-03-11 16:00", i, "kam2");
    EXPECT_EQ(ring.all<Report>().back().version, 2);
}

// Invited to the very seat that he takes over, or sitting in the one to which the other was invited: nobody is asked
// for an answer that cannot be given any more.
TEST_P(HandOver, OfTwoWhoWereAskedForOneSeatNoneIsAskedAnyMore) {
    const std::string first = root_text(1) + "-1";
    const std::string second = root_text(2) + "-1";
    ring.command("2026-03-02 10:20", first, "kam", AcceptAction{GroupRole::SALES});
    ring.command("2026-03-02 10:21", first, "director", AddMemberAction{"kam2", GroupRole::SALES});
    ring.command("2026-03-02 10:22", second, "director", AddMemberAction{"kam2", GroupRole::SALES});
    ring.command("2026-03-02 10:23", second, "kam2", AcceptAction{GroupRole::SALES});
    leave("2026-03-02 11:00", "kam2");
    std::map<std::string, Task> last;
    for (const Task& task : ring.tasks(TaskKind::ACCEPT_ROLE)) last[task.task_id.value] = task;
    for (const auto& [id, task] : last) {
        const std::string& who = task.assignee_staff_id.value;
        const bool open = task.state == TaskState::OPEN || task.state == TaskState::OVERDUE;
        EXPECT_FALSE(open && (who == "kam" || who == "kam2")) << id << ' ' << who;
    }
    for (const int account : {1, 2}) {
        int sellers = 0;
        for (const GroupMember& m : last_case(account).group)
            sellers += m.staff_id.value == "kam2" && m.state == MemberState::ACCEPTED ? 1 : 0;
        EXPECT_EQ(sellers, 1) << account;
    }
}

TEST_P(HandOver, ASuccessorMayBeNamedLaterAndTheListIsMadeOnce) {
    leave("2026-03-11 15:00");
    leave("2026-03-13 15:00", "kam2", StaffState::LEFT);
    EXPECT_EQ(tasks_of_kam(), 0);
    EXPECT_EQ(ring.all<Report>().size(), 1U);
    EXPECT_EQ(ring.notices(NoticeReason::HAND_OVER).size(), 1U);
}

TEST_P(HandOver, OneAnswerIsMissingThenNothingIsTold) {
    ring.hold = true;
    leave("2026-03-11 15:00");
    const std::deque<Partial> answers = std::exchange(ring.waiting, {});
    ASSERT_EQ(answers.size(), static_cast<std::size_t>(GetParam()));
    for (std::size_t i = 0; i + 1 < answers.size(); ++i) {
        EXPECT_EQ(ring.read(answers[i]), Applied::applied);
        EXPECT_EQ(ring.read(answers[i]), Applied::duplicate);  // read twice, counted once
    }
    EXPECT_TRUE(ring.all<Report>().empty());
    ring.restart();  // who has answered is state
    ring.read(answers.back());
    ASSERT_EQ(ring.all<Report>().size(), 1U);
    EXPECT_EQ(ring.all<Report>().front().rows.size(), 14U);
}

TEST_P(HandOver, WhatChangesBeforeTheLastAnswerIsCountedRight) {
    ring.hold = true;
    leave("2026-03-11 15:00");
    assign("2026-03-11 15:01", 1, "kam2");
    ring.hold = false;
    ring.deliver();
    ASSERT_EQ(ring.all<Report>().size(), 1U);
    EXPECT_EQ(rows_with(ring.all<Report>().front(), "ACCOUNT"), 7);  // as of the departure
    for (int i = 2; i <= 7; ++i) assign("2026-03-11 16:00", i, "kam2");
    give_up_cases("2026-03-11 16:30");
    ASSERT_EQ(ring.all<Report>().size(), 2U);
    EXPECT_EQ(ring.all<Report>().back().version, 2);
}

TEST_P(HandOver, SurvivesARestartAnywhere) {
    leave("2026-03-11 15:00");
    ring.restart();
    for (int i = 1; i <= 7; ++i) assign("2026-03-11 16:00", i, "kam2");
    ring.restart();
    give_up_cases("2026-03-11 16:30");
    EXPECT_EQ(ring.all<Report>().size(), 2U);
    EXPECT_EQ(ring.tasks(TaskKind::HAND_OVER).back().state, TaskState::DONE);
    ring.restart();
}

TEST_P(HandOver, WhoStaysHandsNothingOver) {
    leave("2026-03-11 15:00");
    ring.at("2026-03-11 15:30", {}, StaffChangeEvent{"kam", StaffState::ACTIVE, {}, {}});
    EXPECT_EQ(ring.tasks(TaskKind::HAND_OVER).back().state, TaskState::CANCELLED);
    for (int i = 1; i <= 7; ++i) assign("2026-03-11 16:00", i, "kam2");
    give_up_cases("2026-03-11 16:30");
    EXPECT_EQ(ring.all<Report>().size(), 1U);
    // Leaving again is another hand-over.
    assign("2026-03-17 09:00", 5, "kam");
    leave("2026-03-18 15:00");
    ASSERT_EQ(ring.all<Report>().size(), 2U);
    EXPECT_EQ(ring.all<Report>().back().rows.size(), 1U);
    EXPECT_EQ(ring.tasks(TaskKind::HAND_OVER).back().task_id.value, "kam-t2");
}

TEST_P(HandOver, BackBeforeTheAnswersWereRead) {
    ring.hold = true;
    leave("2026-03-11 15:00");
    ring.at("2026-03-11 15:30", {}, StaffChangeEvent{"kam", StaffState::ACTIVE, {}, {}});
    ring.hold = false;
    ring.deliver();
    EXPECT_TRUE(ring.all<Report>().empty());
    EXPECT_TRUE(ring.tasks(TaskKind::HAND_OVER).empty());
}

TEST_P(HandOver, WhoHoldsNothingHandsNothingOver) {
    ring.at("2026-03-11 15:00", {}, StaffChangeEvent{"quality", StaffState::LEAVING, {}, {}});
    ring.at("2026-03-11 15:00", {}, StaffChangeEvent{"stranger", StaffState::LEFT, {}, {}});
    EXPECT_TRUE(ring.all<Report>().empty());
    EXPECT_THAT(ring.notices(NoticeReason::HAND_OVER), IsEmpty());
    for (const Shard& shard : ring.shards) {
        for (const StateRecord& record : test::snapshot_of(shard)) EXPECT_NE(record.key.substr(0, 2), "u/");
    }
}

INSTANTIATE_TEST_SUITE_P(Partitions, HandOver, testing::Values(1, 3, 8));

// A daemon that goes live on the first of April, and one client, whose manager is `kam`, from the time before.
struct LiveInApril : ShardRing {
    LiveInApril() : ShardRing(3, rules()) {
        AccountEvent change;
        change.name = "a";
        change.annual_revenue_hint = yuan(200'000);
        change.assignments = {{StaffRole::KEY_ACCOUNT_MANAGER, "kam"}};
        at("2026-03-02 09:00", "37140000012001", change);
    }
    static std::shared_ptr<const Rules> rules() {
        auto rules = test::sample_rules();
        rules->live_from = shanghai("2026-04-01 00:00");
        return rules;
    }
};

TEST(HandOverHistory, BeforeTheFirstStartNobodyIsTold) {
    LiveInApril ring;
    ring.at("2026-03-11 15:00", {}, StaffChangeEvent{"kam", StaffState::LEAVING, {}, {}});
    EXPECT_TRUE(ring.all<Report>().empty());
    EXPECT_THAT(ring.all<Notice>(), IsEmpty());
    // Gone is gone: nothing is ever given to who left in the history, and nothing is asked about it later.
    ring.at("2026-04-02 10:00", "37140000012001",
            CompetitorSightingEvent{"X", CompetitorEvidence::CUSTOMER_SAID, {}, {}, {}});
    ring.at("2026-04-03 10:00", {}, StaffChangeEvent{"kam", StaffState::LEFT, {}, {}});
    ASSERT_FALSE(ring.all<Task>().empty());
    for (const Task& task : ring.all<Task>()) EXPECT_NE(task.assignee_staff_id, StaffId("kam"));
    for (const Notice& notice : ring.all<Notice>()) EXPECT_NE(notice.recipient_staff_id, StaffId("kam"));
    for (const Case& view : ring.all<Case>()) {
        for (const GroupMember& member : view.group) EXPECT_NE(member.staff_id, StaffId("kam"));
    }
    EXPECT_TRUE(ring.all<Report>().empty());
    EXPECT_THAT(ring.notices(NoticeReason::HAND_OVER), IsEmpty());
}

// What was told in the live time is no history, whenever the person left: by now there may be cases to hand over.
TEST(HandOverHistory, ADepartureThatIsToldLateIsHandedOver) {
    LiveInApril ring;
    ring.at("2026-04-02 10:00", "37140000012001",
            CompetitorSightingEvent{"X", CompetitorEvidence::CUSTOMER_SAID, {}, {}, {}});
    ring.dated = shanghai("2026-03-30 15:00");
    ring.at("2026-04-03 10:00", {}, StaffChangeEvent{"kam", StaffState::LEFT, {}, {}});
    ASSERT_EQ(ring.all<Report>().size(), 1U);
    EXPECT_EQ(rows_with(ring.all<Report>().front(), "ACCOUNT"), 1);
    EXPECT_EQ(rows_with(ring.all<Report>().front(), "CASE"), 1);
    ASSERT_EQ(ring.tasks(TaskKind::HAND_OVER).size(), 1U);
    // One business day, in no case from before the daemon was live.
    EXPECT_EQ(ring.tasks(TaskKind::HAND_OVER).front().due_at, shanghai("2026-04-01 17:30"));
}

}  // namespace
}  // namespace aw
