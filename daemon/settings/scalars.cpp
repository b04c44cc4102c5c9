#include "settings/scalars.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <map>

#include "base/check.hpp"
#include "core/model/enums.hpp"

namespace aw::settings {
namespace {

constexpr std::size_t kMaxDigits = 12;

struct Unit {
    std::string_view name;
    std::int64_t ms;
};
constexpr std::array<Unit, 5> kUnits{{{"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1'000}, {"ms", 1}}};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool all_digits(std::string_view text) {
    return !text.empty() && text.size() <= kMaxDigits && std::all_of(text.begin(), text.end(), is_digit);
}

std::int64_t number(std::string_view digits) {
    std::int64_t value = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return value;
}

// "12abc" -> {"12", "abc"}
std::pair<std::string_view, std::string_view> split_number(std::string_view text) {
    std::size_t i = 0;
    while (i < text.size() && is_digit(text[i])) ++i;
    return {text.substr(0, i), text.substr(i)};
}

// "1,234,567" -> "1234567"; nothing if a comma stands at the wrong place.
std::optional<std::string> without_separators(std::string_view text) {
    std::string digits;
    std::size_t group = 0;
    bool any = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != ',') {
            digits.push_back(text[i]);
            ++group;
            continue;
        }
        if (group == 0 || group > 3 || (any && group != 3)) return std::nullopt;
        any = true;
        group = 0;
    }
    if (any && group != 3) return std::nullopt;
    return digits;
}

std::optional<std::int32_t> parse_minutes(std::string_view text) {
    if (text.size() != 5 || text[2] != ':' || !all_digits(text.substr(0, 2)) || !all_digits(text.substr(3))) {
        return std::nullopt;
    }
    const auto hour = number(text.substr(0, 2));
    const auto minute = number(text.substr(3));
    if (minute > 59 || hour * 60 + minute > 24 * 60) return std::nullopt;
    return static_cast<std::int32_t>(hour * 60 + minute);
}

template <class E>
std::vector<std::string> enum_names() {
    const auto& list = EnumNames<E>::kList;
    return {list.begin() + 1, list.end()};
}

}  // namespace

std::optional<std::int64_t> parse_duration(std::string_view text) {
    const auto [digits, unit_name] = split_number(text);
    if (digits.size() > 9 || !all_digits(digits)) return std::nullopt;
    for (const auto& unit : kUnits) {
        if (unit.name == unit_name) return number(digits) * unit.ms;
    }
    return std::nullopt;
}

std::string format_duration(std::int64_t ms) {
    for (const auto& unit : kUnits) {
        if (ms != 0 && ms % unit.ms == 0) return std::to_string(ms / unit.ms) + std::string(unit.name);
    }
    return "0s";
}

std::optional<SpanText> parse_span(std::string_view text) {
    const auto [digits, unit] = split_number(text);
    if (unit == "bd") {
        if (digits.size() > 5 || !all_digits(digits)) return std::nullopt;
        return SpanText{0, static_cast<std::int32_t>(number(digits))};
    }
    const auto ms = parse_duration(text);
    if (!ms || unit == "ms") return std::nullopt;
    return SpanText{*ms, 0};
}

std::optional<std::int64_t> parse_hundredths(std::string_view text, bool thousands_separators) {
    const bool negative = text.starts_with('-');
    if (negative) text.remove_prefix(1);
    const std::size_t point = text.find('.');
    std::string whole(text.substr(0, point));
    if (thousands_separators) {
        auto plain = without_separators(whole);
        if (!plain) return std::nullopt;
        whole = *plain;
    }
    if (!all_digits(whole)) return std::nullopt;
    std::int64_t value = number(whole) * 100;
    if (point != std::string_view::npos) {
        const std::string_view decimals = text.substr(point + 1);
        if (decimals.size() > 2 || !all_digits(decimals)) return std::nullopt;
        value += number(decimals) * (decimals.size() == 1 ? 10 : 1);
    }
    return negative ? -value : value;
}

std::string format_hundredths(std::int64_t value, bool always_decimals) {
    const std::int64_t size = value < 0 ? -value : value;
    std::string text = (value < 0 ? "-" : "") + std::to_string(size / 100);
    if (size % 100 != 0 || always_decimals) {
        text += "." + std::to_string(size / 10 % 10) + std::to_string(size % 10);
    }
    return text;
}

std::optional<std::int32_t> parse_time_of_day(std::string_view text) {
    const auto minute = parse_minutes(text);
    return minute && *minute < 24 * 60 ? minute : std::nullopt;
}

std::string format_time_of_day(std::int32_t minute) {
    std::array<char, 16> text{};
    std::snprintf(text.data(), text.size(), "%02d:%02d", minute / 60, minute % 60);
    return text.data();
}

std::optional<HoursText> parse_hours(std::string_view text) {
    if (text.size() != 11 || text[5] != '-') return std::nullopt;
    const auto from = parse_minutes(text.substr(0, 5));
    const auto to = parse_minutes(text.substr(6));
    if (!from || !to || *from >= *to) return std::nullopt;
    return HoursText{*from, *to};
}

std::optional<AddressText> parse_address(std::string_view text) {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos || text.size() > 255) return std::nullopt;
    std::string_view host = text.substr(0, colon);
    const std::string_view port = text.substr(colon + 1);
    if (host.starts_with('[') && host.ends_with(']')) {
        host = host.substr(1, host.size() - 2);
    } else if (host.find(':') != std::string_view::npos) {
        return std::nullopt;
    }
    const auto plain = [](char c) {
        return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '-' || c == ':' ||
               c == '_' || c == '%';
    };
    if (host.empty() || !std::all_of(host.begin(), host.end(), plain)) return std::nullopt;
    if (!all_digits(port) || port.size() > 5 || number(port) > 65535) return std::nullopt;
    return AddressText{std::string(host), static_cast<std::uint16_t>(number(port))};
}

bool is_loopback(const std::string& host) { return host == "localhost" || host == "::1" || host.starts_with("127."); }

std::optional<std::string> url_scheme(std::string_view text) {
    const std::size_t end = text.find("://");
    if (end == std::string_view::npos || end == 0 || text.size() > 2000) return std::nullopt;
    if (std::any_of(text.begin(), text.end(), [](char c) { return c <= ' ' || c >= 0x7F; })) return std::nullopt;
    const std::string_view rest = text.substr(end + 3);
    std::string_view host = rest.substr(0, rest.find_first_of("/?#"));
    if (const auto user = host.rfind('@'); user != std::string_view::npos) host.remove_prefix(user + 1);
    const bool has_port = !host.ends_with(']') && host.find(':') != std::string_view::npos;
    if (!parse_address(has_port ? std::string(host) : std::string(host) + ":80")) return std::nullopt;
    return std::string(text.substr(0, end));
}

std::string masked_url(std::string_view url) {
    std::string text(url);
    if (const auto query = text.find('?'); query != std::string::npos) text = text.substr(0, query + 1) + "*****";
    const auto begin = text.find("://");
    if (begin == std::string::npos) return text;
    const auto end = text.find_first_of("/?#", begin + 3);
    const auto user = text.rfind('@', end);
    if (user != std::string::npos && user > begin) text.replace(begin + 3, user - begin - 3, "*****");
    return text;
}

bool is_id(std::string_view text) {
    return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
        return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '_' || c == '-';
    });
}

const std::vector<std::string>& names_of(std::string_view enumeration) {
    static const std::map<std::string, std::vector<std::string>, std::less<>> kNames = {
        {"Severity", enum_names<Severity>()},
        {"SignalKind", enum_names<SignalKind>()},
        {"StaffRole", enum_names<StaffRole>()},
        {"MilestoneKind", enum_names<MilestoneKind>()},
        {"TaskKind", enum_names<TaskKind>()},
        {"WatchScope", enum_names<WatchScope>()},
        {"UnitType", enum_names<UnitType>()},
        {"ClockKind", enum_names<ClockKind>()},
        {"CadencePeriod", enum_names<CadencePeriod>()},
        {"OfferApproval", enum_names<OfferApproval>()},
        {"Measure", enum_names<Measure>()},
        {"Scope", enum_names<Scope>()},
    };
    const auto found = kNames.find(enumeration);
    AW_CHECK(found != kNames.end());
    return found->second;
}

}  // namespace aw::settings
