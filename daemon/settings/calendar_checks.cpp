#include <map>
#include <set>

#include <accountwatch/config/v1/calendar.pb.h>
#include <fmt/format.h>

#include "settings/checks.hpp"

namespace aw::settings {
namespace {

namespace pb = accountwatch::config::v1;

class YearCheck {
public:
    YearCheck(const pb::CalendarYear& year, std::string path, Findings& findings)
        : year_(year), path_(std::move(path)), findings_(findings) {}

    void run() {
        if (year_.status() == "PROVISIONAL" && (year_.holidays_size() > 0 || year_.makeup_workdays_size() > 0)) {
            findings_.mistake(path_, fmt::format("{} is PROVISIONAL: only weekdays count, so it has no holidays and no "
                                                 "make-up workdays (write PUBLISHED once they are announced)",
                                                 year_.year()));
        }
        for (int i = 0; i < year_.holidays_size(); ++i) holiday(i);
        for (int i = 0; i < year_.makeup_workdays_size(); ++i) makeup(i);
        if (year_.has_spring_festival()) within_year(year_.spring_festival(), path_ + ".spring_festival");
    }

private:
    std::optional<Day> within_year(const std::string& text, const std::string& path) {
        const auto day = parse_day(text);
        if (!day || !year_.has_year() || year_of(*day) == year_.year()) return day;
        findings_.mistake(path, fmt::format("{} is not in {}", text, year_.year()));
        return std::nullopt;
    }

    void holiday(int i) {
        const auto& holiday = year_.holidays(i);
        const std::string path = fmt::format("{}.holidays[{}]", path_, i);
        const auto from = within_year(holiday.from(), path + ".from");
        const auto to = within_year(holiday.to(), path + ".to");
        if (!from || !to) return;
        if (*to < *from) {
            findings_.mistake(path + ".to", fmt::format("'{}' ends on {}, before it begins on {}", holiday.name(),
                                                        holiday.to(), holiday.from()));
        }
        for (Day day = *from; day <= *to && day - *from < 366; ++day) {
            const auto [other, fresh] = closed_.emplace(day, holiday.name());
            if (fresh) continue;
            findings_.mistake(
                path, fmt::format("'{}' and '{}' both hold {}", holiday.name(), other->second, format_day(day)));
            return;
        }
    }

    void makeup(int i) {
        const std::string path = fmt::format("{}.makeup_workdays[{}]", path_, i);
        const auto day = within_year(year_.makeup_workdays(i), path);
        if (!day) return;
        if (const auto found = closed_.find(*day); found != closed_.end()) {
            findings_.mistake(path, fmt::format("{} is a day of '{}'", format_day(*day), found->second));
        } else if (weekday(*day) < 6) {
            findings_.mistake(path, fmt::format("{} is no Saturday or Sunday", format_day(*day)));
        }
    }

    const pb::CalendarYear& year_;
    std::string path_;
    Findings& findings_;
    std::map<Day, std::string> closed_;
};

std::string year_path(std::size_t file, int year) { return fmt::format("calendar{}/years[{}]", file, year); }

}  // namespace

void check_calendar(const pb::CalendarFile& calendar, const std::string& document, Findings& findings) {
    for (int i = 0; i < calendar.years_size(); ++i) {
        YearCheck(calendar.years(i), fmt::format("{}years[{}]", document, i), findings).run();
    }
}

void check_calendars(const std::vector<pb::CalendarFile>& calendars, Findings& findings) {
    std::set<int> years;
    int with_hours = 0;
    bool refused_hours = false;
    for (std::size_t n = 0; n < calendars.size(); ++n) {
        const std::string document = fmt::format("calendar{}/", n);
        check_calendar(calendars[n], document, findings);
        std::set<int> here;  // twice in one file: the reader has said so
        for (int i = 0; i < calendars[n].years_size(); ++i) {
            const auto& year = calendars[n].years(i);
            if (!year.has_year() || !here.insert(year.year()).second || years.insert(year.year()).second) continue;
            findings.mistake(year_path(n, i), fmt::format("{} stands in another calendar", year.year()));
        }
        refused_hours = refused_hours || findings.places.refused(document + "business_hours");
        if (calendars[n].has_business_hours() && ++with_hours > 1) {
            findings.mistake(document + "business_hours", "another calendar says the business hours already");
        }
    }
    if (with_hours == 0 && !calendars.empty() && !refused_hours) {
        findings.mistake("calendar0/", "no calendar says the 'business_hours'");
    }
}

void check_current_year(const std::vector<pb::CalendarFile>& calendars, Day today, Findings& findings) {
    bool there = false;
    for (std::size_t n = 0; n < calendars.size(); ++n) {
        for (int i = 0; i < calendars[n].years_size(); ++i) {
            const auto& year = calendars[n].years(i);
            there = there || year.year() == year_of(today);
            if (year.status() != "PROVISIONAL" || year.year() < year_of(today)) continue;
            findings.warning(
                year_path(n, i),
                fmt::format("{} is provisional: holidays are not known, only weekdays count", year.year()));
        }
    }
    if (!there && !calendars.empty()) {
        findings.mistake("calendar0/years",
                         fmt::format("no calendar has the current year {} (add it; status PROVISIONAL until the "
                                     "holidays are announced)",
                                     year_of(today)));
    }
}

}  // namespace aw::settings
