// Why, and why not, of the rows beside the falls of one account: shares of wallet (R49), branches (R10), groups (R102),
// industries (R15), thresholds (R1, R3, R9, R13); and that a decision carries the evidence of the explanation.
#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/shard_ring.hpp"

namespace aw {
namespace {

using test::shanghai;
using test::ShardRig;
using test::ShardRing;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr auto kCode = "37140000012001";

const Explanation& says(const AccountExplanation& about, std::string_view rule) {
    static const Explanation kNone;
    const auto found = std::find_if(about.explanations.begin(), about.explanations.end(),
                                    [&](const Explanation& e) { return e.rule_id == rule; });
    EXPECT_NE(found, about.explanations.end()) << rule;
    return found == about.explanations.end() ? kNone : *found;
}

Explanation says(const Shard& shard, std::string_view rule, std::string_view code = kCode) {
    const auto about = shard.explain(parse_customer_code(code)->root);
    EXPECT_TRUE(about.has_value());
    return about ? says(*about, rule) : Explanation{};
}

std::string gates(const std::vector<Gate>& list) {
    std::string text;
    for (const Gate& gate : list)
        text +=
            (text.empty() ? "" : ", ") + gate.name + " " + gate.value + "/" + gate.limit + (gate.passed ? "" : " no");
    return text;
}
std::string gates(const Explanation& about) { return gates(about.gates); }

std::string input(const std::vector<NamedValue>& inputs, std::string_view name) {
    for (const NamedValue& value : inputs) {
        if (value.name == name) return value.value;
    }
    return "none";
}
std::string input(const Explanation& about, std::string_view name) { return input(about.inputs, name); }

std::string all_of(const std::vector<NamedValue>& inputs) {
    std::string text;
    for (const NamedValue& value : inputs) text += (text.empty() ? "" : ", ") + value.name + " " + value.value;
    return text;
}

Decision last_of(const std::vector<Decision>& decisions, std::string_view rule) {
    const auto found = std::find_if(decisions.rbegin(), decisions.rend(),
                                    [&](const Decision& d) { return d.rule_id == rule && !d.gates.empty(); });
    EXPECT_NE(found, decisions.rend()) << rule;
    return found == decisions.rend() ? Decision{} : *found;
}

void register_as(ShardRig& rig, Importance importance, const char* local = "2026-04-01 09:00") {
    AccountEvent change;
    change.operation = AccountOperation::REGISTER;
    change.name = "A";
    change.importance = importance;
    rig.at(local, kCode, change);
}

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

// --- groups and industries, on one partition and on several ---

class ExplainShared : public testing::TestWithParam<int> {
protected:
    static constexpr auto kGroup = "37140000900";

    static std::string code_of(int account) { return "371400000" + std::to_string(10 + account) + "001"; }
    void account(ShardRing& ring, const char* local, int n, std::string_view industry, std::string_view group = {}) {
        AccountEvent change;
        change.operation = AccountOperation::REGISTER;
        change.name = "a";
        change.annual_revenue_hint = yuan(182'000);
        change.industry_code = industry;
        change.group_root = group;
        ring.at(local, code_of(n), change);
    }
    void items(ShardRing& ring, Day day, int n, int count) {
        ring.at((format_day(day + 2) + " 12:00").c_str(), code_of(n), ShipmentEvent{"express", count, 0, {}, {}, {}});
    }
    static Explanation of(const ShardRing& ring, std::string_view root, std::string_view rule) {
        const auto about = ring.shards[ring.owner(root)].explain(*parse_root(root));
        EXPECT_TRUE(about.has_value()) << root;
        return about ? says(*about, rule) : Explanation{};
    }
    static Explanation of(const ShardRing& ring, int n, std::string_view rule) {
        return of(ring, code_of(n).substr(0, 11), rule);
    }
};

class ExplainGroup : public ExplainShared {
protected:
    ExplainGroup() : ring(GetParam(), test::shared_rules()) {
        for (int n = 1; n <= 3; ++n) account(ring, "2026-05-01 09:00", n, {}, kGroup);
        account(ring, "2026-05-01 09:00", 4, {});
        for (int n = 20; n <= 32; ++n) send(n, 1000, 1000, 1000);
    }
    void send(int week, int a, int b, int c) {
        const Day monday = first_day(make_week(2026, week));
        items(ring, monday, 1, a);
        items(ring, monday, 2, b);
        items(ring, monday, 3, c);
        items(ring, monday, 4, 1000);
    }
    ShardRing ring;
};

TEST_P(ExplainGroup, TheRootSaysWhyTheSumFired) {
    send(33, 900, 880, 400);
    ring.advance("2026-08-17 08:30");
    ring.restart();
    const Explanation about = of(ring, kGroup, "group-items-week");
    EXPECT_EQ(about.outcome, DecisionOutcome::FIRED);
    EXPECT_EQ(about.severity, Severity::LOW);
    EXPECT_EQ(about.period, "2026-W33");
    EXPECT_EQ(about.observed, 2180);
    EXPECT_EQ(about.expected, 3000);
    EXPECT_EQ(input(about, "members"), "3");
    EXPECT_EQ(input(about, "not_answered"), "none");
    EXPECT_THAT(gates(about), testing::StartsWith("change_bp -2733/-2000, tail_probability "));
    EXPECT_THAT(gates(about), testing::EndsWith("periods 1/1, episode own/own, watched yes/yes, signalled LOW/LOW"));
}

TEST_P(ExplainGroup, AndWhyItDidNot) {
    send(33, 750, 750, 1500);
    ring.advance("2026-08-17 08:30");
    const Explanation about = of(ring, kGroup, "group-items-week");
    EXPECT_EQ(about.outcome, DecisionOutcome::NOT_FIRED);
    EXPECT_EQ(about.code, "NORMAL");
    EXPECT_EQ(about.observed, 3000);
    EXPECT_EQ(gates(about), "change_bp 0/-2000 no");
}

TEST_P(ExplainGroup, AMemberSaysWhereToAsk) {
    send(33, 900, 880, 400);
    ring.advance("2026-08-17 08:30");
    const Explanation member = of(ring, 3, "group-items-week");
    EXPECT_EQ(member.outcome, DecisionOutcome::NOT_FIRED);
    EXPECT_EQ(member.code, "ASKED_OF_GROUP");
    EXPECT_EQ(input(member, "group_root"), kGroup);
    EXPECT_EQ(member.observed, 400);
    EXPECT_EQ(of(ring, 4, "group-items-week").code, "NO_GROUP");
}

TEST_P(ExplainGroup, AWeekThatWaitsForAMember) {
    ring.at("2026-08-10 09:00", {}, WatermarkEvent{"test", {}, shanghai("2026-08-12 00:00")});
    send(33, 900, 880, 400);
    ring.advance("2026-08-18 08:30");
    const Explanation about = of(ring, kGroup, "group-items-week");
    EXPECT_EQ(about.period, "2026-W32");
    EXPECT_EQ(input(about, "not_answered"), "2026-W33");
}

INSTANTIATE_TEST_SUITE_P(Partitions, ExplainGroup, testing::Values(1, 3, 4));

class ExplainIndustry : public ExplainShared {
protected:
    static std::shared_ptr<const Rules> rules() {
        auto rules = test::shared_rules();
        rules->live_from = shanghai("2026-07-01 00:00");
        return rules;
    }
    ExplainIndustry() : ring(GetParam(), rules()) {}

    // So many schools, of which so many send 600 instead of 1000 in July.
    void schools(int accounts, int fallen) {
        for (int n = 1; n <= accounts; ++n) account(ring, "2026-03-01 09:00", n, "P83");
        account(ring, "2026-03-01 09:00", 40, {});
        account(ring, "2026-03-01 09:00", 41, "P83");  // sends nothing
        for (int month = 2; month <= 6; ++month) {
            for (int n = 1; n <= accounts; ++n)
                items(ring, first_day(Month{2026 * 12 + month}), n, month == 6 && n <= fallen ? 600 : 1000);
        }
        items(ring, make_day(2026, 7, 5), 40, 1000);
        ring.advance("2026-08-01 08:30");
    }
    ShardRing ring;
};

TEST_P(ExplainIndustry, EveryAccountSaysWhatItsIndustryCameTo) {
    schools(15, 12);
    ring.restart();
    const Explanation fallen = of(ring, 1, "industry-month");
    EXPECT_EQ(fallen.outcome, DecisionOutcome::FIRED);
    EXPECT_EQ(fallen.code, "COHORT_SHIFT");
    EXPECT_EQ(fallen.severity, Severity::INFO);
    EXPECT_EQ(fallen.period, "2026-07");
    EXPECT_EQ(fallen.observed, 12 * 600 + 3 * 1000);
    EXPECT_EQ(gates(fallen), "fell_bp 8000/6000, accounts 15/10");
    EXPECT_EQ(input(fallen, "industry_code"), "P83");
    EXPECT_EQ(input(fallen, "counts_as"), "fallen");
    EXPECT_EQ(input(fallen, "own_observed"), "600");
    EXPECT_EQ(input(of(ring, 15, "industry-month"), "counts_as"), "not fallen");
    EXPECT_EQ(of(ring, 15, "industry-month").outcome, DecisionOutcome::FIRED) << "of the industry, whoever is asked";
    EXPECT_EQ(input(of(ring, 41, "industry-month"), "counts_as"), "nothing to compare");
    EXPECT_EQ(of(ring, 40, "industry-month").code, "NO_INDUSTRY");
}

TEST_P(ExplainIndustry, AndWhyItWasNotTold) {
    schools(15, 8);
    const Explanation about = of(ring, 1, "industry-month");
    EXPECT_EQ(about.outcome, DecisionOutcome::NOT_FIRED);
    EXPECT_EQ(about.code, "NORMAL");
    EXPECT_EQ(gates(about), "fell_bp 5333/6000 no");
}

TEST_P(ExplainIndustry, TooFewAccountsAreNoIndustry) {
    schools(9, 9);
    const Explanation about = of(ring, 1, "industry-month");
    EXPECT_EQ(about.code, "TOO_FEW_ACCOUNTS");
    EXPECT_EQ(about.outcome, DecisionOutcome::NOT_FIRED);
    EXPECT_EQ(gates(about), "fell_bp 10000/6000, accounts 9/10 no");
}

TEST_P(ExplainIndustry, NothingIsSaidBeforeAllHaveAnswered) {
    ring.hold = true;
    schools(15, 12);
    EXPECT_EQ(of(ring, 1, "industry-month").code, "NOT_ANSWERED");
    EXPECT_EQ(input(of(ring, 1, "industry-month"), "counts_as"), "fallen");
    ring.hold = false;
    ring.deliver();
    EXPECT_EQ(of(ring, 1, "industry-month").outcome, DecisionOutcome::FIRED);
}

INSTANTIATE_TEST_SUITE_P(Partitions, ExplainIndustry, testing::Values(1, 3, 4));

// --- thresholds ---

struct Standing : ShardRig {
    explicit Standing(std::shared_ptr<const Rules> rules = test::shared_rules()) : ShardRig(std::move(rules)) {}
    void billed(const char* local, Money revenue) { at(local, kCode, RevenueEvent{"express", revenue, {}, {}}); }
    Explanation about(std::string_view rule) const { return says(shard, rule); }
};

TEST(ExplainStanding, BecomingAKeyAccountIsAChangeOfThatDay) {
    Standing rig;
    register_as(rig, Importance::STANDARD);
    rig.billed("2026-05-04 10:00", yuan(8'000));
    rig.tick(shanghai("2026-05-05 08:30"));
    const Explanation before = rig.about("status-day");
    EXPECT_EQ(before.outcome, DecisionOutcome::NOT_FIRED);
    EXPECT_EQ(before.code, "UNCHANGED");
    EXPECT_EQ(input(before, "is_key_account"), "false");
    EXPECT_EQ(gates(before), "t12m_revenue 8000.00/10000.00 no");
    EXPECT_EQ(before.next_at, shanghai("2026-05-06 08:30"));
    rig.billed("2026-05-05 10:00", yuan(3'000));
    EXPECT_EQ(rig.about("status-day").outcome, DecisionOutcome::FIRED) << "and is told at the next evaluation";
    EXPECT_THAT(rig.all<Signal>(), IsEmpty());
    rig.tick(shanghai("2026-05-06 08:30"));
    ASSERT_THAT(rig.all<Signal>(), SizeIs(1));
    const Explanation told = rig.about("status-day");
    EXPECT_EQ(told.outcome, DecisionOutcome::FIRED);
    EXPECT_EQ(told.code, "ACCOUNT_STATUS_CHANGED");
    EXPECT_EQ(told.observed, 1'100'000);
    EXPECT_EQ(told.gates.back().name, "signalled");
    rig.tick(shanghai("2026-05-07 08:30"));
    EXPECT_EQ(rig.about("status-day").code, "UNCHANGED");
    EXPECT_EQ(input(rig.about("status-day"), "found_on"), "2026-05-06");
}

TEST(ExplainStanding, AProspectThatHasGrown) {
    Standing rig;
    register_as(rig, Importance::POTENTIAL);
    rig.billed("2026-05-04 10:00", yuan(8'000));
    rig.tick(shanghai("2026-05-05 08:30"));
    EXPECT_EQ(rig.about("promoted-day").code, "NORMAL");
    EXPECT_EQ(rig.about("status-day").code, "PROSPECT");
    rig.billed("2026-05-05 10:00", yuan(3'000));
    rig.tick(shanghai("2026-05-06 08:30"));
    rig.tick(shanghai("2026-05-20 08:30"));
    const Explanation told = rig.about("promoted-day");
    EXPECT_EQ(told.outcome, DecisionOutcome::FIRED);
    EXPECT_EQ(gates(told), "t12m_revenue 11000.00/10000.00, signalled INFO/INFO");
    EXPECT_EQ(input(told, "found_on"), "2026-05-06");
    register_as(rig, Importance::STANDARD, "2026-05-21 09:00");
    EXPECT_EQ(rig.about("promoted-day").code, "NO_PROSPECT");
}

TEST(ExplainStanding, AFileThatIsMissing) {
    Standing rig;
    rig.at("2026-05-04 10:00", kCode, ShipmentEvent{"express", 5, 0, {}, {}, {}});
    rig.billed("2026-05-04 10:00", yuan(300));
    rig.tick(shanghai("2026-06-01 08:30"));
    const Explanation little = rig.about("file-day");
    EXPECT_EQ(little.outcome, DecisionOutcome::NOT_FIRED);
    EXPECT_EQ(little.code, "NORMAL");
    EXPECT_EQ(gates(little), "monthly_mean 100.00/500.00 no, age_days 28/365 no");
    rig.billed("2026-06-04 10:00", yuan(1'500));
    rig.tick(shanghai("2026-07-01 08:30"));
    const Explanation told = rig.about("file-day");
    EXPECT_EQ(told.outcome, DecisionOutcome::FIRED);
    EXPECT_EQ(told.code, "PROFILE_MISSING");
    EXPECT_EQ(told.gates.front().value, "600.00");
    EXPECT_EQ(told.gates.back().name, "signalled");
    register_as(rig, Importance::STANDARD, "2026-07-02 09:00");
    EXPECT_EQ(rig.about("file-day").code, "REGISTERED");
}

TEST(ExplainStanding, AFileThatIsMissingInHistory) {
    auto rules = test::shared_rules();
    rules->live_from = shanghai("2026-09-01 00:00");
    Standing rig(rules);
    rig.billed("2026-05-04 10:00", yuan(1'600));
    rig.tick(shanghai("2026-06-01 08:30"));
    EXPECT_EQ(rig.about("file-day").outcome, DecisionOutcome::SUPPRESSED);
    EXPECT_EQ(rig.about("file-day").code, "BACKFILL");
    EXPECT_EQ(rig.about("status-day").code, "UNCHANGED");
}

TEST(ExplainStanding, AGradeThatIsLost) {
    Standing rig;
    register_as(rig, Importance::IMPORTANT, "2025-05-01 09:00");
    rig.billed("2025-06-10 10:00", yuan(60'000));
    rig.billed("2026-03-10 10:00", yuan(49'000));
    rig.tick(shanghai("2026-06-01 08:30"));
    const Explanation kept = rig.about("grade-month");
    EXPECT_EQ(kept.outcome, DecisionOutcome::NOT_FIRED);
    EXPECT_EQ(kept.code, "NORMAL");
    EXPECT_EQ(input(kept, "grade"), "G4");
    EXPECT_EQ(gates(kept), "t12m_revenue 109000.00/95000.00 no");
    EXPECT_EQ(kept.next_at, shanghai("2026-07-01 08:30"));
    rig.tick(shanghai("2026-06-20 08:30"));  // last June's revenue is older than a year now
    const Explanation soon = rig.about("grade-month");
    EXPECT_EQ(soon.outcome, DecisionOutcome::FIRED) << "it holds, and is asked on the 1st";
    EXPECT_EQ(gates(soon), "t12m_revenue 49000.00/95000.00");
    rig.tick(shanghai("2026-07-01 08:30"));
    const Explanation lost = rig.about("grade-month");
    EXPECT_EQ(lost.outcome, DecisionOutcome::FIRED);
    EXPECT_EQ(lost.code, "GRADE_DOWNGRADE");
    EXPECT_EQ(lost.severity, Severity::LOW);
    EXPECT_EQ(input(lost, "grade"), "G4 -> G3");
    EXPECT_EQ(lost.gates.back().name, "signalled");
    rig.tick(shanghai("2026-08-01 08:30"));
    EXPECT_EQ(rig.about("grade-month").code, "NORMAL");
    EXPECT_EQ(input(rig.about("grade-month"), "grade"), "G3");
    EXPECT_EQ(input(rig.about("grade-month"), "found_on"), "2026-07-01");
}

TEST(ExplainStanding, ARestartKeepsWhatWasFound) {
    Standing rig;
    register_as(rig, Importance::STANDARD);
    rig.billed("2026-05-04 10:00", yuan(8'000));
    rig.tick(shanghai("2026-05-05 08:30"));
    rig.billed("2026-05-05 10:00", yuan(3'000));
    rig.tick(shanghai("2026-05-06 08:30"));
    const Shard copy = test::restored(test::shared_rules(), test::snapshot_of(rig.shard));
    EXPECT_EQ(says(copy, "status-day").outcome, DecisionOutcome::FIRED);
    EXPECT_EQ(gates(says(copy, "status-day")), gates(rig.about("status-day")));
}

}  // namespace
}  // namespace aw
