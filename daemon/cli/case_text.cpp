// Cases in words: the board, and one case in full.
#include <algorithm>

#include <fmt/format.h>

#include "app/explain_words.hpp"
#include "base/text.hpp"
#include "cli/case_api.hpp"
#include "cli/config_file.hpp"
#include "cli/text_table.hpp"
#include "core/model/value_at_risk.hpp"
#include "settings/scalars.hpp"

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

std::string approval(Timestamp at, const StaffId& by, const TimeZone& zone) {
    return at.is_set() ? fmt::format(", approved {} by {}", when(at, zone), by.value) : ", not approved yet";
}

std::string plan_text(const CasePlan& plan, const TimeZone& zone) {
    std::string text =
        fmt::format("\nplan of {} by {}{}\n  cause: {}\n", when(plan.submitted_at, zone), plan.submitted_by.value,
                    approval(plan.approved_at, plan.approved_by, zone), one_line(plan.cause));
    for (const Countermeasure& measure : plan.countermeasures) {
        text += fmt::format("  - {} ({}, by {})\n", one_line(measure.text), measure.owner_staff_id.value,
                            when(measure.due_at, zone));
    }
    return text;
}

std::string yuan(Money amount) { return settings::format_hundredths(amount.minor, true) + " yuan"; }

// "  word: value", only where there is one.
void add_line(std::string& text, std::string_view word, std::string_view value) {
    if (!value.empty()) text += fmt::format("  {}: {}\n", word, one_line(value));
}

std::string head_text(const Case& view, const TimeZone& zone) {
    std::string text =
        fmt::format("{}  {} ({}), grade {}, unit {}\n", view.case_id.value, account_text(view),
                    format_root(view.account_root), view.grade.empty() ? "none" : view.grade, view.unit_id.value);
    text += fmt::format("{} {}, {}{}, level {}, since {}, version {}\n", name(view.case_class), name(view.severity),
                        name(view.state),
                        view.outcome == Outcome::UNSPECIFIED ? "" : fmt::format(" as {}", name(view.outcome)),
                        view.level, when(view.opened_at, zone), view.version);
    text += "signals: " + kinds_of(view);
    for (std::size_t i = 0; i < view.signals.size(); ++i) {
        text += fmt::format("{}{}", i == 0 ? " (" : ", ", view.signals[i].value);
    }
    text += view.signals.empty() ? "\n" : ")\n";
    text += fmt::format(
        "owner: {}{}\n", view.owner_staff_id.empty() ? "nobody" : view.owner_staff_id.value,
        view.leader_role == StaffRole::UNSPECIFIED ? "" : fmt::format("; led by the {}", name(view.leader_role)));
    if (view.revenue_at_risk != Money{}) text += fmt::format("at risk: {} a year\n", yuan(view.revenue_at_risk));
    if (view.probability > 0) text += fmt::format("probability: {:.3g}\n", view.probability);
    if (view.proposed_outcome != Outcome::UNSPECIFIED) {
        text += fmt::format("proposed outcome: {}\n", name(view.proposed_outcome));
    }
    if (view.suspended_until.is_set()) text += fmt::format("rests until: {}\n", when(view.suspended_until, zone));
    if (!view.merged_into.empty()) text += fmt::format("goes on in: {}\n", view.merged_into.value);
    if (view.reopen_count > 0) text += fmt::format("reopened: {}\n", view.reopen_count);
    if (!view.complaint_ids.empty()) {
        text += fmt::format("complaints: {}\n", one_line(fmt::format("{}", fmt::join(view.complaint_ids, ", "))));
    }
    return text;
}

std::string group_text(const Case& view) {
    TextTable group({"SEAT", "ROLE", "WHO", "STATE"});
    for (const GroupMember& member : view.group) {
        group.add({std::string(name(member.group_role)), std::string(name(member.role)), member.staff_id.value,
                   std::string(name(member.state))});
    }
    return section("group", group);
}

std::string milestones_text(const Case& view, const TimeZone& zone) {
    TextTable milestones({"MILESTONE", "DUE", "MET", "BREACHED"});
    for (const Milestone& milestone : view.milestones) {
        std::string breached = when(milestone.breached_at, zone);
        if (milestone.fired_late_s > 0) breached += fmt::format(" (noticed {} s later)", milestone.fired_late_s);
        milestones.add(
            {std::string(name(milestone.name)), when(milestone.due_at, zone), when(milestone.met_at, zone), breached});
    }
    return section("milestones", milestones);
}

std::string tasks_text(std::vector<Task> owed, const TimeZone& zone) {
    by_due_time(owed);
    TextTable tasks({"TASK", "WHAT", "BY", "DUE", "DETAIL"});
    for (const Task& task : owed) {
        tasks.add(
            {task.task_id.value, std::string(name(task.kind)), who(task), due_text(task, zone), one_line(task.detail)});
    }
    return section("open tasks", tasks);
}

std::string contacts_text(const Case& view, const TimeZone& zone) {
    TextTable contacts({"WHEN", "LEVEL", "HOW", "WHO"});
    for (const CustomerContact& contact : view.contacts) {
        contacts.add({when(contact.at, zone), std::string(name(contact.level)),
                      contact.channel == TouchChannel::UNSPECIFIED ? "" : std::string(name(contact.channel)),
                      contact.staff_id.value});
    }
    return section("contacts with the client", contacts);
}

std::string offers_text(const Case& view, const TimeZone& zone) {
    TextTable offers({"WHEN", "WHO", "AMOUNT", "APPROVAL", "WHAT"});
    for (const Offer& offer : view.offers) {
        offers.add({when(offer.at, zone), offer.staff_id.value, yuan(offer.amount),
                    offer.approval == OfferApproval::UNSPECIFIED ? "" : std::string(name(offer.approval)),
                    one_line(offer.text)});
    }
    return section("offers", offers);
}

std::string report_text(const CaseReport& report, const TimeZone& zone) {
    std::string text = fmt::format("\nreport of {} by {}{}\n", when(report.submitted_at, zone),
                                   report.submitted_by.value, approval(report.approved_at, report.approved_by, zone));
    add_line(text, "cause", report.cause);
    add_line(text, "course", report.course);
    add_line(text, "responsible", report.responsible);
    add_line(text, "conclusion", report.conclusion);
    add_line(text, "countermeasures", report.countermeasures);
    add_line(text, "prevention", report.prevention);
    return text;
}

std::string lost_text(const Lost& lost) {
    std::string text;
    add_line(text, "reason", lost.reason);
    add_line(text, "destination", lost.destination);
    add_line(text, "own shortcomings", lost.own_shortcomings);
    return text.empty() ? text : "\nlost\n" + text;
}

std::string ledger_text(const EvidenceLedger& ledger, const TimeZone& zone) {
    std::string text;
    add_line(text, "detected", when(ledger.detected_at, zone));
    add_line(text, "notified", when(ledger.notified_at, zone));
    add_line(text, "acknowledged", when(ledger.acked_at, zone));
    add_line(text, "reported", when(ledger.reported_at, zone));
    add_line(text, "analysed", when(ledger.analysed_at, zone));
    if (ledger.unreported_churn) text += "  the loss was not reported\n";
    if (ledger.accountability) text += "  somebody is accountable\n";
    return text.empty() ? text : "\nledger\n" + text;
}

}  // namespace

std::string board_text(std::vector<BoardCase> cases, BoardOrder order, const TimeZone& zone) {
    if (cases.empty()) return "no open cases\n";
    std::stable_sort(cases.begin(), cases.end(), [&](const BoardCase& a, const BoardCase& b) {
        const auto severity = b.view.severity <=> a.view.severity;
        const auto value = value_at_risk(b.view).minor <=> value_at_risk(a.view).minor;
        const auto first = order == BoardOrder::kSeverity ? severity : value;
        const auto second = order == BoardOrder::kSeverity ? value : severity;
        if (first != 0) return first < 0;
        return second != 0 ? second < 0 : a.view.opened_at < b.view.opened_at;
    });
    TextTable table({"CASE", "ACCOUNT", "SEVERITY", "AT RISK", "WHY", "SINCE", "STATE", "OWED", "BY", "DUE"});
    for (BoardCase& one : cases) {
        by_due_time(one.owed);
        const Case& view = one.view;
        std::vector<std::string> row = {view.case_id.value,
                                        account_text(view),
                                        std::string(name(view.severity)),
                                        app::money_text(value_at_risk(view).minor),
                                        kinds_of(view),
                                        when(view.opened_at, zone),
                                        std::string(name(view.state))};
        const std::size_t shown = std::min(kOwedShown, one.owed.size());
        for (std::size_t i = 0; i < shown; ++i) {
            row.resize(7);
            row.insert(row.end(), {std::string(name(one.owed[i].kind)), who(one.owed[i]), due_text(one.owed[i], zone)});
            table.add(std::exchange(row, {}));
        }
        if (shown == 0) table.add(row);
        if (shown < one.owed.size()) {
            table.add({"", "", "", "", "", "", "", fmt::format("and {} more", one.owed.size() - shown)});
        }
    }
    return table.text() +
           fmt::format("{} {}; times are {}\n", cases.size(), cases.size() == 1 ? "case" : "cases", zone.name());
}

std::string case_text(const BoardCase& about, const TimeZone& zone) {
    const Case& view = about.view;
    std::string text = head_text(view, zone);
    if (!view.group.empty()) text += group_text(view);
    if (!view.milestones.empty()) text += milestones_text(view, zone);
    if (!about.owed.empty()) text += tasks_text(about.owed, zone);
    if (view.plan) text += plan_text(*view.plan, zone);
    if (!view.contacts.empty()) text += contacts_text(view, zone);
    if (!view.offers.empty()) text += offers_text(view, zone);
    if (view.report) text += report_text(*view.report, zone);
    text += lost_text(view.lost) + ledger_text(view.ledger, zone);
    return text + fmt::format("\ntimes are {}\n", zone.name());
}

}  // namespace aw::cli
