// Clients that have left, and changes that are known: what they do to the case and to what is measured afterwards.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/case_rig.hpp"

namespace aw {
namespace {

using test::CaseRig;
using test::shanghai;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using S = CaseState;

constexpr auto kCode = CaseRig::kCode;

// Six weeks at 1,000 until Sunday 2026-08-09 (W32).
struct Steady : CaseRig {
    explicit Steady(Money t12m = yuan(200'000)) {
        annual(kCode, "S", t12m, "2026-06-01 09:00");
        for (int n = 27; n <= 32; ++n) week(kCode, "express", make_week(2026, n), 1000);
    }
    void week_of(int n, int items) {
        week(kCode, "express", make_week(2026, n), items);
        tick(shanghai((format_day(end_day(make_week(2026, n))) + " 08:30").c_str()));
    }
    std::size_t signals(SignalKind kind) const {
        std::size_t n = 0;
        for (const Signal& s : all<Signal>()) n += s.kind == kind ? 1 : 0;
        return n;
    }
};

TEST(Defection, EndsTheOpenCaseAsLost) {
    Steady rig;
    rig.tick_at("2026-08-17 08:30");  // a week of nothing: HIGH drop, case 1
    rig.ok("2026-08-17 09:00", "director", AckAction{});
    rig.tick_at("2026-10-09 08:29");
    EXPECT_EQ(rig.signals(SignalKind::DEFECTION), 0U);
    rig.tick_at("2026-10-09 08:30");  // last item 08-09: 60 days through 10-08
    EXPECT_EQ(rig.signals(SignalKind::DEFECTION), 1U);
    EXPECT_EQ(rig.view().state, S::REPORT_DUE);
    EXPECT_EQ(rig.view().outcome, Outcome::LOST);
    EXPECT_EQ(rig.view().severity, Severity::CRITICAL);
    EXPECT_EQ(rig.view().ledger.detected_at, shanghai("2026-10-09 08:30"));
    EXPECT_FALSE(rig.view().ledger.reported_at.is_set());
    EXPECT_EQ(rig.task(TaskKind::ANALYSIS_REPORT).due_at, shanghai("2026-10-12 17:30"));  // 2 bd from Friday 08:30
    EXPECT_THAT(rig.told(NoticeReason::CASE_RESOLVED), Contains("director"));
    rig.ok("2026-10-09 08:50", "director", UpdateAction{"we know"});
    EXPECT_EQ(rig.view().ledger.reported_at, shanghai("2026-10-09 08:50"));
    EXPECT_FALSE(rig.view().ledger.unreported_churn);
    rig.tick_at("2026-12-30 08:30");
    EXPECT_EQ(rig.signals(SignalKind::DEFECTION), 1U);  // once
}

// R87: churn 05-31 08:30, first human command two days later.
TEST(Defection, ThatNobodyTakesUpWithinADayIsUnreportedChurn) {
    Steady rig;
    rig.tick_at("2026-08-17 08:30");
    rig.tick_at("2026-10-09 08:30");
    rig.ok("2026-10-11 09:00", "director", UpdateAction{"oh"});
    EXPECT_TRUE(rig.view().ledger.unreported_churn);
    EXPECT_EQ(rig.view().ledger.reported_at - rig.view().ledger.detected_at, std::chrono::minutes{48 * 60 + 30});
}

// R87: at the limit, whether anybody touches the case then or not.
TEST(Defection, TheFlagIsSetWhenTheLimitPasses) {
    Steady silent;
    silent.tick_at("2026-08-17 08:30");
    silent.tick_at("2026-10-10 08:30");
    EXPECT_FALSE(silent.view().ledger.unreported_churn);  // 24 h are not more than 24 h
    silent.tick_at("2026-10-10 08:31");
    EXPECT_TRUE(silent.view().ledger.unreported_churn);
    Steady told;
    told.tick_at("2026-08-17 08:30");
    told.tick_at("2026-10-09 08:30");
    told.ok("2026-10-09 09:00", "director", UpdateAction{"we know"});
    told.effects.clear();
    told.tick_at("2026-10-10 12:00");
    EXPECT_FALSE(told.view().ledger.unreported_churn);
    EXPECT_TRUE(told.all<Case>().empty());  // nothing is left to look at
}

TEST(Defection, WithoutAnOpenCaseOpensAnEmergency) {
    Steady rig;
    rig.tick_at("2026-08-17 08:30");
    rig.ok("2026-08-17 09:00", "kam", ResolveAction{Outcome::FALSE_ALARM, {}, "director"}, "holiday");
    rig.tick_at("2026-10-09 08:30");
    const Case& c = rig.view("37140000012-2");
    EXPECT_EQ(c.state, S::NEW);
    EXPECT_EQ(c.case_class, CaseClass::EMERGENCY);
    EXPECT_EQ(c.severity, Severity::CRITICAL);
    EXPECT_EQ(c.leader_role, StaffRole::DEPUTY_GM_IN_CHARGE);
}

TEST(Defection, OfAWatchCaseFindsSomebodyWhoAnswersForIt) {
    Steady rig(yuan(80'000));
    rig.week_of(33, 750);  // LOW: WATCH
    ASSERT_EQ(rig.view().case_class, CaseClass::WATCH);
    ASSERT_EQ(rig.view().level, 0);
    // 60 idle days after Sunday 08-16; the silence of the weeks between is an emergency of its own.
    rig.tick_at("2026-10-16 08:30");
    EXPECT_EQ(rig.view().outcome, Outcome::LOST);
    EXPECT_FALSE(rig.view().owner_staff_id.empty());
    EXPECT_GE(rig.view().level, 1);
}

TEST(Defection, ASuspendedCaseEndsToo) {
    Steady rig;
    rig.tick_at("2026-08-17 08:30");
    rig.ok("2026-09-10 09:00", "director", SuspendAction{shanghai("2026-10-10 09:00")}, "they rebuild");
    rig.tick_at("2026-10-09 08:30");
    EXPECT_EQ(rig.view().outcome, Outcome::LOST);
    EXPECT_EQ(rig.view().state, S::REPORT_DUE);
    EXPECT_FALSE(rig.view().suspended_until.is_set());
}

TEST(Defection, AClientThatComesBackMayLeaveAgain) {
    Steady rig;
    rig.tick_at("2026-08-17 08:30");
    rig.tick_at("2026-10-09 08:30");
    ASSERT_EQ(rig.signals(SignalKind::DEFECTION), 1U);
    rig.at("2026-10-20 12:00", kCode, ShipmentEvent{"express", 5, 0, {}, {}, {}});
    rig.tick_at("2027-06-01 08:30");                    // three times the longest gap (71 days) later
    EXPECT_EQ(rig.signals(SignalKind::DEFECTION), 1U);  // fewer than six active days in the year before
}

TEST(Defection, FollowsTheClientsOwnRhythm) {
    CaseRig rig;
    rig.annual(kCode, "S", yuan(200'000), "2025-08-01 09:00");
    for (int month = 1; month <= 8; ++month) {  // one parcel every four weeks and a bit
        const Day day = make_day(2026, static_cast<unsigned>(month), 10);
        rig.at(CaseRig::noon(day), kCode, ShipmentEvent{"express", 5, 0, {}, {}, {}});
        rig.at(CaseRig::noon(day), kCode, RevenueEvent{"express", yuan(20'000), {}, {}});
    }
    // 30 days without anything was the longest pause; three times that after August 10 is November 8.
    rig.tick_at("2026-11-08 08:30");
    EXPECT_THAT(rig.decisions("DEFECTION"), IsEmpty());
    rig.tick_at("2026-11-09 08:30");
    EXPECT_THAT(rig.decisions("DEFECTION"), testing::Not(IsEmpty()));
}

// --- KNOWN_CHANGE: the level is learnt anew ---

TEST(KnownChange, TheSameFallIsNotSeenAgain) {
    Steady rig;
    rig.week_of(33, 500);
    ASSERT_EQ(rig.signals(SignalKind::VOLUME_DROP), 1U);
    rig.ok("2026-08-17 09:00", "kam", ResolveAction{Outcome::KNOWN_CHANGE, {}, "director"}, "one branch closed");
    EXPECT_EQ(rig.view().outcome, Outcome::KNOWN_CHANGE);
    for (int n = 34; n <= 44; ++n) rig.week_of(n, 500);
    EXPECT_EQ(rig.signals(SignalKind::VOLUME_DROP), 1U);
    EXPECT_THAT(rig.file().cases, SizeIs(1));
}

TEST(KnownChange, AFallFromTheNewLevelIs) {
    Steady rig;
    rig.week_of(33, 500);
    rig.ok("2026-08-17 09:00", "kam", ResolveAction{Outcome::KNOWN_CHANGE, {}, "director"}, "one branch closed");
    for (int n = 34; n <= 38; ++n) rig.week_of(n, 500);
    rig.week_of(39, 200);  // -60 % of 500
    EXPECT_EQ(rig.signals(SignalKind::VOLUME_DROP), 2U);
    EXPECT_EQ(rig.last_case().case_id.value, "37140000012-2");
    EXPECT_EQ(rig.all<Signal>().back().expected, 500);
}

// An explained end is final (requirements 3.3): whatever comes next is a case of its own, in full, however soon.
TEST(KnownChange, AWorseSignalSoonAfterItOpensACaseOfItsOwn) {
    Steady rig;
    rig.week_of(33, 500);
    rig.ok("2026-08-17 09:00", "kam", ResolveAction{Outcome::KNOWN_CHANGE, {}, "director"}, "one branch closed");
    const Case before = rig.view();
    rig.effects.clear();
    rig.manual("2026-08-17 09:30", Severity::CRITICAL);
    EXPECT_THAT(rig.file().cases, SizeIs(2));
    const Case& next = rig.view("37140000012-2");
    EXPECT_EQ(next.state, CaseState::NEW);
    EXPECT_EQ(next.severity, Severity::CRITICAL);
    EXPECT_EQ(next.owner_staff_id, StaffId("deputy"));
    EXPECT_EQ(rig.due(MilestoneKind::ACKNOWLEDGE), shanghai("2026-08-17 10:00"));
    EXPECT_THAT(rig.told(NoticeReason::CASE_OPENED), testing::Contains("deputy"));
    EXPECT_THAT(rig.told(NoticeReason::ROLE_INVITED), testing::UnorderedElementsAre("deputy", "kam", "service"));
    // The first one stays as it was explained, and its signal no longer counts for the severity.
    EXPECT_EQ(rig.view().state, CaseState::RESOLVED);
    EXPECT_EQ(rig.view().version, before.version);
    // A second of the same kind attaches to the new one.
    rig.manual("2026-08-17 09:40", Severity::CRITICAL);
    EXPECT_THAT(rig.file().cases, SizeIs(2));
    EXPECT_EQ(rig.all<Signal>().back().case_id.value, "37140000012-2");
}

// Four weeks make the new level; a fall before that is said to be in the warm-up, not passed over.
TEST(KnownChange, UntilTheNewLevelIsKnownAFallIsInTheWarmUp) {
    Steady rig;
    rig.week_of(33, 500);
    rig.ok("2026-08-17 09:00", "kam", ResolveAction{Outcome::KNOWN_CHANGE, {}, "director"}, "one branch closed");
    rig.effects.clear();
    rig.week_of(34, 100);
    EXPECT_EQ(rig.signals(SignalKind::VOLUME_DROP), 0U);
    const auto warm_up = rig.decisions("WARM_UP");
    EXPECT_THAT(warm_up, testing::Contains(testing::Field(&Decision::rule_id, "items-week")));
}

TEST(FalseAlarm, ChangesNothingInWhatIsMeasured) {
    Steady rig;
    rig.week_of(33, 700);  // -30 % once: LOW, WATCH
    rig.ok("2026-08-17 09:00", "kam", ResolveAction{Outcome::FALSE_ALARM, {}, "director"}, "stocktaking");
    rig.week_of(34, 650);  // -35 % against the level before: MEDIUM now
    EXPECT_EQ(rig.signals(SignalKind::VOLUME_DROP), 2U);
    EXPECT_EQ(rig.all<Signal>().back().expected, 1000);
}

}  // namespace
}  // namespace aw
