// What comes of the cases that detectors open: what they are worth, when they are over, and seasons that open none.
#include <algorithm>
#include <deque>
#include <random>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/model/value_at_risk.hpp"
#include "support/case_rig.hpp"
#include "support/detecting.hpp"
#include "support/shard_state.hpp"

namespace aw {
namespace {

using test::detecting;
using test::shanghai;
using testing::IsEmpty;
using testing::SizeIs;

constexpr auto kCode = "37140000012001";
const Day kBegin = make_day(2025, 1, 6);

struct Rig : test::CaseRig {
    Rig() : CaseRig(detecting()) {}

    void send(Day day, int items, const char* lane = "", const char* line = "express") {
        if (items > 0) at(noon(day), kCode, ShipmentEvent{line, items, 0, {}, lane, {}});
    }
    void look(Day day) { tick(shanghai((format_day(day) + " 08:30").c_str())); }
    std::vector<Signal> of(SignalKind kind) const {
        auto signals = all<Signal>();
        std::erase_if(signals, [&](const Signal& signal) { return signal.kind != kind; });
        return signals;
    }
    // Everything that was planned is done: only the recovery is waited for.
    void observe(Day day) {
        const auto minute = [&](int n) { return format_day(day) + (n < 10 ? " 10:0" : " 10:") + std::to_string(n); };
        int n = 0;
        const std::string id = last_case().case_id.value;
        const std::string leader = last_case().owner_staff_id.value;
        const auto say = [&](std::string_view actor, CommandAction action) {
            ok(keep(minute(++n)), actor, std::move(action), {}, id);
        };
        say(leader, AckAction{});
        say("kam", AcceptAction{GroupRole::SALES});
        say("service", AcceptAction{GroupRole::AFTER_SALES});
        say(leader, AcceptAction{GroupRole::LEADER});
        say("kam", StartAction{});
        say("kam", PlanAction{"price", {{"offer", "kam", noon(day + 3)}}});
        say(leader, ApprovePlanAction{});
        say("kam", ContactAction{ContactLevel::MANAGER, TouchChannel::PHONE});
        const auto tasks = all<Task>();
        const auto offer = std::find_if(tasks.rbegin(), tasks.rend(),
                                        [](const Task& task) { return task.kind == TaskKind::ASSIGNED; });
        ASSERT_NE(offer, tasks.rend());
        say("kam", DoneAction{keep(offer->task_id.value)});
        ASSERT_EQ(last_case().state, CaseState::OBSERVING);
    }

private:
    const char* keep(std::string text) { return texts_.emplace_back(std::move(text)).c_str(); }
    std::deque<std::string> texts_;
};

// "Not measured" is not "recovered": a stop was proposed as recovered as soon as its countermeasure was done.
TEST(DetectedCases, AStopThatLastsIsNeverProposedAsRecovered) {
    Rig rig;
    const Day stop = kBegin + 90;
    for (Day day = kBegin; day < stop; day = day + 1) rig.send(day, 20);
    rig.look(stop + 5);
    ASSERT_THAT(rig.of(SignalKind::VOLUME_DROP), SizeIs(1));
    rig.observe(stop + 5);
    for (int d = 6; d < 40; ++d) {
        rig.look(stop + d);
        ASSERT_EQ(rig.last_case().proposed_outcome, Outcome::UNSPECIFIED) << d;
    }
}

TEST(DetectedCases, TwoWeeksAtTheOldLevelAreARecoveryAndAllWeeksAtTheNewOneAreNone) {
    for (const int after : {20, 12}) {
        Rig rig;
        const Day fall = kBegin + 91;  // a Monday
        Day day = kBegin;
        for (; day < fall; day = day + 1) rig.send(day, 20);
        for (; rig.of(SignalKind::VOLUME_DROP).empty() || (day - fall) % 7 != 0; day = day + 1) {
            ASSERT_LT(day, fall + 40);
            rig.send(day, 12);
            rig.look(day + 1);
        }
        ASSERT_EQ(rig.last_case().severity, Severity::MEDIUM);  // its resolution has a month
        rig.observe(day);
        // The level of today is learned anew; the case keeps its own.
        for (int d = 0; d < 22; ++d) {
            rig.send(day + d, after);
            rig.look(day + d + 1);
        }
        EXPECT_EQ(rig.last_case().proposed_outcome, after == 20 ? Outcome::RECOVERED : Outcome::UNSPECIFIED) << after;
    }
}

// An alarm of the slow test is told also while the sharp one is about to alarm.
TEST(DetectedCases, ARampIsNeverSwallowed) {
    int swallowed = 0;
    int told = 0;
    for (unsigned seed = 1; seed <= 40; ++seed) {
        Rig rig;
        std::mt19937_64 random(seed);
        const auto items = [&](double mean) {
            std::gamma_distribution<double> day(4, mean / 4);
            return std::poisson_distribution<int>(std::max(0.01, day(random)))(random);
        };
        const Day ramp = kBegin + 150;
        for (int d = 0; d < 290; ++d) {
            const double left = std::clamp(1.0 - 0.5 * (kBegin + d - ramp) / 60, 0.5, 1.0);
            rig.send(kBegin + d, items(3 * left));
        }
        rig.look(kBegin + 291);
        const auto signals = rig.all<Signal>();
        const bool any = std::any_of(signals.begin(), signals.end(), [](const Signal& signal) {
            return signal.kind == SignalKind::VOLUME_DROP || signal.kind == SignalKind::GRADUAL_DECLINE;
        });
        const bool in_alarm = rig.shard.counts().standing[2] > 0;
        told += any ? 1 : 0;
        swallowed += in_alarm && !any ? 1 : 0;
    }
    EXPECT_EQ(swallowed, 0);
    EXPECT_GT(told, 20);
}

// A tenth that goes is no more than a tenth of the revenue.
TEST(DetectedCases, ALaneIsWorthItsShareOfTheClient) {
    Rig rig;
    rig.watched(yuan(1'000'000), "2025-01-05 08:00");
    for (int d = 0; d < 140; ++d) {
        const Day day = kBegin + d;
        if (d < 120) rig.send(day, 5, "440300");
        rig.send(day, 23, "110000");
        rig.send(day, 22, "310000");
    }
    rig.look(kBegin + 141);
    const auto found = rig.of(SignalKind::COMPETITOR_SUSPECTED);
    ASSERT_THAT(found, SizeIs(1));
    EXPECT_NEAR(static_cast<double>(found[0].revenue_at_risk.minor), 10'000'000, 1'000'000);
}

// The lane is nearly certain and small, the fall after it large and less certain: each figure of its own signal.
TEST(DetectedCases, ACaseIsWorthWhatOneOfItsSignalsIs) {
    Rig rig;
    rig.watched(yuan(1'000'000), "2025-01-05 08:00");
    for (int d = 0; d < 185; ++d) {
        const Day day = kBegin + d;
        if (d < 120) rig.send(day, 5, "440300");
        rig.send(day, d < 150 ? 23 : 15, "110000");
        rig.send(day, d < 150 ? 22 : 14, "310000");
    }
    rig.look(kBegin + 186);
    const auto signals = rig.all<Signal>();
    const auto worth = [](const Signal& s) { return value_at_risk(s.probability, s.revenue_at_risk).minor; };
    const auto least = [](const Signal& a, const Signal& b) { return a.revenue_at_risk < b.revenue_at_risk; };
    const auto surest = [](const Signal& a, const Signal& b) { return a.probability < b.probability; };
    ASSERT_GE(signals.size(), 2U);
    ASSERT_NE(std::max_element(signals.begin(), signals.end(), least)->signal_id,
              std::max_element(signals.begin(), signals.end(), surest)->signal_id);
    std::int64_t most = 0;
    for (const Signal& s : signals) most = std::max(most, worth(s));
    EXPECT_EQ(value_at_risk(rig.last_case()).minor, most);
}

// Every July and August a tenth, or nothing (the seasonal guard of R46, requirements 3.1).
TEST(DetectedCases, ASeasonThatWasThereLastYearIsNoAlarm) {
    for (const int in_season : {2, 0}) {
        Rig rig;
        const Day end = make_day(2026, 8, 1);
        std::size_t before = 0;
        for (Day day = kBegin; day < end; day = day + 1) {
            const std::string text = format_day(day);
            if (text == "2026-06-01") before = rig.of(SignalKind::VOLUME_DROP).size();
            const bool season = text.substr(5, 2) == "07" || text.substr(5, 2) == "08";
            rig.send(day, season ? in_season : 20);
        }
        rig.look(end);
        EXPECT_THAT(rig.of(SignalKind::VOLUME_DROP), SizeIs(before)) << in_season;
        EXPECT_THAT(rig.decisions("SEASONAL"), testing::Not(IsEmpty())) << in_season;
    }
}

// One item on Mondays and Thursdays, and nothing in July and August: a silence as every year.
TEST(DetectedCases, ASilenceThatWasThereLastYearIsNoAlarm) {
    Rig rig;
    const Day end = make_day(2026, 8, 20);
    for (Day day = kBegin; day < end; day = day + 1) {
        const std::string month = format_day(day).substr(5, 2);
        const bool sends = weekday(day) == 1 || weekday(day) == 4;
        if (month != "07" && month != "08") rig.send(day, sends ? 1 : 0);
    }
    rig.look(end);
    const auto signals = rig.all<Signal>();
    EXPECT_TRUE(std::none_of(signals.begin(), signals.end(), [](const Signal& signal) {
        return format_day(*signal.window_to) > "2026-06-30" && signal.kind != SignalKind::RECOVERY;
    }));
    const auto decisions = rig.decisions("SEASONAL");
    EXPECT_TRUE(std::any_of(decisions.begin(), decisions.end(),
                            [](const Decision& decision) { return decision.rule_id == "inactivity"; }));
}

// One of two lines rests every summer, and this year a second one falls, too.
TEST(DetectedCases, ALineThatRestsEverySummerIsNoSwitch) {
    for (const bool parcel_falls : {false, true}) {
        Rig rig;
        const Day end = make_day(2026, 8, 1);
        for (Day day = kBegin; day < end; day = day + 1) {
            const std::string text = format_day(day);
            const bool season = text.substr(5, 2) == "07" || text.substr(5, 2) == "08";
            rig.send(day, season ? 0 : 12, "", "express");
            rig.send(day, season && parcel_falls && text.starts_with("2026") ? 0 : 6, "", "parcel");
            rig.send(day, 40, "", "freight");
        }
        rig.look(end);
        const auto signals = rig.of(SignalKind::COMPETITOR_SUSPECTED);
        std::vector<std::string> lines;
        for (const Signal& signal : signals) {
            if (format_day(*signal.window_to) > "2026-06-30") lines.push_back(signal.business_line);
        }
        EXPECT_EQ(lines, parcel_falls ? std::vector<std::string>{"parcel"} : std::vector<std::string>{});
    }
}

TEST(DetectedCases, TwoLanesThatGoOnOneDayAreTwoSignalsThatNameThem) {
    Rig rig;
    for (int d = 0; d < 140; ++d) {
        const Day day = kBegin + d;
        for (const char* lane : {"440300", "110000"}) rig.send(day, d < 120 ? 8 : 0, lane);
        rig.send(day, 24, "310000");
    }
    rig.look(kBegin + 141);
    std::vector<std::string> lanes;
    for (const Signal& signal : rig.of(SignalKind::COMPETITOR_SUSPECTED)) lanes.push_back(signal.lane);
    EXPECT_THAT(lanes, testing::UnorderedElementsAre("440300", "110000"));
    EXPECT_EQ(rig.last_case().case_id.value, rig.all<Case>().front().case_id.value);
    std::vector<std::string> told;
    for (const Decision& decision : rig.all<Decision>()) {
        if (decision.code != "COMPETITOR_SUSPECTED" || decision.outcome != DecisionOutcome::FIRED) continue;
        for (const NamedValue& input : decision.inputs) {
            if (input.name == "lane") told.push_back(input.value);
        }
    }
    EXPECT_EQ(told, lanes);
}

// The same items, counted by line and by lane: each line that falls is one signal, and one when it is back.
TEST(DetectedCases, ALineAndItsLaneThatGoTogetherAreOneSignal) {
    for (const bool second_falls : {false, true}) {
        Rig rig;
        for (int d = 0; d < 220; ++d) {
            const Day day = kBegin + d;
            const bool fallen = d >= 120 && d < 150;
            rig.send(day, fallen ? 0 : 12, "440300", "express");
            rig.send(day, fallen && second_falls ? 0 : 10, "110000", "letters");
            rig.send(day, 36, "310000", "parcel");
        }
        rig.look(kBegin + 221);
        std::vector<std::string> lines;
        for (const Signal& signal : rig.of(SignalKind::COMPETITOR_SUSPECTED))
            lines.push_back(signal.business_line + signal.lane);
        const auto told =
            second_falls ? std::vector<std::string>{"express", "letters"} : std::vector<std::string>{"express"};
        EXPECT_EQ(lines, told);
        auto back = rig.of(SignalKind::RECOVERY);
        std::erase_if(back, [](const Signal& signal) { return signal.rule_id != "competitor-share"; });
        EXPECT_THAT(back, SizeIs(told.size()));
        EXPECT_THAT(rig.decisions("SAME_EPISODE"), testing::Not(IsEmpty()));
    }
}

// What was held back says at which gate.
TEST(DetectedCases, ADecisionOfASeasonShowsTheGateThatHeldIt) {
    Rig rig;
    const Day end = make_day(2026, 8, 1);
    for (Day day = kBegin; day < end; day = day + 1) {
        const std::string month = format_day(day).substr(5, 2);
        rig.send(day, month == "07" || month == "08" ? 2 : 20);
    }
    rig.look(end);
    std::size_t looked_at = 0;
    for (const Decision& decision : rig.all<Decision>()) {
        if (decision.kind != DecisionKind::EVALUATION || decision.outcome != DecisionOutcome::SUPPRESSED) continue;
        if (decision.code == "WARM_UP") continue;
        ++looked_at;
        const auto failed =
            std::count_if(decision.gates.begin(), decision.gates.end(), [](const Gate& gate) { return !gate.passed; });
        EXPECT_EQ(failed, 1) << decision.rule_id << " " << decision.code;
        if (decision.code != "SEASONAL") continue;
        const auto held =
            std::find_if(decision.gates.begin(), decision.gates.end(), [](const Gate& gate) { return !gate.passed; });
        EXPECT_EQ(held->name, "seasonal_guard_bp");
        EXPECT_EQ(held->limit, "-2000");
    }
    EXPECT_GT(looked_at, 0U);
}

// What was there last year excuses no more than that.
TEST(DetectedCases, AFallBeyondTheSeasonIsAnAlarm) {
    Rig rig;
    const Day end = make_day(2026, 7, 20);
    std::size_t before = 0;
    for (Day day = kBegin; day < end; day = day + 1) {
        const std::string text = format_day(day);
        if (text == "2026-06-01") before = rig.of(SignalKind::VOLUME_DROP).size();
        const bool season = text.substr(5, 2) == "07" || text.substr(5, 2) == "08";
        rig.send(day, !season ? 40 : text.starts_with("2026") ? 2 : 28);
    }
    rig.look(end);
    EXPECT_GT(rig.of(SignalKind::VOLUME_DROP).size(), before);
}

}  // namespace
}  // namespace aw
