#include "bench/detection/drops.hpp"

#include <algorithm>
#include <numeric>
#include <set>

#include <gtest/gtest.h>

#include "bench/detection/lanes.hpp"
#include "unit/bench_detection/worlds.hpp"

namespace aw::bench {
namespace {

double mean_between(std::span<const std::uint32_t> series, std::int32_t from, std::int32_t to) {
    return std::accumulate(series.begin() + from, series.begin() + to, 0.0) / (to - from);
}

TEST(BenchThinning, KeepsTheRateAskedForAndTheTrueMeanWithIt) {
    const World world = steady_world(20, 400, 40, 0.1, 1);
    const World thinned = thin(world, 2.0, 2);
    ASSERT_EQ(thinned.portfolio.accounts, 20U);
    double sum = 0;
    for (std::size_t account = 0; account < 20; ++account) {
        sum += mean_between(thinned.portfolio.series(account), 0, 400) / 20;
        EXPECT_NEAR(thinned.truth.mean[account * 400 + 7], 2.0, 0.15);
        EXPECT_FLOAT_EQ(thinned.truth.phi[account], 0.1F);
    }
    EXPECT_NEAR(sum, 2.0, 0.06);
}

TEST(BenchThinning, LeavesOutAccountsBelowTheRateAndShortLives) {
    World world = steady_world(3, 400, 5, 0.0, 1);
    for (auto& count : world.portfolio.series(1)) count = 1;
    world.truth.ends[2] = 100;
    const World thinned = thin(world, 2.0, 2);
    EXPECT_EQ(thinned.portfolio.accounts, 1U);
}

TEST(BenchDrops, StartAtTheOnsetAndTakeTheirShare) {
    const World world = steady_world(2, 400, 50, 0.0, 1);
    const Drop drop{1, 200, {.depth = 0.7}};
    const Portfolio dropped = inject(world.portfolio, {&drop, 1}, 3);
    EXPECT_TRUE(std::ranges::equal(dropped.series(0), world.portfolio.series(0)));
    EXPECT_TRUE(std::ranges::equal(dropped.series(1).first(200), world.portfolio.series(1).first(200)));
    EXPECT_NEAR(mean_between(dropped.series(1), 200, 400), 15.0, 1.2);
    EXPECT_LT(dropped.series(1)[200], 35U);  // already on the first day
}

TEST(BenchDrops, RampsFallInEqualStepsAndReturnsAreFull) {
    const Drop ramp{0, 100, {.depth = 0.5, .ramp_days = 60}};
    EXPECT_DOUBLE_EQ(ramp.keep(99), 1.0);
    EXPECT_DOUBLE_EQ(ramp.keep(129), 0.75);
    EXPECT_DOUBLE_EQ(ramp.keep(159), 0.5);
    EXPECT_DOUBLE_EQ(ramp.keep(300), 0.5);
    const Drop returns{0, 100, {.depth = 0.7, .lasts_days = 40}};
    EXPECT_DOUBLE_EQ(returns.keep(139), 1.0 - 0.7);
    EXPECT_DOUBLE_EQ(returns.keep(140), 1.0);
    EXPECT_EQ(returns.returns(), 140);
}

TEST(BenchDrops, HitEveryReportingAccountOnceOneTenthAtATimeWithRoomOnBothSides) {
    const World world = steady_world(200, 300, 5, 0.0, 1);
    const DropRuns runs = make_runs(world, {.depth = 0.5}, kRuns, 4);
    ASSERT_EQ(runs.plans.size(), kRuns);
    std::set<std::uint32_t> seen;
    std::set<std::int32_t> onsets;
    for (const auto& plan : runs.plans) {
        EXPECT_EQ(plan.size(), 10U);  // 5 % of 200
        for (const Drop& drop : plan) {
            EXPECT_FALSE(calibrates(drop.account));
            EXPECT_TRUE(seen.insert(drop.account).second);
            EXPECT_GE(drop.onset, 120);
            EXPECT_LE(drop.onset, 300 - 61);
            onsets.insert(drop.onset);
        }
    }
    EXPECT_EQ(seen.size(), 100U);
    EXPECT_GT(onsets.size(), 40U);  // spread over the 120 days there are
}

TEST(BenchDrops, LookTheSameToOneAccountWhetherFewDropAtATimeOrAll) {
    const World world = steady_world(40, 300, 5, 0.0, 1);
    const DropRuns runs = make_runs(world, {.depth = 0.5}, kRuns, 4);
    for (std::size_t run = 0; run < kRuns; ++run)
        for (const Drop& drop : runs.plans[run])
            EXPECT_TRUE(std::ranges::equal(runs.runs[run].series(drop.account), runs.all_at_once.series(drop.account)));
    std::size_t visits = 0;
    for_each_run(runs, true, [&](const auto&, const Portfolio&) { ++visits; });
    for_each_run(runs, false, [&](const auto& drops, const Portfolio&) { visits += drops.size() == 20 ? 100 : 0; });
    EXPECT_EQ(visits, kRuns + 100);
}

TEST(BenchLanes, AddUpAndOneCollapsesWhileTheOthersGoOn) {
    const World world = steady_world(4, 300, 20, 0.1, 1);
    const LanePortfolio lanes = split_into_lanes(world.portfolio, 5);
    for (std::size_t day = 0; day < 300; ++day) {
        std::uint32_t sum = 0;
        for (std::size_t lane = 0; lane < kLanes; ++lane) sum += lanes.series(2, lane)[day];
        ASSERT_EQ(sum, world.portfolio.series(2)[day]);
    }
    const std::uint32_t lane = lane_to_collapse(lanes, 2, 200, 6);
    ASSERT_LT(lane, kLanes);
    const LaneCollapse one{2, lane, 200};
    const LanePortfolio after = collapse(lanes, {&one, 1}, 7);
    const double before = mean_between(lanes.series(2, lane), 200, 300);
    EXPECT_NEAR(mean_between(after.series(2, lane), 200, 300), before * (1 - kLaneCollapse), before * 0.05);
    EXPECT_NEAR(mean_between(after.total.series(2), 200, 300),
                mean_between(lanes.total.series(2), 200, 300) - before * kLaneCollapse, before * 0.05);
    for (std::size_t other = 0; other < kLanes; ++other)
        EXPECT_EQ(std::ranges::equal(after.series(2, other), lanes.series(2, other)), other != lane);
    EXPECT_TRUE(std::ranges::equal(after.series(2, lane).first(200), lanes.series(2, lane).first(200)));
}

}  // namespace
}  // namespace aw::bench
