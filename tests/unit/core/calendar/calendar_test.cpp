#include "core/calendar/calendar.hpp"

#include <gtest/gtest.h>

#include "support/sample_rules.hpp"

namespace aw {
namespace {

using std::chrono::hours;
using test::shanghai;

Day day(const char* text) { return *parse_day(text); }

// The calendar of the acceptance scenarios (requirements 4), with a provisional year behind it.
Calendar calendar() {
    CalendarYear y2026{2026,
                       false,
                       {{"New Year", day("2026-01-01"), day("2026-01-03"), 1},
                        {"Spring Festival", day("2026-02-15"), day("2026-02-23"), 0.067},
                        {"Labour Day", day("2026-05-01"), day("2026-05-05"), 1},
                        {"National Day", day("2026-10-01"), day("2026-10-07"), 1}},
                       {day("2026-01-04"), day("2026-02-14"), day("2026-02-28"), day("2026-05-09"), day("2026-09-20"),
                        day("2026-10-10")},
                       day("2026-02-17")};
    CalendarYear y2027{2027, true, {{"ignored", day("2027-02-06"), day("2027-02-12"), 0.067}}, {day("2027-02-14")}, {}};
    std::array<BusinessHours, 7> week{};
    for (std::size_t i = 0; i < 5; ++i) week[i] = {510, 1050};
    return Calendar(TimeZone("Asia/Shanghai", {{Timestamp{0}, 8 * 3600}}), {y2027, y2026}, week);
}

TEST(Calendar, BusinessDays) {
    const Calendar c = calendar();
    EXPECT_TRUE(c.is_business_day(day("2026-08-17")));
    EXPECT_FALSE(c.is_business_day(day("2026-08-16")));  // Sunday
    EXPECT_FALSE(c.is_business_day(day("2026-02-16")));  // holiday Monday
    EXPECT_TRUE(c.is_business_day(day("2026-02-28")));   // make-up Saturday
    EXPECT_TRUE(c.is_business_day(day("2026-09-20")));   // make-up Sunday
    EXPECT_EQ(c.hours(day("2026-09-20")).from_minute, 510);
}

TEST(Calendar, AProvisionalYearKnowsWeekdaysOnly) {
    const Calendar c = calendar();
    EXPECT_TRUE(c.has_year(2027));
    EXPECT_TRUE(c.is_provisional(2027));
    EXPECT_FALSE(c.is_provisional(2026));
    EXPECT_FALSE(c.has_year(2028));
    EXPECT_TRUE(c.is_business_day(day("2027-02-08")));
    EXPECT_FALSE(c.is_business_day(day("2027-02-14")));  // a Sunday; its make-up day does not count yet
    EXPECT_EQ(c.volume_factor(day("2027-02-08")), 1.0);
    EXPECT_TRUE(c.is_business_day(day("2031-01-01")));  // a year nobody listed: a plain Wednesday
}

TEST(Calendar, ExposureIsTheSumOfFactors) {
    const Calendar c = calendar();
    EXPECT_EQ(c.exposure_milli(day("2026-08-10"), day("2026-08-17")), 7000);
    EXPECT_EQ(c.exposure_milli(day("2026-02-16"), day("2026-02-23")), 7 * 67);
    EXPECT_EQ(c.exposure_milli(day("2026-02-09"), day("2026-02-16")), 6000 + 67);
    EXPECT_EQ(c.exposure_milli(day("2026-02-01"), day("2026-03-01")), 19'000 + 9 * 67);
    EXPECT_EQ(c.exposure_milli(day("2025-12-29"), day("2026-01-05")), 7000);  // partly before the first listed year
    EXPECT_EQ(c.exposure_milli(day("2027-12-27"), day("2028-01-10")), 14'000);
    EXPECT_EQ(c.exposure_milli(day("2020-01-01"), day("2020-01-08")), 7000);
    EXPECT_EQ(c.exposure_milli(day("2026-08-17"), day("2026-08-17")), 0);
    EXPECT_EQ(c.exposure_milli(day("2026-08-17"), day("2026-08-10")), 0);
}

TEST(BusinessClock, EarliestInstantAtWhichTheTimeHasPassed) {
    const Calendar c = calendar();
    const auto bd = [&](const char* from, int n) {
        return c.add_business(shanghai(from), c.business_day_length() * n);
    };
    EXPECT_EQ(c.business_day_length(), hours{9});
    EXPECT_EQ(bd("2026-08-17 10:00", 1), shanghai("2026-08-18 10:00"));  // Mon 10:00 + 1 bd
    EXPECT_EQ(bd("2026-08-16 08:30", 2), shanghai("2026-08-18 17:30"));  // Sun 08:30 + 2 bd
    EXPECT_EQ(bd("2026-08-17 08:30", 1), shanghai("2026-08-17 17:30"));  // not Tuesday 08:30
    EXPECT_EQ(bd("2026-08-17 17:30", 1), shanghai("2026-08-18 17:30"));
    EXPECT_EQ(bd("2026-08-14 16:30", 1), shanghai("2026-08-17 16:30"));  // over a weekend
    EXPECT_EQ(bd("2026-08-17 23:59", 1), shanghai("2026-08-18 17:30"));
    EXPECT_EQ(bd("2026-02-13 17:00", 1), shanghai("2026-02-14 17:00"));  // the make-up Saturday counts
    EXPECT_EQ(bd("2026-02-14 17:00", 1), shanghai("2026-02-24 17:00"));  // nine days of festival do not
    EXPECT_EQ(bd("2026-02-27 10:00", 1), shanghai("2026-02-28 10:00"));
    EXPECT_EQ(c.add_business(shanghai("2026-08-17 10:00"), Duration{0}), shanghai("2026-08-17 10:00"));
    EXPECT_EQ(c.add_business(shanghai("2026-08-17 16:30"), hours{2}), shanghai("2026-08-18 09:30"));
}

TEST(BusinessClock, BetweenIsTheInverse) {
    const Calendar c = calendar();
    const Timestamp from = shanghai("2026-02-13 11:17");
    for (int h = 1; h < 60; ++h) EXPECT_EQ(c.business_between(from, c.add_business(from, hours{h})), hours{h});
    EXPECT_EQ(c.business_between(shanghai("2026-08-15 00:00"), shanghai("2026-08-17 08:30")), Duration{0});
    EXPECT_EQ(c.business_between(from, from), Duration{0});
}

TEST(TimeZone, OffsetsByInstant) {
    // A zone with a spring gap and an autumn fold, two hours after local midnight.
    const Timestamp spring = *parse_rfc3339("2026-03-29T01:00:00Z");
    const Timestamp autumn = *parse_rfc3339("2026-10-25T01:00:00Z");
    const TimeZone zone("X", {{Timestamp{0}, 3600}, {spring, 7200}, {autumn, 3600}});
    EXPECT_EQ(zone.offset_s(spring - Duration{1}), 3600);
    EXPECT_EQ(zone.offset_s(spring), 7200);
    EXPECT_EQ(zone.offset_s(autumn), 3600);
    EXPECT_EQ(zone.offset_s(Timestamp{-1}), 3600);
    EXPECT_EQ(zone.at(make_day(2026, 3, 29), 0), *parse_rfc3339("2026-03-28T23:00:00Z"));
    EXPECT_EQ(zone.at(make_day(2026, 3, 29), 510), *parse_rfc3339("2026-03-29T06:30:00Z"));
    EXPECT_EQ(zone.at(make_day(2026, 10, 25), 510), *parse_rfc3339("2026-10-25T07:30:00Z"));
    for (Day d = make_day(2026, 1, 1); d < make_day(2027, 1, 1); ++d) {
        ASSERT_EQ(zone.day_of(zone.at(d, 0)), d) << format_day(d);
        ASSERT_EQ(zone.day_of(zone.at(d, 0) - Duration{1}), d - 1) << format_day(d);
    }
}

TEST(TimeZone, TheBusinessDayOfShanghaiBeginsAt16Utc) {
    const Calendar c = calendar();
    EXPECT_EQ(c.day_of(*parse_rfc3339("2026-08-16T15:59:59.999Z")), day("2026-08-16"));
    EXPECT_EQ(c.day_of(*parse_rfc3339("2026-08-16T16:00:00Z")), day("2026-08-17"));
    EXPECT_EQ(TimeZone().day_of({-1}), Day{-1});
}

}  // namespace
}  // namespace aw
