// The port of the log: what the daemon needs of Kafka, or of the embedded file, and nothing more. Two adapters keep it
// (sqlite/, kafka/) and pass the same tests (tests/contract).
//
// Threads: a Log may be used by any thread. A GroupConsumer, TopicReader, Appender or Admin has one owner at a time and
// is used by that thread alone, except for wake() and finish_by(). The Log outlives everything opened from it.
// Failure: nothing throws. LogError::Kind says what to do (error.hpp).
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "eventlog/error.hpp"
#include "eventlog/record.hpp"
#include "eventlog/source.hpp"
#include "eventlog/topic.hpp"

namespace aw::eventlog {

enum class LogLevel : std::uint8_t { error, warning, info, debug };

// Where an adapter and its client library report what happens. Called by the threads that call the adapter (and by its
// own preparing thread), never by a thread of the client library; must not call back into the log.
using LogSink = std::function<void(LogLevel, std::string_view)>;

struct Batch {
    // Of restored partitions only; in offset order within each partition. Valid until the next poll().
    std::span<const Record> records;
    // Partitions that are this consumer's and wait for restore(). Reported by every poll() until that is done.
    std::vector<int> assigned;
    // Partitions that are about to leave: commit() what is in hand, then release(). Reported until then, without
    // records.
    std::vector<int> revoking;
    // Partitions that have left without asking (the group gave this consumer up), all that it had: drop their state and
    // what was decided for them, commit nothing of it.
    std::vector<int> lost;
    // Appends of append() that were given up since the last poll().
    std::size_t failed_appends = 0;
    // Records that the client delivered a second time since the last poll(), dropped.
    std::size_t redelivered = 0;
    // The group has said at least once which partitions are this consumer's, maybe none.
    bool joined = false;
};

// Hands over one key of the restored state.
using RestoreSink = std::function<void(std::string_view key, std::string_view value)>;
// So many more records of the stored state have been read; also those whose key has a later one, and before the sink
// has got any. For a sign of life: called every second at least while the log brings any. May be empty.
using RestoreReads = std::function<void(std::size_t records)>;

struct PartitionStatus {
    int partition = 0;
    std::int64_t position = 0;        // of the next record to be delivered
    std::int64_t high_watermark = 0;  // one past the newest record known of; lag = high_watermark - position
};

// Where a partition is read on, and where the group stands by now: it may have gone on since the restore began.
struct Resumed {
    std::int64_t next = 0;
    std::int64_t group = 0;
};

// One worker's handle on the log: a member of the group that shares the partitions of a topic, with a producer whose
// commits cover outputs, state and positions together.
//
// The owner's loop:
//     poll -> for each `lost`: drop its state
//          -> for each `assigned`: restore (an error that can be retried: go on polling, it is reported again)
//          -> if `revoking` is not empty: commit, drop the state of these, release
//          -> apply `records`; from time to time commit
class GroupConsumer {
public:
    virtual ~GroupConsumer() = default;

    // Waits for records, a change of the assignment, wake(), or `timeout`, whichever comes first. An error with
    // can_retry() leaves the consumer usable: report it and poll again.
    [[nodiscard]] virtual LogResult<Batch> poll(std::size_t max_records, Duration timeout) = 0;

    // Reads the committed position and the committed state of a partition from `assigned`: each live key once with its
    // last value, in order of key. Returns the position, from where poll() goes on. May take seconds; waiting for what
    // a dead predecessor left undecided ends with an error that can be retried after some seconds. After an error
    // forget what the sink has got.
    [[nodiscard]] virtual LogResult<std::int64_t> restore(int partition, const RestoreSink& sink,
                                                          const RestoreReads& reads = {}) = 0;

    // Of a partition just restored: is its position what the group holds, not only where the topic begins?
    [[nodiscard]] virtual bool has_committed(int partition) const = 0;

    // Of a partition just restored, before the next poll(): reads on from there, whatever the group holds, or from
    // where the topic begins now. For a state that says itself how far it goes. After an error the partition is in
    // `assigned` again.
    [[nodiscard]] virtual LogResult<Resumed> go_on_from(int partition, std::int64_t position) = 0;

    // Of a partition just restored: it is to be restored once more (it is in `assigned` again, also after an error).
    // Where the group stands by now, as restore() returns it.
    [[nodiscard]] virtual LogResult<std::int64_t> ask_again(int partition) = 0;

    // For whoever is about to end, and has so long for what is left: a restore() under way returns soon, later ones at
    // once, with an error that can be retried; commit() ends early enough for close() to have its time, and that waits
    // no longer than until then (but for a moment, if it is called so late). A call that is under way may take its 2 s.
    // Any thread.
    virtual void finish_by(std::chrono::steady_clock::time_point deadline) = 0;

    // All of it or nothing. REQUIRES: positions and state only of restored partitions; positions never go back.
    // An error with can_retry() decides nothing yet: until it is decided call nothing but commit() with the *same*
    // commit (it goes on where it stopped), or close(). Any other error ends the use of this consumer.
    [[nodiscard]] virtual LogResult<CommitOutcome> commit(const Commit& commit) = 0;

    // Lets go of the partitions in `revoking`.
    virtual void release() = 0;

    // Adds a record outside of any commit (ticks, activations). Kafka: handed to an idempotent producer, does not wait;
    // if it is given up after all, Batch::failed_appends tells. Embedded: written when this returns.
    [[nodiscard]] virtual LogResult<void> append(const OutRecord& record) = 0;

    // Ends the poll() under way, or else the next one, early. Any thread.
    virtual void wake() = 0;

    // For metrics; of the restored partitions; from memory where the client keeps it.
    [[nodiscard]] virtual std::vector<PartitionStatus> status() = 0;

    // Leaves the group in order: after the last commit. The destructor does it too, but cannot report.
    virtual void close() = 0;
};

// Reads every partition of a topic from its beginning, committed records only, and goes on as they come.
class TopicReader {
public:
    virtual ~TopicReader() = default;
    // Waits for records, wake() or `timeout`. Valid until the next poll().
    [[nodiscard]] virtual LogResult<std::span<const Record>> poll(std::size_t max_records, Duration timeout) = 0;
    // Everything that stood in the topic when the reader was opened has been delivered.
    [[nodiscard]] virtual bool caught_up() const = 0;
    virtual void wake() = 0;  // any thread
};

struct AppendReport {
    std::vector<bool> acknowledged;  // by index of the record; with kEveryPartition: all its copies
    std::size_t count = 0;           // how many are
    std::optional<LogError> error;   // the first reason, if not all are

    [[nodiscard]] bool complete() const { return !error; }
};

// Appends for intake and the tool.
class Appender {
public:
    virtual ~Appender() = default;
    // Returns when every record is acknowledged or given up. A record that is not acknowledged may still be in the log
    // (the answer was lost): sending it again is safe for events, whose ids make duplicates harmless.
    [[nodiscard]] virtual AppendReport append(std::span<const OutRecord> records) = 0;
    // From then on nothing waits any more: an append() under way ends soon after it, with what has been acknowledged,
    // and later ones give up at once. Any thread. Whoever answers in a moment anyway need not know.
    virtual void give_up_at(std::chrono::steady_clock::time_point /*when*/) {}
    // Has `events` never had a record?
    [[nodiscard]] virtual LogResult<bool> is_empty() = 0;
};

struct Finding {
    enum class Severity : std::uint8_t { warning, error };
    Severity severity = Severity::error;
    Topic topic = Topic::events;
    std::string text;  // what is wrong and what to do
};

struct TopicSettings {
    int replication_factor = 1;  // Kafka
};

class Admin {
public:
    virtual ~Admin() = default;
    // Creates what is missing; leaves what exists as it is. The embedded log has everything from the start.
    [[nodiscard]] virtual LogResult<void> create(const TopicSettings& settings) = 0;
    // Number of partitions, compaction, retention, LogAppendTime of `events`, replicas that must agree. Empty: all is
    // well.
    [[nodiscard]] virtual LogResult<std::vector<Finding>> check() = 0;
};

struct WorkerOptions {
    Topic topic = Topic::events;
    std::string group_suffix;  // "" for watch, "-notify" for the notifier: its own positions
    int worker = 0;            // number of this worker in its process and group: part of its stable name
    bool stateful = true;      // false: restore() only finds the position; no state may be committed
    std::string url;           // where others reach its process over HTTP; what Log::owner_of() gives them
};

class Log {
public:
    virtual ~Log() = default;
    [[nodiscard]] virtual int partitions() const = 0;
    [[nodiscard]] virtual LogResult<std::unique_ptr<GroupConsumer>> open_worker(const WorkerOptions& options) = 0;
    [[nodiscard]] virtual LogResult<std::unique_ptr<TopicReader>> open_reader(Topic topic) = 0;
    // Of one partition only; whoever reads must not mind records of others (an adapter may have nothing better).
    [[nodiscard]] virtual LogResult<std::unique_ptr<TopicReader>> open_reader_of(Topic topic, int /*partition*/) {
        return open_reader(topic);
    }
    [[nodiscard]] virtual LogResult<std::unique_ptr<Appender>> open_appender() = 0;
    // Only where the log is part of something that holds the topics of others, too; else bad_configuration.
    [[nodiscard]] virtual LogResult<std::unique_ptr<SourceConsumer>> open_sources(const SourceOptions& /*options*/) {
        return log_failure(LogError::Kind::bad_configuration, "this log has no topics of others");
    }
    [[nodiscard]] virtual Admin& admin() = 0;
    // URL of the process whose worker owns the partition of `events` now (WorkerOptions::url); empty: nobody does, it
    // gave none, or there are no other processes. May wait so long for a broker.
    [[nodiscard]] virtual LogResult<std::string> owner_of(int /*partition*/, Duration /*timeout*/) {
        return std::string();
    }
    // Does the log answer? For readiness.
    [[nodiscard]] virtual LogResult<void> check_reachable(Duration timeout) = 0;
};

}  // namespace aw::eventlog
