// An instance that owns a share of the partitions: what its limit was held against says nothing of the others, so what
// comes to it later is looked at when it comes.
#include <future>

#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/reloader.hpp"
#include "codec/event_encoder.hpp"
#include "fake_log.hpp"
#include "settings/activation.hpp"
#include "support/sample_rules.hpp"

namespace aw::app {
namespace {

using std::chrono::seconds;

settings::Loaded shipped(std::vector<std::string> overrides = {}) {
    settings::Loaded loaded = settings::load(AW_SOURCE_DIR "/config/accountwatch.yaml", overrides, std::nullopt);
    for (const auto& mistake : loaded.mistakes) ADD_FAILURE() << to_text(mistake);
    return loaded;
}

// The state of a partition in which that configuration is in force.
std::vector<std::pair<std::string, std::string>> state_with(const settings::Loaded& loaded) {
    PartitionObserver nobody;
    Partition partition({0, 1, Format::protobuf, "events"}, loaded.rules, settings::rules_from_document, nobody);
    const Timestamp at = test::shanghai("2026-08-17 07:00");
    const std::string document = settings::with_live_from(loaded.document, at).value();
    Event event;
    event.event_id = "activation";
    event.occurred_at = at;
    event.source = "accountwatch";
    event.payload = ActivationEvent{loaded.rules->revision, document, nullptr};
    const std::string value = encode_event(event, Format::protobuf);
    eventlog::Record record;
    record.append_time = at;
    record.value = value;
    std::vector<eventlog::OutRecord> outputs;
    partition.apply(record, outputs);
    eventlog::Commit commit;
    partition.stage_changes(commit);
    std::vector<std::pair<std::string, std::string>> state;
    for (const auto& change : commit.state) state.emplace_back(change.key, *change.value);
    return state;
}

// One partition of `partitions`, with another configuration in force than this process has.
class Share : public testing::Test {
protected:
    void start(int partitions) {
        topic_.state = state_with(shipped());
        topic_.broker = &clock_;
        Target target;
        target.rules = ours_.rules;
        target.document = ours_.document;
        WorkerSinks sinks{[](auto) {}, [this] { reloader_->look_again(); },
                          [](int code, const std::string& why) { ADD_FAILURE() << code << ": " << why; }};
        workers_ =
            std::make_unique<Workers>(WorkerContext{log_, ours_.settings, clock_, quiet_.telemetry, target, sinks});
        reloader_ = std::make_unique<Reloader>(Reloader::Context{.io = io_,
                                                                 .clock = clock_,
                                                                 .telemetry = quiet_.telemetry,
                                                                 .path = AW_SOURCE_DIR "/config/accountwatch.yaml",
                                                                 .overrides = {},
                                                                 .limit = ours_.settings.reload,
                                                                 .workers = workers_.get(),
                                                                 .in_force = [](auto) {},
                                                                 .partitions = partitions},
                                               ours_);
        workers_->start("");
        ASSERT_TRUE(judged(1));
    }
    void TearDown() override {
        workers_->stop();
        workers_->join();
    }
    // Goes to somebody else and comes back as it was, with the other configuration.
    void leave_and_return() {
        topic_.taken = true;
        workers_->ask_all([](const auto&) {}, [] {});
    }
    [[nodiscard]] bool judged(int times, Duration patience = seconds{20}) {
        const std::string line = R"(happening="reloaded"} )" + std::to_string(times) + "\n";
        const auto until = std::chrono::steady_clock::now() + patience;
        while (quiet_.registry.expose().find(line) == std::string::npos) {
            if (std::chrono::steady_clock::now() > until) return false;
            io_.restart();
            io_.run_one_for(std::chrono::milliseconds{100});
        }
        return true;
    }
    // What is in force in the partition.
    [[nodiscard]] std::string revision() {
        std::promise<std::string> told;
        auto answer = told.get_future();
        workers_->ask_all(
            [&](const Worker::Partitions& partitions) {
                for (const auto& [number, partition] : partitions) told.set_value(partition->shard().rules().revision);
            },
            [] {});
        return answer.get();
    }

    boost::asio::io_context io_;
    test::FixedClock clock_{test::shanghai("2026-12-01 12:00")};
    test::QuietTelemetry quiet_{clock_};
    test::FakeTopic topic_;
    test::FakeLog log_{&topic_};
    settings::Loaded ours_ = shipped({"policy.evaluation_time=09:30"});
    std::unique_ptr<Workers> workers_;
    std::unique_ptr<Reloader> reloader_;
};

TEST_F(Share, WhatComesLaterIsHeldAgainstTheLimitWhenItComes) {
    start(4);
    EXPECT_EQ(revision(), ours_.rules->revision);
    leave_and_return();
    EXPECT_TRUE(judged(2)) << quiet_.registry.expose();
}

TEST_F(Share, APlanSaysOfHowManyItSpeaks) {
    start(4);
    ReloadOutcome answer;
    reloader_->ask({.plan_only = true}, [&](const ReloadOutcome& outcome) { answer = outcome; });
    const auto until = std::chrono::steady_clock::now() + seconds{20};
    while (answer.result == ReloadResult::UNSPECIFIED && std::chrono::steady_clock::now() < until) {
        io_.restart();
        io_.run_one_for(std::chrono::milliseconds{100});
    }
    EXPECT_EQ(answer.result, ReloadResult::PLANNED);
    EXPECT_EQ(answer.partitions, 1);
    EXPECT_EQ(answer.partitions_total, 4);
}

}  // namespace
}  // namespace aw::app
