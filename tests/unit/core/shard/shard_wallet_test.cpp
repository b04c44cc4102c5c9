// R49 on the shard: our share of what a client spends, month against the month that was measured before.
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

struct WalletRig : ShardRig {
    explicit WalletRig(std::shared_ptr<const Rules> rules = test::shared_rules()) : ShardRig(std::move(rules)) {
        AccountEvent change;
        change.operation = AccountOperation::REGISTER;
        change.name = "A";
        change.importance = Importance::STRATEGIC;  // watched whatever the revenue
        at("2026-04-01 09:00", kCode, change);
    }
    void billed(const char* local, Money revenue) { at(local, kCode, RevenueEvent{"express", revenue, {}, {}}); }
    void seen(const char* local, std::string_view competitor, Money monthly) {
        CompetitorSightingEvent sighting;
        sighting.competitor = competitor;
        sighting.evidence = CompetitorEvidence::SEEN_LABEL;
        sighting.competitor_monthly_revenue = monthly;
        at(local, kCode, sighting);
    }
    std::vector<Signal> shares() const {
        std::vector<Signal> found;
        for (const Signal& s : all<Signal>()) {
            if (s.kind == SignalKind::SHARE_OF_WALLET_DROP) found.push_back(s);
        }
        return found;
    }
};

// 86,000 of 100,000 in June; in July whatever is left.
void june(WalletRig& rig) {
    rig.billed("2026-06-10 10:00", yuan(86'000));
    rig.seen("2026-06-20 10:00", "X", yuan(14'000));
}

TEST(R49, TheExampleOfTheRequirements) {
    WalletRig rig;
    june(rig);
    rig.billed("2026-07-10 10:00", yuan(74'200));
    rig.seen("2026-07-20 10:00", "X", yuan(25'800));
    rig.tick(shanghai("2026-07-31 09:00"));
    EXPECT_THAT(rig.shares(), IsEmpty());
    rig.tick(shanghai("2026-08-01 08:30"));
    ASSERT_THAT(rig.shares(), SizeIs(1));
    const Signal signal = rig.shares()[0];
    EXPECT_EQ(signal.severity, Severity::HIGH);  // base MEDIUM, STRATEGIC one more
    EXPECT_EQ(signal.observed, 7'420'000);
    EXPECT_EQ(signal.expected, 8'600'000);
    EXPECT_EQ(signal.recent_change_bp, -1180);
    EXPECT_EQ(signal.reasons.front().code, "SHARE");
    EXPECT_EQ(signal.reasons.front().text, "74.2 % of what the client is known to spend, 86.0 % before: -11.8 points");
    EXPECT_EQ(format_day(*signal.window_from), "2026-07-01");
    EXPECT_EQ(format_day(*signal.window_to), "2026-07-31");
}

TEST(R49, TenPointsExactlyAreEnough) {
    const auto signals = [](std::int64_t ours, std::int64_t theirs) {
        WalletRig rig;
        june(rig);
        rig.billed("2026-07-10 10:00", Money{ours});
        rig.seen("2026-07-20 10:00", "X", Money{theirs});
        rig.tick(shanghai("2026-08-01 08:30"));
        return rig.shares().size();
    };
    EXPECT_EQ(signals(7'600'000, 2'400'000), 1U);
    EXPECT_EQ(signals(7'600'001, 2'399'999), 0U);
}

TEST(R49, AMonthNobodyLookedAtIsNoMeasure) {
    WalletRig rig;
    june(rig);
    rig.billed("2026-07-10 10:00", yuan(20'000));  // a fall of our revenue, told by its own row
    rig.tick(shanghai("2026-08-01 08:30"));
    EXPECT_THAT(rig.shares(), IsEmpty());
    rig.billed("2026-08-10 10:00", yuan(74'200));
    rig.seen("2026-08-20 10:00", "X", yuan(25'800));
    rig.tick(shanghai("2026-09-01 08:30"));
    ASSERT_THAT(rig.shares(), SizeIs(1));  // against June
    EXPECT_EQ(rig.shares()[0].recent_change_bp, -1180);
}

TEST(R49, WhoWasReportedBeforeStillGetsHisShare) {
    WalletRig rig;
    june(rig);
    rig.seen("2026-07-05 10:00", "Y", yuan(11'800));  // one more, X as before
    rig.billed("2026-07-10 10:00", yuan(74'200));
    rig.tick(shanghai("2026-08-01 08:30"));
    ASSERT_THAT(rig.shares(), SizeIs(1));
    EXPECT_EQ(rig.shares()[0].recent_change_bp, -1180);
}

TEST(R49, AShareThatStaysLowIsToldOnce) {
    WalletRig rig;
    june(rig);
    rig.billed("2026-07-10 10:00", yuan(74'200));
    rig.seen("2026-07-20 10:00", "X", yuan(25'800));
    rig.billed("2026-08-10 10:00", yuan(74'200));
    rig.seen("2026-08-20 10:00", "X", yuan(25'800));
    rig.tick(shanghai("2026-09-01 08:30"));
    EXPECT_THAT(rig.shares(), SizeIs(1));
}

TEST(R49, OfTheHistoryItIsADecisionOnly) {
    auto rules = test::shared_rules();
    rules->live_from = shanghai("2026-09-15 00:00");
    WalletRig rig(rules);
    june(rig);
    rig.billed("2026-07-10 10:00", yuan(74'200));
    rig.seen("2026-07-20 10:00", "X", yuan(25'800));
    rig.tick(shanghai("2026-10-02 08:30"));
    EXPECT_THAT(rig.shares(), IsEmpty());
    const auto decisions = rig.decisions("BACKFILL");
    EXPECT_TRUE(
        std::any_of(decisions.begin(), decisions.end(), [](const Decision& d) { return d.rule_id == "share-month"; }));
}

TEST(R49, ARestartKeepsReportsAndTheShareBefore) {
    WalletRig rig;
    june(rig);
    rig.tick(shanghai("2026-07-02 08:30"));
    Shard copy = test::restored(test::shared_rules(), test::snapshot_of(rig.shard));
    EXPECT_EQ(copy.state_hash(), rig.shard.state_hash());
    rig.shard = std::move(copy);
    rig.billed("2026-07-10 10:00", yuan(74'200));
    rig.seen("2026-07-20 10:00", "X", yuan(25'800));
    rig.tick(shanghai("2026-08-01 08:30"));
    EXPECT_THAT(rig.shares(), SizeIs(1));
}

}  // namespace
}  // namespace aw
