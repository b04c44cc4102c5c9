#include "core/detect/decline_detector.hpp"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "base/archive.hpp"
#include "core/detect/budget.hpp"
#include "streams.hpp"

namespace aw {
namespace {

struct Client {
    test::Stream stream;
    Expectation fast;
    DeclineDetector slow;
    double threshold = thresholds_of(0.5).decline;

    explicit Client(std::uint64_t seed) : stream(seed) {}
    DeclineDetector::Verdict day(double mu) {
        const double items = stream.items(mu, 0.05);
        const auto f = fast.forecast(0, {});
        const auto v = slow.step(items, f, {}, threshold);
        fast.learn(Expectation::evidence(items, f));
        return v;
    }
};

double ramp(int day) { return 1 - 0.5 * std::clamp(day / 60.0, 0.0, 1.0); }

TEST(DeclineDetector, FindsARampThatTheFastLevelFollows) {
    double sum = 0;
    int found = 0;
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        Client client(seed);
        for (int day = 0; day < 250; ++day) client.day(10);
        for (int day = 1; day <= 120; ++day) {
            const auto v = client.day(10 * ramp(day));
            if (!v.alarm) continue;
            EXPECT_LT(v.observed, v.expected);
            sum += day;
            ++found;
            break;
        }
    }
    EXPECT_GE(found, 38);
    EXPECT_LT(sum / found, 90);
}

TEST(DeclineDetector, SteadyClientsDoNotAlarm) {
    int alarms = 0;
    for (std::uint64_t seed = 1; seed <= 150; ++seed) {
        Client client(seed);
        for (int day = 0; day < 730; ++day) alarms += client.day(seed % 2 == 0 ? 2 : 10).alarm ? 1 : 0;
    }
    EXPECT_LE(alarms, 0.05 * 300);
}

TEST(DeclineDetector, AClientWhoseLevelWandersIsGivenMoreTime) {
    Client steady(1);
    Client restless(1);
    for (int day = 0; day < 600; ++day) {
        steady.day(10);
        restless.day(10 * std::exp(0.4 * std::sin(day / 25.0)));
    }
    EXPECT_GT(restless.slow.wander(), 2 * steady.slow.wander());
}

TEST(DeclineDetector, WhatAnotherSourceHasSaidIsNotSaidAgain) {
    Client client(3);
    for (int day = 0; day < 250; ++day) client.day(10);
    client.slow.rebase(3);
    EXPECT_NEAR(client.slow.level(), 3, 0.2);
    for (int day = 0; day < 200; ++day) EXPECT_FALSE(client.day(3).alarm) << day;
}

TEST(DeclineDetector, NoAlarmInTheWarmUp) {
    Client client(4);
    for (int day = 0; day < 40; ++day) client.day(10);
    for (int day = 40; day < DeclineDetector::kWarmUpDays; ++day) EXPECT_FALSE(client.day(1).alarm) << day;
}

TEST(DeclineDetector, SurvivesTheArchiveBitForBit) {
    Client client(5);
    for (int day = 0; day < 200; ++day) client.day(10);
    static_cast<void>(test::restored_bit_for_bit(client.slow));
}

}  // namespace
}  // namespace aw
