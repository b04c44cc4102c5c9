// R45 per line: what one line brings falls while its items do not, and is told once where they do.
#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/shard_rig.hpp"

namespace aw {
namespace {

using test::shanghai;
using test::ShardRig;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr auto kCode = "37140000014001";
constexpr auto kMoneyRow = "line-revenue-week";

Week w(int week) { return make_week(2026, week); }

std::shared_ptr<Rules> with_money_of_lines(std::vector<LadderStep> ladder = {}) {
    auto rules = test::sample_rules();
    auto& rows = rules->policy.comparisons;
    ComparisonRow row = *std::find_if(rows.begin(), rows.end(), [](auto& r) { return r.id == "line-items-week"; });
    row.id = kMoneyRow;
    row.kind = SignalKind::REVENUE_DROP;
    row.measure = Measure::REVENUE;
    row.tail_probability = 0.001;
    if (!ladder.empty()) row.ladder = std::move(ladder);
    rows.push_back(row);
    return rules;
}

struct Rig : ShardRig {
    explicit Rig(std::shared_ptr<const Rules> rules = with_money_of_lines()) : ShardRig(std::move(rules)) {
        annual(kCode, "C", yuan(84'000), "2026-05-01 09:00");
    }
    // A week of one line: items on every day, one invoice on its Wednesday.
    void line(const char* line, int n, int items, int paid) {
        week(kCode, line, w(n), items);
        if (paid > 0) at(noon(first_day(w(n)) + 2), kCode, RevenueEvent{line, yuan(paid), {}, {}});
    }
    void usual(int from, int through, int express_items = 650, int express_paid = 1'300) {
        for (int n = from; n <= through; ++n) {
            line("express", n, express_items, express_paid);
            line("letters", n, 350, 5'000);
        }
        last_ = through;
    }
    std::vector<std::string> told() {
        tick(shanghai((format_day(first_day(w(last_ + 1))) + " 08:30").c_str()));
        std::vector<std::string> list;
        for (const Signal& s : all<Signal>())
            list.push_back(std::string(name(s.kind)) + " " + s.business_line + " " + s.rule_id);
        return list;
    }
    std::vector<std::string> codes() const {
        std::vector<std::string> list;
        for (const Decision& d : all<Decision>()) {
            if (d.rule_id == kMoneyRow) list.push_back(d.code);
        }
        return list;
    }

private:
    int last_ = 0;
};

TEST(MoneyOfALine, FallsWhileItsItemsStay) {
    Rig rig;
    rig.usual(20, 32);
    rig.usual(33, 33, 650, 600);
    EXPECT_THAT(rig.told(), ElementsAre("REVENUE_DROP express line-revenue-week"));
    EXPECT_EQ(rig.all<Signal>()[0].severity, Severity::HIGH);
    EXPECT_EQ(rig.all<Signal>()[0].recent_change_bp, -5385);
}

TEST(MoneyOfALine, ThatFallsWithItsItemsIsTheSameEvidence) {
    Rig rig;
    rig.usual(20, 32);
    rig.usual(33, 33, 300, 600);
    EXPECT_THAT(rig.told(), AllOf(testing::Not(IsEmpty()), testing::Each(testing::StartsWith("VOLUME_DROP"))));
    EXPECT_THAT(rig.codes(), testing::Contains("SAME_EPISODE"));
}

// No row looks at the line's fall as such: the shift is all there is.
TEST(MoneyOfALine, ThatGoesWithAShiftOfTheMixIsTheShift) {
    auto rules = with_money_of_lines({{-4'000, 2, Severity::MEDIUM}});
    std::erase_if(rules->policy.comparisons, [](const ComparisonRow& row) { return row.kind == SignalKind::VOLUME_DROP; });
    Rig rig(rules);
    rig.usual(20, 32);
    rig.usual(33, 34, 390, 780);
    EXPECT_THAT(rig.told(), ElementsAre("COMPETITOR_SUSPECTED express mix-week"));
    EXPECT_THAT(rig.codes(), testing::Contains("SAME_EPISODE"));
}

// Four items where ten are usual: chance explains the items, and so what they bring.
TEST(MoneyOfALine, OfFewItemsIsChance) {
    auto rules = with_money_of_lines();
    for (ComparisonRow& row : rules->policy.comparisons) {
        if (row.measure == Measure::ITEMS) row.tail_probability = 0.001;
    }
    Rig rig(rules);
    rig.usual(20, 32, 10, 100);
    rig.usual(33, 33, 4, 40);
    EXPECT_THAT(rig.told(), IsEmpty());
    EXPECT_THAT(rig.codes(), testing::Contains("SMALL_NUMBERS"));
}

// Letters are billed every week, express once in four: its weeks without an invoice are no falls.
TEST(MoneyOfALine, ThatIsBilledByTheMonthIsNotComparedByTheWeek) {
    Rig rig;
    for (int n = 20; n <= 36; ++n) rig.usual(n, n, 650, n % 4 == 0 ? 400 : 0);
    EXPECT_THAT(rig.told(), IsEmpty());
    EXPECT_THAT(rig.codes(), IsEmpty());
}

}  // namespace
}  // namespace aw
