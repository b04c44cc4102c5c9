#include "core/detect/yield_detector.hpp"

#include <array>
#include <cmath>
#include <utility>

#include <gtest/gtest.h>

#include "base/archive.hpp"
#include "core/detect/budget.hpp"
#include "streams.hpp"

namespace aw {
namespace {

using Change = YieldDetector::Change;

const double kThreshold = thresholds_of(0.5).yield;

struct Payer {
    test::Stream stream;
    YieldDetector detector;

    explicit Payer(std::uint64_t seed) : stream(seed) {}
    YieldDetector::Verdict day(double mu, double price) {
        const double items = stream.items(mu, 0.05);
        if (items <= 0) return detector.step(0, 0, kThreshold);
        const double noise = stream.normal(0.08) + stream.normal(0.4 / std::sqrt(items));
        return detector.step(items, items * price * std::exp(noise), kThreshold);
    }
};

TEST(YieldDetector, PaysLessIsFoundAndSaysHowMuch) {
    double sum = 0;
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        Payer payer(seed);
        for (int day = 0; day < 150; ++day) payer.day(10, 12);
        YieldDetector::Verdict v;
        int days = 0;
        while (v.change == Change::kNone && days < 60) {
            v = payer.day(10, 0.7 * 12);
            ++days;
        }
        ASSERT_EQ(v.change, Change::kLess) << seed;
        EXPECT_NEAR(v.usual, 12, 1.5);
        EXPECT_LT(v.now, 0.9 * v.usual);  // days before the onset may be part of the evidence
        sum += days;
    }
    EXPECT_LT(sum / 40, 12);
}

TEST(YieldDetector, ComesNearAnAlarmThatItPaysLessAndNotThatItPaysMore) {
    const auto near = [](double price) {
        Payer payer(2);
        for (int day = 0; day < 150; ++day) payer.day(10, 12);
        int days = 0;
        YieldDetector::Verdict v;
        for (int day = 0; day < 60 && v.change == Change::kNone; ++day) {
            v = payer.day(10, price);
            days += v.is_near() ? 1 : 0;
        }
        EXPECT_NE(v.change, Change::kNone);
        return days;
    };
    EXPECT_GE(near(0.7 * 12), 2);
    EXPECT_EQ(near(1.4 * 12), 0);
}

TEST(YieldDetector, PaysMoreIsTheOtherSide) {
    Payer payer(2);
    for (int day = 0; day < 150; ++day) payer.day(10, 12);
    YieldDetector::Verdict v;
    for (int day = 0; day < 60 && v.change == Change::kNone; ++day) v = payer.day(10, 1.4 * 12);
    EXPECT_EQ(v.change, Change::kMore);
    for (int day = 0; day < 200; ++day) EXPECT_EQ(payer.day(10, 1.4 * 12).change, Change::kNone);  // the new usual
}

TEST(YieldDetector, ShipsLessIsNotPaysLess) {
    for (std::uint64_t seed = 1; seed <= 30; ++seed) {
        Payer payer(seed);
        for (int day = 0; day < 150; ++day) payer.day(10, 12);
        for (int day = 0; day < 60; ++day) EXPECT_EQ(payer.day(2, 12).change, Change::kNone) << seed;
    }
}

TEST(YieldDetector, ADayThatIsNotBilledSaysNothingYet) {
    Payer payer(4);
    for (int day = 0; day < 150; ++day) payer.day(10, 12);
    const double usual = payer.detector.usual();
    for (int day = 0; day < 100; ++day) EXPECT_EQ(payer.detector.step(10, 0, kThreshold).change, Change::kNone);
    EXPECT_EQ(payer.detector.usual(), usual);
    // All of it at once, and something beside it on a day without items.
    EXPECT_EQ(payer.detector.step(10, 101 * 10 * 12, kThreshold).change, Change::kNone);
    EXPECT_EQ(payer.detector.step(0, 500, kThreshold).change, Change::kNone);
    EXPECT_NEAR(payer.detector.usual(), usual, 0.03 * usual);
}

// Every `every` days an invoice of all items since the one before.
struct Billed {
    Payer payer;
    int every;
    double owed = 0;
    int day = 0;

    YieldDetector::Verdict next(double mu, double price, double share_billed = 1) {
        const double items = payer.stream.items(mu, 0.05);
        owed += items * price * std::exp(payer.stream.normal(0.08));
        const bool due = ++day % every == 0;
        return payer.detector.step(items, due ? share_billed * std::exchange(owed, 0) : 0, kThreshold);
    }
};

TEST(YieldDetector, InvoicesOfAWeekOrAMonthAreOfTheItemsOfThatTime) {
    for (const auto& [every, before, within] : {std::array{7, 120, 35}, std::array{30, 240, 125}}) {
        for (std::uint64_t seed = 1; seed <= 20; ++seed) {
            Billed client{Payer(seed), every};
            for (int day = 0; day < before; ++day) EXPECT_EQ(client.next(10, 12).change, Change::kNone);
            EXPECT_NEAR(client.payer.detector.usual(), 12, 0.6);
            YieldDetector::Verdict v;
            int days = 0;
            for (; v.change == Change::kNone && days < 400; ++days) v = client.next(10, 0.7 * 12);
            EXPECT_EQ(v.change, Change::kLess) << every;
            EXPECT_LE(days, within) << every;
            EXPECT_EQ(v.days % every, 0) << "the evidence is of whole invoices";
            EXPECT_GE(v.days, 2 * every);
            EXPECT_NEAR(v.items, 10 * v.days, 2 * v.days);
        }
    }
}

TEST(YieldDetector, OneOddInvoiceIsNoAlarm) {
    for (const int every : {7, 30}) {
        for (const double share : {0.1, 0.5}) {
            Billed client{Payer(3), every};
            for (int day = 0; day < 12 * every; ++day) client.next(10, 12);
            for (int day = 0; day < every; ++day) EXPECT_EQ(client.next(10, 12, share).change, Change::kNone);
            for (int day = 0; day < 6 * every; ++day) EXPECT_EQ(client.next(10, 12).change, Change::kNone);
        }
    }
}

TEST(YieldDetector, FalseAlarmsAreFewWhereWeeksOrMonthsAreBilled) {
    int alarms = 0;
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        Billed client{Payer(seed), seed % 2 == 0 ? 7 : 30};
        for (int day = 0; day < 730; ++day) alarms += client.next(10, 12).change != Change::kNone ? 1 : 0;
    }
    EXPECT_LE(alarms, 0.1 * 400);
}

TEST(YieldDetector, AfterDaysThatAreNotKnownTheNextInvoiceIsNotAskedForItsItems) {
    Billed client{Payer(3), 7};
    for (int day = 0; day < 140; ++day) client.next(10, 12);
    const double usual = client.payer.detector.usual();
    for (int day = 0; day < 60; ++day) client.payer.detector.step(10, -1, kThreshold);
    client.payer.detector.step(10, 70 * 12, kThreshold);  // of seven days, of which nobody says which
    EXPECT_EQ(client.payer.detector.usual(), usual);
    EXPECT_EQ(client.payer.detector.score(), 0);
}

TEST(YieldDetector, FalseAlarmsAreFew) {
    int alarms = 0;
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        Payer payer(seed);
        for (int day = 0; day < 730; ++day)
            alarms += payer.day(seed % 2 == 0 ? 2 : 10, 12).change != Change::kNone ? 1 : 0;
    }
    EXPECT_LE(alarms, 0.1 * 400);
}

TEST(YieldDetector, SurvivesTheArchiveBitForBit) {
    Payer payer(5);
    for (int day = 0; day < 100; ++day) payer.day(10, 12);
    static_cast<void>(test::restored_bit_for_bit(payer.detector));
}

}  // namespace
}  // namespace aw
