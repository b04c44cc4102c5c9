// The business calendar: working days, holidays with their share of normal volume, business hours, and the
// time zone that turns instants into business days. A value; immutable once built; no clock.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"

namespace aw {

// Offsets from UTC by instant, taken from the tz database by the settings reader (core/ reads no files).
class TimeZone {
public:
    struct Change {
        Timestamp from;
        std::int32_t offset_s = 0;
    };
    TimeZone() = default;  // UTC
    // REQUIRES: changes ascending by `from`; the first counts for everything before it, too.
    TimeZone(std::string name, std::vector<Change> changes);

    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] Day day_of(Timestamp instant) const;
    // The instant `minute` minutes after local midnight of `day`.
    [[nodiscard]] Timestamp at(Day day, int minute) const;
    [[nodiscard]] std::int32_t offset_s(Timestamp instant) const;

private:
    std::string name_ = "UTC";
    std::vector<Change> changes_;
};

struct BusinessHours {
    int from_minute = 0;  // after local midnight
    int to_minute = 0;    // exclusive; from == to means closed
};

struct Holiday {
    std::string name;
    Day from;
    Day to;                      // inclusive
    double volume_factor = 1.0;  // share of a normal day's volume, > 0; kept to three decimals
};

struct CalendarYear {
    int year = 0;
    bool provisional = false;  // only weekdays count; `check` warns
    std::vector<Holiday> holidays;
    std::vector<Day> makeup_workdays;
    std::optional<Day> spring_festival;  // first day of the lunar year
};

class Calendar {
public:
    Calendar() = default;
    // hours[0] = Monday ... hours[6] = Sunday. Days of years that are not listed count as plain weekdays, factor 1.
    Calendar(TimeZone zone, std::vector<CalendarYear> years, std::array<BusinessHours, 7> hours);

    [[nodiscard]] const TimeZone& zone() const { return zone_; }
    [[nodiscard]] Day day_of(Timestamp instant) const { return zone_.day_of(instant); }
    [[nodiscard]] bool has_year(int year) const;
    [[nodiscard]] bool is_provisional(int year) const;
    // Open for business that day: a weekday with hours that is no holiday, or a make-up workday.
    [[nodiscard]] bool is_business_day(Day day) const;
    [[nodiscard]] BusinessHours hours(Day day) const;
    // Expected share of a normal day's volume (R45): 1, or the holiday's factor.
    [[nodiscard]] double volume_factor(Day day) const;
    // Sum of volume_factor over [from, to) in thousandths of a day: an integer, so that gates compare exact values.
    [[nodiscard]] std::int64_t exposure_milli(Day from, Day to) const;

    // `start` + business time: the earliest instant at which so much of it has passed (Sun 08:30 + 18 h = Tue 17:30).
    [[nodiscard]] Timestamp add_business(Timestamp start, Duration business_time) const;
    // Business time between two instants (from <= to).
    [[nodiscard]] Duration business_between(Timestamp from, Timestamp to) const;
    // What one business day ("1 bd") is on the business clock: the hours of a full working day.
    [[nodiscard]] Duration business_day_length() const;

private:
    struct DayInfo {
        std::int32_t factor_milli = 1000;
        bool closed = false;  // holiday
        bool makeup = false;
    };
    [[nodiscard]] const DayInfo* info(Day day) const;

    TimeZone zone_;
    std::vector<CalendarYear> years_;
    std::array<BusinessHours, 7> hours_{};
    BusinessHours makeup_hours_;           // of the first weekday that has hours
    Day first_;
    std::vector<DayInfo> days_;            // from first_, one per day of the listed years
    std::vector<std::int64_t> until_;      // until_[i] = sum of factor_milli of days_[0..i)
};

struct YearsWithoutHolidays {
    std::vector<int> missing;  // plain weekdays are taken
    std::vector<int> provisional;
};
// Of the days from `first` to `last`, both inclusive.
[[nodiscard]] YearsWithoutHolidays years_without_holidays(const Calendar& calendar, Day first, Day last);

}  // namespace aw
