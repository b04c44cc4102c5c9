// Silences of kinds of signals, and of what is found by looking rather than told.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/core/shard/silence_events.hpp"

namespace aw {
namespace {

using test::kCode;
using test::kMonday;
using test::of_kind;
using test::shanghai;
using test::ShardRig;
using test::sighting;
using test::silence;
using test::told;
using test::watched;
using testing::Contains;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

TEST(SilenceOfKinds, SuppressesTheirSignalsAndHoldsNothing) {
    ShardRig rig;
    watched(rig);
    rig.at("2026-08-17 09:00", {},
           of_kind(silence("2026-08-17 09:00", "2026-08-18 09:00"), SignalKind::COMPETITOR_CONFIRMED));
    rig.at("2026-08-17 09:30", kCode, sighting());
    EXPECT_THAT(rig.all<Signal>(), IsEmpty());
    ASSERT_THAT(rig.decisions("SILENCED"), SizeIs(1));
    EXPECT_EQ(rig.decisions("SILENCED").front().outcome, DecisionOutcome::SUPPRESSED);
    rig.at("2026-08-17 10:00", kCode, ManualSignalEvent{"kam", SignalKind::MANUAL, Severity::HIGH, "they said so"});
    EXPECT_THAT(told(rig), Contains("CASE_OPENED director"));
    rig.tick(shanghai("2026-08-17 12:00"));
    EXPECT_THAT(told(rig), Contains("ACK_OVERDUE director"));
}

ComplaintEvent complaint(ComplaintCategory category, ComplaintSeverity severity, std::string_view demand) {
    ComplaintEvent event;
    event.complaint_id = "C1";
    event.category = category;
    event.severity = severity;
    event.demand = demand;
    return event;
}

TEST(SilenceOfKinds, AComplaintIsStillAnswered) {
    ShardRig rig;
    watched(rig);
    rig.at("2026-08-17 09:00", {},
           of_kind(silence("2026-08-17 09:00", "2026-08-18 09:00"), SignalKind::SERIOUS_COMPLAINT));
    rig.at("2026-08-17 09:30", kCode, complaint(ComplaintCategory::LOSS, ComplaintSeverity::SERIOUS, "money"));
    EXPECT_THAT(rig.all<Signal>(), IsEmpty());
    EXPECT_THAT(told(rig), Contains("TASK_ASSIGNED service"));
    rig.tick(shanghai("2026-08-24 10:00"));
    ASSERT_THAT(rig.all<Signal>(), SizeIs(1));  // the silence is over
    EXPECT_EQ(rig.all<Signal>().front().kind, SignalKind::COMPLAINT_OVERDUE);
}

TEST(SilenceOfKinds, AnOverdueComplaintGivesNoSignalEither) {
    ShardRig rig;
    watched(rig);
    rig.at("2026-08-17 09:00", {},
           of_kind(silence("2026-08-17 09:00", "2026-08-28 09:00"), SignalKind::COMPLAINT_OVERDUE));
    rig.at("2026-08-17 09:30", kCode, complaint(ComplaintCategory::DELAY, ComplaintSeverity::MINOR, "an answer"));
    rig.tick(shanghai("2026-08-24 10:00"));
    for (const Signal& signal : rig.all<Signal>()) EXPECT_NE(signal.kind, SignalKind::COMPLAINT_OVERDUE);
    EXPECT_THAT(rig.decisions("SILENCED"), SizeIs(1));
}

// --- what is found by looking ---

// 13 even weeks until the one that ends on the given Monday, then `fallen` items in the last one.
void fall(ShardRig& rig, int fallen, Day monday = kMonday) {
    const Week last = week_of(monday - 7);
    for (int back = 13; back >= 1; --back) rig.week(kCode, "express", Week{last.n - back}, 1'000);
    rig.week(kCode, "express", last, fallen);
}

ShardRig registered() {
    ShardRig rig;
    rig.annual(kCode, "Client", yuan(200'000), "2026-05-01 09:00");
    return rig;
}

TEST(SilenceOfScheduled, ADropThatLastsGivesItsSignalAtTheNextEvaluation) {
    ShardRig rig = registered();
    fall(rig, 300);
    rig.at("2026-08-16 20:00", {}, silence("2026-08-16 20:00", "2026-08-19 12:00"));
    rig.tick(shanghai("2026-08-17 09:00"));
    EXPECT_THAT(rig.all<Signal>(), IsEmpty());
    EXPECT_THAT(rig.decisions("SILENCED"), Not(IsEmpty()));
    rig.tick(shanghai("2026-08-20 08:29"));
    EXPECT_THAT(rig.all<Signal>(), IsEmpty());
    rig.tick(shanghai("2026-08-20 08:30"));
    ASSERT_THAT(rig.all<Signal>(), SizeIs(1));
    EXPECT_EQ(rig.all<Signal>().front().kind, SignalKind::VOLUME_DROP);
    EXPECT_EQ(rig.all<Signal>().front().window_to, make_day(2026, 8, 16));
    EXPECT_THAT(told(rig), Contains("CASE_OPENED director"));
    rig.effects.clear();
    rig.tick(shanghai("2026-08-21 09:00"));
    EXPECT_THAT(rig.all<Signal>(), IsEmpty());  // once
}

TEST(SilenceOfScheduled, ADropThatIsOverGivesNone) {
    ShardRig rig = registered();
    fall(rig, 300);
    rig.at("2026-08-16 20:00", {}, of_kind(silence("2026-08-16 20:00", "2026-08-24 08:00"), SignalKind::VOLUME_DROP));
    rig.week(kCode, "express", week_of(kMonday), 1'000);
    rig.tick(shanghai("2026-08-30 09:00"));
    EXPECT_THAT(rig.all<Signal>(), IsEmpty());
}

TEST(SilenceOfScheduled, TheFreshVerdictCountsWhereThereIsOne) {
    ShardRig rig = registered();
    fall(rig, 300);
    rig.at("2026-08-16 20:00", {}, silence("2026-08-16 20:00", "2026-08-24 08:00"));
    rig.week(kCode, "express", week_of(kMonday), 300);
    rig.tick(shanghai("2026-08-24 09:00"));
    ASSERT_THAT(rig.all<Signal>(), SizeIs(1));
    EXPECT_EQ(rig.all<Signal>().front().window_to, make_day(2026, 8, 23));
}

TEST(SilenceOfScheduled, OfAnotherKindDoesNotMatter) {
    ShardRig rig = registered();
    fall(rig, 300);
    rig.at("2026-08-16 20:00", {}, of_kind(silence("2026-08-16 20:00", "2026-08-24 08:00"), SignalKind::REVENUE_DROP));
    rig.tick(shanghai("2026-08-17 09:00"));
    EXPECT_THAT(rig.all<Signal>(), SizeIs(1));
}

TEST(SilenceOfScheduled, ADefectionIsToldWhenItIsOver) {
    ShardRig rig = registered();
    fall(rig, 1'000);  // until 2026-08-16, then nothing
    rig.at("2026-08-17 08:00", {}, silence("2026-08-17 08:00", "2026-11-01 12:00"));
    rig.tick(shanghai("2026-11-01 11:00"));
    EXPECT_THAT(rig.all<Signal>(), IsEmpty());
    int said = 0;
    for (const Decision& decision : rig.decisions("SILENCED")) said += decision.rule_id == "defection" ? 1 : 0;
    EXPECT_EQ(said, 1);
    rig.tick(shanghai("2026-11-02 09:00"));
    bool defected = false;
    for (const Signal& signal : rig.all<Signal>()) defected = defected || signal.kind == SignalKind::DEFECTION;
    EXPECT_TRUE(defected);
}

}  // namespace
}  // namespace aw
