// Why, and why not, of rows about several accounts: groups (R102) and industries (R15), on one partition and on
// several.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/explained.hpp"
#include "support/shard_ring.hpp"

namespace aw {
namespace {

using test::gates;
using test::input;
using test::says;
using test::shanghai;
using test::ShardRing;

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
    ring.at("2026-08-10 09:00", {}, WatermarkEvent{"test", {}, shanghai("2026-08-10 09:00")});
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

}  // namespace
}  // namespace aw
