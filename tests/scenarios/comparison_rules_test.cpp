// Comparisons with the recent past and with last year (R45 to R47) with their own numbers, under the scenarios' policy
// and up to the case. Each also through a real log (rule_rig.hpp).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenarios/rule_rig.hpp"

namespace aw {
namespace {

using test::kCode;
using test::RuleRig;
using test::said;
using test::shanghai;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

Week w(int week, int year = 2026) { return make_week(year, week); }

// A G4 account that is billed the same every Monday, whatever it sends.
struct Rig : RuleRig {
    explicit Rig(const char* since = "2026-06-01 09:00", const std::string& live_from = "2026-06-01")
        : RuleRig({"live_from=" + live_from + "T00:00:00+08:00"}) {
        annual(kCode, "A", yuan(200'000), since);
    }
    void items(Week week, int count) {
        billed(first_day(week));
        this->week(kCode, "express", week, count);
    }
    void weeks(Week from, Week to, int count) {
        for (Week w = from; w <= to; ++w.n) items(w, count);
    }
    void billed(Day day) { at(noon(day), kCode, RevenueEvent{"express", yuan(3'850), {}, {}}); }
    // So many items a day, on the days of Spring Festival as many as the calendar expects.
    void month(int year, int month, int daily) {
        const Day next = month == 12 ? make_day(year + 1, 1, 1) : make_day(year, month + 1, 1);
        for (Day day = make_day(year, month, 1); day < next; ++day) {
            if (first_day(week_of(day)) == day) billed(day);
            const bool festival = day >= make_day(2026, 2, 15) && day <= make_day(2026, 2, 23);
            at(noon(day), kCode, ShipmentEvent{"express", festival ? daily * 67 / 1000 : daily, 0, {}, {}, {}});
        }
    }
    // A value of the decision of that code about the row.
    std::string input(const char* code, const char* row, const char* name) const {
        for (const Decision& d : decisions(code)) {
            if (d.rule_id != row) continue;
            for (const NamedValue& value : d.inputs) {
                if (value.name == name) return value.value;
            }
        }
        return "none";
    }
    // Four weeks of a level, then the one that counts: judged on Monday.
    void after_four(int level, int items) {
        weeks(w(29), w(32), level);
        this->items(w(33), items);
        tick_at("2026-08-17 08:30");
    }
};

TEST(R45, BothComparisons) {
    Rig rig("2025-01-02 09:00");
    rig.weeks(w(2, 2025), w(28), 1150);
    for (const auto& [week, items] : {std::pair{29, 1180}, {30, 1210}, {31, 1195}, {32, 1215}, {33, 420}})
        rig.items(w(week), items);
    rig.tick_at("2026-08-17 08:30");
    ASSERT_THAT(rig.all<Signal>(), SizeIs(1));
    const Signal signal = rig.all<Signal>()[0];
    EXPECT_EQ(signal.kind, SignalKind::VOLUME_DROP);
    EXPECT_EQ(signal.recent_change_bp, -6500);
    EXPECT_EQ(signal.yoy_change_bp, -6348);
    EXPECT_EQ(signal.observed, 420);
    EXPECT_EQ(signal.expected, 1200);
    EXPECT_EQ(signal.detected_at, shanghai("2026-08-17 08:30"));
    // The week before is shown beside it: 1,215 -> 420.
    const auto previous = std::ranges::find(signal.reasons, std::string("PREVIOUS_PERIOD"), &Reason::code);
    ASSERT_NE(previous, signal.reasons.end());
    EXPECT_EQ(previous->text, "环比上期:-65.4 %");
}

TEST(R46, ThirtyPercentOnceIsAWatchOnly) {
    Rig rig;
    rig.after_four(1000, 700);
    EXPECT_THAT(rig.signals(), ElementsAre(said("VOLUME_DROP LOW", "2026-08-17 08:30")));
    EXPECT_EQ(rig.last_case().case_class, CaseClass::WATCH);
}

TEST(R46, ThirtyPercentTwiceRunningIsMedium) {
    Rig rig;
    rig.after_four(1000, 700);
    rig.items(w(34), 690);  // -31 % of the frozen 1,000
    rig.tick_at("2026-08-24 08:30");
    EXPECT_THAT(rig.signals(), ElementsAre(said("VOLUME_DROP LOW", "2026-08-17 08:30"),
                                           said("VOLUME_DROP MEDIUM", "2026-08-24 08:30")));
    EXPECT_EQ(rig.all<Signal>().back().recent_change_bp, -3100);
    EXPECT_EQ(rig.all<Signal>().back().onset_on, first_day(w(33)));
    EXPECT_EQ(rig.last_case().case_class, CaseClass::EMERGENCY);
    EXPECT_EQ(rig.last_case().severity, Severity::MEDIUM);
}

TEST(R46, SixtyFivePercentIsHigh) {
    Rig rig;
    rig.after_four(1000, 350);
    EXPECT_THAT(rig.signals(), ElementsAre(said("VOLUME_DROP HIGH", "2026-08-17 08:30")));
    EXPECT_EQ(rig.all<Signal>()[0].recent_change_bp, -6500);
    EXPECT_EQ(rig.last_case().severity, Severity::HIGH);
}

TEST(R46, TheBoundsOfTheLadder) {
    struct Example {
        int items;
        const char* signal;
    };
    for (const auto& [items, signal] : {Example{801, ""},
                                        {800, "VOLUME_DROP LOW"},
                                        {501, "VOLUME_DROP LOW"},
                                        {500, "VOLUME_DROP HIGH"},
                                        {0, "VOLUME_DROP HIGH"}}) {
        Rig rig;
        rig.after_four(1000, items);
        std::vector<std::string> expected;
        if (*signal != 0) expected.push_back(said(signal, "2026-08-17 08:30"));
        EXPECT_EQ(rig.signals(), expected) << items;
    }
}

// -42 % where last year's own change was -43 %: +1.8 % against the season.
TEST(R46, WhatFellAsMuchLastYearIsTheSeason) {
    Rig rig("2025-09-01 09:00");
    rig.weeks(w(38, 2025), w(45, 2025), 1000);
    rig.items(w(46, 2025), 570);
    rig.weeks(w(47, 2025), w(45), 1000);
    const auto before = rig.all<Signal>().size();
    rig.items(w(46), 580);
    rig.tick_at("2026-11-16 08:30");
    EXPECT_EQ(rig.all<Signal>().size(), before);
    const auto seasonal = rig.decisions("SEASONAL");
    ASSERT_FALSE(seasonal.empty());
    EXPECT_EQ(seasonal[0].rule_id, "weekly-items");
    EXPECT_EQ(seasonal[0].at, shanghai("2026-11-16 08:30"));
    EXPECT_EQ(rig.input("SEASONAL", "weekly-items", "recent_change_bp"), "-4200");
    EXPECT_EQ(rig.input("SEASONAL", "weekly-items", "last_year_change_bp"), "-4300");
    const auto guard = std::ranges::find(seasonal[0].gates, std::string("seasonal_guard_bp"), &Gate::name);
    ASSERT_NE(guard, seasonal[0].gates.end());
    EXPECT_EQ(guard->value, "175");
    EXPECT_FALSE(guard->passed);
}

// A client who doubled since last year and loses half: last year's level says 0 %, and last year's own change, too.
TEST(R46, AGrowingClientWhoLosesHalfIsNotHidden) {
    Rig rig("2025-01-02 09:00");
    rig.weeks(w(2, 2025), w(52, 2025), 500);
    rig.weeks(w(1), w(32), 1000);
    const auto before = rig.all<Signal>().size();
    rig.items(w(33), 500);
    rig.tick_at("2026-08-17 08:30");
    ASSERT_EQ(rig.all<Signal>().size(), before + 1);
    const Signal signal = rig.all<Signal>().back();
    EXPECT_EQ(signal.severity, Severity::HIGH);
    EXPECT_EQ(signal.recent_change_bp, -5000);
    EXPECT_EQ(signal.yoy_change_bp, 0);
}

// 35 % below last year for two months running, although the second is only 3 % below the three before it.
TEST(R46, SlowErosionAgainstLastYear) {
    Rig rig("2025-05-01 09:00", "2025-05-01");
    for (const auto& [month, daily] :
         {std::pair{5, 900}, {6, 900}, {7, 1000}, {8, 1000}, {9, 900}, {10, 900}, {11, 900}, {12, 900}})
        rig.month(2025, month, daily);
    for (const auto& [month, daily] :
         {std::pair{1, 860}, {2, 820}, {3, 780}, {4, 730}, {5, 680}, {6, 680}, {7, 650}, {8, 650}})
        rig.month(2026, month, daily);
    rig.tick_at("2026-09-01 08:29:59");
    EXPECT_THAT(rig.all<Signal>(), IsEmpty());
    rig.tick_at("2026-09-01 08:30");
    ASSERT_THAT(rig.all<Signal>(), SizeIs(1));
    const Signal signal = rig.all<Signal>()[0];
    EXPECT_EQ(signal.kind, SignalKind::VOLUME_DROP);
    EXPECT_EQ(signal.severity, Severity::MEDIUM);
    EXPECT_EQ(signal.rule_id, "slow-erosion-items");
    EXPECT_EQ(signal.recent_change_bp, -297);  // R45: both are shown; 650 against (680 x 61 + 650 x 31) / 92
    EXPECT_EQ(signal.yoy_change_bp, -3500);
    EXPECT_EQ(signal.onset_on, make_day(2026, 7, 1));
}

// Without dispersion: 70 instead of 100 is rare enough; 10 instead of 20 and 3 instead of 10 are not.
TEST(R47, SmallNumbers) {
    struct Example {
        int expected;
        int seen;
        bool passes;
        const char* tail;
    };
    for (const auto& [expected, seen, passes, tail] :
         {Example{100, 70, true, "0.00097"}, {20, 10, false, "0.0108"}, {10, 3, false, "0.0103"}}) {
        Rig rig;
        rig.after_four(expected, seen);
        EXPECT_THAT(rig.all<Signal>(), SizeIs(passes ? 1 : 0)) << expected;
        EXPECT_THAT(rig.decisions("SMALL_NUMBERS"), SizeIs(passes ? 0 : 1)) << expected;
        std::vector<std::string> tails;
        for (const Decision& d : rig.all<Decision>()) {
            for (const Gate& gate : d.gates) {
                if (d.rule_id == "weekly-items" && gate.name == "tail_probability") tails.push_back(gate.value);
            }
        }
        EXPECT_THAT(tails, testing::Each(testing::StartsWith(tail))) << expected;
        EXPECT_FALSE(tails.empty()) << expected;
    }
}

}  // namespace
}  // namespace aw
