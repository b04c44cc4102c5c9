// A worker leaves its group: while others still wake it (a question, or the stop itself once more), and in the middle
// of a commit.
#include <atomic>
#include <future>
#include <thread>

#include <gtest/gtest.h>

#include "contract/backends.hpp"
#include "contract/worker.hpp"
#include "support/kafka_broker.hpp"
#include "system/eventually.hpp"

namespace aw::test {
namespace {

using namespace eventlog;

class Close : public testing::TestWithParam<BackendKind> {};

// librdkafka takes a wake for the end of the closing; nobody finished that then, and whoever destroyed the client
// waited for ever.
TEST_P(Close, EndsWhoeverWakesItMeanwhile) {
    const std::shared_ptr<Backend> backend = GetParam().make(1);
    Worker worker(backend->log());
    ASSERT_TRUE(worker.wait_for_partitions(1));
    std::atomic<bool> over{false};
    std::thread waker([&] {
        while (!over) worker.consumer->wake();
    });
    worker.consumer->close();
    over = true;
    waker.join();
    // On a thread of its own, so that the test ends in any case.
    std::promise<void> gone;
    auto is_gone = gone.get_future();
    std::thread([backend, consumer = std::move(worker.consumer), gone = std::move(gone)]() mutable {
        consumer.reset();
        gone.set_value();
    }).detach();
    EXPECT_EQ(is_gone.wait_for(std::chrono::seconds{20}), std::future_status::ready);
}

// A worker with one record, and a broker that hangs while it commits.
class KafkaClose : public testing::Test {
protected:
    void SetUp() override {
        append(*log_, {{.topic = Topic::events, .key = "a", .value = "1", .partition = 0}});
        ASSERT_TRUE(worker_.wait_for_records(1));
        broker_.hang();
    }
    // Of one output, and the position if `position`; it stays undecided.
    void commit(bool position) {
        Commit commit;
        commit.outputs.push_back({.topic = Topic::cases, .key = "a", .value = "case"});
        if (position) commit.positions.emplace_back(0, 1);
        const auto outcome = worker_.consumer->commit(commit);
        ASSERT_FALSE(outcome);
        EXPECT_TRUE(outcome.error().can_retry());
    }
    // What others read behind it, sooner than a transaction times out: what is undecided would hold it up.
    [[nodiscard]] std::vector<std::string> cases_read() {
        append(*log_, {{.topic = Topic::cases, .key = "b", .value = "next"}});
        std::vector<std::string> values;
        const auto read = [&] {
            values.clear();
            for (const Seen& record : read_all(*log_, Topic::cases)) values.push_back(record.value);
            return !values.empty() && values.back() == "next";
        };
        EXPECT_TRUE(eventually(read, 10s));
        return values;
    }

    KafkaBroker broker_;
    KafkaOptions options_ = kafka_options(1, broker_.address());
    std::unique_ptr<Log> log_ = open_kafka(options_);
    Worker worker_{*log_};
};

// Nobody answers: commit and close share what is left of a stop. Without a deadline the commit's first call alone has
// 2 s, and the closing 4.
TEST_F(KafkaClose, WhoeverHasADeadlineCommitsAndLeavesWithinIt) {
    const auto began = std::chrono::steady_clock::now();
    worker_.consumer->finish_by(began + 3s);
    commit(true);
    const auto committed = std::chrono::steady_clock::now();
    worker_.consumer->close();
    const auto closed = std::chrono::steady_clock::now();
    broker_.go_on();
    EXPECT_LT(committed - began, 1700ms);  // its second is over, and the farewell has two
    EXPECT_LT(closed - began, 5s);
}

// librdkafka takes no abort while the commit is under way.
TEST_F(KafkaClose, DecidesACommitThatWasAskedFor) {
    commit(false);
    broker_.go_on();
    worker_.consumer->close();
    EXPECT_EQ(cases_read(), (std::vector<std::string>{"case", "next"}));
}

// ... nor while positions are on their way.
TEST_F(KafkaClose, AbortsACommitThatWasNotAskedForYet) {
    commit(true);
    broker_.go_on();
    worker_.consumer->close();
    EXPECT_EQ(cases_read(), std::vector<std::string>{"next"});
}

INSTANTIATE_TEST_SUITE_P(Backends, Close, testing::ValuesIn(all_backends()),
                         [](const auto& backend) { return std::string(backend.param.name); });

}  // namespace
}  // namespace aw::test
