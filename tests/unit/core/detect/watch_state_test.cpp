#include "core/detect/watch_state.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/detect/client_watch.hpp"
#include "streams.hpp"

namespace aw {
namespace {

using enum WatchState;

TEST(WatchState, AScoreAroundAGateChangesNothing) {
    EXPECT_EQ(next_state(kNormal, false, 0.59, 0), kNormal);
    EXPECT_EQ(next_state(kNormal, false, 0.6, 0), kWatch);
    EXPECT_EQ(next_state(kWatch, false, 0.59, 0), kWatch);
    EXPECT_EQ(next_state(kWatch, false, 0.2, 0), kWatch);
    EXPECT_EQ(next_state(kWatch, false, 0.19, 0), kNormal);
}

TEST(WatchState, AnAlarmLastsUntilTheReturnIsProved) {
    EXPECT_EQ(next_state(kNormal, true, 0, 0), kAlert);
    EXPECT_EQ(next_state(kWatch, true, 0.9, 0.49), kAlert);
    EXPECT_EQ(next_state(kAlert, true, 0, 0.5), kRecovering);
    EXPECT_EQ(next_state(kRecovering, true, 0, 0.1), kRecovering);
    EXPECT_EQ(next_state(kRecovering, true, 0, 0), kAlert);
    EXPECT_EQ(next_state(kRecovering, false, 0, 0), kNormal);
    EXPECT_EQ(next_state(kAlert, false, 0.7, 0), kWatch);
}

// One client through a drop and a return: each state that it passes, once.
TEST(WatchState, ThroughADropAndBack) {
    ClientWatch watch;
    const Thresholds limits = thresholds_of(0.5);
    std::string seen;
    const auto days = [&](int from, int to, double items) {
        for (int day = from; day < to; ++day) {
            (void)watch.step({.items = items, .weekday = day % 7, .factor = {.factor = 1}, .revenue = -1, .parts = {}},
                             limits);
            const std::string now(name(watch.state()));
            if (!seen.ends_with(now + " ")) seen += now + " ";
        }
    };
    days(0, 120, 10);
    EXPECT_EQ(seen, "NORMAL ");
    days(120, 160, 4);
    EXPECT_EQ(seen, "NORMAL WATCH ALERT ");
    days(160, 200, 10);
    EXPECT_EQ(seen, "NORMAL WATCH ALERT RECOVERING NORMAL ");
}

TEST(WatchState, SurvivesTheArchive) {
    ClientWatch watch;
    for (int day = 0; day < 130; ++day) {
        const double items = day < 120 ? 10 : 1;
        (void)watch.step({.items = items, .weekday = day % 7, .factor = {.factor = 1}, .revenue = -1, .parts = {}},
                         thresholds_of(0.5));
    }
    ASSERT_EQ(watch.state(), kAlert);
    EXPECT_EQ(test::restored_bit_for_bit(watch).state(), kAlert);
}

}  // namespace
}  // namespace aw
