// What a schema rule cannot say: rules between values, rows and files. Used on what the reader has filled in, and on
// activation documents from the log.
#pragma once

#include <string>
#include <vector>

#include "base/time.hpp"
#include "settings/mistake.hpp"
#include "settings/outside_checks.hpp"
#include "settings/places.hpp"

namespace accountwatch::config::v1 {
class CalendarFile;
class ComparisonRow;
class Organisation;
class Policy;
class Settings;
}  // namespace accountwatch::config::v1

namespace aw::settings {

struct Findings {
    const Places& places;
    std::vector<Mistake>& mistakes;
    std::vector<Mistake>& warnings;

    void mistake(const std::string& path, std::string message) { add(mistakes, path, std::move(message)); }
    void warning(const std::string& path, std::string message) { add(warnings, path, std::move(message)); }

private:
    void add(std::vector<Mistake>& to, const std::string& path, std::string message) const {
        Place place = places.of(path);
        to.push_back({std::move(place.file), place.line, place.column, std::move(message)});
    }
};

// Documents: "settings/", "policy/", "organisation/", "calendar0/", "calendar1/" ...
void check_settings(const accountwatch::config::v1::Settings& settings, Findings& findings);
// Sources: what cannot be read, and what two of them would both read (source_checks.cpp).
void check_sources(const accountwatch::config::v1::Settings& settings, const OutsideChecks& outside,
                   Findings& findings);
// Feeds in the settings that can have no effect; without a policy that could be read only the roles are looked at.
void check_feeds(const accountwatch::config::v1::Settings& settings, const accountwatch::config::v1::Policy* policy,
                 Findings& findings);
void check_policy(const accountwatch::config::v1::Policy& policy, Findings& findings);
// One of the policy's comparisons (comparison_checks.cpp).
void check_comparison(const accountwatch::config::v1::ComparisonRow& row, const std::string& path, Findings& findings);
void check_organisation(const accountwatch::config::v1::Organisation& organisation, Findings& findings);
void check_calendar(const accountwatch::config::v1::CalendarFile& calendar, const std::string& document,
                    Findings& findings);
// Between the calendar files: each year once, business hours once.
void check_calendars(const std::vector<accountwatch::config::v1::CalendarFile>& calendars, Findings& findings);
// The year of `today` is there; provisional years from it on are warned of.
void check_current_year(const std::vector<accountwatch::config::v1::CalendarFile>& calendars, Day today,
                        Findings& findings);
// Everyone whom the policy names can be found.
void check_roles(const accountwatch::config::v1::Policy& policy,
                 const accountwatch::config::v1::Organisation& organisation, Findings& findings);
// The channels that people name exist.
void check_channels(const accountwatch::config::v1::Settings& settings,
                    const accountwatch::config::v1::Organisation& organisation, Findings& findings);
// `file` is that of the settings.
void check_outside(const accountwatch::config::v1::Settings& settings,
                   const accountwatch::config::v1::Organisation& organisation, const std::string& file,
                   const OutsideChecks& outside, Findings& findings);
void check_rules(const Rules& rules, Day today, const OutsideChecks& outside, Findings& findings);

}  // namespace aw::settings
