// Rules of the requirements with their own numbers, under the scenarios' policy: people and the end of a case. Each
// also through a real log (rule_rig.hpp).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/cases/audit.hpp"
#include "scenarios/rule_rig.hpp"

namespace aw {
namespace {

using test::kCase;
using test::kCode;
using test::kDirector;
using test::kSales;
using test::RuleRig;
using test::said;
using test::shanghai;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

ReportAction six_fields() { return {"cause", "course", "responsible", "conclusion", "measures", "prevention", {}}; }

// A case of the account, given up as lost by its leader: its report is owed.
struct LostRig : RuleRig {
    explicit LostRig(ContactLevel level, Severity severity = Severity::HIGH, std::string_view leader = kDirector,
                     LossAnalysis loss = {"PRICE", "competitor X", "no second offer"})
        : leader_(leader) {
        bill("2026-03-02 09:00");
        manual("2026-03-02 10:00", severity);
        EXPECT_EQ(says("2026-03-02 10:10", leader, AckAction{}), "");
        EXPECT_EQ(says("2026-03-02 10:20", kSales, ContactAction{level, TouchChannel::PHONE}), "");
        EXPECT_EQ(says("2026-03-02 11:00", leader, ResolveAction{Outcome::LOST, loss, {}}), "");
        EXPECT_EQ(last_case().state, CaseState::REPORT_DUE);
    }
    std::string approve(const char* local) { return says(local, leader_, ApproveReportAction{}); }

private:
    std::string_view leader_;
};

// A -> B at 10:00, B silent: A is reminded and overdue. B accepts at 10:40: B owns the case.
TEST(R21, WhoHandsOverStaysResponsibleUntilTheOtherAccepts) {
    RuleRig rig({"policy.cases.hand_over=30m", "policy.cases.hand_over_clock=REAL"});
    rig.bill("2026-03-02 08:50");
    rig.manual("2026-03-02 09:00", Severity::HIGH);
    ASSERT_EQ(rig.says("2026-03-02 09:30", kDirector, AcceptAction{GroupRole::LEADER}), "");
    ASSERT_EQ(rig.says("2026-03-02 10:00", kDirector, TransferAction{"unit-head-1"}), "");
    rig.tick(shanghai("2026-03-02 10:39"));
    EXPECT_EQ(rig.last_case().owner_staff_id.value, kDirector);
    const auto tasks = rig.opened(TaskKind::HAND_OVER);
    ASSERT_THAT(tasks, SizeIs(1));
    EXPECT_EQ(tasks[0].assignee_staff_id.value, kDirector);
    EXPECT_THAT(rig.told_about(tasks[0].task_id),
                ElementsAre(said("HAND_OVER to unit-head-1", "2026-03-02 10:00"),
                            said("DEADLINE_WARNING to dept-director-1", "2026-03-02 10:21"),
                            said("DEADLINE_WARNING to dept-director-1", "2026-03-02 10:27"),
                            said("DEADLINE_BREACHED to dept-director-1", "2026-03-02 10:30"),
                            said("DEADLINE_BREACHED to deputy-gm", "2026-03-02 10:30")));  // leader + 1
    ASSERT_EQ(rig.says("2026-03-02 10:40", "unit-head-1", AcceptTransferAction{}), "");
    EXPECT_EQ(rig.last_case().owner_staff_id.value, "unit-head-1");
    EXPECT_EQ(rig.last_state(tasks[0].task_id.value).state, TaskState::DONE);
    EXPECT_THAT(rig.decisions("transfer"), SizeIs(1));
    EXPECT_THAT(rig.decisions("accept_transfer"), SizeIs(1));
}

// A LOW signal: one WATCH case, one visit, one report; a missing report is overdue to the market department.
TEST(R52, VisitAndAnalysisReportForEveryLowDrop) {
    RuleRig rig;
    for (int week = 20; week <= 32; ++week) rig.week(kCode, "express", make_week(2026, week), 1000);
    rig.bill("2026-08-09 13:00");
    rig.week(kCode, "express", make_week(2026, 33), 750);
    rig.tick(shanghai("2026-08-17 08:30"));
    ASSERT_THAT(rig.all<Signal>(), SizeIs(1));
    EXPECT_EQ(rig.all<Signal>()[0].severity, Severity::LOW);
    EXPECT_EQ(rig.last_case().case_class, CaseClass::WATCH);
    EXPECT_EQ(rig.last_case().severity, Severity::LOW);
    EXPECT_EQ(rig.last_case().level, 0);
    EXPECT_THAT(rig.last_case().group, IsEmpty());
    EXPECT_THAT(rig.last_case().milestones, IsEmpty());  // no acknowledgement
    EXPECT_THAT(rig.notices(NoticeReason::CASE_OPENED), IsEmpty());
    EXPECT_THAT(rig.notices(NoticeReason::ROLE_INVITED), IsEmpty());
    EXPECT_THAT(rig.notices(NoticeReason::WATCH_SIGNAL), SizeIs(1));
    const auto visits = rig.opened(TaskKind::VISIT);
    ASSERT_THAT(visits, SizeIs(1));
    EXPECT_EQ(visits[0].due_at, shanghai("2026-08-18 17:30"));  // 2 bd
    const auto reports = rig.opened(TaskKind::ANALYSIS_REPORT);
    ASSERT_THAT(reports, SizeIs(1));
    EXPECT_EQ(reports[0].due_at, shanghai("2026-08-21 17:30"));  // 5 bd
    TouchpointEvent visit;
    visit.touchpoint_id = "T-1";
    visit.staff_id = kSales;
    visit.channel = TouchChannel::VISIT;
    rig.at("2026-08-18 10:00", kCode, visit);
    EXPECT_EQ(rig.last_state(visits[0].task_id.value).state, TaskState::DONE);
    rig.tick(shanghai("2026-08-21 18:00"));
    EXPECT_EQ(rig.last_state(reports[0].task_id.value).state, TaskState::OVERDUE);
    std::vector<std::string> breached;
    for (const Notice& n : rig.notices(NoticeReason::DEADLINE_BREACHED))
        breached.push_back(n.recipient_staff_id.value + " " + format_utc(n.created_at));
    EXPECT_THAT(breached, ElementsAre(said(kSales, "2026-08-21 17:30"), said(kDirector, "2026-08-21 17:30")));
}

TEST(R65, ALossIsNotClosedBeforeItIsExplained) {
    const LossAnalysis whole{"PRICE", "competitor X", "no second offer"};
    const std::array<std::pair<LossAnalysis, const char*>, 3> gaps = {
        {{{{}, whole.destination, whole.own_shortcomings}, "缺少 churn_report.reason"},
         {{whole.reason, {}, whole.own_shortcomings}, "缺少 churn_report.destination"},
         {{whole.reason, whole.destination, {}}, "缺少 churn_report.own_shortcomings"}}};
    for (const auto& [loss, missing] : gaps) {
        LostRig rig(ContactLevel::MANAGER, Severity::HIGH, kDirector, loss);
        ASSERT_EQ(rig.says("2026-03-02 12:00", kSales, six_fields()), "");
        EXPECT_EQ(rig.approve("2026-03-02 13:00"), "MISSING_FIELD");
        EXPECT_THAT(rig.all<Decision>().back().text, HasSubstr(missing));
        EXPECT_NE(rig.says("2026-03-02 13:10", kDirector, CloseAction{}), "");
        EXPECT_EQ(rig.last_case().state, CaseState::REPORT_DUE);
        ReportAction full = six_fields();
        full.lost = whole;
        ASSERT_EQ(rig.says("2026-03-02 14:00", kSales, full), "");
        EXPECT_EQ(rig.approve("2026-03-02 15:00"), "");
        EXPECT_EQ(rig.last_case().state, CaseState::CLOSED);
    }
}

TEST(R76, FiveOfSixFieldsAreNotApproved) {
    using Field = std::string_view ReportAction::*;
    const std::array<std::pair<Field, const char*>, 6> fields = {{{&ReportAction::cause, "cause"},
                                                                  {&ReportAction::course, "course"},
                                                                  {&ReportAction::responsible, "responsible"},
                                                                  {&ReportAction::conclusion, "conclusion"},
                                                                  {&ReportAction::countermeasures, "countermeasures"},
                                                                  {&ReportAction::prevention, "prevention"}}};
    LostRig rig(ContactLevel::MANAGER);
    for (const auto& [field, text] : fields) {
        ReportAction five = six_fields();
        five.*field = {};
        ASSERT_EQ(rig.says("2026-03-02 12:00", kSales, five), "");
        EXPECT_EQ(rig.approve("2026-03-02 12:10"), "MISSING_FIELD") << text;
        EXPECT_THAT(rig.all<Decision>().back().text, HasSubstr("缺少 report." + std::string(text)));
        EXPECT_EQ(rig.last_case().state, CaseState::REPORT_DUE);
    }
    ASSERT_EQ(rig.says("2026-03-02 13:00", kSales, six_fields()), "");
    EXPECT_EQ(rig.approve("2026-03-02 13:10"), "");
    EXPECT_EQ(rig.last_case().state, CaseState::CLOSED);
}

TEST(R84, ACriticalCaseIsNotClosedWithFrontLineContactsOnly) {
    LostRig rig(ContactLevel::FRONT_LINE, Severity::CRITICAL, "deputy-gm");
    ASSERT_EQ(rig.says("2026-03-02 12:00", kSales, six_fields()), "");
    rig.command("2026-03-02 12:10", kCase, "deputy-gm", ApproveReportAction{});
    EXPECT_THAT(rig.decisions("EXECUTIVE_CONTACT_MISSING"), SizeIs(1));  // approved, but not closed
    EXPECT_EQ(rig.last_case().state, CaseState::REPORT_DUE);
    EXPECT_EQ(rig.says("2026-03-02 13:00", "deputy-gm", CloseAction{}), "EXECUTIVE_CONTACT_MISSING");
    EXPECT_EQ(rig.last_case().state, CaseState::REPORT_DUE);
    ASSERT_EQ(rig.says("2026-03-02 14:00", "deputy-gm", ContactAction{ContactLevel::EXECUTIVE, TouchChannel::VISIT}),
              "");
    EXPECT_EQ(rig.says("2026-03-02 15:00", "deputy-gm", CloseAction{}), "");
    EXPECT_EQ(rig.last_case().state, CaseState::CLOSED);
}

TEST(R85, OffersAreOffUnlessSwitchedOn) {
    RuleRig rig;
    rig.bill("2026-03-02 08:50");
    rig.manual("2026-03-02 09:00", Severity::HIGH);
    EXPECT_EQ(rig.says("2026-03-02 10:00", kSales, OfferAction{yuan(49'999), "discount"}), "FORBIDDEN");
    EXPECT_THAT(rig.last_case().offers, IsEmpty());
}

TEST(R85, WhoHasToAgreeFollowsTheAmount) {
    RuleRig rig({"policy.offers.enabled=true"});
    rig.bill("2026-03-02 08:50");
    rig.manual("2026-03-02 09:00", Severity::HIGH);
    ASSERT_EQ(rig.says("2026-03-02 10:00", kSales, OfferAction{yuan(49'999), "discount"}), "");
    EXPECT_EQ(rig.last_case().offers.back().approval, OfferApproval::COLLECTIVE);
    ASSERT_EQ(rig.says("2026-03-02 11:00", kSales, OfferAction{yuan(50'000), "discount"}), "");
    EXPECT_EQ(rig.last_case().offers.back().approval, OfferApproval::MARKET_DEPARTMENT);
}

// Lost 05-31 08:30; the first command after it 06-02 09:00, 48.5 h later. What was commanded before does not count.
TEST(R87, ALossThatNobodyTakesUpIsUnreportedChurn) {
    for (const bool known_before : {false, true}) {
        RuleRig rig;
        rig.bill("2026-01-05 09:00");
        for (int week = 2; week <= 13; ++week) rig.week(kCode, "express", make_week(2026, week), 700);
        for (const char* day : {"2026-03-30 12:00", "2026-03-31 12:00"})
            rig.at(day, kCode, ShipmentEvent{"express", 100, 0, {}, {}, {}});
        if (known_before) {
            ASSERT_EQ(rig.says("2026-04-08 09:00", kDirector, AckAction{}), "");
        }
        rig.tick(shanghai("2026-05-31 08:30"));
        ASSERT_EQ(rig.all<Signal>().back().kind, SignalKind::DEFECTION);
        EXPECT_EQ(rig.all<Signal>().back().detected_at, shanghai("2026-05-31 08:30"));
        EXPECT_EQ(rig.last_case().ledger.detected_at, shanghai("2026-05-31 08:30"));
        EXPECT_FALSE(rig.last_case().ledger.reported_at.is_set());
        EXPECT_FALSE(rig.last_case().ledger.unreported_churn);
        ASSERT_EQ(rig.says("2026-06-02 09:00", kDirector, UpdateAction{"reported"}), "");
        const EvidenceLedger ledger = rig.last_case().ledger;
        EXPECT_EQ(ledger.reported_at - ledger.detected_at, std::chrono::minutes(48 * 60 + 30));
        EXPECT_TRUE(ledger.unreported_churn);
    }
}

// Who commanded what when and why, refused ones too; each record holds the digest of all before it. (An export is a line
// of the daemon's log: tests/system.)
TEST(R90, EveryCommandIsOnRecordInOneChain) {
    RuleRig rig;
    rig.bill("2026-03-02 08:50");
    rig.manual("2026-03-02 09:00", Severity::HIGH);
    ASSERT_EQ(rig.says("2026-03-02 09:10", "finance-1", AckAction{}), "FORBIDDEN");
    ASSERT_EQ(rig.says("2026-03-02 09:20", kDirector, AckAction{}), "");
    rig.command("2026-03-02 09:30", kCase, kDirector, LowerSeverityAction{Severity::MEDIUM}, "a misunderstanding");
    std::vector<std::string> commands;
    std::string last;
    for (const Decision& d : rig.all<Decision>()) {
        EXPECT_EQ(d.digest, audit_digest(last, d)) << d.decision_id;
        last = d.digest;
        if (d.kind != DecisionKind::COMMAND) continue;
        std::string line = format_utc(d.at) + " " + d.case_id.value + " " + d.code;
        for (const NamedValue& input : d.inputs) {
            if (input.name == "actor_staff_id" || input.name == "reason") line += " " + input.value;
        }
        commands.push_back(line);
    }
    EXPECT_THAT(commands,
                ElementsAre("2026-03-02T01:10:00Z 37140000012-1 FORBIDDEN finance-1",
                            "2026-03-02T01:20:00Z 37140000012-1 ack dept-director-1",
                            "2026-03-02T01:30:00Z 37140000012-1 lower_severity dept-director-1 a misunderstanding"));
}

TEST(R106, AnAssignedTaskIsOverdueOnce) {
    RuleRig rig;
    rig.bill("2026-03-02 08:50");
    rig.manual("2026-03-02 09:00", Severity::HIGH);
    ASSERT_EQ(rig.says("2026-03-02 09:30", kDirector, AckAction{}), "");
    ASSERT_EQ(rig.says("2026-03-02 10:00", kDirector,
                       AssignTaskAction{"account-rep-1", "fetch the contract", shanghai("2026-03-02 17:30")}),
              "");
    const auto tasks = rig.opened(TaskKind::ASSIGNED);
    ASSERT_THAT(tasks, SizeIs(1));
    EXPECT_EQ(tasks[0].opened_at, shanghai("2026-03-02 10:00"));
    EXPECT_EQ(tasks[0].due_at, shanghai("2026-03-02 17:30"));
    rig.tick(shanghai("2026-03-09 17:30"));
    EXPECT_EQ(rig.last_state(tasks[0].task_id.value).state, TaskState::OVERDUE);
    const auto told = rig.told_about(tasks[0].task_id);
    EXPECT_THAT(told, ElementsAre(said("TASK_ASSIGNED to account-rep-1", "2026-03-02 10:00"),
                                  said("DEADLINE_WARNING to account-rep-1", "2026-03-02 15:15"),
                                  said("DEADLINE_WARNING to account-rep-1", "2026-03-02 16:45"),
                                  said("DEADLINE_BREACHED to account-rep-1", "2026-03-02 17:30"),
                                  said("DEADLINE_BREACHED to dept-director-1", "2026-03-02 17:30"),
                                  said("DEADLINE_BREACHED to deputy-gm", "2026-03-02 17:30")));
}

}  // namespace
}  // namespace aw
