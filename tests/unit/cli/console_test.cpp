// What somebody at a terminal sees of a long run, and that nobody else sees it.
#include "cli/console.hpp"

#include <gmock/gmock.h>

#include "rig.hpp"

namespace aw::cli {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr auto kWiped = "\r\x1b[K";

struct Watched {
    FixedClock clock;
    std::ostringstream out;
    std::ostringstream err;
    Console console{out, err, clock, true};

    void pass(int ms) { clock.at.ms += ms; }
    // What was written since it was asked last.
    std::string said() {
        std::string text = err.str();
        err.str({});
        return text;
    }
};

TEST(Progress, SaysHowFarItIsOnOneLineAndWipesItAtTheEnd) {
    Watched watched;
    {
        Progress progress(watched.console, "replaying");
        progress.show(1'024, "events", 1, 3);
        EXPECT_EQ(watched.said(), std::string(kWiped) + "replaying: 1024 events, 33 %");
        watched.pass(100);
        progress.show(2'048, "events");
        EXPECT_EQ(watched.said(), std::string(kWiped) + "replaying: 2048 events");
        watched.pass(100);
        progress.show(3'072, "events", 4, 3);  // a file that grew while it was read
        EXPECT_THAT(watched.said(), HasSubstr(", 100 %"));
    }
    EXPECT_EQ(watched.said(), kWiped);
    EXPECT_THAT(watched.out.str(), IsEmpty());
}

TEST(Progress, ShowsTenStatesASecondAtMost) {
    Watched watched;
    Progress progress(watched.console, "replaying");
    int shown = 0;
    for (int ms = 0; ms < 1'000; ++ms) {
        progress.show(static_cast<std::uint64_t>(ms), "events");
        shown += watched.said().empty() ? 0 : 1;
        watched.pass(1);
    }
    EXPECT_EQ(shown, 10);
    // After a line of another kind it comes again at once.
    progress.wipe();
    EXPECT_EQ(watched.said(), kWiped);
    progress.show(1, "events");
    EXPECT_THAT(watched.said(), HasSubstr("1 events"));
}

TEST(Progress, WipesNothingThatItDidNotWrite) {
    Watched watched;
    { Progress progress(watched.console, "replaying"); }
    EXPECT_THAT(watched.said(), IsEmpty());
}

class ProgressOfTheTool : public ToolTest {
protected:
    // A backtest of 1,500 events, watched or not; what stands on stderr.
    std::string of_backtest(bool terminal) {
        std::string history;
        for (int n = 0; n < 1'500; ++n) history += shipment("s" + std::to_string(n), "2026-08-03T09:00:00+08:00");
        const std::string file = write("history.ndjson", history);
        const auto arguments = with_config({"accountwatch", "backtest"}, {"--events", file, "--out", path("out")});
        std::vector<const char*> argv;
        for (const auto& argument : arguments) argv.push_back(argument.c_str());
        out.str({});
        err.str({});
        Console console{out, err, clock, terminal};
        EXPECT_EQ(run_tool(static_cast<int>(argv.size()), argv.data(), console), 0) << err.str();
        EXPECT_THAT(out.str(), Not(HasSubstr("\x1b")));
        return err.str();
    }
};

TEST_F(ProgressOfTheTool, ABacktestShowsWhatItReadsAndWhatItReplaysToATerminalOnly) {
    const std::string watched = of_backtest(true);
    EXPECT_THAT(watched, HasSubstr("reading: 1024 events"));
    EXPECT_THAT(watched, HasSubstr(std::string("replaying: 1024 events, 68 %") + kWiped));
    EXPECT_THAT(of_backtest(false), Not(HasSubstr("\x1b")));
}

}  // namespace
}  // namespace aw::cli
