// The same evidence is one signal, whatever people have answered, and none where it is over by the time it is found.
#include <algorithm>
#include <deque>
#include <functional>
#include <memory>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/detecting.hpp"
#include "support/shard_rig.hpp"
#include "support/shard_state.hpp"

namespace aw {
namespace {

using test::detecting;
using test::shanghai;
using testing::IsEmpty;
using testing::SizeIs;

constexpr auto kCode = "37140000012001";
const Day kBegin = make_day(2026, 1, 5);
const Day kFall = kBegin + 100;

struct Rig : test::ShardRig {
    explicit Rig(std::shared_ptr<const Rules> rules = detecting()) : ShardRig(std::move(rules)) {}

    void send(Day day, int items) {
        ids_.push_back(std::to_string(ids_.size()));
        at(noon(day), kCode, ShipmentEvent{"express", items, 0, {}, {}, {}}, ids_.back());
    }
    void days(Day from, Day to, int items) {
        for (Day day = from; day < to; day = day + 1) send(day, items);
    }
    // What was sent on that day is read at 07:00 of another.
    void late(Day day, Day read, int items) {
        ids_.push_back(std::to_string(ids_.size()));
        Event event;
        event.event_id = ids_.back();
        event.code = *parse_customer_code(kCode);
        const Timestamp when = shanghai((format_day(read) + " 07:00").c_str());
        event.occurred_at = std::min(noon(day), when);
        event.source = "test";
        event.payload = ShipmentEvent{"express", items, 0, {}, {}, {}};
        take(event, when);
    }
    // Up to there, for everybody.
    void known_to(Day day) {
        at(shanghai((format_day(day) + " 01:00").c_str()), {},
           WatermarkEvent{"test", {}, shanghai((format_day(day) + " 00:00").c_str())});
    }
    void look(Day day) { tick(shanghai((format_day(day) + " 08:30").c_str())); }
    // Day by day, as it is in life; a look behind each.
    void live(Day from, Day to, int items) {
        for (Day day = from; day < to; day = day + 1) {
            send(day, items);
            look(day + 1);
        }
    }
    std::vector<Signal> of(SignalKind kind) const {
        auto signals = all<Signal>();
        std::erase_if(signals, [&](const Signal& signal) { return signal.kind != kind; });
        return signals;
    }
    std::size_t suppressed(SuppressionCode code) const {
        std::size_t n = 0;
        for (const Decision& d : all<Decision>())
            n += d.outcome == DecisionOutcome::SUPPRESSED && d.code == name(code) ? 1U : 0U;
        return n;
    }
    void resolve(Day day, Outcome outcome) {
        const std::string when = format_day(day) + " 10:00";
        command(when.c_str(), last_case().case_id.value, "director", ResolveAction{outcome, {}, "deputy"},
                "moved a third of its work to another site");
    }

private:
    std::deque<std::string> ids_;
};

// A client whose fall has been told, and a day later.
std::unique_ptr<Rig> told() {
    auto rig = std::make_unique<Rig>();
    rig->days(kBegin, kFall, 20);
    rig->look(kFall);
    rig->live(kFall, kFall + 8, 6);
    EXPECT_THAT(rig->of(SignalKind::VOLUME_DROP), SizeIs(1));
    return rig;
}

// Late items put the alarm off by some days, so that it is raised once more.
void shift_the_alarm(Rig& rig, Day read) {
    const std::size_t before = rig.suppressed(SuppressionCode::SAME_EPISODE);
    for (const int day : {1, 2}) rig.late(kFall + day, read, 9);
    rig.look(read);
    EXPECT_GT(rig.suppressed(SuppressionCode::SAME_EPISODE), before);
}

TEST(SameEvidence, AKnownChangeIsNotToldOnceMore) {
    for (const bool restarted : {false, true}) {
        const auto rig = told();
        rig->resolve(kFall + 8, Outcome::KNOWN_CHANGE);
        EXPECT_EQ(rig->last_case().outcome, Outcome::KNOWN_CHANGE);
        if (restarted) rig->shard = test::restored(detecting(), test::snapshot_of(rig->shard));
        shift_the_alarm(*rig, kFall + 9);
        rig->live(kFall + 9, kFall + 50, 6);
        EXPECT_THAT(rig->of(SignalKind::VOLUME_DROP), SizeIs(1));
        EXPECT_THAT(rig->of(SignalKind::RECOVERY), IsEmpty());
        // What falls below the accepted level is news.
        rig->live(kFall + 50, kFall + 65, 0);
        EXPECT_THAT(rig->of(SignalKind::VOLUME_DROP), SizeIs(2));
    }
}

TEST(SameEvidence, AnAlarmThatWasFalseIsNotToldOnceMore) {
    const auto rig = told();
    rig->resolve(kFall + 8, Outcome::FALSE_ALARM);
    shift_the_alarm(*rig, kFall + 9);
    rig->live(kFall + 9, kFall + 24, 6);
    EXPECT_THAT(rig->of(SignalKind::VOLUME_DROP), SizeIs(1));
}

// A feed that is behind holds every verdict, so that the days of the fall and of the return are judged together.
TEST(SameEvidence, AFallThatIsOverWhenItIsFoundIsADecisionAndNoCase) {
    for (const bool returned : {true, false}) {
        Rig rig;
        rig.days(kBegin, kFall, 20);
        rig.known_to(kFall);
        rig.days(kFall + 5, kFall + 14, returned ? 20 : 2);
        EXPECT_THAT(rig.all<Signal>(), IsEmpty());
        rig.known_to(kFall + 14);
        rig.look(kFall + 14);
        EXPECT_THAT(rig.of(SignalKind::RECOVERY), IsEmpty());
        EXPECT_THAT(rig.of(SignalKind::VOLUME_DROP), SizeIs(returned ? 0 : 1));
        EXPECT_EQ(rig.all<Case>().empty(), returned);
        EXPECT_EQ(rig.suppressed(SuppressionCode::NOT_PERSISTENT) > 0, returned);
    }
}

// What came on the days of the fall after all, read some days later, moves the alarm or takes it back for a while.
template <class Visit>
void each_lateness(Visit visit) {
    for (const int left : {3, 6, 8}) {
        for (const int days : {1, 2, 3, 4}) {
            for (const int late : {4, 6, 9, 12, 14}) visit(left, days, late);
        }
    }
}

TEST(SameEvidence, WhatASilenceOrHistoryKeptBackIsToldOnceTheyAreOver) {
    each_lateness([](int left, int days, int late) {
        for (const bool history : {false, true}) {
            auto rules = detecting();
            if (history) rules->live_from = shanghai((format_day(kFall + 9) + " 00:00").c_str());
            Rig rig(rules);
            rig.days(kBegin, kFall, 20);
            rig.look(kFall);
            const Timestamp from = shanghai((format_day(kFall) + " 09:00").c_str());
            if (!history) {
                SilenceEvent silence;
                silence.silence_id = "works";
                silence.account_root = "37140000012";
                silence.from = from;
                silence.until = shanghai((format_day(kFall + 25) + " 09:00").c_str());
                silence.author_staff_id = "market";
                silence.reason = "works";
                rig.at(from, {}, silence);
            }
            rig.live(kFall, kFall + 5, left);
            for (int d = 0; d < days; ++d) rig.late(kFall + d, kFall + 6, late);
            rig.live(kFall + 5, kFall + 90, left);
            EXPECT_THAT(rig.all<Signal>(), testing::Not(IsEmpty()))
                << left << " left, " << late << " late on " << days << " days, history: " << history;
        }
    });
}

TEST(SameEvidence, AFallThatIsOverIsNotToldOnceMoreWhateverMovesItsAlarm) {
    each_lateness([](int left, int days, int late) {
        for (const bool answered : {false, true}) {
            Rig rig;
            rig.days(kBegin, kFall, 20);
            rig.look(kFall);
            rig.live(kFall, kFall + 7, left);
            if (rig.all<Signal>().empty()) continue;
            if (answered) rig.resolve(kFall + 7, Outcome::FALSE_ALARM);
            rig.live(kFall + 7, kFall + 13, 20);
            const std::size_t returns = rig.of(SignalKind::RECOVERY).size();
            rig.effects.clear();
            for (int d = 0; d < days; ++d) rig.late(kFall + d, kFall + 14, late);
            rig.live(kFall + 13, kFall + 60, 20);
            EXPECT_THAT(rig.of(SignalKind::VOLUME_DROP), IsEmpty())
                << left << " left, " << late << " late on " << days << " days, answered: " << answered;
            EXPECT_LE(returns + rig.of(SignalKind::RECOVERY).size(), 1U);
        }
    });
}

TEST(SameEvidence, AStopAfterAFallThatWasOverIsToldByItsSilence) {
    Rig rig;
    rig.days(kBegin, kFall, 20);
    rig.known_to(kFall);
    rig.days(kFall + 5, kFall + 14, 20);
    rig.known_to(kFall + 14);
    rig.look(kFall + 14);
    ASSERT_GE(rig.suppressed(SuppressionCode::NOT_PERSISTENT), 1U);
    for (int d = 14; d < 30; ++d) {
        if (d < 17) rig.send(kFall + d, 20);
        rig.known_to(kFall + d + 1);
        rig.look(kFall + d + 1);
    }
    const auto found = rig.of(SignalKind::INACTIVITY);
    ASSERT_THAT(found, SizeIs(1));
    EXPECT_EQ(found[0].window_from, kFall + 17);
    EXPECT_LE(*found[0].window_to, kFall + 26);
}

// Days so long ago are known by the week.
TEST(SameEvidence, ALongSilenceBeginsAfterTheLastItemToo) {
    for (const int weekday : {0, 2, 4, 6}) {
        Rig rig;
        Day last;
        for (int d = weekday; d < 180; d += 7) rig.send(last = kBegin + d, 1);
        for (int d = 1; d < 90; ++d) rig.look(last + d);
        const auto found = rig.of(SignalKind::INACTIVITY);
        ASSERT_THAT(found, SizeIs(1));
        EXPECT_EQ(found[0].window_from, last + 1) << weekday;
        EXPECT_GT(*found[0].window_to - last, kDailyDays);
    }
}

TEST(SameEvidence, ASilenceBeginsAfterTheLastItemBeforeIt) {
    // again: the day on which it sends once more, before the look of that day; Day{} = never.
    const auto silence = [](Day again) {
        Rig rig;
        Day last;
        for (int d = 0; d < 180; d += (d % 7 == 0 ? 3 : 4)) rig.send(last = kBegin + d, 1);
        if (again.n != 0) rig.late(again, again, 1);
        rig.look(last + 30);
        const auto found = rig.of(SignalKind::INACTIVITY);
        EXPECT_THAT(found, SizeIs(1));
        EXPECT_EQ(found[0].window_from, last + 1);
        return *found[0].window_to;
    };
    const Day told = silence(Day{});
    EXPECT_EQ(silence(told + 1), told);
}

// Sixty a day instead of a hundred, also through the Spring Festival, of which a tenth is expected: in its weeks that is
// no fall, and after them it is the same one.
TEST(SameEvidence, AFestivalDoesNotEndAFall) {
    test::ShardRig rig(test::sample_rules());
    const char* const code = "37140000014001";
    rig.annual(code, "C", yuan(84'000), "2025-06-01 09:00");
    for (Week week = week_of(make_day(2025, 9, 1)); week < week_of(make_day(2026, 4, 6)); week = Week{week.n + 1}) {
        rig.week(code, "express", week, week < week_of(make_day(2026, 1, 5)) ? 700 : 420);
        rig.tick(shanghai((format_day(first_day(week) + 7) + " 08:30").c_str()));
    }
    std::vector<Severity> told;
    for (const Signal& signal : rig.all<Signal>()) {
        if (signal.rule_id == "items-week") told.push_back(signal.severity);
    }
    ASSERT_FALSE(told.empty());
    // Each severity once.
    EXPECT_EQ(std::adjacent_find(told.begin(), told.end(), std::greater_equal<>()), told.end()) << told.size();
}

}  // namespace
}  // namespace aw
