// What other detectors got wrong.
#include <cmath>
#include <set>

#include <gtest/gtest.h>

#include "core/detect/certainty.hpp"
#include "core/detect/drop_detector.hpp"
#include "core/detect/inactivity.hpp"
#include "unit/core/detect/streams.hpp"

namespace aw {
namespace {

using test::DropClient;
using test::Stream;

void ordinary(DropClient& client, Stream& stream, double mu, int days) {
    for (int day = 0; day < days; ++day) client.step(stream.items(mu));
}

// farringtonFlexible looks for outbreaks and cannot alarm on a drop.
TEST(Issue, ADropIsSeenNotOnlyAnOutbreak) {
    Stream stream(1);
    DropClient client;
    ordinary(client, stream, 10, 120);
    bool alarm = false;
    for (int day = 0; day < 15 && !alarm; ++day) alarm = client.step(stream.items(2)).alarm;
    EXPECT_TRUE(alarm);
}

// A published Page-Hinkley saw only increases.
TEST(Issue, AnIncreaseIsNoDrop) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        Stream stream(seed);
        DropClient client;
        ordinary(client, stream, 5, 120);
        for (int day = 0; day < 60; ++day) EXPECT_FALSE(client.step(stream.items(20)).alarm) << seed << ' ' << day;
    }
}

// A CUSUM did not reset after its alarm, so that a silent client alarmed for ever.
TEST(Issue, ASilentClientDoesNotAlarmForEver) {
    Stream stream(2);
    DropClient client;
    ordinary(client, stream, 10, 120);
    int alarms = 0;
    for (int day = 0; day < 730; ++day) alarms += client.step(0).alarm ? 1 : 0;
    EXPECT_GE(alarms, 1);
    EXPECT_LE(alarms, 2);
    Inactivity inactivity;
    for (int day = 0; day < 60; ++day) inactivity.step(day % 2 == 0, 1, 2);
    int silences = 0;
    for (int day = 0; day < 730; ++day) silences += inactivity.step(false, 1, 2).alarm ? 1 : 0;
    EXPECT_EQ(silences, 1);
}

// ADWIN tests every 32nd sample by default: a month's delay.
TEST(Issue, EveryDayIsTested) {
    std::set<int> delays;
    for (int before = 120; before < 128; ++before) {
        DropClient client;
        for (int day = 0; day < before; ++day) client.step(10);
        int delay = 1;
        while (!client.step(0).alarm && delay < 60) ++delay;
        delays.insert(delay);
        EXPECT_LE(delay, 5) << before;
    }
    EXPECT_LE(delays.size(), 2U);  // the day of the onset makes no difference
}

// The textbook CUSUM (k = 0.5, h = 5) alarms in 88 % of stable streams.
TEST(Issue, StableStreamsMostlyStayQuiet) {
    int with_alarm = 0;
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
        Stream stream(seed);
        DropClient client;
        bool alarm = false;
        for (int day = 0; day < 365; ++day) alarm = client.step(stream.items(5)).alarm || alarm;
        with_alarm += alarm ? 1 : 0;
    }
    EXPECT_LE(with_alarm, 0.4 * 300);  // 1 - exp(-0.5)
}

// P(alive) = 1 for every client with one purchase, however long ago.
TEST(Issue, OnePurchaseIsNoRhythmAndProvesNothing) {
    Inactivity inactivity;
    inactivity.step(true, 1, 2);
    Inactivity::Verdict v;
    for (int day = 0; day < 1'000; ++day) v = inactivity.step(false, 1, 2);
    EXPECT_FALSE(v.alarm);
    EXPECT_EQ(v.return_years, 0);  // nothing is claimed, neither alive nor gone
}

// A "change-point probability" was a constant.
TEST(Issue, TheStatedProbabilityIsNoConstant) {
    const Certainty certainty;
    std::set<double> said;
    for (const double level : {2.0, 20.0})
        for (const double left : {0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.7})
            said.insert(certainty.probability(Certainty::of_drop(level, left * 40, 40), 0.5));
    EXPECT_GE(said.size(), 10U);
    Certainty taught;
    const auto cell = Certainty::of_drop(2, 10, 40);
    for (int n = 0; n < 50; ++n) taught.note(cell, false);
    EXPECT_LT(taught.probability(cell, 0.5), certainty.probability(cell, 0.5));
}

}  // namespace
}  // namespace aw
