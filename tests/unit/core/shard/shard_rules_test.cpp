// What the rules of requirements 1.1 leave open, on the pure shard. Their numbers stand in tests/scenarios.
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

AccountRoot root(std::string_view code) { return parse_customer_code(code)->root; }

// T12M of exactly this, billed today.
void billed(ShardRig& rig, std::string_view code, Money revenue, const char* local) {
    rig.at(local, code, RevenueEvent{"express", revenue, {}, {}});
}

TEST(R1, OnlyKeyAccountsGiveSignals) {
    ShardRig rig;
    billed(rig, kCode, Money{999'999}, "2026-08-17 10:00");
    rig.at("2026-08-17 11:00", kCode, CompetitorSightingEvent{"X", CompetitorEvidence::WRITTEN_QUOTE, {}, {}, {}});
    EXPECT_THAT(rig.all<Signal>(), IsEmpty());
    EXPECT_THAT(rig.decisions("NOT_WATCHED"), SizeIs(1));
    billed(rig, kCode, Money{1}, "2026-08-17 12:00");
    rig.at("2026-08-17 13:00", kCode, CompetitorSightingEvent{"X", CompetitorEvidence::WRITTEN_QUOTE, {}, {}, {}});
    EXPECT_THAT(rig.all<Signal>(), SizeIs(1));
}

TEST(R6, TheHintCountsForTheDaysBeforeOurHistory) {
    ShardRig rig;
    rig.annual(kCode, "A", yuan(36'500), "2026-08-17 10:00");
    EXPECT_EQ(rig.shard.account(root(kCode))->t12m_revenue, yuan(36'500));  // all 365 days lie before it
    rig.tick(shanghai("2026-08-26 10:00"));
    EXPECT_EQ(rig.shard.account(root(kCode))->t12m_revenue, yuan(35'600));
    rig.at("2026-08-26 11:00", kCode, RevenueEvent{"express", yuan(7), {}, {}});
    EXPECT_EQ(rig.shard.account(root(kCode))->t12m_revenue, yuan(35'607));
    // A late event shows that our history began earlier.
    Event late;
    late.event_id = "late";
    late.code = *parse_customer_code(kCode);
    late.occurred_at = shanghai("2026-08-12 10:00");
    late.source = "test";
    late.payload = ShipmentEvent{"express", 1, 0, {}, {}, {}};
    rig.shard.apply(late, {shanghai("2026-08-26 12:00"), true}, rig.effects);
    EXPECT_EQ(rig.shard.account(root(kCode))->t12m_revenue, yuan(35'107));
}

TEST(R9, TheMonthlyLookKeepsAGradeWithinFivePercent) {
    ShardRig rig;
    billed(rig, kCode, yuan(302'000), "2026-07-30 10:00");
    rig.tick(shanghai("2026-08-01 09:00"));  // G5 is stored
    rig.at("2026-08-02 10:00", kCode, RevenueEvent{"express", yuan(-4'000), {}, {}});
    rig.tick(shanghai("2026-09-01 09:00"));
    EXPECT_EQ(rig.shard.account(root(kCode))->t12m_revenue, yuan(298'000));
    EXPECT_EQ(rig.shard.account(root(kCode))->grade, "G5");
    rig.at("2026-09-02 10:00", kCode, RevenueEvent{"express", yuan(-14'000), {}, {}});
    EXPECT_EQ(rig.shard.account(root(kCode))->grade, "G5");  // until the monthly look
    rig.tick(shanghai("2026-10-01 09:00"));
    EXPECT_EQ(rig.shard.account(root(kCode))->grade, "G4");
    billed(rig, kCode, yuan(17'000), "2026-10-02 10:00");
    EXPECT_EQ(rig.shard.account(root(kCode))->grade, "G5");  // upwards at once
}

// A file sent twice: what was taken is a duplicate, even if the account was renamed since; what was refused is not.
TEST(R11, ARegistrationSentAgainIsADuplicate) {
    ShardRig rig;
    AccountEvent registration;
    registration.operation = AccountOperation::REGISTER;
    registration.name = "First";
    EXPECT_EQ(rig.at(shanghai("2026-08-17 09:00"), kCode, registration, "id-1"), Applied::applied);
    AccountEvent renamed;
    renamed.name = "Second";
    rig.at("2026-08-17 10:00", kCode, renamed);
    EXPECT_EQ(rig.at(shanghai("2026-08-17 11:00"), kCode, registration, "id-1"), Applied::duplicate);
    EXPECT_EQ(rig.at(shanghai("2026-08-17 11:00"), kCode, registration, "id-2"), Applied::refused);
    registration.name = "Second";
    EXPECT_EQ(rig.at(shanghai("2026-08-17 11:01"), kCode, registration, "id-2"), Applied::applied);
}

// What happened before the first start and is told after it is acted upon.
TEST(LiveFrom, ALateReportIsNoHistory) {
    auto rules = test::sample_rules();
    rules->live_from = shanghai("2026-08-17 09:00");
    ShardRig rig(rules);
    rig.annual(kCode, "A", yuan(182'000), "2026-08-17 08:00");
    Event event;
    event.event_id = "late";
    event.code = *parse_customer_code(kCode);
    event.occurred_at = shanghai("2026-08-17 08:50");
    event.source = "test";
    event.payload = CompetitorSightingEvent{"X", CompetitorEvidence::WRITTEN_QUOTE, {}, {}, {}};
    rig.shard.apply(event, {shanghai("2026-08-17 09:10"), true}, rig.effects);
    EXPECT_THAT(rig.all<Signal>(), testing::SizeIs(1));
}

}  // namespace
}  // namespace aw
