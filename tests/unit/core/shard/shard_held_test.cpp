// What a feed that is behind makes of verdicts: held once, with code FEED_INCOMPLETE, and made up when it is complete.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/detecting.hpp"
#include "support/shard_rig.hpp"
#include "support/shard_state.hpp"

namespace aw {
namespace {

using test::shanghai;
using test::ShardRig;
using testing::IsEmpty;
using testing::SizeIs;

constexpr auto kCode = "37140000012001";

// 1,000 items a week until Sunday 2026-08-09 (W32), then nothing: 60 days are over on 2026-10-08.
struct Silent : ShardRig {
    explicit Silent(std::string_view last_source = "test") {
        annual(kCode, "S", yuan(80'000), "2026-06-01 09:00");
        source = last_source;
        for (int n = 27; n <= 32; ++n) week(kCode, "express", make_week(2026, n), 1000);
        source = "test";
    }
    void tick_at(const char* local) { tick(shanghai(local)); }
    void complete(const char* local, const char* until, std::string_view feed = "test") {
        at(local, {}, WatermarkEvent{feed, "371400", shanghai(until)});
    }
    std::size_t signals(SignalKind kind) const {
        std::size_t n = 0;
        for (const Signal& s : all<Signal>()) n += s.kind == kind ? 1 : 0;
        return n;
    }
    // Decisions that the defection is held.
    std::vector<Decision> held() const {
        std::vector<Decision> found;
        for (const Decision& d : decisions("FEED_INCOMPLETE")) {
            if (d.rule_id == "defection") found.push_back(d);
        }
        return found;
    }
    // Everything known until Saturday 2026-10-03, the 55th day of nothing.
    void almost_gone() {
        complete("2026-10-04 09:00", "2026-10-04 00:00");
        effects.clear();
    }
};

TEST(HeldDefection, IsSaidOnceAndMadeUpWhenTheFeedIsComplete) {
    Silent rig;
    rig.almost_gone();
    rig.tick_at("2026-10-12 12:00");
    EXPECT_EQ(rig.signals(SignalKind::DEFECTION), 0U);
    ASSERT_THAT(rig.held(), SizeIs(1));
    EXPECT_EQ(rig.held()[0].at, shanghai("2026-10-09 08:30"));
    EXPECT_EQ(rig.held()[0].outcome, DecisionOutcome::HELD);
    rig.complete("2026-10-12 13:00", "2026-10-08 23:59");
    EXPECT_EQ(rig.signals(SignalKind::DEFECTION), 0U);
    rig.complete("2026-10-12 14:00", "2026-10-09 06:00");  // not all of today, but all 60 days
    ASSERT_EQ(rig.signals(SignalKind::DEFECTION), 1U);
    const Signal signal = rig.all<Signal>().back();
    EXPECT_EQ(signal.detected_at, shanghai("2026-10-12 14:00"));
    EXPECT_EQ(signal.window_to, make_day(2026, 10, 8));
    rig.complete("2026-10-12 15:00", "2026-10-12 15:00");
    rig.tick_at("2026-10-20 12:00");
    EXPECT_EQ(rig.signals(SignalKind::DEFECTION), 1U);
}

TEST(HeldDefection, WhoDidSendSomethingHasNotLeft) {
    Silent rig;
    rig.almost_gone();
    rig.tick_at("2026-10-12 12:00");
    Event late;
    late.event_id = "late";
    late.code = *parse_customer_code(kCode);
    late.occurred_at = shanghai("2026-10-06 12:00");
    late.source = "test";
    late.payload = ShipmentEvent{"express", 3, 0, {}, {}, {}};
    EXPECT_EQ(rig.shard.apply(late, {shanghai("2026-10-12 13:00"), true}, rig.effects), Applied::applied);
    rig.complete("2026-10-12 13:01", "2026-10-12 13:00");
    rig.tick_at("2026-11-20 12:00");
    EXPECT_EQ(rig.signals(SignalKind::DEFECTION), 0U);
    EXPECT_THAT(rig.held(), SizeIs(1));
    // Gone after all, three times its longest pause of 57 days later; by then the feed is silent again.
    rig.tick_at("2027-03-28 12:00");
    EXPECT_EQ(rig.signals(SignalKind::DEFECTION), 0U);
    EXPECT_THAT(rig.held(), SizeIs(2));
    rig.complete("2027-03-28 13:00", "2027-03-28 13:00");
    EXPECT_EQ(rig.signals(SignalKind::DEFECTION), 1U);
}

TEST(HeldDefection, SurvivesARestart) {
    Silent rig;
    rig.almost_gone();
    rig.tick_at("2026-10-12 12:00");
    ShardRig again;
    again.shard = test::restored(test::sample_rules(), test::snapshot_of(rig.shard));
    again.tick(shanghai("2026-10-13 12:00"));
    EXPECT_THAT(again.decisions("FEED_INCOMPLETE"), IsEmpty());
    again.at("2026-10-13 13:00", {}, WatermarkEvent{"test", "371400", shanghai("2026-10-13 13:00")});
    ASSERT_FALSE(again.all<Signal>().empty());
    EXPECT_EQ(again.all<Signal>().back().kind, SignalKind::DEFECTION);
}

// A feed whose file comes after 08:30 every day is never complete at 08:30.
TEST(HeldDefection, OfAFeedThatIsNeverCompleteInTheMorning) {
    Silent rig;
    for (Day day = make_day(2026, 8, 10); day < make_day(2026, 10, 12); ++day)
        rig.complete((format_day(day) + " 10:00").c_str(), (format_day(day) + " 00:00").c_str());
    ASSERT_EQ(rig.signals(SignalKind::DEFECTION), 1U);
    EXPECT_EQ(rig.all<Signal>().back().detected_at, shanghai("2026-10-09 10:00"));
}

TEST(HeldDefection, AFeedThatIsNotTheClientsHoldsNothing) {
    Silent rig("another");
    rig.almost_gone();
    rig.tick_at("2026-10-12 12:00");
    EXPECT_EQ(rig.signals(SignalKind::DEFECTION), 1U);
    EXPECT_THAT(rig.held(), IsEmpty());
}

// --- weeks and months ---

// Items and revenue from two feeds, of which the second is behind in the week in which the items fell.
struct BehindRevenue : ShardRig {
    explicit BehindRevenue(std::shared_ptr<const Rules> rules = test::sample_rules()) : ShardRig(std::move(rules)) {
        annual(kCode, "R", yuan(80'000), "2026-06-01 09:00");
        for (int n = 27; n <= 33; ++n) {
            source = "test";
            week(kCode, "express", make_week(2026, n), n == 33 ? 400 : 1000);
            source = "billing";
            const std::string bill = format_day(first_day(make_week(2026, n)) + 6) + " 20:00";
            at(bill.c_str(), kCode, RevenueEvent{"express", yuan(1'000), {}, {}});
        }
        at("2026-08-16 21:00", {}, WatermarkEvent{"billing", "", shanghai("2026-08-15 00:00")});
    }
};

TEST(HeldPeriods, ABehindRevenueFeedHoldsNoVerdictAboutItems) {
    BehindRevenue rig;
    rig.tick(shanghai("2026-08-17 08:30"));
    ASSERT_THAT(rig.all<Signal>(), SizeIs(1));
    EXPECT_EQ(rig.all<Signal>()[0].kind, SignalKind::VOLUME_DROP);
    EXPECT_THAT(rig.decisions("FEED_INCOMPLETE"), SizeIs(1));  // its revenue waits
}

// Nothing is asked of the revenue: nothing waits for it.
TEST(HeldPeriods, WhatNoRowAsksForIsNotHeld) {
    const auto rules = test::sample_rules();
    std::erase_if(rules->policy.comparisons, [](const ComparisonRow& row) { return row.measure != Measure::ITEMS; });
    BehindRevenue rig(rules);
    rig.tick(shanghai("2026-09-01 08:30"));
    EXPECT_THAT(rig.all<Signal>(), testing::Not(IsEmpty()));
    EXPECT_THAT(rig.decisions("FEED_INCOMPLETE"), IsEmpty());
    EXPECT_THAT(rig.shard.explain(*parse_root("37140000012"))->held, IsEmpty());
}

// The detectors wait for items, and take revenue as far as it is known.
TEST(HeldPeriods, WithTheDetectorsAloneOnlyItemsAreHeld) {
    BehindRevenue rig(test::detecting());
    rig.tick(shanghai("2026-08-17 08:30"));
    EXPECT_THAT(rig.decisions("FEED_INCOMPLETE"), IsEmpty());
    rig.at("2026-08-17 09:00", {}, WatermarkEvent{"test", "", shanghai("2026-08-17 00:00")});
    rig.tick(shanghai("2026-09-02 08:30"));
    ASSERT_THAT(rig.decisions("FEED_INCOMPLETE"), SizeIs(2));  // two weeks, and not the month
    EXPECT_EQ(rig.decisions("FEED_INCOMPLETE")[0].at, shanghai("2026-08-24 08:30"));
}

// A watermark of another region is no reason to look at anybody here.
TEST(HeldPeriods, OnlyTheRegionThatMovedOnIsJudged) {
    ShardRig rig;
    const std::vector<std::string> codes = {"37140000012001", "37140200012001", "37150000012001"};
    for (const std::string& code : codes)
        rig.annual(code, "R", yuan(80'000), "2026-06-01 09:00", Importance::IMPORTANT);
    for (int n = 27; n <= 33; ++n) {
        for (const std::string& code : codes) rig.week(code, "express", make_week(2026, n), n == 33 ? 400 : 1000);
    }
    rig.at("2026-08-16 21:00", {}, WatermarkEvent{"test", "370000", shanghai("2026-08-16 20:00")});
    rig.tick(shanghai("2026-08-17 08:30"));
    EXPECT_THAT(rig.decisions("FEED_INCOMPLETE"), SizeIs(3));
    EXPECT_THAT(rig.all<Signal>(), IsEmpty());
    rig.at("2026-08-17 09:00", {}, WatermarkEvent{"test", "371400", shanghai("2026-08-17 00:00")});
    EXPECT_THAT(rig.all<Signal>(), SizeIs(2));  // the city and its district
    rig.at("2026-08-17 10:00", {}, WatermarkEvent{"test", "370000", shanghai("2026-08-17 00:00")});
    EXPECT_THAT(rig.all<Signal>(), SizeIs(3));
}

}  // namespace
}  // namespace aw
