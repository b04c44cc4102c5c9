#include "base/time.hpp"

#include <array>
#include <cstdio>

namespace aw {
namespace {

using std::chrono::sys_days;
using std::chrono::year_month_day;

year_month_day civil(Day day) { return year_month_day{sys_days{std::chrono::days{day.n}}}; }

int floor_div(int a, int b) { return a >= 0 ? a / b : -((-a + b - 1) / b); }

// Reads exactly `count` digits; -1 if there are not that many.
int digits(std::string_view text, std::size_t at, std::size_t count) {
    if (at + count > text.size()) return -1;
    int value = 0;
    for (std::size_t i = at; i < at + count; ++i) {
        if (text[i] < '0' || text[i] > '9') return -1;
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

constexpr std::int64_t kDayMs = 86'400'000;

// "Z", "+08:00", "-05:30" -> minutes east of UTC.
std::optional<int> parse_offset(std::string_view text) {
    if (text == "Z" || text == "z") return 0;
    if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':') return std::nullopt;
    const int hours = digits(text, 1, 2);
    const int minutes = digits(text, 4, 2);
    if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return std::nullopt;
    return (text[0] == '-' ? -1 : 1) * (hours * 60 + minutes);
}

}  // namespace

Day make_day(int year, unsigned month, unsigned day) {
    const sys_days days = year_month_day{std::chrono::year{year}, std::chrono::month{month}, std::chrono::day{day}};
    return {static_cast<std::int32_t>(days.time_since_epoch().count())};
}

// 1970-01-01 was a Thursday, three days after a Monday.
Week week_of(Day day) { return {floor_div(day.n + 3, 7)}; }
Day first_day(Week week) { return {week.n * 7 - 3}; }

Month month_of(Day day) {
    const auto date = civil(day);
    return {static_cast<int>(date.year()) * 12 + static_cast<int>(static_cast<unsigned>(date.month())) - 1};
}

Day first_day(Month month) {
    const int year = floor_div(month.n, 12);
    return make_day(year, static_cast<unsigned>(month.n - year * 12 + 1), 1);
}

int weekday(Day day) { return day.n - first_day(week_of(day)).n + 1; }
int year_of(Day day) { return static_cast<int>(civil(day).year()); }

IsoWeekName iso_week(Week week) {
    const int year = year_of(first_day(week) + 3);  // the year of its Thursday
    const Week first = week_of(make_day(year, 1, 4));
    return {year, week.n - first.n + 1};
}

Week make_week(int iso_year, int iso_week) { return {week_of(make_day(iso_year, 1, 4)).n + iso_week - 1}; }

Week same_week_last_year(Week week) {
    const IsoWeekName name = iso_week(week);
    const Week first = make_week(name.year - 1, 1);
    const Week next_year = make_week(name.year, 1);
    const Week same{first.n + name.week - 1};
    return same < next_year ? same : Week{next_year.n - 1};
}

std::string format_day(Day day) {
    const auto date = civil(day);
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%04d-%02u-%02u", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
    return text.data();
}

std::string format_month(Month month) { return format_day(first_day(month)).substr(0, 7); }

std::string format_week(Week week) {
    const IsoWeekName name = iso_week(week);
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%04d-W%02d", name.year, name.week);
    return text.data();
}

std::string format_utc(Timestamp instant) {
    std::int64_t days = instant.ms / kDayMs;
    std::int64_t rest = instant.ms % kDayMs;
    if (rest < 0) {
        rest += kDayMs;
        --days;
    }
    const int ms = static_cast<int>(rest % 1000);
    const int seconds = static_cast<int>(rest / 1000);
    std::array<char, 32> time{};
    std::snprintf(time.data(), time.size(), "T%02d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
    std::string text = format_day({static_cast<std::int32_t>(days)}) + time.data();
    if (ms != 0) {
        std::array<char, 8> fraction{};
        std::snprintf(fraction.data(), fraction.size(), ".%03d", ms);
        text += fraction.data();
    }
    return text + "Z";
}

std::optional<Day> parse_day(std::string_view text) {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
    const int year = digits(text, 0, 4);
    const int month = digits(text, 5, 2);
    const int day = digits(text, 8, 2);
    if (year < 0 || month < 0 || day < 0) return std::nullopt;
    const year_month_day date{std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)},
                              std::chrono::day{static_cast<unsigned>(day)}};
    if (!date.ok()) return std::nullopt;
    return Day{static_cast<std::int32_t>(sys_days{date}.time_since_epoch().count())};
}

std::optional<Month> parse_month(std::string_view text) {
    if (text.size() != 7) return std::nullopt;
    const auto day = parse_day(std::string(text) + "-01");
    if (!day) return std::nullopt;
    return month_of(*day);
}

std::optional<Timestamp> parse_rfc3339(std::string_view text) {
    if (text.size() < 20 || (text[10] != 'T' && text[10] != 't' && text[10] != ' ')) return std::nullopt;
    const auto day = parse_day(text.substr(0, 10));
    const int hour = digits(text, 11, 2);
    const int minute = digits(text, 14, 2);
    const int second = digits(text, 17, 2);
    if (!day || text[13] != ':' || text[16] != ':') return std::nullopt;
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) return std::nullopt;
    std::size_t at = 19;
    int ms = 0;
    if (text[at] == '.') {
        int scale = 100;
        std::size_t read = 0;
        for (++at; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, ++read) {
            ms += (text[at] - '0') * scale;
            scale /= 10;
        }
        if (read == 0 || read > 9) return std::nullopt;
    }
    const auto offset = parse_offset(text.substr(at));
    if (!offset) return std::nullopt;
    const std::int64_t seconds = hour * 3600 + minute * 60 + second - *offset * 60;
    return Timestamp{day->n * kDayMs + seconds * 1000 + ms};
}

}  // namespace aw
