// sqlite3 handles with owners, and its error codes as LogError.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <sqlite3.h>

#include "eventlog/error.hpp"

namespace aw::eventlog {

// One connection. One thread at a time. Ends with the connection's statements gone.
class Database {
public:
    // WAL, synchronous=FULL (a commit survives a power cut), waits up to 10 s for another process's write.
    [[nodiscard]] static LogResult<Database> open(const std::string& path, const char* vfs, int checkpoint_pages);

    [[nodiscard]] LogResult<void> run(const char* sql);
    // What went wrong last, in words: "cannot write LOG: database or disk is full".
    [[nodiscard]] LogError error(std::string_view what) const;
    [[nodiscard]] sqlite3* handle() const { return handle_.get(); }

private:
    struct Close {
        void operator()(sqlite3* db) const { sqlite3_close_v2(db); }
    };
    Database(sqlite3* handle, std::string path) : handle_(handle), path_(std::move(path)) {}

    std::unique_ptr<sqlite3, Close> handle_;
    std::string path_;
};

// A prepared statement. Bound bytes are not copied: they must live until step() or reset().
class Statement {
public:
    Statement() = default;
    [[nodiscard]] static LogResult<Statement> prepare(Database& database, const std::string& sql);

    [[nodiscard]] explicit operator bool() const { return handle_ != nullptr; }
    Statement& bind(int index, std::int64_t value);
    Statement& bind(int index, std::string_view bytes);
    Statement& bind_null(int index);
    // SQLITE_ROW, SQLITE_DONE or an error code.
    [[nodiscard]] int step() { return sqlite3_step(handle_.get()); }
    void reset() { sqlite3_reset(handle_.get()); }

    [[nodiscard]] std::int64_t integer(int column) { return sqlite3_column_int64(handle_.get(), column); }
    [[nodiscard]] bool is_null(int column) { return sqlite3_column_type(handle_.get(), column) == SQLITE_NULL; }
    // Valid until the next step() or reset().
    [[nodiscard]] std::string_view bytes(int column);

private:
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
    };
    explicit Statement(sqlite3_stmt* handle) : handle_(handle) {}

    std::unique_ptr<sqlite3_stmt, Finalize> handle_;
};

}  // namespace aw::eventlog
