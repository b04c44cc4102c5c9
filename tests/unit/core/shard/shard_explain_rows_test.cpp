// Why, and why not: shares of wallet (R49) and branches (R10); and that a decision carries the evidence of the
// explanation, whatever came of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/explained.hpp"
#include "support/shard_state.hpp"

namespace aw {
namespace {

using test::all_of;
using test::gates;
using test::input;
using test::last_of;
using test::register_as;
using test::says;
using test::shanghai;
using test::ShardRig;
using testing::IsEmpty;
using testing::SizeIs;

constexpr auto kCode = test::kExplained;

// --- shares of wallet ---

struct Wallet : ShardRig {
    explicit Wallet(std::shared_ptr<const Rules> rules = test::shared_rules()) : ShardRig(std::move(rules)) {
        register_as(*this, Importance::STRATEGIC);
    }
    void month(const char* billed_at, Money ours, const char* seen_at, Money theirs) {
        at(billed_at, kCode, RevenueEvent{"express", ours, {}, {}});
        CompetitorSightingEvent sighting;
        sighting.competitor = "X";
        sighting.evidence = CompetitorEvidence::SEEN_LABEL;
        sighting.competitor_monthly_revenue = theirs;
        at(seen_at, kCode, sighting);
    }
};

TEST(ExplainShare, OneThatHasFallenAndIsAskedAgain) {
    Wallet rig;
    rig.month("2026-06-10 10:00", yuan(86'000), "2026-06-20 10:00", yuan(14'000));
    rig.tick(shanghai("2026-07-01 08:30"));
    const Explanation first = says(rig.shard, "share-month");
    EXPECT_EQ(first.outcome, DecisionOutcome::NOT_FIRED);
    EXPECT_EQ(first.code, "NOTHING_TO_COMPARE") << "the first month that is measured";
    EXPECT_EQ(input(first, "share_bp"), "8600");
    EXPECT_EQ(input(first, "competitors_revenue_fen"), "1400000");
    rig.month("2026-07-10 10:00", yuan(74'200), "2026-07-20 10:00", yuan(25'800));
    rig.tick(shanghai("2026-08-01 08:30"));
    for (const char* later : {"2026-08-01 08:31", "2026-08-20 12:00"}) {
        rig.tick(shanghai(later));
        const Explanation fell = says(rig.shard, "share-month");
        EXPECT_EQ(fell.outcome, DecisionOutcome::FIRED);
        EXPECT_EQ(fell.code, "SHARE_OF_WALLET_DROP");
        EXPECT_EQ(fell.severity, Severity::MEDIUM);
        EXPECT_EQ(fell.observed, 7'420'000);
        EXPECT_EQ(fell.expected, 8'600'000);
        EXPECT_EQ(fell.period, "2026-07");
        EXPECT_EQ(input(fell, "share_bp"), "7420");
        EXPECT_EQ(input(fell, "previous_share_bp"), "8600") << "the share before, not the one just measured";
        EXPECT_EQ(input(fell, "competitors_revenue_fen"), "2580000");
        EXPECT_EQ(gates(fell),
                  "share_change_bp -1180/-1000, periods 1/1, episode own/own, watched yes/yes, live live/live, silence "
                  "none/none");
    }
    const Decision fired = last_of(rig.all<Decision>(), "share-month");
    EXPECT_EQ(fired.outcome, DecisionOutcome::FIRED);
    EXPECT_EQ(gates(fired.gates), gates(says(rig.shard, "share-month")));
    EXPECT_EQ(input(fired.inputs, "previous_share_bp"), "8600");
}

TEST(ExplainShare, OneThatHasNot) {
    Wallet rig;
    rig.month("2026-06-10 10:00", yuan(86'000), "2026-06-20 10:00", yuan(14'000));
    rig.month("2026-07-10 10:00", yuan(80'000), "2026-07-20 10:00", yuan(20'000));
    rig.tick(shanghai("2026-08-01 08:30"));
    const Explanation about = says(rig.shard, "share-month");
    EXPECT_EQ(about.outcome, DecisionOutcome::NOT_FIRED);
    EXPECT_EQ(about.code, "NORMAL");
    EXPECT_EQ(gates(about), "share_change_bp -600/-1000 no");
    rig.at("2026-08-10 10:00", kCode, RevenueEvent{"express", yuan(20'000), {}, {}});
    rig.tick(shanghai("2026-09-01 08:30"));
    const Explanation unseen = says(rig.shard, "share-month");
    EXPECT_EQ(unseen.code, "NO_REPORT");
    EXPECT_EQ(unseen.outcome, DecisionOutcome::NOT_FIRED);
    EXPECT_THAT(unseen.gates, IsEmpty());
    // A month nobody looked at does not spoil what comes after it.
    rig.month("2026-09-10 10:00", yuan(60'000), "2026-09-20 10:00", yuan(40'000));
    rig.tick(shanghai("2026-10-01 08:30"));
    EXPECT_EQ(input(says(rig.shard, "share-month"), "previous_share_bp"), "8000");
}

TEST(ExplainShare, ARestartKeepsWhatItIsComparedWith) {
    Wallet rig;
    rig.month("2026-06-10 10:00", yuan(86'000), "2026-06-20 10:00", yuan(14'000));
    rig.month("2026-07-10 10:00", yuan(74'200), "2026-07-20 10:00", yuan(25'800));
    rig.tick(shanghai("2026-08-01 08:30"));
    const Shard copy = test::restored(test::shared_rules(), test::snapshot_of(rig.shard));
    EXPECT_EQ(gates(says(copy, "share-month")), gates(says(rig.shard, "share-month")));
    EXPECT_EQ(input(says(copy, "share-month"), "previous_share_bp"), "8600");
}

TEST(ExplainShare, HistoryAndProspects) {
    auto rules = test::shared_rules();
    rules->live_from = shanghai("2026-09-15 00:00");
    Wallet rig(rules);
    rig.month("2026-06-10 10:00", yuan(86'000), "2026-06-20 10:00", yuan(14'000));
    rig.month("2026-07-10 10:00", yuan(74'200), "2026-07-20 10:00", yuan(25'800));
    rig.tick(shanghai("2026-08-01 08:30"));
    EXPECT_EQ(says(rig.shard, "share-month").code, "BACKFILL");
    EXPECT_EQ(says(rig.shard, "share-month").outcome, DecisionOutcome::SUPPRESSED);
    EXPECT_EQ(last_of(rig.all<Decision>(), "share-month").gates.back().name, "live");
    register_as(rig, Importance::POTENTIAL, "2026-08-02 09:00");
    EXPECT_EQ(says(rig.shard, "share-month").code, "PROSPECT");
}

// --- branches ---

// Two branches of 600 items a week; one falls, the other takes what it lost.
struct Branches : ShardRig {
    explicit Branches(std::shared_ptr<const Rules> rules = test::sample_rules()) : ShardRig(std::move(rules)) {
        annual("37140000012001", "A", yuan(182'000), "2026-05-01 09:00");
        for (int n = 22; n <= 32; ++n) both(n, 600, 600);
    }
    void both(int n, int first, int second) {
        week("37140000012001", "express", make_week(2026, n), first);
        week("37140000012002", "express", make_week(2026, n), second);
    }
};

TEST(ExplainBranch, TheDecisionOfAShiftHasTheGatesItPassed) {
    Branches rig;
    rig.both(33, 300, 900);
    rig.tick(shanghai("2026-08-17 08:30"));
    const Decision fired = last_of(rig.all<Decision>(), "branch-items-week");
    ASSERT_EQ(fired.outcome, DecisionOutcome::FIRED);
    const std::string passed = gates(fired.gates);
    EXPECT_THAT(passed, testing::StartsWith("change_bp -5000/-2000, tail_probability "));
    EXPECT_THAT(passed, testing::EndsWith("periods 1/1, episode own/own, watched yes/yes, live live/live, silence "
                                          "none/none"));
    EXPECT_EQ(input(fired.inputs, "period"), "2026-W33");
    EXPECT_EQ(input(fired.inputs, "observed"), "300");
    EXPECT_NE(input(fired.inputs, "phi"), "none");
    const Explanation about = says(rig.shard, "branch-items-week");
    EXPECT_EQ(about.outcome, DecisionOutcome::FIRED);
    EXPECT_EQ(about.branch, "001");
    EXPECT_THAT(gates(about), testing::EndsWith("watched yes/yes, signalled INFO/INFO"));
    // It lasts: the decision says that it was told, with the same evidence.
    rig.both(34, 300, 900);
    rig.tick(shanghai("2026-08-24 08:30"));
    const Decision again = last_of(rig.all<Decision>(), "branch-items-week");
    EXPECT_EQ(again.outcome, DecisionOutcome::SUPPRESSED);
    EXPECT_EQ(again.code, "SAME_EPISODE");
    EXPECT_THAT(gates(again.gates), testing::EndsWith("watched yes/yes, signalled INFO/INFO no"));
    EXPECT_EQ(input(again.inputs, "phi"), input(fired.inputs, "phi"));
}

TEST(ExplainBranch, TheWholeAccountFalls) {
    Branches rig;
    rig.both(33, 300, 600);
    rig.tick(shanghai("2026-08-17 08:30"));
    const Explanation about = says(rig.shard, "branch-items-week");
    EXPECT_EQ(about.outcome, DecisionOutcome::SUPPRESSED);
    EXPECT_EQ(about.code, "SAME_EPISODE");
    EXPECT_EQ(about.gates.back().value, "volume");
    EXPECT_EQ(gates(last_of(rig.all<Decision>(), "branch-items-week").gates), gates(about));
}

TEST(ExplainBranch, OfTheHistoryItIsADecisionEachTime) {
    auto rules = test::sample_rules();
    rules->live_from = shanghai("2026-10-01 00:00");
    Branches rig(rules);
    rig.both(33, 300, 900);
    rig.both(34, 300, 900);
    rig.tick(shanghai("2026-08-24 08:30"));
    EXPECT_THAT(rig.all<Signal>(), IsEmpty());
    EXPECT_EQ(last_of(rig.all<Decision>(), "branch-items-week").code, "BACKFILL");
    EXPECT_EQ(says(rig.shard, "branch-items-week").code, "BACKFILL");
}

// --- the same evidence whatever came of it ---

TEST(ExplainEvidence, AFallThatWasToldAndOneThatWasHeldBack) {
    ShardRig told;
    ShardRig held;
    told.annual(kCode, "A", yuan(182'000), "2026-05-01 09:00");
    held.annual(kCode, "A", yuan(9'000), "2026-05-01 09:00");  // nobody watches it
    for (ShardRig* rig : {&told, &held}) {
        for (int n = 22; n <= 32; ++n) rig->week(kCode, "express", make_week(2026, n), 1200);
        rig->week(kCode, "express", make_week(2026, 33), 420);
        rig->tick(shanghai("2026-08-17 08:30"));
    }
    Decision fired = last_of(told.all<Decision>(), "items-week");
    Decision not_watched = last_of(held.all<Decision>(), "items-week");
    EXPECT_EQ(fired.outcome, DecisionOutcome::FIRED);
    EXPECT_EQ(not_watched.code, "NOT_WATCHED");
    EXPECT_EQ(all_of(fired.inputs), all_of(not_watched.inputs));
    EXPECT_EQ(input(fired.inputs, "expected"), "1200");
    EXPECT_THAT(gates(not_watched.gates), testing::EndsWith("periods 1/1, episode own/own, watched no/yes no"));
    std::string passed = gates(not_watched.gates);
    passed.resize(passed.find("watched"));
    EXPECT_EQ(gates(fired.gates), passed + "watched yes/yes, live live/live, silence none/none");
    EXPECT_EQ(gates(says(held.shard, "items-week")), gates(not_watched.gates));
}

TEST(ExplainEvidence, WhatDidNotPassTheRowsOwnGates) {
    ShardRig rig;
    rig.annual(kCode, "A", yuan(182'000), "2026-05-01 09:00");
    for (int n = 22; n <= 32; ++n) rig.week(kCode, "express", make_week(2026, n), 20);
    rig.week(kCode, "express", make_week(2026, 33), 10);
    rig.tick(shanghai("2026-08-17 08:30"));
    const Decision chance = last_of(rig.all<Decision>(), "items-week");
    EXPECT_EQ(chance.code, "SMALL_NUMBERS");
    ASSERT_THAT(chance.gates, SizeIs(2));
    EXPECT_EQ(chance.gates[0].name, "change_bp");
    EXPECT_TRUE(chance.gates[0].passed);
    EXPECT_FALSE(chance.gates[1].passed);
    EXPECT_EQ(gates(says(rig.shard, "items-week")), gates(chance.gates));
}

}  // namespace
}  // namespace aw
