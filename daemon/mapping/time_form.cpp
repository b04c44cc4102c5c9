#include "mapping/time_form.hpp"

#include <algorithm>
#include <cstdint>

#include <fmt/format.h>

#include "mapping/scaling.hpp"

namespace aw {
namespace {

constexpr std::string_view kKnown = "YmdHMSfz%";

bool digit(char c) { return c >= '0' && c <= '9'; }

// `least` to `most` digits from the front of the text.
std::optional<int> take_number(std::string_view& text, std::size_t least, std::size_t most) {
    std::size_t n = 0;
    int value = 0;
    for (; n < most && n < text.size() && digit(text[n]); ++n) value = value * 10 + (text[n] - '0');
    if (n < least) return std::nullopt;
    text.remove_prefix(n);
    return value;
}

// Milliseconds; further digits are cut off.
std::optional<int> take_fraction(std::string_view& text) {
    int ms = 0;
    int weight = 100;
    std::size_t n = 0;
    for (; n < text.size() && digit(text[n]); ++n, weight /= 10) ms += (text[n] - '0') * weight;
    if (n == 0) return std::nullopt;
    text.remove_prefix(n);
    return ms;
}

// Seconds east of UTC.
std::optional<int> take_offset(std::string_view& text) {
    if (text.starts_with('Z')) {
        text.remove_prefix(1);
        return 0;
    }
    if (!text.starts_with('+') && !text.starts_with('-')) return std::nullopt;
    const int sign = text.front() == '-' ? -1 : 1;
    text.remove_prefix(1);
    const auto hours = take_number(text, 2, 2);
    if (text.starts_with(':')) text.remove_prefix(1);
    const auto minutes = take_number(text, 2, 2);
    if (!hours || !minutes || *hours > 18 || *minutes > 59) return std::nullopt;
    return sign * (*hours * 3600 + *minutes * 60);
}

}  // namespace

struct TimeForm::Parts {
    int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, ms = 0;
    std::optional<int> offset_s;

    // False: the text does not go on with this.
    bool take(char what, std::string_view& text) {
        const auto into = [](int& part, std::optional<int> value) {
            if (value) part = *value;
            return value.has_value();
        };
        switch (what) {
            case 'Y':
                return into(year, take_number(text, 4, 4));
            case 'm':
                return into(month, take_number(text, 1, 2));
            case 'd':
                return into(day, take_number(text, 1, 2));
            case 'H':
                return into(hour, take_number(text, 1, 2));
            case 'M':
                return into(minute, take_number(text, 1, 2));
            case 'S':
                return into(second, take_number(text, 1, 2));
            case 'f':
                return into(ms, take_fraction(text));
            case 'z':
                return (offset_s = take_offset(text)).has_value();
            default:
                if (!text.starts_with('%')) return false;
                text.remove_prefix(1);
                return true;
        }
    }
    // Nothing for 30 February or 25:00.
    [[nodiscard]] std::optional<Day> civil_day() const {
        if (hour > 23 || minute > 59 || second > 59) return std::nullopt;
        return parse_day(fmt::format("{:04}-{:02}-{:02}", year, month, day));
    }
};

Result<TimeForm> TimeForm::parse(const std::string& text) {
    if (text == "rfc3339") return TimeForm(Kind::rfc3339, text);
    if (text == "epoch_s") return TimeForm(Kind::epoch_s, text);
    if (text == "epoch_ms") return TimeForm(Kind::epoch_ms, text);
    if (text.find('%') == std::string::npos) {
        return fail_with("must be rfc3339, epoch_s, epoch_ms or a pattern like %Y-%m-%d %H:%M:%S, not '" + text + "'");
    }
    std::string seen;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') continue;
        ++i;
        const std::string part = "%" + text.substr(std::min(i, text.size()), 1);
        if (i == text.size() || kKnown.find(text[i]) == std::string_view::npos) {
            return fail_with(fmt::format("does not know '{}' (known: %Y %m %d %H %M %S %f %z %%)", part));
        }
        if (text[i] == '%') continue;
        if (seen.find(text[i]) != std::string::npos) return fail_with(fmt::format("holds '{}' twice", part));
        seen += text[i];
    }
    for (const char part : std::string_view("Ymd")) {
        if (seen.find(part) == std::string::npos) return fail_with(fmt::format("lacks %{}: no day without it", part));
    }
    return TimeForm(Kind::pattern, text);
}

bool TimeForm::needs_zone() const { return kind_ == Kind::pattern && text_.find("%z") == std::string::npos; }

std::optional<TimeForm::Parts> TimeForm::match(std::string_view text) const {
    Parts parts;
    for (std::size_t i = 0; i < text_.size(); ++i) {
        if (text_[i] == '%') {
            if (!parts.take(text_[++i], text)) return std::nullopt;
        } else if (text.starts_with(text_[i])) {
            text.remove_prefix(1);
        } else {
            return std::nullopt;
        }
    }
    return text.empty() ? std::optional<Parts>(parts) : std::nullopt;
}

std::optional<Timestamp> TimeForm::read(std::string_view text, const TimeZone& zone) const {
    if (kind_ == Kind::rfc3339) return parse_rfc3339(text);
    if (kind_ == Kind::pattern) {
        const auto parts = match(text);
        const auto day = parts ? parts->civil_day() : std::nullopt;
        if (!day) return std::nullopt;
        const int minute = parts->hour * 60 + parts->minute;
        const Duration rest{parts->second * 1000 + parts->ms};
        if (!parts->offset_s) return zone.at(*day, minute) + rest;
        return Timestamp{std::int64_t{day->n} * 86'400'000 + minute * 60'000} + rest -
               Duration{std::int64_t{*parts->offset_s} * 1000};
    }
    const auto number = parse_decimal(text);
    if (!number) return std::nullopt;
    const auto ms = scaled(*number, Decimal{kind_ == Kind::epoch_s ? 1000 : 1, 0}, Rounding::nearest);
    return ms.value ? std::optional<Timestamp>(Timestamp{*ms.value}) : std::nullopt;
}

std::optional<Day> TimeForm::read_day(std::string_view text, const TimeZone& zone) const {
    if (kind_ == Kind::pattern) {
        const auto parts = match(text);
        return parts ? parts->civil_day() : std::nullopt;
    }
    const auto instant = read(text, zone);
    // Outside of what a day can be counted in.
    if (!instant || instant->ms < 0 || instant->ms > 253'402'300'799'999) return std::nullopt;
    return zone.day_of(*instant);
}

}  // namespace aw
