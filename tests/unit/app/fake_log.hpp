// A log in memory for one worker or reader: it hands out what a test put there, or does not answer at all.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "app/pace.hpp"
#include "base/clock.hpp"
#include "eventlog/log.hpp"
#include "telemetry/happenings.hpp"

namespace aw::test {

struct FakeTopic {
    // Records of partition 0, delivered in one batch; views into what the test keeps.
    std::vector<eventlog::Record> records;
    bool one_by_one = false;  // or each in a batch of its own
    std::vector<std::pair<std::string, std::string>> state;  // what restore() hands over

    // Waits until so many positions are committed; false after 20 s.
    [[nodiscard]] bool wait_for_position(std::int64_t position) {
        std::unique_lock lock(mutex);
        return changed.wait_for(lock, std::chrono::seconds{20}, [&] { return committed >= position; });
    }

    std::mutex mutex;
    std::condition_variable changed;
    std::atomic<bool> joined{true};  // false: the group has not handed out partitions yet
    std::atomic<int> failing{0};     // so many polls fail, as if the broker had gone
    std::size_t redelivered = 0;     // told by the next poll
    std::atomic<bool> taken{false};  // the group gives the partition to somebody else, without asking
    std::int64_t group_position = 0;        // at the start
    std::optional<std::int64_t> group_has_gone_on_to;  // since restore() began
    std::optional<std::vector<std::pair<std::string, std::string>>> torn;  // what `state` is once that is known
    std::int64_t begin = 0;                 // what lies before was deleted by retention
    bool group_has_committed = true;        // or else that is where the topic begins
    std::atomic<bool> cannot_go_on{false};  // elsewhere, the first time
    std::int64_t committed = 0;
    bool woken = false;
    std::deque<eventlog::LogResult<eventlog::CommitOutcome>> answers;  // to the next commits; then all succeed
    std::atomic<int> commits{0};                                       // tried
    bool waits = true;  // a poll that brings nothing; not where a test owns time
    // What the worker appends is read back, dated by the broker's clock.
    const Clock* broker = nullptr;
    std::atomic<int> appended{0};
    std::function<void(const std::string& key)> restores;  // before a record is handed over: the pace of a restore
    // Of a restore that reads all before it hands over any.
    std::function<void(const eventlog::RestoreReads&)> reads;
    std::vector<std::string> outputs;  // committed, in their order
    std::optional<std::int64_t> high_watermark;  // of status(), which without it knows nothing
    bool keeps_state = false;          // what is committed is what the next restore() hands over
    std::atomic<std::chrono::steady_clock::time_point> finish_by{};  // as its consumer was told
};

class FakeConsumer final : public eventlog::GroupConsumer {
public:
    explicit FakeConsumer(FakeTopic& topic) : topic_(topic) {}

    eventlog::LogResult<eventlog::Batch> poll(std::size_t, Duration timeout) override {
        if (topic_.failing > 0) {
            --topic_.failing;
            return eventlog::log_failure(eventlog::LogError::Kind::unreachable, "nobody there");
        }
        eventlog::Batch batch;
        batch.joined = topic_.joined;
        batch.redelivered = std::exchange(topic_.redelivered, 0);
        if (topic_.taken.exchange(false)) {
            batch.lost = {0};
            restored_ = false;  // it comes back at once, and all that is not committed with it
            delivered_ = 0;
            return batch;
        }
        if (!topic_.joined) {
            wait(timeout);
        } else if (!restored_) {
            batch.assigned = {0};
        } else if (delivered_ < topic_.records.size()) {
            batch.records = std::span(topic_.records).subspan(delivered_, topic_.one_by_one ? 1 : std::dynamic_extent);
            delivered_ += batch.records.size();
        } else if (!echo_.empty()) {
            read_back_ = std::exchange(echo_, {});
            batch.records = read_back_;
        } else if (topic_.waits) {
            wait(timeout);
        }
        return batch;
    }
    eventlog::LogResult<std::int64_t> restore(int, const eventlog::RestoreSink& sink,
                                              const eventlog::RestoreReads& reads) override {
        if (topic_.reads) topic_.reads(reads);
        for (const auto& [key, value] : topic_.state) {
            if (given_up_) return eventlog::restore_given_up();
            if (topic_.restores) topic_.restores(key);
            if (!topic_.reads) reads(1);
            sink(key, value);
        }
        restored_ = true;
        delivered_ = static_cast<std::size_t>(topic_.group_position);
        return topic_.group_position;
    }
    bool has_committed(int) const override { return topic_.group_has_committed; }
    eventlog::LogResult<eventlog::Resumed> go_on_from(int, std::int64_t position) override {
        if (topic_.cannot_go_on.exchange(false)) {
            restored_ = false;
            return eventlog::log_failure(eventlog::LogError::Kind::unreachable, "nobody there");
        }
        position = std::max(position, topic_.begin);
        delivered_ = static_cast<std::size_t>(position);
        const std::int64_t group = topic_.group_has_gone_on_to.value_or(topic_.group_position);
        return eventlog::Resumed{position, std::max(group, topic_.begin)};
    }
    eventlog::LogResult<std::int64_t> ask_again(int) override {
        restored_ = false;
        if (topic_.torn) topic_.state = *std::exchange(topic_.torn, std::nullopt);
        return topic_.group_position = topic_.group_has_gone_on_to.value_or(topic_.group_position);
    }
    void finish_by(std::chrono::steady_clock::time_point deadline) override {
        topic_.finish_by = deadline;
        given_up_ = true;
    }
    eventlog::LogResult<eventlog::CommitOutcome> commit(const eventlog::Commit& commit) override {
        const std::lock_guard lock(topic_.mutex);
        ++topic_.commits;
        if (!topic_.answers.empty()) {
            const auto answer = topic_.answers.front();
            topic_.answers.pop_front();
            if (answer && !answer->committed) {  // all of it comes again
                restored_ = false;
                delivered_ = 0;
            }
            if (!answer || !answer->committed) return answer;
        }
        for (const auto& [partition, position] : commit.positions) topic_.committed = position;
        for (const auto& output : commit.outputs) topic_.outputs.push_back(output.value);
        if (topic_.keeps_state) {
            for (const auto& change : commit.state) {
                std::erase_if(topic_.state, [&](const auto& known) { return known.first == change.key; });
                if (change.value) topic_.state.emplace_back(change.key, *change.value);
            }
        }
        topic_.changed.notify_all();
        return eventlog::CommitOutcome{};
    }
    void release() override {}
    eventlog::LogResult<void> append(const eventlog::OutRecord& out) override {
        ++topic_.appended;
        if (topic_.broker == nullptr) return {};  // never read back
        eventlog::Record& record = echo_.emplace_back();
        record.offset = static_cast<std::int64_t>(topic_.records.size()) + topic_.appended;
        record.append_time = topic_.broker->now();
        record.value = values_.emplace_back(out.value);
        return {};
    }
    void wake() override {
        const std::lock_guard lock(topic_.mutex);
        topic_.woken = true;
        topic_.changed.notify_all();
    }
    std::vector<eventlog::PartitionStatus> status() override {
        if (!restored_ || !topic_.high_watermark) return {};
        return {{0, static_cast<std::int64_t>(topic_.records.size()), *topic_.high_watermark}};
    }
    void close() override {}

private:
    void wait(Duration timeout) {
        std::unique_lock lock(topic_.mutex);
        topic_.changed.wait_for(lock, timeout, [this] { return topic_.woken; });
        topic_.woken = false;
    }

    FakeTopic& topic_;
    std::atomic<bool> given_up_{false};
    bool restored_ = false;
    std::size_t delivered_ = 0;
    std::vector<eventlog::Record> echo_;       // appended, not read back yet
    std::vector<eventlog::Record> read_back_;  // the last batch
    std::deque<std::string> values_;
};

// Without a topic it is a log that does not answer.
class FakeLog final : public eventlog::Log {
public:
    explicit FakeLog(FakeTopic* topic = nullptr) : topic_(topic) {}

    int partitions() const override { return 1; }
    eventlog::LogResult<std::unique_ptr<eventlog::GroupConsumer>> open_worker(const eventlog::WorkerOptions&) override {
        ask();
        if (topic_ == nullptr) return gone();
        return std::make_unique<FakeConsumer>(*topic_);
    }
    eventlog::LogResult<std::unique_ptr<eventlog::TopicReader>> open_reader(eventlog::Topic) override {
        ask();
        if (make_reader) return make_reader();
        return gone();
    }
    eventlog::LogResult<std::unique_ptr<eventlog::Appender>> open_appender() override {
        if (make_appender) return make_appender();
        return gone();
    }
    eventlog::Admin& admin() override { std::abort(); }
    eventlog::LogResult<void> check_reachable(Duration) override {
        if (reachable) return {};
        return gone();
    }

    void wait_for_calls(int count) {
        for (int seen = calls_; seen < count; seen = calls_) calls_.wait(seen);
    }
    [[nodiscard]] std::chrono::steady_clock::time_point last_call() const { return last_call_; }

    std::atomic<bool> reachable{false};
    std::function<std::unique_ptr<eventlog::Appender>()> make_appender;  // none: the log does not answer
    std::function<std::unique_ptr<eventlog::TopicReader>()> make_reader;

private:
    void ask() {
        last_call_ = std::chrono::steady_clock::now();
        ++calls_;
        calls_.notify_all();
    }
    static tl::unexpected<eventlog::LogError> gone() {
        return eventlog::log_failure(eventlog::LogError::Kind::unreachable, "nobody there");
    }

    FakeTopic* topic_;
    std::atomic<int> calls_{0};
    std::atomic<std::chrono::steady_clock::time_point> last_call_{};
};

class FixedClock final : public Clock {
public:
    explicit FixedClock(Timestamp at) : at_(at) {}
    [[nodiscard]] Timestamp now() const override { return at_; }

private:
    Timestamp at_;
};

class SettableClock final : public Clock {
public:
    explicit SettableClock(Timestamp now) : at(now) {}
    [[nodiscard]] Timestamp now() const override { return at; }
    std::atomic<Timestamp> at;
};

// Time that passes only where the test lets it, or a worker waits for it.
class OwnPace final : public app::Pace {
public:
    [[nodiscard]] Instant now() const override { return at; }
    void wait(Lock&, std::condition_variable&, Instant until, const std::function<bool()>& over) override {
        if (!over()) at = until;
    }
    void pass(Duration time) { at = at.load() + time; }
    std::atomic<Instant> at{Instant{}};
};

// Counts, and writes nothing but what is critical.
struct QuietTelemetry {
    explicit QuietTelemetry(const Clock& clock) : lines({.level = telemetry::Level::critical}, clock) {}

    telemetry::Log lines;
    telemetry::Registry registry;
    telemetry::Metrics metrics{registry};
    telemetry::Telemetry telemetry{lines, metrics};
};

}  // namespace aw::test
