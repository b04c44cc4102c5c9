// Workers that come and go: partitions change hands with nothing lost and nothing doubled.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "contract/backends.hpp"
#include "contract/worker.hpp"

namespace aw::test {
namespace {

using namespace eventlog;

class Group : public testing::TestWithParam<BackendKind> {};

// Counts records per key in its state, and emits one output per record, as a shard would.
class CountingWorker {
public:
    CountingWorker(Log& log, int number) : worker(log, {.worker = number}) {
        worker.before_release = [this](const std::vector<int>&) { commit(); };
    }

    bool turn() {
        const bool fine = worker.turn(20ms);
        for (; applied_ < worker.seen.size(); ++applied_) {
            const Seen& seen = worker.seen[applied_];
            pending_.outputs.push_back({.topic = Topic::signals, .key = seen.key, .value = seen.value});
            auto& count = worker.state[seen.partition][seen.key];
            count = std::to_string(count.empty() ? 1 : std::stoi(count) + 1);
            pending_.state.push_back({seen.partition, seen.key, count});
        }
        return fine;
    }

    void commit() {
        const auto outcome = worker.commit(std::exchange(pending_, {}));
        ASSERT_TRUE(outcome) << outcome.error().message;
        ASSERT_TRUE(outcome->committed) << outcome->reason;
    }

    Worker worker;

private:
    Commit pending_;
    std::size_t applied_ = 0;
};

TEST_P(Group, TwoWorkersShareThePartitionsAndHandThemOver) {
    const auto backend = GetParam().make(4);
    Log& log = backend->log();
    const auto append_some = [&](int from, int to) {
        std::vector<OutRecord> records;
        for (int i = from; i < to; ++i) {
            records.push_back({.key = "k" + std::to_string(i % 20), .value = std::to_string(i), .partition = i % 4});
        }
        append(log, records);
    };
    append_some(0, 400);
    auto first = std::make_unique<CountingWorker>(log, 0);
    while (first->worker.seen.size() < 400) ASSERT_TRUE(first->turn());
    ASSERT_EQ(first->worker.next.size(), 4u);

    // What the first has in hand is committed when the group takes partitions from it.
    auto second = std::make_unique<CountingWorker>(log, 1);
    const auto shared = [&]() { return first->worker.next.size() == 2 && second->worker.next.size() == 2; };
    for (int turns = 0; turns < 2000 && !shared(); ++turns) {
        ASSERT_TRUE(first->turn());
        ASSERT_TRUE(second->turn());
    }
    ASSERT_TRUE(shared());
    EXPECT_GE(first->worker.releases, 1);
    append_some(400, 800);
    while (first->worker.seen.size() + second->worker.seen.size() < 800) {
        ASSERT_TRUE(first->turn());
        ASSERT_TRUE(second->turn());
    }
    first->commit();
    second->commit();

    // The first leaves; the second gets everything.
    first.reset();
    for (int turns = 0; turns < 2000 && second->worker.next.size() < 4; ++turns) ASSERT_TRUE(second->turn());
    ASSERT_EQ(second->worker.next.size(), 4u);
    for (int key = 0; key < 20; ++key) {
        EXPECT_EQ(second->worker.state[key % 4]["k" + std::to_string(key)], "40") << key;
    }
    std::multiset<std::string> outputs;
    for (const Seen& seen : read_all(log, Topic::signals)) outputs.insert(seen.value);
    EXPECT_EQ(outputs.size(), 800u);
    for (int i = 0; i < 800; ++i) EXPECT_EQ(outputs.count(std::to_string(i)), 1u) << i;
}

TEST_P(Group, MoreWorkersThanPartitionsWaitInLine) {
    const auto backend = GetParam().make(1);
    auto first = std::make_unique<Worker>(backend->log(), WorkerOptions{.worker = 0});
    ASSERT_TRUE(first->wait_for_partitions(1));
    Worker second(backend->log(), {.worker = 1});
    std::size_t owners = 0;
    for (int turns = 0; turns < 50; ++turns) {
        ASSERT_TRUE(first->turn(20ms));
        ASSERT_TRUE(second.turn(20ms));
        owners = first->next.size() + second.next.size();
        EXPECT_LE(owners, 1u);
    }
    EXPECT_EQ(owners, 1u);
    first.reset();
    EXPECT_TRUE(second.wait_for_partitions(1));
}

INSTANTIATE_TEST_SUITE_P(Contract, Group, testing::ValuesIn(all_backends()),
                         [](const auto& kind) { return kind.param.name; });

}  // namespace
}  // namespace aw::test
