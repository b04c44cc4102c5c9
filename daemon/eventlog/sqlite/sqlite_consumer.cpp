#include "eventlog/sqlite/sqlite_consumer.hpp"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "base/check.hpp"

namespace aw::eventlog {

// All or nothing: what was read of one partition before another one failed is read again.
LogResult<std::span<const Record>> PartitionCursor::read(std::size_t max_records) {
    buffer_.clear();
    auto after = positions_;
    auto at = after.lower_bound(first_);
    for (std::size_t seen = 0; seen < after.size() && buffer_.size() < max_records; ++seen) {
        if (at == after.end()) at = after.begin();
        const auto next = store_.read(topic_, at->first, at->second, max_records - buffer_.size(), buffer_);
        if (!next) return fail(next.error());
        at->second = *next;
        ++at;
    }
    first_ = at == after.end() ? 0 : at->first;
    positions_.swap(after);
    return buffer_.finish();
}

SqliteConsumer::SqliteConsumer(Store store, Waiter waiter, std::shared_ptr<Group> group, std::string group_name,
                               const WorkerOptions& options)
    : store_(std::move(store)),
      waiter_(std::move(waiter)),
      group_(std::move(group)),
      group_name_(std::move(group_name)),
      options_(options),
      cursor_(store_, options.topic),
      member_(group_->join([this]() { waiter_.wake(); })) {}

SqliteConsumer::~SqliteConsumer() { close(); }

void SqliteConsumer::close() {
    if (group_) group_->leave(member_);
    group_.reset();
}

LogResult<Batch> SqliteConsumer::poll(std::size_t max_records, Duration timeout) {
    const auto deadline = std::chrono::steady_clock::now() + timeout;
    auto cause = Waiter::Cause::touched;
    while (true) {
        waiter_.drain();
        auto changes = group_->changes(member_);
        to_restore_.insert(changes.gained.begin(), changes.gained.end());
        Batch batch;
        batch.joined = true;
        revoking_ = std::move(changes.revoking);
        batch.revoking = revoking_;
        batch.assigned.assign(to_restore_.begin(), to_restore_.end());
        std::erase_if(batch.assigned, [&](int p) { return std::ranges::count(revoking_, p) > 0; });
        if (!batch.revoking.empty()) return batch;
        const auto records = cursor_.read(max_records);
        if (!records) return fail(records.error());
        batch.records = *records;
        if (!records->empty() || !batch.assigned.empty() || cause != Waiter::Cause::touched) return batch;
        cause = waiter_.wait_until(deadline);
    }
}

LogResult<std::int64_t> SqliteConsumer::restore(int partition, const RestoreSink& sink, const RestoreReads& reads) {
    AW_CHECK(to_restore_.contains(partition));
    if (given_up_) return restore_given_up();
    const auto position = store_.position(group_name_, options_.topic, partition);
    if (!position) return position;
    if (options_.stateful) {
        const RestoreSink counted = [&](std::string_view key, std::string_view value) {
            if (reads) reads(1);
            sink(key, value);
        };
        if (auto done = store_.restore(partition, counted, given_up_); !done) return fail(done.error());
    }
    cursor_.start(partition, *position);
    to_restore_.erase(partition);
    return position;
}

// Positions begin with 0 here: nothing is ever deleted at the front.
bool SqliteConsumer::has_committed(int partition) const { return cursor_.positions().at(partition) > 0; }

LogResult<Resumed> SqliteConsumer::go_on_from(int partition, std::int64_t position) {
    const auto end = store_.end_offset(options_.topic, partition);
    if (!end || position > *end) {
        cursor_.stop(partition);
        to_restore_.insert(partition);
    }
    if (!end) return fail(end.error());
    if (position > *end)
        return log_failure(LogError::Kind::bad_configuration,
                           fmt::format("the state goes up to position {}, {} [{}] ends at {}: is the file whole?",
                                       position, topic_name(options_.topic), partition, *end));
    const std::int64_t group = cursor_.positions().at(partition);
    cursor_.start(partition, position);
    return Resumed{position, group};
}

// The file is ours alone: nobody else has gone on.
LogResult<std::int64_t> SqliteConsumer::ask_again(int partition) {
    const std::int64_t position = cursor_.positions().at(partition);
    cursor_.stop(partition);
    to_restore_.insert(partition);
    return position;
}

LogResult<CommitOutcome> SqliteConsumer::commit(const Commit& commit) {
    if (commit.empty()) return CommitOutcome{};
    const auto& owned = cursor_.positions();
    for (const auto& [partition, position] : commit.positions) AW_CHECK(owned.contains(partition));
    for (const auto& change : commit.state) AW_CHECK(options_.stateful && owned.contains(change.partition));
    if (auto done = store_.commit(commit, group_name_, options_.topic); !done) return fail(done.error());
    return CommitOutcome{};
}

void SqliteConsumer::release() {
    for (const int partition : revoking_) {
        cursor_.stop(partition);
        to_restore_.erase(partition);
    }
    group_->let_go(member_, revoking_);
    revoking_.clear();
}

LogResult<void> SqliteConsumer::append(const OutRecord& record) { return store_.append({&record, 1}); }

void SqliteConsumer::wake() { waiter_.wake(); }

std::vector<PartitionStatus> SqliteConsumer::status() {
    std::vector<PartitionStatus> list;
    for (const auto& [partition, position] : cursor_.positions()) {
        list.push_back({partition, position, store_.end_offset(options_.topic, partition).value_or(position)});
    }
    return list;
}

SqliteReader::SqliteReader(Store store, Waiter waiter, Topic topic, std::vector<std::int64_t> ends,
                           std::optional<int> only)
    : store_(std::move(store)), waiter_(std::move(waiter)), cursor_(store_, topic), ends_(std::move(ends)) {
    for (int partition = 0; partition < static_cast<int>(ends_.size()); ++partition) {
        if (!only || *only == partition) cursor_.start(partition, 0);
    }
}

LogResult<std::span<const Record>> SqliteReader::poll(std::size_t max_records, Duration timeout) {
    const auto deadline = std::chrono::steady_clock::now() + timeout;
    auto cause = Waiter::Cause::touched;
    while (true) {
        waiter_.drain();
        auto records = cursor_.read(max_records);
        if (!records || !records->empty() || cause != Waiter::Cause::touched) return records;
        cause = waiter_.wait_until(deadline);
    }
}

bool SqliteReader::caught_up() const {
    return std::ranges::all_of(
        cursor_.positions(), [this](const auto& at) { return at.second >= ends_[static_cast<std::size_t>(at.first)]; });
}

}  // namespace aw::eventlog
