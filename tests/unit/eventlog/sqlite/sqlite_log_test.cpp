// What only the embedded log can do to us: a full disk, a second daemon, kill -9, a file of somebody else.
#include "eventlog/sqlite/sqlite_log.hpp"

#include <atomic>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.hpp"
#include "support/temporary_folder.hpp"

namespace aw::eventlog {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class ManualClock final : public Clock {
public:
    [[nodiscard]] Timestamp now() const override { return time; }
    Timestamp time{1'000'000};
};

class SqliteLogTest : public testing::Test {
protected:
    SqliteLogTest() { options.path = folder.file("log.db"); }

    std::unique_ptr<Log> open() {
        auto log = open_sqlite_log(options, clock);
        EXPECT_TRUE(log) << log.error().message;
        return log ? std::move(*log) : nullptr;
    }
    LogError refused() {
        auto log = open_sqlite_log(options, clock);
        EXPECT_FALSE(log);
        return log ? LogError{} : log.error();
    }
    // A consumer with partition 0 restored.
    static std::unique_ptr<GroupConsumer> consumer_of(Log& log) {
        auto consumer = log.open_worker({});
        EXPECT_TRUE(consumer) << consumer.error().message;
        const auto batch = (*consumer)->poll(1, 0ms);
        EXPECT_TRUE(batch && batch->assigned.size() == 1);
        EXPECT_TRUE((*consumer)->restore(0, [](auto, auto) {}));
        return std::move(*consumer);
    }
    static AppendReport append(Log& log, std::string value) {
        const OutRecord record{.key = "k", .value = std::move(value), .partition = 0};
        return log.open_appender().value()->append({&record, 1});
    }

    test::TemporaryFolder folder;
    SqliteOptions options;
    ManualClock clock;
};

TEST_F(SqliteLogTest, TimeOfAppendingNeverGoesBack) {
    const auto log = open();
    append(*log, "1");
    clock.time = Timestamp{500'000};
    append(*log, "2");
    clock.time = Timestamp{2'000'000};
    append(*log, "3");
    const auto consumer = consumer_of(*log);
    const auto batch = consumer->poll(10, 0ms);
    ASSERT_TRUE(batch);
    ASSERT_EQ(batch->records.size(), 3u);
    EXPECT_EQ(batch->records[0].append_time.ms, 1'000'000);
    EXPECT_EQ(batch->records[1].append_time.ms, 1'000'000);
    EXPECT_EQ(batch->records[2].append_time.ms, 2'000'000);
}

TEST_F(SqliteLogTest, ASecondDaemonIsRefusedAndAToolIsNot) {
    auto log = open();
    const auto error = refused();
    EXPECT_EQ(error.kind, LogError::Kind::fenced);
    EXPECT_THAT(error.message, HasSubstr("running"));
    options.exclusive = false;
    const auto tool = open();
    EXPECT_TRUE(append(*tool, "1").complete());
    EXPECT_FALSE(tool->open_worker({}));
    log.reset();
    options.exclusive = true;
    EXPECT_NE(open(), nullptr);
}

TEST_F(SqliteLogTest, AnotherNumberOfPartitionsIsRefused) {
    options.partitions = 3;
    open();
    options.partitions = 4;
    const auto error = refused();
    EXPECT_EQ(error.kind, LogError::Kind::bad_configuration);
    EXPECT_THAT(error.message, HasSubstr("3 partitions"));
}

TEST_F(SqliteLogTest, ANewerFormatIsRefused) {
    open();
    sqlite3* db = nullptr;
    ASSERT_EQ(sqlite3_open(options.path.c_str(), &db), SQLITE_OK);
    sqlite3_exec(db, "PRAGMA user_version = 2", nullptr, nullptr, nullptr);
    sqlite3_close(db);
    const auto error = refused();
    EXPECT_EQ(error.kind, LogError::Kind::bad_configuration);
    EXPECT_THAT(error.message, HasSubstr("format 2"));
}

TEST_F(SqliteLogTest, AFileOfSomebodyElseIsRefusedAndLeftAlone) {
    sqlite3* db = nullptr;
    ASSERT_EQ(sqlite3_open(options.path.c_str(), &db), SQLITE_OK);
    sqlite3_exec(db, "CREATE TABLE theirs (x)", nullptr, nullptr, nullptr);
    sqlite3_close(db);
    EXPECT_EQ(refused().kind, LogError::Kind::bad_configuration);
    std::filesystem::remove(options.path);
    std::ofstream(options.path)
        << "a letter, and no database, but long enough to have a header of one hundred bytes, which "
           "this sentence has";
    EXPECT_EQ(refused().kind, LogError::Kind::storage);
}

TEST_F(SqliteLogTest, AMissingFolderIsSaidSo) {
    options.path = folder.file("missing/log.db");
    const auto error = refused();
    EXPECT_EQ(error.kind, LogError::Kind::storage);
    EXPECT_THAT(error.message, HasSubstr("No such file"));
}

TEST_F(SqliteLogTest, AFullDiskRefusesKeepsReadingAndGoesOnWhenThereIsRoom) {
    std::atomic<std::int64_t> limit = 0;
    options.page_limit = &limit;
    const auto log = open();
    ASSERT_TRUE(append(*log, "before").complete());
    const auto consumer = consumer_of(*log);
    limit = 100;
    const auto report = append(*log, std::string(1'000'000, 'x'));
    EXPECT_EQ(report.count, 0u);
    ASSERT_TRUE(report.error);
    EXPECT_EQ(report.error->kind, LogError::Kind::storage_full) << report.error->message;
    Commit commit;
    commit.outputs.push_back({.topic = Topic::cases, .key = "a", .value = std::string(1'000'000, 'y')});
    commit.state = {{0, "s", "1"}};
    commit.positions = {{0, 1}};
    const auto refused_commit = consumer->commit(commit);
    ASSERT_FALSE(refused_commit);
    EXPECT_EQ(refused_commit.error().kind, LogError::Kind::storage_full);
    EXPECT_TRUE(refused_commit.error().can_retry());
    const auto batch = consumer->poll(10, 0ms);
    ASSERT_TRUE(batch);
    ASSERT_EQ(batch->records.size(), 1u);
    EXPECT_EQ(batch->records[0].value, "before");

    limit = 0;
    const auto outcome = consumer->commit(commit);
    ASSERT_TRUE(outcome) << outcome.error().message;
    EXPECT_TRUE(append(*log, "after").complete());
    const auto later = consumer->poll(10, 0ms);
    ASSERT_TRUE(later);
    ASSERT_EQ(later->records.size(), 1u);
    EXPECT_EQ(later->records[0].value, "after");
    EXPECT_EQ(later->records[0].offset, 1);
}

// Runs `body` in another process; the caller reaps it.
template <class Body>
pid_t in_other_process(const Body& body) {
    const pid_t child = ::fork();
    if (child == 0) {
        body();
        ::_exit(0);
    }
    return child;
}

TEST_F(SqliteLogTest, AnAppendOfAnotherProcessWakesTheDaemon) {
    const auto log = open();
    const auto consumer = consumer_of(*log);
    options.exclusive = false;
    const pid_t child = in_other_process([this]() {
        const auto tool = open_sqlite_log(options, clock);
        if (tool) append(**tool, "from outside");
    });
    // Polls end early when a connection is opened; only the record counts.
    const auto begin = std::chrono::steady_clock::now();
    std::string value;
    while (value.empty() && std::chrono::steady_clock::now() - begin < 50s) {
        const auto batch = consumer->poll(10, 60s);
        ASSERT_TRUE(batch);
        if (!batch->records.empty()) value = batch->records[0].value;
    }
    EXPECT_EQ(value, "from outside");
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 50s);
    ::waitpid(child, nullptr, 0);
}

TEST_F(SqliteLogTest, KilledBetweenTwoCommitsOrInOneItLosesAndDoublesNothing) {
    std::int64_t before = 0;
    for (int round = 0; round < 5; ++round) {
        const pid_t child = in_other_process([this]() {
            const auto log = open();
            const auto consumer = consumer_of(*log);
            for (std::int64_t n = consumer->status()[0].position + 1; true; ++n) {
                Commit commit;
                for (int i = 0; i < 50; ++i)
                    commit.outputs.push_back({.topic = Topic::cases, .key = "a", .value = "c"});
                commit.state = {{0, "count", std::to_string(n)}};
                commit.positions = {{0, n}};
                if (!consumer->commit(commit)) ::_exit(1);
            }
        });
        // Killed while it works: as soon as it has committed something in this round.
        options.exclusive = false;
        {
            const auto tool = open();
            auto reader = tool->open_reader(Topic::cases).value();
            std::size_t seen = 0;
            while (seen < static_cast<std::size_t>(before * 50 + 500)) seen += reader->poll(10'000, 10s)->size();
        }
        ::kill(child, SIGKILL);
        ::waitpid(child, nullptr, 0);
        options.exclusive = true;
        const auto log = open();
        auto consumer = log->open_worker({}).value();
        ASSERT_TRUE(consumer->poll(1, 0ms));
        std::int64_t state = 0;
        const auto position =
            consumer->restore(0, [&](auto, std::string_view value) { state = std::stoll(std::string(value)); });
        std::size_t outputs = 0;
        auto reader = log->open_reader(Topic::cases).value();
        while (!reader->caught_up()) outputs += reader->poll(10'000, 0ms)->size();
        EXPECT_EQ(*position, state);
        EXPECT_EQ(outputs, static_cast<std::size_t>(state) * 50);
        EXPECT_GT(state, before);
        before = state;
    }
}

}  // namespace
}  // namespace aw::eventlog
