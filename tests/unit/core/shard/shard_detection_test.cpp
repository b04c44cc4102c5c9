// The statistical detector in the shard: signals, episodes, late events, restart, switching off and on.
#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/detecting.hpp"
#include "support/shard_rig.hpp"
#include "support/shard_state.hpp"

namespace aw {
namespace {

using test::detecting;
using test::input_of;
using test::shanghai;
using testing::IsEmpty;
using testing::SizeIs;

constexpr auto kCode = "37140000012001";

struct Rig : test::ShardRig {
    explicit Rig(std::shared_ptr<const Rules> rules = detecting()) : ShardRig(std::move(rules)) {}

    void days(Day from, int n, int items) {
        for (int d = 0; d < n; ++d) at(noon(from + d), kCode, ShipmentEvent{"express", items, 0, {}, {}, {}});
    }
    // What happened on that day is read at 09:00 of another.
    void late(Day day, Day read, int items) {
        late_id_ = "late" + format_day(day);
        Event event;
        event.event_id = late_id_;
        event.code = *parse_customer_code(kCode);
        event.occurred_at = noon(day);
        event.source = "test";
        event.payload = ShipmentEvent{"express", items, 0, {}, {}, {}};
        take(event, shanghai((format_day(read) + " 09:00").c_str()));
    }
    void look(Day day) { tick(shanghai((format_day(day) + " 08:30").c_str())); }
    std::vector<StateRecord> detectors() const {
        std::vector<StateRecord> found;
        for (StateRecord& record : test::snapshot_of(shard)) {
            if (record.key.starts_with("s/")) found.push_back(std::move(record));
        }
        return found;
    }

private:
    std::string late_id_;
};

const Day kBegin = make_day(2026, 4, 6);
const Day kDrop = kBegin + 90;

TEST(Detect, AStopIsToldWithinDaysWithItsEvidence) {
    Rig rig;
    rig.days(kBegin, 90, 20);
    rig.look(kDrop);
    EXPECT_THAT(rig.all<Signal>(), IsEmpty());
    rig.look(kDrop + 6);
    const auto signals = rig.all<Signal>();
    ASSERT_THAT(signals, SizeIs(1));
    EXPECT_EQ(signals[0].kind, SignalKind::VOLUME_DROP);
    EXPECT_EQ(signals[0].severity, Severity::HIGH);
    EXPECT_EQ(signals[0].rule_id, "sharp-drop");
    EXPECT_EQ(signals[0].onset_on, kDrop);
    EXPECT_EQ(signals[0].window_from, kDrop);
    EXPECT_LE(*signals[0].window_to, kDrop + 3);
    EXPECT_EQ(signals[0].observed, 0);
    EXPECT_NEAR(static_cast<double>(*signals[0].expected), 20.0 * (*signals[0].window_to - kDrop + 1), 3);
    EXPECT_THAT(rig.all<Case>(), testing::Not(IsEmpty()));
}

// 90 days of 20 items, 28 of them warm-up, and 6 of silence. Who rests after an alarm can alarm no more.
TEST(Detect, CountsWhoStandsHowAndHowWellTheBudgetIsKept) {
    Rig rig;
    rig.days(kBegin, 90, 20);
    rig.look(kDrop);
    const auto large = static_cast<std::size_t>(Certainty::Stratum::kLarge);
    const auto every = static_cast<std::size_t>(Certainty::Stratum::kDecline);
    EXPECT_EQ(rig.shard.counts().standing, (std::array<std::int64_t, 4>{1, 0, 0, 0}));
    EXPECT_EQ(rig.shard.counts().strata[large].days, 90U - DropDetector::kWarmUpDays);
    rig.look(kDrop + 6);
    ShardCounts counts = rig.shard.counts();
    EXPECT_EQ(counts.standing, (std::array<std::int64_t, 4>{0, 0, 1, 0}));
    EXPECT_LT(counts.strata[every].days, 96U - DropDetector::kWarmUpDays);
    EXPECT_GT(counts.strata[large].days, 90U - DropDetector::kWarmUpDays);
    EXPECT_LE(counts.strata[large].days, counts.strata[every].days);
    const auto once = counts.strata[every].days;
    counts.add(counts);
    EXPECT_EQ(counts.standing[2], 2);
    EXPECT_EQ(counts.strata[every].days, 2 * once);
}

TEST(Detect, SilenceAfterTheAlarmDoesNotAlarmForEver) {
    Rig rig;
    rig.days(kBegin, 90, 20);
    rig.look(kDrop + 55);
    EXPECT_THAT(rig.all<Signal>(), SizeIs(1));
}

TEST(Detect, AnIncreaseIsNoDrop) {
    Rig rig;
    rig.days(kBegin, 90, 20);
    rig.days(kDrop, 30, 60);
    rig.look(kDrop + 30);
    EXPECT_THAT(rig.all<Signal>(), IsEmpty());
}

TEST(Detect, AReturnIsARecovery) {
    Rig rig;
    rig.days(kBegin, 90, 20);
    rig.days(kDrop + 10, 20, 20);
    rig.look(kDrop + 30);
    const auto signals = rig.all<Signal>();
    ASSERT_THAT(signals, SizeIs(2));
    EXPECT_EQ(signals[1].kind, SignalKind::RECOVERY);
    EXPECT_EQ(signals[1].severity, Severity::INFO);
}

TEST(Detect, HistoryIsADecisionOnly) {
    auto rules = detecting();
    rules->live_from = shanghai("2026-08-01 00:00");
    Rig rig(rules);
    rig.days(kBegin, 90, 20);
    rig.look(kDrop + 6);
    EXPECT_THAT(rig.all<Signal>(), IsEmpty());
    const auto decisions = rig.all<Decision>();
    EXPECT_EQ(std::count_if(decisions.begin(), decisions.end(), [](const Decision& d) { return d.code == "BACKFILL"; }),
              1);
}

TEST(Detect, TheSameAfterARestartOnAnyDay) {
    Rig whole;
    whole.days(kBegin, 90, 20);
    whole.look(kDrop + 1);
    Rig again;
    again.shard = test::restored(detecting(), test::snapshot_of(whole.shard));
    EXPECT_EQ(again.shard.state_hash(), whole.shard.state_hash());
    whole.effects.clear();
    whole.look(kDrop + 9);
    again.look(kDrop + 9);
    EXPECT_EQ(again.shard.state_hash(), whole.shard.state_hash());
    ASSERT_THAT(whole.all<Signal>(), SizeIs(1));
    EXPECT_EQ(again.all<Signal>()[0].window_to, whole.all<Signal>()[0].window_to);
}

// What came late, within the open days, is as if it had come in time once the days are sealed.
TEST(Detect, EvidenceDoesNotDependOnTheOrderOfArrival) {
    Rig in_time;
    Rig late;
    in_time.days(kBegin, 60, 5);
    late.days(kBegin, 50, 5);
    late.look(kBegin + 60);
    for (int d = 50; d < 60; ++d) late.late(kBegin + d, kBegin + 60, 5);
    in_time.days(kBegin + 60, 25, 5);
    late.days(kBegin + 60, 25, 5);
    in_time.look(kBegin + 85);
    late.look(kBegin + 85);
    ASSERT_THAT(in_time.detectors(), SizeIs(1));
    ASSERT_THAT(late.detectors(), SizeIs(1));
    EXPECT_EQ(late.detectors()[0].value, in_time.detectors()[0].value);
}

// Of a new client, too: its first days may come after the later ones.
TEST(Detect, ItsFirstDayIsItsFirstDayWheneverItComes) {
    Rig in_time;
    Rig late;
    in_time.days(kBegin, 40, 5);
    late.days(kBegin + 3, 10, 5);
    late.look(kBegin + 13);
    for (int d = 0; d < 3; ++d) late.late(kBegin + d, kBegin + 13, 5);
    late.days(kBegin + 13, 27, 5);
    in_time.look(kBegin + 40);
    late.look(kBegin + 40);
    ASSERT_THAT(in_time.detectors(), SizeIs(1));
    ASSERT_THAT(late.detectors(), SizeIs(1));
    EXPECT_EQ(late.detectors()[0].value, in_time.detectors()[0].value);
}

// Three of the days it was told with turn out to have been ordinary; with the fourth the fall goes on.
TEST(Detect, AnAlarmThatLateEventsTookBackGivesNoSecondSignal) {
    int seen_again = 0;
    for (int after = 1; after <= 12; ++after) {
        Rig rig;
        rig.days(kBegin, 90, 20);
        rig.look(kDrop + 4);
        ASSERT_THAT(rig.all<Signal>(), SizeIs(1));
        ASSERT_EQ(rig.all<Signal>()[0].window_to, kDrop + 3);
        for (const int d : {0, 1, 2}) rig.late(kDrop + d, kDrop + 4, 20);
        rig.days(kDrop + 4, 1, after);
        rig.look(kDrop + 5);
        const auto open_case = [&] { return rig.shard.case_file(parse_customer_code(kCode)->root)->open_case(); };
        if (rig.shard.counts().standing[2] != 0) continue;  // it is not taken back
        ASSERT_TRUE(open_case()->drop_over);
        rig.look(kDrop + 10);
        ASSERT_EQ(rig.shard.counts().standing[2], 1);
        EXPECT_FALSE(open_case()->drop_over);
        const auto falls = rig.all<Signal>();
        // With evidence of its own it is told.
        for (std::size_t i = 1; i < falls.size(); ++i) EXPECT_GT(*falls[i].window_from, kDrop + 3);
        if (falls.size() > 1) continue;
        ++seen_again;
        EXPECT_THAT(rig.decisions("SAME_EPISODE"), testing::Not(IsEmpty()));
        rig.days(kDrop + 10, 30, 20);
        rig.look(kDrop + 40);
        ASSERT_THAT(rig.all<Signal>(), SizeIs(2));
        EXPECT_EQ(rig.all<Signal>()[1].kind, SignalKind::RECOVERY);
    }
    EXPECT_GT(seen_again, 0);
}

// Of each day six tenths come on the day itself and the rest after the look of the next morning: no day is judged
// before its second look, and a stop is told a day later.
TEST(Detect, ADayOfWhichTooLittleIsKnownIsJudgedAtTheNextLook) {
    Rig rig;
    const auto through = [&] {
        const auto about = rig.shard.explain(parse_customer_code(kCode)->root);
        for (const Explanation& says : about->explanations) {
            for (const NamedValue& input : says.inputs) {
                if (input.name == "judged_through") return input.value;
            }
        }
        return std::string("never");
    };
    for (int d = 0; d < 90; ++d) {
        rig.days(kBegin + d, 1, 36);
        rig.look(kBegin + d + 1);
        rig.late(kBegin + d, kBegin + d + 1, 24);
        // Learned of the days that are sealed, of a thousand items.
        if (d < 40) continue;
        ASSERT_EQ(through(), format_day(kBegin + d - 1)) << d;
    }
    EXPECT_THAT(rig.all<Signal>(), IsEmpty());
    for (int d = 90; rig.all<Signal>().empty(); ++d) {
        ASSERT_LT(d, 98);
        rig.look(kBegin + d + 1);
        EXPECT_EQ(through(), format_day(kBegin + d - 1));
    }
    EXPECT_EQ(rig.all<Signal>()[0].kind, SignalKind::VOLUME_DROP);
    EXPECT_EQ(rig.all<Signal>()[0].onset_on, kDrop);
}

TEST(Detect, AFeedThatIsBehindHoldsTheAccountAndIsMadeUpFor) {
    Rig rig;
    rig.days(kBegin, 90, 20);
    rig.at(shanghai((format_day(kDrop) + " 01:00").c_str()), {},
           WatermarkEvent{"test", {}, shanghai((format_day(kDrop) + " 00:00").c_str())});
    rig.look(kDrop + 6);
    EXPECT_THAT(rig.all<Signal>(), IsEmpty());
    rig.at(shanghai((format_day(kDrop + 6) + " 10:00").c_str()), {},
           WatermarkEvent{"test", {}, shanghai((format_day(kDrop + 6) + " 00:00").c_str())});
    EXPECT_THAT(rig.all<Signal>(), SizeIs(1));
}

// For so long that its days are kept by the week only when it returns: nobody knows whether these were a silence.
TEST(Detect, AFeedThatIsBehindForLongerThanDaysAreKeptIsNoSilence) {
    Rig rig;
    rig.days(kBegin, 90, 20);
    rig.at(shanghai((format_day(kDrop) + " 01:00").c_str()), {},
           WatermarkEvent{"test", {}, shanghai((format_day(kDrop) + " 00:00").c_str())});
    rig.look(kDrop + 60);
    EXPECT_THAT(rig.all<Signal>(), IsEmpty());
    rig.days(kDrop + 60, 20, 20);
    rig.at(shanghai((format_day(kDrop + 80) + " 01:00").c_str()), {},
           WatermarkEvent{"test", {}, shanghai((format_day(kDrop + 80) + " 00:00").c_str())});
    rig.look(kDrop + 80);
    ASSERT_EQ(rig.shard.counts().standing[2], 0);
}

// The rows of the policy and the detectors look at the same items, each in its own time.
TEST(Detect, AFallThatRowsAndDetectorsSeeIsOneEpisode) {
    bool both = false;
    for (const int left : {0, 3, 8, 12}) {
        auto rules = test::sample_rules();
        rules->policy.watch = WatchScope::ALL;
        rules->policy.detection = {true, 0.5};
        Rig rig(rules);
        rig.days(kBegin, 90, 20);
        if (left > 0) rig.days(kDrop, 42, left);
        rig.look(kDrop + 42);
        std::vector<Signal> falls = rig.all<Signal>();
        std::erase_if(falls, [](const Signal& signal) {
            return signal.kind != SignalKind::VOLUME_DROP && signal.kind != SignalKind::GRADUAL_DECLINE &&
                   signal.kind != SignalKind::INACTIVITY;
        });
        ASSERT_FALSE(falls.empty()) << left;
        for (std::size_t i = 1; i < falls.size(); ++i) {
            EXPECT_GT(falls[i].severity, falls[i - 1].severity) << left;
            EXPECT_EQ(falls[i].case_id.value, falls[0].case_id.value) << left;
        }
        bool by_row = false;
        bool by_detector = false;
        for (const Decision& decision : rig.all<Decision>()) {
            if (decision.code != "SAME_EPISODE" && decision.code != "VOLUME_DROP") continue;
            by_row = by_row || decision.rule_id == "items-week";
            by_detector = by_detector || decision.rule_id == "sharp-drop";
        }
        both = both || (by_row && by_detector);
    }
    EXPECT_TRUE(both);
}

TEST(Detect, SwitchedOffItForgetsAndSwitchedOnItBeginsAgain) {
    Rig rig;
    rig.days(kBegin, 90, 20);
    rig.look(kDrop);
    ASSERT_THAT(rig.detectors(), SizeIs(1));
    auto off = detecting();
    off->policy.detection.enabled = false;
    rig.at(shanghai((format_day(kDrop) + " 09:00").c_str()), {}, ActivationEvent{"off", "off", off});
    EXPECT_THAT(rig.detectors(), IsEmpty());
    rig.at(shanghai((format_day(kDrop) + " 09:01").c_str()), {}, ActivationEvent{"on", "on", detecting()});
    rig.look(kDrop + 1);
    EXPECT_THAT(rig.detectors(), SizeIs(1));
}

// --- why, and why not ---

Explanation about(const Shard& shard) {
    const auto all = shard.explain(parse_customer_code(kCode)->root);
    EXPECT_TRUE(all.has_value());
    if (!all) return {};
    for (const Explanation& says : all->explanations) {
        if (says.rule_id == "sharp-drop") return says;
    }
    ADD_FAILURE() << "no explanation";
    return {};
}

std::string gates_of(const std::vector<Gate>& gates) {
    std::string text;
    for (const Gate& gate : gates) text += (text.empty() ? "" : ", ") + gate.name + (gate.passed ? "" : " no");
    return text;
}

TEST(DetectExplained, WhyItFiredAndThatItLasts) {
    Rig rig;
    rig.days(kBegin, 90, 20);
    rig.look(kDrop);
    const Explanation before = about(rig.shard);
    EXPECT_EQ(before.outcome, DecisionOutcome::NOT_FIRED);
    EXPECT_EQ(before.code, "NORMAL");
    EXPECT_EQ(gates_of(before.gates), "score no");
    rig.days(kDrop, 16, 1);
    rig.look(kDrop + 6);
    ASSERT_THAT(rig.all<Signal>(), SizeIs(1));
    const Signal signal = rig.all<Signal>().front();
    for (const int later : {6, 16}) {  // the new level has been learned: what it fired on stays known
        rig.look(kDrop + later);
        const Shard copy = test::restored(detecting(), test::snapshot_of(rig.shard));
        const Explanation says = about(copy);
        EXPECT_EQ(says.outcome, DecisionOutcome::FIRED);
        EXPECT_EQ(says.code, "VOLUME_DROP");
        EXPECT_EQ(says.severity, Severity::HIGH);
        EXPECT_EQ(says.onset_on, kDrop);
        EXPECT_EQ(says.window_to, signal.window_to);
        EXPECT_EQ(says.observed, signal.observed);
        EXPECT_EQ(says.expected, signal.expected);
        EXPECT_EQ(gates_of(says.gates), "score, watched, lasts, episode, live, silence, signalled");
        EXPECT_EQ(input_of(says.inputs, "found_on"), format_day(*signal.window_to));
        EXPECT_NE(input_of(says.inputs, "level_per_day"), "none");
    }
}

// Whatever the outcome, up to what held it back.
TEST(DetectExplained, ADecisionNamesTheGatesThatWerePassed) {
    const auto gates = [](std::shared_ptr<Rules> rules, std::string_view code, bool silent = false) {
        Rig rig(std::move(rules));
        rig.days(kBegin, 90, 20);
        if (silent) {
            SilenceEvent silence;
            silence.silence_id = "works";
            silence.account_root = "37140000012";
            silence.author_staff_id = "market";
            silence.reason = "stocktaking";
            silence.from = Rig::noon(kDrop - 1);
            silence.until = Rig::noon(kDrop + 20);
            rig.at(*silence.from, {}, silence);
        }
        rig.look(kDrop + 8);
        for (const Decision& d : rig.decisions(code)) {
            if (d.rule_id == "sharp-drop" && d.outcome != DecisionOutcome::NOT_FIRED) return gates_of(d.gates);
        }
        return std::string("none");
    };
    EXPECT_EQ(gates(detecting(), "VOLUME_DROP"), "score, watched, lasts, episode, live, silence");
    auto history = detecting();
    history->live_from = shanghai((format_day(kDrop + 60) + " 00:00").c_str());
    EXPECT_EQ(gates(history, "BACKFILL"), "score, watched, lasts, episode, live no");
    EXPECT_EQ(gates(detecting(), "SILENCED", true), "score, watched, lasts, episode, live, silence no");
}

TEST(DetectExplained, AfterTheReturnItIsHistory) {
    Rig rig;
    rig.days(kBegin, 90, 20);
    rig.look(kDrop + 8);
    ASSERT_THAT(rig.all<Signal>(), SizeIs(1));
    rig.days(kDrop + 8, 40, 20);
    rig.look(kDrop + 48);
    const Explanation says = about(rig.shard);
    EXPECT_EQ(says.outcome, DecisionOutcome::NOT_FIRED);
    EXPECT_EQ(says.code, "NORMAL");
    EXPECT_EQ(input_of(says.inputs, "found_on"), format_day(*rig.all<Signal>().front().window_to));
}

TEST(DetectExplained, WhyItDidNot) {
    auto rules = detecting();
    rules->live_from = shanghai((format_day(kDrop + 60) + " 00:00").c_str());
    Rig history(rules);
    history.days(kBegin, 90, 20);
    history.look(kDrop + 8);
    EXPECT_EQ(about(history.shard).outcome, DecisionOutcome::SUPPRESSED);
    EXPECT_EQ(about(history.shard).code, "BACKFILL");
    EXPECT_EQ(gates_of(about(history.shard).gates), "score, watched, lasts, episode, live no");
    auto key_only = detecting();
    key_only->policy.watch = WatchScope::KEY;
    Rig nobody(key_only);
    nobody.days(kBegin, 90, 20);
    // The day on which it would have alarmed.
    for (int day = 0; day < 8 && about(nobody.shard).code != "NOT_WATCHED"; ++day) nobody.look(kDrop + day);
    EXPECT_EQ(about(nobody.shard).outcome, DecisionOutcome::SUPPRESSED);
    EXPECT_EQ(about(nobody.shard).code, "NOT_WATCHED");
    EXPECT_EQ(gates_of(about(nobody.shard).gates), "score, watched no");
    nobody.look(kDrop + 12);  // the alarm lasts, though nobody was told
    EXPECT_EQ(about(nobody.shard).code, "NOT_WATCHED");
    EXPECT_THAT(nobody.all<Signal>(), IsEmpty());
}

}  // namespace
}  // namespace aw
