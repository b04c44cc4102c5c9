// What is taken over HTTP while the process is about to stop: in the log, or told as not acknowledged, and soon.
#include "app/ingest.hpp"

#include <future>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "fake_log.hpp"

namespace aw::app {
namespace {

using eventlog::AppendReport;

// What the test and an appender that belongs to the ingest share.
struct Desk {
    std::mutex mutex;
    std::condition_variable changed;
    bool answers = false;  // the log acknowledges
    bool hurried = false;  // give_up_at() was called
    int appends = 0;

    void wait_for_append() {
        std::unique_lock lock(mutex);
        changed.wait(lock, [&] { return appends > 0; });
    }
};

// Of a log that takes whatever comes, or never answers: then it waits until it may give up.
class DeskAppender final : public eventlog::Appender {
public:
    explicit DeskAppender(Desk& desk) : desk_(desk) {}
    AppendReport append(std::span<const eventlog::OutRecord> records) override {
        std::unique_lock lock(desk_.mutex);
        ++desk_.appends;
        desk_.changed.notify_all();
        desk_.changed.wait(lock, [&] { return desk_.answers || desk_.hurried; });
        AppendReport report{std::vector<bool>(records.size(), desk_.answers), desk_.answers ? records.size() : 0, {}};
        if (!desk_.answers) report.error = eventlog::LogError{eventlog::LogError::Kind::retriable, "given up"};
        return report;
    }
    void give_up_at(std::chrono::steady_clock::time_point) override {
        const std::lock_guard lock(desk_.mutex);
        desk_.hurried = true;
        desk_.changed.notify_all();
    }
    eventlog::LogResult<bool> is_empty() override { return true; }

private:
    Desk& desk_;
};

class StoppingIngest : public testing::Test {
protected:
    void SetUp() override {
        log_.make_appender = [this] { return std::make_unique<DeskAppender>(desk_); };
    }
    [[nodiscard]] std::future<AppendReport> append(Ingest& ingest) {
        auto promise = std::make_shared<std::promise<AppendReport>>();
        auto future = promise->get_future();
        EXPECT_TRUE(ingest.append({{eventlog::Topic::events, "a", "1"}},
                                  [promise](AppendReport report) { promise->set_value(std::move(report)); }));
        return future;
    }

    SystemClock clock_;
    test::FakeLog log_;
    test::QuietTelemetry quiet_{clock_};
    Desk desk_;
};

TEST_F(StoppingIngest, GivesUpWhatALogThatDoesNotAnswerHasInHandAndFailsTheRestAtOnce) {
    Ingest ingest(log_, quiet_.telemetry, Duration{0});
    ingest.start();
    auto in_hand = append(ingest);
    auto queued = append(ingest);
    desk_.wait_for_append();
    ingest.hurry();  // alone: HTTP still waits for the answers
    for (auto* const answer : {&in_hand, &queued}) {
        const AppendReport report = answer->get();
        EXPECT_FALSE(report.complete());
        EXPECT_EQ(report.count, 0U);
        EXPECT_EQ(report.acknowledged, std::vector<bool>{false});
    }
    EXPECT_EQ(desk_.appends, 1);  // what had not begun does not begin any more
    EXPECT_FALSE(ingest.append({{eventlog::Topic::events, "a", "3"}}, [](const AppendReport&) { FAIL(); }));
    ingest.stop();
}

TEST_F(StoppingIngest, AppendsWhatItHasTakenWhileTheLogAnswers) {
    Ingest ingest(log_, quiet_.telemetry, std::chrono::minutes{1});
    {
        const std::lock_guard lock(desk_.mutex);
        desk_.answers = true;
    }
    auto first = append(ingest);
    auto second = append(ingest);
    ingest.hurry();
    ingest.start();  // nothing was in hand when the stop began
    ingest.stop();
    EXPECT_TRUE(first.get().complete());
    EXPECT_TRUE(second.get().complete());
    EXPECT_EQ(desk_.appends, 2);
}

// The appender that is opened for the first event of all learns of the hurry, too.
TEST_F(StoppingIngest, AnAppenderOpenedLaterHurries) {
    Ingest ingest(log_, quiet_.telemetry, std::chrono::minutes{1});
    auto late = append(ingest);
    ingest.hurry();
    ingest.start();
    EXPECT_FALSE(late.get().complete());
    ingest.stop();
}

}  // namespace
}  // namespace aw::app
