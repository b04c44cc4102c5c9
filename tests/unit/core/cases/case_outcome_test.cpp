// How a case ends: observation against the frozen baseline, recovery, loss, report, closing, follow-ups, reopening.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/case_rig.hpp"

namespace aw {
namespace {

using test::busy_rules;
using test::CaseRig;
using test::shanghai;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using S = CaseState;

constexpr auto kCode = CaseRig::kCode;
constexpr auto kCase = CaseRig::kCase;

// Six weeks at 1,000 and one at `fallen`: judged Monday 2026-08-17 08:30. G4: the director leads.
struct Fallen : CaseRig {
    explicit Fallen(int fallen = 400, std::shared_ptr<const Rules> rules = test::sample_rules())
        : CaseRig(std::move(rules)) {
        annual(kCode, "F", yuan(200'000), "2026-06-01 09:00");
        for (int n = 27; n <= 32; ++n) week(kCode, "express", make_week(2026, n), 1000);
        next_week(33, fallen);
    }
    // The week passes and is judged on the Monday after it.
    void next_week(int n, int items) {
        week(kCode, "express", make_week(2026, n), items);
        tick(shanghai((format_day(end_day(make_week(2026, n))) + " 08:30").c_str()));
    }
    Outcome proposed() const { return view().proposed_outcome; }
    void acknowledged() { ok("2026-08-17 09:00", "director", AckAction{}); }
};

TEST(Recovery, IsProposedAfterTwoGoodPeriodsAndConfirmedByTheLeader) {
    Fallen rig;
    ASSERT_EQ(rig.view().severity, Severity::HIGH);
    rig.acknowledged();
    rig.next_week(34, 950);
    EXPECT_EQ(rig.proposed(), Outcome::UNSPECIFIED);
    rig.effects.clear();
    rig.next_week(35, 900);  // exactly 90 % of the level before the fall
    EXPECT_EQ(rig.proposed(), Outcome::RECOVERED);
    EXPECT_EQ(rig.view().state, S::ACKNOWLEDGED);
    ASSERT_THAT(rig.notices(NoticeReason::RECOVERY_PROPOSED), SizeIs(1));
    EXPECT_EQ(rig.notices(NoticeReason::RECOVERY_PROPOSED)[0].created_at, shanghai("2026-08-31 08:30"));
    rig.ok("2026-08-31 09:00", "director", ResolveAction{Outcome::RECOVERED, {}, {}});
    EXPECT_EQ(rig.view().state, S::REPORT_DUE);
    EXPECT_EQ(rig.view().outcome, Outcome::RECOVERED);
    EXPECT_EQ(rig.proposed(), Outcome::UNSPECIFIED);
    EXPECT_EQ(rig.task(TaskKind::ANALYSIS_REPORT).due_at, shanghai("2026-09-07 09:00"));  // 5 bd
}

TEST(Recovery, TheBaselineStaysWhereItWasWhenTheClientFell) {
    Fallen rig;
    rig.acknowledged();
    for (int n = 34; n <= 40; ++n) rig.next_week(n, 500);  // a rolling mean would take this for the level by now
    EXPECT_EQ(rig.proposed(), Outcome::UNSPECIFIED);
    rig.next_week(41, 899);
    rig.next_week(42, 899);
    EXPECT_EQ(rig.proposed(), Outcome::PARTIALLY_RECOVERED);
    rig.next_week(43, 900);
    rig.next_week(44, 901);
    EXPECT_EQ(rig.proposed(), Outcome::RECOVERED);
}

TEST(Recovery, TwoPeriodsBetweenAreAPartialOne) {
    Fallen rig;
    rig.acknowledged();
    rig.next_week(34, 699);
    rig.next_week(35, 700);
    EXPECT_EQ(rig.proposed(), Outcome::UNSPECIFIED);
    rig.next_week(36, 890);
    EXPECT_EQ(rig.proposed(), Outcome::PARTIALLY_RECOVERED);
    EXPECT_EQ(rig.refused("2026-09-07 09:00", "director", ResolveAction{Outcome::RECOVERED, {}, {}}), "NOT_SATISFIED");
    rig.ok("2026-09-07 09:01", "director", ResolveAction{Outcome::PARTIALLY_RECOVERED, {}, {}});
    EXPECT_EQ(rig.view().outcome, Outcome::PARTIALLY_RECOVERED);
}

TEST(Recovery, AProposalThatNoLongerHoldsIsWithdrawn) {
    Fallen rig;
    rig.acknowledged();
    rig.next_week(34, 950);
    rig.next_week(35, 950);
    ASSERT_EQ(rig.proposed(), Outcome::RECOVERED);
    rig.next_week(36, 600);
    EXPECT_EQ(rig.proposed(), Outcome::UNSPECIFIED);
    EXPECT_THAT(rig.decisions("RECOVERY_WITHDRAWN"), SizeIs(1));
    EXPECT_EQ(rig.refused("2026-09-07 09:00", "director", ResolveAction{Outcome::RECOVERED, {}, {}}), "NOT_SATISFIED");
}

TEST(Recovery, OnlyAfterTheAcknowledgement) {
    Fallen rig;
    rig.next_week(34, 950);
    rig.next_week(35, 950);
    EXPECT_EQ(rig.view().state, S::NEW);
    EXPECT_EQ(rig.proposed(), Outcome::UNSPECIFIED);
    rig.ok("2026-08-31 09:00", "director", AckAction{});
    EXPECT_EQ(rig.proposed(), Outcome::RECOVERED);  // what was measured counts at once
}

// What has no fall of its own is judged by the account's volume, and that takes as many periods.
TEST(Recovery, OfACompetitorCaseIsNotProposedBeforeItCanBeMeasured) {
    CaseRig rig;
    rig.annual(kCode, "F", yuan(200'000), "2026-06-01 09:00");
    for (int n = 27; n <= 33; ++n) rig.week(kCode, "express", make_week(2026, n), 1000);
    rig.sighting("2026-08-17 10:00");
    rig.bring_to(S::OBSERVING);
    EXPECT_EQ(rig.view().proposed_outcome, Outcome::UNSPECIFIED);
    rig.week(kCode, "express", make_week(2026, 34), 1000);
    rig.tick_at("2026-08-24 08:30");
    EXPECT_EQ(rig.view().proposed_outcome, Outcome::UNSPECIFIED);
    rig.week(kCode, "express", make_week(2026, 35), 950);
    rig.tick_at("2026-08-31 08:30");
    EXPECT_EQ(rig.view().proposed_outcome, Outcome::RECOVERED);
}

TEST(Recovery, WhereNothingCanBeMeasuredThatTimeHasToPassAllTheSame) {
    CaseRig rig = CaseRig::high();
    rig.bring_to(S::OBSERVING);
    rig.tick_at("2026-08-31 10:00");
    EXPECT_EQ(rig.view().proposed_outcome, Outcome::UNSPECIFIED);
    EXPECT_EQ(rig.view().state, S::ACTING);  // its target has passed
    rig.ok("2026-08-31 10:10", "kam", ContactAction{ContactLevel::MANAGER, TouchChannel::PHONE});
    EXPECT_EQ(rig.view().state, S::OBSERVING);
    EXPECT_EQ(rig.view().proposed_outcome, Outcome::RECOVERED);
}

TEST(Recovery, ADecisionMakerCaseIsOverWhenTheSuccessorWasMet) {
    CaseRig rig;
    rig.watched(yuan(80'000));
    rig.at("2026-08-17 10:00", kCode, ContactChangeEvent{ContactRole::DECISION_MAKER, "c1", "c2"});
    rig.ok("2026-08-17 10:10", "team", AckAction{});
    EXPECT_EQ(rig.view().proposed_outcome, Outcome::UNSPECIFIED);
    rig.ok("2026-08-18 10:00", "kam", rig.done(TaskKind::MEET_DECISION_MAKER));
    EXPECT_EQ(rig.view().proposed_outcome, Outcome::RECOVERED);
}

// --- the resolution target ---

TEST(Target, MissedWhileObservingSendsTheCaseBackToWorkOneLevelUp) {
    Fallen rig;
    rig.acknowledged();
    rig.ok("2026-08-17 09:01", "director", StartAction{});
    rig.ok("2026-08-17 09:02", "kam", CaseRig::good_plan());
    rig.ok("2026-08-17 09:03", "director", ApprovePlanAction{});
    rig.ok("2026-08-17 09:04", "kam", ContactAction{ContactLevel::MANAGER, TouchChannel::VISIT});
    rig.ok("2026-08-17 09:05", "kam", rig.done(TaskKind::ASSIGNED));
    ASSERT_EQ(rig.view().state, S::OBSERVING);
    rig.next_week(34, 500);
    rig.effects.clear();
    rig.next_week(35, 500);  // 2026-08-31 08:30: 14 d
    EXPECT_EQ(rig.view().state, S::ACTING);
    EXPECT_EQ(rig.view().level, 2);
    EXPECT_THAT(rig.told(NoticeReason::ESCALATED), ElementsAre("deputy"));
    EXPECT_THAT(rig.owed(MilestoneKind::ACKNOWLEDGE), SizeIs(1));
    int breached = 0;
    for (const Milestone& m : rig.view().milestones)
        breached += m.name == MilestoneKind::RESOLVE && m.breached_at.is_set();
    EXPECT_EQ(breached, 1);
    rig.ok("2026-08-31 09:00", "deputy", AckAction{});
    rig.ok("2026-08-31 09:10", "kam",
           PlanAction{"price", {{"offer", "kam", shanghai("2026-09-03 17:30")}}});  // a new plan
    rig.ok("2026-08-31 09:20", "deputy", ApprovePlanAction{});
    EXPECT_EQ(rig.view().state, S::ACTING);
}

TEST(Target, AtTheTopOperationsAreToldOnce) {
    CaseRig rig;
    rig.watched(yuan(600'000));
    rig.sighting("2026-08-17 10:00");  // G6, CRITICAL: nobody above
    rig.ok("2026-08-17 10:01", "exec", AckAction{});
    rig.ok("2026-08-17 10:02", "exec", StartAction{});
    rig.ok("2026-08-17 10:03", "kam", CaseRig::good_plan());
    rig.ok("2026-08-17 10:04", "exec", ApprovePlanAction{});
    rig.tick_at("2026-08-24 09:59");
    rig.effects.clear();
    rig.tick_at("2026-08-24 10:00");
    EXPECT_THAT(rig.told(NoticeReason::OPERATIONS), ElementsAre("ops"));
    rig.tick_at("2026-09-30 10:00");
    EXPECT_THAT(rig.told(NoticeReason::OPERATIONS), SizeIs(1));
}

TEST(Target, ARecoveryThatOnlyWaitsForItsConfirmationIsNoFailure) {
    Fallen rig;
    rig.acknowledged();
    rig.next_week(34, 950);
    rig.effects.clear();
    rig.next_week(35, 950);  // proposed at the instant of the target, which is judged after it
    EXPECT_EQ(rig.view().level, 1);
    EXPECT_THAT(rig.told(NoticeReason::ESCALATED), IsEmpty());
    EXPECT_EQ(rig.view().state, S::ACKNOWLEDGED);
}

// --- loss, report, closing ---

TEST(Lost, OwesItsThreeFieldsGivenByResolveOrByTheReport) {
    CaseRig rig = CaseRig::high();
    rig.bring_to(S::OBSERVING);
    rig.ok("2026-08-17 11:00", "director", ResolveAction{Outcome::LOST, {"PRICE", {}, {}}, {}});
    ReportAction report = CaseRig::good_report();
    rig.ok("2026-08-17 11:01", "kam", report);
    EXPECT_EQ(rig.view().ledger.analysed_at, shanghai("2026-08-17 11:01"));
    EXPECT_EQ(rig.refused("2026-08-17 11:02", "director", ApproveReportAction{}), "MISSING_FIELD");
    EXPECT_THAT(rig.last_refusal, HasSubstr("churn_report.destination is missing"));
    report.lost = {{}, "X", {}};
    rig.ok("2026-08-17 11:03", "kam", report);
    EXPECT_EQ(rig.refused("2026-08-17 11:04", "director", ApproveReportAction{}), "MISSING_FIELD");
    EXPECT_THAT(rig.last_refusal, HasSubstr("churn_report.own_shortcomings is missing"));
    report.lost = {{}, {}, "no second offer"};
    rig.ok("2026-08-17 11:05", "kam", report);
    rig.ok("2026-08-17 11:06", "director", ApproveReportAction{});
    EXPECT_EQ(rig.view().state, S::CLOSED);
    EXPECT_EQ(rig.view().lost.reason, "PRICE");
    EXPECT_EQ(rig.view().lost.destination, "X");
}

// Severities that owe no report of their own are no way around it.
TEST(Lost, IsExplainedWhateverItsSeverity) {
    CaseRig rig;
    rig.watched(yuan(200'000));
    rig.manual("2026-08-17 10:00", Severity::LOW);
    rig.ok("2026-08-17 10:01", "director", AckAction{});
    rig.ok("2026-08-17 10:02", "director", ContactAction{ContactLevel::MANAGER, TouchChannel::PHONE});
    rig.ok("2026-08-17 10:03", "director", ResolveAction{Outcome::LOST, {}, {}});
    EXPECT_EQ(rig.view().state, S::REPORT_DUE);
    EXPECT_EQ(rig.task(TaskKind::ANALYSIS_REPORT).state, TaskState::OPEN);
    EXPECT_EQ(rig.refused("2026-08-17 10:04", "director", CloseAction{}), "MISSING_FIELD");
    ReportAction report = CaseRig::good_report();
    report.lost = CaseRig::loss();
    rig.ok("2026-08-17 10:05", "director", report);
    rig.ok("2026-08-17 10:06", "director", ApproveReportAction{});
    EXPECT_EQ(rig.view().state, S::CLOSED);
}

TEST(Low, WithoutALossClosesAtOnce) {
    CaseRig rig;
    rig.watched(yuan(200'000));
    rig.manual("2026-08-17 10:00", Severity::LOW, SignalKind::SERVICE_FAILURES);
    rig.ok("2026-08-17 10:01", "director", AckAction{});
    rig.ok("2026-08-17 10:02", "director", ContactAction{ContactLevel::MANAGER, TouchChannel::PHONE});
    rig.ok("2026-08-17 10:03", "director", StartAction{});
    rig.ok("2026-08-17 10:04", "director", CaseRig::good_plan());
    rig.ok("2026-08-17 10:05", "director", ApprovePlanAction{});
    rig.ok("2026-08-17 10:06", "kam", rig.done(TaskKind::ASSIGNED));
    rig.ok("2026-08-17 10:07", "director", ResolveAction{Outcome::RECOVERED, {}, {}});
    EXPECT_EQ(rig.view().state, S::CLOSED);  // it stands in the monthly report
}

TEST(Report, SixFieldsByNameAndAfterAnApprovalANewOneNeedsItsOwn) {
    CaseRig rig = CaseRig::high();
    rig.bring_to(S::REPORT_DUE);
    const char* const fields[] = {"cause", "course", "responsible", "conclusion", "countermeasures", "prevention"};
    for (std::size_t gap = 0; gap < std::size(fields); ++gap) {
        ReportAction report = CaseRig::good_report();
        std::string_view* const parts[] = {&report.cause,      &report.course,          &report.responsible,
                                           &report.conclusion, &report.countermeasures, &report.prevention};
        *parts[gap] = {};
        rig.ok("2026-08-17 11:00", "kam", report);
        EXPECT_EQ(rig.refused("2026-08-17 11:01", "director", ApproveReportAction{}), "MISSING_FIELD");
        EXPECT_THAT(rig.last_refusal, HasSubstr(std::string("report.") + fields[gap]));
    }
    EXPECT_EQ(rig.task(TaskKind::ANALYSIS_REPORT).state, TaskState::DONE);
    EXPECT_EQ(rig.refused("2026-08-17 11:02", "director", CloseAction{}), "MISSING_FIELD");
    rig.ok("2026-08-17 11:03", "kam", CaseRig::good_report());
    rig.ok("2026-08-17 11:04", "director", ApproveReportAction{});
    EXPECT_EQ(rig.view().state, S::CLOSED);
    EXPECT_EQ(rig.told(NoticeReason::REPORT_READY).back(), "market");
}

TEST(Report, MissingAtItsTimeIsToldToTheLeaderAbove) {
    CaseRig rig = CaseRig::high();
    rig.bring_to(S::REPORT_DUE);
    rig.effects.clear();
    rig.tick_at("2026-08-24 10:08");  // 5 bd
    std::vector<std::string> who;
    for (const Notice& n : rig.notices(NoticeReason::DEADLINE_BREACHED)) who.push_back(n.recipient_staff_id.value);
    EXPECT_THAT(who, ElementsAre("kam", "director", "deputy"));
}

// R83: the level above the leader, whoever has joined since.
TEST(Report, MissingIsToldAboveTheLeaderNotAboveTheHighestWhoJoined) {
    CaseRig rig = CaseRig::high();
    rig.tick_at("2026-08-17 12:00");  // nobody acknowledges: the deputy joins
    rig.ok("2026-08-17 12:10", "director", AckAction{});
    ASSERT_EQ(rig.view().level, 2);
    rig.ok("2026-08-17 12:11", "director", ResolveAction{Outcome::LOST, CaseRig::loss(), {}});
    rig.effects.clear();
    rig.tick_at("2026-08-24 12:11");
    EXPECT_THAT(rig.told(NoticeReason::DEADLINE_BREACHED), ElementsAre("kam", "director", "deputy"));
}

TEST(FollowUps, AreOwedAfterClosingAndDoneByTalkingToTheClient) {
    CaseRig rig;
    rig.watched(yuan(400'000));
    rig.sighting("2026-08-17 10:00");  // CRITICAL: +3, +30, +60
    rig.ok("2026-08-17 10:01", "deputy", ContactAction{ContactLevel::EXECUTIVE, TouchChannel::VISIT});
    rig.ok("2026-08-17 10:02", "deputy", ResolveAction{Outcome::LOST, CaseRig::loss(), {}});
    rig.ok("2026-08-17 10:03", "kam", CaseRig::good_report());
    rig.effects.clear();
    rig.ok("2026-08-17 10:04", "deputy", ApproveReportAction{});
    ASSERT_EQ(rig.view().state, S::CLOSED);
    std::vector<Timestamp> due;
    for (const Obligation* o : rig.owed(MilestoneKind::FOLLOW_UP)) due.push_back(o->task.due_at);
    EXPECT_THAT(due,
                ElementsAre(shanghai("2026-08-20 10:04"), shanghai("2026-09-16 10:04"), shanghai("2026-10-16 10:04")));
    TouchpointEvent call;
    call.touchpoint_id = "T1";
    call.staff_id = "kam";
    call.channel = TouchChannel::PHONE;
    call.purpose = TouchPurpose::FOLLOW_UP;
    rig.at("2026-08-19 10:00", kCode, call);
    EXPECT_THAT(rig.owed(MilestoneKind::FOLLOW_UP), SizeIs(2));  // one talk, one follow-up
    rig.ok("2026-09-10 10:00", "kam", rig.done(TaskKind::FOLLOW_UP));
    EXPECT_THAT(rig.owed(MilestoneKind::FOLLOW_UP), SizeIs(1));
    rig.effects.clear();
    rig.tick_at("2026-11-01 10:00");  // the one in September is missed: between the two, nobody is escalated
    EXPECT_THAT(rig.told(NoticeReason::DEADLINE_BREACHED), ElementsAre("kam", "deputy"));
    EXPECT_THAT(rig.told(NoticeReason::OPERATIONS), IsEmpty());
    EXPECT_EQ(rig.view().state, S::CLOSED);
}

// --- reopening ---

TEST(Reopen, WithinThirtyDaysUnderTheSameNumber) {
    CaseRig rig = CaseRig::high(busy_rules());
    rig.bring_to(S::CLOSED);
    rig.effects.clear();
    rig.sighting("2026-09-16 10:10");  // 30 d
    EXPECT_EQ(rig.view().state, S::INVESTIGATING);
    EXPECT_EQ(rig.view().reopen_count, 1);
    EXPECT_EQ(rig.view().outcome, Outcome::UNSPECIFIED);
    EXPECT_FALSE(rig.view().plan);
    EXPECT_FALSE(rig.view().report);
    EXPECT_TRUE(rig.view().lost.reason.empty());
    EXPECT_EQ(rig.seat("kam", GroupRole::SALES), MemberState::ACCEPTED);  // the group stays
    EXPECT_THAT(rig.told(NoticeReason::REOPENED), testing::Contains("director"));
    EXPECT_EQ(rig.due(MilestoneKind::ACKNOWLEDGE), shanghai("2026-09-16 12:10"));
    EXPECT_THAT(rig.owed(MilestoneKind::FOLLOW_UP), IsEmpty());
    EXPECT_THAT(rig.owed(MilestoneKind::RESOLVE), SizeIs(1));
    // What was said in the first life does not count for the guards of the second.
    rig.ok("2026-09-16 10:20", "director", ResolveAction{Outcome::LOST, CaseRig::loss(), {}});
    rig.ok("2026-09-16 10:21", "kam", CaseRig::good_report());
    rig.ok("2026-09-16 10:22", "director", ApproveReportAction{});
    EXPECT_THAT(rig.decisions("CONTACT_MISSING"), SizeIs(1));
}

TEST(Reopen, AfterThirtyDaysItIsANewCase) {
    CaseRig rig = CaseRig::high();
    rig.bring_to(S::CLOSED);
    rig.sighting("2026-09-16 10:10:01");
    EXPECT_EQ(rig.last_case().case_id.value, "37140000012-2");
    EXPECT_EQ(rig.last_case().reopen_count, 0);
    EXPECT_EQ(rig.last_case().state, S::NEW);
}

TEST(Reopen, NotByWhatIsNoEmergencyNorAfterAnExplanation) {
    CaseRig closed = CaseRig::high();
    closed.bring_to(S::CLOSED);
    closed.manual("2026-08-20 10:00", Severity::MEDIUM, SignalKind::SERVICE_FAILURES);
    EXPECT_EQ(closed.last_case().case_id.value, "37140000012-2");
    CaseRig explained = CaseRig::high();
    explained.bring_to(S::RESOLVED);
    explained.sighting("2026-08-20 10:00");
    EXPECT_EQ(explained.last_case().case_id.value, "37140000012-2");
}

TEST(Reopen, AWorseSignalBringsTheLeaderThatItsSeverityDemands) {
    CaseRig rig;
    rig.watched(yuan(15'000));  // G1: unit head -> director
    rig.sighting("2026-08-17 10:00", CompetitorEvidence::SEEN_LABEL);
    rig.ok("2026-08-17 10:01", "unit-head", ContactAction{ContactLevel::EXECUTIVE, TouchChannel::VISIT});
    rig.ok("2026-08-17 10:02", "unit-head", ResolveAction{Outcome::LOST, CaseRig::loss(), {}});
    rig.ok("2026-08-17 10:03", "kam", CaseRig::good_report());
    rig.ok("2026-08-17 10:04", "unit-head", ApproveReportAction{});
    ASSERT_EQ(rig.view().state, S::CLOSED);
    rig.effects.clear();
    rig.manual("2026-08-20 10:00", Severity::CRITICAL);
    EXPECT_EQ(rig.view().severity, Severity::CRITICAL);
    EXPECT_EQ(rig.view().level, 3);  // S1 of any grade: at least the deputy general manager
    EXPECT_THAT(rig.told(NoticeReason::ESCALATED), ElementsAre("director", "deputy"));
    EXPECT_EQ(rig.view().owner_staff_id, StaffId("unit-head"));
    for (const Obligation* o : rig.owed(MilestoneKind::ACKNOWLEDGE))
        EXPECT_EQ(o->task.due_at, shanghai("2026-08-20 10:30"));
}

TEST(Reopen, WhileTheReportOfARecoveryIsStillOwed) {
    CaseRig rig;
    rig.watched(yuan(80'000));
    rig.at("2026-08-17 10:00", kCode, ContactChangeEvent{ContactRole::DECISION_MAKER, "c1", "c2"});
    rig.ok("2026-08-17 10:10", "team", AckAction{});
    rig.ok("2026-08-18 10:00", "kam", rig.done(TaskKind::MEET_DECISION_MAKER));
    rig.ok("2026-08-18 10:10", "team", ResolveAction{Outcome::RECOVERED, {}, {}});
    ASSERT_EQ(rig.view().state, S::REPORT_DUE);
    rig.sighting("2026-08-19 10:00");
    EXPECT_EQ(rig.view().state, S::INVESTIGATING);
    EXPECT_EQ(rig.view().reopen_count, 1);
    EXPECT_THAT(rig.owed(MilestoneKind::ANALYSIS_REPORT), IsEmpty());
}

}  // namespace
}  // namespace aw
