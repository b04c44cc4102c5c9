// A state says itself how far it goes: where the group's position is another, nothing is left out or applied twice.
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/shard/state_version.hpp"
#include "worker_rig.hpp"

namespace aw::app {
namespace {

using testing::HasSubstr;
using testing::Not;

using State = std::map<std::string, std::string>;

void add_revenue(HistoryOf& history) {
    const char* const days[] = {"2026-08-17 08:00", "2026-08-18 08:00", "2026-08-19 08:00", "2026-08-20 08:00",
                                "2026-08-21 08:00"};
    for (const char* day : days) history.add(day, RevenueEvent{"express", yuan(200'000), {}, {}});
}

// Works through what is left of the log; its metrics.
std::string work(HistoryOf& history) {
    history.topic.keeps_state = true;
    test::FakeLog log(&history.topic);
    Process process(log);
    const auto worker = process.worker();
    worker->start();
    EXPECT_TRUE(history.topic.wait_for_position(history.end()));
    worker->stop();
    worker->join();
    return process.metrics();
}

State state_of(const HistoryOf& history) { return {history.topic.state.begin(), history.topic.state.end()}; }

// A history of which the first `read` records have been read, and the group says `group`.
struct Torn : HistoryOf {
    Torn(std::size_t read, std::int64_t group) {
        activate(*this);
        add_revenue(*this);
        const std::vector<eventlog::Record> all = topic.records;
        topic.records.resize(read);
        work(*this);
        topic.records = all;
        topic.committed = 0;
        topic.group_position = group;
    }
};

State undisturbed() {
    HistoryOf history;
    activate(history);
    add_revenue(history);
    work(history);
    return state_of(history);
}

std::string revenue_events(int applied) {
    return "accountwatch_events_total{kind=\"revenue\",outcome=\"applied\"} " + std::to_string(applied) + "\n";
}

constexpr const char* kDiffer = "accountwatch_happenings_total{happening=\"positions_differ\"";

TEST(Positions, ThoseOfTheStateAndTheGroupAreTheSame) {
    Torn history(4, 4);
    const std::string metrics = work(history);
    EXPECT_THAT(metrics, HasSubstr(revenue_events(2)));
    EXPECT_THAT(metrics, Not(HasSubstr(kDiffer)));
    EXPECT_EQ(state_of(history), undisturbed());
}

// A part of a transaction was lost by the brokers, or somebody has moved the group on.
TEST(Positions, WhatLiesBetweenTheStateAndAGroupAheadIsReadAgain) {
    Torn history(2, 5);
    const std::string metrics = work(history);
    EXPECT_THAT(metrics, HasSubstr(revenue_events(4)));
    EXPECT_THAT(metrics, HasSubstr(kDiffer));
    EXPECT_EQ(state_of(history), undisturbed());
}

TEST(Positions, WhatTheStateHoldsIsNotAppliedAgainForAGroupBehind) {
    Torn history(5, 1);
    const std::string metrics = work(history);
    EXPECT_THAT(metrics, HasSubstr(revenue_events(1)));
    EXPECT_THAT(metrics, Not(HasSubstr("outcome=\"duplicate\"")));
    EXPECT_THAT(metrics, HasSubstr(kDiffer));
    EXPECT_EQ(state_of(history), undisturbed());
}

// By whoever had the partition while this process stood still.
TEST(Positions, AGroupThatHasGoneOnToWhereTheStateEndsIsNoDifference) {
    Torn history(5, 1);
    history.topic.group_has_gone_on_to = 5;
    const std::string metrics = work(history);
    EXPECT_THAT(metrics, HasSubstr(revenue_events(1)));
    EXPECT_THAT(metrics, Not(HasSubstr(kDiffer)));
    EXPECT_EQ(state_of(history), undisturbed());
}

TEST(Positions, WhereTheLogDoesNotAnswerTheStateIsRestoredAnew) {
    Torn history(2, 5);
    history.topic.cannot_go_on = true;
    EXPECT_THAT(work(history), HasSubstr(revenue_events(4)));
    EXPECT_FALSE(history.topic.cannot_go_on);
    EXPECT_EQ(state_of(history), undisturbed());
}

// Neither is where reading goes on; that is not a difference between them.
TEST(Positions, WhatRetentionHasDeletedIsPassedOver) {
    Torn history(3, 4);
    history.topic.begin = 4;
    const std::string metrics = work(history);
    EXPECT_THAT(metrics, HasSubstr(revenue_events(2)));
    EXPECT_THAT(metrics, Not(HasSubstr(kDiffer)));
    EXPECT_EQ(state_of(history).at("place"), undisturbed().at("place"));
}

// Of before it was kept: what the group says is all there is.
TEST(Positions, AStateThatDoesNotSayGoesOnWhereTheGroupStands) {
    Torn history(4, 5);
    for (auto& [key, value] : history.topic.state) {
        if (key == "place") value = {5, 1};  // version 5, one partition
    }
    const std::string metrics = work(history);
    EXPECT_THAT(metrics, HasSubstr(revenue_events(1)));
    EXPECT_THAT(metrics, Not(HasSubstr(kDiffer)));
    // From now on it says so.
    EXPECT_EQ(state_of(history).at("place"), undisturbed().at("place"));
}

// A topic that was deleted and made anew: the clients' history is gone, and a daemon that went on would find no drop.
TEST(Positions, AGroupThatHasReadWhatNoStateKnowsIsRefused) {
    Torn history(4, 4);
    history.topic.state.clear();
    EXPECT_THAT(refusal_of(history),
                HasSubstr("events of partition 0 were read up to position 4, and the state holds nothing of them: was "
                          "the state topic made anew"));
}

// Made anew under a running daemon, it holds what was written since; not compacted, what retention has left.
TEST(Positions, AStateThatHasLostAnAccountsRecordIsRefused) {
    Torn history(4, 4);
    const auto is_cold = [](const auto& record) { return record.first.substr(0, 2) == "c/"; };
    ASSERT_EQ(std::erase_if(history.topic.state, is_cold), 1U);
    const std::string why = refusal_of(history);
    EXPECT_THAT(why, HasSubstr("the state of partition 0 speaks of 1 accounts, and the state topic has all of 0"));
    EXPECT_THAT(why, HasSubstr("was it made anew while the daemon ran"));
}

// Read while whoever had the partition was committing: the next read finds it whole.
TEST(Positions, AStateThatWasReadInTheMiddleOfACommitIsReadAgain) {
    Torn history(5, 4);
    history.topic.torn = history.topic.state;
    std::erase_if(history.topic.state, [](const auto& record) { return record.first.substr(0, 2) == "c/"; });
    history.topic.group_has_gone_on_to = 5;
    const std::string metrics = work(history);
    EXPECT_THAT(metrics, HasSubstr(revenue_events(1)));
    EXPECT_THAT(metrics, Not(HasSubstr(kDiffer)));
    EXPECT_EQ(state_of(history), undisturbed());
}

// Positions that the group has forgotten: everything would be applied on top of the state once more.
TEST(Positions, AStateThatDoesNotSayOfAGroupThatDoesNotKnowIsRefused) {
    Torn history(4, 0);
    history.topic.group_has_committed = false;
    for (auto& [key, value] : history.topic.state) {
        if (key == "place") value = {5, 1};
    }
    EXPECT_THAT(refusal_of(history), HasSubstr("is of an older version, and the group holds no position of it"));
}

// The front of the topic was deleted by retention before the group came: there is nothing to miss.
TEST(Positions, AGroupThatHasReadNothingBeginsWhereTheTopicDoes) {
    HistoryOf history;
    activate(history);
    add_revenue(history);
    history.topic.group_position = 2;
    history.topic.group_has_committed = false;
    EXPECT_THAT(work(history), HasSubstr(revenue_events(4)));
}

}  // namespace
}  // namespace aw::app
