#include "eventlog/sqlite/sqlite_log.hpp"

#include <cerrno>
#include <map>
#include <mutex>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/check.hpp"
#include "eventlog/sqlite/sqlite_consumer.hpp"
#include "eventlog/sqlite/store.hpp"

namespace aw::eventlog {
namespace {

class SqliteAppender final : public Appender {
public:
    SqliteAppender(Store store, int partitions) : store_(std::move(store)), partitions_(partitions) {}

    // All or none.
    AppendReport append(std::span<const OutRecord> records) override {
        auto done = records.empty() ? LogResult<void>{} : store_.append(records);
        AppendReport report{std::vector<bool>(records.size(), done.has_value()), done ? records.size() : 0, {}};
        if (!done) report.error = std::move(done.error());
        return report;
    }

    LogResult<bool> is_empty() override {
        for (int partition = 0; partition < partitions_; ++partition) {
            const auto end = store_.end_offset(Topic::events, partition);
            if (!end) return fail(end.error());
            if (*end > 0) return false;
        }
        return true;
    }

private:
    Store store_;
    int partitions_;
};

// Everything exists and is as it must be since the file was opened.
class SqliteAdmin final : public Admin {
public:
    LogResult<void> create(const TopicSettings&) override { return {}; }
    LogResult<std::vector<Finding>> check() override { return std::vector<Finding>{}; }
};

// Opening a connection may create the file: two processes must not do that at once.
class OpenLock {
public:
    explicit OpenLock(const WakeFile& file) : file_(::open(file.path().c_str(), O_RDONLY | O_CLOEXEC)) {
        while (::flock(file_.get(), LOCK_EX) != 0 && errno == EINTR) {
        }
    }

private:
    Descriptor file_;
};

class SqliteLog final : public Log {
public:
    SqliteLog(const SqliteOptions& options, const Clock& clock, WakeFile wake_file, Descriptor lock)
        : context_{options, clock, std::move(wake_file), {}}, lock_(std::move(lock)) {}

    LogResult<Store> open_store() {
        const OpenLock lock(context_.wake_file);
        return Store::open(context_);
    }

    int partitions() const override { return context_.options.partitions; }

    LogResult<std::unique_ptr<GroupConsumer>> open_worker(const WorkerOptions& options) override {
        if (!context_.options.exclusive || options.topic == Topic::state) {
            return log_failure(LogError::Kind::bad_configuration, "the log was not opened for consuming this topic");
        }
        auto store = open_store();
        if (!store) return fail(store.error());
        auto waiter = Waiter::open(context_.wake_file, context_.options.vfs == nullptr);
        if (!waiter) return fail(waiter.error());
        const std::string name = "watch" + options.group_suffix;
        std::shared_ptr<Group> group;
        {
            const std::lock_guard lock(groups_mutex_);
            auto& slot = groups_[{name, options.topic}];
            if (!slot) slot = std::make_shared<Group>(partitions());
            group = slot;
        }
        return std::make_unique<SqliteConsumer>(std::move(*store), std::move(*waiter), std::move(group), name, options);
    }

    LogResult<std::unique_ptr<TopicReader>> open_reader(Topic topic) override { return open_reading(topic, {}); }

    LogResult<std::unique_ptr<TopicReader>> open_reader_of(Topic topic, int partition) override {
        return open_reading(topic, partition);
    }

    LogResult<std::unique_ptr<TopicReader>> open_reading(Topic topic, std::optional<int> only) {
        if (topic == Topic::state) {
            return log_failure(LogError::Kind::bad_configuration,
                               "the state of the embedded log is no list of records");
        }
        auto store = open_store();
        if (!store) return fail(store.error());
        auto waiter = Waiter::open(context_.wake_file, context_.options.vfs == nullptr);
        if (!waiter) return fail(waiter.error());
        std::vector<std::int64_t> ends;
        for (int partition = 0; partition < partitions(); ++partition) {
            const auto end = store->end_offset(topic, partition);
            if (!end) return fail(end.error());
            ends.push_back(*end);
        }
        return std::make_unique<SqliteReader>(std::move(*store), std::move(*waiter), topic, std::move(ends), only);
    }

    LogResult<std::unique_ptr<Appender>> open_appender() override {
        auto store = open_store();
        if (!store) return fail(store.error());
        return std::make_unique<SqliteAppender>(std::move(*store), partitions());
    }

    Admin& admin() override { return admin_; }

    LogResult<void> check_reachable(Duration) override {
        auto store = open_store();
        if (!store) return fail(store.error());
        return {};
    }

private:
    StoreContext context_;
    Descriptor lock_;
    SqliteAdmin admin_;
    std::mutex groups_mutex_;
    std::map<std::pair<std::string, Topic>, std::shared_ptr<Group>> groups_;
};

// Held until the descriptor is closed, whatever ends the process.
LogResult<Descriptor> lock_daemon(const std::string& path) {
    const std::string name = path + ".lock";
    Descriptor file(::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
    if (!file.valid()) {
        return log_failure(LogError::Kind::storage,
                           fmt::format("cannot open {}: {}", name, std::generic_category().message(errno)));
    }
    if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
        return log_failure(LogError::Kind::fenced,
                           fmt::format("another accountwatchd is running on {} (it holds {})", path, name));
    }
    return file;
}

}  // namespace

LogResult<std::unique_ptr<Log>> open_sqlite_log(const SqliteOptions& options, const Clock& clock) {
    AW_CHECK(options.partitions >= 1);
    Descriptor lock;
    if (options.exclusive) {
        auto held = lock_daemon(options.path);
        if (!held) return fail(held.error());
        lock = std::move(*held);
    }
    auto wake_file = WakeFile::open(options.path);
    if (!wake_file) return fail(wake_file.error());
    auto log = std::make_unique<SqliteLog>(options, clock, std::move(*wake_file), std::move(lock));
    // Report now what is wrong with the file, not when the first worker opens it.
    if (auto store = log->open_store(); !store) return fail(store.error());
    return log;
}

}  // namespace aw::eventlog
