// GroupConsumer and TopicReader on the embedded log.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "eventlog/log.hpp"
#include "eventlog/sqlite/group.hpp"
#include "eventlog/sqlite/store.hpp"
#include "eventlog/sqlite/wake_file.hpp"

namespace aw::eventlog {

// Reads several partitions in turn from one connection.
class PartitionCursor {
public:
    PartitionCursor(Store& store, Topic topic) : store_(store), topic_(topic) {}

    void start(int partition, std::int64_t position) { positions_[partition] = position; }
    void stop(int partition) { positions_.erase(partition); }
    // Replaces what the last read gave.
    [[nodiscard]] LogResult<std::span<const Record>> read(std::size_t max_records);
    [[nodiscard]] const std::map<int, std::int64_t>& positions() const { return positions_; }

private:
    Store& store_;
    Topic topic_;
    std::map<int, std::int64_t> positions_;
    int first_ = 0;  // where the next read begins, so that no partition starves
    RecordBuffer buffer_;
};

class SqliteConsumer final : public GroupConsumer {
public:
    SqliteConsumer(Store store, Waiter waiter, std::shared_ptr<Group> group, std::string group_name,
                   const WorkerOptions& options);
    ~SqliteConsumer() override;

    LogResult<Batch> poll(std::size_t max_records, Duration timeout) override;
    LogResult<std::int64_t> restore(int partition, const RestoreSink& sink, const RestoreReads& reads) override;
    bool has_committed(int partition) const override;
    LogResult<Resumed> go_on_from(int partition, std::int64_t position) override;
    LogResult<std::int64_t> ask_again(int partition) override;
    LogResult<CommitOutcome> commit(const Commit& commit) override;
    void finish_by(std::chrono::steady_clock::time_point) override { given_up_ = true; }
    void release() override;
    LogResult<void> append(const OutRecord& record) override;
    void wake() override;
    std::vector<PartitionStatus> status() override;
    void close() override;

private:
    Store store_;
    Waiter waiter_;
    std::shared_ptr<Group> group_;
    std::string group_name_;
    WorkerOptions options_;
    PartitionCursor cursor_;
    std::set<int> to_restore_;
    std::vector<int> revoking_;
    std::atomic<bool> given_up_{false};  // restoring
    int member_;
};

class SqliteReader final : public TopicReader {
public:
    // `ends`: where each partition ended when the reader was opened. `only`: nothing of the others.
    SqliteReader(Store store, Waiter waiter, Topic topic, std::vector<std::int64_t> ends, std::optional<int> only);

    LogResult<std::span<const Record>> poll(std::size_t max_records, Duration timeout) override;
    bool caught_up() const override;
    void wake() override { waiter_.wake(); }

private:
    Store store_;
    Waiter waiter_;
    PartitionCursor cursor_;
    std::vector<std::int64_t> ends_;
};

}  // namespace aw::eventlog
