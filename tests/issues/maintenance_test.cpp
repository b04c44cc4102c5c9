// Other systems look at a maintenance window when an alert begins and never again: the steps that were planned before
// it began go on paging.
#include <gtest/gtest.h>

#include "support/shard_rig.hpp"

namespace aw {
namespace {

using test::shanghai;
using test::ShardRig;

TEST(Issue, MaintenanceBeginsInTheMiddleOfAnEscalationAndLaterStepsAreHeld) {
    ShardRig rig;
    rig.at("2026-08-17 08:00", "37140000012001", RevenueEvent{"express", yuan(200'000), {}, {}});
    rig.at("2026-08-17 09:00", "37140000012001",
           CompetitorSightingEvent{"X", CompetitorEvidence::CUSTOMER_SAID, {}, {}, {}});
    rig.tick(shanghai("2026-08-17 11:00"));
    ASSERT_EQ(rig.last_case().level, 2);  // the first step was made
    SilenceEvent works;
    works.silence_id = "works";
    works.unit_id = "city";
    works.author_staff_id = "market";
    works.reason = "the sorting centre moves";
    works.from = shanghai("2026-08-17 12:00");
    works.until = shanghai("2026-08-17 16:00");
    rig.at("2026-08-17 11:30", {}, works);
    rig.tick(shanghai("2026-08-17 11:59"));
    rig.effects.clear();
    rig.tick(shanghai("2026-08-17 15:59"));  // the second level's time was over at 13:00
    EXPECT_TRUE(rig.all<Notice>().empty());
    EXPECT_TRUE(rig.all<Case>().empty());
    int said = 0;
    for (const Decision& decision : rig.decisions("SILENCED")) {
        EXPECT_EQ(decision.kind, DecisionKind::CASE);
        EXPECT_EQ(decision.outcome, DecisionOutcome::HELD);
        said += decision.text.starts_with("acknowledge waits until ") ? 1 : 0;
    }
    EXPECT_EQ(said, 1);
    rig.effects.clear();
    rig.tick(shanghai("2026-08-17 16:00"));
    EXPECT_EQ(rig.last_case().level, 3);
    EXPECT_EQ(rig.notices(NoticeReason::ACK_OVERDUE).size(), 1U);
    EXPECT_EQ(rig.notices(NoticeReason::ESCALATED).size(), 1U);
    for (const Milestone& milestone : rig.last_case().milestones) {
        if (milestone.breached_at != shanghai("2026-08-17 13:00")) continue;
        EXPECT_EQ(milestone.fired_late_s, 3 * 3600);
    }
    rig.effects.clear();
    rig.tick(shanghai("2026-08-17 16:01"));
    EXPECT_TRUE(rig.notices(NoticeReason::ESCALATED).empty());  // one step, not all that were missed
}

}  // namespace
}  // namespace aw
