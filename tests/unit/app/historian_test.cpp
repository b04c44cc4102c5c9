#include "app/historian.hpp"

#include <future>

#include <gtest/gtest.h>

#include "eventlog/sqlite/sqlite_log.hpp"
#include "support/sample_rules.hpp"
#include "support/temporary_folder.hpp"

namespace aw::app {
namespace {

class HistorianTest : public testing::Test {
protected:
    HistorianTest() {
        auto opened = eventlog::open_sqlite_log(
            {.path = folder_.file("log.db"), .partitions = 1, .exclusive = true, .page_limit = nullptr}, clock_);
        EXPECT_TRUE(opened);
        log_ = *std::move(opened);
    }
    test::TemporaryFolder folder_;
    SystemClock clock_;
    std::unique_ptr<eventlog::Log> log_;
};

TEST_F(HistorianTest, AnswersOneAfterTheOther) {
    Historian historian(*log_, test::sample_rules());
    historian.start();
    std::promise<bool> answered;
    ASSERT_TRUE(historian.ask([&](LogHistory* history) {
        const auto about = history->explain(*parse_root("37140000012"), {});
        answered.set_value(about.has_value() && !about->has_value());
    }));
    EXPECT_TRUE(answered.get_future().get()) << "an empty log knows nobody";
}

TEST_F(HistorianTest, RefusesMoreThanItCanHoldAndTellsThoseThatWaitWhenItStops) {
    auto appender = log_->open_appender();
    const std::vector<eventlog::OutRecord> records = {{eventlog::Topic::events, "k", "no event"}};
    ASSERT_TRUE(appender && (*appender)->append(records).complete());
    Historian historian(*log_, test::sample_rules());
    std::promise<void> begun;
    // Reads the log over and over, until the stop gives it up.
    ASSERT_TRUE(historian.ask([&](LogHistory* history) {
        begun.set_value();
        while (history->explain(*parse_root("37140000012"), {})) {
        }
    }));
    historian.start();
    begun.get_future().wait();
    std::size_t told = 0;
    for (std::size_t i = 0; i < Historian::kMostWaiting; ++i)
        EXPECT_TRUE(historian.ask([&](LogHistory* history) { told += history == nullptr ? 1 : 0; }));
    EXPECT_FALSE(historian.ask([](LogHistory*) {})) << "too many wait";
    historian.stop();
    EXPECT_EQ(told, Historian::kMostWaiting);
    EXPECT_FALSE(historian.ask([](LogHistory*) {})) << "it has stopped";
}

}  // namespace
}  // namespace aw::app
