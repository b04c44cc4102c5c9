// Time as values: an instant in milliseconds, a business day, an ISO week, a calendar month.
// Nothing here reads a clock or knows a time zone (see core/calendar/time_zone.hpp).
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace aw {

using Duration = std::chrono::milliseconds;

// An instant, UTC, milliseconds since 1970-01-01T00:00:00Z. Zero means "not set" in optional places.
struct Timestamp {
    std::int64_t ms = 0;

    [[nodiscard]] bool is_set() const { return ms != 0; }
    auto operator<=>(const Timestamp&) const = default;
    friend Timestamp operator+(Timestamp t, Duration d) { return {t.ms + d.count()}; }
    friend Timestamp operator-(Timestamp t, Duration d) { return {t.ms - d.count()}; }
    friend Duration operator-(Timestamp a, Timestamp b) { return Duration{a.ms - b.ms}; }

    template <class Archive>
    void fields(Archive& archive) {
        archive(ms);
    }
};

// A civil day, counted from 1970-01-01 (= 0).
struct Day {
    std::int32_t n = 0;

    auto operator<=>(const Day&) const = default;
    Day& operator++() {
        ++n;
        return *this;
    }
    friend Day operator+(Day d, int days) { return {d.n + days}; }
    friend Day operator-(Day d, int days) { return {d.n - days}; }
    friend int operator-(Day a, Day b) { return a.n - b.n; }

    template <class Archive>
    void fields(Archive& archive) {
        archive(n);
    }
};

// An ISO week (Monday to Sunday), counted from the week of 1970-01-01 (= 0).
struct Week {
    std::int32_t n = 0;
    auto operator<=>(const Week&) const = default;
    template <class Archive>
    void fields(Archive& archive) {
        archive(n);
    }
};

// A calendar month, year * 12 + (month - 1).
struct Month {
    std::int32_t n = 0;
    auto operator<=>(const Month&) const = default;
    template <class Archive>
    void fields(Archive& archive) {
        archive(n);
    }
};

[[nodiscard]] Day make_day(int year, unsigned month, unsigned day);
[[nodiscard]] Week week_of(Day day);
[[nodiscard]] Month month_of(Day day);
[[nodiscard]] Day first_day(Week week);
[[nodiscard]] Day first_day(Month month);
[[nodiscard]] inline Day end_day(Week week) { return first_day(Week{week.n + 1}); }    // exclusive
[[nodiscard]] inline Day end_day(Month month) { return first_day(Month{month.n + 1}); }  // exclusive
[[nodiscard]] int weekday(Day day);  // 1 = Monday ... 7 = Sunday
[[nodiscard]] int year_of(Day day);

struct IsoWeekName {
    int year;
    int week;  // 1..53
};
[[nodiscard]] IsoWeekName iso_week(Week week);
[[nodiscard]] Week make_week(int iso_year, int iso_week);
// The same ISO week of the year before; week 53 has none, its stand-in is that year's last week.
[[nodiscard]] Week same_week_last_year(Week week);

[[nodiscard]] std::string format_day(Day day);             // 2026-08-17
[[nodiscard]] std::string format_month(Month month);       // 2026-08
[[nodiscard]] std::string format_week(Week week);          // 2026-W33
[[nodiscard]] std::string format_utc(Timestamp instant);   // 2026-08-17T00:30:00Z, milliseconds only if any
[[nodiscard]] std::optional<Day> parse_day(std::string_view text);
[[nodiscard]] std::optional<Month> parse_month(std::string_view text);
// RFC 3339 with any offset; digits beyond the millisecond are cut off.
[[nodiscard]] std::optional<Timestamp> parse_rfc3339(std::string_view text);

}  // namespace aw
