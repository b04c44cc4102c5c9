// The rules of requirements 1.1 and 1.3 with their numbers, on the pure shard.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/shard_rig.hpp"

namespace aw {
namespace {

using test::shanghai;
using test::ShardRig;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::IsSupersetOf;
using testing::SizeIs;

constexpr auto kCode = "37140000012001";

AccountRoot root(std::string_view code) { return parse_customer_code(code)->root; }

// T12M of exactly this, billed today.
void billed(ShardRig& rig, std::string_view code, Money revenue, const char* local) {
    rig.at(local, code, RevenueEvent{"express", revenue, {}, {}});
}

ComplaintEvent complaint(std::string_view id, ComplaintCategory category = ComplaintCategory::DELAY) {
    ComplaintEvent c;
    c.complaint_id = id;
    c.category = category;
    c.severity = ComplaintSeverity::MINOR;
    c.demand = "an answer";
    return c;
}

std::vector<std::string> members(const Case& c, GroupRole role) {
    std::vector<std::string> out;
    for (const GroupMember& m : c.group) {
        if (m.group_role == role) out.push_back(m.staff_id.value);
    }
    return out;
}

TEST(R1, KeyAccountByUnitType) {
    const auto key = [](const char* code, std::int64_t minor) {
        ShardRig rig;
        billed(rig, code, Money{minor}, "2026-08-17 10:00");
        return rig.shard.account(root(code))->is_key_account;
    };
    EXPECT_TRUE(key("37140000012001", 1'000'000));
    EXPECT_FALSE(key("37140000012001", 999'999));
    EXPECT_TRUE(key("37142200012001", 600'000));
    EXPECT_FALSE(key("37142200012001", 599'999));
}

TEST(R1, OnlyKeyAccountsGiveSignals) {
    ShardRig rig;
    billed(rig, kCode, Money{999'999}, "2026-08-17 10:00");
    rig.at("2026-08-17 11:00", kCode, CompetitorSightingEvent{"X", CompetitorEvidence::WRITTEN_QUOTE, {}, {}, {}});
    EXPECT_THAT(rig.all<Signal>(), IsEmpty());
    EXPECT_THAT(rig.decisions("NOT_WATCHED"), SizeIs(1));
    billed(rig, kCode, Money{1}, "2026-08-17 12:00");
    rig.at("2026-08-17 13:00", kCode, CompetitorSightingEvent{"X", CompetitorEvidence::WRITTEN_QUOTE, {}, {}, {}});
    EXPECT_THAT(rig.all<Signal>(), SizeIs(1));
}

TEST(R2, ImportantIsWatchedWhateverTheRevenueAndOneMore) {
    ShardRig rig;
    rig.annual(kCode, "Office", Money{}, "2026-08-17 09:00", Importance::IMPORTANT);
    EXPECT_TRUE(rig.shard.account(root(kCode))->is_key_account);
    ComplaintEvent serious = complaint("C1");
    serious.severity = ComplaintSeverity::SERIOUS;
    rig.at("2026-08-17 10:00", kCode, serious);
    ASSERT_THAT(rig.all<Signal>(), SizeIs(1));
    EXPECT_EQ(rig.all<Signal>().front().kind, SignalKind::SERIOUS_COMPLAINT);
    EXPECT_EQ(rig.all<Signal>().front().severity, Severity::CRITICAL);
    EXPECT_EQ(rig.last_case().leader_role, StaffRole::DEPUTY_GM_IN_CHARGE);  // S1 of any grade
    EXPECT_THAT(members(rig.last_case(), GroupRole::RELEVANT_LEADER), ElementsAre("unit-head"));
}

TEST(R3, AProspectHasNoDropDetection) {
    ShardRig rig;
    rig.annual(kCode, "Prospect", yuan(90'000), "2025-06-29 09:00", Importance::POTENTIAL);
    for (Week week = make_week(2026, 20); week <= make_week(2026, 32); ++week.n) rig.week(kCode, "express", week, 1000);
    rig.tick(shanghai("2026-08-31 09:00"));
    EXPECT_THAT(rig.all<Signal>(), IsEmpty());
    EXPECT_FALSE(rig.decisions("PROSPECT").empty());
}

TEST(R6, GradeOfTheTwelveMonths) {
    const auto grade = [](std::int64_t minor) {
        ShardRig rig;
        billed(rig, kCode, Money{minor}, "2026-08-17 10:00");
        return rig.shard.account(root(kCode))->grade;
    };
    EXPECT_EQ(grade(2'000'000), "G1");
    EXPECT_EQ(grade(2'000'001), "G2");
    EXPECT_EQ(grade(30'000'000), "G4");
    EXPECT_EQ(grade(30'000'001), "G5");
    EXPECT_EQ(grade(50'000'000), "G5");
    EXPECT_EQ(grade(50'000'001), "G6");
    EXPECT_EQ(grade(99'999), "");
}

TEST(R6, TheHintCountsForTheDaysBeforeOurHistory) {
    ShardRig rig;
    rig.annual(kCode, "A", yuan(36'500), "2026-08-17 10:00");
    EXPECT_EQ(rig.shard.account(root(kCode))->t12m_revenue, yuan(36'500));  // all 365 days lie before it
    rig.tick(shanghai("2026-08-26 10:00"));
    EXPECT_EQ(rig.shard.account(root(kCode))->t12m_revenue, yuan(35'600));
    rig.at("2026-08-26 11:00", kCode, RevenueEvent{"express", yuan(7), {}, {}});
    EXPECT_EQ(rig.shard.account(root(kCode))->t12m_revenue, yuan(35'607));
    // A late event shows that our history began earlier.
    Event late;
    late.event_id = "late";
    late.code = *parse_customer_code(kCode);
    late.occurred_at = shanghai("2026-08-12 10:00");
    late.source = "test";
    late.payload = ShipmentEvent{"express", 1, 0, {}, {}, {}};
    rig.shard.apply(late, {shanghai("2026-08-26 12:00"), true}, rig.effects);
    EXPECT_EQ(rig.shard.account(root(kCode))->t12m_revenue, yuan(35'107));
}

TEST(R9, TheMonthlyLookKeepsAGradeWithinFivePercent) {
    ShardRig rig;
    billed(rig, kCode, yuan(302'000), "2026-07-30 10:00");
    rig.tick(shanghai("2026-08-01 09:00"));  // G5 is stored
    rig.at("2026-08-02 10:00", kCode, RevenueEvent{"express", yuan(-4'000), {}, {}});
    rig.tick(shanghai("2026-09-01 09:00"));
    EXPECT_EQ(rig.shard.account(root(kCode))->t12m_revenue, yuan(298'000));
    EXPECT_EQ(rig.shard.account(root(kCode))->grade, "G5");
    rig.at("2026-09-02 10:00", kCode, RevenueEvent{"express", yuan(-14'000), {}, {}});
    EXPECT_EQ(rig.shard.account(root(kCode))->grade, "G5");  // until the monthly look
    rig.tick(shanghai("2026-10-01 09:00"));
    EXPECT_EQ(rig.shard.account(root(kCode))->grade, "G4");
    billed(rig, kCode, yuan(17'000), "2026-10-02 10:00");
    EXPECT_EQ(rig.shard.account(root(kCode))->grade, "G5");  // upwards at once
}

TEST(R10, BranchesRollUpAndAShiftIsOneInfo) {
    ShardRig rig;
    rig.annual("37140000012001", "A", yuan(90'000), "2026-05-01 09:00");
    for (Week week = make_week(2026, 20); week <= make_week(2026, 32); ++week.n) {
        rig.week("37140000012001", "express", week, 500);
        rig.week("37140000012002", "express", week, 500);
    }
    rig.week("37140000012002", "express", make_week(2026, 33), 1010);
    rig.tick(shanghai("2026-08-17 08:30"));
    ASSERT_THAT(rig.all<Signal>(), SizeIs(1));
    const Signal shift = rig.all<Signal>().front();
    EXPECT_EQ(shift.kind, SignalKind::BRANCH_SHIFT);
    EXPECT_EQ(shift.severity, Severity::INFO);
    EXPECT_EQ(shift.recent_change_bp, -10'000);
    const auto whole = std::ranges::find(shift.reasons, std::string("ROOT_CHANGE"), &Reason::code);
    ASSERT_NE(whole, shift.reasons.end());
    EXPECT_THAT(whole->text, testing::EndsWith("+1.0 %"));  // 1,000 -> 1,010
    EXPECT_THAT(rig.all<Case>(), IsEmpty());
    EXPECT_THAT(rig.all<Notice>(), IsEmpty());
    // Told once, not every week.
    rig.week("37140000012002", "express", make_week(2026, 34), 1010);
    rig.tick(shanghai("2026-08-24 08:30"));
    EXPECT_THAT(rig.all<Signal>(), SizeIs(1));
}

// A file sent twice: what was taken is a duplicate, even if the account was renamed since; what was refused is not.
TEST(R11, ARegistrationSentAgainIsADuplicate) {
    ShardRig rig;
    AccountEvent registration;
    registration.operation = AccountOperation::REGISTER;
    registration.name = "First";
    EXPECT_EQ(rig.at(shanghai("2026-08-17 09:00"), kCode, registration, "id-1"), Applied::applied);
    AccountEvent renamed;
    renamed.name = "Second";
    rig.at("2026-08-17 10:00", kCode, renamed);
    EXPECT_EQ(rig.at(shanghai("2026-08-17 11:00"), kCode, registration, "id-1"), Applied::duplicate);
    EXPECT_EQ(rig.at(shanghai("2026-08-17 11:00"), kCode, registration, "id-2"), Applied::refused);
    registration.name = "Second";
    EXPECT_EQ(rig.at(shanghai("2026-08-17 11:01"), kCode, registration, "id-2"), Applied::applied);
}

TEST(R11, ACodeIsGivenOnceAndNeverChanges) {
    ShardRig rig;
    rig.annual(kCode, "First", yuan(90'000), "2026-08-17 09:00");
    AccountEvent again;
    again.operation = AccountOperation::REGISTER;
    again.name = "Second";
    EXPECT_EQ(rig.at("2026-08-17 10:00", kCode, again), Applied::refused);
    EXPECT_EQ(rig.all<Refusal>().back().reason, DeadLetterReason::DUPLICATE_CODE);
    AccountEvent moved;
    moved.previous_code = "37140000099001";
    EXPECT_EQ(rig.at("2026-08-17 10:01", kCode, moved), Applied::refused);
    EXPECT_EQ(rig.all<Refusal>().back().reason, DeadLetterReason::CODE_IMMUTABLE);
    EXPECT_EQ(rig.shard.account(root(kCode))->account_name, "First");
    EXPECT_EQ(rig.shard.counts().accounts, 1U);
    AccountEvent renamed;
    renamed.name = "Honest";
    renamed.previous_code = kCode;
    EXPECT_EQ(rig.at("2026-08-17 10:02", kCode, renamed), Applied::applied);
    EXPECT_EQ(rig.shard.account(root(kCode))->account_name, "Honest");
    // The same registration sent again, and one of another branch, are fine.
    again.name = "Honest";
    EXPECT_EQ(rig.at("2026-08-17 10:03", kCode, again), Applied::applied);
    again.name = "Branch";
    EXPECT_EQ(rig.at("2026-08-17 10:04", "37140000012002", again), Applied::applied);
}

Case case_of_revenue(Money revenue, const char* code = kCode,
                     std::shared_ptr<const Rules> rules = test::sample_rules()) {
    ShardRig rig(std::move(rules));
    rig.at("2026-08-17 09:00", code, RevenueEvent{"express", revenue, {}, {}});
    rig.at("2026-08-17 10:00", code, ContactChangeEvent{ContactRole::DECISION_MAKER, "c1", "c2"});
    return rig.last_case();
}

TEST(R18, TheGradeSaysWhoLeads) {
    using R = StaffRole;
    const Case g6 = case_of_revenue(yuan(600'000));
    EXPECT_EQ(g6.leader_role, R::EXECUTIVE_DEPUTY_GM);
    EXPECT_THAT(members(g6, GroupRole::RELEVANT_LEADER), ElementsAre("deputy"));
    EXPECT_EQ(case_of_revenue(yuan(400'000)).leader_role, R::DEPUTY_GM_IN_CHARGE);
    const Case g4 = case_of_revenue(yuan(200'000));
    EXPECT_EQ(g4.leader_role, R::DEPARTMENT_DIRECTOR);
    EXPECT_EQ(g4.owner_staff_id, StaffId("director"));
    EXPECT_THAT(members(g4, GroupRole::RELEVANT_LEADER), ElementsAre("team"));
    EXPECT_EQ(case_of_revenue(yuan(80'000)).leader_role, R::TEAM_LEADER);
    EXPECT_EQ(case_of_revenue(yuan(30'000)).leader_role, R::DEVELOPING_UNIT_HEAD);
    EXPECT_EQ(case_of_revenue(yuan(15'000)).leader_role, R::DEVELOPING_UNIT_HEAD);
}

TEST(R19, TheDirectorOfTheTerritoryNotOfTheCity) {
    auto rules = test::sample_rules();
    rules->organisation.units[0].region_codes = {371'400};
    rules->organisation.units.push_back({UnitId("district"), "District", UnitType::CITY, {371'402}, UnitId("city")});
    Staff director = *rules->organisation.find_staff("director");
    director.id = StaffId("district-director");
    director.unit = UnitId("district");
    rules->organisation.staff.push_back(director);
    EXPECT_EQ(case_of_revenue(yuan(200'000), "37140200012001", rules).owner_staff_id, StaffId("district-director"));
    EXPECT_EQ(case_of_revenue(yuan(200'000), "37140200012001", rules).unit_id, UnitId("district"));
    EXPECT_EQ(case_of_revenue(yuan(200'000), "37140000012001", rules).owner_staff_id, StaffId("director"));
    EXPECT_EQ(case_of_revenue(yuan(200'000), "37149900012001", rules).owner_staff_id,
              StaffId("director"));  // inherited
}

TEST(R20, ThreeSignalsOfThreeKindsAreOneCaseWithOneGroup) {
    ShardRig rig;
    billed(rig, kCode, yuan(80'000), "2026-08-17 09:00");
    rig.at("2026-08-17 10:00", kCode, CompetitorSightingEvent{"X", CompetitorEvidence::SEEN_LABEL, {}, {}, {}});
    rig.at("2026-08-19 10:00", kCode, ContactChangeEvent{ContactRole::DECISION_MAKER, "c1", "c2"});
    ComplaintEvent media = complaint("C1");
    media.media = true;
    rig.at("2026-08-22 10:00", kCode, media);
    ASSERT_THAT(rig.all<Signal>(), SizeIs(3));
    for (const Signal& signal : rig.all<Signal>()) EXPECT_EQ(signal.case_id.value, "37140000012-1");
    for (const Case& c : rig.all<Case>()) EXPECT_EQ(c.case_id.value, "37140000012-1");
    EXPECT_THAT(rig.last_case().signals, SizeIs(3));
    EXPECT_THAT(rig.notices(NoticeReason::ROLE_INVITED), SizeIs(3));
    EXPECT_THAT(rig.last_case().complaint_ids, ElementsAre("C1"));
}

TEST(R48, SightingsByTheirEvidence) {
    const auto signal_of = [](CompetitorEvidence evidence, std::optional<std::int32_t> confidence = {}) {
        ShardRig rig;
        billed(rig, kCode, yuan(80'000), "2026-08-17 09:00");
        rig.at("2026-08-17 10:00", kCode, CompetitorSightingEvent{"X", evidence, confidence, {}, "express"});
        return rig.all<Signal>().at(0);
    };
    EXPECT_EQ(signal_of(CompetitorEvidence::SEEN_LABEL).kind, SignalKind::COMPETITOR_SUSPECTED);
    EXPECT_EQ(signal_of(CompetitorEvidence::SEEN_LABEL).severity, Severity::MEDIUM);
    EXPECT_EQ(signal_of(CompetitorEvidence::OTHER, 79).kind, SignalKind::COMPETITOR_SUSPECTED);
    EXPECT_EQ(signal_of(CompetitorEvidence::OTHER, 80).kind, SignalKind::COMPETITOR_CONFIRMED);
    EXPECT_EQ(signal_of(CompetitorEvidence::CUSTOMER_SAID).kind, SignalKind::COMPETITOR_CONFIRMED);
    EXPECT_EQ(signal_of(CompetitorEvidence::WRITTEN_QUOTE).severity, Severity::HIGH);
    EXPECT_EQ(signal_of(CompetitorEvidence::WRITTEN_QUOTE).business_line, "express");
}

TEST(R50, AChangeOfTheDecisionMakerIsAlwaysACase) {
    ShardRig rig;
    billed(rig, kCode, yuan(80'000), "2026-08-17 09:00");  // G3
    rig.at("2026-08-17 10:00", kCode, ContactChangeEvent{ContactRole::DECISION_MAKER, "c1", "c2"});
    EXPECT_EQ(rig.last_case().severity, Severity::MEDIUM);
    EXPECT_EQ(rig.last_case().case_class, CaseClass::EMERGENCY);
    bool found = false;
    for (const Task& task : rig.all<Task>()) {
        if (task.kind != TaskKind::MEET_DECISION_MAKER) continue;
        found = true;
        EXPECT_EQ(task.due_at, shanghai("2026-08-24 10:00"));  // +5 bd
        EXPECT_EQ(task.assignee_staff_id, StaffId("kam"));
    }
    EXPECT_TRUE(found);
    EXPECT_EQ(case_of_revenue(yuan(400'000)).severity, Severity::HIGH);
    EXPECT_EQ(case_of_revenue(yuan(600'000)).severity, Severity::HIGH);
}

TEST(R100, OtherContactsAreInformation) {
    ShardRig rig;
    billed(rig, kCode, yuan(80'000), "2026-08-17 09:00");
    rig.at("2026-08-17 10:00", kCode, ContactChangeEvent{ContactRole::DAILY_CONTACT, "c1", "c2"});
    ASSERT_THAT(rig.all<Signal>(), SizeIs(1));
    EXPECT_EQ(rig.all<Signal>().front().kind, SignalKind::CONTACT_CHANGED);
    EXPECT_EQ(rig.all<Signal>().front().severity, Severity::INFO);
    EXPECT_THAT(rig.all<Case>(), IsEmpty());
}

void closed(ShardRig& rig, const char* id, const char* local) {
    rig.at(local, kCode, ComplaintProgressEvent{id, ComplaintState::ANSWERED, Satisfaction::SATISFIED, 0, true});
    rig.at(local, kCode, ComplaintProgressEvent{id, ComplaintState::CLOSED, Satisfaction::SATISFIED, 0, true});
}

TEST(R51, TheThirdComplaintInThirtyDays) {
    ShardRig rig;
    billed(rig, kCode, yuan(80'000), "2026-08-01 09:00");
    rig.at("2026-08-01 10:00", kCode, complaint("C1"));
    closed(rig, "C1", "2026-08-03 10:00");
    rig.at("2026-08-10 10:00", kCode, complaint("C2"));
    closed(rig, "C2", "2026-08-11 10:00");
    ASSERT_THAT(rig.all<Signal>(), SizeIs(2));
    for (const Signal& signal : rig.all<Signal>()) {
        EXPECT_EQ(signal.kind, SignalKind::COMPLAINT);
        EXPECT_EQ(signal.severity, Severity::INFO);
    }
    rig.at("2026-08-30 10:00", kCode, complaint("C3"));  // day 29
    EXPECT_EQ(rig.all<Signal>().back().kind, SignalKind::SERIOUS_COMPLAINT);
    EXPECT_EQ(rig.last_case().severity, Severity::HIGH);
}

TEST(R51, OutsideThirtyDaysItIsNot) {
    ShardRig rig;
    billed(rig, kCode, yuan(80'000), "2026-08-01 09:00");
    rig.at("2026-08-01 10:00", kCode, complaint("C1"));
    closed(rig, "C1", "2026-08-03 10:00");
    rig.at("2026-08-10 10:00", kCode, complaint("C2"));
    closed(rig, "C2", "2026-08-11 10:00");
    rig.at("2026-08-31 10:00", kCode, complaint("C3"));  // day 30: the first is out
    EXPECT_EQ(rig.all<Signal>().back().kind, SignalKind::COMPLAINT);
    rig.at("2026-08-31 11:00", kCode, complaint("C3"));  // a correction of the same one
    EXPECT_THAT(rig.all<Signal>(), SizeIs(3));
}

TEST(R51, EachMarkOfASeriousOne) {
    const auto kind = [](auto change) {
        ShardRig rig;
        billed(rig, kCode, yuan(80'000), "2026-08-01 09:00");
        ComplaintEvent c = complaint("C1");
        change(c);
        rig.at("2026-08-02 10:00", kCode, c);
        return rig.all<Signal>().at(0).kind;
    };
    using C = ComplaintEvent;
    EXPECT_EQ(kind([](C&) {}), SignalKind::COMPLAINT);
    EXPECT_EQ(kind([](C& c) { c.regulator_appeal = true; }), SignalKind::SERIOUS_COMPLAINT);
    EXPECT_EQ(kind([](C& c) { c.media = true; }), SignalKind::SERIOUS_COMPLAINT);
    EXPECT_EQ(kind([](C& c) { c.threatens_to_leave = true; }), SignalKind::SERIOUS_COMPLAINT);
    EXPECT_EQ(kind([](C& c) { c.severity = ComplaintSeverity::SERIOUS; }), SignalKind::SERIOUS_COMPLAINT);
    const auto claims = [](ComplaintCategory category, std::int64_t minor) {
        return [=](C& c) {
            c.category = category;
            c.claimed = Money{minor};
        };
    };
    EXPECT_EQ(kind(claims(ComplaintCategory::LOSS, 500'000)), SignalKind::SERIOUS_COMPLAINT);
    EXPECT_EQ(kind(claims(ComplaintCategory::DAMAGE, 500'000)), SignalKind::SERIOUS_COMPLAINT);
    EXPECT_EQ(kind(claims(ComplaintCategory::LOSS, 499'999)), SignalKind::COMPLAINT);
    EXPECT_EQ(kind(claims(ComplaintCategory::DELAY, 900'000)), SignalKind::COMPLAINT);
}

TEST(R81, FourKindsOfTriggerEachOneCaseOneGroupThreeInvitations) {
    const auto check = [](ShardRig& rig) {
        EXPECT_THAT(rig.notices(NoticeReason::ROLE_INVITED), SizeIs(3));
        EXPECT_EQ(rig.last_case().case_id.value, "37140000012-1");
        EXPECT_EQ(rig.last_case().case_class, CaseClass::EMERGENCY);
        for (const GroupRole role : {GroupRole::LEADER, GroupRole::SALES, GroupRole::AFTER_SALES}) {
            EXPECT_THAT(members(rig.last_case(), role), SizeIs(1)) << name(role);
        }
    };
    ShardRig drop;
    drop.annual(kCode, "A", yuan(80'000), "2026-07-01 09:00");
    for (int week = 28; week <= 32; ++week) drop.week(kCode, "express", make_week(2026, week), 1000);
    drop.week(kCode, "express", make_week(2026, 33), 400);
    drop.tick(shanghai("2026-08-17 08:30"));
    check(drop);
    const auto trigger = [&](auto payload) {
        ShardRig rig;
        billed(rig, kCode, yuan(80'000), "2026-08-17 09:00");
        rig.at("2026-08-17 10:00", kCode, payload);
        check(rig);
    };
    trigger(CompetitorSightingEvent{"X", CompetitorEvidence::CUSTOMER_SAID, {}, {}, {}});
    trigger(ContactChangeEvent{ContactRole::DECISION_MAKER, "c1", "c2"});
    ComplaintEvent serious = complaint("C1");
    serious.threatens_to_leave = true;
    trigger(serious);
}

TEST(R81, TheGroupIsFormedOnlyWhenEachMandatoryRoleAccepted) {
    ShardRig rig;
    billed(rig, kCode, yuan(200'000), "2026-08-17 09:00");
    rig.at("2026-08-17 10:00", kCode, CompetitorSightingEvent{"X", CompetitorEvidence::CUSTOMER_SAID, {}, {}, {}});
    const std::string id = rig.last_case().case_id.value;
    rig.command("2026-08-17 10:10", id, "kam", AcceptAction{GroupRole::SALES});  // before the acknowledgement
    rig.command("2026-08-17 10:20", id, "service", AcceptAction{GroupRole::AFTER_SALES});
    rig.command("2026-08-17 10:25", id, "team", AcceptAction{GroupRole::RELEVANT_LEADER});
    EXPECT_EQ(rig.last_case().state, CaseState::NEW);
    rig.command("2026-08-17 10:30", id, "director", AcceptAction{GroupRole::LEADER});  // the leader's accept is one
    EXPECT_EQ(rig.last_case().state, CaseState::GROUP_FORMED);
    EXPECT_EQ(rig.last_case().ledger.acked_at, shanghai("2026-08-17 10:30"));
    EXPECT_THAT(members(rig.last_case(), GroupRole::SPECIALIST), ElementsAre("market"));
}

TEST(R86, AManualSignalActsLikeAnAutomaticOne) {
    ShardRig rig;
    billed(rig, kCode, yuan(80'000), "2026-08-17 09:00");
    rig.at("2026-08-17 10:00", kCode,
           ManualSignalEvent{"kam", SignalKind::MANUAL, Severity::HIGH, "they asked for the keys"});
    EXPECT_EQ(rig.last_case().case_class, CaseClass::EMERGENCY);
    EXPECT_EQ(rig.last_case().severity, Severity::HIGH);
    EXPECT_EQ(rig.all<Signal>().front().rule_id, "manual");
}

// Everybody in the group hears of the case; only the three mandatory seats are invitations.
TEST(R81, TheSpecialistIsTold) {
    ShardRig rig;
    rig.annual(kCode, "A", yuan(182'000), "2026-08-17 09:00");
    rig.at("2026-08-17 10:00", kCode, CompetitorSightingEvent{"X", CompetitorEvidence::WRITTEN_QUOTE, {}, {}, {}});
    std::vector<std::string> told;
    for (const Notice& notice : rig.notices(NoticeReason::CASE_OPENED)) told.push_back(notice.recipient_staff_id.value);
    EXPECT_THAT(told, testing::UnorderedElementsAre("director", "team", "market"));
    EXPECT_THAT(rig.notices(NoticeReason::ROLE_INVITED), testing::SizeIs(3));
}

// What happened before the first start and is told after it is acted upon.
TEST(LiveFrom, ALateReportIsNoHistory) {
    auto rules = test::sample_rules();
    rules->live_from = shanghai("2026-08-17 09:00");
    ShardRig rig(rules);
    rig.annual(kCode, "A", yuan(182'000), "2026-08-17 08:00");
    Event event;
    event.event_id = "late";
    event.code = *parse_customer_code(kCode);
    event.occurred_at = shanghai("2026-08-17 08:50");
    event.source = "test";
    event.payload = CompetitorSightingEvent{"X", CompetitorEvidence::WRITTEN_QUOTE, {}, {}, {}};
    rig.shard.apply(event, {shanghai("2026-08-17 09:10"), true}, rig.effects);
    EXPECT_THAT(rig.all<Signal>(), testing::SizeIs(1));
}

}  // namespace
}  // namespace aw
