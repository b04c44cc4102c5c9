#include "base/time.hpp"

#include <gtest/gtest.h>

namespace aw {
namespace {

TEST(Day, CountsFromTheEpochInBothDirections) {
    EXPECT_EQ(make_day(1970, 1, 1).n, 0);
    EXPECT_EQ(make_day(1969, 12, 31).n, -1);
    EXPECT_EQ(make_day(2026, 8, 17).n, 20'682);
    EXPECT_EQ(make_day(2024, 3, 1) - make_day(2024, 2, 28), 2);  // a leap year
    EXPECT_EQ(make_day(2100, 3, 1) - make_day(2100, 2, 28), 1);  // none
}

TEST(Day, Weekday) {
    EXPECT_EQ(weekday(make_day(1970, 1, 1)), 4);
    EXPECT_EQ(weekday(make_day(2026, 8, 17)), 1);
    EXPECT_EQ(weekday(make_day(2026, 8, 16)), 7);
    EXPECT_EQ(weekday(make_day(1969, 12, 28)), 7);
}

TEST(Week, NamesOfIso8601) {
    EXPECT_EQ(format_week(week_of(make_day(2026, 8, 10))), "2026-W33");
    EXPECT_EQ(format_week(week_of(make_day(2026, 8, 16))), "2026-W33");
    EXPECT_EQ(format_week(week_of(make_day(2026, 8, 17))), "2026-W34");
    // Years whose first days belong to the old year and whose last days to the new one.
    EXPECT_EQ(format_week(week_of(make_day(2021, 1, 1))), "2020-W53");
    EXPECT_EQ(format_week(week_of(make_day(2021, 1, 3))), "2020-W53");
    EXPECT_EQ(format_week(week_of(make_day(2021, 1, 4))), "2021-W01");
    EXPECT_EQ(format_week(week_of(make_day(2024, 12, 30))), "2025-W01");
    EXPECT_EQ(format_week(week_of(make_day(2022, 1, 1))), "2021-W52");
    // 2026 begins on a Thursday: 53 weeks.
    EXPECT_EQ(format_week(week_of(make_day(2026, 12, 31))), "2026-W53");
    EXPECT_EQ(format_week(week_of(make_day(2027, 1, 3))), "2026-W53");
    EXPECT_EQ(format_week(week_of(make_day(2027, 1, 4))), "2027-W01");
}

TEST(Week, EveryNameOfACenturyLeadsBackToItsWeek) {
    for (Week week = week_of(make_day(1999, 6, 1)); week < week_of(make_day(2099, 6, 1)); ++week.n) {
        const IsoWeekName name = iso_week(week);
        ASSERT_EQ(make_week(name.year, name.week), week) << format_week(week);
        ASSERT_EQ(weekday(first_day(week)), 1);
        ASSERT_EQ(week_of(end_day(week) - 1), week);
        ASSERT_GE(name.week, 1);
        ASSERT_LE(name.week, 53);
    }
}

TEST(Week, TheSameWeekLastYear) {
    EXPECT_EQ(format_week(same_week_last_year(make_week(2026, 33))), "2025-W33");
    EXPECT_EQ(format_week(same_week_last_year(make_week(2027, 1))), "2026-W01");
    EXPECT_EQ(format_week(same_week_last_year(make_week(2026, 53))), "2025-W52");  // 2025 has no 53rd
    EXPECT_EQ(format_week(same_week_last_year(make_week(2021, 52))), "2020-W52");
    EXPECT_EQ(format_week(same_week_last_year(make_week(2020, 53))), "2019-W52");
}

TEST(Month, FirstAndEnd) {
    const Month february = month_of(make_day(2024, 2, 29));
    EXPECT_EQ(format_month(february), "2024-02");
    EXPECT_EQ(first_day(february), make_day(2024, 2, 1));
    EXPECT_EQ(end_day(february), make_day(2024, 3, 1));
    EXPECT_EQ(end_day(month_of(make_day(2025, 12, 31))), make_day(2026, 1, 1));
    EXPECT_EQ(first_day(Month{1969 * 12 + 11}), make_day(1969, 12, 1));
}

TEST(Format, Utc) {
    EXPECT_EQ(format_utc({0}), "1970-01-01T00:00:00Z");
    EXPECT_EQ(format_utc({-1}), "1969-12-31T23:59:59.999Z");
    EXPECT_EQ(format_utc({1'786'926'600'000}), "2026-08-17T00:30:00Z");
    EXPECT_EQ(format_utc({1'786'926'600'007}), "2026-08-17T00:30:00.007Z");
}

TEST(Parse, Rfc3339) {
    const auto instant = Timestamp{1'786'926'600'000};
    EXPECT_EQ(parse_rfc3339("2026-08-17T00:30:00Z"), instant);
    EXPECT_EQ(parse_rfc3339("2026-08-17T08:30:00+08:00"), instant);
    EXPECT_EQ(parse_rfc3339("2026-08-16T19:00:00-05:30"), instant);
    EXPECT_EQ(parse_rfc3339("2026-08-17t00:30:00z"), instant);
    EXPECT_EQ(parse_rfc3339("2026-08-17 00:30:00-00:00"), instant);
    EXPECT_EQ(parse_rfc3339("2026-08-17T00:30:00.1Z"), instant + Duration{100});
    EXPECT_EQ(parse_rfc3339("2026-08-17T00:30:00.123999999Z"), instant + Duration{123});
    EXPECT_EQ(parse_rfc3339("2026-08-17T00:29:60Z"), instant);  // a leap second is the next one
    EXPECT_EQ(parse_rfc3339("2024-02-29T00:00:00Z").has_value(), true);
}

TEST(Parse, RefusesWhatIsNoTime) {
    for (const char* text : {"",
                             "2026-08-17",
                             "2026-08-17T00:30:00",
                             "2026-08-17T00:30Z",
                             "2026-08-17T24:00:00Z",
                             "2026-08-17T00:60:00Z",
                             "2026-08-17T00:30:61Z",
                             "2026-02-29T00:00:00Z",
                             "2026-13-01T00:00:00Z",
                             "2026-00-01T00:00:00Z",
                             "2026-08-00T00:00:00Z",
                             "2026-8-17T00:30:00Z",
                             "2026-08-17T00:30:00.Z",
                             "2026-08-17T00:30:00+8:00",
                             "2026-08-17T00:30:00+0800",
                             "2026-08-17T00:30:00+24:00",
                             "2026-08-17T00:30:00+08:60",
                             "2026-08-17T00:30:00ZZ",
                             "2026-08-17T00:30:00Z ",
                             " 2026-08-17T00:30:00Z",
                             "2026-08-17T00:30:00,5Z",
                             "+026-08-17T00:30:00Z",
                             "2026-08-17T00-30-00Z",
                             "2026/08/17T00:30:00Z"}) {
        EXPECT_EQ(parse_rfc3339(text), std::nullopt) << text;
    }
}

TEST(Parse, WhatIsPrintedIsRead) {
    for (const std::int64_t ms : {0LL, 1LL, 999LL, 951'782'400'000LL, 1'786'926'600'007LL, 253'402'300'799'999LL}) {
        EXPECT_EQ(parse_rfc3339(format_utc({ms})), Timestamp{ms});
    }
    EXPECT_EQ(parse_day("2024-02-29"), make_day(2024, 2, 29));
    EXPECT_EQ(parse_day("2025-02-29"), std::nullopt);
    EXPECT_EQ(parse_day("2025-2-28"), std::nullopt);
    EXPECT_EQ(parse_month("2026-08"), month_of(make_day(2026, 8, 1)));
    EXPECT_EQ(parse_month("2026-13"), std::nullopt);
    EXPECT_EQ(parse_month("2026-8"), std::nullopt);
}

}  // namespace
}  // namespace aw
