// Falls that a whole cohort shares, on 1 and on 4 partitions: one signal, whatever the number of partitions.
#include <algorithm>
#include <cmath>
#include <memory>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/detecting.hpp"
#include "support/shard_ring.hpp"

namespace aw {
namespace {

using test::shanghai;
using test::ShardRing;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr int kClients = 60;  // of each region
const Day kBegin = make_day(2026, 3, 2);

std::shared_ptr<Rules> detecting() {
    auto rules = test::detecting();
    rules->live_from = shanghai("2026-03-02 00:00");
    return rules;
}

// Two regions; every client sends 20 a day, as far as its region's factor goes.
class PortfolioShift : public testing::TestWithParam<int> {
protected:
    PortfolioShift() { begin(detecting()); }

    void begin(std::shared_ptr<const Rules> rules) {
        ring = std::make_unique<ShardRing>(GetParam(), std::move(rules));
    }
    static std::string code_of(const char* region, int client) {
        return std::string(region) + "000" + std::to_string(10 + client) + "001";
    }
    void send(Day day, const char* region, double factor) {
        for (int client = 0; client < kClients; ++client) {
            // Spread, so that nobody sends exactly the same.
            const int items = static_cast<int>(std::lround((16 + (client * 7 + day.n * 3) % 9) * factor));
            ring->at((format_day(day) + " 12:00").c_str(), code_of(region, client),
                    ShipmentEvent{"express", items, 0, {}, {}, {}});
        }
    }
    void days(int from, int to, double first, double second) {
        for (int day = from; day < to; ++day) {
            send(kBegin + day, "371402", first);
            send(kBegin + day, "371423", second);
        }
        ring->advance((format_day(kBegin + to) + " 08:30").c_str());
    }
    std::vector<DecisionOutcome> outcomes() const {
        std::vector<DecisionOutcome> found;
        for (const Decision& d : ring->all<Decision>()) {
            if (d.rule_id == "portfolio") found.push_back(d.outcome);
        }
        return found;
    }
    std::vector<Signal> shifts() const {
        std::vector<Signal> found;
        for (const Signal& signal : ring->all<Signal>()) {
            if (signal.kind == SignalKind::COHORT_SHIFT) found.push_back(signal);
        }
        return found;
    }
    std::unique_ptr<ShardRing> ring;
};

TEST_P(PortfolioShift, ARegionThatFallsIsToldOnceAndNobodyIsBlamed) {
    days(0, 100, 1, 1);
    EXPECT_THAT(shifts(), IsEmpty());
    days(100, 115, 1, 0.5);
    std::vector<std::string> told;
    for (const Signal& shift : shifts()) told.push_back(shift.signal_id.value);
    // The region against the whole, and the whole, which fell by a quarter.
    ASSERT_THAT(told, testing::UnorderedElementsAre("portfolio-371423-s1", "portfolio-all-s1"));
    for (const Signal& shift : shifts()) {
        EXPECT_EQ(shift.severity, Severity::INFO);
        EXPECT_EQ(shift.rule_id, "portfolio");
        EXPECT_FALSE(shift.account_root.is_set());
        EXPECT_EQ(shift.onset_on, kBegin + 100);
        EXPECT_LE(*shift.window_to, kBegin + 110);
        if (shift.signal_id.value == "portfolio-all-s1") {
            EXPECT_NEAR(*shift.recent_change_bp, -2500, 200);
            EXPECT_THAT(shift.reasons.front().text, HasSubstr("120 accounts"));
        }
    }
    for (const Signal& signal : ring->all<Signal>()) EXPECT_EQ(signal.kind, SignalKind::COHORT_SHIFT);
    EXPECT_THAT(ring->all<Case>(), IsEmpty());
}

TEST_P(PortfolioShift, EverybodyFallsAndOnlyTheWholeIsTold) {
    days(0, 100, 1, 1);
    days(100, 112, 0.6, 0.6);
    ASSERT_THAT(shifts(), SizeIs(1));
    EXPECT_EQ(shifts()[0].signal_id.value, "portfolio-all-s1");
    EXPECT_NEAR(*shifts()[0].recent_change_bp, -4000, 200);
    EXPECT_THAT(shifts()[0].reasons.front().text, HasSubstr("all accounts: -"));
    // On the days before it was near; what is told once is not judged again while it lasts.
    const auto outcomes = this->outcomes();
    ASSERT_THAT(outcomes, SizeIs(testing::Gt(1U)));
    EXPECT_EQ(outcomes.back(), DecisionOutcome::FIRED);
    EXPECT_EQ(std::count(outcomes.begin(), outcomes.end(), DecisionOutcome::NOT_FIRED),
              static_cast<std::ptrdiff_t>(outcomes.size()) - 1);
}

TEST_P(PortfolioShift, SurvivesARestartInTheMiddle) {
    days(0, 100, 1, 1);
    days(100, 103, 0.6, 0.6);
    ring->restart();
    EXPECT_THAT(shifts(), IsEmpty());
    days(103, 112, 0.6, 0.6);
    ASSERT_THAT(shifts(), SizeIs(1));
    EXPECT_EQ(shifts()[0].onset_on, kBegin + 100);
    ring->restart();
    days(112, 125, 0.6, 0.6);
    EXPECT_THAT(shifts(), SizeIs(1));
}

TEST_P(PortfolioShift, WhatEndedBeforeTheStartIsHistory) {
    auto rules = detecting();
    rules->live_from = shanghai("2026-07-01 00:00");
    begin(rules);
    days(0, 100, 1, 1);
    days(100, 112, 0.6, 0.6);
    EXPECT_THAT(shifts(), IsEmpty());
    const auto outcomes = this->outcomes();
    EXPECT_EQ(std::count(outcomes.begin(), outcomes.end(), DecisionOutcome::SUPPRESSED), 1);
}

TEST_P(PortfolioShift, NothingIsAskedWhileTheDetectorsAreOff) {
    auto rules = detecting();
    rules->policy.detection.enabled = false;
    begin(rules);
    days(0, 20, 1, 1);
    EXPECT_THAT(ring->all<Partial>(), IsEmpty());
}

// Whoever switches them on again begins anew.
TEST_P(PortfolioShift, WhatWasKnownIsForgottenWhenTheDetectorsAreSwitchedOff) {
    const auto records = [&](std::string_view prefix) {
        std::ptrdiff_t found = 0;
        for (const Shard& shard : ring->shards) {
            for (const StateRecord& record : test::snapshot_of(shard)) found += record.key.starts_with(prefix) ? 1 : 0;
        }
        return found;
    };
    days(0, 60, 1, 1);
    EXPECT_EQ(records("g/"), 3);
    EXPECT_EQ(records("portfolio"), GetParam());
    auto off = detecting();
    off->policy.detection.enabled = false;
    ring->at((format_day(kBegin + 60) + " 09:00").c_str(), {}, ActivationEvent{"off", "off", off});
    EXPECT_EQ(records("g/"), 0);
    EXPECT_EQ(records("portfolio"), 0);
}

INSTANTIATE_TEST_SUITE_P(Partitions, PortfolioShift, testing::Values(1, 4));

}  // namespace
}  // namespace aw
