#include "watched_log.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace aw::test {

eventlog::LogResult<eventlog::Batch> WatchedConsumer::poll(std::size_t, Duration timeout) {
    const std::size_t most = 1 + random_() % 40;  // a commit falls between any two records
    auto batch = inner_->poll(most, Duration{0});
    patience_ = timeout;
    busy_ = !batch || !batch->records.empty() || !batch->assigned.empty() || !batch->revoking.empty();
    if (!batch) return batch;
    for (const eventlog::Record& record : batch->records) {
        std::int64_t& next = next_[record.partition];
        if (record.offset != next)
            ledger_.broken.push_back(
                fmt::format("partition {} delivers offset {} instead of {}", record.partition, record.offset, next));
        next = record.offset + 1;
    }
    return batch;
}

eventlog::LogResult<std::int64_t> WatchedConsumer::restore(int partition, const eventlog::RestoreSink& sink,
                                                           const eventlog::RestoreReads& reads) {
    const auto position = inner_->restore(partition, sink, reads);
    if (!position) return position;
    next_[partition] = *position;
    const std::int64_t promised = ledger_.committed[partition];
    const auto offered = ledger_.offered.find(partition);
    const bool undone = *position == promised;
    const bool survived = offered != ledger_.offered.end() && *position == offered->second;
    if (!undone && !survived)
        ledger_.broken.push_back(fmt::format("partition {} stands at {}; {} was acknowledged{}", partition, *position,
                                             promised, offered == ledger_.offered.end() ? "" : ", another offered"));
    if (offered != ledger_.offered.end()) {
        ++(survived ? ledger_.commits_survived : ledger_.commits_undone);
        ledger_.offered.erase(offered);
    }
    ledger_.committed[partition] = *position;
    return position;
}

eventlog::LogResult<eventlog::CommitOutcome> WatchedConsumer::commit(const eventlog::Commit& commit) {
    for (const auto& [partition, position] : commit.positions) {
        if (position < ledger_.committed[partition])
            ledger_.broken.push_back(fmt::format("partition {} goes back to {}", partition, position));
        ledger_.offered[partition] = position;
    }
    auto outcome = inner_->commit(commit);
    if (!outcome) {
        ++ledger_.commits_failed;
        return outcome;
    }
    ++ledger_.commits;
    for (const auto& [partition, position] : commit.positions) {
        ledger_.committed[partition] = position;
        ledger_.offered.erase(partition);
    }
    return outcome;
}

eventlog::LogResult<std::unique_ptr<eventlog::GroupConsumer>> WatchedLog::open_worker(
    const eventlog::WorkerOptions& options) {
    auto opened = inner_->open_worker(options);
    if (!opened) return fail(opened.error());
    auto watched = std::make_unique<WatchedConsumer>(*std::move(opened), ledger_, random_);
    consumers_[options.worker] = watched.get();
    return watched;
}

}  // namespace aw::test
