#include "core/calendar/calendar.hpp"

#include <algorithm>
#include <cmath>

#include "base/check.hpp"

namespace aw {
namespace {

constexpr std::int64_t kMinuteMs = 60'000;

Duration length(const BusinessHours& hours) { return Duration{(hours.to_minute - hours.from_minute) * kMinuteMs}; }

}  // namespace

Calendar::Calendar(TimeZone zone, std::vector<CalendarYear> years, std::array<BusinessHours, 7> hours)
    : zone_(std::move(zone)), years_(std::move(years)), hours_(hours) {
    for (const auto& day : hours_) {
        if (makeup_hours_.to_minute == 0 && day.to_minute > day.from_minute) makeup_hours_ = day;
    }
    if (years_.empty()) return;
    std::sort(years_.begin(), years_.end(), [](const auto& a, const auto& b) { return a.year < b.year; });
    first_ = make_day(years_.front().year, 1, 1);
    const Day end = make_day(years_.back().year + 1, 1, 1);
    days_.resize(static_cast<std::size_t>(end - first_));
    for (const auto& year : years_) {
        if (year.provisional) continue;
        for (const auto& holiday : year.holidays) {
            for (Day day = holiday.from; day <= holiday.to; ++day) {
                if (day < first_ || day >= end) continue;
                auto& entry = days_[static_cast<std::size_t>(day - first_)];
                entry.closed = true;
                entry.factor_milli = static_cast<std::int32_t>(std::lround(holiday.volume_factor * 1000));
            }
        }
        for (const Day day : year.makeup_workdays) {
            if (day >= first_ && day < end) days_[static_cast<std::size_t>(day - first_)].makeup = true;
        }
    }
    until_.reserve(days_.size() + 1);
    until_.push_back(0);
    for (const auto& day : days_) until_.push_back(until_.back() + day.factor_milli);
}

const Calendar::DayInfo* Calendar::info(Day day) const {
    const std::int64_t at = std::int64_t{day.n} - first_.n;
    if (at < 0 || at >= static_cast<std::int64_t>(days_.size())) return nullptr;
    return &days_[static_cast<std::size_t>(at)];
}

bool Calendar::has_year(int year) const {
    return std::any_of(years_.begin(), years_.end(), [&](const auto& y) { return y.year == year; });
}

bool Calendar::is_provisional(int year) const {
    return std::any_of(years_.begin(), years_.end(), [&](const auto& y) { return y.year == year && y.provisional; });
}

YearsWithoutHolidays years_without_holidays(const Calendar& calendar, Day first, Day last) {
    YearsWithoutHolidays years;
    for (int year = year_of(first); year <= year_of(last); ++year) {
        if (!calendar.has_year(year)) years.missing.push_back(year);
        if (calendar.is_provisional(year)) years.provisional.push_back(year);
    }
    return years;
}

BusinessHours Calendar::hours(Day day) const {
    const DayInfo* entry = info(day);
    if (entry != nullptr && entry->makeup) return makeup_hours_;
    if (entry != nullptr && entry->closed) return {};
    return hours_[static_cast<std::size_t>(weekday(day) - 1)];
}

bool Calendar::is_business_day(Day day) const {
    const BusinessHours open = hours(day);
    return open.to_minute > open.from_minute;
}

double Calendar::volume_factor(Day day) const {
    const DayInfo* entry = info(day);
    return entry == nullptr ? 1.0 : entry->factor_milli / 1000.0;
}

std::int64_t Calendar::exposure_milli(Day from, Day to) const {
    if (to <= from) return 0;
    const Day end = first_ + static_cast<int>(days_.size());
    const Day inner_from = std::clamp(from, first_, end);
    const Day inner_to = std::clamp(to, first_, end);
    std::int64_t sum = 1000LL * ((to - from) - (inner_to - inner_from));
    if (inner_to > inner_from) {
        sum += until_[static_cast<std::size_t>(inner_to - first_)] - until_[static_cast<std::size_t>(inner_from - first_)];
    }
    return sum;
}

Duration Calendar::business_day_length() const { return length(makeup_hours_); }

Timestamp Calendar::add_business(Timestamp start, Duration business_time) const {
    AW_CHECK(makeup_hours_.to_minute > makeup_hours_.from_minute);  // the settings reader refuses a week without hours
    Duration left = business_time;
    for (Day day = day_of(start);; ++day) {
        const BusinessHours open = hours(day);
        if (open.to_minute <= open.from_minute) continue;
        const Timestamp from = std::max(start, zone_.at(day, open.from_minute));
        const Timestamp to = zone_.at(day, open.to_minute);
        if (to <= from) continue;
        if (left <= to - from) return from + left;
        left -= to - from;
    }
}

Duration Calendar::business_between(Timestamp from, Timestamp to) const {
    Duration sum{0};
    for (Day day = day_of(from); day <= day_of(to); ++day) {
        const BusinessHours open = hours(day);
        if (open.to_minute <= open.from_minute) continue;
        const Timestamp a = std::max(from, zone_.at(day, open.from_minute));
        const Timestamp b = std::min(to, zone_.at(day, open.to_minute));
        if (b > a) sum += b - a;
    }
    return sum;
}

}  // namespace aw
