// A worker as the daemon has them, in small: follows the protocol of GroupConsumer and remembers everything.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "eventlog/log.hpp"

namespace aw::test {

using namespace std::chrono_literals;

struct Seen {
    int partition;
    std::int64_t offset;
    Timestamp append_time;
    std::optional<Timestamp> declared_time;
    std::string key;
    std::string value;
    bool tombstone;
    std::vector<eventlog::Header> headers;
};

[[nodiscard]] inline Seen copy_of(const eventlog::Record& record) {
    Seen seen{record.partition,        record.offset,
              record.append_time,      record.declared_time,
              std::string(record.key), std::string(record.value),
              record.tombstone,        {}};
    for (const auto& header : record.headers)
        seen.headers.push_back({std::string(header.name), std::string(header.value)});
    return seen;
}

// Turns a worker until `done`; false when it takes longer than 60 s or an error ends it.
template <class Turning>
bool turns_until(Turning& worker, const std::function<bool()>& done) {
    const auto deadline = std::chrono::steady_clock::now() + 60s;
    while (!done()) {
        if (std::chrono::steady_clock::now() > deadline || !worker.turn()) return false;
    }
    return true;
}

class Worker {
public:
    explicit Worker(eventlog::Log& log, const eventlog::WorkerOptions& options = {}) {
        auto opened = log.open_worker(options);
        if (!opened) throw std::runtime_error(opened.error().message);
        consumer = std::move(*opened);
    }

    // One poll and what it asks for. Errors that can be retried are remembered; others too, and then true is returned
    // never again.
    bool turn(Duration timeout = 100ms) {
        auto batch = consumer->poll(1000, timeout);
        if (!batch) {
            error = batch.error();
            return error->can_retry();
        }
        failed_appends += batch->failed_appends;
        EXPECT_TRUE(batch->joined || (batch->assigned.empty() && next.empty()));  // who has partitions was given them
        for (const int partition : batch->lost) drop(partition);
        for (const int partition : batch->assigned) {
            std::map<std::string, std::string> restored;
            const auto position = consumer->restore(partition, [&](std::string_view key, std::string_view value) {
                EXPECT_TRUE(restored.emplace(key, value).second) << "key restored twice: " << key;
            });
            if (!position) {
                error = position.error();
                return error->can_retry();
            }
            state[partition] = std::move(restored);
            next[partition] = *position;
            start[partition] = *position;
            if (!goes_on_from || !goes_on_from(partition)) continue;
            const auto moved = consumer->go_on_from(partition, *goes_on_from(partition));
            if (!moved) {
                error = moved.error();
                return error->can_retry();
            }
            next[partition] = moved->next;
            group[partition] = moved->group;
        }
        for (const auto& record : batch->records) {
            EXPECT_GE(record.offset, next[record.partition]);
            next[record.partition] = record.offset + 1;
            seen.push_back(copy_of(record));
        }
        if (!batch->revoking.empty()) {
            if (before_release) before_release(batch->revoking);
            for (const int partition : batch->revoking) drop(partition);
            consumer->release();
            ++releases;
        }
        return true;
    }

    bool run_until(const std::function<bool()>& done) { return turns_until(*this, done); }
    bool wait_for_partitions(std::size_t count) {
        return run_until([&]() { return next.size() == count; });
    }
    bool wait_for_records(std::size_t count) {
        return run_until([&]() { return seen.size() >= count; });
    }

    // Commits with the positions of everything seen; repeats as the port wants it.
    eventlog::LogResult<eventlog::CommitOutcome> commit(eventlog::Commit commit = {}) {
        for (const auto& [partition, position] : next) commit.positions.emplace_back(partition, position);
        while (true) {
            auto outcome = consumer->commit(commit);
            if (outcome || !outcome.error().can_retry()) return outcome;
            ++commit_retries;
        }
    }

    void drop(int partition) {
        next.erase(partition);
        state.erase(partition);
    }

    std::unique_ptr<eventlog::GroupConsumer> consumer;
    std::function<void(const std::vector<int>&)> before_release;
    std::function<std::optional<std::int64_t>(int partition)> goes_on_from;  // whatever the group has
    std::vector<Seen> seen;
    std::map<int, std::int64_t> next;
    std::map<int, std::int64_t> start;  // where each partition was taken up
    std::map<int, std::int64_t> group;  // of those that went on elsewhere, where the group stood
    std::map<int, std::map<std::string, std::string>> state;
    std::optional<eventlog::LogError> error;
    std::size_t failed_appends = 0;
    int releases = 0;
    int commit_retries = 0;
};

// Everything a topic holds now.
[[nodiscard]] inline std::vector<Seen> read_all(eventlog::Log& log, eventlog::Topic topic) {
    std::vector<Seen> list;
    auto reader = log.open_reader(topic);
    if (!reader) throw std::runtime_error(reader.error().message);
    const auto deadline = std::chrono::steady_clock::now() + 30s;
    while (!(*reader)->caught_up() && std::chrono::steady_clock::now() < deadline) {
        const auto records = (*reader)->poll(1000, 1000ms);
        if (!records) throw std::runtime_error(records.error().message);
        for (const auto& record : *records) list.push_back(copy_of(record));
    }
    // Empty topics have caught up before the first poll.
    const auto rest = (*reader)->poll(1000, 0ms);
    if (!rest) throw std::runtime_error(rest.error().message);
    for (const auto& record : *rest) list.push_back(copy_of(record));
    return list;
}

inline void append(eventlog::Log& log, const std::vector<eventlog::OutRecord>& records) {
    auto appender = log.open_appender();
    if (!appender) throw std::runtime_error(appender.error().message);
    const auto report = (*appender)->append(records);
    if (!report.complete()) throw std::runtime_error(report.error->message);
    ASSERT_EQ(report.count, records.size());
}

}  // namespace aw::test
