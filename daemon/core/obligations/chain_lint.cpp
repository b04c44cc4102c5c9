#include "core/obligations/chain_lint.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "base/check.hpp"
#include "core/obligations/ask_windows.hpp"
#include "core/policy/chain.hpp"
#include "core/policy/staffing.hpp"

namespace aw {
namespace {

constexpr Severity kSeverities[] = {Severity::CRITICAL, Severity::HIGH, Severity::MEDIUM, Severity::LOW};

// Who is asked for a post and who is at work, looked up once for each epoch.
class Roster {
public:
    Roster(const Organisation& organisation, const StaffEpochs& epochs) : organisation_(organisation), epochs_(epochs) {
        for (int epoch = 0; epoch < epochs.count(); ++epoch) {
            const Staffing staffing = staffing_in(epoch);
            std::vector<int>& row = stands_in_.emplace_back();
            for (const Staff& person : organisation.staff) {
                const bool away = organisation.on_leave(person, epochs.first_day(epoch));
                row.push_back(index_of(away ? staffing.active_or_deputy(person.id) : person.id, person));
            }
        }
    }

    // Index of the one who is asked first; -1 = nobody.
    [[nodiscard]] int first(StaffRole role, const UnitId& unit, int epoch) {
        for (const Staff* holder : holders(role, unit)) {
            const int who = stands_in_[static_cast<std::size_t>(epoch)][index_of(*holder)];
            if (who >= 0) return who;
        }
        return -1;
    }

    // Who answers for the one who was asked: that one, if at work in some of the time in which the clock runs, else
    // the first deputy who is; -1 = nobody.
    [[nodiscard]] int answers(int asked, const AskWindow& window) const {
        int deputy = -1;
        for (int epoch = window.first; epoch <= window.last; ++epoch) {
            const bool runs = epoch == window.first || epoch == window.last || epochs_.has_office_day(epoch);
            if (!runs) continue;
            const int person = stands_in_[static_cast<std::size_t>(epoch)][static_cast<std::size_t>(asked)];
            if (person == asked) return asked;
            if (deputy < 0) deputy = person;
        }
        return deputy;
    }

    // Why the post does not help in this window: everybody who is asked for in vain, up to the one who is asked.
    [[nodiscard]] ChainStep failure(StaffRole role, const UnitId& unit, const AskWindow& window) {
        ChainStep step{role, {}, {}};
        const std::vector<int>& stands_in = stands_in_[static_cast<std::size_t>(window.asked)];
        std::set<const Staff*> seen;
        for (const Staff* holder : holders(role, unit)) {
            bool deputy = false;
            for (const Staff* person = holder; person != nullptr && seen.insert(person).second;
                 person = organisation_.find_staff(person->deputy.value)) {
                if (stands_in[index_of(*person)] == static_cast<int>(index_of(*person))) {
                    step.asked = absence(*person, epochs_.first_day(window.first), deputy);
                    return step;
                }
                step.away.push_back(absence(*person, epochs_.first_day(window.asked), deputy));
                deputy = true;
            }
        }
        return step;
    }

    [[nodiscard]] const StaffId& id(int person) const {
        return organisation_.staff[static_cast<std::size_t>(person)].id;
    }

private:
    [[nodiscard]] Staffing staffing_in(int epoch) const {
        return {organisation_, nothing_said_, epochs_.first_day(epoch)};
    }

    [[nodiscard]] std::size_t index_of(const Staff& person) const {
        return static_cast<std::size_t>(&person - organisation_.staff.data());
    }
    // `likely` is looked at first.
    [[nodiscard]] int index_of(const StaffId& who, const Staff& likely) const {
        if (who.empty()) return -1;
        const Staff* person = who == likely.id ? &likely : organisation_.find_staff(who.value);
        return static_cast<int>(index_of(*person));
    }

    const std::vector<const Staff*>& holders(StaffRole role, const UnitId& unit) {
        const auto [at, fresh] = holders_.try_emplace({unit, role});
        if (fresh) at->second = staffing_in(0).holders(role, unit);
        return at->second;
    }

    [[nodiscard]] static Absence absence(const Staff& person, Day day, bool deputy) {
        const auto leave = std::find_if(person.leave.begin(), person.leave.end(),
                                        [&](const Leave& l) { return l.from <= day && day <= l.to; });
        AW_CHECK(leave != person.leave.end());
        return {person.id, leave->from, leave->to, deputy};
    }

    const Organisation& organisation_;
    const StaffEpochs& epochs_;
    StaffOverlay nothing_said_;
    std::vector<std::vector<int>> stands_in_;  // by epoch and person: who is at work for that person
    std::map<std::pair<UnitId, StaffRole>, std::vector<const Staff*>> holders_;
};

// What follows when a case asks these posts in these windows.
struct Course {
    std::vector<ChainStep> tried;  // in vain
    int answers = -1;              // the one who does answer, or the deputy of one who was tried last
    StaffRole role = StaffRole::UNSPECIFIED;
};

class Walk {
public:
    Walk(const Rules& rules, ChainReport& report)
        : rules_(rules),
          report_(report),
          epochs_(rules.organisation, rules.calendar, rules.calendar.day_of(report.from)),
          roster_(rules.organisation, epochs_) {}

    void leaders() {
        std::size_t levels = 1;
        for (const Severity severity : kSeverities) {
            for (const std::string& grade : report_.grades)
                levels = std::max(levels, chain_roles(rules_.policy, grade, severity).size());
        }
        std::map<Severity, std::vector<AskStretch>> stretches;
        for (const Severity severity : kSeverities)
            stretches[severity] = stretches_of(MilestoneKind::ACKNOWLEDGE, severity, levels);
        for (const UnitId& unit : report_.units) {
            for (const std::string& grade : report_.grades) {
                for (const Severity severity : kSeverities) {
                    const ChainFinding about{
                        .seat = ChainSeat::LEADER, .unit = unit, .grade = grade, .severity = severity};
                    look(about, chain_roles(rules_.policy, grade, severity), stretches[severity]);
                }
            }
        }
    }

    // Only an EMERGENCY has a group, and that is MEDIUM at least.
    void seat(ChainSeat seat, StaffRole role) {
        for (const Severity severity : {Severity::CRITICAL, Severity::HIGH, Severity::MEDIUM}) {
            const auto stretches = stretches_of(MilestoneKind::FORM_GROUP, severity, 1);
            for (const UnitId& unit : report_.units)
                look({.seat = seat, .unit = unit, .severity = severity}, {role}, stretches);
        }
    }

    void operations() {
        const auto stretches = ask_stretches(rules_.calendar, epochs_, report_.from, report_.to, nullptr, 1);
        for (const UnitId& unit : report_.units)
            look({.seat = ChainSeat::OPERATIONS, .unit = unit}, {StaffRole::OPERATIONS}, stretches);
    }

private:
    std::vector<AskStretch> stretches_of(MilestoneKind milestone, Severity severity, std::size_t askings) const {
        return ask_stretches(rules_.calendar, epochs_, report_.from, report_.to,
                             milestone_span(rules_.policy, milestone, severity), askings);
    }

    Course follow(const std::vector<StaffRole>& roles, const UnitId& unit, const std::vector<AskWindow>& windows) {
        Course course;
        std::size_t passed = 0;  // deadlines
        for (const StaffRole role : roles) {
            const AskWindow& window = windows[passed];
            const int person = roster_.first(role, unit, window.asked);
            const int answers = person < 0 ? -1 : roster_.answers(person, window);
            if (answers != person || person < 0) course.tried.push_back(roster_.failure(role, unit, window));
            if (answers >= 0) {
                course.answers = answers;
                course.role = role;
                break;
            }
            if (person >= 0) ++passed;
        }
        return course;
    }

    void look(const ChainFinding& about, const std::vector<StaffRole>& roles, const std::vector<AskStretch>& all) {
        const std::size_t first = report_.findings.size();
        for (const AskStretch& stretch : all) {
            Course course = follow(roles, about.unit, stretch.windows);
            if (course.tried.empty()) continue;
            ChainFinding found = about;
            found.gap = course.answers < 0 && about.seat != ChainSeat::OPERATIONS;
            found.from = stretch.from;
            found.to = stretch.to;
            found.tried = std::move(course.tried);
            if (course.answers >= 0) {
                found.instead = roster_.id(course.answers);
                found.instead_role = course.role;
            }
            ChainFinding* last = report_.findings.size() > first ? &report_.findings.back() : nullptr;
            const bool goes_on = last != nullptr && last->to == found.from && last->tried == found.tried &&
                                 last->instead == found.instead && last->instead_role == found.instead_role;
            if (goes_on) {
                last->to = found.to;
            } else {
                report_.findings.push_back(std::move(found));
            }
        }
    }

    const Rules& rules_;
    ChainReport& report_;
    StaffEpochs epochs_;
    Roster roster_;
};

}  // namespace

bool ChainReport::has_gap() const {
    return std::any_of(findings.begin(), findings.end(), [](const ChainFinding& f) { return f.gap; });
}

ChainReport lint_chains(const Rules& rules, Day from, int days) {
    AW_CHECK(days > 0);
    const Calendar& calendar = rules.calendar;
    ChainReport report;
    report.from = calendar.zone().at(from, 0);
    report.to = calendar.zone().at(from + days, 0);
    for (const Unit& unit : rules.organisation.units) report.units.push_back(unit.id);
    for (const Grade& grade : rules.policy.grade_scheme.grades) report.grades.push_back(grade.id);
    report.grades.emplace_back();
    report.years = years_without_holidays(calendar, from, from + (days - 1));
    Walk walk(rules, report);
    walk.leaders();
    walk.seat(ChainSeat::SALES, StaffRole::KEY_ACCOUNT_MANAGER);
    walk.seat(ChainSeat::AFTER_SALES, StaffRole::SERVICE_HEAD);
    walk.operations();
    return report;
}

}  // namespace aw
