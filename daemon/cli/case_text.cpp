// Cases in words: the board, and one case in full.
#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"
#include "cli/case_api.hpp"
#include "cli/config_file.hpp"
#include "cli/text_table.hpp"

namespace aw::cli {
namespace {

constexpr std::size_t kOwedShown = 3;  // of each case on the board

std::string kinds_of(const Case& view) {
    std::string text;
    for (const SignalKind kind : view.kinds) text += (text.empty() ? "" : ", ") + std::string(name(kind));
    return text;
}

std::string when(Timestamp at, const TimeZone& zone) { return at.is_set() ? local_minute(at, zone) : ""; }

std::string who(const Task& task) {
    if (!task.assignee_staff_id.empty()) return task.assignee_staff_id.value;
    return task.assignee_role == StaffRole::UNSPECIFIED
               ? "nobody"
               : fmt::format("nobody ({} is vacant)", name(task.assignee_role));
}

void by_due_time(std::vector<Task>& tasks) {
    std::stable_sort(tasks.begin(), tasks.end(), [](const Task& a, const Task& b) {
        if (a.due_at.is_set() != b.due_at.is_set()) return a.due_at.is_set();
        return a.due_at < b.due_at;
    });
}

std::string due_text(const Task& task, const TimeZone& zone) {
    const std::string due = when(task.due_at, zone);
    return task.state == TaskState::OVERDUE ? due + " OVERDUE" : due;
}

std::string account_text(const Case& view) {
    const std::string name = one_line(view.account_name);
    const std::string root = format_root(view.account_root);
    return name.empty() || name == root ? root : name;
}

std::string section(const std::string& title, const TextTable& table) {
    std::string text = "\n" + title + "\n";
    std::string rows = table.text();
    for (std::size_t at = 0; at < rows.size();) {
        const std::size_t end = rows.find('\n', at);
        text += "  " + rows.substr(at, end - at) + "\n";
        at = end + 1;
    }
    return text;
}

std::string plan_text(const CasePlan& plan, const TimeZone& zone) {
    std::string text =
        fmt::format("\nplan of {} by {}{}\n  cause: {}\n", when(plan.submitted_at, zone), plan.submitted_by.value,
                    plan.approved_at.is_set()
                        ? fmt::format(", approved {} by {}", when(plan.approved_at, zone), plan.approved_by.value)
                        : ", not approved yet",
                    one_line(plan.cause));
    for (const Countermeasure& measure : plan.countermeasures) {
        text += fmt::format("  - {} ({}, by {})\n", one_line(measure.text), measure.owner_staff_id.value,
                            when(measure.due_at, zone));
    }
    return text;
}

}  // namespace

std::string board_text(std::vector<BoardCase> cases, const TimeZone& zone) {
    if (cases.empty()) return "no open cases\n";
    std::stable_sort(cases.begin(), cases.end(), [](const BoardCase& a, const BoardCase& b) {
        if (a.view.severity != b.view.severity) return a.view.severity > b.view.severity;
        return a.view.opened_at < b.view.opened_at;
    });
    TextTable table({"CASE", "ACCOUNT", "SEVERITY", "WHY", "SINCE", "STATE", "OWED", "BY", "DUE"});
    for (BoardCase& one : cases) {
        by_due_time(one.owed);
        const Case& view = one.view;
        std::vector<std::string> row = {
            view.case_id.value, account_text(view),         std::string(name(view.severity)),
            kinds_of(view),     when(view.opened_at, zone), std::string(name(view.state))};
        const std::size_t shown = std::min(kOwedShown, one.owed.size());
        for (std::size_t i = 0; i < shown; ++i) {
            row.resize(6);
            row.insert(row.end(), {std::string(name(one.owed[i].kind)), who(one.owed[i]), due_text(one.owed[i], zone)});
            table.add(std::exchange(row, {}));
        }
        if (shown == 0) table.add(row);
        if (shown < one.owed.size()) {
            table.add({"", "", "", "", "", "", fmt::format("and {} more", one.owed.size() - shown)});
        }
    }
    return table.text() +
           fmt::format("{} {}; times are {}\n", cases.size(), cases.size() == 1 ? "case" : "cases", zone.name());
}

std::string case_text(const BoardCase& about, const TimeZone& zone) {
    const Case& view = about.view;
    std::string text =
        fmt::format("{}  {} ({}), grade {}, unit {}\n", view.case_id.value, account_text(view),
                    format_root(view.account_root), view.grade.empty() ? "none" : view.grade, view.unit_id.value);
    text += fmt::format("{} {}, {}{}, level {}, since {}, version {}\n", name(view.case_class), name(view.severity),
                        name(view.state),
                        view.outcome == Outcome::UNSPECIFIED ? "" : fmt::format(" as {}", name(view.outcome)),
                        view.level, when(view.opened_at, zone), view.version);
    text += "signals: " + kinds_of(view) + "\n";
    text += fmt::format("owner: {}\n", view.owner_staff_id.empty() ? "nobody" : view.owner_staff_id.value);
    if (!view.group.empty()) {
        TextTable group({"SEAT", "ROLE", "WHO", "STATE"});
        for (const GroupMember& member : view.group) {
            group.add({std::string(name(member.group_role)), std::string(name(member.role)), member.staff_id.value,
                       std::string(name(member.state))});
        }
        text += section("group", group);
    }
    if (!view.milestones.empty()) {
        TextTable milestones({"MILESTONE", "DUE", "MET", "BREACHED"});
        for (const Milestone& milestone : view.milestones) {
            milestones.add({std::string(name(milestone.name)), when(milestone.due_at, zone),
                            when(milestone.met_at, zone), when(milestone.breached_at, zone)});
        }
        text += section("milestones", milestones);
    }
    if (!about.owed.empty()) {
        std::vector<Task> owed = about.owed;
        by_due_time(owed);
        TextTable tasks({"TASK", "WHAT", "BY", "DUE", "DETAIL"});
        for (const Task& task : owed) {
            tasks.add({task.task_id.value, std::string(name(task.kind)), who(task), due_text(task, zone),
                       one_line(task.detail)});
        }
        text += section("owed", tasks);
    }
    if (view.plan) text += plan_text(*view.plan, zone);
    if (!view.contacts.empty()) {
        TextTable contacts({"WHEN", "LEVEL", "HOW", "WHO"});
        for (const CustomerContact& contact : view.contacts) {
            contacts.add({when(contact.at, zone), std::string(name(contact.level)), std::string(name(contact.channel)),
                          contact.staff_id.value});
        }
        text += section("contacts with the client", contacts);
    }
    return text + fmt::format("\ntimes are {}\n", zone.name());
}

}  // namespace aw::cli
