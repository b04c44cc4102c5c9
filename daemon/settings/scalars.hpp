// The ways single values are written in YAML, and back.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace aw::settings {

// `200ms`, `90s`, `30m`, `4h`, `7d` -> milliseconds.
[[nodiscard]] std::optional<std::int64_t> parse_duration(std::string_view text);
[[nodiscard]] std::string format_duration(std::int64_t ms);  // in the largest unit that divides it

// `4h` -> {milliseconds, 0}; `2bd` -> {0, 2}.
struct SpanText {
    std::int64_t ms = 0;
    std::int32_t business_days = 0;
};
[[nodiscard]] std::optional<SpanText> parse_span(std::string_view text);

// `10000`, `10,000.00`, `-5.5` -> hundredths.
[[nodiscard]] std::optional<std::int64_t> parse_hundredths(std::string_view text, bool thousands_separators);
[[nodiscard]] std::string format_hundredths(std::int64_t value, bool always_decimals);

// `08:30` -> 510; `24:00` only where a day may end there.
[[nodiscard]] std::optional<std::int32_t> parse_time_of_day(std::string_view text);
[[nodiscard]] std::string format_time_of_day(std::int32_t minute);

// `08:30-17:30`; the end is later than the start, `24:00` allowed.
struct HoursText {
    std::int32_t from_minute = 0;
    std::int32_t to_minute = 0;
};
[[nodiscard]] std::optional<HoursText> parse_hours(std::string_view text);

// `127.0.0.1:8480`, `localhost:0`, `[::1]:8480`.
struct AddressText {
    std::string host;  // without brackets
    std::uint16_t port = 0;
};
[[nodiscard]] std::optional<AddressText> parse_address(std::string_view text);
[[nodiscard]] bool is_loopback(const std::string& host);

// scheme://host[:port][/...], printable and without blanks; the scheme, or nothing.
[[nodiscard]] std::optional<std::string> url_scheme(std::string_view text);
// The URL without user, password and query.
[[nodiscard]] std::string masked_url(std::string_view url);

// Letters, digits, '.', '_' and '-', 1 to 64.
[[nodiscard]] bool is_id(std::string_view text);

// The names of an enumeration of contract section 3 without UNSPECIFIED; REQUIRES a name that a schema mentions.
[[nodiscard]] const std::vector<std::string>& names_of(std::string_view enumeration);

}  // namespace aw::settings
