// What is owed in every period: when it is judged, what waits, what is told once.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/shard_rig.hpp"
#include "support/shard_state.hpp"

namespace aw {
namespace {

using test::shanghai;
using test::ShardRig;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr auto kCode = "37140000012001";
const Day kMonday = make_day(2026, 7, 13);

std::shared_ptr<Rules> visited_twice_a_week() {
    auto rules = test::sample_rules();
    rules->policy.severity.kinds.push_back({SignalKind::CADENCE_MISSED, Severity::MEDIUM, false});
    rules->policy.cadences = {
        {"visits", TaskKind::VISIT, StaffRole::KEY_ACCOUNT_MANAGER, 2, CadencePeriod::WEEK, {"G4"}}};
    return rules;
}

class Rig : public ShardRig {
public:
    explicit Rig(std::shared_ptr<Rules> rules = visited_twice_a_week()) : ShardRig(std::move(rules)) {
        at("2026-07-13 08:00", kCode, RevenueEvent{"express", yuan(200'000), {}, {}});
    }
    void visit(Day day, std::string_view staff = "kam", std::string_view id = {}) {
        TouchpointEvent event;
        const std::string own = "T" + std::to_string(++visits_);
        event.touchpoint_id = id.empty() ? std::string_view(own) : id;
        event.staff_id = staff;
        event.channel = TouchChannel::VISIT;
        at(noon(day), kCode, event);
    }
    void complete_until(const char* when, const char* until) {
        at(when, {}, WatermarkEvent{"test", "371400", shanghai(until)});
    }
    // "2026-07-20 NOT_FIRED CADENCE_MISSED" and the like.
    std::vector<std::string> verdicts() const {
        std::vector<std::string> list;
        for (const Decision& d : all<Decision>()) {
            if (d.rule_id != "visits" || d.kind != DecisionKind::EVALUATION) continue;
            list.push_back(format_day(shard.rules().calendar.day_of(d.at)) + " " + std::string(name(d.outcome)) + " " +
                           d.code);
        }
        return list;
    }

private:
    int visits_ = 0;
};

TEST(CadenceRun, TheSecondMissIsASignalAndThenNoneUntilAWeekWasMet) {
    Rig rig;
    rig.visit(kMonday);      // 1 of 2
    rig.visit(kMonday + 7);  // 1 of 2
    rig.visit(kMonday + 22);
    rig.visit(kMonday + 23);  // the fourth week
    rig.tick(shanghai("2026-08-24 09:00"));
    EXPECT_THAT(rig.verdicts(), ElementsAre("2026-07-20 NOT_FIRED CADENCE_MISSED", "2026-07-27 FIRED CADENCE_MISSED",
                                            "2026-08-03 SUPPRESSED SAME_EPISODE", "2026-08-17 NOT_FIRED CADENCE_MISSED",
                                            "2026-08-24 FIRED CADENCE_MISSED"));
    ASSERT_THAT(rig.all<Signal>(), SizeIs(2));
    const Signal first = rig.all<Signal>().front();
    EXPECT_EQ(first.kind, SignalKind::CADENCE_MISSED);
    EXPECT_EQ(first.severity, Severity::LOW);
    EXPECT_EQ(first.observed, 1);
    EXPECT_EQ(first.expected, 2);
    EXPECT_EQ(first.window_to, kMonday + 13);
    std::vector<std::string> reminded;
    for (const Notice& notice : rig.notices(NoticeReason::REMINDER)) {
        if (notice.task_id.empty()) reminded.push_back(notice.recipient_staff_id.value);
    }
    EXPECT_THAT(reminded, ElementsAre("kam", "kam", "kam", "kam", "kam"));
}

TEST(CadenceRow, JudgesWholePeriodsOnlyOfTheFeedAndOfTheAccount) {
    Rig rig;
    rig.at("2026-07-13 09:00", "37140000013001", RevenueEvent{"express", yuan(200'000), {}, {}});
    rig.tick(shanghai("2026-07-27 09:00"));
    EXPECT_THAT(rig.verdicts(), IsEmpty());  // nobody has told of any visit
    rig.visit(kMonday + 15);                 // Tuesday: that week is not whole
    rig.at("2026-08-05 09:00", "37140000014001", RevenueEvent{"express", yuan(200'000), {}, {}});
    rig.tick(shanghai("2026-08-10 09:00"));
    std::vector<std::string> judged;
    for (const Decision& d : rig.decisions("CADENCE_MISSED"))
        judged.push_back(format_root(d.account_root) + " " + format_day(rig.shard.rules().calendar.day_of(d.at)));
    EXPECT_THAT(judged, ElementsAre("37140000012 2026-08-10", "37140000013 2026-08-10"));  // not the new one
}

TEST(CadenceRow, WhoWasThereIsToldByThePostOrByTheStaffId) {
    Rig rig;
    rig.visit(kMonday, "kam");
    rig.visit(kMonday + 1, "kam2");  // another holder of the post
    rig.visit(kMonday + 7, "service");
    rig.visit(kMonday + 8, "director");
    rig.tick(shanghai("2026-07-27 09:00"));
    EXPECT_THAT(rig.verdicts(), ElementsAre("2026-07-27 NOT_FIRED CADENCE_MISSED"));
}

TEST(CadenceRow, ATouchpointThatIsUpdatedCountsOnce) {
    Rig rig;
    rig.visit(kMonday, "kam", "T-1");
    rig.visit(kMonday + 1, "kam", "T-1");
    rig.tick(shanghai("2026-07-20 09:00"));
    EXPECT_THAT(rig.verdicts(), SizeIs(1));
}

TEST(CadenceHeld, WaitsForItsFeedAndIsJudgedInOrder) {
    Rig rig;
    rig.complete_until("2026-07-13 09:00", "2026-07-13 09:00");
    rig.visit(kMonday);
    rig.tick(shanghai("2026-07-27 09:00"));
    EXPECT_THAT(rig.verdicts(), ElementsAre("2026-07-20 HELD FEED_INCOMPLETE", "2026-07-27 HELD FEED_INCOMPLETE"));
    EXPECT_THAT(rig.all<Notice>(), IsEmpty());
    Shard again = test::restored(visited_twice_a_week(), test::snapshot_of(rig.shard));
    EXPECT_EQ(again.state_hash(), rig.shard.state_hash());
    rig.shard = std::move(again);
    rig.effects.clear();
    rig.visit(kMonday + 1);  // comes late, and counts
    rig.complete_until("2026-07-27 12:30", "2026-07-20 00:00");
    EXPECT_THAT(rig.verdicts(), IsEmpty());  // the first week was met
    rig.complete_until("2026-07-27 13:00", "2026-07-27 00:00");
    EXPECT_THAT(rig.verdicts(), ElementsAre("2026-07-27 NOT_FIRED CADENCE_MISSED"));
    EXPECT_EQ(rig.all<Decision>().back().at, shanghai("2026-07-27 13:00"));
}

TEST(CadenceState, IsRestoredFromTheChangelog) {
    Rig rig;
    test::Changelog log;
    rig.visit(kMonday);
    log.take(rig.shard);
    rig.visit(kMonday + 7);
    log.take(rig.shard);
    rig.tick(shanghai("2026-07-20 09:00"));
    log.take(rig.shard);
    Shard again = test::restored(visited_twice_a_week(), log.records());
    EXPECT_EQ(again.state_hash(), rig.shard.state_hash());
    rig.shard = std::move(again);
    rig.effects.clear();
    rig.tick(shanghai("2026-07-27 09:00"));
    EXPECT_THAT(rig.verdicts(), ElementsAre("2026-07-27 FIRED CADENCE_MISSED"));
}

TEST(CadenceState, IsKeptByTheIdOfTheRow) {
    Rig rig;
    rig.visit(kMonday);
    rig.tick(shanghai("2026-07-20 09:00"));
    auto more = visited_twice_a_week();
    more->revision = "more";
    more->policy.cadences.front().times = 3;
    rig.at("2026-07-21 09:00", {}, ActivationEvent{"more", "more", more});
    rig.visit(kMonday + 9);
    rig.visit(kMonday + 10);
    rig.tick(shanghai("2026-07-27 09:00"));
    EXPECT_THAT(rig.verdicts(), ElementsAre("2026-07-20 NOT_FIRED CADENCE_MISSED", "2026-07-27 FIRED CADENCE_MISSED"));
}

TEST(CadenceSilence, SuppressesAndRemindsNobody) {
    Rig rig;
    rig.visit(kMonday);
    SilenceEvent silence;
    silence.silence_id = "works";
    silence.unit_id = "city";
    silence.author_staff_id = "market";
    silence.reason = "stocktaking";
    silence.from = shanghai("2026-07-13 00:00");
    silence.until = shanghai("2026-07-28 00:00");
    rig.at("2026-07-14 09:00", {}, silence);
    rig.tick(shanghai("2026-07-27 09:00"));
    EXPECT_THAT(rig.verdicts(), ElementsAre("2026-07-20 NOT_FIRED CADENCE_MISSED", "2026-07-27 SUPPRESSED SILENCED"));
    EXPECT_THAT(rig.all<Signal>(), IsEmpty());
    EXPECT_THAT(rig.all<Notice>(), IsEmpty());
}

TEST(CadenceHistory, IsDecisionsOnly) {
    auto rules = visited_twice_a_week();
    rules->live_from = shanghai("2026-07-27 00:00:01");
    Rig rig(rules);
    rig.visit(kMonday);
    rig.tick(shanghai("2026-07-27 09:00"));
    EXPECT_THAT(rig.verdicts(), ElementsAre("2026-07-20 SUPPRESSED BACKFILL", "2026-07-27 SUPPRESSED BACKFILL"));
    EXPECT_THAT(rig.all<Notice>(), IsEmpty());
    EXPECT_THAT(rig.all<Signal>(), IsEmpty());
}

}  // namespace
}  // namespace aw
