// The tz database of the system as values for core/calendar, which reads no files.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "core/calendar/calendar.hpp"

namespace aw::settings {

// The offsets of the zone from 1999 to 2040, or why there are none. Zones with summer time end where the system's data
// end (2037 with Debian 12); the last offset counts from there on.
[[nodiscard]] Result<std::vector<TimeZone::Change>> zone_changes(const std::string& name);

}  // namespace aw::settings
