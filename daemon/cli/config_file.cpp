#include "cli/config_file.hpp"

#include <ostream>

#include <fmt/format.h>

#include "app/config_checks.hpp"
#include "settings/field_maps.hpp"
#include "settings/time_zones.hpp"

namespace aw::cli {

std::optional<settings::Loaded> load_config(const ConfigOptions& options, Console& console) {
    // History may lie in years that the calendar lacks today; whether it covers today is the daemon's question.
    auto loaded = settings::load(options.file, options.sets, std::nullopt);
    for (const settings::Mistake& mistake : loaded.mistakes) console.err << settings::to_text(mistake) << '\n';
    if (!loaded.ok()) return std::nullopt;
    return loaded;
}

std::vector<std::string> calendar_warnings(const YearsWithoutHolidays& years) {
    std::vector<std::string> words;
    for (const int year : years.missing)
        words.push_back(fmt::format("no calendar has {}: its holidays are not known, only weekdays count", year));
    for (const int year : years.provisional)
        words.push_back(fmt::format("{} is provisional: holidays are not known, only weekdays count", year));
    return words;
}

std::optional<FieldMap> load_map(const std::string& path, Console& console) {
    auto loaded = settings::load_field_map(path, app::outside_checks());
    for (const settings::Mistake& mistake : loaded.mistakes) console.err << settings::to_text(mistake) << '\n';
    if (!loaded.ok()) return std::nullopt;
    return std::move(loaded.map);
}

Result<TimeZone> time_zone(const std::string& name) {
    auto changes = settings::zone_changes(name);
    if (!changes) return fail(changes.error());
    return TimeZone(name, std::move(*changes));
}

std::optional<Timestamp> parse_instant(const std::string& text, const TimeZone& zone) {
    if (const auto day = parse_day(text)) return zone.at(*day, 0);
    if (text.size() == 16 && (text[10] == ' ' || text[10] == 'T')) {
        const auto day = parse_day(text.substr(0, 10));
        const auto time = parse_rfc3339("1970-01-01T" + text.substr(11) + ":00Z");
        if (day && time) return zone.at(*day, static_cast<int>(time->ms / 60'000));
    }
    return parse_rfc3339(text);
}

std::string local_minute(Timestamp instant, const TimeZone& zone) {
    const Day day = zone.day_of(instant);
    const auto minute = static_cast<int>((instant - zone.at(day, 0)).count() / 60'000);
    return fmt::format("{} {:02}:{:02}", format_day(day), minute / 60, minute % 60);
}

}  // namespace aw::cli
