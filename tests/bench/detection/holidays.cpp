#include "bench/detection/holidays.hpp"

#include <chrono>
#include <vector>

namespace aw::bench {
namespace {

HolidaySpan span_of(int year, unsigned m1, unsigned d1, unsigned m2, unsigned d2, bool festival = false) {
    return {civil_day(year, m1, d1), civil_day(year, m2, d2), festival};
}

}  // namespace

std::int32_t civil_day(int year, unsigned month, unsigned day) {
    const std::chrono::sys_days days{std::chrono::year{year} / std::chrono::month{month} / std::chrono::day{day}};
    return static_cast<std::int32_t>(days.time_since_epoch().count());
}

std::span<const HolidaySpan> holidays_cn() {
    static const std::vector<HolidaySpan> spans = {
        span_of(2024, 10, 1, 10, 7),     span_of(2025, 1, 1, 1, 1),   span_of(2025, 1, 28, 2, 4, true),
        span_of(2025, 4, 4, 4, 6),       span_of(2025, 5, 1, 5, 5),   span_of(2025, 5, 31, 6, 2),
        span_of(2025, 10, 1, 10, 8),     span_of(2026, 1, 1, 1, 3),   span_of(2026, 2, 15, 2, 23, true),
        span_of(2026, 4, 4, 4, 6),       span_of(2026, 5, 1, 5, 5),   span_of(2026, 6, 19, 6, 21),
    };
    return spans;
}

std::span<const HolidaySpan> holidays_jp() {
    static const std::vector<HolidaySpan> spans = {
        span_of(2024, 12, 30, 12, 31, true), span_of(2025, 1, 1, 1, 3, true),   span_of(2025, 2, 11, 2, 11),
        span_of(2025, 3, 20, 3, 20),         span_of(2025, 4, 29, 4, 29),       span_of(2025, 5, 3, 5, 6),
        span_of(2025, 7, 21, 7, 21),         span_of(2025, 8, 13, 8, 16, true), span_of(2025, 9, 15, 9, 15),
        span_of(2025, 9, 23, 9, 23),         span_of(2025, 11, 3, 11, 3),       span_of(2025, 11, 24, 11, 24),
        span_of(2025, 12, 30, 12, 31, true), span_of(2026, 1, 1, 1, 3, true),   span_of(2026, 2, 11, 2, 11),
        span_of(2026, 3, 20, 3, 20),         span_of(2026, 4, 29, 4, 29),       span_of(2026, 5, 3, 5, 6),
    };
    return spans;
}

std::span<const HolidaySpan> holidays_uk() {
    static const std::vector<HolidaySpan> spans = {
        span_of(2010, 12, 24, 12, 31, true), span_of(2011, 1, 1, 1, 3, true), span_of(2011, 4, 22, 4, 25),
        span_of(2011, 4, 29, 5, 2),          span_of(2011, 5, 30, 5, 30),     span_of(2011, 8, 29, 8, 29),
    };
    return spans;
}

bool is_shopping_day(std::int32_t civil) {
    const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{civil}}};
    const auto month = static_cast<unsigned>(date.month());
    const auto day = static_cast<unsigned>(date.day());
    return (month == 11 && day == 11) || (month == 6 && day == 18);
}

}  // namespace aw::bench
