// Silences and maintenance windows: what is kept quiet, and what follows when it is over.
#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/shard_state.hpp"
#include "unit/core/shard/silence_events.hpp"

namespace aw {
namespace {

using test::ended;
using test::kCase;
using test::kCode;
using test::of_case;
using test::of_unit;
using test::shanghai;
using test::ShardRig;
using test::sighting;
using test::silence;
using test::told;
using test::watched;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::UnorderedElementsAre;

// Whoever asks for quiet answers for it.
TEST(Silence, NeedsAnAuthorWhoIsThere) {
    ShardRig rig;
    watched(rig);
    rig.at("2026-08-17 08:10", {}, StaffChangeEvent{"quality", StaffState::LEFT, {}, {}});
    for (const char* nobody : {"stranger", "quality"}) {
        SilenceEvent event = silence("2026-08-17 09:00", "2026-08-17 12:00", nobody);
        event.author_staff_id = nobody;
        rig.at("2026-08-17 08:20", {}, event);
    }
    EXPECT_THAT(rig.all<Refusal>(), SizeIs(2));
    EXPECT_THAT(rig.shard.silences(), testing::IsEmpty());
}

std::vector<std::string> held(const ShardRig& rig) {
    std::vector<std::string> list;
    for (const Decision& decision : rig.decisions("SILENCED")) {
        if (decision.outcome != DecisionOutcome::HELD) continue;
        list.push_back(decision.text.substr(0, decision.text.find(' ')));
    }
    return list;
}

TEST(Silence, ACaseOpensQuietlyAndIsToldWhenTheSilenceIsOver) {
    ShardRig rig;
    watched(rig);
    rig.at("2026-08-17 09:30", {}, silence("2026-08-17 09:00", "2026-08-17 11:00"));
    rig.at("2026-08-17 10:00", kCode, sighting());
    rig.tick(shanghai("2026-08-17 10:59"));
    EXPECT_THAT(rig.all<Signal>(), SizeIs(1));
    EXPECT_EQ(rig.last_case().case_id, CaseId(kCase));
    EXPECT_EQ(rig.last_case().state, CaseState::NEW);
    EXPECT_FALSE(rig.last_case().ledger.notified_at.is_set());
    EXPECT_THAT(told(rig), IsEmpty());
    EXPECT_THAT(held(rig), ElementsAre("notices"));  // said once, however many
    rig.effects.clear();
    rig.tick(shanghai("2026-08-17 11:00"));
    EXPECT_THAT(told(rig), UnorderedElementsAre("CASE_OPENED director", "ROLE_INVITED director", "CASE_OPENED team",
                                                "ROLE_INVITED kam", "ROLE_INVITED service", "CASE_OPENED market"));
    for (const Notice& notice : rig.all<Notice>()) {
        EXPECT_EQ(notice.created_at, shanghai("2026-08-17 11:00"));
        EXPECT_FALSE(notice.subject.empty());
    }
    EXPECT_EQ(rig.notices(NoticeReason::CASE_OPENED).front().due_at, shanghai("2026-08-17 12:00"));
    EXPECT_EQ(rig.last_case().ledger.notified_at, shanghai("2026-08-17 11:00"));
    EXPECT_THAT(rig.decisions("SILENCE_OVER"), SizeIs(1));
    rig.effects.clear();
    rig.tick(shanghai("2026-08-17 11:10"));
    EXPECT_THAT(rig.all<Notice>(), IsEmpty());  // once
}

TEST(Silence, WithoutOneTheSameIsToldAtOnce) {
    ShardRig rig;
    watched(rig);
    rig.at("2026-08-17 09:30", {}, silence("2026-08-17 10:01", "2026-08-17 11:00"));
    rig.at("2026-08-17 10:00", kCode, sighting());
    EXPECT_THAT(told(rig), Contains("CASE_OPENED director"));
}

TEST(Silence, WhatIsNoLongerTrueIsNotTold) {
    ShardRig rig;
    watched(rig);
    rig.at("2026-08-17 09:30", {}, silence("2026-08-17 09:00", "2026-08-17 11:00"));
    rig.at("2026-08-17 10:00", kCode, sighting());
    rig.command("2026-08-17 10:20", kCase, "kam", AcceptAction{GroupRole::SALES});
    rig.command("2026-08-17 10:30", kCase, "director", AckAction{});
    rig.tick(shanghai("2026-08-17 11:00"));
    EXPECT_THAT(told(rig), Not(Contains("ROLE_INVITED kam")));  // he has accepted
    EXPECT_THAT(told(rig), Contains("ROLE_INVITED service"));   // still asked
    EXPECT_THAT(told(rig), Contains("CASE_OPENED team"));       // there is a case
}

TEST(Silence, HowACaseEndedIsAlwaysTold) {
    ShardRig rig;
    watched(rig);
    rig.at("2026-08-17 09:30", {}, silence("2026-08-17 09:00", "2026-08-17 11:00"));
    rig.at("2026-08-17 10:00", kCode, sighting());
    rig.command("2026-08-17 10:30", kCase, "director", ResolveAction{Outcome::FALSE_ALARM, {}, "deputy"}, "a mistake");
    EXPECT_EQ(rig.last_case().outcome, Outcome::FALSE_ALARM);
    EXPECT_THAT(told(rig), IsEmpty());
    rig.tick(shanghai("2026-08-17 11:00"));
    EXPECT_FALSE(told(rig).empty());
    for (const Notice& notice : rig.all<Notice>()) EXPECT_EQ(notice.reason, NoticeReason::CASE_RESOLVED);
}

TEST(Silence, ADeadlineThatFallsDueMeanwhileFiresOnceAtTheEndWithItsLateness) {
    ShardRig rig;
    watched(rig);
    rig.at("2026-08-17 10:00", kCode, sighting());
    rig.at("2026-08-17 11:00", {}, silence("2026-08-17 11:00", "2026-08-17 15:00"));
    rig.effects.clear();
    rig.tick(shanghai("2026-08-17 14:59"));
    EXPECT_THAT(rig.all<Notice>(), IsEmpty());
    EXPECT_THAT(rig.all<Case>(), IsEmpty());
    // Acknowledgement, formation and three invitations: each says so once.
    const auto waiting = held(rig);
    EXPECT_EQ(std::count(waiting.begin(), waiting.end(), "acknowledge"), 1);
    const Decision decision = rig.decisions("SILENCED").front();
    EXPECT_EQ(decision.kind, DecisionKind::CASE);
    EXPECT_EQ(decision.case_id, CaseId(kCase));
    EXPECT_THAT(decision.text, HasSubstr("silence works by market: stocktaking"));
    rig.effects.clear();
    rig.tick(shanghai("2026-08-17 15:00"));
    EXPECT_THAT(told(rig), Contains("ACK_OVERDUE director"));
    EXPECT_THAT(told(rig), Contains("ESCALATED deputy"));
    const Case view = rig.last_case();
    EXPECT_EQ(view.level, 2);
    const auto ack = std::find_if(view.milestones.begin(), view.milestones.end(),
                                  [](const Milestone& m) { return m.name == MilestoneKind::ACKNOWLEDGE; });
    EXPECT_EQ(ack->breached_at, shanghai("2026-08-17 12:00"));
    EXPECT_EQ(ack->fired_late_s, 3 * 3600);
    rig.effects.clear();
    rig.tick(shanghai("2026-08-17 16:59"));
    EXPECT_THAT(rig.notices(NoticeReason::ACK_OVERDUE), IsEmpty());  // the next level has its whole span
    rig.tick(shanghai("2026-08-17 17:00"));
    EXPECT_THAT(rig.notices(NoticeReason::ACK_OVERDUE), SizeIs(1));
}

TEST(Silence, WhatWasDoneInTimeIsNotHeldAgainstAnybody) {
    ShardRig rig;
    watched(rig);
    rig.at("2026-08-17 10:00", kCode, sighting());
    rig.at("2026-08-17 11:00", {}, silence("2026-08-17 11:00", "2026-08-17 15:00"));
    rig.command("2026-08-17 14:00", kCase, "director", AckAction{});
    rig.tick(shanghai("2026-08-17 15:30"));
    EXPECT_THAT(rig.notices(NoticeReason::ACK_OVERDUE), IsEmpty());
    EXPECT_EQ(rig.last_case().level, 1);
}

TEST(Silence, EndedEarlyItIsOverNow) {
    ShardRig rig;
    watched(rig);
    rig.at("2026-08-17 10:00", kCode, sighting());
    rig.at("2026-08-17 11:00", {}, silence("2026-08-17 11:00", "2026-08-17 20:00"));
    rig.at("2026-08-17 12:30", kCode, ContactChangeEvent{ContactRole::DECISION_MAKER, "a", "b"});
    rig.effects.clear();
    rig.at("2026-08-17 13:00", {}, ended());
    rig.tick(shanghai("2026-08-17 13:00"));
    EXPECT_THAT(told(rig), Contains("ACK_OVERDUE director"));
    EXPECT_THAT(told(rig), Contains("SEVERITY_RAISED director"));  // withheld at 12:30
    EXPECT_THAT(rig.shard.silences(), IsEmpty());
}

TEST(Silence, TheSameIdAgainReplacesIt) {
    ShardRig rig;
    watched(rig);
    rig.at("2026-08-17 10:00", kCode, sighting());
    rig.at("2026-08-17 11:00", {}, silence("2026-08-17 11:00", "2026-08-17 14:00"));
    rig.at("2026-08-17 13:00", {}, silence("2026-08-17 11:00", "2026-08-17 16:00"));
    rig.effects.clear();
    rig.tick(shanghai("2026-08-17 14:30"));
    EXPECT_THAT(rig.all<Notice>(), IsEmpty());
    EXPECT_THAT(held(rig), Not(Contains("acknowledge")));                             // once per obligation and silence
    rig.at("2026-08-17 14:30", {}, silence("2026-08-17 11:00", "2026-08-17 15:00"));  // shorter
    rig.tick(shanghai("2026-08-17 14:59"));
    EXPECT_THAT(rig.all<Notice>(), IsEmpty());
    rig.tick(shanghai("2026-08-17 15:00"));
    EXPECT_THAT(rig.notices(NoticeReason::ACK_OVERDUE), SizeIs(1));
}

TEST(Silence, AnotherOneThatFollowsHoldsOnAndSaysSo) {
    ShardRig rig;
    watched(rig);
    rig.at("2026-08-17 10:00", kCode, sighting());
    rig.at("2026-08-17 11:00", {}, silence("2026-08-17 11:00", "2026-08-17 14:00", "first"));
    rig.at("2026-08-17 11:00", {}, of_unit(silence("2026-08-17 13:00", "2026-08-17 15:00", "second"), "city"));
    rig.effects.clear();
    rig.tick(shanghai("2026-08-17 14:59"));
    EXPECT_THAT(rig.all<Notice>(), IsEmpty());
    const auto waiting = held(rig);
    EXPECT_EQ(std::count(waiting.begin(), waiting.end(), "acknowledge"), 2);
    rig.tick(shanghai("2026-08-17 15:00"));
    EXPECT_THAT(rig.notices(NoticeReason::ACK_OVERDUE), SizeIs(1));
}

TEST(Silence, EveryNightItHoldsAndEveryMorningItLetsGo) {
    ShardRig rig;
    rig.at("2026-08-17 08:00", kCode, RevenueEvent{"express", yuan(400'000), {}, {}});  // G5: CRITICAL, real time
    SilenceEvent nights = silence("2026-08-10 22:00", "2026-08-11 06:00");
    nights.recurrence = "DAILY";
    rig.at("2026-08-17 09:00", {}, nights);
    rig.at("2026-08-17 21:45", kCode, sighting());
    EXPECT_THAT(told(rig), Contains("CASE_OPENED deputy"));
    rig.effects.clear();
    rig.tick(shanghai("2026-08-18 05:59"));
    EXPECT_THAT(rig.all<Notice>(),
                Each(testing::Field(&Notice::created_at, testing::Lt(shanghai("2026-08-17 22:00")))));
    rig.tick(shanghai("2026-08-18 06:00"));
    EXPECT_THAT(told(rig), Contains("ACK_OVERDUE deputy"));
    EXPECT_EQ(rig.shard.silences().front().active_until, Timestamp{});
    rig.tick(shanghai("2026-08-18 22:00"));
    EXPECT_EQ(rig.shard.silences().front().active_until, shanghai("2026-08-19 06:00"));
}

TEST(Silence, OfACaseIsNotOfTheNextOne) {
    ShardRig rig;
    watched(rig);
    rig.at("2026-08-17 09:00", {}, of_case(silence("2026-08-17 09:00", "2026-08-27 09:00"), kCase));
    rig.at("2026-08-17 10:00", kCode, sighting());
    EXPECT_THAT(told(rig), IsEmpty());
    rig.command("2026-08-17 11:00", kCase, "director", ResolveAction{Outcome::FALSE_ALARM, {}, "deputy"}, "a mistake");
    rig.at("2026-08-17 12:00", kCode, sighting());
    EXPECT_THAT(told(rig), Contains("CASE_OPENED director"));
}

TEST(Silence, OfAUnitIsOfTheUnitsBelowItAndOfNobodyElse) {
    constexpr auto kCounty = "37142200012001";
    ShardRig rig;
    watched(rig);
    rig.at("2026-08-17 08:00", kCounty, RevenueEvent{"express", yuan(200'000), {}, {}});
    rig.at("2026-08-17 09:00", {}, of_unit(silence("2026-08-17 09:00", "2026-08-17 12:00"), "county"));
    rig.at("2026-08-17 10:00", kCounty, sighting());
    EXPECT_THAT(told(rig), IsEmpty());
    rig.at("2026-08-17 10:00", kCode, sighting());
    EXPECT_THAT(told(rig), Contains("CASE_OPENED director"));
    rig.effects.clear();
    rig.at("2026-08-17 10:01", {}, of_unit(silence("2026-08-17 09:00", "2026-08-17 12:00", "all"), "city"));
    rig.at("2026-08-17 10:02", kCounty, ContactChangeEvent{ContactRole::DECISION_MAKER, "a", "b"});
    rig.at("2026-08-17 10:02", kCode, ContactChangeEvent{ContactRole::DECISION_MAKER, "a", "b"});
    EXPECT_THAT(told(rig), IsEmpty());
}

TEST(Silence, ThatAPostIsVacantIsNeverSilenced) {
    auto rules = test::sample_rules();
    std::erase_if(rules->organisation.staff, [](const Staff& s) { return s.id == StaffId("service"); });
    ShardRig rig(rules);
    watched(rig);
    rig.at("2026-08-17 09:30", {}, silence("2026-08-17 09:00", "2026-08-17 11:00"));
    rig.at("2026-08-17 10:00", kCode, sighting());
    EXPECT_THAT(rig.notices(NoticeReason::ROLE_UNFILLED), Not(IsEmpty()));
    EXPECT_THAT(rig.notices(NoticeReason::CASE_OPENED), IsEmpty());
}

TEST(Silence, BeyondTheLimitNoticesAreCountedAndTheEndIsStillTold) {
    ShardRig rig;
    watched(rig);
    rig.at("2026-08-17 09:30", {}, silence("2026-08-17 09:00", "2026-08-20 11:00"));
    rig.at("2026-08-17 10:00", kCode, sighting());
    rig.command("2026-08-17 10:30", kCase, "director", AckAction{});
    for (int n = 0; n < 100; ++n) {
        rig.command("2026-08-17 10:40", kCase, "director",
                    AssignTaskAction{"kam", "write a letter", shanghai("2026-08-25 10:00")});
    }
    rig.command("2026-08-17 11:00", kCase, "director", ResolveAction{Outcome::FALSE_ALARM, {}, "deputy"}, "a mistake");
    EXPECT_THAT(told(rig), IsEmpty());
    rig.tick(shanghai("2026-08-20 11:00"));
    EXPECT_THAT(rig.notices(NoticeReason::CASE_RESOLVED), Not(IsEmpty()));
    EXPECT_THAT(rig.notices(NoticeReason::TASK_ASSIGNED), IsEmpty());
    ASSERT_THAT(rig.decisions("SILENCE_OVER"), SizeIs(1));
    const Decision over = rig.decisions("SILENCE_OVER").front();
    EXPECT_THAT(over.inputs, Contains(testing::Field(&NamedValue::name, "beyond_limit")));
    EXPECT_NE(over.inputs.back().value, "0");
}

// --- refusals, restart, reload ---

TEST(SilenceEvents, AreRefusedWithTheirReason) {
    ShardRig rig;
    SilenceEvent wrong = silence("2026-08-17 09:00", "2026-08-17 11:00");
    wrong.recurrence = "YEARLY";
    EXPECT_EQ(rig.at("2026-08-17 09:00", {}, wrong), Applied::refused);
    ASSERT_THAT(rig.all<Refusal>(), SizeIs(1));
    EXPECT_EQ(rig.all<Refusal>().front().reason, DeadLetterReason::UNKNOWN_ENUM);
    // A refused one does not count as seen.
    wrong.recurrence = {};
    EXPECT_EQ(rig.at(shanghai("2026-08-17 09:00"), {}, wrong, "again"), Applied::applied);
    EXPECT_EQ(rig.at(shanghai("2026-08-17 09:00"), {}, wrong, "again"), Applied::duplicate);
    EXPECT_THAT(rig.shard.silences(), SizeIs(1));
    rig.tick(shanghai("2026-08-17 11:00"));
    EXPECT_THAT(rig.shard.silences(), IsEmpty());
    EXPECT_EQ(rig.at("2026-08-17 12:00", {}, ended()), Applied::applied);  // one that is gone already
}

TEST(SilenceEvents, NoneIsLongerThanThePolicyAllows) {
    auto rules = test::sample_rules();
    rules->policy.noise.silence_days = 30;
    ShardRig rig(rules);
    SilenceEvent event = silence("2026-08-17 09:00", "2026-09-16 09:00");
    *event.until = *event.until + Duration{1};
    EXPECT_EQ(rig.at("2026-08-17 09:00", {}, event), Applied::refused);
    ASSERT_THAT(rig.all<Refusal>(), SizeIs(1));
    EXPECT_EQ(rig.all<Refusal>().front().reason, DeadLetterReason::BAD_TIME);
    EXPECT_THAT(rig.all<Refusal>().front().detail,
                testing::AllOf(HasSubstr("at most 30 days"), HasSubstr("noise.silence_days")));
    EXPECT_THAT(rig.shard.silences(), IsEmpty());
    *event.until = *event.until - Duration{1};
    EXPECT_EQ(rig.at("2026-08-17 09:00", {}, event), Applied::applied);
    EXPECT_THAT(rig.shard.silences(), SizeIs(1));
    EXPECT_EQ(rig.at("2026-08-17 10:00", {}, ended()), Applied::applied);  // has no length
}

// A misspelt unit would keep nothing quiet, and nobody would notice.
TEST(SilenceEvents, OfAUnitThatThereIsNot) {
    ShardRig rig;
    SilenceEvent event = silence("2026-08-17 09:00", "2026-08-18 09:00");
    event.account_root = {};
    event.unit_id = "citty";
    EXPECT_THAT(rig.shard.refuses(event)->detail, HasSubstr("citty"));
    EXPECT_EQ(rig.at("2026-08-17 09:00", {}, event), Applied::refused);
    EXPECT_THAT(rig.shard.silences(), IsEmpty());
    event.unit_id = "county";
    EXPECT_FALSE(rig.shard.refuses(event).has_value());
    EXPECT_EQ(rig.at("2026-08-17 09:00", {}, event), Applied::applied);
}

TEST(SilenceState, ARestartInTheMiddleChangesNothing) {
    ShardRig whole;
    watched(whole);
    whole.at("2026-08-17 10:00", kCode, sighting());
    whole.at("2026-08-17 11:00", {}, silence("2026-08-17 11:00", "2026-08-17 15:00"));
    whole.at("2026-08-17 12:30", kCode, ContactChangeEvent{ContactRole::DECISION_MAKER, "a", "b"});
    ShardRig again;
    again.shard = test::restored(test::sample_rules(), test::snapshot_of(whole.shard));
    EXPECT_EQ(again.shard.next_deadline(), whole.shard.next_deadline());
    whole.effects.clear();
    for (ShardRig* rig : {&whole, &again}) rig->tick(shanghai("2026-08-17 18:00"));
    EXPECT_THAT(told(again), Not(IsEmpty()));
    EXPECT_EQ(told(again), told(whole));
    EXPECT_EQ(again.shard.state_hash(), whole.shard.state_hash());
}

TEST(SilenceState, AReloadWithUnchangedRulesLetsNothingGo) {
    ShardRig rig;
    watched(rig);
    rig.at("2026-08-17 10:00", kCode, sighting());
    rig.at("2026-08-17 11:00", {}, silence("2026-08-17 11:00", "2026-08-17 15:00"));
    rig.tick(shanghai("2026-08-17 13:00"));
    rig.effects.clear();
    rig.at("2026-08-17 13:30", {}, ActivationEvent{"r2", "r2", test::sample_rules()});
    rig.tick(shanghai("2026-08-17 14:59"));
    EXPECT_THAT(rig.all<Notice>(), IsEmpty());
    EXPECT_THAT(rig.all<Case>(), IsEmpty());
    rig.tick(shanghai("2026-08-17 15:00"));
    EXPECT_THAT(told(rig), Contains("ACK_OVERDUE director"));
}

// Live, with real ticks: what was due while nobody was awake.
TEST(SilenceState, AnOutageOverTheEndOfASilenceLosesNothing) {
    ShardRig rig;
    rig.backfilled = false;
    watched(rig);
    rig.tick(shanghai("2026-08-17 09:59:30"));
    rig.at("2026-08-17 10:00", kCode, sighting());
    rig.at("2026-08-17 11:00", {}, silence("2026-08-17 11:00", "2026-08-17 15:00"));
    rig.at("2026-08-17 11:01", kCode, ContactChangeEvent{ContactRole::DECISION_MAKER, "a", "b"});
    rig.effects.clear();
    rig.tick(shanghai("2026-08-17 16:00"));
    EXPECT_THAT(told(rig), Contains("SEVERITY_RAISED director"));
    EXPECT_THAT(rig.notices(NoticeReason::ACK_OVERDUE), Not(IsEmpty()));
}

}  // namespace
}  // namespace aw
