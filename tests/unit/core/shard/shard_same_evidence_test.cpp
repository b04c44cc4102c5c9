// The same evidence is one signal, whatever people have answered, and none where it is over by the time it is found.
#include <algorithm>
#include <deque>
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
    Rig() : ShardRig(detecting()) {}

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
        const auto known_to = [&](Day day) {
            rig.at(shanghai((format_day(day) + " 01:00").c_str()), {},
                   WatermarkEvent{"test", {}, shanghai((format_day(day) + " 00:00").c_str())});
        };
        rig.days(kBegin, kFall, 20);
        known_to(kFall);
        rig.days(kFall + 5, kFall + 14, returned ? 20 : 2);
        EXPECT_THAT(rig.all<Signal>(), IsEmpty());
        known_to(kFall + 14);
        rig.look(kFall + 14);
        EXPECT_THAT(rig.of(SignalKind::RECOVERY), IsEmpty());
        EXPECT_THAT(rig.of(SignalKind::VOLUME_DROP), SizeIs(returned ? 0 : 1));
        EXPECT_EQ(rig.all<Case>().empty(), returned);
        EXPECT_EQ(rig.suppressed(SuppressionCode::NOT_PERSISTENT) > 0, returned);
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

}  // namespace
}  // namespace aw
