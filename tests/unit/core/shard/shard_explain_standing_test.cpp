// Why, and why not, of rows that hold an account against a threshold (R1, R3, R9, R13).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/explained.hpp"
#include "support/shard_state.hpp"

namespace aw {
namespace {

using test::gates;
using test::input;
using test::register_as;
using test::says;
using test::shanghai;
using test::ShardRig;
using testing::IsEmpty;
using testing::SizeIs;

constexpr auto kCode = test::kExplained;

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
