// A log whose consumer dies at the n-th commit, as a process does that is killed there: before it, or after it but
// before anybody hears of it. Or the commit is aborted, as Kafka does, and the consumer stands at its last one again.
// Or from then on no commit is decided, because no broker answers: nothing else may be committed then. Or it is denied
// what it writes, or out of reach, for as long as a test wants.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "eventlog/log.hpp"

namespace aw::test {

enum class Fate { killed_before, killed_after, aborted, undecided };

struct Death {
    int at_commit = 0;  // from 1; 0 = never
    Fate fate = Fate::killed_before;
    std::atomic<int> commits{0};
    std::atomic<bool> dead{false};
    std::atomic<bool> another{false};  // something else was committed while one was undecided
    std::atomic<bool> denied{false};   // while so, every commit is aborted
    std::atomic<bool> away{false};     // while so, nothing can be read
    std::atomic<std::chrono::steady_clock::time_point> finish_by{};  // as its consumer was told
};

class DyingConsumer final : public eventlog::GroupConsumer {
public:
    using Open = std::function<eventlog::LogResult<std::unique_ptr<eventlog::GroupConsumer>>()>;
    DyingConsumer(std::unique_ptr<eventlog::GroupConsumer> inner, Death& death, Open open)
        : inner_(std::move(inner)), death_(death), open_(std::move(open)) {}

    eventlog::LogResult<eventlog::Batch> poll(std::size_t max_records, Duration timeout) override {
        if (death_.dead) return fail(gone());
        if (death_.away) return fail(away());
        return inner_->poll(max_records, timeout);
    }
    eventlog::LogResult<std::int64_t> restore(int partition, const eventlog::RestoreSink& sink,
                                              const eventlog::RestoreReads& reads) override {
        return inner_->restore(partition, sink, reads);
    }
    bool has_committed(int partition) const override { return inner_->has_committed(partition); }
    eventlog::LogResult<std::int64_t> ask_again(int partition) override { return inner_->ask_again(partition); }
    eventlog::LogResult<eventlog::Resumed> go_on_from(int partition, std::int64_t position) override {
        return inner_->go_on_from(partition, position);
    }
    eventlog::LogResult<eventlog::CommitOutcome> commit(const eventlog::Commit& commit) override {
        if (death_.dead) return fail(gone());
        if (!undecided_.empty()) {
            if (whole(commit) != undecided_) death_.another = true;
            return fail(away());
        }
        ++death_.commits;
        if (death_.denied) return abort();
        if (death_.commits != death_.at_commit) return inner_->commit(commit);
        if (death_.fate == Fate::undecided) {
            undecided_ = whole(commit);
            return fail(away());
        }
        if (death_.fate == Fate::aborted) return abort();
        if (death_.fate == Fate::killed_after) (void)inner_->commit(commit);
        death_.dead = true;
        return fail(gone());
    }
    void finish_by(std::chrono::steady_clock::time_point deadline) override {
        const std::lock_guard lock(mutex_);
        death_.finish_by = deadline;
        inner_->finish_by(deadline);
    }
    void release() override { inner_->release(); }
    eventlog::LogResult<void> append(const eventlog::OutRecord& record) override { return inner_->append(record); }
    void wake() override {
        const std::lock_guard lock(mutex_);
        inner_->wake();
    }
    std::vector<eventlog::PartitionStatus> status() override { return inner_->status(); }
    void close() override { inner_->close(); }

private:
    eventlog::LogResult<eventlog::CommitOutcome> abort() {
        const std::lock_guard lock(mutex_);
        inner_->close();
        auto opened = open_();
        if (!opened) return fail(opened.error());
        inner_ = *std::move(opened);  // its next poll() assigns every partition
        return eventlog::CommitOutcome{false, "aborted"};
    }
    static std::string whole(const eventlog::Commit& commit) {
        std::string text = "commit";
        for (const auto& output : commit.outputs) text += output.value;
        return text;
    }
    static eventlog::LogError away() { return {eventlog::LogError::Kind::unreachable, "no broker answers"}; }
    static eventlog::LogError gone() { return {eventlog::LogError::Kind::fatal, "the process is dead"}; }

    std::mutex mutex_;  // wake() and finish_by() come from other threads
    std::unique_ptr<eventlog::GroupConsumer> inner_;
    Death& death_;
    Open open_;
    std::string undecided_;  // that commit
};

class DyingLog final : public eventlog::Log {
public:
    DyingLog(std::unique_ptr<eventlog::Log> inner, Death& death) : inner_(std::move(inner)), death_(death) {}

    int partitions() const override { return inner_->partitions(); }
    eventlog::LogResult<std::unique_ptr<eventlog::GroupConsumer>> open_worker(
        const eventlog::WorkerOptions& options) override {
        const auto open = [this, options] { return inner_->open_worker(options); };
        auto opened = open();
        if (!opened) return fail(opened.error());
        return std::make_unique<DyingConsumer>(*std::move(opened), death_, open);
    }
    eventlog::LogResult<std::unique_ptr<eventlog::TopicReader>> open_reader(eventlog::Topic topic) override {
        return inner_->open_reader(topic);
    }
    eventlog::LogResult<std::unique_ptr<eventlog::Appender>> open_appender() override {
        return inner_->open_appender();
    }
    eventlog::Admin& admin() override { return inner_->admin(); }
    eventlog::LogResult<void> check_reachable(Duration timeout) override { return inner_->check_reachable(timeout); }

private:
    std::unique_ptr<eventlog::Log> inner_;
    Death& death_;
};

}  // namespace aw::test
