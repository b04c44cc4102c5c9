// The configuration as the tool's commands need it.
#pragma once

#include <optional>

#include "cli/commands.hpp"
#include "mapping/field_map.hpp"
#include "settings/loader.hpp"

namespace aw::cli {

// Loads it; nothing if there are mistakes, which are then told on stderr (exit code 78).
[[nodiscard]] std::optional<settings::Loaded> load_config(const ConfigOptions& options, Console& console);

// Years whose holidays are not known, one warning each.
[[nodiscard]] std::vector<std::string> calendar_warnings(const YearsWithoutHolidays& years);

// The field map at `path`; nothing if there are mistakes, which are then told on stderr (exit code 78).
[[nodiscard]] std::optional<FieldMap> load_map(const std::string& path, Console& console);

// A time zone by name, or why there is none.
[[nodiscard]] Result<TimeZone> time_zone(const std::string& name);

// An instant as people give it: RFC 3339, "YYYY-MM-DD HH:MM" or "YYYY-MM-DD" (its first instant) in `zone`.
[[nodiscard]] std::optional<Timestamp> parse_instant(const std::string& text, const TimeZone& zone);
[[nodiscard]] std::string local_minute(Timestamp instant, const TimeZone& zone);  // 2026-08-17 08:30

}  // namespace aw::cli
