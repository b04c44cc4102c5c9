#include "core/detect/day_factor.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "streams.hpp"

namespace aw {
namespace {

Expectation::Forecast expected(double mu, double phi = 0.05) {
    return {.mu = mu, .phi = phi, .level = mu, .exposure = 1};
}

TEST(DayPool, FewerThanTwentyClientsSayNothing) {
    DayPool pool;
    for (int client = 0; client < 19; ++client) pool.add(5, expected(5));
    EXPECT_FALSE(pool.is_enough());
    pool.add(5, expected(5));
    EXPECT_TRUE(pool.is_enough());
    EXPECT_EQ(pool.clients(), 20);
}

TEST(DayPool, TheFactorIsWhatEverybodyDid) {
    DayPool pool;
    test::Stream stream(3);
    for (int client = 0; client < 400; ++client) pool.add(stream.items(3), expected(10));
    EXPECT_NEAR(pool.factor(), 0.3, 0.02);
}

TEST(DayPool, OneGreatShipperIsNotTheWeather) {
    DayPool pool;
    for (int client = 0; client < 50; ++client) pool.add(10, expected(10));
    pool.add(100'000, expected(100));  // a thousand times of what it usually sends
    EXPECT_LT(pool.factor(), 1.07);
    DayPool silent;
    for (int client = 0; client < 50; ++client) silent.add(10, expected(10));
    silent.add(0, expected(100'000));
    EXPECT_GT(silent.factor(), 0.95);
}

// 11.11: everybody sends three times as much, and that is the day's factor, not the cap.
TEST(DayPool, AGreatDayIsNotCut) {
    DayPool pool;
    test::Stream stream(4);
    for (int client = 0; client < 400; ++client) pool.add(stream.items(30), expected(10));
    EXPECT_NEAR(pool.factor(), 3, 0.1);
}

TEST(DayPool, FewClientsOfAPartAreHeldAgainstTheWhole) {
    const auto of = [](int clients, double items, double parent) {
        DayPool part;
        for (int client = 0; client < clients; ++client) part.add(items, expected(10));
        return part.factor(parent);
    };
    EXPECT_GT(of(20, 9, 1), 0.925);  // 20 clients may well be 10 % off by chance
    EXPECT_LT(of(20, 9, 1), 0.99);
    EXPECT_NEAR(of(2'000, 9, 1), 0.9, 0.005);  // 2,000 are not
    EXPECT_LT(of(20, 2, 1), 0.4);              // nor does a region stand still by chance
    EXPECT_NEAR(of(50, 10, 1), 1, 1e-9);
}

TEST(DayPool, ADayWithoutAnythingHasAFactorAboveZero) {
    DayPool pool;
    for (int client = 0; client < 30; ++client) pool.add(0, expected(10));
    EXPECT_GT(pool.factor(), 0);
}

TEST(DayPool, SaysHowMuchTheClientsDiffered) {
    const auto phi_of = [](double phi) {
        DayPool pool;
        test::Stream stream(5);
        for (int client = 0; client < 600; ++client) pool.add_error(stream.items(20, phi), expected(40, 0.05), 0.5);
        return pool.phi();
    };
    EXPECT_LT(phi_of(0.05), 0.02);
    EXPECT_GT(phi_of(0.35), 0.12);  // less than the whole 0.3: outliers are cut
    EXPECT_LT(phi_of(0.35), 0.35);
}

TEST(WeekProfile, AnOrdinarySundayIsNoShock) {
    WeekProfile profile;
    for (int week = 0; week < 10; ++week)
        for (int day = 0; day < 7; ++day) profile.learn(day, day == 6 ? 0.4 : 1.0);
    EXPECT_NEAR(profile.shock(6, 0.4), 0, 1e-3);
    EXPECT_NEAR(profile.shock(6, 0.2), std::log(0.5), 1e-3);
    EXPECT_NEAR(profile.shock(0, 0.4), std::log(0.4), 1e-3);
}

TEST(WeekProfile, NothingIsAShockBeforeTheWeekdayIsKnown) {
    WeekProfile profile;
    EXPECT_EQ(profile.shock(0, 0.1), 0);
    profile.learn(0, 1);
    profile.learn(0, 1);
    EXPECT_EQ(profile.shock(0, 0.1), 0);
    profile.learn(0, 1);
    EXPECT_LT(profile.shock(0, 0.1), -2);
}

TEST(WeekProfile, AShockHardlyMovesWhatIsUsual) {
    WeekProfile profile;
    for (int week = 0; week < 20; ++week) profile.learn(0, 1);
    profile.learn(0, 0.02);
    EXPECT_NEAR(profile.shock(0, 1), 0, 0.05);
}

}  // namespace
}  // namespace aw
