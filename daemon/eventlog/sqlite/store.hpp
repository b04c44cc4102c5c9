// One connection to the embedded log, and every statement that is run on it.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "eventlog/log.hpp"
#include "eventlog/sqlite/database.hpp"
#include "eventlog/sqlite/sqlite_log.hpp"
#include "eventlog/sqlite/wake_file.hpp"

namespace aw::eventlog {

// What all connections of one process share. Outlives them.
struct StoreContext {
    SqliteOptions options;
    const Clock& clock;
    WakeFile wake_file;
    // Writers of this process queue here instead of in SQLite's busy handler, which sleeps.
    std::mutex write_mutex;
};

// Records read, with the bytes they point to.
class RecordBuffer {
public:
    void clear();
    void add(const Record& record, std::string_view encoded_headers);
    // Makes the views; none may be added after that.
    [[nodiscard]] std::span<const Record> finish();
    [[nodiscard]] std::size_t size() const { return records_.size(); }
    [[nodiscard]] std::size_t bytes() const { return bytes_.size(); }

private:
    std::string bytes_;  // key, value, key, value ... of records_
    std::vector<Record> records_;
    std::deque<std::vector<Header>> headers_;
    std::deque<std::vector<HeaderView>> views_;
};

class Store {
public:
    // Creates the tables of a new file; checks version and partitions of an old one.
    [[nodiscard]] static LogResult<Store> open(StoreContext& context);

    // Each in one transaction; touches the wake file.
    [[nodiscard]] LogResult<void> append(std::span<const OutRecord> records);
    [[nodiscard]] LogResult<void> commit(const Commit& commit, const std::string& group, Topic source);

    // Adds up to `max_records` (and not much more than 16 MiB) to `into`; the answer is the position after them.
    [[nodiscard]] LogResult<std::int64_t> read(Topic topic, int partition, std::int64_t from, std::size_t max_records,
                                               RecordBuffer& into);
    // One past the newest record.
    [[nodiscard]] LogResult<std::int64_t> end_offset(Topic topic, int partition);
    [[nodiscard]] LogResult<std::int64_t> position(const std::string& group, Topic source, int partition);
    [[nodiscard]] LogResult<void> restore(int partition, const RestoreSink& sink, const std::atomic<bool>& given_up);

private:
    struct Tail {
        std::int64_t next_offset = 0;
        Timestamp last_append;
    };
    using Body = std::function<LogResult<void>()>;

    Store(StoreContext& context, Database database) : context_(&context), database_(std::move(database)) {}
    [[nodiscard]] LogResult<void> prepare_schema();
    [[nodiscard]] LogResult<void> check_schema(std::int64_t version, std::int64_t application);
    [[nodiscard]] LogResult<void> create_schema();
    [[nodiscard]] LogResult<std::int64_t> ask(const char* sql);
    [[nodiscard]] LogResult<void> transact(const Body& body);
    [[nodiscard]] LogResult<void> apply_page_limit();
    [[nodiscard]] LogResult<void> insert(const OutRecord& record, Timestamp now);
    [[nodiscard]] LogResult<void> insert_into(const OutRecord& record, int partition, Timestamp now);
    [[nodiscard]] LogResult<void> change(const StateChange& change);
    [[nodiscard]] LogResult<void> move(const std::string& group, Topic source, int partition, std::int64_t position);
    [[nodiscard]] LogResult<Tail> tail(Topic topic, int partition);
    // The statement, prepared on first use.
    [[nodiscard]] LogResult<Statement*> prepared(Statement& slot, const std::string& sql);
    [[nodiscard]] LogResult<void> finish(Statement& statement, const char* what);

    StoreContext* context_;
    Database database_;
    std::array<Statement, kTopics> insert_;
    std::array<Statement, kTopics> read_;
    std::array<Statement, kTopics> tail_;
    Statement set_state_;
    Statement delete_state_;
    Statement read_state_;
    Statement set_position_;
    Statement get_position_;
    std::vector<std::optional<Tail>> tails_;  // of the transaction under way, by topic and partition
    std::int64_t page_limit_ = 0;
};

}  // namespace aw::eventlog
