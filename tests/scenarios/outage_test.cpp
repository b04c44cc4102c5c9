// What requirements section 4 says of the outage in scenario F, literally; on one partition and on four.
#include "scenarios/scenario_facts.hpp"

namespace aw {
namespace {

using test::at;
using test::milestones_of;
using test::shanghai;
using test::told;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class Outage : public testing::TestWithParam<int> {
protected:
    // Also throws if the state after the restart, or after a replay from the beginning, is not that of before.
    Outage() : said(test::run_in_memory(test::load_scenario("f-outage"), GetParam())) {}
    test::Said said;
};

TEST_P(Outage, OneDataGapWithAllAccounts) {
    ASSERT_THAT(said.data_gaps, SizeIs(2));  // as it opened and as it closed
    EXPECT_EQ(said.data_gaps[0].gap_id, said.data_gaps[1].gap_id);
    EXPECT_FALSE(said.data_gaps[0].closed_at.is_set());
    const DataGap& gap = said.data_gaps[1];
    EXPECT_EQ(gap.feed, "sorting");
    EXPECT_EQ(gap.region_code, "371400");
    EXPECT_EQ(gap.began_at, shanghai("2026-03-11 10:00"));
    EXPECT_EQ(gap.opened_at, shanghai("2026-03-11 10:15"));
    EXPECT_EQ(gap.closed_at, shanghai("2026-03-11 14:30"));
    EXPECT_EQ(gap.accounts_held, 214);
    EXPECT_THAT(told(said.notices_for(NoticeReason::DATA_GAP)), ElementsAre(at("operations-1", "2026-03-11 10:15")));
    EXPECT_THAT(told(said.notices_for(NoticeReason::DATA_GAP_CLOSED)),
                ElementsAre(at("operations-1", "2026-03-11 14:30")));
}

TEST_P(Outage, ThePendingAcknowledgementFiresAtTheStartOnce) {
    ASSERT_THAT(said.cases, SizeIs(1));
    const auto acks = milestones_of(said.cases.front(), MilestoneKind::ACKNOWLEDGE);
    ASSERT_FALSE(acks.empty());
    EXPECT_EQ(acks[0].due_at, shanghai("2026-03-11 12:01"));
    EXPECT_EQ(acks[0].breached_at, shanghai("2026-03-11 12:01"));
    EXPECT_EQ(acks[0].fired_late_s, 120);
    EXPECT_THAT(told(said.notices_for(NoticeReason::ACK_OVERDUE)),
                ElementsAre(at("dept-director-1", "2026-03-11 12:03")));
    test::expect_no_duplicates(said);
}

TEST_P(Outage, DuplicatesAreRecognisedAndNothingFalseIsSaid) {
    EXPECT_EQ(said.duplicates, 118U);
    EXPECT_EQ(said.dead_letters, 0U);
    ASSERT_THAT(said.signals, SizeIs(1));  // the competitor's quote
    EXPECT_EQ(said.signals[0].kind, SignalKind::COMPETITOR_CONFIRMED);
    EXPECT_THAT(said.decisions_with("FEED_INCOMPLETE"), IsEmpty());  // no week or month ended in those hours
}

INSTANTIATE_TEST_SUITE_P(Partitions, Outage, testing::Values(1, 4));

}  // namespace
}  // namespace aw
