#include "app/workers.hpp"

#include <algorithm>

#include "base/hash.hpp"

namespace aw::app {

Workers::Workers(const WorkerContext& context) : partitions_(context.log.partitions()) {
    const int wanted = context.settings.watch.workers > 0
                           ? context.settings.watch.workers
                           : static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
    for (int i = 0; i < std::min(wanted, partitions_); ++i) workers_.push_back(std::make_unique<Worker>(context, i));
}

void Workers::start(const std::string& url) {
    for (auto& worker : workers_) worker->start(url);
}

void Workers::stop(std::chrono::steady_clock::time_point finish_by) {
    for (auto& worker : workers_) worker->stop(finish_by);
}

void Workers::join() {
    for (auto& worker : workers_) worker->join();
}

void Workers::activate(const Target& target) {
    for (auto& worker : workers_) worker->activate(target);
}

void Workers::ask_all(std::function<void(const Worker::Partitions&)> look, std::function<void()> done) {
    if (workers_.empty()) return done();
    auto left = std::make_shared<std::atomic<std::size_t>>(workers_.size());
    for (auto& worker : workers_) {
        worker->ask([left, look, done](const Worker::Partitions& partitions) {
            look(partitions);
            if (--*left == 0) done();
        });
    }
}

void Workers::ask(AccountRoot root, std::function<void(const Partition*)> answer) {
    const int number = partition_of(format_root(root), partitions_);
    // Every worker is asked; the owner answers at once, the last one answers if there was no owner.
    auto left = std::make_shared<std::atomic<std::size_t>>(workers_.size());
    auto answered = std::make_shared<std::atomic<bool>>(false);
    for (auto& worker : workers_) {
        worker->ask([=](const Worker::Partitions& partitions) {
            const auto found = partitions.find(number);
            const bool last = --*left == 0;
            if (found != partitions.end() ? !answered->exchange(true) : last && !answered->exchange(true)) {
                answer(found == partitions.end() ? nullptr : found->second.get());
            }
        });
    }
    if (workers_.empty()) answer(nullptr);
}

void Workers::count(std::function<void(const ShardCounts&)> answer) {
    struct Sum {
        std::mutex mutex;
        ShardCounts counts;
        std::size_t left = 0;
    };
    auto sum = std::make_shared<Sum>();
    sum->left = workers_.size();
    if (workers_.empty()) return answer({});
    for (auto& worker : workers_) {
        worker->ask([sum, answer](const Worker::Partitions& partitions) {
            const std::lock_guard lock(sum->mutex);
            for (const auto& [number, partition] : partitions) {
                sum->counts.add(partition->shard().counts());
            }
            if (--sum->left == 0) answer(sum->counts);
        });
    }
}

void Workers::silences(std::function<void(const std::optional<std::vector<Silence>>&)> answer) {
    struct Newest {
        std::mutex mutex;
        Timestamp clock;
        std::optional<std::vector<Silence>> silences;
        std::size_t left = 0;
    };
    auto newest = std::make_shared<Newest>();
    newest->left = workers_.size();
    if (workers_.empty()) return answer(std::nullopt);
    for (auto& worker : workers_) {
        worker->ask([newest, answer](const Worker::Partitions& partitions) {
            const std::lock_guard lock(newest->mutex);
            for (const auto& [number, partition] : partitions) {
                const Shard& shard = partition->shard();
                if (newest->silences && shard.clock() < newest->clock) continue;
                newest->clock = shard.clock();
                newest->silences = shard.silences();
            }
            if (--newest->left == 0) answer(newest->silences);
        });
    }
}

bool Workers::disk_is_full() const {
    return std::any_of(workers_.begin(), workers_.end(), [](const auto& worker) { return worker->disk_is_full(); });
}

bool Workers::ready() const {
    return std::all_of(workers_.begin(), workers_.end(), [](const auto& worker) { return worker->ready(); });
}

std::chrono::steady_clock::time_point Workers::slowest_round() const {
    auto slowest = std::chrono::steady_clock::now();
    for (const auto& worker : workers_) slowest = std::min(slowest, worker->last_round());
    return slowest;
}

}  // namespace aw::app
