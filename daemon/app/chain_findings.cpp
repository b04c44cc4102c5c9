#include "app/chain_findings.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

namespace aw::app {
namespace {

constexpr int kYear_days = 365;

std::string local(Timestamp at, const TimeZone& zone) {
    const Day day = zone.day_of(at);
    const auto minute = (at - zone.at(day, 0)).count() / 60'000;
    return fmt::format("{} {:02}:{:02}", format_day(day), minute / 60, minute % 60);
}

// Everything but who it is about.
std::string reason_key(const ChainFinding& finding) {
    std::string key = fmt::format("{}|{}|{}|{}|{}|{}", finding.gap, name(finding.seat), finding.from.ms, finding.to.ms,
                                  finding.instead.value, name(finding.instead_role));
    for (const ChainStep& step : finding.tried) key += "|" + chain_reason(step);
    return key;
}

std::string grade_text(const std::string& grade) { return grade.empty() ? "ungraded" : grade; }

// Joins neighbours in `rows` that differ in nothing but what `of` names.
template <class List, class Key>
std::vector<ChainRow> joined(std::vector<ChainRow> rows, List ChainRow::*of, const Key& key) {
    std::vector<ChainRow> out;
    std::map<std::string, std::size_t> known;
    for (ChainRow& row : rows) {
        const auto [at, fresh] = known.emplace(key(row), out.size());
        if (fresh) {
            out.push_back(std::move(row));
            continue;
        }
        auto& list = out[at->second].*of;
        list.insert(list.end(), (row.*of).begin(), (row.*of).end());
    }
    return out;
}

std::string severities_text(const ChainRow& row) {
    std::string text;
    for (const Severity severity : row.severities) text += (text.empty() ? "" : ", ") + std::string(name(severity));
    return text;
}

// Where nearly all are concerned, the others are named.
std::string units_text(const ChainRow& row, const ChainReport& report) {
    const std::size_t all = report.units.size();
    if (all < 2 || row.units.size() <= all / 2) return fmt::format("{}", fmt::join(row.units, ", "));
    std::vector<std::string> others;
    for (const UnitId& unit : report.units) {
        if (std::find(row.units.begin(), row.units.end(), unit.value) == row.units.end()) others.push_back(unit.value);
    }
    return fmt::format("all {} units{}{}", all, others.empty() ? "" : " but ", fmt::join(others, ", "));
}

std::string absence_text(const Absence& away) {
    return fmt::format("{}{} is on leave until {}", away.deputy ? "deputy " : "", away.who.value,
                       format_day(away.until));
}

// The value to look at: the first leave that is in the way, else the row or the list of people.
std::string path_of(const ChainFinding& finding, const Rules& rules) {
    for (const ChainStep& step : finding.tried) {
        const Absence* away = step.asked ? &*step.asked : step.away.empty() ? nullptr : &step.away.front();
        if (away == nullptr) continue;
        const Staff* person = rules.organisation.find_staff(away->who.value);
        const auto leave = std::find_if(person->leave.begin(), person->leave.end(),
                                        [&](const Leave& l) { return l.from == away->from; });
        return fmt::format("organisation/staff[{}].leave[{}]", person - rules.organisation.staff.data(),
                           leave - person->leave.begin());
    }
    const auto& rows = rules.policy.responsibility;
    const auto row = std::find_if(rows.begin(), rows.end(), [&](const auto& r) { return r.grade == finding.grade; });
    if (finding.seat != ChainSeat::LEADER || row == rows.end()) return "organisation/staff";
    return fmt::format("policy/responsibility[{}].leader", row - rows.begin());
}

bool is_vacant_for_ever(const ChainFinding& finding) {
    return std::all_of(finding.tried.begin(), finding.tried.end(), [](const ChainStep& s) { return s.is_vacant(); });
}

// The checks of the roles have told it already.
bool held_by_nobody_at_all(const ChainFinding& finding, const Organisation& organisation) {
    return std::none_of(organisation.staff.begin(), organisation.staff.end(), [&](const Staff& person) {
        return std::count(person.roles.begin(), person.roles.end(), finding.tried.front().role) > 0;
    });
}

}  // namespace

std::vector<ChainRow> chain_rows(const ChainReport& report) {
    std::vector<ChainRow> rows;
    for (const ChainFinding& finding : report.findings) {
        ChainRow& row = rows.emplace_back(ChainRow{finding, {finding.unit.value}, {}, {}});
        if (finding.seat == ChainSeat::LEADER) row.grades = {finding.grade};
        if (finding.severity != Severity::UNSPECIFIED) row.severities = {finding.severity};
    }
    const auto units = [](const ChainRow& row) { return fmt::format("{}", fmt::join(row.units, ",")); };
    const auto grades = [](const ChainRow& row) { return fmt::format("{}", fmt::join(row.grades, ",")); };
    rows = joined(std::move(rows), &ChainRow::severities,
                  [&](const ChainRow& row) { return units(row) + "/" + grades(row) + "/" + reason_key(row.finding); });
    rows = joined(std::move(rows), &ChainRow::grades, [&](const ChainRow& row) {
        return units(row) + "/" + severities_text(row) + "/" + reason_key(row.finding);
    });
    rows = joined(std::move(rows), &ChainRow::units, [&](const ChainRow& row) {
        return grades(row) + "/" + severities_text(row) + "/" + reason_key(row.finding);
    });
    std::stable_sort(rows.begin(), rows.end(), [](const ChainRow& a, const ChainRow& b) {
        return std::pair(!a.finding.gap, a.finding.from) < std::pair(!b.finding.gap, b.finding.from);
    });
    return rows;
}

std::string chain_subject(const ChainRow& row, const ChainReport& report) {
    std::string text(name(row.finding.seat));
    if (row.grades.size() == report.grades.size()) {
        text += " of all grades";
    } else if (!row.grades.empty()) {
        std::vector<std::string> grades;
        for (const std::string& grade : row.grades) grades.push_back(grade_text(grade));
        text += fmt::format(" of {}", fmt::join(grades, ", "));
    }
    text += " in " + units_text(row, report);
    return row.severities.empty() ? text : text + " (" + severities_text(row) + ")";
}

std::string chain_reason(const ChainStep& step) {
    std::string text;
    for (const Absence& away : step.away) text += (text.empty() ? "" : ", ") + absence_text(away);
    if (step.asked) {
        text += fmt::format("{}{}{} is asked, but on leave from {} until {}, as long as the clock runs",
                            text.empty() ? "" : ", ", step.asked->deputy ? "deputy " : "", step.asked->who.value,
                            format_day(step.asked->from), format_day(step.asked->until));
    }
    if (step.is_vacant()) text = "vacant, in the unit and above it";
    return std::string(name(step.role)) + ": " + text;
}

std::vector<settings::OutsideChecks::Finding> check_chains(const Rules& rules, Day today) {
    std::vector<settings::OutsideChecks::Finding> found;
    const ChainReport report = lint_chains(rules, today, kYear_days);
    for (const ChainRow& row : chain_rows(report)) {
        const ChainFinding& finding = row.finding;
        if (!finding.gap) continue;
        const bool for_ever = is_vacant_for_ever(finding);
        if (for_ever && held_by_nobody_at_all(finding, rules.organisation)) continue;
        std::string text = "nobody answers as " + chain_subject(row, report);
        if (!for_ever) {
            const TimeZone& zone = rules.calendar.zone();
            text += fmt::format(" from {} to {}", local(finding.from, zone), local(finding.to, zone));
        }
        for (const ChainStep& step : finding.tried) text += "; " + chain_reason(step);
        found.push_back({path_of(finding, rules), std::move(text), for_ever});
    }
    for (const int year : report.years.missing) {
        if (year == year_of(today)) continue;  // that is a mistake of the calendar's own check
        found.push_back({"calendar0/years",
                         fmt::format("no calendar has {}, which begins within a year: its holidays are not known, only "
                                     "weekdays count",
                                     year),
                         false});
    }
    return found;
}

}  // namespace aw::app
