// Who may act on a case: leaders by level and by post, nobody who has left; and who is told what.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/case_rig.hpp"

namespace aw {
namespace {

using test::CaseRig;
using test::sample_rules;
using test::shanghai;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using S = CaseState;

constexpr auto kCode = CaseRig::kCode;
constexpr auto kNow = "2026-08-17 10:30";

TEST(WhoHasLeft, CommandsNothing) {
    CaseRig rig = CaseRig::high();
    rig.at("2026-08-17 10:10", {}, StaffChangeEvent{"director", StaffState::LEAVING, {}, {}});
    rig.ok("2026-08-17 10:11", "director", AckAction{});  // still there, and seeing to the hand-over
    rig.at("2026-08-17 10:20", {}, StaffChangeEvent{"director", StaffState::LEFT, {}, {}});
    const Timestamp later = shanghai("2026-08-20 17:30");
    for (const CommandAction& action : std::vector<CommandAction>{
             AcceptAction{GroupRole::LEADER}, StartAction{}, UpdateAction{"well"}, SuspendAction{later},
             ResolveAction{Outcome::LOST, {}, {}}, AssignTaskAction{"kam", "look", later}, TransferAction{"team"}}) {
        EXPECT_EQ(rig.refused(kNow, "director", action, "why"), "FORBIDDEN") << action_name(action);
        EXPECT_THAT(rig.last_refusal, HasSubstr("has left"));
    }
}

TEST(WhoHasLeft, ApprovesNothing) {
    CaseRig rig = CaseRig::high();
    rig.at("2026-08-17 10:20", {}, StaffChangeEvent{"director", StaffState::LEFT, {}, {}});
    EXPECT_EQ(rig.refused(kNow, "kam", ResolveAction{Outcome::FALSE_ALARM, {}, "director"}, "hearsay"),
              "APPROVER_REQUIRED");  // the level that was reached, but nobody who is there
    EXPECT_EQ(rig.refused(kNow, "kam", ResolveAction{Outcome::FALSE_ALARM, {}, "deputy"}, "hearsay"), "");
}

// Whoever is named as having approved an explanation hears of it, and who named them.
TEST(Approver, IsTold) {
    CaseRig rig = CaseRig::high();
    rig.effects.clear();
    rig.ok(kNow, "kam", ResolveAction{Outcome::FALSE_ALARM, {}, "deputy"}, "hearsay");
    const auto told = rig.told(NoticeReason::CASE_RESOLVED);
    EXPECT_EQ(std::count(told.begin(), told.end(), "deputy"), 1);  // who had nothing to do with the case yet
    for (const Notice& notice : rig.notices(NoticeReason::CASE_RESOLVED))
        EXPECT_THAT(notice.text, HasSubstr("kam -> deputy: hearsay"));
}

// --- leaders by post (R106) ---

TEST(Superior, LeadsAWatchCase) {
    const auto watch = [] {
        CaseRig rig;
        rig.watched(yuan(200'000));  // G4: the director
        rig.manual("2026-08-17 10:00", Severity::LOW, SignalKind::VOLUME_DROP);
        EXPECT_EQ(rig.view().case_class, CaseClass::WATCH);
        return rig;
    };
    const Timestamp later = shanghai("2026-08-20 17:30");
    for (const char* leader : {"director", "deputy", "exec"}) {
        EXPECT_EQ(watch().refused(kNow, leader, SuspendAction{later}, "why"), "") << leader;
        EXPECT_EQ(watch().refused(kNow, leader, AssignTaskAction{"kam", "look", later}), "") << leader;
        EXPECT_EQ(watch().refused(kNow, leader, UpdateAction{"well"}), "") << leader;
        CaseRig lost = watch();
        EXPECT_EQ(lost.refused(kNow, leader, ResolveAction{Outcome::LOST, CaseRig::loss(), {}}), "") << leader;
        EXPECT_EQ(lost.view().state, S::REPORT_DUE);
        EXPECT_EQ(lost.view().owner_staff_id, StaffId("director"));  // somebody answers for it now
    }
    // A lower post, and the same post of another unit.
    for (const char* other : {"team", "unit-head", "quality", "county-director"})
        EXPECT_EQ(watch().refused(kNow, other, AssignTaskAction{"kam", "look", later}), "FORBIDDEN") << other;
}

TEST(Superior, NeedNotWaitUntilTheirLevelIsReached) {
    CaseRig rig = CaseRig::high();
    const Timestamp later = shanghai("2026-08-20 17:30");
    rig.ok(kNow, "deputy", AssignTaskAction{"kam", "look", later});
    rig.ok(kNow, "exec", UpdateAction{"well"});
    EXPECT_EQ(rig.refused(kNow, "deputy", AckAction{}), "FORBIDDEN");  // that is owed by the levels that were reached
    rig.at(kNow, {}, StaffChangeEvent{"exec", StaffState::ON_LEAVE, {}, {}});
    EXPECT_EQ(rig.refused(kNow, "exec", UpdateAction{"well"}), "FORBIDDEN");
}

// --- posts that nobody holds ---

TEST(Specialist, ThatNobodyIsLeftForIsToldToOperations) {
    CaseRig rig;
    rig.watched(yuan(200'000));
    rig.at("2026-08-17 09:00", {}, StaffChangeEvent{"market", StaffState::LEFT, {}, {}});
    rig.sighting("2026-08-17 10:00");
    ASSERT_THAT(rig.told(NoticeReason::ROLE_UNFILLED), ElementsAre("ops"));
    EXPECT_THAT(rig.notices(NoticeReason::ROLE_UNFILLED)[0].text, HasSubstr("MARKET_DEPARTMENT"));
    CaseRig far;
    AccountEvent account;
    account.scope = GeographicScope::MULTI_PROVINCE;  // R16, and nobody coordinates
    far.at("2026-08-17 09:00", kCode, account);
    far.watched(yuan(200'000), "2026-08-17 09:01");
    far.sighting("2026-08-17 10:00");
    ASSERT_THAT(far.told(NoticeReason::ROLE_UNFILLED), ElementsAre("ops"));
    EXPECT_THAT(far.notices(NoticeReason::ROLE_UNFILLED)[0].text, HasSubstr("PROVINCE_COORDINATOR"));
}

TEST(Specialist, WhoIsAssignedToTheAccountComesFirst) {
    CaseRig rig;
    AccountEvent account;
    account.assignments = {{StaffRole::MARKET_DEPARTMENT, "quality"}};
    rig.at("2026-08-17 07:00", kCode, account);
    rig.watched(yuan(200'000));
    rig.sighting("2026-08-17 10:00");
    EXPECT_EQ(rig.seat("quality", GroupRole::SPECIALIST), MemberState::INVITED);
    EXPECT_EQ(rig.seat("market", GroupRole::SPECIALIST), MemberState::UNSPECIFIED);
}

// --- one notice per person and reason ---

TEST(Notices, OfDeadlinesAtOneInstantAreOnePerPerson) {
    CaseRig rig = CaseRig::high();
    rig.ok("2026-08-17 10:05", "director", AckAction{});
    rig.effects.clear();
    rig.tick_at("2026-08-17 14:00");  // FORM_GROUP and three invitations
    EXPECT_THAT(rig.told(NoticeReason::DEADLINE_BREACHED),
                testing::UnorderedElementsAre("director", "deputy", "kam", "service"));
    for (const Notice& notice : rig.notices(NoticeReason::DEADLINE_BREACHED)) {
        if (notice.recipient_staff_id.value != "deputy") continue;
        EXPECT_THAT(notice.subject, HasSubstr("form the response group"));
        for (const char* seat : {"(leader)", "(sales)", "(after-sales)"})
            EXPECT_THAT(notice.text, HasSubstr(std::string("accept the role ") + seat));
    }
}

// --- what a notice says ---

TEST(Words, OfAnEndSayHowItEnded) {
    CaseRig lost = CaseRig::high();
    lost.ok(kNow, "director", ResolveAction{Outcome::LOST, {}, {}});
    for (const Notice& notice : lost.notices(NoticeReason::CASE_RESOLVED)) {
        EXPECT_THAT(notice.subject, HasSubstr("client lost: competitor confirmed"));
        EXPECT_THAT(notice.subject, Not(HasSubstr("resolved")));
    }
    CaseRig no_emergency = CaseRig::high();
    no_emergency.ok(kNow, "kam", ResolveAction{Outcome::FALSE_ALARM, {}, "director"}, "hearsay");
    EXPECT_THAT(no_emergency.notices(NoticeReason::CASE_RESOLVED)[0].subject, HasSubstr("case resolved: false alarm"));
}

TEST(Words, AFollowUpIsNoEmergency) {
    const Calendar& calendar = sample_rules()->calendar;
    NoticeFacts facts;
    facts.reason = NoticeReason::CASE_OPENED;
    facts.severity = Severity::LOW;
    facts.case_class = CaseClass::SUPERVISED_FOLLOW_UP;
    EXPECT_THAT(notice_wording(Language::ZH, facts, calendar).subject, Not(HasSubstr("应急")));
    facts.case_class = CaseClass::EMERGENCY;
    EXPECT_THAT(notice_wording(Language::ZH, facts, calendar).subject, HasSubstr("应急立案"));
    CaseRig rig;
    rig.watched(yuan(200'000));
    rig.manual("2026-08-17 10:00", Severity::LOW, SignalKind::SERVICE_FAILURES);
    EXPECT_EQ(rig.notices(NoticeReason::CASE_OPENED).at(0).case_class, CaseClass::SUPERVISED_FOLLOW_UP);
}

TEST(Words, NoNoticeShowsTheNameOfItsReason) {
    const Calendar& calendar = sample_rules()->calendar;
    for (std::size_t i = 1; i < EnumNames<NoticeReason>::kList.size(); ++i) {
        const auto reason = static_cast<NoticeReason>(i);
        for (const Language language : {Language::ZH, Language::EN}) {
            NoticeFacts facts;
            facts.reason = reason;
            facts.account_name = "Morning Star";
            EXPECT_THAT(notice_wording(language, facts, calendar).subject, Not(HasSubstr(std::string(name(reason)))));
        }
    }
}

// The clocks of the case are nobody's task, and their notices say all the same what is due.
TEST(Words, OfEveryDeadlineSayWhatIsDue) {
    const auto subject = [](Language language, TaskKind task, MilestoneKind milestone) {
        NoticeFacts facts;
        facts.reason = NoticeReason::DEADLINE_WARNING;
        facts.task = task;
        facts.milestone = milestone;
        return notice_wording(language, facts, sample_rules()->calendar).subject;
    };
    for (std::size_t i = 1; i < EnumNames<TaskKind>::kList.size(); ++i) {
        const auto kind = static_cast<TaskKind>(i);
        EXPECT_THAT(subject(Language::EN, kind, {}), Not(testing::EndsWith(": task"))) << name(kind);
        EXPECT_THAT(subject(Language::ZH, kind, {}), Not(HasSubstr("任务"))) << name(kind);
    }
    for (const auto clock : {MilestoneKind::RESOLVE, MilestoneKind::OBSERVE, MilestoneKind::HUMAN_ACTIVITY}) {
        EXPECT_THAT(subject(Language::EN, {}, clock), Not(testing::EndsWith(": task"))) << name(clock);
        EXPECT_THAT(subject(Language::ZH, {}, clock), Not(HasSubstr("任务"))) << name(clock);
    }
    CaseRig rig = CaseRig::high();  // 14 days to resolve it: the first warning after 70 %
    rig.ok(kNow, "director", AckAction{});
    rig.tick_at("2026-08-27 06:00");
    std::vector<std::string> subjects;
    for (const Notice& notice : rig.notices(NoticeReason::DEADLINE_WARNING)) subjects.push_back(notice.subject);
    EXPECT_THAT(subjects, testing::Contains(HasSubstr("deadline near: resolve the case")));
}

// --- requirements 3.2: S4 has no follow-ups ---

TEST(Low, OwesNoFollowUps) {
    CaseRig rig;
    rig.watched(yuan(200'000));
    rig.manual("2026-08-17 10:00", Severity::LOW, SignalKind::SERVICE_FAILURES);
    rig.ok(kNow, "director", ContactAction{ContactLevel::MANAGER, TouchChannel::PHONE});
    rig.ok(kNow, "director", ResolveAction{Outcome::LOST, CaseRig::loss(), {}});
    EXPECT_EQ(rig.view().state, S::CLOSED);
    EXPECT_THAT(rig.owed(MilestoneKind::FOLLOW_UP), IsEmpty());
}

}  // namespace
}  // namespace aw
