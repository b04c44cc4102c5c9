#include "core/cases/transition.hpp"

#include <set>

#include <gtest/gtest.h>

#include "core/cases/case_file.hpp"

namespace aw {
namespace {

using S = CaseState;
using T = CaseTrigger;

TEST(TransitionTable, HasOneRowPerStateAndTrigger) {
    std::set<std::pair<S, T>> seen;
    for (const Transition& row : transition_table()) {
        if (row.on == T::RESUME) continue;  // one for each state that a case can rest in
        EXPECT_TRUE(seen.emplace(row.from, row.on).second) << name(row.from) << ' ' << name(row.on);
        EXPECT_EQ(next_state(row.from, row.on), row.to);
    }
}

TEST(TransitionTable, NothingLeavesWhatIsOver) {
    for (const Transition& row : transition_table()) {
        EXPECT_NE(row.from, S::MERGED);
        EXPECT_NE(row.from, S::UNSPECIFIED);
        if (row.from == S::CLOSED) {
            EXPECT_TRUE(row.on == T::REOPEN || row.on == T::DONE) << name(row.on);  // follow-ups are done after closing
        }
    }
}

TEST(TransitionTable, ThePathOfRequirement33) {
    EXPECT_EQ(next_state(S::NEW, T::ACK), S::ACKNOWLEDGED);
    EXPECT_EQ(next_state(S::NEW, T::ACK_OVERDUE), S::NEW);
    EXPECT_EQ(next_state(S::ACKNOWLEDGED, T::GROUP_COMPLETE), S::GROUP_FORMED);
    EXPECT_EQ(next_state(S::GROUP_FORMED, T::START), S::INVESTIGATING);
    EXPECT_EQ(next_state(S::ACKNOWLEDGED, T::START), S::INVESTIGATING);
    EXPECT_EQ(next_state(S::INVESTIGATING, T::APPROVE_PLAN), S::ACTING);
    EXPECT_EQ(next_state(S::ACTING, T::TASKS_DONE), S::OBSERVING);
    EXPECT_EQ(next_state(S::OBSERVING, T::RECOVERY_CONFIRMED), S::RESOLVED);
    EXPECT_EQ(next_state(S::OBSERVING, T::TARGET_MISSED), S::ACTING);
    EXPECT_EQ(next_state(S::RESOLVED, T::REPORT_OWED), S::REPORT_DUE);
    EXPECT_EQ(next_state(S::REPORT_DUE, T::APPROVE_REPORT), S::REPORT_DUE);
    EXPECT_EQ(next_state(S::REPORT_DUE, T::CLOSE), S::CLOSED);
    EXPECT_EQ(next_state(S::NEW, T::WATCH_OVER), S::CLOSED);
    EXPECT_EQ(next_state(S::CLOSED, T::REOPEN), S::INVESTIGATING);
}

TEST(TransitionTable, WhatRestsGoesBackToWhereItWas) {
    std::set<S> may_rest;
    std::set<S> comes_back;
    for (const Transition& row : transition_table()) {
        if (row.on == T::SUSPEND) may_rest.insert(row.from);
        if (row.on != T::RESUME) continue;
        EXPECT_EQ(row.from, S::SUSPENDED);
        EXPECT_TRUE(comes_back.insert(row.to).second) << name(row.to);
        EXPECT_EQ(next_state(S::SUSPENDED, T::RESUME, row.to), row.to);
    }
    EXPECT_EQ(comes_back, may_rest);
    EXPECT_EQ(comes_back,
              (std::set<S>{S::NEW, S::ACKNOWLEDGED, S::GROUP_FORMED, S::INVESTIGATING, S::ACTING, S::OBSERVING}));
    EXPECT_EQ(next_state(S::SUSPENDED, T::RESUME), std::nullopt);
    EXPECT_EQ(next_state(S::SUSPENDED, T::RESUME, S::SUSPENDED), std::nullopt);
    EXPECT_EQ(next_state(S::SUSPENDED, T::RESUME, S::CLOSED), std::nullopt);
    EXPECT_EQ(next_state(S::ACTING, T::RESUME, S::ACTING), std::nullopt);
}

TEST(TransitionTable, ShortCutsDoNotExist) {
    EXPECT_EQ(next_state(S::NEW, T::START), std::nullopt);
    EXPECT_EQ(next_state(S::NEW, T::GROUP_COMPLETE), std::nullopt);
    EXPECT_EQ(next_state(S::NEW, T::APPROVE_PLAN), std::nullopt);
    EXPECT_EQ(next_state(S::GROUP_FORMED, T::APPROVE_PLAN), std::nullopt);
    EXPECT_EQ(next_state(S::NEW, T::RECOVERY_CONFIRMED), std::nullopt);  // only after ACKNOWLEDGED
    EXPECT_EQ(next_state(S::RESOLVED, T::RESOLVE_EXPLAINED), std::nullopt);
    EXPECT_EQ(next_state(S::CLOSED, T::SIGNAL), std::nullopt);
    EXPECT_EQ(next_state(S::RESOLVED, T::ACK), std::nullopt);
}

TEST(CaseFile, AnExplainedCaseIsOver) {
    CaseRecord record;
    const auto open = [&](S state, Outcome outcome = Outcome::UNSPECIFIED) {
        record.view.state = state;
        record.view.outcome = outcome;
        return record.is_open();
    };
    EXPECT_TRUE(open(S::NEW));
    EXPECT_TRUE(open(S::SUSPENDED));
    EXPECT_TRUE(open(S::REPORT_DUE, Outcome::LOST));
    EXPECT_TRUE(open(S::RESOLVED, Outcome::RECOVERED));  // its report is still owed
    EXPECT_FALSE(open(S::RESOLVED, Outcome::FALSE_ALARM));
    EXPECT_FALSE(open(S::RESOLVED, Outcome::KNOWN_CHANGE));
    EXPECT_FALSE(open(S::CLOSED, Outcome::RECOVERED));
    EXPECT_FALSE(open(S::MERGED));
}

}  // namespace
}  // namespace aw
