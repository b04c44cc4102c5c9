#include "eventlog/sqlite/database.hpp"

#include <cerrno>
#include <system_error>

#include <fmt/format.h>

#include "base/check.hpp"

namespace aw::eventlog {
namespace {

constexpr int kBusyTimeoutMs = 10'000;

LogError::Kind kind_of(int extended_code, int system_errno) {
    switch (extended_code & 0xff) {
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return LogError::Kind::retriable;
        case SQLITE_FULL:
            return LogError::Kind::storage_full;
        case SQLITE_IOERR:
            return system_errno == ENOSPC || system_errno == EDQUOT ? LogError::Kind::storage_full
                                                                    : LogError::Kind::storage;
        default:
            return LogError::Kind::storage;
    }
}

}  // namespace

LogResult<Database> Database::open(const std::string& path, const char* vfs, int checkpoint_pages) {
    sqlite3* handle = nullptr;
    // NOMUTEX: a connection belongs to one thread at a time.
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    const int code = sqlite3_open_v2(path.c_str(), &handle, flags, vfs);
    AW_CHECK(handle != nullptr);
    Database database(handle, path);
    if (code != SQLITE_OK) return fail(database.error("open"));
    sqlite3_extended_result_codes(handle, 1);
    sqlite3_busy_timeout(handle, kBusyTimeoutMs);
    // A WAL that had grown behind a long read is cut back to 64 MB.
    const std::string pragmas = fmt::format(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = {};"
        "PRAGMA journal_size_limit = 67108864; PRAGMA cache_size = -16384; PRAGMA temp_store = MEMORY;",
        checkpoint_pages);
    if (auto set = database.run(pragmas.c_str()); !set) return fail(set.error());
    return database;
}

LogResult<void> Database::run(const char* sql) {
    if (sqlite3_exec(handle(), sql, nullptr, nullptr, nullptr) != SQLITE_OK) return fail(error("use"));
    return {};
}

LogError Database::error(std::string_view what) const {
    const int code = sqlite3_extended_errcode(handle());
    const int system_errno = sqlite3_system_errno(handle());
    std::string text = fmt::format("cannot {} {}: {}", what, path_, sqlite3_errmsg(handle()));
    if (system_errno != 0) text += fmt::format(" ({})", std::generic_category().message(system_errno));
    return {kind_of(code, system_errno), std::move(text)};
}

LogResult<Statement> Statement::prepare(Database& database, const std::string& sql) {
    sqlite3_stmt* handle = nullptr;
    const int code = sqlite3_prepare_v3(database.handle(), sql.c_str(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &handle, nullptr);
    if (code != SQLITE_OK) return fail(database.error("use"));
    return Statement(handle);
}

Statement& Statement::bind(int index, std::int64_t value) {
    AW_CHECK(sqlite3_bind_int64(handle_.get(), index, value) == SQLITE_OK);
    return *this;
}

Statement& Statement::bind(int index, std::string_view bytes) {
    // A null pointer would bind NULL, and empty is not NULL here.
    const char* data = bytes.data() != nullptr ? bytes.data() : "";
    AW_CHECK(sqlite3_bind_blob64(handle_.get(), index, data, bytes.size(), SQLITE_STATIC) == SQLITE_OK);
    return *this;
}

Statement& Statement::bind_null(int index) {
    AW_CHECK(sqlite3_bind_null(handle_.get(), index) == SQLITE_OK);
    return *this;
}

std::string_view Statement::bytes(int column) {
    const auto* data = static_cast<const char*>(sqlite3_column_blob(handle_.get(), column));
    return {data, static_cast<std::size_t>(sqlite3_column_bytes(handle_.get(), column))};
}

}  // namespace aw::eventlog
