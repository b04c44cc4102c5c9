#include "core/usage/series.hpp"

#include <map>
#include <random>

#include <gtest/gtest.h>

namespace aw {
namespace {

constexpr Day kToday = Day{20'682};  // Monday 2026-08-17

TEST(Piece, NeverCrossesAWeekOrAMonth) {
    for (Day day{20'000}; day < Day{22'000}; ++day) {
        const Day piece = piece_of(day);
        ASSERT_LE(piece, day);
        ASSERT_EQ(week_of(piece), week_of(day));
        ASSERT_EQ(month_of(piece), month_of(day));
        ASSERT_EQ(piece_of(piece), piece);
    }
}

TEST(Series, DaysAreExactWhileTheyAreOpen) {
    ItemSeries series;
    for (int back = 0; back < kDailyDays; ++back)
        series.add(kToday - back, static_cast<std::uint32_t>(back + 1), kToday);
    EXPECT_FALSE(series.seal(kToday));
    for (int back = 0; back < kDailyDays; ++back) EXPECT_EQ(series.sum(kToday - back, kToday - back + 1), back + 1);
}

TEST(Series, ALateDayAddsToItsPiece) {
    ItemSeries series;
    const Day old = kToday - 100;
    series.add(old, 3, kToday);
    series.add(old, 4, kToday);
    ASSERT_EQ(series.entries().size(), 1U);
    EXPECT_EQ(series.entries().front().day, piece_of(old).n);
    EXPECT_EQ(series.sum(first_day(week_of(old)), end_day(week_of(old))), 7);
    EXPECT_EQ(series.sum(first_day(month_of(old)), end_day(month_of(old))), 7);
}

TEST(Series, SaturatesInsteadOfWrappingRound) {
    ItemSeries items;
    items.add(kToday, 4'294'967'295U, kToday);
    items.add(kToday, 5, kToday);
    EXPECT_EQ(items.sum(kToday, kToday + 1), 4'294'967'295LL);
    MoneySeries money;
    money.add(kToday, INT64_MIN, kToday);
    money.add(kToday, -1, kToday);
    EXPECT_EQ(money.sum(kToday, kToday + 1), INT64_MIN);
}

TEST(Series, ForgetsWhatIsOlderThanItsHistory) {
    ItemSeries series;
    series.add(kToday - kHistoryDays - 40, 1, kToday - kHistoryDays - 40);
    series.add(kToday, 1, kToday);
    EXPECT_TRUE(series.seal(kToday));
    EXPECT_EQ(series.entries().size(), 1U);
}

// Weeks and months keep their exact sums whatever the order of arrival, the days in between and the late corrections.
TEST(Series, WholeWeeksAndMonthsStayExact) {
    std::mt19937 random(11);
    for (int round = 0; round < 20; ++round) {
        MoneySeries series;
        std::map<std::int32_t, std::int64_t> truth;
        const Day begin = kToday - 500;
        for (Day today = begin; today <= kToday; ++today) {
            for (int i = static_cast<int>(random() % 3); i > 0; --i) {
                const Day day = std::max(begin, today - static_cast<int>(random() % (random() % 20 == 0 ? 120 : 17)));
                const std::int64_t value = static_cast<std::int64_t>(random() % 1000) - 200;
                series.add(day, value, today);
                truth[day.n] += value;
            }
            if (random() % 10 != 0) series.seal(today);  // a few seals are missed by an outage
        }
        series.seal(kToday);
        const auto exact = [&](Day from, Day to) {
            std::int64_t sum = 0;
            for (auto at = truth.lower_bound(from.n); at != truth.end() && at->first < to.n; ++at) sum += at->second;
            return sum;
        };
        for (Week week = week_of(begin); week <= week_of(kToday); ++week.n) {
            ASSERT_EQ(series.sum(first_day(week), end_day(week)), exact(first_day(week), end_day(week)))
                << format_week(week);
        }
        for (Month month = month_of(begin); month <= month_of(kToday); ++month.n) {
            ASSERT_EQ(series.sum(first_day(month), end_day(month)), exact(first_day(month), end_day(month)))
                << format_month(month);
        }
        for (Day day = kToday - 27; day <= kToday; ++day) ASSERT_EQ(series.sum(day, day + 1), exact(day, day + 1));
    }
}

TEST(Series, MemoryIsBoundedForTheBusiestAccount) {
    ItemSeries series;
    for (Day today = kToday - 1200; today <= kToday; ++today) {
        for (int back = 0; back < kOpenDays; ++back) series.add(today - back, 1, today);
        series.seal(today);
        ASSERT_LE(series.entries().size(), 130U);
    }
    EXPECT_LE(series.heap_bytes(), 2 * 130U * 8);
}

TEST(Series, HotAndColdPartsMakeTheWhole) {
    ItemSeries series;
    for (int back = 400; back >= 0; back -= 3) series.add(kToday - back, 2, kToday - back);
    series.seal(kToday);
    std::string hot;
    std::string cold;
    ArchiveWriter hot_writer(hot);
    ArchiveWriter cold_writer(cold);
    const Day split = kToday - (kOpenDays - 1);
    series.write_range(hot_writer, split, Day{1'000'000});
    series.write_range(cold_writer, Day{-1'000'000}, split);
    for (const bool hot_first : {true, false}) {
        ItemSeries read;
        ArchiveReader first(hot_first ? hot : cold);
        ArchiveReader second(hot_first ? cold : hot);
        read.read_range(first);
        read.read_range(second);
        ASSERT_EQ(read.entries().size(), series.entries().size());
        EXPECT_EQ(read.sum(Day{0}, kToday + 1), series.sum(Day{0}, kToday + 1));
        for (std::size_t i = 0; i < read.entries().size(); ++i)
            EXPECT_EQ(read.entries()[i].day, series.entries()[i].day);
    }
}

}  // namespace
}  // namespace aw
