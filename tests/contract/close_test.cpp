// A worker leaves its group while others still wake it: a question, or the stop itself once more.
#include <atomic>
#include <future>
#include <thread>

#include <gtest/gtest.h>

#include "contract/backends.hpp"
#include "contract/worker.hpp"

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

INSTANTIATE_TEST_SUITE_P(Backends, Close, testing::ValuesIn(all_backends()),
                         [](const auto& backend) { return std::string(backend.param.name); });

}  // namespace
}  // namespace aw::test
