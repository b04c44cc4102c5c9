// What comes near an alarm of a detector, or is none for what else the client does, leaves a decision, too.
#include <algorithm>
#include <deque>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/detecting.hpp"
#include "support/shard_rig.hpp"

namespace aw {
namespace {

using test::detecting;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

constexpr auto kCode = "37140000012001";
const Day kBegin = make_day(2026, 1, 5);
const Day kFall = kBegin + 120;

std::shared_ptr<Rules> in_chinese() {
    auto rules = detecting();
    rules->language = Language::ZH;
    return rules;
}

struct Rig : test::ShardRig {
    explicit Rig(std::shared_ptr<const Rules> rules = detecting()) : ShardRig(std::move(rules)) {}

    void send(Day day, int items, const char* lane = "") {
        if (items > 0) at(noon(day), kCode, ShipmentEvent{"express", items, 0, {}, lane, {}});
    }
    // So many items a day by three lanes.
    void lanes(Day from, int days, int shenzhen, int beijing, int shanghai) {
        for (int d = 0; d < days; ++d) {
            send(from + d, shenzhen, "440300");
            send(from + d, beijing, "110000");
            send(from + d, shanghai, "310000");
        }
    }
    void look(Day day) { tick(test::shanghai((format_day(day) + " 08:30").c_str())); }
    std::vector<Decision> of(std::string_view rule, DecisionOutcome outcome) const {
        auto found = all<Decision>();
        std::erase_if(found, [&](const Decision& d) { return d.rule_id != rule || d.outcome != outcome; });
        return found;
    }
    std::vector<Decision> near(std::string_view rule) const { return of(rule, DecisionOutcome::NOT_FIRED); }
    std::size_t signals(SignalKind kind) const {
        const auto signals = all<Signal>();
        return static_cast<std::size_t>(
            std::count_if(signals.begin(), signals.end(), [&](const Signal& s) { return s.kind == kind; }));
    }
};

// Twice a week, one item: too few for the sharp drop to say anything soon.
TEST(NearAlarms, OfASilenceBeforeItsAlarmAndNotAfterIt) {
    Rig rig;
    Day last;
    for (int d = 0; d < 180; d += (d % 7 == 0 ? 3 : 4)) rig.send(last = kBegin + d, 1);
    rig.look(last + 60);
    ASSERT_EQ(rig.signals(SignalKind::INACTIVITY), 1U);
    const auto near = rig.near("inactivity");
    ASSERT_THAT(near, Not(IsEmpty()));
    EXPECT_LT(near.size(), 8U);
    EXPECT_EQ(near[0].code, "INACTIVITY");
    ASSERT_THAT(near[0].gates, SizeIs(1));
    EXPECT_EQ(near[0].gates[0].name, "return_years");
    EXPECT_FALSE(near[0].gates[0].passed);
    EXPECT_LT(near.back().at, rig.of("inactivity", DecisionOutcome::FIRED)[0].at);
}

TEST(NearAlarms, OfALaneThatGoes) {
    Rig rig;
    rig.lanes(kBegin, 120, 5, 9, 8);
    rig.lanes(kFall, 20, 0, 9, 8);
    rig.look(kFall + 21);
    ASSERT_EQ(rig.signals(SignalKind::COMPETITOR_SUSPECTED), 1U);
    const auto near = rig.near("competitor-share");
    ASSERT_THAT(near, Not(IsEmpty()));
    EXPECT_EQ(near[0].code, "COMPETITOR_SUSPECTED");
    EXPECT_FALSE(near[0].gates[0].passed);
    EXPECT_THAT(near[0].text,
                testing::HasSubstr("expected, no signal (competitor suspected): near an alarm; score of "));
}

// The lane would be an alarm, but the rest falls by more than three tenths.
TEST(NearAlarms, OfALaneThatGoesWithTheRest) {
    Rig rig;
    rig.lanes(kBegin, 120, 15, 5, 5);
    rig.lanes(kFall, 6, 0, 3, 3);
    rig.look(kFall + 6);
    const auto near = rig.near("competitor-share");
    const auto blocked = std::find_if(near.begin(), near.end(), [](const Decision& d) { return d.gates[0].passed; });
    ASSERT_NE(blocked, near.end());
    EXPECT_EQ(blocked->gates.back().name, "rest_change_bp");
    EXPECT_EQ(blocked->gates.back().limit, "-3000");
    EXPECT_FALSE(blocked->gates.back().passed);
    EXPECT_THAT(blocked->text,
                testing::HasSubstr("no signal (competitor suspected): the rest fell, too; change of all "));
}

TEST(NearAlarms, OfALowerPrice) {
    Rig rig;
    for (int d = 0; d < 170; ++d) {
        rig.send(kBegin + d, 20);
        const std::int64_t fen = d < 100 ? 1'200 : 800;
        rig.at(Rig::noon(kBegin + d), kCode, RevenueEvent{"express", Money{20 * (fen + d % 7)}, {}, {}});
    }
    rig.look(kBegin + 171);
    ASSERT_EQ(rig.signals(SignalKind::REVENUE_DROP), 1U);
    const auto near = rig.near("revenue-yield");
    ASSERT_THAT(near, Not(IsEmpty()));
    EXPECT_EQ(near[0].code, "REVENUE_DROP");
    EXPECT_FALSE(near[0].gates[0].passed);
    EXPECT_LT(near.back().at, rig.of("revenue-yield", DecisionOutcome::FIRED)[0].at);
}

TEST(NearAlarms, InTheLanguageOfTheNotices) {
    Rig rig(in_chinese());
    rig.lanes(kBegin, 120, 5, 9, 8);
    rig.lanes(kFall, 20, 0, 9, 8);
    rig.look(kFall + 21);
    const auto near = rig.near("competitor-share");
    ASSERT_THAT(near, Not(IsEmpty()));
    EXPECT_THAT(near[0].text, testing::HasSubstr(",未发信号(疑似竞争对手介入):接近告警;证据得分 "));
    EXPECT_THAT(near[0].text, testing::HasSubstr(":实际 0 件,预期 "));
}

// WATCH begins at 0.6 of a threshold and lasts to 0.2: a decision a day, of one detector where none is near.
TEST(NearAlarms, OfEveryDayInWatch) {
    Rig rig;
    int watched = 0;
    int below = 0;
    for (int d = 0; d < 140; ++d) {
        rig.send(kBegin + d, d >= 100 && watched == 0 ? 10 : 20);
        const std::size_t before = rig.all<Decision>().size();
        rig.look(kBegin + d + 1);
        if (rig.shard.counts().standing[static_cast<std::size_t>(WatchState::kWatch)] == 0) continue;
        ++watched;
        auto decisions = rig.all<Decision>();
        decisions.erase(decisions.begin(), decisions.begin() + static_cast<std::ptrdiff_t>(before));
        ASSERT_THAT(decisions, Not(IsEmpty())) << d;
        if (decisions[0].text.find("still watched") == std::string::npos) continue;
        ++below;
        ASSERT_THAT(decisions, SizeIs(1)) << d;
        EXPECT_EQ(decisions[0].outcome, DecisionOutcome::NOT_FIRED);
        EXPECT_EQ(decisions[0].gates[0].name, "score");
        EXPECT_FALSE(decisions[0].gates[0].passed);
    }
    EXPECT_THAT(rig.all<Signal>(), IsEmpty());
    EXPECT_GT(watched, below);
    EXPECT_GT(below, 0);
}

// --- a return that is not told ---

TEST(UntoldReturn, SaysWhy) {
    const auto returned = [](auto&& meanwhile) {
        Rig rig;
        for (int d = 0; d < 90; ++d) rig.send(kBegin + d, 20);
        rig.look(kBegin + 97);
        EXPECT_EQ(rig.signals(SignalKind::VOLUME_DROP), 1U);
        meanwhile(rig);
        for (int d = 97; d < 117; ++d) rig.send(kBegin + d, 20);
        rig.look(kBegin + 117);
        EXPECT_EQ(rig.signals(SignalKind::RECOVERY), 0U);
        return rig.of("sharp-drop", DecisionOutcome::SUPPRESSED);
    };
    const auto silenced = returned([](Rig& rig) {
        SilenceEvent silence;
        silence.silence_id = "works";
        silence.account_root = "37140000012";
        silence.author_staff_id = "market";
        silence.reason = "stocktaking";
        silence.from = Rig::noon(kBegin + 97);
        silence.until = Rig::noon(kBegin + 120);
        rig.at(*silence.from, {}, silence);
    });
    ASSERT_THAT(silenced, SizeIs(1));
    EXPECT_EQ(silenced[0].code, "SILENCED");
    EXPECT_THAT(silenced[0].text, testing::HasSubstr("back at the level before the drop on "));
    EXPECT_THAT(silenced[0].text, testing::HasSubstr("no signal (recovery): "));
    const auto unwatched = returned([](Rig& rig) {
        AccountEvent closed;
        closed.closed_on = kBegin + 97;
        rig.at(Rig::noon(kBegin + 97), kCode, closed);
    });
    ASSERT_THAT(unwatched, SizeIs(1));
    EXPECT_EQ(unwatched[0].code, "NOT_WATCHED");
    ASSERT_THAT(unwatched[0].gates, SizeIs(1));
    EXPECT_EQ(unwatched[0].gates[0].name, "watched");
}

// --- a lane that is gone while the volume falls ---

TEST(PartOfAFall, ALaneThatIsGoneWhileTheRestFellGivesNoSignalOfItsOwn) {
    Rig rig;
    rig.lanes(kBegin, 120, 6, 10, 8);
    rig.lanes(kFall, 12, 4, 5, 4);
    rig.lanes(kFall + 12, 25, 0, 5, 4);
    rig.look(kFall + 37);
    EXPECT_EQ(rig.signals(SignalKind::VOLUME_DROP), 1U);
    EXPECT_EQ(rig.signals(SignalKind::COMPETITOR_SUSPECTED), 0U);
    const auto same = rig.of("competitor-share", DecisionOutcome::SUPPRESSED);
    ASSERT_THAT(same, SizeIs(1));
    EXPECT_EQ(same[0].code, "SAME_EPISODE");
    EXPECT_THAT(same[0].text, testing::EndsWith("no signal (competitor suspected): the same fall, told already"));
}

// It is where the fall of the whole comes from, which the signal of the fall does not say.
TEST(PartOfAFall, ALaneThatIsGoneAloneIsNamed) {
    Rig rig;
    rig.lanes(kBegin, 120, 22, 9, 8);
    rig.lanes(kFall, 25, 0, 9, 8);
    rig.look(kFall + 25);
    EXPECT_EQ(rig.signals(SignalKind::VOLUME_DROP), 1U);
    EXPECT_EQ(rig.signals(SignalKind::COMPETITOR_SUSPECTED), 1U);
}

}  // namespace
}  // namespace aw
