// Why it fired, and why it did not: what Shard::explain() says beside what the shard itself decided.
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
using testing::SizeIs;

constexpr auto kCode = "37140000012001";

AccountExplanation explained(const ShardRig& rig, std::string_view code = kCode) {
    auto about = rig.shard.explain(parse_customer_code(code)->root);
    EXPECT_TRUE(about.has_value());
    return about ? *about : AccountExplanation{};
}

const Explanation& says(const AccountExplanation& about, std::string_view rule) {
    static const Explanation kNone;
    const auto found = std::find_if(about.explanations.begin(), about.explanations.end(),
                                    [&](const Explanation& e) { return e.rule_id == rule; });
    EXPECT_NE(found, about.explanations.end()) << rule;
    return found == about.explanations.end() ? kNone : *found;
}

std::string gates(const Explanation& about) {
    std::string text;
    for (const Gate& gate : about.gates)
        text +=
            (text.empty() ? "" : ", ") + gate.name + " " + gate.value + "/" + gate.limit + (gate.passed ? "" : " no");
    return text;
}

std::string input(const Explanation& about, std::string_view name) {
    for (const NamedValue& value : about.inputs) {
        if (value.name == name) return value.value;
    }
    return "none";
}

// Eleven weeks of `level`, then one of `last`, told on the Monday after it.
void weeks(ShardRig& rig, int level, int last, std::string_view code = kCode, Money revenue = yuan(182'000)) {
    rig.annual(code, "B", revenue, "2026-05-01 09:00");
    for (int n = 22; n <= 32; ++n) rig.week(code, "express", make_week(2026, n), level);
    rig.week(code, "express", make_week(2026, 33), last);
    rig.tick(shanghai("2026-08-17 08:30"));
}

TEST(ShardExplain, ADropThatHasFired) {
    auto rules = test::sample_rules();
    rules->live_from = shanghai("2026-05-01 00:00");
    ShardRig rig(rules);
    weeks(rig, 1200, 420);
    ASSERT_THAT(rig.all<Signal>(), SizeIs(1));
    const auto before = rig.shard.state_hash();
    const AccountExplanation about = explained(rig);
    EXPECT_EQ(rig.shard.state_hash(), before) << "a question changes nothing";
    EXPECT_TRUE(about.live);
    EXPECT_TRUE(about.watched);
    EXPECT_EQ(about.at, shanghai("2026-08-17 08:30"));
    const Explanation& week = says(about, "items-week");
    EXPECT_EQ(week.outcome, DecisionOutcome::FIRED);
    EXPECT_EQ(week.code, "VOLUME_DROP");
    EXPECT_EQ(week.severity, rig.all<Case>().front().severity);
    EXPECT_EQ(week.observed, 420);
    EXPECT_EQ(week.expected, 1200);
    EXPECT_EQ(week.period, "2026-W33");
    EXPECT_EQ(week.onset_on, make_day(2026, 8, 10));
    EXPECT_EQ(week.next_at, shanghai("2026-08-24 08:30"));
    EXPECT_EQ(input(week, "running_period_from"), "2026-08-17");
    EXPECT_EQ(input(week, "running_period_observed"), "0");
    const std::string passed = gates(week);
    EXPECT_THAT(passed, testing::StartsWith("change_bp -6500/-5000, tail_probability "));
    EXPECT_THAT(passed, testing::EndsWith("periods 1/1, episode own/own, watched yes/yes, signalled HIGH/HIGH"));
    ASSERT_THAT(about.episodes, SizeIs(1));
    EXPECT_EQ(about.episodes[0].measure, Measure::ITEMS);
    EXPECT_THAT(about.episodes[0].rule_ids, ElementsAre("items-week"));
    ASSERT_TRUE(about.open_case.has_value());
    EXPECT_EQ(about.open_case->case_id.value, "37140000012-1");
    EXPECT_FALSE(about.owed.empty());
    for (const Task& task : about.owed) EXPECT_EQ(task.state, TaskState::OPEN);
    // July has no three whole months before it.
    EXPECT_EQ(says(about, "items-month").code, "NOTHING_TO_COMPARE");
    EXPECT_EQ(says(about, "items-month").period, "2026-07");
    EXPECT_EQ(says(about, "line-items-week").code, "ONE_PART");
    EXPECT_EQ(says(about, "revenue-week").code, "NO_REVENUE");
    EXPECT_EQ(says(about, "items-erosion").code, "NOTHING_TO_COMPARE");
}

TEST(ShardExplain, ASmallNumberThatHasNot) {
    ShardRig rig;
    weeks(rig, 20, 10);
    EXPECT_THAT(rig.all<Signal>(), IsEmpty());
    const Explanation week = says(explained(rig), "items-week");
    EXPECT_EQ(week.outcome, DecisionOutcome::SUPPRESSED);
    EXPECT_EQ(week.code, "SMALL_NUMBERS");
    ASSERT_THAT(week.gates, SizeIs(2));
    EXPECT_EQ(week.gates[0].value, "-5000");
    EXPECT_TRUE(week.gates[0].passed);
    EXPECT_EQ(week.gates[1].name, "tail_probability");
    EXPECT_NEAR(std::stod(week.gates[1].value), 0.0108, 0.00005);
    EXPECT_EQ(week.gates[1].limit, "0.001");
    EXPECT_FALSE(week.gates[1].passed);
}

TEST(ShardExplain, NothingToTell) {
    ShardRig rig;
    weeks(rig, 100, 110);
    const AccountExplanation about = explained(rig);
    const Explanation& week = says(about, "items-week");
    EXPECT_EQ(week.outcome, DecisionOutcome::NOT_FIRED);
    EXPECT_EQ(week.code, "NORMAL");
    EXPECT_EQ(week.observed, 110);
    EXPECT_EQ(week.expected, 100);
    EXPECT_EQ(gates(week), "change_bp 1000/-2000 no");
    EXPECT_FALSE(about.open_case.has_value());
    const Explanation& gone = says(about, "defection");
    EXPECT_EQ(gone.source, "DEFECTION");
    EXPECT_EQ(gone.code, "NORMAL");
    EXPECT_EQ(gates(gone), "idle_days 0/60 no");
}

TEST(ShardExplain, AnAccountThatIsNotWatched) {
    ShardRig rig;
    weeks(rig, 1200, 420, kCode, yuan(9'999));
    const AccountExplanation about = explained(rig);
    EXPECT_FALSE(about.watched);
    EXPECT_EQ(about.not_watched, "NOT_WATCHED");
    ASSERT_THAT(about.watch_gates, SizeIs(1));
    EXPECT_EQ(about.watch_gates[0].name, "t12m_revenue_fen");
    EXPECT_EQ(about.watch_gates[0].limit, "1000000");
    EXPECT_FALSE(about.watch_gates[0].passed);
    EXPECT_EQ(says(about, "items-week").code, "NOT_WATCHED");
    EXPECT_EQ(says(about, "items-week").gates.back().name, "watched");
}

TEST(ShardExplain, AProspect) {
    ShardRig rig;
    rig.annual(kCode, "P", yuan(182'000), "2026-04-30 09:00", Importance::POTENTIAL);
    weeks(rig, 1200, 420);
    EXPECT_EQ(explained(rig).not_watched, "PROSPECT");
    EXPECT_EQ(says(explained(rig), "items-week").code, "PROSPECT");
}

TEST(ShardExplain, HistoryBeforeTheFirstStart) {
    auto rules = test::sample_rules();
    rules->live_from = shanghai("2026-09-01 00:00");
    ShardRig rig(rules);
    weeks(rig, 1200, 420);
    const AccountExplanation about = explained(rig);
    EXPECT_FALSE(about.live);
    EXPECT_EQ(says(about, "items-week").code, "BACKFILL");
    ASSERT_THAT(about.episodes, SizeIs(1));
    EXPECT_EQ(about.episodes[0].signalled, Severity::UNSPECIFIED);
    EXPECT_EQ(about.episodes[0].waiting, Severity::HIGH);
}

TEST(ShardExplain, AFeedThatIsBehind) {
    ShardRig rig;
    rig.annual(kCode, "B4", yuan(182'000), "2026-05-01 09:00");
    for (int n = 22; n <= 32; ++n) rig.week(kCode, "express", make_week(2026, n), 700);
    rig.at("2026-08-10 12:00", kCode, ShipmentEvent{"express", 40, 0, {}, {}, {}});
    rig.at("2026-08-16 14:30", {}, WatermarkEvent{"test", "371400", shanghai("2026-08-16 14:30")});
    rig.tick(shanghai("2026-08-17 08:30"));
    AccountExplanation about = explained(rig);
    EXPECT_EQ(says(about, "items-week").outcome, DecisionOutcome::HELD);
    EXPECT_EQ(says(about, "items-week").code, "FEED_INCOMPLETE");
    EXPECT_EQ(says(about, "items-week").observed, 40);
    ASSERT_THAT(about.held, SizeIs(1));
    EXPECT_EQ(about.held[0].period, "2026-W33");
    ASSERT_THAT(about.feeds, SizeIs(1));
    EXPECT_EQ(about.feeds[0].feed, "test");
    EXPECT_FALSE(about.feeds[0].complete);
    EXPECT_EQ(about.feeds[0].complete_until, shanghai("2026-08-16 14:30"));
    rig.at("2026-08-17 09:00", {}, WatermarkEvent{"test", "371400", shanghai("2026-08-17 09:00")});
    about = explained(rig);
    EXPECT_NE(says(about, "items-week").outcome, DecisionOutcome::HELD);
    EXPECT_THAT(about.held, IsEmpty());
    EXPECT_TRUE(about.feeds[0].complete);
}

// A fall by a third must last two weeks; asking again does not count the first one twice.
TEST(ShardExplain, AFallThatHasNotLasted) {
    auto rules = test::sample_rules();
    rules->live_from = shanghai("2026-05-01 00:00");
    rules->policy.comparisons.front().ladder = {{-3000, 2, Severity::MEDIUM}, {-5000, 1, Severity::HIGH}};
    ShardRig rig(rules);
    weeks(rig, 1200, 800);
    for (int again = 0; again < 2; ++again) {
        const Explanation week = says(explained(rig), "items-week");
        EXPECT_EQ(week.code, "NOT_PERSISTENT");
        EXPECT_EQ(week.gates.back().name, "periods");
        EXPECT_EQ(week.gates.back().value, "1");
        EXPECT_EQ(week.gates.back().limit, "2");
    }
    rig.week(kCode, "express", make_week(2026, 34), 790);
    rig.tick(shanghai("2026-08-24 08:30"));
    const Explanation week = says(explained(rig), "items-week");
    EXPECT_EQ(week.outcome, DecisionOutcome::FIRED);
    EXPECT_EQ(week.onset_on, make_day(2026, 8, 10));
    EXPECT_EQ(week.expected, 1200) << "the first week of the fall is no part of the mean";
    EXPECT_THAT(rig.all<Signal>(), SizeIs(1));
}

TEST(ShardExplain, ASilenceThatCoversIt) {
    auto rules = test::sample_rules();
    rules->live_from = shanghai("2026-05-01 00:00");
    ShardRig rig(rules);
    SilenceEvent silence;
    silence.silence_id = "works";
    silence.account_root = "37140000012";
    silence.kinds = {SignalKind::VOLUME_DROP};
    silence.from = shanghai("2026-04-01 00:00");
    silence.until = shanghai("2026-12-01 00:00");
    silence.author_staff_id = "ops";
    silence.reason = "works";
    rig.at("2026-04-02 08:00", {}, silence);
    weeks(rig, 1200, 420);
    const AccountExplanation about = explained(rig);
    ASSERT_THAT(about.silences, SizeIs(1));
    EXPECT_EQ(about.silences[0].silence_id, "works");
    EXPECT_EQ(says(about, "items-week").code, "SILENCED");
    EXPECT_EQ(says(about, "items-week").gates.back().value, "works");
}

TEST(ShardExplain, AClientThatIsGone) {
    auto rules = test::sample_rules();
    rules->live_from = shanghai("2026-05-01 00:00");
    ShardRig rig(rules);
    weeks(rig, 100, 100);
    rig.tick(shanghai("2026-11-20 08:30"));
    const Explanation gone = says(explained(rig), "defection");
    EXPECT_EQ(gone.outcome, DecisionOutcome::FIRED);
    EXPECT_EQ(gone.window_from, make_day(2026, 8, 17));
    EXPECT_EQ(input(gone, "last_active_on"), "2026-08-16");
}

TEST(ShardExplain, NobodyKnowsIt) {
    ShardRig rig;
    EXPECT_FALSE(rig.shard.explain(parse_customer_code(kCode)->root).has_value());
}

}  // namespace
}  // namespace aw
