// Times as other systems write them. Pure: the zone of times without one is an argument.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/time.hpp"
#include "core/calendar/calendar.hpp"

namespace aw {

// `rfc3339`, `epoch_s` (seconds since 1970 in UTC, decimals allowed), `epoch_ms`, or a pattern: %Y (four digits), %m,
// %d, %H, %M, %S (one or two digits each), %f (digits of a fraction of a second), %z (+08:00, +0800, Z), %% and any
// other text as it stands.
class TimeForm {
public:
    enum class Kind { rfc3339, epoch_s, epoch_ms, pattern };

    // The error says what is wrong with the pattern.
    [[nodiscard]] static Result<TimeForm> parse(const std::string& text);

    [[nodiscard]] std::optional<Timestamp> read(std::string_view text, const TimeZone& zone) const;
    // The day that is written, whatever the zone, if it is written as one; else the day of the instant in `zone`.
    [[nodiscard]] std::optional<Day> read_day(std::string_view text, const TimeZone& zone) const;

    [[nodiscard]] const std::string& text() const { return text_; }
    // Times are written without a zone of their own.
    [[nodiscard]] bool needs_zone() const;

private:
    struct Parts;
    TimeForm(Kind kind, std::string text) : kind_(kind), text_(std::move(text)) {}
    [[nodiscard]] std::optional<Parts> match(std::string_view text) const;

    Kind kind_;
    std::string text_;
};

}  // namespace aw
