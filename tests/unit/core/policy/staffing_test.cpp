#include "core/policy/staffing.hpp"

#include <gtest/gtest.h>

#include "core/policy/policy.hpp"

namespace aw {
namespace {

using R = StaffRole;

Staff person(const char* id, const char* unit, std::vector<R> roles, const char* deputy = "") {
    return {StaffId(id), id, UnitId(unit), std::move(roles), StaffId(deputy), Language::UNSPECIFIED, {}, {}};
}

// A city with two districts; district 2 has nobody of its own but a team leader.
Organisation organisation() {
    Organisation o;
    o.units = {{UnitId("city"), "", UnitType::CITY, {371'400}, {}},
               {UnitId("d1"), "", UnitType::CITY, {371'402}, UnitId("city")},
               {UnitId("d2"), "", UnitType::COUNTY, {371'422}, UnitId("city")}};
    o.staff = {person("gm", "city", {R::GENERAL_MANAGER}),
               person("director", "city", {R::DEPARTMENT_DIRECTOR}, "team"),
               person("d1-director", "d1", {R::DEPARTMENT_DIRECTOR}),
               person("team", "city", {R::TEAM_LEADER}, "director"),
               person("d2-team", "d2", {R::TEAM_LEADER, R::DEVELOPING_UNIT_HEAD}),
               person("kam1", "city", {R::KEY_ACCOUNT_MANAGER}, "kam2"),
               person("kam2", "city", {R::KEY_ACCOUNT_MANAGER})};
    return o;
}

std::vector<std::string> ids(const std::vector<StaffId>& list) {
    std::vector<std::string> out;
    for (const StaffId& id : list) out.push_back(id.value);
    return out;
}

using Ids = std::vector<std::string>;
constexpr Day kDay{20'682};

TEST(Organisation, UnitOfARegionIsItsOwnOrTheNearestAncestors) {
    const Organisation o = organisation();
    EXPECT_EQ(o.unit_of_region(371'402)->id, UnitId("d1"));
    EXPECT_EQ(o.unit_of_region(371'422)->id, UnitId("d2"));
    EXPECT_EQ(o.unit_of_region(371'499)->id, UnitId("city"));
    EXPECT_EQ(o.unit_of_region(371'400)->id, UnitId("city"));
    EXPECT_EQ(o.unit_of_region(371'500), nullptr);
    EXPECT_EQ(o.unit_of_region(110'000), nullptr);
}

TEST(Staffing, TheDirectorOfTheTerritory) {
    const Organisation o = organisation();
    const StaffOverlay overlay;
    const Staffing staffing(o, overlay, kDay);
    EXPECT_EQ(ids(staffing.candidates(R::DEPARTMENT_DIRECTOR, UnitId("d1"))), (Ids{"d1-director", "director"}));
    EXPECT_EQ(ids(staffing.candidates(R::DEPARTMENT_DIRECTOR, UnitId("d2"))),
              Ids{"director"});  // looked up in the parent
    EXPECT_EQ(ids(staffing.candidates(R::KEY_ACCOUNT_MANAGER, UnitId("d1"))), (Ids{"kam1", "kam2"}));
    EXPECT_EQ(staffing.first(R::SERVICE_HEAD, UnitId("d1")), StaffId{});
    EXPECT_EQ(staffing.first(R::GENERAL_MANAGER, UnitId("nowhere")), StaffId{});
    EXPECT_TRUE(staffing.holds(StaffId("d2-team"), R::DEVELOPING_UNIT_HEAD));
    EXPECT_FALSE(staffing.holds(StaffId("nobody"), R::TEAM_LEADER));
}

TEST(Staffing, DuringLeaveTheDeputyStandsIn) {
    Organisation o = organisation();
    o.staff[5].leave = {{kDay, kDay + 2}};
    const StaffOverlay overlay;
    EXPECT_EQ(ids(Staffing(o, overlay, kDay - 1).candidates(R::KEY_ACCOUNT_MANAGER, UnitId("city"))),
              (Ids{"kam1", "kam2"}));
    EXPECT_EQ(ids(Staffing(o, overlay, kDay).candidates(R::KEY_ACCOUNT_MANAGER, UnitId("city"))), Ids{"kam2"});
    EXPECT_EQ(ids(Staffing(o, overlay, kDay + 2).candidates(R::KEY_ACCOUNT_MANAGER, UnitId("city"))), Ids{"kam2"});
    EXPECT_EQ(ids(Staffing(o, overlay, kDay + 3).candidates(R::KEY_ACCOUNT_MANAGER, UnitId("city"))),
              (Ids{"kam1", "kam2"}));
}

TEST(Staffing, StaffChangesOverrideTheFile) {
    const Organisation o = organisation();
    StaffOverlay overlay;
    overlay.changes["kam1"] = {StaffState::LEAVING, StaffId("team"), {}};
    EXPECT_EQ(Staffing(o, overlay, kDay).first(R::KEY_ACCOUNT_MANAGER, UnitId("city")), StaffId("team"));
    overlay.changes["kam1"] = {StaffState::LEFT, {}, {}};
    EXPECT_EQ(Staffing(o, overlay, kDay).first(R::KEY_ACCOUNT_MANAGER, UnitId("city")), StaffId("kam2"));
    overlay.changes["kam1"] = {StaffState::ON_LEAVE, {}, kDay};
    EXPECT_FALSE(Staffing(o, overlay, kDay).is_active(StaffId("kam1")));
    EXPECT_TRUE(Staffing(o, overlay, kDay + 1).is_active(StaffId("kam1")));
    overlay.changes["kam1"] = {StaffState::ON_LEAVE, {}, {}};  // no end known
    EXPECT_FALSE(Staffing(o, overlay, kDay + 999).is_active(StaffId("kam1")));
    overlay.changes["kam1"] = {StaffState::ACTIVE, {}, {}};
    EXPECT_TRUE(Staffing(o, overlay, kDay).is_active(StaffId("kam1")));
    EXPECT_FALSE(Staffing(o, overlay, kDay).is_active(StaffId("nobody")));
}

TEST(Staffing, ACircleOfDeputiesOnLeaveEnds) {
    const Organisation o = organisation();
    StaffOverlay overlay;
    overlay.changes["director"] = {StaffState::ON_LEAVE, {}, {}};
    overlay.changes["team"] = {StaffState::ON_LEAVE, {}, {}};
    EXPECT_EQ(Staffing(o, overlay, kDay).active_or_deputy(StaffId("director")), StaffId{});
    EXPECT_EQ(Staffing(o, overlay, kDay).first(R::DEPARTMENT_DIRECTOR, UnitId("d2")), StaffId{});
}

TEST(LeaderRank, HigherPostsAreSmaller) {
    EXPECT_LT(leader_rank(R::GENERAL_MANAGER), leader_rank(R::EXECUTIVE_DEPUTY_GM));
    EXPECT_LT(leader_rank(R::EXECUTIVE_DEPUTY_GM), leader_rank(R::DEPUTY_GM_IN_CHARGE));
    EXPECT_LT(leader_rank(R::DEPUTY_GM_IN_CHARGE), leader_rank(R::DEPARTMENT_DIRECTOR));
    EXPECT_LT(leader_rank(R::DEPARTMENT_DIRECTOR), leader_rank(R::TEAM_LEADER));
    EXPECT_LT(leader_rank(R::TEAM_LEADER), leader_rank(R::DEVELOPING_UNIT_HEAD));
    EXPECT_LT(leader_rank(R::DEVELOPING_UNIT_HEAD), leader_rank(R::KEY_ACCOUNT_MANAGER));
}

}  // namespace
}  // namespace aw
