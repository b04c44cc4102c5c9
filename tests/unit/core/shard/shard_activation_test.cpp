// Another configuration comes into force: what it does not change goes on as if nothing had happened.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/shard_rig.hpp"
#include "support/shard_state.hpp"

namespace aw {
namespace {

using test::restored;
using test::sample_rules;
using test::shanghai;
using test::ShardRig;
using test::snapshot_of;
using testing::IsEmpty;
using testing::SizeIs;

constexpr auto kCode = "37140000012001";
const AccountRoot kRoot = *parse_root("37140000012");

// Revision and document are the same word in these tests.
ActivationEvent activation(std::string_view revision, const std::shared_ptr<Rules>& rules) {
    rules->revision = revision;
    return {revision, revision, rules};
}

ComparisonRow& row_of(Rules& rules, std::string_view id) {
    for (ComparisonRow& row : rules.policy.comparisons) {
        if (row.id == id) return row;
    }
    ADD_FAILURE() << id;
    return rules.policy.comparisons.front();
}

// An account whose weeks fell by 25 %: below the first step, so far once. The configuration "a" is in force.
struct Fallen : ShardRig {
    explicit Fallen(int last_week = 750) {
        at("2026-06-30 08:00", {}, activation("a", sample_rules()));
        annual(kCode, "F", yuan(80'000), "2026-07-01 09:00");
        for (int n = 28; n <= 32; ++n) week(kCode, "express", make_week(2026, n), 1000);
        week(kCode, "express", make_week(2026, 33), last_week);
        tick(shanghai("2026-08-17 08:30"));
    }
};

TEST(Activation, TheSameConfigurationChangesNothingAndTellsNobody) {
    Fallen rig;
    ASSERT_THAT(rig.all<Signal>(), SizeIs(1));
    rig.tick(shanghai("2026-08-17 09:00"));  // the activation's record moves the clock, and so does this one
    const auto before = rig.shard.state_hash();
    const auto due = rig.shard.next_deadline();
    rig.effects.clear();
    rig.at("2026-08-17 09:00", {}, activation("a", sample_rules()));
    EXPECT_THAT(rig.effects, IsEmpty());
    EXPECT_EQ(rig.shard.state_hash(), before);
    EXPECT_EQ(rig.shard.next_deadline(), due);
    EXPECT_EQ(rig.shard.previous_document(), "");
}

TEST(Activation, AnotherConfigurationWithTheSameRulesTouchesNoAccount) {
    Fallen rig;
    rig.tick(shanghai("2026-08-17 09:00"));
    const auto accounts = [&] {
        std::vector<std::string> values;
        for (const StateRecord& record : snapshot_of(rig.shard)) {
            if (record.key.size() > 2 && record.key[1] == '/') values.push_back(record.key + "=" + record.value);
        }
        return values;
    };
    const auto before = accounts();
    rig.effects.clear();
    rig.at("2026-08-17 09:00", {}, activation("b", sample_rules()));
    EXPECT_EQ(accounts(), before);
    EXPECT_THAT(rig.all<Notice>(), IsEmpty());
    EXPECT_THAT(rig.all<Case>(), IsEmpty());
    ASSERT_THAT(rig.all<Decision>(), SizeIs(1));  // for the evidence only
    EXPECT_EQ(rig.all<Decision>()[0].code, "ACTIVATED");
}

// MEDIUM needs two weeks in a row: the first of them is remembered across the reload of another row.
TEST(Activation, ChangingRuleALeavesTheStateOfB) {
    const auto severity_after = [](bool reload) {
        Fallen rig(690);
        if (reload) {
            auto next = sample_rules();
            row_of(*next, "line-items-week").ladder = {{-1000, 1, Severity::LOW}};
            row_of(*next, "revenue-week").ladder.pop_back();
            std::erase_if(next->policy.comparisons, [](const ComparisonRow& row) { return row.id == "items-month"; });
            rig.at("2026-08-18 09:00", {}, activation("b", next));
        }
        rig.week(kCode, "express", make_week(2026, 34), 690);
        rig.tick(shanghai("2026-08-24 08:30"));
        return rig.all<Signal>().back().severity;
    };
    EXPECT_EQ(severity_after(false), Severity::MEDIUM);
    EXPECT_EQ(severity_after(true), Severity::MEDIUM);
}

TEST(Activation, AnEpisodeEndsWithTheLastOfItsRows) {
    Fallen rig;
    ASSERT_EQ(rig.last_case().case_class, CaseClass::WATCH);
    for (const Task& task : rig.all<Task>()) {
        if (task.kind == TaskKind::VISIT)
            rig.command("2026-08-17 10:00", "37140000012-1", "kam", DoneAction{task.task_id.value});
    }
    rig.command("2026-08-17 10:00", "37140000012-1", "kam",
                ReportAction{"cause", "course", "kam", "conclusion", "countermeasures", "prevention", {}});
    auto next = sample_rules();
    std::erase_if(next->policy.comparisons, [](const ComparisonRow& row) { return row.per == Scope::ROOT; });
    const ReloadPlan plan = rig.shard.plan(*next);
    rig.at("2026-08-17 11:00", {}, activation("b", next));
    EXPECT_NE(rig.last_case().state, CaseState::CLOSED);
    rig.week(kCode, "express", make_week(2026, 34), 750);
    rig.tick(shanghai("2026-08-24 08:30"));
    EXPECT_EQ(rig.last_case().state, CaseState::CLOSED);
    EXPECT_EQ(plan.changes.count(ReloadKind::CASE_CLOSES), 1U);
}

TEST(Activation, ARollBackBeforeTheNextEvaluationFindsEverythingAsItWas) {
    const auto after = [](bool there_and_back) {
        Fallen rig(690);
        auto without = sample_rules();
        without->policy.comparisons.clear();
        if (there_and_back) {
            rig.at("2026-08-18 09:00", {}, activation("b", without));
            auto back = activation("a", sample_rules());
            back.refused_revision = "b";
            rig.at("2026-08-18 10:00", {}, back);
        }
        rig.week(kCode, "express", make_week(2026, 34), 690);
        rig.tick(shanghai("2026-08-24 08:30"));
        std::vector<Severity> severities;
        for (const Signal& signal : rig.all<Signal>()) severities.push_back(signal.severity);
        return severities;
    };
    EXPECT_EQ(after(true), after(false));
    EXPECT_EQ(after(true), (std::vector{Severity::LOW, Severity::MEDIUM}));
}

TEST(Activation, RemembersWhatWasBeforeAndWhatWasRolledBack) {
    Fallen rig;
    auto forward = activation("b", sample_rules());
    forward.actor_staff_id = "ops";
    rig.at("2026-08-17 10:00", {}, forward);
    EXPECT_EQ(rig.shard.previous_document(), "a");
    EXPECT_EQ(rig.shard.refused_revision(), "");

    auto back = activation("a", sample_rules());
    back.refused_revision = "b";
    rig.at("2026-08-17 11:00", {}, back);
    EXPECT_EQ(rig.shard.previous_document(), "");  // one step back, not two
    EXPECT_EQ(rig.shard.refused_revision(), "b");

    const Shard again = restored(sample_rules(), snapshot_of(rig.shard), {{"a", back.rules}});
    EXPECT_EQ(again.refused_revision(), "b");
    EXPECT_EQ(again.rules().revision, "a");
    auto refused = sample_rules();
    refused->revision = "b";
    EXPECT_TRUE(again.plan(*refused).rolled_back);

    auto forced = activation("b", sample_rules());
    forced.forced = true;
    rig.at("2026-08-17 12:00", {}, forced);
    EXPECT_EQ(rig.shard.refused_revision(), "");
    EXPECT_EQ(rig.shard.previous_document(), "a");

    std::vector<std::string> codes;
    for (const Decision& decision : rig.all<Decision>()) {
        if (decision.kind == DecisionKind::COMMAND) codes.push_back(decision.code);
    }
    EXPECT_EQ(codes, (std::vector<std::string>{"ACTIVATED", "ROLLED_BACK", "FORCED"}));
}

// Grades are stored as ranks; the same grade may stand at another rank of the next scheme.
TEST(Activation, AStoredGradeIsTheSameGradeInAnotherScheme) {
    ShardRig rig;
    rig.at("2026-06-30 08:00", {}, activation("a", sample_rules()));
    rig.annual(kCode, "G", yuan(80'000), "2026-07-01 09:00");
    rig.tick(shanghai("2026-08-01 08:30"));  // graded: G3
    ASSERT_EQ(rig.shard.account(kRoot)->grade, "G3");
    auto next = sample_rules();
    next->policy.grade_scheme.grades.erase(next->policy.grade_scheme.grades.begin());
    EXPECT_THAT(rig.shard.plan(*next).changes, IsEmpty());
    rig.at("2026-08-02 09:00", {}, activation("b", next));
    EXPECT_EQ(rig.shard.account(kRoot)->grade, "G3");
}

// What a row remembers of weeks means nothing for months, and the other way round.
TEST(Activation, ARowThatChangesItsWindowForgetsItsPeriods) {
    ComparisonState state;
    state.last_period = 700;
    state.excluded = 0b1011;
    state.runs = {3};
    state.advance_to(690, 1);
    EXPECT_EQ(state.excluded, 0U);
    EXPECT_EQ(state.runs, std::vector<std::uint16_t>{0});
}

}  // namespace
}  // namespace aw
