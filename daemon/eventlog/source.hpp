// The topics of others: read by the members of a group of their own, with a producer whose commits cover what their
// records became in our topics and the positions together. Part of the port (log.hpp says what holds for all of it).
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "eventlog/error.hpp"
#include "eventlog/record.hpp"

namespace aw::eventlog {

struct CommitOutcome {
    // false: nothing was written and nothing will be. The consumer stands at its last commit again, every partition it
    // owns needs restore() (the next poll() lists them in `assigned`), and what was applied since is to be forgotten.
    bool committed = true;
    // Why not. If this repeats (say, a topic that may not be written), wait longer each time and say so.
    std::string reason;
};

struct SourceOptions {
    // Names; one with '^' first is a regular expression (base/text_pattern.hpp). Our own topics never match.
    std::vector<std::string> topics;
    std::string group_suffix = "-intake";
};

struct SourcePosition {
    std::string topic;
    int partition = 0;
    std::int64_t offset = 0;  // of the next record to read
};

struct SourceCommit {
    std::vector<OutRecord> outputs;
    std::vector<SourcePosition> positions;
};

struct SourceStatus {
    std::string topic;
    int partition = 0;
    std::int64_t position = 0;
    std::int64_t high_watermark = 0;  // the newest known of; of a held topic as of when it was held
};

struct SourceBatch {
    // In offset order within each partition; valid until the next poll(). Record::topic says whose they are.
    std::span<const Record> records;
    // What was delivered and not committed comes again, here or to somebody else: forget it. Counts before `records`.
    bool rewound = false;
    // Everything is about to leave: commit() what is in hand, then release(). Reported until then, without records.
    bool revoking = false;
    bool joined = false;          // the group has said at least once what is this consumer's
    std::size_t redelivered = 0;  // delivered a second time by the client since the last poll(), dropped
};

// One owner, one thread, but for wake() and finish_by().
class SourceConsumer {
public:
    virtual ~SourceConsumer() = default;
    // As GroupConsumer::poll(). Topics that are missing or denied are told to the LogSink and hold up no others.
    [[nodiscard]] virtual LogResult<SourceBatch> poll(std::size_t max_records, Duration timeout) = 0;
    // As GroupConsumer::commit(); "not committed" is followed by a rewound batch.
    [[nodiscard]] virtual LogResult<CommitOutcome> commit(const SourceCommit& commit) = 0;
    virtual void release() = 0;
    // From now on nothing of the topics for which `held` says true is delivered. What was delivered of them and not
    // committed comes again when they are no longer held; other topics go on where they are.
    [[nodiscard]] virtual LogResult<void> hold(std::function<bool(const std::string& topic)> held) = 0;
    [[nodiscard]] virtual std::vector<SourceStatus> status() = 0;
    virtual void wake() = 0;  // any thread
    // As GroupConsumer::finish_by(); nothing is taken up any more. Any thread.
    virtual void finish_by(std::chrono::steady_clock::time_point deadline) = 0;
    virtual void close() = 0;
};

}  // namespace aw::eventlog
