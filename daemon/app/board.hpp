// Board: every case and task, read from their compacted topics, and the gaps of feeds, so that each instance answers
// for all partitions.
//
// One thread per topic reads; questions come from the control thread. A mutex guards the maps; readers apply whole
// batches under it.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "app/pace.hpp"
#include "core/model/output.hpp"
#include "eventlog/log.hpp"
#include "telemetry/happenings.hpp"

namespace aw::app {

class Board {
public:
    Board(eventlog::Log& log, telemetry::Telemetry& telemetry, const Pace& pace = Pace::real());
    ~Board();

    void start();
    void ask_to_stop();  // returns at once
    void stop();         // and waits for it
    // Everything that stood in the topics when they were opened has been read, and the log answers: what comes now is
    // read, too.
    [[nodiscard]] bool caught_up() const {
        return cases_read_.current() && tasks_read_.current() && gaps_read_.current();
    }

    enum class Order : std::uint8_t { kId, kValueAtRisk };  // the latter: the greatest first
    // The last case of the page before: its id and, ordered by it, its value at risk then.
    struct Cursor {
        std::string case_id;
        Money value;
    };
    struct CaseQuery {
        std::optional<CaseState> state;
        std::optional<Severity> severity;
        std::string unit;
        Order order = Order::kId;
        std::optional<Cursor> after;  // answers begin behind it
        std::size_t limit = 100;
    };
    struct TaskQuery {
        std::string staff;
        std::optional<TaskState> state;
        Order order = Order::kId;  // by value: that of their cases, then by due time
    };
    // `next`: set if something follows.
    [[nodiscard]] std::vector<Case> cases(const CaseQuery& query, std::optional<Cursor>& next) const;
    [[nodiscard]] std::optional<Case> find_case(const std::string& case_id) const;
    [[nodiscard]] std::vector<Task> tasks(const TaskQuery& query) const;
    // The newest first; the last state of each.
    static constexpr std::size_t kMostGaps = 1'000;  // older ones that are closed are forgotten
    [[nodiscard]] std::vector<DataGap> gaps() const;
    // The name that the account's newest case carries; empty if it has none.
    [[nodiscard]] std::string account_name(AccountRoot root) const;
    // Calls `then` as soon as the board has the case at that version or later: at once, or on a reader's thread.
    void when_at_least(const std::string& case_id, std::int32_t version, std::function<void()> then);

private:
    // How far a topic is read. Written by its reader.
    struct Reading {
        std::atomic<bool> caught_up{false};
        std::atomic<bool> there{true};
        [[nodiscard]] bool current() const { return caught_up && there; }
    };
    void read(eventlog::Topic topic, Reading& reading,
              const std::function<void(std::span<const eventlog::Record>)>& apply);
    void apply_cases(std::span<const eventlog::Record> records);
    void apply_tasks(std::span<const eventlog::Record> records);
    void apply_gaps(std::span<const eventlog::Record> records);
    [[nodiscard]] Money value_of(const Task& task) const;  // REQUIRES: mutex_ is held

    struct Waiter {
        std::string case_id;
        std::int32_t version;
        std::function<void()> then;
    };

    eventlog::Log& log_;
    telemetry::Telemetry& telemetry_;
    const Pace& pace_;
    mutable std::mutex mutex_;
    std::map<std::string, Case> cases_;
    std::map<std::string, Task> tasks_;
    std::map<std::string, DataGap> gaps_;
    std::vector<Waiter> waiters_;
    std::vector<eventlog::TopicReader*> open_readers_;
    std::condition_variable stop_asked_;  // with mutex_: ends the wait before a retry
    std::atomic<bool> stopping_{false};
    Reading cases_read_;
    Reading tasks_read_;
    Reading gaps_read_;
    std::vector<std::thread> threads_;
};

}  // namespace aw::app
