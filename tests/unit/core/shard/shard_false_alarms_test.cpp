// Scenario B: false alarms that must not open a case. Over all of them: no case, no notice, one INFO.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/shard_rig.hpp"

namespace aw {
namespace {

using test::shanghai;
using test::ShardRig;
using testing::IsEmpty;
using testing::SizeIs;

constexpr auto kCode = "37140000012001";

void silent(const ShardRig& rig, std::size_t infos = 0) {
    EXPECT_THAT(rig.all<Case>(), IsEmpty());
    EXPECT_THAT(rig.all<Notice>(), IsEmpty());
    EXPECT_THAT(rig.all<Signal>(), SizeIs(infos));
    for (const Signal& signal : rig.all<Signal>()) EXPECT_EQ(signal.severity, Severity::INFO);
}

// A year and a half of the same week, watched because of its revenue.
void steady(ShardRig& rig, int level, int last_week, std::string_view code = kCode) {
    rig.annual(code, "B", yuan(90'000), "2025-03-31 09:00");
    for (Week week = make_week(2025, 14); week <= make_week(2026, last_week); ++week.n) {
        rig.week(code, "express", week, level);
        for (Day day = first_day(week); day < end_day(week); ++day) {
            if (first_day(month_of(day)) + 14 == day)
                rig.at(ShardRig::noon(day), code, RevenueEvent{"express", yuan(14'000), {}, {}});
        }
    }
}

TEST(ScenarioB, SpringFestival) {
    ShardRig rig;
    rig.annual(kCode, "B1", yuan(182'000), "2025-12-01 09:00");
    for (Week week = make_week(2025, 49); week <= make_week(2026, 12); ++week.n) {
        // 2026-W07 ends with the first festival day, W08 is all festival, W09 begins with its last day.
        const int number = iso_week(week).week;
        rig.week(kCode, "express", week, number == 8 ? 60 : number == 7 || number == 9 ? 780 : 900);
    }
    rig.tick(shanghai("2026-04-15 08:30"));
    for (const Signal& signal : rig.all<Signal>()) {
        if (signal.detected_at < shanghai("2026-03-24 00:00")) ADD_FAILURE() << signal.rule_id;
    }
}

TEST(ScenarioB, BranchShift) {
    ShardRig rig;
    rig.annual("37140000012001", "B2", yuan(182'000), "2026-05-01 09:00");
    for (int n = 22; n <= 32; ++n) {
        rig.week("37140000012001", "express", make_week(2026, n), 500);
        rig.week("37140000012002", "express", make_week(2026, n), 500);
    }
    rig.week("37140000012002", "express", make_week(2026, 33), 1010);
    rig.tick(shanghai("2026-08-17 08:30"));
    silent(rig, 1);
    EXPECT_EQ(rig.all<Signal>()[0].kind, SignalKind::BRANCH_SHIFT);
    EXPECT_EQ(rig.all<Signal>()[0].observed, 0);
    EXPECT_EQ(rig.all<Signal>()[0].expected, 500);
}

TEST(ScenarioB, SmallNumbers) {
    ShardRig rig;
    rig.annual(kCode, "B3", yuan(182'000), "2026-05-01 09:00");
    for (int n = 22; n <= 32; ++n) rig.week(kCode, "express", make_week(2026, n), 20);
    rig.week(kCode, "express", make_week(2026, 33), 10);
    rig.tick(shanghai("2026-08-17 08:30"));
    silent(rig);
    ASSERT_THAT(rig.decisions("SMALL_NUMBERS"), SizeIs(1));
    EXPECT_EQ(rig.decisions("SMALL_NUMBERS")[0].gates.back().name, "tail_probability");
    EXPECT_NEAR(std::stod(rig.decisions("SMALL_NUMBERS")[0].gates.back().value), 0.0108, 0.00005);
}

TEST(ScenarioB, ALateFileIsNoDrop) {
    ShardRig rig;
    rig.annual(kCode, "B4", yuan(182'000), "2026-05-01 09:00");
    for (int n = 22; n <= 32; ++n) rig.week(kCode, "express", make_week(2026, n), 700);
    for (int d = 0; d < 5; ++d)
        rig.at(ShardRig::noon(first_day(make_week(2026, 33)) + d), kCode, ShipmentEvent{"express", 40, 0, {}, {}, {}});
    rig.at("2026-08-16 14:30", {}, WatermarkEvent{"test", "371400", shanghai("2026-08-16 14:30")});
    rig.tick(shanghai("2026-08-17 08:30"));
    silent(rig);
    EXPECT_THAT(rig.decisions("FEED_INCOMPLETE"), SizeIs(1));
}

TEST(ScenarioB, AnImportantAccountWithoutRevenue) {
    ShardRig rig;
    rig.annual(kCode, "B5", Money{}, "2025-05-01 09:00", Importance::IMPORTANT);
    rig.tick(shanghai("2026-08-31 08:30"));
    silent(rig);
}

TEST(ScenarioB, AfterDoubleEleven) {
    auto rules = test::sample_rules();
    rules->live_from = shanghai("2026-01-01 00:00");  // last year had no year before it
    ShardRig two(rules);
    two.annual(kCode, "B6", yuan(182'000), "2025-08-04 09:00");
    for (Week week = make_week(2025, 32); week < make_week(2026, 46); ++week.n) {
        two.week(kCode, "express", week, week == make_week(2025, 46) ? 570 : 1000);
        if (week == make_week(2026, 30))
            two.at(ShardRig::noon(first_day(week)), kCode, RevenueEvent{"express", yuan(182'000), {}, {}});
    }
    two.effects.clear();
    two.week(kCode, "express", make_week(2026, 46), 580);
    two.tick(shanghai("2026-11-16 08:30"));
    silent(two);
    ASSERT_FALSE(two.decisions("SEASONAL").empty());
    EXPECT_EQ(two.decisions("SEASONAL")[0].rule_id, "items-week");
}

// A school: a tenth in July and August, this year and last; its history begins on `first`.
void school_holidays(Day first) {
    auto rules = test::sample_rules();
    rules->live_from = shanghai("2026-03-01 00:00");  // the first summer is history
    ShardRig rig(rules);
    rig.annual(kCode, "B7", yuan(182'000), (format_day(first) + " 09:00").c_str());
    for (Day day = first; day < make_day(2026, 10, 12); ++day) {
        const Month month = month_of(day);
        const bool holidays = month.n % 12 == 6 || month.n % 12 == 7;
        rig.at(ShardRig::noon(day), kCode,
               ShipmentEvent{"express",
                             (holidays ? 10 : 100) * (rules->calendar.volume_factor(day) < 1 ? 7 : 100) / 100,
                             0,
                             {},
                             {},
                             {}});
        if (first_day(month) + 14 == day)
            rig.at(ShardRig::noon(day), kCode, RevenueEvent{"express", yuan(14'000), {}, {}});
    }
    rig.tick(shanghai("2026-10-12 08:30"));
    silent(rig);
    EXPECT_GT(rig.decisions("SEASONAL").size(), 5U);
}

TEST(ScenarioB, SchoolHolidays) { school_holidays(make_day(2025, 2, 3)); }
// The guard works with what is known of last year's baseline, also when the history begins in the middle of it.
TEST(ScenarioB, SchoolHolidaysWithAShortHistory) { school_holidays(make_day(2025, 5, 5)); }

TEST(ScenarioB, NothingChangesAndNothingIsSaid) {
    ShardRig rig;
    steady(rig, 700, 33);
    rig.tick(shanghai("2026-08-17 08:30"));
    silent(rig);
    EXPECT_THAT(rig.all<Decision>(), IsEmpty());
}

}  // namespace
}  // namespace aw
