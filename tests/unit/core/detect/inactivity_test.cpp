#include "core/detect/inactivity.hpp"

#include <cmath>
#include <string>

#include <gtest/gtest.h>

#include "base/archive.hpp"
#include "streams.hpp"

namespace aw {
namespace {

constexpr double kYears = 2;

// A client that is active every `gap` days, for `gaps` gaps.
Inactivity regular(int gap, int gaps) {
    Inactivity inactivity;
    inactivity.step(true, 1, kYears);
    for (int day = 1; day <= gap * gaps; ++day) EXPECT_FALSE(inactivity.step(day % gap == 0, 1, kYears).alarm);
    return inactivity;
}

int days_until_alarm(Inactivity& inactivity, double exposure = 1) {
    for (int day = 1; day <= 1'000; ++day)
        if (inactivity.step(false, exposure, kYears).alarm) return day;
    return -1;
}

TEST(Inactivity, SaysHowSeldomASilenceIsAtTheClientsOwnRhythm) {
    Inactivity inactivity = regular(7, 200);
    Inactivity::Verdict v;
    for (int day = 1; day <= 35; ++day) v = inactivity.step(false, 1, kYears);
    EXPECT_NEAR(v.usual_gap, 7, 1e-3);
    EXPECT_NEAR(v.silence, 35, 1e-3);
    // Five mean gaps of 43.8 discounted ones: P = (43.8 / 48.8)^43.8, of 52.1 gaps a year.
    const double n = 1 / (1 - std::exp2(-1 / 30.0));
    EXPECT_NEAR(v.return_years, std::pow(1 + 5 / n, n) / (365 / 7.0), 0.02);
    EXPECT_GT(v.return_years, kYears);
}

// Near an alarm on the days before it, and never again in the same silence.
TEST(Inactivity, ComesNearAnAlarmBeforeItAndNotAfterIt) {
    Inactivity weekly = regular(7, 60);
    int near = 0;
    Inactivity::Verdict v;
    for (int day = 1; day <= 100 && !v.alarm; ++day, v = weekly.step(false, 1, kYears)) near += v.is_near() ? 1 : 0;
    EXPECT_GE(near, 1);
    EXPECT_LE(near, 7);
    EXPECT_TRUE(v.is_near());
    for (int day = 1; day <= 100; ++day) EXPECT_FALSE(weekly.step(false, 1, kYears).is_near());
    EXPECT_FALSE(weekly.step(true, 1, kYears).is_near());
}

TEST(Inactivity, AlarmsAtTheReturnPeriodAndInItsOwnGaps) {
    Inactivity weekly = regular(7, 60);
    Inactivity monthly = regular(30, 60);
    const int of_weekly = days_until_alarm(weekly);
    const int of_monthly = days_until_alarm(monthly);
    // ln(pickups per year x 2) gaps, and a little for the uncertain mean.
    EXPECT_NEAR(of_weekly / 7.0, std::log(2 * 365 / 7.0), 0.6);
    EXPECT_NEAR(of_monthly / 30.0, std::log(2 * 365 / 30.0), 0.5);
}

TEST(Inactivity, ASilenceAlarmsOnceAndTheNextOneAgain) {
    Inactivity inactivity = regular(5, 40);
    const int first = days_until_alarm(inactivity);
    ASSERT_GT(first, 0);
    EXPECT_TRUE(inactivity.is_in_alarm());
    EXPECT_EQ(days_until_alarm(inactivity), -1);
    inactivity.step(true, 1, kYears);
    EXPECT_FALSE(inactivity.is_in_alarm());
    for (int day = 1; day <= 20; ++day) inactivity.step(day % 5 == 0, 1, kYears);
    const int second = days_until_alarm(inactivity);
    EXPECT_GE(second, first);
    EXPECT_LE(second, first + 4);  // the long silence counts as long as it was at the alarm, not its thousand days
}

TEST(Inactivity, FewerThanFourGapsAreNoRhythm) {
    for (int gaps = 0; gaps <= 4; ++gaps) {  // of four, the discounted number is below four
        Inactivity inactivity = regular(3, gaps);
        EXPECT_EQ(days_until_alarm(inactivity), -1) << gaps;
    }
    Inactivity inactivity = regular(3, 5);
    EXPECT_GT(days_until_alarm(inactivity), 0);
}

TEST(Inactivity, AQuietDayOfEverybodyIsHardlySilence) {
    Inactivity ordinary = regular(2, 50);
    Inactivity festival = ordinary;
    const int days = days_until_alarm(ordinary);
    for (int day = 1; day <= 2 * days; ++day) EXPECT_FALSE(festival.step(false, 0.1, kYears).alarm);
}

TEST(Inactivity, KeepsItsReturnPeriodOnARandomRhythm) {
    int alarms = 0;
    constexpr int kClients = 400;
    constexpr int kDays = 5 * 365;
    for (int client = 0; client < kClients; ++client) {
        test::Stream stream(static_cast<std::uint64_t>(client) + 1);
        Inactivity inactivity;
        for (int day = 0; day < kDays; ++day) alarms += inactivity.step(stream.chance(0.2), 1, kYears).alarm ? 1 : 0;
    }
    const double per_year = alarms / (kClients * 5.0);
    EXPECT_LT(per_year, 0.5);   // once in two years at most ...
    EXPECT_GT(per_year, 0.15);  // ... and not much less: days are whole, and the mean gap is uncertain
}

TEST(Inactivity, ADeadClientDoesNotOverflow) {
    Inactivity inactivity = regular(1, 100);
    Inactivity::Verdict v;
    for (int day = 0; day < 20'000; ++day) v = inactivity.step(false, 1, kYears);
    EXPECT_TRUE(std::isfinite(v.return_years));
}

TEST(Inactivity, SurvivesTheArchiveBitForBit) {
    Inactivity inactivity = regular(3, 17);
    inactivity.step(false, 0.7, kYears);
    std::string first;
    ArchiveWriter{first}(inactivity);
    Inactivity restored;
    ArchiveReader reader(first);
    reader(restored);
    ASSERT_TRUE(reader.ok());
    std::string second;
    ArchiveWriter{second}(restored);
    EXPECT_EQ(first, second);
    EXPECT_EQ(inactivity.step(false, 1, kYears).return_years, restored.step(false, 1, kYears).return_years);
}

}  // namespace
}  // namespace aw
