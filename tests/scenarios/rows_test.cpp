// The rows of config/policies/dezhou.yaml with the numbers of the requirements: that what the file says reaches the
// core as it is meant. Each rule has its own tests beside the core.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/logged_rig.hpp"

namespace aw {
namespace {

using test::LoggedRig;
using test::LoggedRing;
using test::shanghai;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::IsSupersetOf;

constexpr auto kCode = "37140000012001";

std::vector<std::string> told(const std::vector<Signal>& signals) {
    std::vector<std::string> list;
    for (const Signal& s : signals)
        list.push_back(std::string(name(s.kind)) + " " + std::string(name(s.severity)) + " " + s.rule_id);
    return list;
}

struct Rig : LoggedRig {
    void registered(const char* local, Importance importance = Importance::STANDARD) {
        AccountEvent change;
        change.operation = AccountOperation::REGISTER;
        change.name = "A";
        change.importance = importance;
        at(local, kCode, change);
    }
    void billed(const char* local, Money revenue) { at(local, kCode, RevenueEvent{"express", revenue, {}, {}}); }
    void sighted(const char* local, Money monthly) {
        CompetitorSightingEvent sighting;
        sighting.competitor = "X";
        sighting.evidence = CompetitorEvidence::SEEN_LABEL;
        sighting.competitor_monthly_revenue = monthly;
        at(local, kCode, sighting);
    }
};

TEST(Rows, R9AGradeIsLostFivePercentBelowItsBound) {
    Rig rig;
    rig.registered("2026-07-30 09:00");
    rig.billed("2026-07-30 10:00", yuan(302'000));
    rig.tick(shanghai("2026-08-01 09:00"));
    rig.billed("2026-08-03 10:00", yuan(-4'000));
    rig.tick(shanghai("2026-09-01 09:00"));
    EXPECT_THAT(rig.all<Signal>(), IsEmpty());
    rig.billed("2026-09-02 10:00", yuan(-14'000));
    rig.tick(shanghai("2026-10-01 09:00"));
    EXPECT_THAT(told(rig.all<Signal>()), ElementsAre("GRADE_DOWNGRADE LOW grade-downgrade"));
}

TEST(Rows, R3AndR1ProspectsArePromotedAndOthersChangeTheirStatus) {
    Rig prospect;
    prospect.registered("2026-07-30 09:00", Importance::POTENTIAL);
    prospect.billed("2026-07-30 10:00", yuan(10'000));
    prospect.tick(shanghai("2026-07-31 09:00"));
    EXPECT_THAT(told(prospect.all<Signal>()), ElementsAre("ACCOUNT_PROMOTED INFO prospect-promoted"));
    Rig other;
    other.registered("2026-07-30 09:00");
    other.billed("2026-07-30 10:00", Money{999'999});
    other.tick(shanghai("2026-07-31 09:00"));
    other.billed("2026-07-31 10:00", Money{1});
    other.tick(shanghai("2026-08-01 09:00"));
    EXPECT_THAT(told(other.all<Signal>()), ElementsAre("ACCOUNT_STATUS_CHANGED INFO key-account-status"));
}

TEST(Rows, R13FiveHundredYuanAMonthOrAYear) {
    const auto signals = [](std::int64_t monthly, const char* until) {
        Rig rig;
        for (const char* day : {"2026-05-12 10:00", "2026-06-12 10:00", "2026-07-13 10:00"})
            rig.billed(day, Money{monthly});
        rig.tick(shanghai(until));
        return told(rig.all<Signal>());
    };
    EXPECT_THAT(signals(51'233, "2026-08-01 09:00"), ElementsAre("PROFILE_MISSING INFO profile-missing"));
    EXPECT_THAT(signals(49'999, "2026-08-01 09:00"), IsEmpty());
    EXPECT_THAT(signals(49'999, "2027-03-08 09:00"), IsEmpty());                                            // 300 days
    EXPECT_THAT(signals(49'999, "2027-05-13 09:00"), ElementsAre("PROFILE_MISSING INFO profile-missing"));  // 366
}

TEST(Rows, R49TenPointsOfTheWallet) {
    Rig rig;
    rig.registered("2026-04-01 09:00");
    rig.billed("2026-06-10 10:00", yuan(86'000));
    rig.sighted("2026-06-20 10:00", yuan(14'000));
    rig.billed("2026-07-10 10:00", yuan(74'200));
    rig.sighted("2026-07-20 10:00", yuan(25'800));
    rig.tick(shanghai("2026-08-01 09:00"));
    ASSERT_THAT(told(rig.all<Signal>()), testing::Contains("SHARE_OF_WALLET_DROP MEDIUM share-of-wallet"));
    for (const Signal& s : rig.all<Signal>()) {
        if (s.kind != SignalKind::SHARE_OF_WALLET_DROP) continue;
        EXPECT_EQ(s.recent_change_bp, -1180);
        EXPECT_EQ(s.reasons.front().text, "占客户已知用邮支出的 74.2 %,此前 86.0 %,-11.8 个百分点");
    }
}

TEST(Rows, R14TwoLinesMakeACompositeAccount) {
    Rig rig;
    rig.billed("2026-07-30 10:00", yuan(9'000));
    const AccountRoot root = parse_customer_code(kCode)->root;
    EXPECT_EQ(rig.shard.account(root)->product_breadth, ProductBreadth::SPECIALISED);
    rig.at("2026-07-30 11:00", kCode, RevenueEvent{"letters", yuan(5'000), {}, {}});
    EXPECT_EQ(rig.shard.account(root)->product_breadth, ProductBreadth::COMPOSITE);
}

// R15 and R102 on four partitions: fifteen schools, three of them in one office block.
TEST(Rows, R15AndR102SeveralAccountsTogether) {
    LoggedRing ring(4);
    std::vector<std::string> codes;
    for (int n = 1; n <= 15; ++n) codes.push_back("371400000" + std::to_string(10 + n) + "001");
    for (std::size_t n = 0; n < codes.size(); ++n) {
        AccountEvent change;
        change.operation = AccountOperation::REGISTER;
        change.name = "school";
        change.industry_code = "P83";
        change.importance = Importance::IMPORTANT;
        if (n >= 12) change.group_root = "37140000900";
        ring.at("2026-03-29 09:00", codes[n], change);
    }
    // 140 a week each; in July twelve of them send 84, and the block falls in its last week: -10 %, -12 %, -60 %.
    for (Day day = *parse_day("2026-03-30"); day <= *parse_day("2026-08-02"); ++day) {
        const bool july = day >= *parse_day("2026-07-01") && day < *parse_day("2026-08-01");
        const bool last_week = day >= *parse_day("2026-07-27");
        for (std::size_t n = 0; n < codes.size(); ++n) {
            int items = 200;
            if (n < 12 && july) items = 120;
            if (n >= 12 && last_week) items = n == 12 ? 180 : n == 13 ? 176 : 80;
            ring.at((format_day(day) + " 12:00").c_str(), codes[n], ShipmentEvent{"express", items, 0, {}, {}, {}});
        }
    }
    ring.advance("2026-08-03 08:30");
    std::vector<Signal> shared;
    for (const Signal& s : ring.all<Signal>()) {
        if (!s.account_root.is_set() || format_root(s.account_root) == "37140000900") shared.push_back(s);
    }
    ASSERT_THAT(told(shared), ElementsAre("COHORT_SHIFT INFO industry-shift", "VOLUME_DROP LOW group-weekly-items"));
    EXPECT_EQ(shared[0].detected_at, shanghai("2026-08-01 08:30"));
    EXPECT_EQ(shared[0].reasons.front().text, "行业 P83:15 户中 12 户下滑");
    EXPECT_EQ(shared[1].detected_at, shanghai("2026-08-03 08:30"));
    EXPECT_EQ(shared[1].observed, 7 * (180 + 176 + 80));
    EXPECT_EQ(shared[1].expected, 7 * 600);
    EXPECT_EQ(shared[1].recent_change_bp, -2733);
}

}  // namespace
}  // namespace aw
