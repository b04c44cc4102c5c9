// The board without a log: it tries again, and a stop does not wait for that. With one: the gaps of feeds, which lie in
// a topic that is not compacted.
#include "app/board.hpp"

#include <algorithm>
#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/contact.hpp"
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

// Of an empty topic: nothing ever comes, and no error either, whatever becomes of the log.
class SilentReader final : public eventlog::TopicReader {
public:
    eventlog::LogResult<std::span<const eventlog::Record>> poll(std::size_t, Duration) override {
        std::this_thread::yield();
        return std::span<const eventlog::Record>();
    }
    [[nodiscard]] bool caught_up() const override { return true; }
    void wake() override {}
};

// Waits for it; a board that never says so meets the limit of the test.
void wait_for(const Board& board, bool caught_up) {
    while (board.caught_up() != caught_up) std::this_thread::yield();
}

TEST(BoardReadiness, FallsBackWhileALogThatIsSilentDoesNotAnswer) {
    const SystemClock clock;
    test::FakeLog log;
    log.make_reader = [] { return std::make_unique<SilentReader>(); };
    log.reachable = true;
    test::QuietTelemetry quiet(clock);
    test::OwnPace pace;
    Board board(log, quiet.telemetry, pace);
    board.start();
    wait_for(board, true);
    log.reachable = false;
    EXPECT_TRUE(board.caught_up()) << "a short silence is nothing";
    pace.at = pace.at.load() + Contact::kSilence;
    wait_for(board, false);
    log.reachable = true;
    wait_for(board, true);
    EXPECT_GE(quiet.metrics.happenings_total.with({"log_reachable"}).value(), 1U);
    board.stop();
}

// A board that has read these cases and tasks.
class WorkLists : public testing::Test {
protected:
    void SetUp() override {
        eventlog::SqliteOptions options;
        options.path = folder_.file("log.db");
        log_ = *eventlog::open_sqlite_log(options, clock_);
        // Value at risk: 300 (told), 250 (0.25 of 1,000), 300 (told), 90 (0.9 of 100), 0.
        add_case("37140000011-1", 300, 0);
        add_case("37140000012-1", 1'000, 0.25);
        add_case("37140000013-1", 300, 0);
        add_case("37140000014-1", 100, 0.9);
        add_case("37140000015-1", 0, 0.9);
        add_task("37140000011-t1", "37140000014-1", 1);
        add_task("37140000012-t1", "37140000012-1", 3);
        add_task("37140000012-t2", "37140000012-1", 2);
        add_task("37140000019-t1", "", 0);  // of no case
        ASSERT_TRUE((*log_->open_appender())->append(records_).complete());
        board_ = std::make_unique<Board>(*log_, quiet_.telemetry);
        board_->start();
        while (!board_->caught_up()) std::this_thread::yield();
        board_->stop();
    }

    // Page by page; the ids, with the last two digits of their accounts.
    std::vector<std::string> pages(Board::Order order, std::size_t limit) {
        std::vector<std::string> pages;
        Board::CaseQuery query{.order = order, .limit = limit};
        for (;;) {
            std::optional<Board::Cursor> next;
            std::string page;
            for (const Case& c : board_->cases(query, next)) page += c.case_id.value.substr(9, 2) + " ";
            pages.push_back(page);
            if (!next) return pages;
            query.after = next;
        }
    }

    std::unique_ptr<Board> board_;

private:
    void add_case(const char* id, std::int64_t at_risk, double probability) {
        Case c;
        c.case_id = CaseId(id);
        c.revenue_at_risk = Money{at_risk};
        c.probability = probability;
        records_.push_back({eventlog::Topic::cases, id, encode(c, Format::protobuf)});
    }
    void add_task(const char* id, const char* case_id, int due) {
        Task task;
        task.task_id = TaskId(id);
        task.case_id = CaseId(case_id);
        task.due_at = Timestamp{1'770'000'000'000} + std::chrono::hours{due};
        records_.push_back({eventlog::Topic::tasks, id, encode(task, Format::protobuf)});
    }

    test::TemporaryFolder folder_;
    SystemClock clock_;
    test::QuietTelemetry quiet_{clock_};
    std::unique_ptr<eventlog::Log> log_;
    std::vector<eventlog::OutRecord> records_;
};

TEST_F(WorkLists, CasesByIdOrByWhatTheyMayCost) {
    using testing::ElementsAre;
    EXPECT_THAT(pages(Board::Order::kId, 100), ElementsAre("11 12 13 14 15 "));
    EXPECT_THAT(pages(Board::Order::kId, 2), ElementsAre("11 12 ", "13 14 ", "15 "));
    EXPECT_THAT(pages(Board::Order::kValueAtRisk, 100), ElementsAre("11 13 12 14 15 "));
    EXPECT_THAT(pages(Board::Order::kValueAtRisk, 1), ElementsAre("11 ", "13 ", "12 ", "14 ", "15 "));
    EXPECT_THAT(pages(Board::Order::kValueAtRisk, 5), ElementsAre("11 13 12 14 15 "));
}

TEST_F(WorkLists, TasksByTheValueOfTheirCasesThenByDueTime) {
    std::vector<std::string> ids;
    for (const Task& task : board_->tasks({.order = Board::Order::kValueAtRisk})) ids.push_back(task.task_id.value);
    EXPECT_THAT(ids, testing::ElementsAre("37140000012-t2", "37140000012-t1", "37140000011-t1", "37140000019-t1"));
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
