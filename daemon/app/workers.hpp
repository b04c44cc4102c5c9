// Workers: all worker threads of the process, asked as one.
#pragma once

#include <chrono>
#include <memory>
#include <vector>

#include "app/worker.hpp"

namespace aw::app {

class Workers {
public:
    // As many as the settings say (0 = one per core), never more than the log has partitions.
    explicit Workers(const WorkerContext& context);

    // `url`: where others reach this process; empty: nowhere.
    void start(const std::string& url);
    void stop(std::chrono::steady_clock::time_point finish_by = std::chrono::steady_clock::now() + kFinish);
    void join();
    void activate(const Target& target);

    // Asks the owner of the account's partition, on its thread; null if no worker of this process owns it.
    void ask(AccountRoot root, std::function<void(const Partition*)> answer);
    // Runs `look` on every worker's thread with its partitions, at the same time, then `done` on the last one's.
    void ask_all(std::function<void(const Worker::Partitions&)> look, std::function<void()> done);
    // Totals over all partitions owned here, and the accounts' counts; `answer` runs on one of the workers' threads.
    void count(std::function<void(const ShardCounts&)> answer);

    // The silences that the partitions owned here know of, by id; every partition knows all, so one that is a little
    // behind does not matter. `answer` runs on one of the workers' threads.
    void silences(std::function<void(const std::optional<std::vector<Silence>>&)> answer);

    [[nodiscard]] bool ready() const;
    [[nodiscard]] bool disk_is_full() const;  // of any of them
    [[nodiscard]] std::chrono::steady_clock::time_point slowest_round() const;
    [[nodiscard]] std::size_t size() const { return workers_.size(); }

private:
    std::vector<std::unique_ptr<Worker>> workers_;
    int partitions_;
};

}  // namespace aw::app
