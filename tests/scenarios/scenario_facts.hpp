// What the tests of requirements section 4 ask a finished scenario: who was told what when, and how a case stood at an
// instant. Times are Shanghai's, as the requirements write them.
#pragma once

#include <algorithm>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/sample_rules.hpp"
#include "support/scenario.hpp"
#include "support/shard_rig.hpp"  // how a failing test shows signals, notices, tasks

namespace aw::test {

inline Said said_by(const char* scenario) { return run_in_memory(load_scenario(scenario)); }

// "who when", to compare lists of notices.
inline std::string at(const char* staff, const char* local) {
    return std::string(staff) + " " + format_utc(shanghai(local));
}
inline std::vector<std::string> told(const std::vector<Notice>& notices) {
    std::vector<std::string> list;
    for (const Notice& n : notices) list.push_back(n.recipient_staff_id.value + " " + format_utc(n.created_at));
    return list;
}

template <class T, class P>
std::vector<T> those(const std::vector<T>& list, P&& is) {
    std::vector<T> found;
    std::copy_if(list.begin(), list.end(), std::back_inserter(found), is);
    return found;
}

inline std::vector<Decision> rejected(const Said& said) {
    return those(said.decisions, [](const Decision& d) { return d.outcome == DecisionOutcome::REJECTED; });
}
inline std::vector<Task> tasks_of(const Said& said, TaskKind kind, std::string_view detail = {}) {
    return those(said.tasks, [&](const Task& t) { return t.kind == kind && (detail.empty() || t.detail == detail); });
}
inline std::vector<Milestone> milestones_of(const Case& view, MilestoneKind kind) {
    return those(view.milestones, [&](const Milestone& m) { return m.name == kind; });
}

// How the case stood at that instant, after everything that happened then.
inline Case case_at(const Said& said, const char* local) {
    Case found;
    for (const Case& version : said.versions) {
        if (version.updated_at <= shanghai(local)) found = version;
    }
    return found;
}
// Each change of state: "STATE when".
inline std::vector<std::string> way_of(const Said& said) {
    std::vector<std::string> way;
    CaseState last = CaseState::UNSPECIFIED;
    for (const Case& version : said.versions) {
        if (version.state != last)
            way.push_back(std::string(name(version.state)) + " " + format_utc(version.updated_at));
        last = version.state;
    }
    return way;
}

inline void expect_due(const Milestone& m, const char* due) {
    EXPECT_EQ(format_utc(m.due_at), format_utc(shanghai(due))) << name(m.name);
}
inline void expect_met(const Case& view, MilestoneKind kind, const char* due, const char* met) {
    const auto list = milestones_of(view, kind);
    ASSERT_FALSE(list.empty()) << name(kind);
    expect_due(list.front(), due);
    EXPECT_EQ(format_utc(list.front().met_at), format_utc(shanghai(met))) << name(kind);
    EXPECT_FALSE(list.front().breached_at.is_set()) << name(kind);
}
inline void expect_breached(const Case& view, MilestoneKind kind, const char* due) {
    const auto list = milestones_of(view, kind);
    ASSERT_FALSE(list.empty()) << name(kind);
    expect_due(list.front(), due);
    EXPECT_EQ(format_utc(list.front().breached_at), format_utc(shanghai(due))) << name(kind);
    EXPECT_EQ(list.front().fired_late_s, 0) << name(kind);
}

// One person may have two seats: the department director is the market department's specialist, too.
inline bool has_seat(const Case& view, std::string_view staff, GroupRole role) {
    return std::any_of(view.group.begin(), view.group.end(),
                       [&](const GroupMember& m) { return m.staff_id.value == staff && m.group_role == role; });
}
inline void expect_accepted(const Case& view, std::string_view staff, GroupRole role) {
    const auto seats =
        those(view.group, [&](const GroupMember& m) { return m.staff_id.value == staff && m.group_role == role; });
    ASSERT_EQ(seats.size(), 1U) << staff;
    EXPECT_EQ(seats.front().state, MemberState::ACCEPTED) << staff;
}

// Nobody is told the same thing twice, and no signal, task or case has another's id.
inline void expect_no_duplicates(const Said& said) {
    std::set<std::tuple<std::string, NoticeReason, std::string, std::string, std::int64_t>> seen;
    for (const Notice& n : said.notices) {
        const bool news =
            seen.emplace(n.recipient_staff_id.value, n.reason, n.task_id.value, n.subject, n.created_at.ms).second;
        EXPECT_TRUE(news) << testing::PrintToString(n);
    }
    std::set<std::string> ids;
    for (const Signal& s : said.signals) EXPECT_TRUE(ids.insert(s.signal_id.value).second);
    for (const Decision& d : said.decisions) EXPECT_TRUE(ids.insert(d.decision_id).second);
    for (const Notice& n : said.notices) EXPECT_TRUE(ids.insert(n.notice_id).second);
}

}  // namespace aw::test
