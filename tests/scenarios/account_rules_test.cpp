// Requirements 1.1 with their own numbers, under the scenarios' policy: who is watched, how big a client is, and who
// answers for it. Each also through a real log (rule_rig.hpp).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenarios/rule_rig.hpp"

namespace aw {
namespace {

using test::kCode;
using test::LoggedRing;
using test::RuleRig;
using test::said;
using test::shanghai;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

// A city's account of that many fen, whose decision maker changes.
struct Changed : RuleRig {
    explicit Changed(std::int64_t minor, const char* code = kCode) {
        bill("2026-08-17 09:00", Money{minor}, code);
        new_contact("2026-08-17 10:00", ContactRole::DECISION_MAKER, code);
    }
};

TEST(R1, TenThousandInACitySixThousandInACounty) {
    struct Example {
        const char* code;
        std::int64_t minor;
        bool is_key;
    };
    for (const auto& [code, minor, is_key] : {Example{"37140000012001", 1'000'000, true},
                                              {"37140000012001", 999'999, false},
                                              {"37142200012001", 600'000, true},
                                              {"37142200012001", 599'999, false}}) {
        Changed rig(minor, code);
        EXPECT_EQ(rig.account(code).is_key_account, is_key) << code << ' ' << minor;
        EXPECT_THAT(rig.all<Signal>(), SizeIs(is_key ? 1 : 0)) << code << ' ' << minor;
        EXPECT_THAT(rig.decisions("NOT_WATCHED"), SizeIs(is_key ? 0 : 1)) << code << ' ' << minor;
    }
}

TEST(R2, WhoIsImportantIsWatchedWithoutAnyRevenueAndOneMore) {
    RuleRig office;
    office.annual(kCode, "Office", Money{}, "2026-08-17 09:00", Importance::IMPORTANT);
    EXPECT_TRUE(office.account().is_key_account);
    office.complaint("2026-08-17 10:00", "C1", ComplaintSeverity::SERIOUS);
    EXPECT_THAT(office.signals(), ElementsAre(said("SERIOUS_COMPLAINT CRITICAL", "2026-08-17 10:00")));
    EXPECT_EQ(office.last_case().leader_role, StaffRole::DEPUTY_GM_IN_CHARGE);  // S1 of any grade
    EXPECT_THAT(office.members(GroupRole::RELEVANT_LEADER), ElementsAre("unit-head-1"));
    RuleRig other;
    other.bill("2026-08-17 09:00", yuan(80'000));
    other.complaint("2026-08-17 10:00", "C1", ComplaintSeverity::SERIOUS);
    EXPECT_THAT(other.signals(), ElementsAre(said("SERIOUS_COMPLAINT HIGH", "2026-08-17 10:00")));
}

TEST(R3, AProspectWithoutItemsIsLeftAlone) {
    RuleRig rig;
    rig.annual(kCode, "Prospect", yuan(9'000), "2026-03-01 09:00", Importance::POTENTIAL);
    rig.weeks(make_week(2026, 10), make_week(2026, 20), 1000);
    rig.tick_at("2026-08-17 09:00");  // 0 items for 92 days
    EXPECT_THAT(rig.all<Signal>(), IsEmpty());
    EXPECT_FALSE(rig.decisions("PROSPECT").empty());
}

TEST(R6, SixGradesByTheirBounds) {
    struct Example {
        std::int64_t minor;
        const char* grade;
    };
    for (const auto& [minor, grade] : {Example{2'000'000, "G1"},
                                       {2'000'001, "G2"},
                                       {30'000'000, "G4"},
                                       {30'000'001, "G5"},
                                       {50'000'000, "G5"},
                                       {50'000'001, "G6"},
                                       {99'999, ""}}) {
        Changed rig(minor);
        EXPECT_EQ(rig.account().grade, grade) << minor;
        EXPECT_EQ(rig.last_case().grade, grade) << minor;  // none below the threshold of a key account
    }
}

TEST(R10, ACodeHasFourteenDigits) {
    const auto code = parse_customer_code(kCode);
    ASSERT_TRUE(code);
    EXPECT_EQ(code->root.n / 100'000, 371'400U);  // division and running number
    EXPECT_EQ(code->root.n % 100'000, 12U);
    EXPECT_EQ(code->branch, 1);
    RuleRig rig;
    for (const char* bad : {"3714000001200", "371400000120010", "37140000A12001", ""}) {
        const std::string record = std::string(R"({"event_id":"e","account_code":")") + bad +
                                   R"(","occurred_at":"2026-08-17T10:00:00+08:00","source":"crm",)" +
                                   R"("shipment":{"business_line":"express","items":1}})";
        const auto refusal = rig.record("2026-08-17 10:00", "37140000012", record);
        ASSERT_TRUE(refusal) << bad;
        EXPECT_EQ(refusal->reason, *bad == 0 ? DeadLetterReason::MISSING_FIELD : DeadLetterReason::BAD_CUSTOMER_CODE)
            << bad;
    }
    EXPECT_EQ(rig.shard.counts().accounts, 0U);
}

// Branch 001 500 -> 0 and 002 500 -> 1,010: one piece of information, and that the client as a whole has 1 % more.
TEST(R10, BranchesRollUpAndAShiftIsOneInfo) {
    RuleRig rig;
    rig.annual(kCode, "A", yuan(90'000), "2026-05-01 09:00");
    for (Week week = make_week(2026, 20); week <= make_week(2026, 32); ++week.n) {
        rig.week("37140000012001", "express", week, 500);
        rig.week("37140000012002", "express", week, 500);
    }
    rig.week("37140000012002", "express", make_week(2026, 33), 1010);
    rig.tick_at("2026-08-17 08:30");
    EXPECT_THAT(rig.signals(), ElementsAre(said("BRANCH_SHIFT INFO", "2026-08-17 08:30")));
    const Signal shift = rig.all<Signal>().at(0);
    EXPECT_EQ(shift.recent_change_bp, -10'000);
    const auto whole = std::ranges::find(shift.reasons, std::string("ROOT_CHANGE"), &Reason::code);
    ASSERT_NE(whole, shift.reasons.end());
    EXPECT_EQ(whole->text, "客户合计:+1.0 %");
    EXPECT_THAT(rig.all<Case>(), IsEmpty());
    EXPECT_THAT(rig.all<Notice>(), IsEmpty());
    // Told once, not every week.
    rig.week("37140000012002", "express", make_week(2026, 34), 1010);
    rig.tick_at("2026-08-24 08:30");
    EXPECT_THAT(rig.all<Signal>(), SizeIs(1));
}

TEST(R11, ACodeIsGivenOnceAndNeverChanges) {
    RuleRig rig;
    rig.annual(kCode, "First", yuan(90'000), "2026-08-17 09:00");
    const auto refused = [&](const char* local, const AccountEvent& change) {
        EXPECT_EQ(rig.at(local, kCode, change), Applied::refused);
        EXPECT_EQ(rig.account().account_name, "First");
        EXPECT_EQ(rig.account().t12m_revenue, yuan(90'000));
        EXPECT_EQ(rig.shard.counts().accounts, 1U);
        return rig.all<Refusal>().back().reason;  // of its dead letter
    };
    AccountEvent again;
    again.operation = AccountOperation::REGISTER;
    again.name = "Second";
    EXPECT_EQ(refused("2026-08-17 10:00", again), DeadLetterReason::DUPLICATE_CODE);
    AccountEvent moved;
    moved.previous_code = "37140000099001";
    EXPECT_EQ(refused("2026-08-17 10:01", moved), DeadLetterReason::CODE_IMMUTABLE);
    AccountEvent renamed;
    renamed.name = "Honest";
    renamed.previous_code = kCode;
    EXPECT_EQ(rig.at("2026-08-17 10:02", kCode, renamed), Applied::applied);
    EXPECT_EQ(rig.account().account_name, "Honest");
    EXPECT_EQ(rig.account().t12m_revenue, yuan(90'000));
    EXPECT_EQ(rig.shard.counts().accounts, 1U);
    // The same registration sent again, and one of another branch, are fine.
    again.name = "Honest";
    EXPECT_EQ(rig.at("2026-08-17 10:03", kCode, again), Applied::applied);
    again.name = "Branch";
    EXPECT_EQ(rig.at("2026-08-17 10:04", "37140000012002", again), Applied::applied);
    EXPECT_THAT(rig.all<Refusal>(), SizeIs(2));
}

// Who ships from two provinces has the provinces' coordinator in the group; what the register says of it counts more.
TEST(R16, TheCoordinatorOfTheProvincesIsInTheGroup) {
    struct Example {
        const char* origin;
        GeographicScope told;
        bool coordinated;
    };
    using G = GeographicScope;
    for (const auto& [origin, told, coordinated] : {Example{"371402", G::UNSPECIFIED, false},
                                                    {"130900", G::UNSPECIFIED, true},
                                                    {"", G::UNSPECIFIED, false},
                                                    {"abroad", G::UNSPECIFIED, false},
                                                    {"371402", G::MULTI_PROVINCE, true},
                                                    {"130900", G::MULTI_CITY, false}}) {
        RuleRig rig;
        AccountEvent change;
        change.scope = told;
        rig.at("2026-08-17 08:00", kCode, change);
        rig.bill("2026-08-17 09:00");
        rig.at("2026-08-17 09:10", kCode, ShipmentEvent{"express", 1, 0, "371400", {}, {}});
        rig.at("2026-08-17 09:20", kCode, ShipmentEvent{"express", 1, 0, origin, {}, {}});
        rig.manual("2026-08-17 10:00", Severity::HIGH);
        std::vector<std::string> coordinators;
        for (const GroupMember& m : rig.last_case().group) {
            if (m.role == StaffRole::PROVINCE_COORDINATOR) coordinators.push_back(m.staff_id.value);
        }
        std::vector<std::string> expected;
        if (coordinated) expected.push_back("unit-head-1");
        EXPECT_EQ(coordinators, expected) << origin << ' ' << name(told);
    }
}

TEST(R18, TheGradeSaysWhoLeads) {
    struct Example {
        int revenue;
        StaffRole leader;
        const char* owner;
    };
    using R = StaffRole;
    for (const auto& [revenue, leader, owner] : {Example{600'000, R::EXECUTIVE_DEPUTY_GM, "executive-deputy-gm"},
                                                 {400'000, R::DEPUTY_GM_IN_CHARGE, "deputy-gm"},
                                                 {200'000, R::DEPARTMENT_DIRECTOR, "dept-director-1"},
                                                 {80'000, R::TEAM_LEADER, "team-leader-1"},
                                                 {30'000, R::DEVELOPING_UNIT_HEAD, "unit-head-1"},
                                                 {15'000, R::DEVELOPING_UNIT_HEAD, "unit-head-1"}}) {
        Changed rig(yuan(revenue).minor);
        EXPECT_EQ(rig.last_case().leader_role, leader) << revenue;
        EXPECT_EQ(rig.last_case().owner_staff_id.value, owner) << revenue;
        std::vector<std::string> assist;
        if (revenue == 600'000) assist = {"deputy-gm"};
        if (revenue == 200'000) assist = {"team-leader-1"};
        EXPECT_EQ(rig.members(GroupRole::RELEVANT_LEADER), assist) << revenue;
    }
}

TEST(R19, TheDirectorOfTheTerritoryNotOfTheCity) {
    struct Example {
        const char* code;
        const char* unit;
        const char* owner;
    };
    for (const auto& [code, unit, owner] : {Example{"37140200012001", "371402", "dept-director-2"},
                                            {"37140000012001", "371400", "dept-director-1"},
                                            {"37149900012001", "371400", "dept-director-1"}}) {  // inherited
        Changed rig(yuan(200'000).minor, code);
        EXPECT_EQ(rig.last_case().unit_id.value, unit) << code;
        EXPECT_EQ(rig.last_case().owner_staff_id.value, owner) << code;
    }
}

// A county without a director, a key account manager and a head of service has those of its city.
TEST(R22, WhatACountyLacksIsDoneByItsCity) {
    Changed rig(yuan(200'000).minor, "37142200012001");
    EXPECT_EQ(rig.last_case().unit_id.value, "371422");
    EXPECT_THAT(rig.members(GroupRole::LEADER), ElementsAre("dept-director-1"));
    EXPECT_THAT(rig.members(GroupRole::RELEVANT_LEADER), ElementsAre("county-head-371422"));
    EXPECT_THAT(rig.members(GroupRole::SALES), ElementsAre("key-account-manager-1"));
    EXPECT_THAT(rig.members(GroupRole::AFTER_SALES), ElementsAre("service-head-1"));
    EXPECT_THAT(rig.notices(NoticeReason::ROLE_UNFILLED), IsEmpty());
}

TEST(R23, TwoRegistrationsOfOneNameInTwoUnitsAreOneNotice) {
    LoggedRing ring(3);
    const auto registers = [&](const char* local, const char* code) {
        AccountEvent account;
        account.operation = AccountOperation::REGISTER;
        account.name = "晨星公司";
        ring.at(local, code, account);
    };
    registers("2026-03-02 09:00", "37140000012001");  // city
    registers("2026-03-02 10:00", "37142200007001");  // county
    const auto told = [&] {
        std::vector<Notice> list;
        for (const Notice& notice : ring.all<Notice>()) {
            if (notice.reason == NoticeReason::OWNERSHIP_CONFLICT) list.push_back(notice);
        }
        return list;
    };
    ASSERT_THAT(told(), SizeIs(1));
    EXPECT_EQ(told()[0].recipient_staff_id.value, "dept-director-1");  // MARKET_DEPARTMENT
    EXPECT_EQ(told()[0].account_root, parse_customer_code("37142200007001")->root);
    EXPECT_EQ(told()[0].created_at, shanghai("2026-03-02 10:00"));
    EXPECT_THAT(told()[0].text, HasSubstr("(37142200007)"));
    EXPECT_THAT(told()[0].text, HasSubstr("(37140000012)"));
    std::vector<std::string> signals;
    for (const Signal& s : ring.all<Signal>())
        signals.push_back(std::string(name(s.kind)) + " " + std::string(name(s.severity)));
    EXPECT_THAT(signals, ElementsAre("OWNERSHIP_CONFLICT INFO"));
    EXPECT_THAT(ring.all<Case>(), IsEmpty());         // the ruling is human
    registers("2026-03-03 10:00", "37142200007001");  // the same once more
    EXPECT_THAT(told(), SizeIs(1));
}

}  // namespace
}  // namespace aw
