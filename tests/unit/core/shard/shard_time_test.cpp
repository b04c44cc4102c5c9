// Time in the log: late, early and doubled events, watermarks that hold verdicts back, and from when the daemon acts.
#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/shard_rig.hpp"
#include "support/shard_state.hpp"

namespace aw {
namespace {

using test::shanghai;
using test::ShardRig;
using testing::IsEmpty;
using testing::SizeIs;

constexpr auto kCode = "37140000012001";
const AccountRoot kRoot = parse_customer_code(kCode)->root;

// A shipment that occurred at one time and is read at another.
Applied arrives(ShardRig& rig, const char* read, const char* occurred, std::string_view id, std::int64_t items = 5,
                std::string_view source = "test", std::string_view code = kCode) {
    Event event;
    event.event_id = id;
    event.code = *parse_customer_code(code);
    event.occurred_at = shanghai(occurred);
    event.source = source;
    event.payload = ShipmentEvent{"express", items, 0, {}, {}, {}};
    return rig.shard.apply(event, {shanghai(read), rig.backfilled}, rig.effects);
}

std::int64_t items(const ShardRig& rig) {
    const auto view = rig.shard.account(kRoot);
    return view ? view->items_28d : 0;
}

TEST(Duplicates, AreRecognisedByIdWithinTheOpenDays) {
    ShardRig rig;
    EXPECT_EQ(arrives(rig, "2026-08-17 10:00", "2026-08-17 09:59", "a"), Applied::applied);
    EXPECT_EQ(arrives(rig, "2026-08-17 10:01", "2026-08-17 09:59", "a"), Applied::duplicate);
    EXPECT_EQ(arrives(rig, "2026-08-17 10:02", "2026-08-17 09:59", "b"), Applied::applied);
    EXPECT_EQ(arrives(rig, "2026-09-02 23:59", "2026-08-17 09:59", "a"), Applied::duplicate);  // 16 days later
    EXPECT_EQ(items(rig), 10);
    EXPECT_EQ(arrives(rig, "2026-09-03 00:00", "2026-08-17 09:59", "a"), Applied::refused);  // cannot double the total
    EXPECT_EQ(rig.all<Refusal>().back().reason, DeadLetterReason::TOO_LATE);
}

TEST(Late, SixteenDaysBackCorrectsOlderIsRefusedOrCounted) {
    ShardRig rig;
    arrives(rig, "2026-08-17 10:00", "2026-08-17 09:00", "now", 1);
    EXPECT_EQ(arrives(rig, "2026-08-17 10:01", "2026-08-01 00:00", "16 days"), Applied::applied);
    EXPECT_EQ(arrives(rig, "2026-08-17 10:02", "2026-07-31 23:59", "17 days"), Applied::refused);
    EXPECT_EQ(rig.all<Refusal>().back().reason, DeadLetterReason::TOO_LATE);
    EXPECT_EQ(items(rig), 6);
    auto rules = test::sample_rules();
    rules->count_late = true;
    ShardRig counting(rules);
    arrives(counting, "2026-08-17 10:00", "2026-08-17 09:00", "now", 1);
    EXPECT_EQ(arrives(counting, "2026-08-17 10:02", "2026-07-31 23:59", "17 days"), Applied::late);
    EXPECT_EQ(items(counting), 6);
    EXPECT_EQ(arrives(counting, "2026-08-17 10:02", "2026-03-18 12:00", "in March"), Applied::late);
    EXPECT_EQ(test::restored(rules, test::snapshot_of(counting.shard)).state_hash(), counting.shard.state_hash());
}

TEST(Late, FactsThatSetAStateMayBeOld) {
    ShardRig rig;
    rig.tick(shanghai("2026-08-17 10:00"));
    AccountEvent account;
    account.name = "Old";
    Event event;
    event.event_id = "x";
    event.code = *parse_customer_code(kCode);
    event.occurred_at = shanghai("2024-01-01 10:00");
    event.source = "crm";
    event.payload = account;
    EXPECT_EQ(rig.shard.apply(event, {shanghai("2026-08-17 10:01"), true}, rig.effects), Applied::applied);
    EXPECT_EQ(rig.shard.account(kRoot)->account_name, "Old");
}

TEST(Future, MoreThanAnHourAheadIsRefused) {
    ShardRig rig;
    EXPECT_EQ(arrives(rig, "2026-08-17 10:00", "2026-08-17 11:00", "a"), Applied::applied);
    EXPECT_EQ(arrives(rig, "2026-08-17 10:00", "2026-08-17 11:00:01", "b"), Applied::refused);
    EXPECT_EQ(rig.all<Refusal>().back().reason, DeadLetterReason::FUTURE);
    EXPECT_EQ(arrives(rig, "2026-08-17 23:30", "2026-08-18 00:15", "c"), Applied::applied);  // belongs to tomorrow
    EXPECT_EQ(arrives(rig, "2026-08-18 00:20", "2026-08-18 00:15", "c"), Applied::duplicate);
}

TEST(Invoices, AreRecognisedByIdForThirteenMonths) {
    ShardRig rig;
    const auto invoice = [&](const char* local, std::string_view id, std::int64_t minor,
                             std::string_view line = "express") {
        return rig.at(local, kCode, RevenueEvent{line, Money{minor}, id, {}});
    };
    EXPECT_EQ(invoice("2026-01-10 10:00", "I1", 500), Applied::applied);
    EXPECT_EQ(invoice("2026-01-11 10:00", "I1", 500), Applied::duplicate);
    EXPECT_EQ(invoice("2026-01-11 10:00", "I1", 300, "letters"), Applied::applied);  // its other line
    EXPECT_EQ(invoice("2026-01-12 10:00", "I1", -500), Applied::applied);            // its credit note
    EXPECT_EQ(invoice("2026-12-30 10:00", "I1", 500), Applied::duplicate);
    EXPECT_EQ(rig.shard.account(kRoot)->t12m_revenue, Money{300});
}

// --- completeness ---

constexpr auto kRegion = "371400";

struct Fed : ShardRig {
    explicit Fed(std::shared_ptr<const Rules> rules = test::sample_rules()) : ShardRig(std::move(rules)) {
        annual(kCode, "F", yuan(80'000), "2026-07-01 09:00");
        for (int n = 28; n <= 32; ++n) week(kCode, "express", make_week(2026, n), 1000);
        week(kCode, "express", make_week(2026, 33), 400);
    }
    void complete(const char* local, const char* until, std::string_view region = kRegion,
                  std::string_view feed = "test") {
        at(local, {}, WatermarkEvent{feed, region, shanghai(until)});
    }
};

TEST(Watermark, ASourceThatNeverSentOneIsCompleteByLogTime) {
    Fed rig;
    rig.tick(shanghai("2026-08-17 08:30"));
    EXPECT_THAT(rig.all<Signal>(), SizeIs(1));
}

TEST(Watermark, AVerdictIsHeldAndThenJudged) {
    Fed rig;
    rig.complete("2026-08-16 20:00", "2026-08-16 14:30");  // 18 hours behind at 08:30
    rig.tick(shanghai("2026-08-17 08:30"));
    EXPECT_THAT(rig.all<Signal>(), IsEmpty());
    ASSERT_THAT(rig.decisions("FEED_INCOMPLETE"), SizeIs(1));
    EXPECT_EQ(rig.decisions("FEED_INCOMPLETE")[0].outcome, DecisionOutcome::HELD);
    EXPECT_THAT(rig.shard.account(kRoot)->held_feeds, testing::ElementsAre("test"));
    rig.complete("2026-08-17 09:00", "2026-08-16 23:59:59");
    EXPECT_THAT(rig.all<Signal>(), IsEmpty());
    rig.complete("2026-08-17 09:30", "2026-08-17 00:00");
    ASSERT_THAT(rig.all<Signal>(), SizeIs(1));
    EXPECT_EQ(rig.all<Signal>()[0].detected_at, shanghai("2026-08-17 09:30"));
    EXPECT_EQ(rig.all<Signal>()[0].observed, 400);
    rig.complete("2026-08-17 10:00", "2026-08-17 09:00");
    EXPECT_THAT(rig.all<Signal>(), SizeIs(1));
}

TEST(Watermark, WhatArrivedInTheMeantimeCounts) {
    Fed rig;
    rig.complete("2026-08-16 20:00", "2026-08-14 00:00");
    rig.tick(shanghai("2026-08-17 08:30"));
    arrives(rig, "2026-08-17 09:00", "2026-08-15 12:00", "file", 600);
    rig.complete("2026-08-17 09:30", "2026-08-17 09:00");
    EXPECT_THAT(rig.all<Signal>(), IsEmpty());
}

TEST(Watermark, TheNearestAncestorsCounts) {
    Fed rig;
    rig.complete("2026-08-17 08:00", "2026-08-17 08:00", "370000");
    rig.complete("2026-08-17 08:01", "2026-08-16 00:00", "371402");  // another region
    rig.tick(shanghai("2026-08-17 08:30"));
    EXPECT_THAT(rig.all<Signal>(), SizeIs(1));
    Fed own;
    own.complete("2026-08-17 08:00", "2026-08-17 08:00", "");
    own.complete("2026-08-17 08:01", "2026-08-16 00:00", kRegion);  // nearer than "every region"
    own.tick(shanghai("2026-08-17 08:30"));
    EXPECT_THAT(own.all<Signal>(), IsEmpty());
}

TEST(Watermark, NeverGoesBackAndOtherFeedsDoNotMatter) {
    Fed rig;
    rig.complete("2026-08-17 08:00", "2026-08-17 08:00");
    rig.complete("2026-08-17 08:10", "2026-08-10 08:00");
    rig.complete("2026-08-17 08:10", "2026-08-10 08:00", kRegion, "another");
    rig.tick(shanghai("2026-08-17 08:30"));
    EXPECT_THAT(rig.all<Signal>(), SizeIs(1));
}

// It never goes back: a wrong year would make the feed complete for good.
TEST(Watermark, OneOfTheFutureIsRefusedAndMayComeAgain) {
    Fed rig;
    rig.complete("2026-08-16 20:00", "2026-08-16 14:30");
    rig.complete("2026-08-16 20:01", "2027-08-16 14:30");
    ASSERT_THAT(rig.all<Refusal>(), SizeIs(1));
    EXPECT_EQ(rig.all<Refusal>()[0].reason, DeadLetterReason::FUTURE);
    EXPECT_THAT(rig.all<Refusal>()[0].detail, testing::StartsWith("watermark.complete_until 2027-08-16T06:30:00Z"));
    rig.tick(shanghai("2026-08-17 08:30"));
    EXPECT_THAT(rig.all<Signal>(), IsEmpty());
    EXPECT_THAT(rig.decisions("FEED_INCOMPLETE"), SizeIs(1));

    // An hour ahead is what the clocks of two machines may differ by; and a refused one is no duplicate of itself.
    const WatermarkEvent promise{"test", kRegion, shanghai("2026-08-17 10:00:01")};
    EXPECT_EQ(rig.at(shanghai("2026-08-17 09:00"), {}, promise, "promise"), Applied::refused);
    EXPECT_THAT(rig.all<Signal>(), IsEmpty());
    EXPECT_EQ(rig.at(shanghai("2026-08-17 09:01"), {}, promise, "promise"), Applied::applied);
    EXPECT_THAT(rig.all<Signal>(), SizeIs(1));
}

TEST(Watermark, ARegionThatIsNoneIsRefused) {
    Fed rig;
    EXPECT_EQ(rig.at("2026-08-16 20:00", {}, WatermarkEvent{"test", "37140", shanghai("2026-08-16 20:00")}),
              Applied::refused);
    EXPECT_EQ(rig.all<Refusal>().back().reason, DeadLetterReason::BAD_CUSTOMER_CODE);
}

TEST(Watermark, AFeedThatStallsForWeeksIsNoClientThatStopped) {
    Fed rig;
    rig.complete("2026-08-16 20:00", "2026-08-10 00:00");
    rig.tick(shanghai("2026-10-20 08:30"));
    EXPECT_THAT(rig.all<Signal>(), IsEmpty());
    EXPECT_THAT(rig.all<Case>(), IsEmpty());
    // Weeks are judged in their order once it is complete again.
    rig.complete("2026-10-20 09:00", "2026-08-24 00:00");
    ASSERT_THAT(rig.all<Signal>(), SizeIs(1));
    EXPECT_EQ(rig.all<Signal>()[0].window_to, make_day(2026, 8, 16));
}

TEST(Watermark, ASourceThatTheClientLeftHoldsNothingBack) {
    Fed rig;
    rig.complete("2026-08-17 00:00", "2026-08-17 00:00");
    // From now on another source delivers; the old one falls silent.
    for (Day day = make_day(2026, 8, 17); day < make_day(2026, 9, 21); ++day) {
        const std::string at = format_day(day) + " 12:00";
        arrives(rig, at.c_str(), at.c_str(), at, 143, "new-source");
    }
    rig.effects.clear();
    rig.tick(shanghai("2026-09-21 08:30"));
    EXPECT_THAT(rig.decisions("FEED_INCOMPLETE"), IsEmpty());
}

TEST(Watermark, HeldVerdictsSurviveARestart) {
    Fed rig;
    rig.complete("2026-08-16 20:00", "2026-08-16 14:30");
    rig.tick(shanghai("2026-08-17 08:30"));
    ShardRig again;
    again.shard = test::restored(test::sample_rules(), test::snapshot_of(rig.shard));
    again.at("2026-08-17 09:30", {}, WatermarkEvent{"test", kRegion, shanghai("2026-08-17 00:00")});
    EXPECT_THAT(again.all<Signal>(), SizeIs(1));
}

// --- when a period is judged ---

TEST(Evaluation, AtTheFirst0830AfterItsEnd) {
    Fed rig;
    rig.tick(shanghai("2026-08-17 08:29:59"));
    EXPECT_THAT(rig.all<Signal>(), IsEmpty());
    EXPECT_EQ(rig.shard.next_deadline(), shanghai("2026-08-17 08:30"));
    rig.tick(shanghai("2026-08-17 12:00"));
    ASSERT_THAT(rig.all<Signal>(), SizeIs(1));
    EXPECT_EQ(rig.all<Signal>()[0].detected_at, shanghai("2026-08-17 08:30"));
}

TEST(Evaluation, AMonthOnItsFirstDayAlsoOnASunday) {
    ShardRig rig;
    rig.annual(kCode, "M", yuan(80'000), "2026-03-01 09:00");
    // 40 items on every first Sunday or so: no week has a rhythm, the months have.
    for (const char* day : {"2026-03-05", "2026-04-05", "2026-05-05", "2026-06-05", "2026-07-06"}) {
        rig.at((std::string(day) + " 12:00").c_str(), kCode,
               RevenueEvent{"express", yuan(day[6] == '7' ? 100 : 1000), {}, {}});
    }
    rig.tick(shanghai("2026-08-01 08:29"));  // a Saturday
    EXPECT_THAT(rig.all<Signal>(), IsEmpty());
    rig.tick(shanghai("2026-08-01 08:30"));
    ASSERT_THAT(rig.all<Signal>(), SizeIs(1));
    EXPECT_EQ(rig.all<Signal>()[0].kind, SignalKind::REVENUE_DROP);
    EXPECT_EQ(rig.all<Signal>()[0].rule_id, "revenue-month");
}

TEST(Evaluation, ADayAfterAnOutageIsJudgedLateButOnce) {
    Fed rig;
    rig.backfilled = false;
    rig.tick(shanghai("2026-08-19 11:00"));
    ASSERT_THAT(rig.all<Signal>(), SizeIs(1));
    EXPECT_EQ(rig.all<Signal>()[0].detected_at, shanghai("2026-08-19 11:00"));
    EXPECT_EQ(rig.last_case().milestones.front().due_at,
              shanghai("2026-08-19 13:00"));  // HIGH: 2 bh from the first tick
}

TEST(Evaluation, AnotherHourLeavesOutNoDayAndTakesNoneTwice) {
    for (const int minute : {7 * 60, 8 * 60 + 45, 12 * 60}) {
        Fed rig;
        auto other = test::sample_rules();
        other->policy.evaluation_minute = minute;
        rig.at("2026-08-17 08:00", {}, ActivationEvent{"other", "other", other});
        rig.tick(shanghai("2026-08-17 13:00"));
        EXPECT_THAT(rig.all<Signal>(), SizeIs(1)) << minute;
        rig.at("2026-08-17 13:10", {}, ActivationEvent{"again", "again", test::sample_rules()});
        rig.tick(shanghai("2026-08-18 13:00"));
        EXPECT_THAT(rig.all<Signal>(), SizeIs(1)) << minute;
        EXPECT_EQ(rig.shard.next_deadline().has_value(), true);
    }
}

// An evaluation that another configuration moves to an hour that has passed happens after what was read before it, and
// before what falls due next: a case's versions never go back in time.
TEST(Evaluation, MovedToAnHourThatHasPassedTakesNothingBack) {
    ShardRig rig;
    rig.annual(kCode, "A", yuan(400'000), "2026-07-13 00:00");
    const Week fell = week_of(make_day(2026, 8, 10));
    for (int i = 4; i > 0; --i) rig.week(kCode, "express", Week{fell.n - i}, 1200);
    rig.week(kCode, "express", fell, 420);
    rig.backfilled = false;
    rig.tick(shanghai("2026-08-17 06:30:00"));
    rig.at("2026-08-17 06:30:20", kCode, CompetitorSightingEvent{"X", CompetitorEvidence::CUSTOMER_SAID, {}, {}, {}});
    rig.tick(shanghai("2026-08-17 07:00:00"));
    auto early = test::sample_rules();
    early->revision = "early";
    early->policy.evaluation_minute = 6 * 60;
    rig.at("2026-08-17 07:00:05", {}, ActivationEvent{"early", "early", early});
    rig.tick(shanghai("2026-08-17 07:00:40"));  // the acknowledgement was due at 07:00:20
    std::vector<Timestamp> versions;
    for (const Case& view : rig.all<Case>()) versions.push_back(view.updated_at);
    EXPECT_TRUE(std::is_sorted(versions.begin(), versions.end()));
    ASSERT_THAT(rig.notices(NoticeReason::ACK_OVERDUE), SizeIs(1));
    EXPECT_EQ(rig.notices(NoticeReason::ACK_OVERDUE).front().created_at, shanghai("2026-08-17 07:00:20"));
    ASSERT_THAT(rig.all<Signal>(), SizeIs(2));
    EXPECT_EQ(rig.all<Signal>().back().detected_at, shanghai("2026-08-17 07:00:05"));
}

TEST(Episode, RevenueIsTheSameEvidenceUnlessItemsHold) {
    const auto kind = [](int items_now, int revenue_now) {
        ShardRig rig;
        rig.annual(kCode, "R", yuan(80'000), "2026-07-01 09:00");
        for (int n = 28; n <= 33; ++n) {
            const bool now = n == 33;
            rig.week(kCode, "express", make_week(2026, n), now ? items_now : 1000);
            rig.at(ShardRig::noon(end_day(make_week(2026, n)) - 1), kCode,
                   RevenueEvent{"express", yuan(now ? revenue_now : 5000), {}, {}});
        }
        rig.tick(shanghai("2026-08-17 08:30"));
        std::vector<SignalKind> kinds;
        for (const Signal& signal : rig.all<Signal>()) kinds.push_back(signal.kind);
        return kinds;
    };
    EXPECT_EQ(kind(400, 2000), std::vector{SignalKind::VOLUME_DROP});
    EXPECT_EQ(kind(1000, 2000), std::vector{SignalKind::REVENUE_DROP});
    EXPECT_EQ(kind(400, 5000), std::vector{SignalKind::VOLUME_DROP});
    EXPECT_TRUE(kind(1000, 5000).empty());
}

TEST(Episode, OneMoreSignalOnlyWhenItsSeverityRises) {
    ShardRig rig;
    rig.annual(kCode, "E", yuan(80'000), "2026-06-01 09:00");
    for (int n = 24; n <= 32; ++n) rig.week(kCode, "express", make_week(2026, n), 1000);
    for (const auto& [n, count] : {std::pair{33, 750}, {34, 690}, {35, 690}, {36, 650}, {37, 400}, {38, 300}}) {
        rig.week(kCode, "express", make_week(2026, n), count);
    }
    rig.tick(shanghai("2026-09-21 08:30"));
    std::vector<Severity> severities;
    for (const Signal& signal : rig.all<Signal>()) severities.push_back(signal.severity);
    EXPECT_EQ(severities, (std::vector{Severity::LOW, Severity::MEDIUM, Severity::HIGH}));
    EXPECT_EQ(rig.last_case().case_id.value, "37140000012-1");
}

// --- from when it acts ---

std::shared_ptr<Rules> live(const char* local) {
    auto rules = test::sample_rules();
    rules->live_from.reset();
    if (local != nullptr) rules->live_from = shanghai(local);
    return rules;
}

TEST(LiveFrom, HistoryIsDecisionsOnly) {
    Fed rig(live("2026-09-30 00:00"));
    for (int n = 34; n <= 37; ++n) rig.week(kCode, "express", make_week(2026, n), 1000);
    rig.at("2026-09-17 10:00", kCode, CompetitorSightingEvent{"X", CompetitorEvidence::CUSTOMER_SAID, {}, {}, {}});
    rig.tick(shanghai("2026-09-29 10:00"));
    EXPECT_THAT(rig.all<Signal>(), IsEmpty());
    EXPECT_THAT(rig.all<Case>(), IsEmpty());
    EXPECT_THAT(rig.all<Notice>(), IsEmpty());
    EXPECT_FALSE(rig.decisions("BACKFILL").empty());
}

TEST(LiveFrom, AnEpisodeStillInAlarmOpensItsCaseThen) {
    Fed rig(live("2026-08-26 10:00"));
    rig.week(kCode, "express", make_week(2026, 34), 420);
    rig.tick(shanghai("2026-08-26 09:59"));
    EXPECT_THAT(rig.all<Signal>(), IsEmpty());
    rig.tick(shanghai("2026-08-26 10:00"));
    ASSERT_THAT(rig.all<Signal>(), SizeIs(1));
    EXPECT_EQ(rig.all<Signal>()[0].detected_at, shanghai("2026-08-26 10:00"));
    EXPECT_EQ(rig.all<Signal>()[0].severity, Severity::HIGH);
    rig.tick(shanghai("2026-08-28 10:00"));
    EXPECT_THAT(rig.all<Signal>(), SizeIs(1));
}

TEST(LiveFrom, AnEpisodeThatIsOverOpensNothing) {
    Fed rig(live("2026-08-26 10:00"));
    rig.week(kCode, "express", make_week(2026, 34), 1000);
    rig.tick(shanghai("2026-08-30 10:00"));
    EXPECT_THAT(rig.all<Signal>(), IsEmpty());
}

TEST(LiveFrom, AWindowThatEndsAtThatInstantIsNoHistory) {
    Fed rig(live("2026-08-17 00:00"));
    rig.tick(shanghai("2026-08-17 08:30"));
    EXPECT_THAT(rig.all<Signal>(), SizeIs(1));
}

TEST(LiveFrom, BetweenTheEndOfTheWeekAndItsJudgement) {
    Fed rig(live("2026-08-17 07:00"));
    rig.tick(shanghai("2026-08-17 08:30"));
    EXPECT_THAT(rig.all<Signal>(), SizeIs(1));
}

// `send --backfill` loads history under rules that are not live; the first start writes an activation whose live_from
// is a moment before the record's log time.
TEST(LiveFrom, TheFirstStartAfterABackfillOpensWhatIsStillInAlarm) {
    Fed rig(live(nullptr));
    rig.tick(shanghai("2026-08-18 10:00"));
    EXPECT_THAT(rig.all<Signal>(), IsEmpty());
    rig.backfilled = false;
    rig.at("2026-08-19 10:00:01", {}, ActivationEvent{"live", "live", live("2026-08-19 10:00:00")});
    ASSERT_THAT(rig.all<Signal>(), SizeIs(1));
    EXPECT_EQ(rig.last_case().case_id.value, "37140000012-1");
    // The next activation with the same date opens nothing again.
    rig.at("2026-08-20 10:00:01", {}, ActivationEvent{"live2", "live2", live("2026-08-19 10:00:00")});
    EXPECT_THAT(rig.all<Signal>(), SizeIs(1));
}

TEST(LiveFrom, APostponedDateTakesTheOldOnesPlaceAlsoAfterARestart) {
    Fed rig(live("2026-08-18 10:00"));
    rig.at("2026-08-17 10:00", {}, ActivationEvent{"later", "later", live("2026-08-20 10:00")});
    Shard again =
        test::restored(live("2026-08-18 10:00"), test::snapshot_of(rig.shard), {{"later", live("2026-08-20 10:00")}});
    rig.tick(shanghai("2026-08-19 10:00"));
    EXPECT_THAT(rig.all<Signal>(), IsEmpty());
    rig.tick(shanghai("2026-08-20 10:00"));
    EXPECT_THAT(rig.all<Signal>(), SizeIs(1));
    Effects effects;
    again.advance(shanghai("2026-08-20 10:00"), effects);
    EXPECT_EQ(again.case_file(kRoot)->cases.size(), 1U);
}

}  // namespace
}  // namespace aw
