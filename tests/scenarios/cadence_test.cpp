// R25 to R30 with their own numbers, under the scenarios' policy: how often a client is visited, called and served.
#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/logged_rig.hpp"

namespace aw {
namespace {

using test::LoggedRig;
using test::shanghai;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr auto kCode = "37140000012001";
constexpr auto kOther = "37140000099001";
using R = StaffRole;
using C = TouchChannel;

// One account of that revenue, known since the year before; visits (of another account) have been told since then.
struct Rig : LoggedRig {
    explicit Rig(Money revenue, Importance importance = Importance::UNSPECIFIED,
                 const char* fed_since = "2025-12-01 10:00") {
        annual(kCode, "A", yuan(0), "2025-11-03 09:00", importance);
        if (revenue != Money{}) at("2025-11-03 09:00", kCode, RevenueEvent{"express", revenue, {}, {}});
        touch(fed_since, R::KEY_ACCOUNT_MANAGER, C::VISIT, kOther);
    }
    void touch(const char* local, R role, C channel = C::VISIT, const char* code = kCode, bool led = false) {
        TouchpointEvent event;
        const std::string id = "T" + std::to_string(++touches_);
        event.touchpoint_id = id;
        event.staff_id = "whoever";  // the post is named
        event.role = role;
        event.channel = channel;
        event.leader_led = led;
        event.purpose = TouchPurpose::ROUTINE;
        at(local, code, event);
    }
    // One a day from Monday on.
    void visits_in_week_of(Day monday, int count) {
        for (int i = 0; i < count; ++i) touch((format_day(monday + i) + " 10:00").c_str(), R::KEY_ACCOUNT_MANAGER);
    }
    // What was decided about the row: "2026-04-13 NOT_FIRED CADENCE_MISSED 4/5".
    std::vector<std::string> verdicts(std::string_view row) const {
        std::vector<std::string> list;
        for (const Decision& d : all<Decision>()) {
            if (d.rule_id != row || d.gates.empty()) continue;
            const std::string day = format_day(shard.rules().calendar.day_of(d.at));
            EXPECT_EQ(d.at, shanghai((day + " 08:30").c_str()));
            list.push_back(day + " " + std::string(name(d.outcome)) + " " + d.code + " " + d.gates.front().value + "/" +
                           d.gates.front().limit);
        }
        return list;
    }
    std::vector<Signal> signals(std::string_view row) const {
        std::vector<Signal> found;
        for (const Signal& signal : all<Signal>()) {
            if (signal.rule_id == row) found.push_back(signal);
        }
        return found;
    }

private:
    int touches_ = 0;
};

TEST(R25, FourOfFiveVisitsInAWeekAreOneShort) {
    Rig rig(yuan(400'000), Importance::UNSPECIFIED, "2026-04-06 09:00");
    rig.visits_in_week_of(make_day(2026, 4, 6), 4);
    rig.tick(shanghai("2026-04-13 09:00"));
    rig.visits_in_week_of(make_day(2026, 4, 13), 5);
    rig.tick(shanghai("2026-04-20 09:00"));
    EXPECT_THAT(rig.verdicts("visits-g5-g6"), ElementsAre("2026-04-13 NOT_FIRED CADENCE_MISSED 4/5"));
    for (const Decision& decision : rig.decisions("CADENCE_MISSED"))
        EXPECT_THAT(decision.text, testing::HasSubstr("欠 1 次"));
}

TEST(R25, AQuarterWithoutATalkWithTheExecutiveIsMissedOnItsEnd) {
    Rig rig(yuan(400'000));
    for (const char* day : {"2025-12-10 10:00", "2026-01-14 10:00", "2026-02-11 10:00", "2026-03-11 10:00"})
        rig.touch(day, R::DEPUTY_GM_IN_CHARGE);
    rig.tick(shanghai("2026-04-01 08:29"));
    EXPECT_THAT(rig.signals("executive-talk-g5-g6"), IsEmpty());
    rig.tick(shanghai("2026-04-01 08:30"));
    const auto signals = rig.signals("executive-talk-g5-g6");
    ASSERT_THAT(signals, SizeIs(1));
    EXPECT_EQ(signals[0].detected_at, shanghai("2026-04-01 08:30"));
    EXPECT_EQ(signals[0].severity, Severity::HIGH);  // MEDIUM, and one more for G5
    EXPECT_EQ(signals[0].observed, 0);
    EXPECT_EQ(signals[0].expected, 1);
    EXPECT_EQ(signals[0].window_from, make_day(2026, 1, 1));
    EXPECT_THAT(rig.signals("led-visit-g5-g6"), IsEmpty());
}

TEST(R26, OfFourWeeksTheSecondIsMissed) {
    Rig rig(yuan(200'000), Importance::UNSPECIFIED, "2026-04-06 09:00");
    const Day monday = make_day(2026, 4, 6);
    const int done[] = {4, 3, 4, 4};
    for (int week = 0; week < 4; ++week) rig.visits_in_week_of(monday + 7 * week, done[week]);
    rig.tick(shanghai("2026-05-04 09:00"));
    EXPECT_THAT(rig.verdicts("visits-g4"), ElementsAre("2026-04-20 NOT_FIRED CADENCE_MISSED 3/4"));
    EXPECT_THAT(rig.signals("visits-g4"), IsEmpty());
    const auto reminders = rig.notices(NoticeReason::REMINDER);
    ASSERT_THAT(reminders, SizeIs(1));
    EXPECT_EQ(reminders[0].recipient_staff_id.value, "key-account-manager-1");
    EXPECT_EQ(reminders[0].created_at, shanghai("2026-04-20 08:30"));
}

TEST(R27, ThreeVisitsOfTheTeamLeaderAndNoCallOfACityLeader) {
    Rig rig(yuan(84'000), Importance::UNSPECIFIED, "2026-04-01 09:00");
    for (const char* day : {"2026-04-02 10:00", "2026-04-14 10:00", "2026-04-30 10:00"}) rig.touch(day, R::TEAM_LEADER);
    rig.tick(shanghai("2026-05-01 09:00"));
    EXPECT_THAT(rig.signals("team-leader-visits-g3"), IsEmpty());
    const auto missed = rig.signals("leader-call-g3");
    ASSERT_THAT(missed, SizeIs(1));
    EXPECT_EQ(missed[0].severity, Severity::MEDIUM);
    EXPECT_EQ(rig.last_case().case_class, CaseClass::SUPERVISED_FOLLOW_UP);
}

TEST(R28, AVisitIsACallAsWell) {
    for (const bool visited : {true, false}) {
        Rig rig(yuan(30'000), Importance::UNSPECIFIED, "2026-04-01 09:00");
        rig.touch("2026-04-07 10:00", R::TEAM_LEADER, C::PHONE);
        rig.touch("2026-04-14 10:00", R::TEAM_LEADER, C::PHONE);
        if (visited) rig.touch("2026-04-21 10:00", R::TEAM_LEADER, C::VISIT);
        rig.tick(shanghai("2026-05-01 09:00"));
        const auto verdicts = rig.verdicts("team-leader-calls-g1-g2");
        if (visited) {
            EXPECT_THAT(verdicts, IsEmpty());
        } else {
            EXPECT_THAT(verdicts, ElementsAre("2026-05-01 FIRED CADENCE_MISSED 2/3"));
        }
    }
}

TEST(R29, TwoPickupsOnEveryBusinessDayUnlessOneOfOursIsThere) {
    for (const bool resident : {false, true}) {
        Rig rig(yuan(200'000));
        AccountEvent change;
        change.resident_service = resident;
        rig.at("2025-12-01 11:00", kCode, change);
        rig.at("2026-04-03 10:00", kOther, PickupEvent{"account-rep-1", 1});
        const auto pickups = [&](const char* morning, const char* afternoon) {
            rig.at(morning, kCode, PickupEvent{"account-rep-1", 20});
            if (afternoon != nullptr) rig.at(afternoon, kCode, PickupEvent{"account-rep-1", 20});
        };
        pickups("2026-04-03 11:00", "2026-04-03 16:00");  // Friday; then Qingming until Monday
        pickups("2026-04-07 09:00", "2026-04-07 16:00");
        pickups("2026-04-08 09:00", nullptr);
        pickups("2026-04-09 09:00", "2026-04-09 16:00");
        pickups("2026-04-10 09:00", "2026-04-10 16:00");
        rig.tick(shanghai("2026-04-13 09:00"));  // after a Saturday and a Sunday
        std::vector<std::string> expected = {"2026-04-09 NOT_FIRED CADENCE_MISSED 1/2"};
        if (resident) expected.clear();
        EXPECT_EQ(rig.verdicts("daily-pickups"), expected);
    }
}

TEST(R30, EverybodyElseIsCalledOnceAWeek) {
    Rig rig(yuan(0), Importance::IMPORTANT, "2026-04-06 09:00");
    rig.touch("2026-04-08 10:00", R::KEY_ACCOUNT_MANAGER, C::PHONE);
    rig.tick(shanghai("2026-04-20 09:00"));
    EXPECT_THAT(rig.verdicts("calls-ungraded"), ElementsAre("2026-04-20 NOT_FIRED CADENCE_MISSED 0/1"));
}

// The visits of scenario E: W15 3 of 4, W16 2 of 4, and no visit led by a city leader in April; all else is done.
TEST(ScenarioE, TwoWeeksShortAndAMonthWithoutALeader) {
    Rig rig(yuan(200'000), Importance::UNSPECIFIED, "2026-04-01 09:00");
    rig.touch("2026-04-02 15:00", R::TEAM_LEADER);
    const Day monday = make_day(2026, 4, 6);
    const int done[] = {3, 2, 4};
    for (int week = 0; week < 3; ++week) {
        rig.visits_in_week_of(monday + 7 * week, done[week]);
        rig.touch((format_day(monday + 7 * week + 4) + " 15:00").c_str(), R::TEAM_LEADER);
    }
    rig.tick(shanghai("2026-04-30 12:00"));
    EXPECT_THAT(rig.verdicts("visits-g4"),
                ElementsAre("2026-04-13 NOT_FIRED CADENCE_MISSED 3/4", "2026-04-20 FIRED CADENCE_MISSED 2/4"));
    ASSERT_THAT(rig.all<Signal>(), SizeIs(1));
    EXPECT_EQ(rig.all<Signal>()[0].severity, Severity::LOW);
    EXPECT_EQ(rig.last_case().owner_staff_id.value, "dept-director-1");
    rig.tick(shanghai("2026-05-01 09:00"));
    ASSERT_THAT(rig.all<Signal>(), SizeIs(2));
    EXPECT_EQ(rig.all<Signal>()[1].rule_id, "led-visit-g4");
    EXPECT_EQ(rig.all<Signal>()[1].severity, Severity::MEDIUM);
    const Case view = rig.last_case();
    EXPECT_EQ(view.case_id.value, "37140000012-1");
    EXPECT_EQ(view.case_class, CaseClass::SUPERVISED_FOLLOW_UP);
    EXPECT_EQ(view.severity, Severity::MEDIUM);
    EXPECT_THAT(view.group, IsEmpty());
}

// The talks of a case (follow-ups, retention) are no feed of visits: what nobody reports is not held against anybody.
TEST(Cadence, IsOffUntilVisitsAreReported) {
    LoggedRig rig;
    rig.annual(kCode, "A", yuan(200'000), "2025-11-03 09:00");
    TouchpointEvent talk;
    talk.touchpoint_id = "T1";
    talk.staff_id = "key-account-manager-1";
    talk.role = R::KEY_ACCOUNT_MANAGER;
    talk.channel = C::VISIT;
    talk.purpose = TouchPurpose::FOLLOW_UP;
    rig.at("2025-12-01 10:00", kCode, talk);
    rig.tick(shanghai("2026-04-20 09:00"));
    EXPECT_THAT(rig.all<Signal>(), IsEmpty());
    EXPECT_THAT(rig.all<Notice>(), IsEmpty());
    for (const Decision& decision : rig.all<Decision>()) EXPECT_NE(decision.code, "CADENCE_MISSED");
}

}  // namespace
}  // namespace aw
