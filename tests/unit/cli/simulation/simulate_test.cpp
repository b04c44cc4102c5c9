#include "cli/simulation/simulate.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "cli/simulation/gzip_lines.hpp"
#include "history.hpp"
#include "support/temporary_folder.hpp"

namespace aw::simulation {
namespace {

TEST(Simulate, SameSeedSameBytes) {
    const History again = history(quick());
    EXPECT_EQ(again.events, shared_history().events);
    EXPECT_EQ(again.truth, shared_history().truth);
}

TEST(Simulate, AnotherSeedIsAnotherHistory) {
    EXPECT_NE(history(quick(8)).events, shared_history().events);
    EXPECT_NE(history(quick(8)).truth, shared_history().truth);
}

TEST(Simulate, AnAccountsHistoryDoesNotDependOnTheLengthOfThePortfolio) {
    auto options = quick();
    options.trouble_share = 0;
    options.outage = false;
    options.days = 60;
    const auto few = shipments(history(options));
    options.accounts = 80;
    const auto more = shipments(history(options));
    const std::string root = few.front().root;
    auto of_root = [&](const Shipped& s) { return s.root == root; };
    EXPECT_EQ(sum_items(few, of_root), sum_items(more, of_root));
}

// Memory does not grow with the days: after each of them all that is recorded by then has been handed out.
TEST(Simulate, LinesAreHandedOutDayByDay) {
    const Calendar calendar = china();
    auto options = quick();
    std::int64_t written = 0;
    std::vector<std::int64_t> by_day;
    const LineSink count = [&](std::string_view) -> Result<void> {
        ++written;
        return {};
    };
    const LineSink ignore = [](std::string_view) -> Result<void> { return {}; };
    ASSERT_TRUE(simulate(options, calendar, count, ignore, [&](int, int) { by_day.push_back(written); }));
    const double daily = static_cast<double>(written) / options.days;
    for (std::size_t i = 60; i < by_day.size(); ++i) {
        EXPECT_GT(static_cast<double>(by_day[i]), daily * 0.7 * static_cast<double>(i)) << i;
    }
}

TEST(Simulate, WritesTheTwoFiles) {
    const test::TemporaryFolder folder;
    const auto deep = folder.path() / "deep er";  // made on the way
    auto options = quick();
    int last = 0;
    const auto summary = simulate_into(options, china(), deep, [&](int day, int) { last = day; });
    ASSERT_TRUE(summary) << summary.error().message;
    EXPECT_EQ(last, 420);
    for (const auto& [name, expected] : {std::pair("events.ndjson.gz", &shared_history().events),
                                         std::pair("truth.ndjson", &shared_history().truth)}) {
        auto reader = LineReader::open((deep / name).string());
        ASSERT_TRUE(reader);
        std::vector<std::string> lines;
        for (auto line = reader->next(); line && *line; line = reader->next()) lines.emplace_back((*line)->text);
        EXPECT_EQ(lines, *expected) << name;
    }
}

TEST(Simulate, AFailingSinkEndsItWithItsReason) {
    const Calendar calendar = china();
    const LineSink full = [](std::string_view) -> Result<void> { return fail_with("disk full"); };
    const LineSink fine = [](std::string_view) -> Result<void> { return {}; };
    const auto result = simulate(quick(), calendar, full, fine);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().message, "disk full");
}

TEST(Simulate, RefusesNonsense) {
    const Calendar calendar;
    auto refused = [&](auto change) {
        SimulationOptions options = quick();
        change(options);
        const LineSink sink = [](std::string_view) -> Result<void> { return {}; };
        return !simulate(options, calendar, sink, sink);
    };
    EXPECT_TRUE(refused([](auto& o) { o.accounts = 0; }));
    EXPECT_TRUE(refused([](auto& o) { o.accounts = 200'001; }));
    EXPECT_TRUE(refused([](auto& o) { o.days = 27; }));
    EXPECT_TRUE(refused([](auto& o) { o.live_weeks = 0; }));
    EXPECT_TRUE(refused([](auto& o) { o.trouble_share = 1.5; }));
    EXPECT_TRUE(refused([](auto& o) { o.end = Day{}; }));
}

}  // namespace
}  // namespace aw::simulation
