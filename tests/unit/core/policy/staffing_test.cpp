#include "core/policy/staffing.hpp"

#include <random>
#include <set>

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

TEST(Staffing, TheDeputyOfADeputyStandsIn) {
    Organisation o = organisation();
    o.staff[1].deputy = StaffId("kam1");  // director -> kam1 -> kam2
    StaffOverlay overlay;
    overlay.changes["director"] = {StaffState::LEFT, {}, {}};
    overlay.changes["kam1"] = {StaffState::LEAVING, {}, {}};
    EXPECT_EQ(Staffing(o, overlay, kDay).active_or_deputy(StaffId("director")), StaffId("kam2"));
    o.staff[6].leave = {{kDay, kDay}};
    EXPECT_EQ(Staffing(o, overlay, kDay).active_or_deputy(StaffId("director")), StaffId{}) << "a deputy must be active";
    EXPECT_EQ(Staffing(o, overlay, kDay + 1).active_or_deputy(StaffId("director")), StaffId("kam2"));
}

// Whoever is named as successor goes before the deputy of the file, and must be there, too.
TEST(Staffing, ASuccessorWhoIsAwayPassesOn) {
    Organisation o = organisation();
    o.staff[3].leave = {{kDay, kDay + 1}};  // team, whose deputy is the director
    StaffOverlay overlay;
    overlay.changes["kam1"] = {StaffState::LEFT, StaffId("team"), {}};
    EXPECT_EQ(Staffing(o, overlay, kDay).active_or_deputy(StaffId("kam1")), StaffId("director"));
    EXPECT_EQ(Staffing(o, overlay, kDay + 2).active_or_deputy(StaffId("kam1")), StaffId("team"));
    overlay.changes["kam1"] = {StaffState::LEFT, StaffId("nobody"), {}};
    EXPECT_EQ(Staffing(o, overlay, kDay).active_or_deputy(StaffId("kam1")), StaffId{});
}

// R22: a county without a centre is looked after by its city, and so on up; a circle of parents ends.
TEST(Staffing, APostThatTheUnitLacksIsThatOfTheUnitAbove) {
    Organisation o = organisation();
    o.units.push_back({UnitId("town"), "", UnitType::COUNTY, {371'423}, UnitId("d2")});
    const StaffOverlay overlay;
    const Staffing staffing(o, overlay, kDay);
    EXPECT_EQ(staffing.first(R::KEY_ACCOUNT_MANAGER, UnitId("town")), StaffId("kam1"));
    EXPECT_EQ(staffing.first(R::TEAM_LEADER, UnitId("town")), StaffId("d2-team"));
    EXPECT_EQ(staffing.first(R::TEAM_LEADER, UnitId("d1")), StaffId("team")) << "not that of a neighbour";
    o.units[0].parent = UnitId("town");
    EXPECT_EQ(Staffing(o, overlay, kDay).first(R::SERVICE_HEAD, UnitId("town")), StaffId{});
}

// Whatever the file and the events say: nobody who is away, who has left or who does not exist is ever asked.
// An account whose region is nobody's is the business of the top: somebody must hear of it.
TEST(Staffing, WhatBelongsToNoUnitIsTheTopsBusiness) {
    const Organisation o = organisation();
    const StaffOverlay nothing;
    const Staffing staffing(o, nothing, kDay);
    EXPECT_EQ(ids(staffing.candidates(R::DEPARTMENT_DIRECTOR, {})), (Ids{"director"}));
    EXPECT_EQ(ids(staffing.candidates(R::KEY_ACCOUNT_MANAGER, UnitId("gone"))), (Ids{"kam1", "kam2"}));
    EXPECT_EQ(ids(staffing.candidates(R::DEVELOPING_UNIT_HEAD, {})), Ids{});
}

TEST(StaffingProperty, NobodyInactiveIsEverACandidate) {
    std::mt19937 random(7);
    const auto below = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
    const auto somebody = [&] { return StaffId("p" + std::to_string(below(9))); };  // p8 does not exist
    int asked = 0;
    int passed_on = 0;
    int nobody = 0;
    for (int round = 0; round < 3'000; ++round) {
        Organisation o;
        o.units = {{UnitId("city"), "", UnitType::CITY, {}, {}},
                   {UnitId("county"), "", UnitType::COUNTY, {}, UnitId("city")}};
        StaffOverlay overlay;
        for (int i = 0; i < 8; ++i) {
            Staff who = person(("p" + std::to_string(i)).c_str(), below(2) == 0 ? "city" : "county",
                               {below(2) == 0 ? R::TEAM_LEADER : R::SERVICE_HEAD});
            if (below(3) > 0) who.deputy = somebody();
            if (below(2) == 0) who.leave = {{kDay + below(5), kDay + 4 + below(3)}};
            if (below(3) == 0) {
                const auto state = static_cast<StaffState>(1 + below(4));
                overlay.changes[who.id.value] = {state, below(2) == 0 ? somebody() : StaffId{}, kDay + below(6)};
            }
            o.staff.push_back(std::move(who));
        }
        const Day today = kDay + below(7);
        const auto is_there = [&](const StaffId& id) {  // the rules again, in other words
            const Staff* who = o.find_staff(id.value);
            if (who == nullptr) return false;
            for (const Leave& leave : who->leave) {
                if (!(today < leave.from) && !(leave.to < today)) return false;
            }
            const auto said = overlay.changes.find(id.value);
            if (said == overlay.changes.end() || said->second.state == StaffState::ACTIVE) return true;
            return said->second.state == StaffState::ON_LEAVE && said->second.until < today;
        };
        const Staffing staffing(o, overlay, today);
        for (const R role : {R::TEAM_LEADER, R::SERVICE_HEAD}) {
            for (const char* unit : {"city", "county"}) {
                const auto list = staffing.candidates(role, UnitId(unit));
                const std::set<StaffId> different(list.begin(), list.end());
                EXPECT_EQ(different.size(), list.size()) << "nobody twice";
                for (const StaffId& who : list) {
                    EXPECT_TRUE(is_there(who)) << who.value << " in round " << round;
                    passed_on += staffing.holds(who, role) ? 0 : 1;
                }
                asked += static_cast<int>(list.size());
                nobody += list.empty() ? 1 : 0;
                // Whoever holds the post and is there is among them.
                for (const Staff& who : o.staff) {
                    if (who.unit.value != "city" || !staffing.holds(who.id, role) || !is_there(who.id)) continue;
                    EXPECT_EQ(different.count(who.id), 1U) << who.id.value << " in round " << round;
                }
            }
        }
    }
    EXPECT_GT(asked, 1'000);
    EXPECT_GT(passed_on, 100);
    EXPECT_GT(nobody, 100);
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
