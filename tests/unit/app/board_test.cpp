// The board without a log: it tries again, and a stop does not wait for that. With one: the gaps of feeds, which lie in
// a topic that is not compacted.
#include "app/board.hpp"

#include <algorithm>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "codec/output_encoder.hpp"
#include "eventlog/sqlite/sqlite_log.hpp"
#include "fake_log.hpp"
#include "support/temporary_folder.hpp"

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

// Ten more than are kept, all closed but the very first one.
TEST(BoardGaps, TheLastStateOfTheNewestAndOfAllThatAreOpen) {
    const test::TemporaryFolder folder;
    const SystemClock clock;
    eventlog::SqliteOptions options;
    options.path = folder.file("log.db");
    auto log = eventlog::open_sqlite_log(options, clock);
    ASSERT_TRUE(log) << log.error().message;
    std::vector<eventlog::OutRecord> records;
    const auto add = [&](std::int64_t n, bool closed) {
        DataGap gap;
        gap.gap_id = "sorting-" + std::to_string(n);
        gap.feed = "sorting";
        gap.opened_at = Timestamp{1'770'000'000'000} + std::chrono::seconds{n};
        if (closed) gap.closed_at = gap.opened_at + Duration{500};
        records.push_back({eventlog::Topic::data_gaps, gap.feed, encode(gap, Format::protobuf)});
    };
    const auto last = static_cast<std::int64_t>(Board::kMostGaps) + 10;
    for (std::int64_t n = 1; n <= last; ++n) {
        add(n, false);
        if (n > 1) add(n, true);
    }
    ASSERT_TRUE((*(*log)->open_appender())->append(records).complete());
    test::QuietTelemetry quiet(clock);
    Board board(**log, quiet.telemetry);
    board.start();
    while (!board.caught_up()) std::this_thread::yield();
    const auto gaps = board.gaps();
    board.stop();
    ASSERT_EQ(gaps.size(), Board::kMostGaps);
    EXPECT_EQ(gaps.front().gap_id, "sorting-" + std::to_string(last));
    EXPECT_TRUE(gaps.front().closed_at.is_set());
    EXPECT_EQ(gaps[gaps.size() - 2].gap_id, "sorting-12");
    EXPECT_EQ(gaps.back().gap_id, "sorting-1");
    EXPECT_FALSE(gaps.back().closed_at.is_set());
}

}  // namespace
}  // namespace aw::app
