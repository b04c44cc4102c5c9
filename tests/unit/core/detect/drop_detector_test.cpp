#include "core/detect/drop_detector.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include <gtest/gtest.h>

#include "base/archive.hpp"
#include "streams.hpp"

namespace aw {
namespace {

using test::DropClient;
using test::Stream;

// Days of ordinary business; no alarm may come (the caller asks for a seed at which there is none).
void ordinary(DropClient& client, Stream& stream, double mu, int days, double phi = 0.05) {
    for (int day = 0; day < days; ++day) client.step(stream.items(mu, phi));
}

int days_until_alarm(DropClient& client, Stream& stream, double mu, int limit, DropDetector::Verdict* last = nullptr) {
    for (int day = 1; day <= limit; ++day) {
        const auto v = client.step(stream.items(mu, 0.05));
        if (last != nullptr) *last = v;
        if (v.alarm) return day;
    }
    return -1;
}

TEST(LogLikelihoodRatio, IsThatOfTheNegativeBinomial) {
    // Poisson: x ln rho + mu (1 - rho).
    EXPECT_NEAR(log_likelihood_ratio(3, 10, 0, 0.4), 3 * std::log(0.4) + 10 * 0.6, 0.01);
    const double mu = 8, phi = 0.2, share = 0.5, r = 1 / phi;
    const auto log_p = [&](double x, double m) { return x * std::log(m / (r + m)) + r * std::log(r / (r + m)); };
    EXPECT_NEAR(log_likelihood_ratio(5, mu, phi, share), log_p(5, share * mu) - log_p(5, mu), 1e-9);
}

// A client that is half shut on holidays when its cohort is not: two holidays of eight days, half a year apart.
int alarms_of_holidays(std::uint64_t seed, bool said) {
    Stream stream(seed);
    DropClient client;
    ordinary(client, stream, 10, 120, 0.02);
    int alarms = 0;
    for (int holiday = 0; holiday < 2; ++holiday) {
        for (int day = 0; day < 8; ++day)
            alarms += client.step(stream.items(5, 0.02), {.phi = 0.06, .holiday = said}).alarm ? 1 : 0;
        for (int day = 0; day < 60; ++day) alarms += client.step(stream.items(10, 0.02)).alarm ? 1 : 0;
    }
    return alarms;
}

TEST(DropDetector, AClientsOwnHolidayIsNoDrop) {
    int told = 0;
    int untold = 0;
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        told += alarms_of_holidays(seed, true);
        untold += alarms_of_holidays(seed, false);
    }
    EXPECT_GE(untold, 20);
    EXPECT_LE(told * 4, untold);
}

// What a day is expected to prove of a drop by half, summed over all counts, says how far the threshold is moved.
TEST(DropDetector, TheThresholdIsTheClientsOwn) {
    for (const auto& [mu, phi] : {std::pair{2.0, 0.1}, {10.0, 0.02}, {10.0, 0.5}, {40.0, 0.1}}) {
        Stream stream(7);
        DropClient client;
        client.threshold = 1e9;
        ordinary(client, stream, mu, 400, phi);
        const double level = client.detector.expectation().level();
        const double r = 1 / client.detector.expectation().dispersion();
        double evidence = 0;
        for (int x = 0; x < 2'000; ++x) {
            const auto log_p = [&](double m) {
                return std::lgamma(x + r) - std::lgamma(r) - std::lgamma(x + 1.0) + r * std::log(r / (r + m)) +
                       x * std::log(m / (r + m));
            };
            evidence += std::exp(log_p(level / 2)) * (log_p(level / 2) - log_p(level));
        }
        EXPECT_NEAR(client.detector.threshold(6), 6 + std::clamp(0.8 * std::log(evidence / 0.3), -2.0, 2.0), 1e-6)
            << mu << " " << phi;
        const double plain = client.detector.threshold(0);
        EXPECT_NEAR(client.detector.threshold(5), 5 + plain, 1e-9);
    }
    DropClient silent;
    for (int day = 0; day < 300; ++day) silent.step(0);
    EXPECT_NEAR(silent.detector.threshold(6), 4, 1e-9);  // its days prove next to nothing
}

TEST(DropDetector, AlarmsWithinDaysOfASeventyPerCentDropAndSaysWhatItSaw) {
    double sum = 0;
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        Stream stream(seed);
        DropClient client;
        ordinary(client, stream, 10, 120);
        double items = 0;
        int day = 0;
        DropDetector::Verdict v;
        while (!v.alarm && day < 60) {
            const double today = stream.items(3, 0.05);
            items += today;
            ++day;
            v = client.step(today);
        }
        ASSERT_TRUE(v.alarm) << seed;
        sum += day;
        // A low day or two before the onset may be part of the evidence; a good day soon after it may begin it anew.
        EXPECT_GE(v.days + 3, day);
        if (v.days == day) {
            EXPECT_EQ(v.observed, items);
        }
        EXPECT_NEAR(v.expected / v.days, 10, 2.5) << seed;
        EXPECT_GE(v.score, v.threshold);
    }
    EXPECT_LE(sum / 40, 8);
}

TEST(DropDetector, AStopIsSeenInDays) {
    Stream stream(2);
    DropClient client;
    ordinary(client, stream, 10, 120);
    const int days = days_until_alarm(client, stream, 0, 30);
    EXPECT_GE(days, 2);  // one day proves at most so much
    EXPECT_LE(days, 4);
}

TEST(DropDetector, KeepsTheBudgetOnAStreamWithoutDrops) {
    int alarms = 0;
    constexpr int kClients = 1'000;
    constexpr int kYears = 2;
    for (std::uint64_t seed = 1; seed <= kClients; ++seed) {
        Stream stream(seed);
        DropClient client;
        client.threshold = std::log(730);
        const double mu = seed % 2 == 0 ? 2 : 10;
        for (int day = 0; day < kYears * 365; ++day) alarms += client.step(stream.items(mu)).alarm ? 1 : 0;
    }
    EXPECT_LE(alarms / double{kClients * kYears}, 0.65);
}

TEST(DropDetector, NoAlarmInTheWarmUp) {
    Stream stream(3);
    DropClient client;
    ordinary(client, stream, 10, 15);
    for (int day = 15; day < DropDetector::kWarmUpDays; ++day) EXPECT_FALSE(client.step(0).alarm) << day;
}

TEST(DropDetector, RestsAfterAnAlarm) {
    Stream stream(4);
    DropClient client;
    ordinary(client, stream, 10, 120);
    ASSERT_GT(days_until_alarm(client, stream, 3, 60), 0);
    for (int day = 0; day < DropDetector::kRestDays; ++day) {
        EXPECT_TRUE(client.detector.is_resting());
        EXPECT_FALSE(client.step(0).alarm) << day;
    }
    EXPECT_FALSE(client.detector.is_resting());
}

TEST(DropDetector, AnOutageOfEverybodyIsNobodysDrop) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        Stream stream(seed);
        DropClient client;
        ordinary(client, stream, 10, 120);
        for (int day = 0; day < 7; ++day)
            EXPECT_FALSE(client.step(stream.items(3, 0.05), {.factor = 0.3, .shock = std::log(0.3)}).alarm) << seed;
    }
}

TEST(DropDetector, ADayOfShockCountsLess) {
    const auto score_after = [](double shock) {
        Stream stream(5);
        DropClient client;
        ordinary(client, stream, 10, 120);
        for (int day = 0; day < 3; ++day) client.step(10);  // nothing pending
        return client.step(2, {.shock = shock}).score;
    };
    EXPECT_EQ(score_after(0.1), score_after(0));
    EXPECT_LT(score_after(-0.5), score_after(0));
    EXPECT_LT(score_after(0.8), score_after(0.5));
    EXPECT_GT(score_after(-0.5), 0);
}

TEST(DropDetector, TheDropDoesNotSpoilWhatItIsMeasuredAgainst) {
    Stream stream(6);
    DropClient client;
    client.threshold = 1e9;
    ordinary(client, stream, 10, 120);
    const double before = client.detector.expectation().level();
    for (int day = 0; day < 25; ++day) client.step(3);
    EXPECT_NEAR(client.detector.expectation().level(), before, 0.3);
    for (int day = 0; day < 60; ++day) client.step(3);  // without an alarm it is the new normal
    EXPECT_LT(client.detector.expectation().level(), 6);
}

TEST(DropDetector, ARecoveryIsNoticedAndNotWhileTheDropLasts) {
    int early = 0;
    int alarms = 0;
    double sum = 0;
    int found = 0;
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
        Stream stream(seed);
        DropClient client;
        ordinary(client, stream, 10, 120);
        if (days_until_alarm(client, stream, 3, 60) < 0) continue;
        ++alarms;
        EXPECT_NEAR(client.detector.level_before(), 10, 3.5) << seed;
        bool called = false;
        for (int day = 0; day < 40; ++day) called = client.step(stream.items(3, 0.05)).recovered || called;
        early += called ? 1 : 0;
        if (called) continue;
        for (int day = 1; day <= 40; ++day) {
            if (!client.step(stream.items(10, 0.05)).recovered) continue;
            EXPECT_FALSE(client.detector.is_in_alarm());
            sum += day;
            ++found;
            break;
        }
    }
    ASSERT_GE(alarms, 95);
    EXPECT_LE(early, 5);
    EXPECT_GE(found, alarms - early - 3);
    EXPECT_LE(sum / found, 7);
}

TEST(DropDetector, AClientThatSendsAlmostNothingIsNotInThePool) {
    DropClient client;
    for (int day = 0; day < 40; ++day) client.step(0);
    EXPECT_FALSE(client.detector.is_in_pool());
    DropClient busy;
    for (int day = 0; day < 40; ++day) busy.step(5);
    EXPECT_TRUE(busy.detector.is_in_pool());
    while (!busy.detector.is_resting()) busy.step(0);
    EXPECT_FALSE(busy.detector.is_in_pool());
}

TEST(DropDetector, SurvivesTheArchiveBitForBit) {
    Stream stream(8);
    DropClient client;
    ordinary(client, stream, 10, 150);
    ASSERT_GT(days_until_alarm(client, stream, 2, 60), 0);
    ordinary(client, stream, 2, 10);
    DropClient restored;
    restored.day = client.day;
    restored.detector = test::restored_bit_for_bit(client.detector);
    for (int day = 0; day < 50; ++day) {
        const double items = stream.items(6, 0.05);
        const auto a = client.step(items);
        const auto b = restored.step(items);
        EXPECT_EQ(a.score, b.score) << day;
        EXPECT_EQ(a.recovered, b.recovered) << day;
        EXPECT_EQ(a.forecast.mu, b.forecast.mu) << day;
    }
}

}  // namespace
}  // namespace aw
