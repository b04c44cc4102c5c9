// From the outcome to the end: at every step somebody owes the next one, and is told when it is late.
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
using S = CaseState;

// The one task that waits for a command, as "who owes what until when".
std::string owed(const CaseRig& rig) {
    std::string all;
    for (const Obligation& o : rig.file().obligations) {
        if (!o.is_open() || !ends_the_case(o)) continue;
        if (!all.empty()) all += ", ";
        all += o.task.assignee_staff_id.value + " " + o.task.detail;
        EXPECT_TRUE(o.task.due_at.is_set());
    }
    return all;
}

// A HIGH case of the director, lost, its customer spoken to or not.
CaseRig lost(bool contact, std::shared_ptr<const Rules> rules = test::sample_rules()) {
    CaseRig rig = CaseRig::high(std::move(rules));
    rig.ok("2026-08-17 10:01", "director", AckAction{});
    if (contact) rig.ok("2026-08-17 10:02", "kam", ContactAction{ContactLevel::MANAGER, TouchChannel::PHONE});
    rig.ok("2026-08-17 10:03", "director", ResolveAction{Outcome::LOST, CaseRig::loss(), {}});
    return rig;
}

TEST(TheEnd, AReportThatNobodyApprovesIsAskedForAgainAndAgain) {
    CaseRig rig = lost(true, test::busy_rules());
    EXPECT_EQ(owed(rig), "");  // the report itself
    EXPECT_THAT(rig.owed(MilestoneKind::HUMAN_ACTIVITY), IsEmpty());  // that one has a deadline of its own
    rig.effects.clear();
    rig.ok("2026-08-17 11:00", "kam", CaseRig::good_report());
    EXPECT_EQ(owed(rig), "");
    EXPECT_THAT(rig.told(NoticeReason::REPORT_READY), ElementsAre("director"));
    EXPECT_NE(rig.notices(NoticeReason::REPORT_READY)[0].subject.find("please approve"), std::string::npos);
    EXPECT_EQ(rig.due(MilestoneKind::HUMAN_ACTIVITY), shanghai("2026-08-19 11:00"));  // 2 bd
    rig.tick_at("2026-08-19 11:00");
    EXPECT_THAT(rig.told(NoticeReason::STALE), ElementsAre("director"));
    rig.tick_at("2026-08-21 11:00");
    EXPECT_THAT(rig.told(NoticeReason::STALE), ElementsAre("director", "director"));
    EXPECT_THAT(rig.owed(MilestoneKind::ACKNOWLEDGE), IsEmpty());  // there is nothing to take up
    rig.ok("2026-08-21 11:20", "director", ApproveReportAction{});
    EXPECT_EQ(rig.view().state, S::CLOSED);
    EXPECT_THAT(rig.owed(MilestoneKind::HUMAN_ACTIVITY), IsEmpty());
}

TEST(TheEnd, AGuardIsNoTaskThatIsReportedAsDone) {
    CaseRig rig = lost(false);
    rig.ok("2026-08-17 11:00", "kam", CaseRig::good_report());
    rig.ok("2026-08-17 11:01", "director", ApproveReportAction{});
    EXPECT_EQ(rig.refused("2026-08-17 11:10", "kam", rig.done(TaskKind::CONTACT_CUSTOMER)), "ILLEGAL_TRANSITION");
}

TEST(TheEnd, AGuardThatIsOpenIsOwedAndThenTheClosing) {
    CaseRig rig = lost(false);
    rig.ok("2026-08-17 11:00", "kam", CaseRig::good_report());
    rig.ok("2026-08-17 11:01", "director", ApproveReportAction{});
    EXPECT_EQ(rig.view().state, S::REPORT_DUE);
    EXPECT_EQ(owed(rig), "kam contact");
    rig.tick_at("2026-08-24 11:01");
    EXPECT_THAT(rig.told(NoticeReason::DEADLINE_BREACHED), ElementsAre("kam", "director", "deputy"));
    rig.ok("2026-08-24 12:00", "kam", ContactAction{ContactLevel::FRONT_LINE, TouchChannel::PHONE});
    EXPECT_EQ(owed(rig), "director close");
    rig.ok("2026-08-24 12:01", "director", CloseAction{});
    EXPECT_EQ(rig.view().state, S::CLOSED);
    EXPECT_EQ(owed(rig), "");
}

TEST(TheEnd, OfACriticalCaseNeedsAnExecutivesTalk) {
    CaseRig rig = CaseRig::high();
    rig.manual("2026-08-17 10:00:30", Severity::CRITICAL);
    rig.ok("2026-08-17 10:01", "director", ResolveAction{Outcome::LOST, CaseRig::loss(), {}});
    rig.ok("2026-08-17 11:00", "kam", CaseRig::good_report());
    rig.ok("2026-08-17 11:01", "director", ApproveReportAction{});
    rig.ok("2026-08-17 11:02", "kam", ContactAction{ContactLevel::FRONT_LINE, TouchChannel::PHONE});
    EXPECT_EQ(owed(rig), "deputy contact EXECUTIVE");
    rig.ok("2026-08-17 11:03", "kam", ContactAction{ContactLevel::FRONT_LINE, TouchChannel::PHONE});
    EXPECT_EQ(owed(rig), "deputy contact EXECUTIVE");
    rig.ok("2026-08-17 11:04", "deputy", ContactAction{ContactLevel::EXECUTIVE, TouchChannel::VISIT});
    EXPECT_EQ(owed(rig), "director close");
}

// Such a severity owes no report, but what keeps it from its end is owed like elsewhere.
TEST(TheEnd, OfALowCaseNeedsSomebodyWhoTalked) {
    CaseRig rig;
    rig.watched(yuan(200'000));
    rig.manual("2026-08-17 10:00", Severity::LOW);
    rig.ok("2026-08-17 10:01", "director", AckAction{});
    rig.ok("2026-08-17 10:02", "director", ResolveAction{Outcome::LOST, CaseRig::loss(), {}});
    EXPECT_EQ(rig.view().state, S::REPORT_DUE);
    EXPECT_EQ(owed(rig), "director contact");
    EXPECT_EQ(rig.task(TaskKind::CONTACT_CUSTOMER).due_at, shanghai("2026-08-24 10:02"));
    rig.ok("2026-08-17 10:03", "director", ContactAction{ContactLevel::MANAGER, TouchChannel::PHONE});
    EXPECT_EQ(owed(rig), "director close");
    rig.ok("2026-08-17 10:04", "director", CloseAction{});
    EXPECT_EQ(rig.view().state, S::CLOSED);
}

TEST(TheEnd, AComplaintRunsByItsOwnClockAsLongAsItHasOne) {
    CaseRig rig = CaseRig::high();
    ComplaintEvent complaint;
    complaint.complaint_id = "C1";
    complaint.category = ComplaintCategory::DELAY;
    complaint.severity = ComplaintSeverity::MINOR;
    complaint.demand = "an answer";
    rig.at("2026-08-17 10:00:30", CaseRig::kCode, complaint);
    rig.ok("2026-08-17 10:02", "kam", ContactAction{ContactLevel::MANAGER, TouchChannel::PHONE});
    rig.ok("2026-08-17 10:03", "director", ResolveAction{Outcome::LOST, CaseRig::loss(), {}});
    rig.ok("2026-08-17 10:04", "kam", CaseRig::good_report());
    rig.ok("2026-08-17 10:05", "director", ApproveReportAction{});
    EXPECT_EQ(owed(rig), "");  // the answer is owed
    ComplaintProgressEvent step;
    step.complaint_id = "C1";
    step.state = ComplaintState::ANSWERED;
    step.satisfaction = Satisfaction::DISSATISFIED;
    rig.at("2026-08-17 10:06", CaseRig::kCode, step);
    EXPECT_EQ(owed(rig), "director close");  // it was given, and the customer is not content
    step.state = ComplaintState::CLOSED;
    step.satisfaction = Satisfaction::SATISFIED;
    rig.at("2026-08-17 10:07", CaseRig::kCode, step);
    rig.ok("2026-08-17 10:08", "director", CloseAction{});
    EXPECT_EQ(rig.view().state, S::CLOSED);
}

TEST(TheEnd, IsOwedByALeaderWhoIsThere) {
    CaseRig rig = lost(true, test::busy_rules());
    rig.at("2026-08-17 10:30", {}, StaffChangeEvent{"director", StaffState::LEFT, {}, {}});
    rig.at("2026-08-17 10:31", {}, StaffChangeEvent{"county-director", StaffState::LEFT, {}, {}});
    rig.ok("2026-08-17 11:00", "kam", CaseRig::good_report());
    rig.tick_at("2026-08-19 11:00");
    EXPECT_THAT(rig.told(NoticeReason::STALE), Contains("deputy"));
}

}  // namespace
}  // namespace aw
