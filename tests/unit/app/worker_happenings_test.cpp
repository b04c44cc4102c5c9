// What a worker tells of its partitions and of the errors that end or hold it.
#include <atomic>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/exit_codes.hpp"
#include "worker_rig.hpp"

namespace aw::app {
namespace {

using eventlog::LogError;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::string happened(const char* what, int times) {
    return "accountwatch_happenings_total{happening=\"" + std::string(what) + "\"} " + std::to_string(times) + "\n";
}

// A hundredth of a second passes whenever somebody looks.
class TickingPace final : public Pace {
public:
    [[nodiscard]] Instant now() const override { return Instant{std::chrono::milliseconds{10} * ++looks_}; }
    void wait(Lock&, std::condition_variable&, Instant, const std::function<bool()>&) override {}

private:
    mutable std::atomic<int> looks_{0};
};

// Time passes when the test says so.
class SetPace final : public Pace {
public:
    [[nodiscard]] Instant now() const override { return Instant{passed}; }
    void wait(Lock&, std::condition_variable&, Instant, const std::function<bool()>&) override {}
    Duration passed{1'000};
};

TEST(WorkerHappenings, APartitionIsAssignedRestoredAndLost) {
    LiveHistory history;
    Process process(history.log);
    const auto worker = process.worker();
    while (history.topic.committed < history.end()) ASSERT_TRUE(worker->turn());
    EXPECT_THAT(process.metrics(),
                AllOf(HasSubstr(happened("partition_assigned", 1)), HasSubstr(happened("partition_restored", 1)),
                      Not(HasSubstr("partition_revoked")), Not(HasSubstr("partition_restoring"))));
    history.topic.taken = true;
    ASSERT_TRUE(worker->turn());
    EXPECT_THAT(process.metrics(), HasSubstr(happened("partition_revoked", 1)));
    worker->end();
}

TEST(WorkerHappenings, WhatTheClientDeliversAgainIsCounted) {
    LiveHistory history;
    Process process(history.log);
    const auto worker = process.worker();
    history.topic.redelivered = 3;
    while (history.topic.committed < history.end()) ASSERT_TRUE(worker->turn());
    EXPECT_THAT(process.metrics(), HasSubstr("accountwatch_records_redelivered_total{reader=\"log\"} 3\n"));
    worker->end();
}

// Each question to a broker that hangs lasts for seconds, and a stop has ten in all.
TEST(WorkerHappenings, AStopDoesNotCommitAgainWhatGotNoAnswer) {
    LiveHistory history;
    history.topic.answers = {
        eventlog::log_failure(LogError::Kind::unreachable, "nobody there"),
        eventlog::log_failure(LogError::Kind::unreachable, "nobody there"),
    };
    Process process(history.log);
    SetPace pace;
    const auto worker = process.worker(Process::unexpected, pace);
    ASSERT_TRUE(worker->turn());  // joins
    ASSERT_TRUE(worker->turn());  // restores
    ASSERT_TRUE(worker->turn());  // applies
    ASSERT_EQ(history.topic.commits, 0);
    worker->stop();
    pace.passed += process.commit_interval();
    EXPECT_FALSE(worker->turn());
    worker->end();
    EXPECT_EQ(history.topic.commits, 1);
}

// The state cannot be read, but all of it is looked at.
TEST(WorkerHappenings, ALongRestoreTellsHowFarItIs) {
    test::FakeTopic topic;
    for (int i = 0; i < 200'000; ++i) topic.state.emplace_back("?", "?");
    test::FakeLog log(&topic);
    Process process(log);
    TickingPace pace;
    int code = 0;
    const auto worker = process.worker([&](int exit_code, const std::string&) { code = exit_code; }, pace);
    while (code == 0) (void)worker->turn();
    EXPECT_EQ(code, kExitConfiguration);
    EXPECT_THAT(process.metrics(),
                AllOf(HasSubstr("happening=\"partition_restoring\""), Not(HasSubstr("partition_restored")),
                      Not(HasSubstr("accountwatch_restore_records_total 0\n"))));
    worker->end();
}

// A changelog is read whole before any of it is handed over: the watchdog and the metric must see that it goes on.
TEST(WorkerHappenings, ARestoreThatOnlyReadsIsAlive) {
    test::FakeTopic topic;
    test::FakeLog log(&topic);
    Process process(log);
    TickingPace pace;
    const auto worker = process.worker(Process::unexpected, pace);
    std::set<Pace::Instant> rounds;
    topic.reads = [&](const eventlog::RestoreReads& reads) {
        for (int i = 0; i < 10'000; ++i) {
            reads(1'000);
            rounds.insert(worker->last_round());
        }
    };
    while (rounds.empty()) ASSERT_TRUE(worker->turn());
    EXPECT_EQ(rounds.size(), 10'000);
    EXPECT_THAT(process.metrics(), AllOf(HasSubstr("happening=\"partition_restoring\""),
                                         HasSubstr("accountwatch_restore_records_total 10000000\n")));
    worker->end();
}

// Who is behind says so, and how far, until it has caught up.
TEST(WorkerHappenings, APartitionThatIsBehindTellsHowFar) {
    LiveHistory history;
    history.topic.high_watermark = 100'000;
    Process process(history.log);
    TickingPace pace;
    const auto worker = process.worker(Process::unexpected, pace);
    while (process.metrics().find(happened("partition_behind", 2)) == std::string::npos) ASSERT_TRUE(worker->turn());
    EXPECT_THAT(process.metrics(), AllOf(HasSubstr("accountwatch_log_lag_records{partition=\"0\"} 99999\n"),
                                         Not(HasSubstr("partition_caught_up"))));
    history.topic.high_watermark = 0;
    for (int i = 0; i < 10'000; ++i) ASSERT_TRUE(worker->turn());
    EXPECT_THAT(process.metrics(), HasSubstr(happened("partition_caught_up", 1)));
    worker->end();
}

TEST(WorkerHappenings, AFullDiskIsToldAndWaitedForAndAFencedWorkerEnds) {
    LiveHistory history;
    history.topic.answers.push_back(eventlog::log_failure(LogError::Kind::storage_full, "no space left"));
    history.topic.answers.push_back(eventlog::log_failure(LogError::Kind::fenced, "another one"));
    Process process(history.log);
    int code = 0;
    TickingPace pace;
    const auto worker = process.worker([&](int exit_code, const std::string&) { code = exit_code; }, pace);
    while (worker->turn()) {
    }
    EXPECT_EQ(code, kExitStartAgain);
    EXPECT_THAT(process.metrics(), AllOf(HasSubstr(happened("storage_full", 1)), HasSubstr(happened("fenced", 1))));
    worker->end();
}

}  // namespace
}  // namespace aw::app
