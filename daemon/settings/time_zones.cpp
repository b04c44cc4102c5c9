#include "settings/time_zones.hpp"

#include <stdexcept>

#include <date/tz.h>

#include "settings/nearest.hpp"

namespace aw::settings {

Result<std::vector<TimeZone::Change>> zone_changes(const std::string& name) {
    const date::tzdb* database = nullptr;
    try {
        database = &date::get_tzdb();
    } catch (const std::exception& error) {
        return fail_with(std::string("the system has no time zone data (install tzdata): ") + error.what());
    }
    const auto unknown = [&] {
        std::vector<std::string> names;
        for (const auto& zone : database->zones) names.push_back(zone.name());
        return fail_with("unknown time zone '" + name + "'" + did_you_mean(name, names));
    };
    const date::time_zone* zone = nullptr;
    try {
        zone = date::locate_zone(name);
    } catch (const std::runtime_error&) {
        return unknown();
    }
    const date::sys_seconds begin = date::sys_days{date::year{1999} / 1 / 1};
    const date::sys_seconds end = date::sys_days{date::year{2041} / 1 / 1};
    std::vector<TimeZone::Change> changes;
    for (date::sys_seconds at = begin; at < end;) {
        const date::sys_info info = zone->get_info(at);
        const auto offset = static_cast<std::int32_t>(info.offset.count());
        // Changes of the abbreviation alone are none.
        if (changes.empty() || changes.back().offset_s != offset) {
            changes.push_back({Timestamp{at.time_since_epoch().count() * 1000}, offset});
        }
        if (info.end <= at) break;
        at = info.end;
    }
    return changes;
}

}  // namespace aw::settings
