#include "eventlog/sqlite/store.hpp"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "base/check.hpp"
#include "base/hash.hpp"
#include "eventlog/sqlite/headers.hpp"

namespace aw::eventlog {
namespace {

constexpr int kOffsetBits = 40;
constexpr std::size_t kReadBytes = 16u << 20;

std::int64_t row_id(int partition, std::int64_t offset) {
    return (static_cast<std::int64_t>(partition) << kOffsetBits) + offset;
}

std::int64_t offset_of(std::int64_t row) { return row & ((std::int64_t{1} << kOffsetBits) - 1); }

// The log time becomes a column of its own.
struct Stored {
    std::optional<Timestamp> declared;
    std::string headers;
};

Stored stored_headers(const std::vector<Header>& headers) {
    Stored stored;
    std::vector<Header> others;
    for (const auto& header : headers) {
        const auto when = header.name == kLogTimeHeader ? parse_log_time(header.value) : std::nullopt;
        if (when) {
            stored.declared = when;
        } else {
            others.push_back(header);
        }
    }
    if (!others.empty()) stored.headers = encode_headers(others);
    return stored;
}

}  // namespace

LogResult<Store> Store::open(StoreContext& context) {
    const SqliteOptions& options = context.options;
    auto database = Database::open(options.path, options.vfs, options.checkpoint_pages);
    if (!database) return fail(database.error());
    Store store(context, std::move(*database));
    if (auto ready = store.prepare_schema(); !ready) return fail(ready.error());
    return store;
}

LogResult<std::int64_t> Store::ask(const char* sql) {
    auto statement = Statement::prepare(database_, sql);
    if (!statement) return fail(statement.error());
    if (statement->step() != SQLITE_ROW) return fail(database_.error("read"));
    return statement->integer(0);
}

LogResult<Statement*> Store::prepared(Statement& slot, const std::string& sql) {
    if (!slot) {
        auto statement = Statement::prepare(database_, sql);
        if (!statement) return fail(statement.error());
        slot = std::move(*statement);
    }
    return &slot;
}

LogResult<void> Store::finish(Statement& statement, const char* what) {
    const int code = statement.step();
    if (code == SQLITE_DONE) {
        statement.reset();
        return {};
    }
    auto error = database_.error(what);
    statement.reset();
    return fail(std::move(error));
}

LogResult<void> Store::transact(const Body& body) {
    const std::lock_guard lock(context_->write_mutex);
    if (auto limited = apply_page_limit(); !limited) return limited;
    tails_.assign(kTopics * static_cast<std::size_t>(context_->options.partitions), std::nullopt);
    if (auto begun = database_.run("BEGIN IMMEDIATE"); !begun) return begun;
    LogResult<void> done = body();
    if (done) done = database_.run("COMMIT");
    if (!done) {
        // SQLite has rolled back by itself after some errors (a full disk).
        if (sqlite3_get_autocommit(database_.handle()) == 0) static_cast<void>(database_.run("ROLLBACK"));
        return done;
    }
    context_->wake_file.touch();
    return {};
}

LogResult<void> Store::apply_page_limit() {
    const auto* limit = context_->options.page_limit;
    const std::int64_t pages = limit != nullptr ? limit->load() : 0;
    if (pages == page_limit_) return {};
    page_limit_ = pages;
    const std::int64_t most = pages > 0 ? pages : std::numeric_limits<std::int32_t>::max();
    return database_.run(fmt::format("PRAGMA max_page_count = {}", most).c_str());
}

LogResult<void> Store::append(std::span<const OutRecord> records) {
    return transact([&]() -> LogResult<void> {
        const Timestamp now = context_->clock.now();
        for (const auto& record : records) {
            if (auto done = insert(record, now); !done) return done;
        }
        return {};
    });
}

LogResult<void> Store::commit(const Commit& commit, const std::string& group, Topic source) {
    return transact([&]() -> LogResult<void> {
        const Timestamp now = context_->clock.now();
        for (const auto& record : commit.outputs) {
            if (auto done = insert(record, now); !done) return done;
        }
        for (const auto& item : commit.state) {
            if (auto done = change(item); !done) return done;
        }
        for (const auto& [partition, position] : commit.positions) {
            if (auto done = move(group, source, partition, position); !done) return done;
        }
        return {};
    });
}

LogResult<void> Store::insert(const OutRecord& record, Timestamp now) {
    const int partitions = context_->options.partitions;
    if (!record.partition) return insert_into(record, partition_of(record.key, partitions), now);
    if (*record.partition != kEveryPartition) return insert_into(record, *record.partition, now);
    for (int partition = 0; partition < partitions; ++partition) {
        if (auto done = insert_into(record, partition, now); !done) return done;
    }
    return {};
}

LogResult<void> Store::insert_into(const OutRecord& record, int partition, Timestamp now) {
    AW_CHECK(record.topic != Topic::state && partition >= 0 && partition < context_->options.partitions);
    auto& known = tails_[index(record.topic) * static_cast<std::size_t>(context_->options.partitions) +
                         static_cast<std::size_t>(partition)];
    if (!known) {
        auto found = tail(record.topic, partition);
        if (!found) return fail(found.error());
        known = *found;
    }
    const auto statement =
        prepared(insert_[index(record.topic)],
                 fmt::format("INSERT INTO \"{}\" VALUES (?1, ?2, ?3, ?4, ?5, ?6)", topic_name(record.topic)));
    if (!statement) return fail(statement.error());
    known->last_append = std::max(known->last_append, now);
    const Stored stored = record.headers.empty() ? Stored{} : stored_headers(record.headers);
    Statement& row = **statement;
    row.bind(1, row_id(partition, known->next_offset)).bind(2, known->last_append.ms).bind(4, record.key);
    stored.declared ? row.bind(3, stored.declared->ms) : row.bind_null(3);
    record.tombstone ? row.bind_null(5) : row.bind(5, record.value);
    stored.headers.empty() ? row.bind_null(6) : row.bind(6, stored.headers);
    ++known->next_offset;
    return finish(row, "write");
}

LogResult<void> Store::change(const StateChange& change) {
    const bool set = change.value.has_value();
    const auto statement =
        set ? prepared(set_state_,
                       "INSERT INTO state VALUES (?1, ?2, ?3) ON CONFLICT (part, key) DO UPDATE SET value = ?3")
            : prepared(delete_state_, "DELETE FROM state WHERE part = ?1 AND key = ?2");
    if (!statement) return fail(statement.error());
    (*statement)->bind(1, change.partition).bind(2, change.key);
    if (set) (*statement)->bind(3, *change.value);
    return finish(**statement, "write");
}

LogResult<void> Store::move(const std::string& group, Topic source, int partition, std::int64_t position) {
    const auto statement = prepared(
        set_position_,
        "INSERT INTO position VALUES (CAST(?1 AS TEXT), CAST(?2 AS TEXT), ?3, ?4) ON CONFLICT DO UPDATE SET next = ?4");
    if (!statement) return fail(statement.error());
    (*statement)->bind(1, group).bind(2, topic_name(source)).bind(3, partition).bind(4, position);
    return finish(**statement, "write");
}

LogResult<Store::Tail> Store::tail(Topic topic, int partition) {
    const auto statement =
        prepared(tail_[index(topic)],
                 fmt::format("SELECT id, append_ms FROM \"{}\" WHERE id >= ?1 AND id < ?2 ORDER BY id DESC LIMIT 1",
                             topic_name(topic)));
    if (!statement) return fail(statement.error());
    Statement& row = **statement;
    row.bind(1, row_id(partition, 0)).bind(2, row_id(partition + 1, 0));
    const int code = row.step();
    LogResult<Tail> found = Tail{};
    if (code == SQLITE_ROW) {
        found = Tail{offset_of(row.integer(0)) + 1, Timestamp{row.integer(1)}};
    } else if (code != SQLITE_DONE) {
        found = fail(database_.error("read"));
    }
    row.reset();
    return found;
}

LogResult<std::int64_t> Store::end_offset(Topic topic, int partition) {
    return tail(topic, partition).map([](const Tail& found) { return found.next_offset; });
}

LogResult<std::int64_t> Store::read(Topic topic, int partition, std::int64_t from, std::size_t max_records,
                                    RecordBuffer& into) {
    const auto statement = prepared(
        read_[index(topic)],
        fmt::format(
            "SELECT id, append_ms, declared_ms, key, value, headers FROM \"{}\" WHERE id >= ?1 AND id < ?2 ORDER "
            "BY id LIMIT ?3",
            topic_name(topic)));
    if (!statement) return fail(statement.error());
    Statement& row = **statement;
    row.bind(1, row_id(partition, from))
        .bind(2, row_id(partition + 1, 0))
        .bind(3, static_cast<std::int64_t>(max_records));
    std::int64_t next = from;
    int code = SQLITE_DONE;
    while (into.bytes() < kReadBytes && (code = row.step()) == SQLITE_ROW) {
        Record record;
        record.partition = partition;
        record.offset = offset_of(row.integer(0));
        record.append_time = Timestamp{row.integer(1)};
        if (!row.is_null(2)) record.declared_time = Timestamp{row.integer(2)};
        record.key = row.bytes(3);
        record.tombstone = row.is_null(4);
        record.value = row.bytes(4);
        into.add(record, row.bytes(5));
        next = record.offset + 1;
    }
    LogResult<std::int64_t> position = next;
    if (code != SQLITE_ROW && code != SQLITE_DONE) position = fail(database_.error("read"));
    row.reset();
    return position;
}

LogResult<std::int64_t> Store::position(const std::string& group, Topic source, int partition) {
    const auto statement =
        prepared(get_position_,
                 "SELECT next FROM position WHERE name = CAST(?1 AS TEXT) AND topic = CAST(?2 AS TEXT) AND part = ?3");
    if (!statement) return fail(statement.error());
    Statement& row = **statement;
    row.bind(1, group).bind(2, topic_name(source)).bind(3, partition);
    const int code = row.step();
    LogResult<std::int64_t> found = 0;
    if (code == SQLITE_ROW) {
        found = row.integer(0);
    } else if (code != SQLITE_DONE) {
        found = fail(database_.error("read"));
    }
    row.reset();
    return found;
}

LogResult<void> Store::restore(int partition, const RestoreSink& sink, const std::atomic<bool>& given_up) {
    const auto statement = prepared(read_state_, "SELECT key, value FROM state WHERE part = ?1 ORDER BY key");
    if (!statement) return fail(statement.error());
    Statement& row = **statement;
    row.bind(1, partition);
    int code = SQLITE_DONE;
    while (!given_up && (code = row.step()) == SQLITE_ROW) sink(row.bytes(0), row.bytes(1));
    LogResult<void> done;
    if (given_up) {
        done = restore_given_up();
    } else if (code != SQLITE_DONE) {
        done = fail(database_.error("read"));
    }
    row.reset();
    return done;
}

}  // namespace aw::eventlog
