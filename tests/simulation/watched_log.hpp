// The log as a simulated process sees it: the embedded one, with no waiting, and with a ledger of what it promised.
// Whatever it breaks of its promises stands in the ledger's `broken`.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "eventlog/log.hpp"

namespace aw::test {

// Outlives every process: what was promised to one is kept to the next.
struct Ledger {
    std::map<int, std::int64_t> committed;  // positions, as acknowledged
    std::map<int, std::int64_t> offered;    // of a commit of which nobody knows how it ended
    std::uint64_t commits = 0;
    std::uint64_t commits_failed = 0;    // with an error; what becomes of them is open
    std::uint64_t commits_undone = 0;    // of these (or cut off): the next process found nothing of it
    std::uint64_t commits_survived = 0;  // or all of it
    std::vector<std::string> broken;
};

class WatchedConsumer final : public eventlog::GroupConsumer {
public:
    WatchedConsumer(std::unique_ptr<eventlog::GroupConsumer> inner, Ledger& ledger, std::mt19937_64& random)
        : inner_(std::move(inner)), ledger_(ledger), random_(random) {}

    eventlog::LogResult<eventlog::Batch> poll(std::size_t, Duration timeout) override;
    eventlog::LogResult<std::int64_t> restore(int partition, const eventlog::RestoreSink& sink,
                                              const eventlog::RestoreReads& reads) override;
    bool has_committed(int partition) const override { return inner_->has_committed(partition); }
    eventlog::LogResult<std::int64_t> ask_again(int partition) override { return inner_->ask_again(partition); }
    eventlog::LogResult<eventlog::Resumed> go_on_from(int partition, std::int64_t position) override {
        ledger_.broken.push_back(fmt::format("the state of partition {} says {}", partition, position));
        return inner_->go_on_from(partition, position);
    }
    eventlog::LogResult<eventlog::CommitOutcome> commit(const eventlog::Commit& commit) override;
    void finish_by(std::chrono::steady_clock::time_point deadline) override { inner_->finish_by(deadline); }
    void release() override { inner_->release(); }
    eventlog::LogResult<void> append(const eventlog::OutRecord& record) override { return inner_->append(record); }
    void wake() override { inner_->wake(); }
    std::vector<eventlog::PartitionStatus> status() override { return inner_->status(); }
    void close() override { inner_->close(); }

    // Of the last poll(): did it bring anything, and how long would it have waited?
    [[nodiscard]] bool busy() const { return busy_; }
    [[nodiscard]] Duration patience() const { return patience_; }

private:
    std::unique_ptr<eventlog::GroupConsumer> inner_;
    Ledger& ledger_;
    std::mt19937_64& random_;
    std::map<int, std::int64_t> next_;  // offset that each partition must deliver next
    bool busy_ = true;
    Duration patience_{0};
};

class WatchedLog final : public eventlog::Log {
public:
    WatchedLog(std::unique_ptr<eventlog::Log> inner, Ledger& ledger, std::mt19937_64& random)
        : inner_(std::move(inner)), ledger_(ledger), random_(random) {}

    int partitions() const override { return inner_->partitions(); }
    eventlog::LogResult<std::unique_ptr<eventlog::GroupConsumer>> open_worker(
        const eventlog::WorkerOptions& options) override;
    eventlog::LogResult<std::unique_ptr<eventlog::TopicReader>> open_reader(eventlog::Topic topic) override {
        return inner_->open_reader(topic);
    }
    eventlog::LogResult<std::unique_ptr<eventlog::Appender>> open_appender() override {
        return inner_->open_appender();
    }
    eventlog::Admin& admin() override { return inner_->admin(); }
    eventlog::LogResult<void> check_reachable(Duration timeout) override { return inner_->check_reachable(timeout); }

    // The consumer of the worker of that number, while that one lives; null before it has joined.
    [[nodiscard]] const WatchedConsumer* consumer(int worker) const {
        const auto found = consumers_.find(worker);
        return found == consumers_.end() ? nullptr : found->second;
    }
    void forget(int worker) { consumers_.erase(worker); }

private:
    std::unique_ptr<eventlog::Log> inner_;
    Ledger& ledger_;
    std::mt19937_64& random_;
    std::map<int, const WatchedConsumer*> consumers_;
};

}  // namespace aw::test
