// The board without a log: it tries again, and a stop does not wait for that.
#include "app/board.hpp"

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

#include "fake_log.hpp"

namespace aw::app {
namespace {

using std::chrono::steady_clock;

// All readers wait a second before they try again. The third quickest of several stops counts: the machine may be
// busy, or a stop may have come just before the wait.
TEST(BoardStop, EndsTheWaitForARetryAtOnce) {
    const SystemClock clock;
    std::vector<steady_clock::duration> took;
    for (int i = 0; i < 9; ++i) {
        test::FakeLog log;
        test::QuietTelemetry quiet(clock);
        Board board(log, quiet.telemetry);
        board.start();
        while (quiet.metrics.happenings_total.with({"log_unreachable"}).value() < 3) std::this_thread::yield();
        const auto before = steady_clock::now();
        board.stop();
        took.push_back(steady_clock::now() - before);
    }
    std::sort(took.begin(), took.end());
    EXPECT_LT(took[2], std::chrono::milliseconds{25});
}

}  // namespace
}  // namespace aw::app
