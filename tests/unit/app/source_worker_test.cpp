// The loop of the sources against a consumer in memory: aborted commits, lost partitions, a source that is stopped and
// comes back.
#include "app/source_worker.hpp"

#include <deque>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/exit_codes.hpp"
#include "codec/output_decoder.hpp"
#include "fake_log.hpp"
#include "support/sample_rules.hpp"

namespace aw::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// One topic with one partition per name; what a test puts in is delivered as a broker would: from the last commit after
// a rewind, nothing of what is held.
class FakeSources {
public:
    struct Stored {
        std::string value;
    };
    void put(const std::string& topic, const std::string& value) {
        const std::lock_guard lock(mutex);
        topics[topic].values.push_back(value);
        changed.notify_all();
    }
    template <class Done>
    [[nodiscard]] bool wait(Done done) {
        const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{20};
        std::unique_lock lock(mutex);
        // Not all that is waited for is told here.
        while (!done() && std::chrono::steady_clock::now() < until)
            changed.wait_for(lock, std::chrono::milliseconds{5});
        return done();
    }
    [[nodiscard]] bool wait_for_position(const std::string& topic, std::int64_t position) {
        return wait([&] { return topics[topic].committed >= position; });
    }

    struct Topic {
        std::deque<std::string> values;
        std::int64_t next = 0;
        std::int64_t committed = 0;
        bool held = false;
    };
    std::mutex mutex;
    std::condition_variable changed;
    std::map<std::string, Topic> topics;
    std::deque<eventlog::LogResult<eventlog::CommitOutcome>> answers;  // to the next commits; then all succeed
    bool lose = false;                                                 // the partitions once
    int holds = 0;
    int commits = 0;
    std::chrono::steady_clock::time_point finish_by;
    std::vector<eventlog::OutRecord> outputs;  // committed
};

class FakeSourceConsumer final : public eventlog::SourceConsumer {
public:
    explicit FakeSourceConsumer(FakeSources& sources) : sources_(sources) {}

    eventlog::LogResult<eventlog::SourceBatch> poll(std::size_t, Duration timeout) override {
        std::unique_lock lock(sources_.mutex);
        records_.clear();
        eventlog::SourceBatch batch;
        batch.joined = true;
        if (std::exchange(sources_.lose, false)) rewind();
        batch.rewound = std::exchange(rewound_, false);
        if (batch.rewound) return batch;
        sources_.changed.wait_for(lock, timeout, [&] { return collect() || std::exchange(woken_, false); });
        batch.records = records_;
        return batch;
    }
    eventlog::LogResult<eventlog::CommitOutcome> commit(const eventlog::SourceCommit& commit) override {
        const std::lock_guard lock(sources_.mutex);
        ++sources_.commits;
        eventlog::LogResult<eventlog::CommitOutcome> answer = eventlog::CommitOutcome{};
        if (!sources_.answers.empty()) {
            answer = sources_.answers.front();
            sources_.answers.pop_front();
        }
        if (answer && answer->committed) {
            for (const auto& position : commit.positions) sources_.topics[position.topic].committed = position.offset;
            sources_.outputs.insert(sources_.outputs.end(), commit.outputs.begin(), commit.outputs.end());
        } else if (answer) {
            rewind();
        }
        sources_.changed.notify_all();
        return answer;
    }
    void release() override {}
    eventlog::LogResult<void> hold(std::function<bool(const std::string& topic)> held) override {
        const std::lock_guard lock(sources_.mutex);
        ++sources_.holds;
        for (auto& [name, topic] : sources_.topics) {
            const bool now = held(name);
            if (now || topic.held) topic.next = topic.committed;
            topic.held = now;
        }
        sources_.changed.notify_all();
        return {};
    }
    std::vector<eventlog::SourceStatus> status() override { return {}; }
    void finish_by(std::chrono::steady_clock::time_point deadline) override {
        const std::lock_guard lock(sources_.mutex);
        sources_.finish_by = deadline;
    }
    void wake() override {
        const std::lock_guard lock(sources_.mutex);
        woken_ = true;
        sources_.changed.notify_all();
    }
    void close() override {}

private:
    void rewind() {
        rewound_ = true;
        for (auto& [name, topic] : sources_.topics) topic.next = topic.committed;
    }
    bool collect() {
        for (auto& [name, topic] : sources_.topics) {
            for (; !topic.held && topic.next < static_cast<std::int64_t>(topic.values.size()); ++topic.next) {
                eventlog::Record& record = records_.emplace_back();
                record.offset = topic.next;
                record.value = topic.values[static_cast<std::size_t>(topic.next)];
                record.topic = name;
            }
        }
        return !records_.empty();
    }

    FakeSources& sources_;
    std::vector<eventlog::Record> records_;
    bool rewound_ = true;  // as at every start
    bool woken_ = false;
};

class SourceLog final : public eventlog::Log {
public:
    explicit SourceLog(FakeSources& sources) : sources_(sources) {}
    int partitions() const override { return 1; }
    eventlog::LogResult<std::unique_ptr<eventlog::GroupConsumer>> open_worker(const eventlog::WorkerOptions&) override {
        std::abort();
    }
    eventlog::LogResult<std::unique_ptr<eventlog::TopicReader>> open_reader(eventlog::Topic) override { std::abort(); }
    eventlog::LogResult<std::unique_ptr<eventlog::Appender>> open_appender() override { std::abort(); }
    eventlog::LogResult<std::unique_ptr<eventlog::SourceConsumer>> open_sources(
        const eventlog::SourceOptions&) override {
        return std::make_unique<FakeSourceConsumer>(sources_);
    }
    eventlog::Admin& admin() override { std::abort(); }
    eventlog::LogResult<void> check_reachable(Duration) override {
        if (reachable) return {};
        return eventlog::log_failure(eventlog::LogError::Kind::unreachable, "nobody there");
    }

    std::atomic<bool> reachable{true};

private:
    FakeSources& sources_;
};

std::string shipment(const std::string& id) {
    return R"({"event_id":")" + id +
           R"(","account_code":"37140000012001","occurred_at":"2026-08-17T09:00:00Z","source":"sorting",)"
           R"("shipment":{"business_line":"express","items":1}})";
}

class SourceWorkerTest : public testing::Test {
protected:
    void start() {
        worker_ = std::make_unique<SourceWorker>(
            SourceWorker::Context{log, settings_, Format::json, quiet_.telemetry, [this](int code, const std::string&) {
                                      const std::lock_guard lock(sources.mutex);
                                      exit_code = code;
                                      sources.changed.notify_all();
                                  }});
        worker_->start();
    }
    void stop() {
        worker_->stop();
        worker_->join();
    }
    [[nodiscard]] bool is_ready() {
        return sources.wait([&] { return worker_->not_ready().empty(); });
    }
    [[nodiscard]] std::string metrics() const { return quiet_.registry.expose(); }
    // "topic value" of what was committed, without the rest of it.
    [[nodiscard]] std::vector<std::string> committed() const {
        std::vector<std::string> list;
        for (const auto& output : sources.outputs) {
            const bool letter = output.topic == eventlog::Topic::dead_letters;
            const std::size_t at = output.value.find(letter ? "\"reason\":\"" : "\"event_id\":\"") + (letter ? 10 : 12);
            list.push_back(output.value.substr(at, output.value.find('"', at) - at));
        }
        return list;
    }

    FakeSources sources;
    int exit_code = 0;
    std::vector<settings::SourceSettings> settings_ = {{.name = "a",
                                                        .topics = {"a"},
                                                        .breaker_records = 4,
                                                        .breaker_refused_pct = 90,
                                                        .breaker_pause = std::chrono::milliseconds{50}},
                                                       {.name = "b", .topics = {"^b"}, .breaker_records = 0}};

    SourceLog log{sources};

private:
    test::FixedClock clock_{test::shanghai("2026-12-01 12:00")};
    test::QuietTelemetry quiet_{clock_};

protected:
    std::unique_ptr<SourceWorker> worker_;  // ends before what it uses
};

TEST_F(SourceWorkerTest, CommitsEventsLettersAndPositionsTogether) {
    sources.put("a", shipment("1"));
    sources.put("a", "poison");
    sources.put("b.x", shipment("2"));
    start();
    ASSERT_TRUE(sources.wait_for_position("a", 2));
    ASSERT_TRUE(sources.wait_for_position("b.x", 1));
    EXPECT_TRUE(is_ready());
    stop();
    EXPECT_THAT(committed(), testing::UnorderedElementsAre("1", "UNDECODABLE", "2"));
    EXPECT_THAT(metrics(), HasSubstr(R"(accountwatch_source_records_total{source="a",outcome="accepted"} 1)"));
    EXPECT_THAT(metrics(), HasSubstr(R"(accountwatch_source_records_total{source="a",outcome="refused"} 1)"));
    EXPECT_THAT(metrics(), HasSubstr(R"(accountwatch_dead_letters_total{reason="UNDECODABLE"} 1)"));
}

TEST_F(SourceWorkerTest, AStopTellsTheLogUntilWhen) {
    sources.put("a", shipment("1"));
    start();
    ASSERT_TRUE(sources.wait_for_position("a", 1));
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{7};
    worker_->stop(deadline);
    EXPECT_EQ(sources.finish_by, deadline);
    stop();
    EXPECT_EQ(sources.finish_by, deadline);
}

TEST_F(SourceWorkerTest, AnAbortedCommitIsDoneOnceMoreAndCountedOnce) {
    sources.answers.push_back(eventlog::CommitOutcome{false, "no"});
    sources.answers.push_back(eventlog::CommitOutcome{false, "no"});
    sources.put("a", shipment("1"));
    sources.put("a", "poison");
    start();
    ASSERT_TRUE(sources.wait_for_position("a", 2));
    EXPECT_TRUE(is_ready());
    stop();
    EXPECT_EQ(sources.commits, 3);
    EXPECT_THAT(committed(), ElementsAre("1", "UNDECODABLE"));
    EXPECT_THAT(metrics(), HasSubstr(R"(accountwatch_dead_letters_total{reason="UNDECODABLE"} 1)"));
}

// Two refused records that come three times are two.
TEST_F(SourceWorkerTest, WhatComesAgainDoesNotStopASource) {
    sources.answers.push_back(eventlog::CommitOutcome{false, "no"});
    sources.answers.push_back(eventlog::CommitOutcome{false, "no"});
    sources.put("a", "poison");
    sources.put("a", "poison");
    start();
    ASSERT_TRUE(sources.wait_for_position("a", 2));
    stop();
    EXPECT_THAT(committed(), ElementsAre("UNDECODABLE", "UNDECODABLE"));
    EXPECT_EQ(sources.holds, 0);
}

TEST_F(SourceWorkerTest, IsNotReadyWhileCommitsAreAborted) {
    for (int i = 0; i < 1000; ++i) sources.answers.push_back(eventlog::CommitOutcome{false, "denied"});
    sources.put("a", shipment("1"));
    start();
    ASSERT_TRUE(sources.wait([&] { return worker_->not_ready().find("cannot be written") != std::string::npos; }));
    stop();
    EXPECT_LT(sources.commits, 100);  // it backs off
    EXPECT_THAT(sources.outputs, IsEmpty());
}

TEST_F(SourceWorkerTest, AnUndecidedCommitIsAskedAgainAndAFatalOneEndsIt) {
    sources.answers.push_back(eventlog::log_failure(eventlog::LogError::Kind::unreachable, "away"));
    sources.answers.push_back(eventlog::CommitOutcome{});
    sources.answers.push_back(eventlog::log_failure(eventlog::LogError::Kind::fenced, "another"));
    sources.put("a", shipment("1"));
    start();
    ASSERT_TRUE(sources.wait_for_position("a", 1));
    EXPECT_THAT(committed(), ElementsAre("1"));
    sources.put("a", shipment("2"));
    ASSERT_TRUE(sources.wait([&] { return exit_code != 0; }));
    EXPECT_EQ(exit_code, kExitStartAgain);
    stop();
    EXPECT_THAT(committed(), ElementsAre("1"));
}

TEST_F(SourceWorkerTest, WhatIsLostBeforeItsCommitIsNotCommitted) {
    sources.put("a", shipment("1"));
    start();
    ASSERT_TRUE(sources.wait_for_position("a", 1));
    {
        const std::lock_guard lock(sources.mutex);
        sources.lose = true;
    }
    sources.put("a", shipment("2"));
    ASSERT_TRUE(sources.wait_for_position("a", 2));
    stop();
    EXPECT_THAT(committed(), ElementsAre("1", "2"));
}

TEST_F(SourceWorkerTest, AStoppedSourceCommitsNothingAndComesBackWhenMostIsGood) {
    for (int i = 0; i < 4; ++i) sources.put("a", "poison");
    sources.put("b", shipment("b1"));
    start();
    ASSERT_TRUE(sources.wait([&] { return worker_->not_ready().find("source a is stopped") != std::string::npos; }));
    ASSERT_TRUE(sources.wait_for_position("b", 1));  // the other one goes on
    {
        const std::lock_guard lock(sources.mutex);
        EXPECT_EQ(sources.topics["a"].committed, 0);
        EXPECT_THAT(sources.outputs, testing::SizeIs(1));
        // The producer's mistake is repaired where it stood.
        for (int i = 0; i < 4; ++i)
            sources.topics["a"].values[static_cast<std::size_t>(i)] = shipment(std::to_string(i));
    }
    ASSERT_TRUE(sources.wait_for_position("a", 4));
    EXPECT_TRUE(is_ready());
    stop();
    EXPECT_THAT(committed(), ElementsAre("b1", "0", "1", "2", "3"));
    EXPECT_GE(sources.holds, 2);
    EXPECT_THAT(metrics(), HasSubstr(R"(accountwatch_source_stopped{source="a"} 0)"));
    EXPECT_THAT(metrics(), HasSubstr(R"(accountwatch_source_records_total{source="a",outcome="held"} )"));
}

// The client waits without an error, as librdkafka does when it has told once that no broker is left.
TEST_F(SourceWorkerTest, IsNotReadyWhenABrokerGoesAwayInSilence) {
    sources.put("a", shipment("1"));
    start();
    ASSERT_TRUE(sources.wait_for_position("a", 1));
    ASSERT_TRUE(is_ready());
    log.reachable = false;
    ASSERT_TRUE(
        sources.wait([&] { return worker_->not_ready().find("the log is not reachable") != std::string::npos; }));
    log.reachable = true;
    EXPECT_TRUE(is_ready());
    stop();
}

TEST_F(SourceWorkerTest, WithoutABreakerEverythingRefusedIsALetter) {
    for (int i = 0; i < 300; ++i) sources.put("b", "poison");
    start();
    ASSERT_TRUE(sources.wait_for_position("b", 300));
    stop();
    EXPECT_EQ(sources.outputs.size(), 300U);
    EXPECT_EQ(sources.holds, 0);
}

}  // namespace
}  // namespace aw::app
