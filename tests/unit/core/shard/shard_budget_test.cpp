// How well the budget of false alarms is kept, as the metrics tell it: what counts as an alarm, and what as a day.
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
const Day kBegin = make_day(2026, 4, 6);
constexpr std::uint64_t kJudged = 90 - DropDetector::kWarmUpDays;
constexpr double kADay = 0.5 / 365;  // one client earns it
constexpr double kFaded = 0.15;      // of what was earned or spent some weeks ago: half in 180 days

struct Rig : test::CaseRig {
    explicit Rig(std::shared_ptr<const Rules> rules = detecting()) : CaseRig(std::move(rules)) {}

    // So many items on each day, looked at every morning after.
    void days(Day from, int n, int items) {
        for (Day day = from; day < from + n; ++day) {
            if (items > 0) at(noon(day), kCode, ShipmentEvent{"express", items, 0, {}, {}, {}});
            look(day + 1);
        }
    }
    void look(Day day) { tick(shanghai((format_day(day) + " 08:30").c_str())); }
    void register_as(Importance importance) {
        AccountEvent change;
        change.operation = AccountOperation::REGISTER;
        change.name = "A";
        change.importance = importance;
        at((format_day(kBegin) + " 08:00").c_str(), kCode, change);
    }
    void was_false(Day day) {
        command((format_day(day) + " 10:00").c_str(), last_case().case_id.value, "director",
                ResolveAction{Outcome::FALSE_ALARM, {}, "deputy"}, "closed for works");
        ASSERT_EQ(last_case().outcome, Outcome::FALSE_ALARM);
    }
    ShardCounts::Stratum of(Certainty::Stratum stratum) const {
        return shard.counts().strata[static_cast<std::size_t>(stratum)];
    }
    double spent() const { return shard.counts().budget_spent; }
    double earned() const { return shard.counts().budget_earned; }
    std::uint64_t all_days() const { return of(Certainty::Stratum::kDecline).days; }
    std::uint64_t false_alarms() const {
        std::uint64_t sum = 0;
        for (const auto& stratum : shard.counts().strata) sum += stratum.none;
        return sum;
    }
};

TEST(Budget, DaysOfHistoryDoNotCount) {
    auto rules = detecting();
    rules->live_from = shanghai((format_day(kBegin + 80) + " 09:00").c_str());
    Rig loaded(rules);
    loaded.days(kBegin, 90, 20);
    EXPECT_EQ(loaded.all_days(), 10U);
    Rig live;
    live.days(kBegin, 90, 20);
    EXPECT_EQ(live.all_days(), kJudged);
}

TEST(Budget, DaysOfWhoIsNotWatchedDoNotCount) {
    const auto days_of = [](WatchScope watch, Importance importance) {
        auto rules = detecting();
        rules->policy.watch = watch;
        Rig rig(rules);
        rig.register_as(importance);
        rig.days(kBegin, 90, 20);
        return rig.all_days();
    };
    EXPECT_EQ(days_of(WatchScope::KEY, Importance::UNSPECIFIED), 0U);
    EXPECT_EQ(days_of(WatchScope::KEY, Importance::IMPORTANT), kJudged);
    EXPECT_EQ(days_of(WatchScope::ALL, Importance::POTENTIAL), 0U);  // R3
}

TEST(Budget, DaysOfWhoRestsAfterAnAlarmDoNotCount) {
    Rig rig;
    rig.days(kBegin, 90, 20);
    rig.days(kBegin + 90, 20, 0);
    ASSERT_THAT(rig.all<Signal>(), SizeIs(1));
    EXPECT_GT(rig.all_days(), kJudged);  // up to the alarm
    EXPECT_LT(rig.all_days(), kJudged + 6);
}

// Half is gone in July, of which last summer explains three tenths.
TEST(Budget, AnAlarmOfLowIsNoneOfTheBudgets) {
    Rig rig;
    const Day begin = make_day(2025, 1, 6);
    const Day summer = make_day(2025, 7, 1);
    const Day autumn = make_day(2025, 9, 1);
    const Day next_summer = make_day(2026, 7, 1);
    rig.days(begin, summer - begin, 40);
    rig.days(summer, autumn - summer, 28);
    rig.days(autumn, next_summer - autumn, 40);
    rig.days(next_summer, 10, 20);
    ASSERT_THAT(rig.all<Signal>(), SizeIs(1));
    ASSERT_EQ(rig.all<Signal>()[0].severity, Severity::LOW);
    rig.was_false(next_summer + 10);
    EXPECT_EQ(rig.false_alarms(), 0U);
    EXPECT_EQ(rig.spent(), 0);
}

TEST(Budget, EveryAlarmOfACaseCountsAlsoAfterARestart) {
    Rig rig;
    rig.days(kBegin, 90, 20);
    rig.days(kBegin + 90, 40, 12);
    ASSERT_THAT(rig.all<Signal>(), SizeIs(1));
    rig.shard = test::restored(detecting(), test::snapshot_of(rig.shard));
    rig.days(kBegin + 130, 6, 0);
    ASSERT_THAT(rig.all<Signal>(), SizeIs(2));
    ASSERT_EQ(rig.all<Signal>()[1].case_id, rig.all<Signal>()[0].case_id);
    EXPECT_EQ(rig.false_alarms(), 0U);
    rig.was_false(kBegin + 136);
    EXPECT_EQ(rig.false_alarms(), 2U);
    EXPECT_EQ(rig.of(Certainty::Stratum::kLarge).none, 1U);
    EXPECT_EQ(rig.of(Certainty::Stratum::kStop).none, 1U);
}

// One budget, whatever the source: how often comparisons are wrong is told, too, with the detectors switched off.
TEST(Budget, AFalseAlarmOfAComparisonIsCountedAlsoAfterARestart) {
    auto rules = test::sample_rules();
    rules->policy.watch = WatchScope::ALL;
    Rig rig(rules);
    rig.days(kBegin, 91, 40);
    rig.days(kBegin + 91, 7, 12);
    ASSERT_THAT(rig.all<Signal>(), SizeIs(1));
    ASSERT_EQ(rig.all<Signal>()[0].probability, 0);
    rig.shard = test::restored(rules, test::snapshot_of(rig.shard));
    EXPECT_EQ(rig.shard.counts().compared.none, 0U);
    rig.was_false(kBegin + 98);
    const ShardCounts counts = rig.shard.counts();
    EXPECT_EQ(counts.compared.none, 1U);
    EXPECT_EQ(counts.compared.real, 0U);
    EXPECT_NEAR(static_cast<double>(counts.compared.days), 91 - DropDetector::kWarmUpDays, 7);
    EXPECT_EQ(rig.false_alarms(), 0U);
    EXPECT_EQ(test::restored(rules, test::snapshot_of(rig.shard)).counts().compared.none, 1U);
    ShardCounts sum = counts;
    sum.add(counts);
    EXPECT_EQ(sum.compared.none, 2U);
}

// What becomes of the case that it is merged into is told of another account.
TEST(Budget, AnAlarmWhoseCaseWasMergedIsNotCountedWithTheNextCase) {
    Rig rig;
    rig.days(kBegin, 90, 20);
    rig.days(kBegin + 90, 8, 0);
    ASSERT_THAT(rig.all<Signal>(), SizeIs(1));
    const std::string day = format_day(kBegin + 98);
    rig.ok((day + " 10:00").c_str(), "director", rig.merge_elsewhere((day + " 09:00").c_str()), "one");
    rig.manual((day + " 11:00").c_str(), Severity::HIGH);
    ASSERT_NE(rig.last_case().case_id.value, test::CaseRig::kCase);
    rig.command((day + " 12:00").c_str(), rig.last_case().case_id.value, "director",
                ResolveAction{Outcome::FALSE_ALARM, {}, "deputy"}, "hearsay");
    ASSERT_EQ(rig.last_case().outcome, Outcome::FALSE_ALARM);
    EXPECT_EQ(rig.false_alarms(), 0U);
}

Rig fallen() {
    Rig rig;
    rig.days(kBegin, 90, 20);
    rig.days(kBegin + 90, 8, 0);
    EXPECT_THAT(rig.all<Signal>(), SizeIs(1));
    return rig;
}

TEST(Budget, DaysOfAClientEarnAndItsAlarmSpends) {
    const Rig rig = fallen();
    EXPECT_NEAR(rig.spent(), 1, 0.03);
    EXPECT_NEAR(rig.earned(), (92 - DropDetector::kWarmUpDays) * kADay, kFaded * 62 * kADay);
    const Shard again = test::restored(detecting(), test::snapshot_of(rig.shard));
    EXPECT_EQ(again.counts().budget_spent, rig.spent());
    EXPECT_EQ(again.counts().budget_earned, rig.earned());
}

// The client fell when nobody watched; that it is told today is no false alarm of any day that counted.
TEST(Budget, WhatHistoryBroughtSpendsNothing) {
    auto rules = detecting();
    rules->live_from = shanghai((format_day(kBegin + 97) + " 09:00").c_str());
    Rig rig(rules);
    rig.days(kBegin, 90, 20);
    rig.days(kBegin + 90, 12, 0);
    ASSERT_THAT(rig.all<Signal>(), SizeIs(1));
    EXPECT_EQ(rig.spent(), 0);
}

// No detectors: a week that brings a quarter of what the four before it brought.
TEST(Budget, AComparisonSpendsOfTheSame) {
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

}  // namespace
}  // namespace aw
