// The tables of the embedded log, and what a file must be to be one.
#include <fmt/format.h>

#include "eventlog/sqlite/store.hpp"

namespace aw::eventlog {
namespace {

constexpr std::int64_t kApplicationId = 0x61776c67;  // "awlg"
constexpr std::int64_t kSchemaVersion = 1;

std::string tables(int partitions) {
    std::string sql;
    for (const Topic topic : all_topics()) {
        if (topic == Topic::state) continue;
        // id = partition * 2^40 + offset
        sql += fmt::format(
            "CREATE TABLE \"{}\" (id INTEGER PRIMARY KEY, append_ms INTEGER NOT NULL, declared_ms INTEGER,"
            " key BLOB NOT NULL, value BLOB, headers BLOB);",
            topic_name(topic));
    }
    sql += "CREATE TABLE state (part INTEGER NOT NULL, key BLOB NOT NULL, value BLOB NOT NULL, UNIQUE (part, key));";
    sql +=
        "CREATE TABLE position (name TEXT NOT NULL, topic TEXT NOT NULL, part INTEGER NOT NULL, next INTEGER NOT NULL,"
        " PRIMARY KEY (name, topic, part)) WITHOUT ROWID;";
    sql += "CREATE TABLE setting (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;";
    sql += fmt::format("INSERT INTO setting VALUES ('partitions', {});", partitions);
    sql += fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {};", kApplicationId, kSchemaVersion);
    return sql;
}

}  // namespace

LogResult<void> Store::prepare_schema() {
    const auto version = ask("PRAGMA user_version");
    if (!version) return fail(version.error());
    const auto application = ask("PRAGMA application_id");
    if (!application) return fail(application.error());
    const auto objects = ask("SELECT count(*) FROM sqlite_schema");
    if (!objects) return fail(objects.error());
    if (*objects == 0 && *application == 0) return create_schema();
    return check_schema(*version, *application);
}

LogResult<void> Store::create_schema() {
    return transact([this]() { return database_.run(tables(context_->options.partitions).c_str()); });
}

LogResult<void> Store::check_schema(std::int64_t version, std::int64_t application) {
    const std::string& path = context_->options.path;
    const int partitions = context_->options.partitions;
    if (application != kApplicationId) {
        return log_failure(LogError::Kind::bad_configuration,
                           fmt::format("{} is a database, but not a log of accountwatch", path));
    }
    if (version != kSchemaVersion) {
        return log_failure(
            LogError::Kind::bad_configuration,
            fmt::format("{} has log format {}, this program knows format {} (a newer accountwatch is needed)", path,
                        version, kSchemaVersion));
    }
    const auto recorded = ask("SELECT value FROM setting WHERE name = 'partitions'");
    if (!recorded) return fail(recorded.error());
    if (*recorded != partitions) {
        return log_failure(
            LogError::Kind::bad_configuration,
            fmt::format("{} was made with {} partitions, log.partitions is {} (set it to {}, or start a new "
                        "log)",
                        path, *recorded, partitions, *recorded));
    }
    return {};
}

}  // namespace aw::eventlog
