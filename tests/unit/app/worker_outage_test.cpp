// What a worker says and does while its commits do not go through, and when the clock of its machine is set.
#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "system/eventually.hpp"
#include "worker_rig.hpp"

namespace aw::app {
namespace {

using eventlog::CommitOutcome;
using eventlog::LogError;

// A topic that refuses its records aborts every transaction: between two attempts nothing is ready, either.
TEST(Ready, NotWhileCommitsAreAborted) {
    LiveHistory history;
    for (int i = 0; i < 5; ++i) history.topic.answers.push_back(CommitOutcome{false, "denied"});
    Process process(history.log);
    test::OwnPace pace;
    const auto worker = process.worker(Process::unexpected, pace);
    int turns = 0;
    for (; history.topic.committed < history.end() && turns < 100; ++turns) {
        ASSERT_FALSE(worker->ready()) << "after " << history.topic.commits << " commits";
        ASSERT_TRUE(worker->turn());
        pace.pass(std::chrono::seconds{1});
    }
    EXPECT_EQ(history.topic.commits, 6);
    ASSERT_TRUE(worker->turn());
    EXPECT_TRUE(worker->ready());
    worker->end();
}

// Partitions that were taken away in the middle of a commit and came back with nothing left to do.
TEST(Ready, AgainWhenAnAbortLeftNothingToCommit) {
    HistoryOf history;
    activate(history);
    history.topic.keeps_state = true;
    test::FakeLog log(&history.topic);
    log.reachable = true;
    history.topic.waits = false;
    Process process(log);
    test::OwnPace pace;
    const auto first = process.worker(Process::unexpected, pace);
    while (history.topic.committed < history.end()) {
        ASSERT_TRUE(first->turn());
        pace.pass(std::chrono::seconds{1});
    }
    first->end();

    history.add("2026-08-17 08:00", RevenueEvent{"express", yuan(200'000), {}, {}});
    history.topic.answers.push_back(CommitOutcome{false, "the partitions were taken away"});
    const auto second = process.worker(Process::unexpected, pace);
    while (!history.topic.answers.empty()) {
        ASSERT_TRUE(second->turn());
        pace.pass(std::chrono::seconds{1});
    }
    history.topic.records.clear();  // another one has applied them
    const int commits = history.topic.commits;
    const auto turns = [&](int count) {
        for (int i = 0; i < count; ++i) {
            ASSERT_TRUE(second->turn());
            pace.pass(std::chrono::seconds{1});
        }
    };
    turns(20);
    EXPECT_FALSE(second->ready());
    turns(20);
    EXPECT_TRUE(second->ready());
    EXPECT_EQ(history.topic.commits, commits);
    second->end();
}

// A process that stood still for longer than its session lasts: what it had decided and not committed is decided again,
// by whoever owns the partition now, and must not be committed beside that.
TEST(Lost, WhatWasDecidedForAPartitionThatWasTakenAwayIsForgotten) {
    const auto outputs = [](bool taken) {
        LiveHistory history;
        history.add("2026-08-17 08:00", RevenueEvent{"express", yuan(200'000), {}, {}});
        history.add("2026-08-17 10:00", CompetitorSightingEvent{"X", CompetitorEvidence::CUSTOMER_SAID, {}, {}, {}});
        Process process(history.log);
        test::OwnPace pace;
        const auto worker = process.worker(Process::unexpected, pace);
        for (int i = 0; i < 4; ++i) EXPECT_TRUE(worker->turn());  // opens, restores, applies; no time for a commit
        EXPECT_EQ(history.topic.commits, 0);
        history.topic.taken = taken;
        while (history.topic.committed < history.end()) {
            EXPECT_TRUE(worker->turn());
            if (!history.topic.taken) pace.pass(std::chrono::milliseconds{50});
        }
        worker->end();
        return history.topic.outputs;
    };
    const auto once = outputs(false);
    EXPECT_GT(once.size(), 1U);
    EXPECT_EQ(outputs(true), once);
}

TEST(Questions, AreAnsweredWhileACommitIsTriedAgain) {
    HistoryOf history;
    activate(history);
    test::FakeLog log(&history.topic);
    for (int i = 0; i < 1'000; ++i)
        history.topic.answers.push_back(eventlog::log_failure(LogError::Kind::storage_full, "no room"));
    Process process(log);
    const auto worker = process.worker();
    worker->start();
    ASSERT_TRUE(test::eventually([&] { return history.topic.commits >= 6; }));  // it waits for seconds by now
    for (int i = 0; i < 3; ++i) {
        std::promise<std::size_t> answer;
        worker->ask([&](const Worker::Partitions& partitions) { answer.set_value(partitions.size()); });
        auto given = answer.get_future();
        ASSERT_EQ(given.wait_for(std::chrono::milliseconds{1'500}), std::future_status::ready);
        EXPECT_EQ(given.get(), 1U);
    }
    EXPECT_LT(history.topic.commits, 12) << "a question is no reason to try again";
    EXPECT_FALSE(worker->ready());
    worker->stop();
    worker->join();
}

// Deadlines follow the log's time. Somebody sets the machine's clock back by an hour: within half a minute a tick shows
// by how much it is wrong, and what is due falls due.
TEST(Ticks, GoOnWhenTheClockIsSetBack) {
    HistoryOf history;
    activate(history);
    history.add("2026-12-01 11:59", RevenueEvent{"express", yuan(200'000), {}, {}});
    test::SettableClock broker(test::shanghai("2026-12-01 12:00"));
    history.topic.broker = &broker;
    test::FakeLog log(&history.topic);
    log.reachable = true;
    history.topic.waits = false;
    Process process(log);
    test::OwnPace pace;
    const auto worker = process.worker(Process::unexpected, pace);
    const auto pass = [&](Duration time) {
        for (Duration passed{0}; passed < time; passed += std::chrono::seconds{1}) {
            ASSERT_TRUE(worker->turn());
            pace.pass(std::chrono::seconds{1});
            broker.at = broker.at.load() + std::chrono::seconds{1};
            process.clock.at = process.clock.at.load() + std::chrono::seconds{1};
        }
    };
    pass(std::chrono::minutes{2});
    const int before = history.topic.appended;
    ASSERT_GE(before, 4) << "one each half minute";
    process.clock.at = process.clock.at.load() - std::chrono::hours{1};
    pass(std::chrono::seconds{40});
    EXPECT_GE(history.topic.appended, before + 1);
    // What is due now is due by the log's time, not by this machine's.
    std::optional<Timestamp> due;
    const auto look = [&](const Worker::Partitions& partitions) { due = partitions.at(0)->shard().next_deadline(); };
    worker->ask(look);
    ASSERT_TRUE(worker->turn());
    ASSERT_TRUE(due);
    broker.at = *due - std::chrono::seconds{10};
    process.clock.at = broker.at.load() - std::chrono::hours{1};
    pass(std::chrono::seconds{15});
    const Timestamp fired = *due;
    worker->ask(look);
    ASSERT_TRUE(worker->turn());
    EXPECT_NE(due, fired) << "it has not fired";
    worker->end();
}

}  // namespace
}  // namespace aw::app
