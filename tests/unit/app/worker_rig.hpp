// A worker with one partition, whose log is in memory and holds history.
#pragma once

#include <deque>
#include <functional>
#include <future>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "app/worker.hpp"
#include "codec/event_encoder.hpp"
#include "fake_log.hpp"
#include "support/sample_rules.hpp"

namespace aw::app {

inline constexpr std::string_view kRoot = "37140000012";
inline constexpr std::string_view kCode = "37140000012001";

// One worker with one partition, whose log holds history.
class Process {
public:
    explicit Process(eventlog::Log& log) : log_(log) {
        loaded_ = settings::load(AW_SOURCE_DIR "/config/accountwatch.yaml", {}, std::nullopt);
        for (const auto& mistake : loaded_.mistakes) ADD_FAILURE() << to_text(mistake);
    }

    using Failed = std::function<void(int code, const std::string& why)>;
    std::unique_ptr<Worker> worker(Failed failed = unexpected, Pace& pace = Pace::real()) {
        Target target;
        target.rules = test::sample_rules();
        target.document = loaded_.document;
        return std::make_unique<Worker>(
            WorkerContext{log_, loaded_.settings, clock, quiet_.telemetry, target, {[](auto) {}, [] {}, failed}, pace},
            0);
    }
    test::SettableClock clock{test::shanghai("2026-12-01 12:00")};

    [[nodiscard]] Duration commit_interval() const { return loaded_.settings.watch.commit_interval; }
    [[nodiscard]] std::string metrics() const { return quiet_.registry.expose(); }

    static void unexpected(int code, const std::string& why) { ADD_FAILURE() << code << ": " << why; }

private:
    eventlog::Log& log_;
    test::QuietTelemetry quiet_{clock};
    settings::Loaded loaded_;
};

// Events of one account as records of loaded history: deadlines fire exactly when due.
class HistoryOf {
public:
    void add(const char* local, EventPayload payload, bool broadcast = false) {
        const Timestamp when = test::shanghai(local);
        const std::string id = "e" + std::to_string(values_.size());
        Event event;
        event.event_id = id;
        const bool command = std::holds_alternative<CommandEvent>(payload);
        if (!broadcast && !command) event.code = *parse_customer_code(kCode);
        event.occurred_at = when;
        event.source = "test";
        event.payload = std::move(payload);
        eventlog::Record record;
        record.offset = static_cast<std::int64_t>(topic.records.size());
        record.append_time = test::shanghai("2026-12-01 12:00");
        record.declared_time = when;
        record.key = broadcast ? "" : kRoot;
        record.value = values_.emplace_back(encode_event(event, Format::protobuf));
        topic.records.push_back(record);
    }
    [[nodiscard]] std::int64_t end() const { return static_cast<std::int64_t>(topic.records.size()); }

    test::FakeTopic topic;

private:
    std::deque<std::string> values_;
};

// The shipped configuration, in force from 07:00.
inline void activate(HistoryOf& history) {
    const settings::Loaded loaded = settings::load(AW_SOURCE_DIR "/config/accountwatch.yaml", {}, std::nullopt);
    const std::string document = *settings::with_live_from(loaded.document, test::shanghai("2026-08-17 07:00"));
    history.add("2026-08-17 07:00", ActivationEvent{loaded.rules->revision, document, nullptr}, true);
}

// Such a log for a test that owns time: it answers, and nobody waits in it.
struct LiveHistory : HistoryOf {
    LiveHistory() {
        activate(*this);
        log.reachable = true;
        topic.waits = false;
    }

    test::FakeLog log{&topic};
};

// Why a worker ends with 78 over the state that it finds.
inline std::string refusal_of(HistoryOf& history) {
    test::FakeLog log(&history.topic);
    Process process(log);
    int exit_code = 0;
    std::string said;
    const auto worker = process.worker([&](int code, const std::string& why) {
        exit_code = code;
        said = why;
    });
    worker->start();
    worker->join();
    EXPECT_EQ(exit_code, 78);
    EXPECT_EQ(history.topic.committed, 0);
    return said;
}

// Until the worker has gone round once more.
inline void one_round(Worker& worker) {
    std::promise<void> over;
    worker.ask([&](const Worker::Partitions&) { over.set_value(); });
    over.get_future().wait();
}

}  // namespace aw::app
