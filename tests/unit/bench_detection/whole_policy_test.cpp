#include "bench/detection/whole_policy.hpp"

#include <gtest/gtest.h>

#include "unit/bench_detection/worlds.hpp"

namespace aw::bench {
namespace {

// Twenty weeks of ten items a day; `account` sends nothing for the week from `day` on.
World steady(std::size_t accounts) {
    World world;
    Portfolio& p = world.portfolio;
    p.name = "steady";
    p.first_day = 20'457;  // Monday, 2026-01-05
    p.accounts = accounts;
    p.days = 140;
    p.counts.assign(p.accounts * p.days, 10);
    p.cohorts.resize(p.accounts);
    p.holiday.assign(p.days, 0);
    p.starts.assign(p.accounts, 0);
    world.truth.ends.assign(p.accounts, 140);
    world.truth.mean.assign(p.accounts * p.days, 10);
    world.truth.phi.assign(p.accounts, 0.05);
    return world;
}

PolicyRow measure(const World& world, Measures measures = Measures::kItems) {
    return measure_policy(shipped_policy("dezhou"), world, 10, measures, 1);
}

TEST(WholePolicy, SteadyClientsGiveNoSignal) {
    const PolicyRow row = measure(steady(3), Measures::kItemsAndRevenue);
    EXPECT_EQ(row.sum, 0);
    EXPECT_EQ(row.policy, "dezhou");
}

// 3 accounts of 50 days after the warm-up of 90.
TEST(WholePolicy, AFallIsCountedOncePerAccountYear) {
    World world = steady(3);
    for (std::size_t day = 105; day < 112; ++day) world.portfolio.series(1)[day] = 1;
    const PolicyRow row = measure(world);
    const double once = 365.0 / (3 * 50);
    EXPECT_NEAR(row.by_rule.at("weekly-items"), once, 1e-9);
    EXPECT_NEAR(row.sum, once, 1e-9);
}

TEST(WholePolicy, AFallDuringTheWarmUpIsNotCounted) {
    World world = steady(3);
    for (std::size_t day = 70; day < 77; ++day) world.portfolio.series(1)[day] = 1;
    EXPECT_EQ(measure(world).sum, 0);
}

TEST(WholePolicy, ARatioIsTheGeometricMeanOverTheDepths) {
    const std::vector<DepthFigures> drops = {{0.5, 8, 2, 0}, {0.7, 9, 9, 0}};
    EXPECT_NEAR(delay_ratio(drops), 2, 1e-9);
}

TEST(WholePolicy, CalibratingKeepsWhatIsAskedOfTheCalibratingHalf) {
    const auto rules = calibrated(shipped_policy("statistical"), steady(4), Measures::kItems, 1);
    EXPECT_GT(rules->policy.detection.false_alarms_per_account_year, 11);  // steady clients: as lenient as may be, 12
    const PolicyRow row = measure_policy(rules, steady(4), 10, Measures::kItems, 1);
    EXPECT_LE(row.sum, 0.5);
    EXPECT_EQ(row.asked, rules->policy.detection.false_alarms_per_account_year);
}

}  // namespace
}  // namespace aw::bench
