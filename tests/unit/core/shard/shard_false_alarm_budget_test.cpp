// The false-alarm budget in the shard: what earns, and what spends.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/detect/drop_detector.hpp"
#include "support/case_rig.hpp"
#include "support/detecting.hpp"
#include "support/shard_state.hpp"

namespace aw {
namespace {

using test::detecting;
using test::shanghai;
using testing::SizeIs;

constexpr auto kCode = "37140000012001";
const Day kBegin = make_day(2026, 4, 6);  // Monday
constexpr double kADay = 0.5 / 365;       // one client earns it
constexpr double kFaded = 0.15;           // of what was earned or spent some weeks ago: half in 180 days

struct Rig : test::CaseRig {
    explicit Rig(std::shared_ptr<const Rules> rules = detecting()) : CaseRig(std::move(rules)) {}

    void send(const std::string& code, Day day, int items) {
        if (items > 0) at(noon(day), code, ShipmentEvent{"express", items, 0, {}, {}, {}});
    }
    void days(Day from, int n, int items) {
        for (Day day = from; day < from + n; ++day) {
            send(kCode, day, items);
            look(day + 1);
        }
    }
    void look(Day day) { tick(shanghai((format_day(day) + " 08:30").c_str())); }
    double spent() const { return shard.counts().budget_spent; }
    double earned() const { return shard.counts().budget_earned; }
};

Rig fallen() {
    Rig rig;
    rig.days(kBegin, 90, 20);
    rig.days(kBegin + 90, 8, 0);
    EXPECT_THAT(rig.all<Signal>(), SizeIs(1));
    return rig;
}

TEST(FalseAlarmBudget, DaysOfAClientEarnAndItsAlarmSpends) {
    const Rig rig = fallen();
    EXPECT_NEAR(rig.spent(), 1, 0.03);
    EXPECT_NEAR(rig.earned(), (92 - DropDetector::kWarmUpDays) * kADay, kFaded * 62 * kADay);
    const Shard again = test::restored(detecting(), test::snapshot_of(rig.shard));
    EXPECT_EQ(again.counts().budget_spent, rig.spent());
    EXPECT_EQ(again.counts().budget_earned, rig.earned());
}

// The client fell when nobody watched; that it is told today is no false alarm of any day that counted.
TEST(FalseAlarmBudget, WhatHistoryBroughtSpendsNothing) {
    auto rules = detecting();
    rules->live_from = shanghai((format_day(kBegin + 97) + " 09:00").c_str());
    Rig rig(rules);
    rig.days(kBegin, 90, 20);
    rig.days(kBegin + 90, 12, 0);
    ASSERT_THAT(rig.all<Signal>(), SizeIs(1));
    EXPECT_EQ(rig.spent(), 0);
}

// No detectors: a week that brings a quarter of what the four before it brought.
TEST(FalseAlarmBudget, AComparisonSpendsOfTheSame) {
    auto rules = test::sample_rules();
    rules->policy.watch = WatchScope::ALL;
    rules->policy.detection = {false, 0.5};
    Rig rig(rules);
    rig.days(kBegin, 70, 40);
    ASSERT_THAT(rig.all<Signal>(), SizeIs(0));
    const double earned = rig.earned();
    EXPECT_NEAR(earned, (70 - DropDetector::kWarmUpDays) * kADay, kFaded * 42 * kADay);
    rig.days(kBegin + 70, 7, 10);
    ASSERT_THAT(rig.all<Signal>(), SizeIs(1));
    EXPECT_NEAR(rig.spent(), 1, 0.01);
    rig.days(kBegin + 77, 7, 10);
    EXPECT_LT(rig.earned(), earned + 8 * kADay) << "who has fallen earns nothing";
}

// Half is gone in July, of which last summer explains three tenths.
TEST(FalseAlarmBudget, AnAlarmOfLowSpendsNothing) {
    Rig rig;
    const Day begin = make_day(2025, 1, 6);
    const Day summer = make_day(2025, 7, 1);
    const Day autumn = make_day(2025, 9, 1);
    const Day next_summer = make_day(2026, 7, 1);
    rig.days(begin, summer - begin, 40);
    rig.days(summer, autumn - summer, 28);
    rig.days(autumn, next_summer - autumn, 40);
    const double before = rig.spent();
    rig.days(next_summer, 10, 20);
    ASSERT_THAT(rig.all<Signal>(), testing::Not(testing::IsEmpty()));
    ASSERT_EQ(rig.all<Signal>().back().severity, Severity::LOW);
    EXPECT_LE(rig.spent(), before);
}

}  // namespace
}  // namespace aw
