#include "app/timeline.hpp"

#include <algorithm>

#include "base/overloaded.hpp"
#include "base/text.hpp"
#include "codec/output_decoder.hpp"

namespace aw::app {
namespace {

using eventlog::Topic;

constexpr std::size_t kTextBytes = 400;

std::string joined(std::initializer_list<std::string_view> parts) {
    std::string text;
    for (const std::string_view part : parts) {
        if (part.empty() || part == "UNSPECIFIED") continue;
        if (!text.empty()) text += ", ";
        text += part;
    }
    return one_line(text, kTextBytes);
}

// What an event says, in a few words; daily business (shipments, invoices, pickups) is not told one by one.
struct Told {
    bool worth = false;
    std::string id;
    std::string staff;
    std::string text;
};

Told told(const EventPayload& payload) {
    const auto say = [](std::string_view id, std::string_view staff, std::initializer_list<std::string_view> parts) {
        return Told{true, std::string(id), std::string(staff), joined(parts)};
    };
    return std::visit(
        Overloaded{
            [&](const AccountEvent& e) {
                return say(e.unit_id, {}, {name(e.operation), e.name, name(e.importance), e.closed_on ? "closed" : ""});
            },
            [&](const TouchpointEvent& e) {
                return say(e.touchpoint_id, e.staff_id, {name(e.channel), name(e.purpose), name(e.finding)});
            },
            [&](const OpinionEvent& e) {
                return say({}, {}, {name(e.kind), e.topic});
            },
            [&](const ComplaintEvent& e) {
                return say(e.complaint_id, {}, {name(e.category), name(e.severity), e.demand});
            },
            [&](const ComplaintProgressEvent& e) {
                return say(e.complaint_id, {}, {name(e.state), name(e.satisfaction)});
            },
            [&](const CompetitorSightingEvent& e) {
                return say({}, {}, {e.competitor, name(e.evidence), e.business_line});
            },
            [&](const ContactChangeEvent& e) {
                return say(e.new_contact_id, {}, {name(e.role), "changed"});
            },
            [&](const ServiceFailureEvent& e) { return say({}, {}, {name(e.stage)}); },
            [&](const ContractEvent& e) { return say(e.contract_id, {}, {}); },
            [&](const ManualSignalEvent& e) {
                return say({}, e.staff_id, {name(e.kind), name(e.severity), e.reason});
            },
            [](const auto&) { return Told{}; },
        },
        payload);
}

}  // namespace

Timeline::Timeline(AccountRoot root, CaseId case_id)
    : root_(root), digits_(format_root(root)), case_id_(std::move(case_id)) {}

void Timeline::add(TimelineEntry entry) {
    if (!case_id_.empty() && entry.case_id != case_id_) return;
    entries_.push_back(std::move(entry));
}

void Timeline::take(Topic topic, const eventlog::Record& record) {
    if (record.tombstone) return;
    if (topic == Topic::notices) {
        if (record.value.find(digits_) == std::string_view::npos) return;  // nearly all of them
        const auto notice = decode_notice(record.value);
        if (!notice || notice->account_root != root_) return;
        return add({notice->created_at, "NOTICE", std::string(name(notice->reason)), notice->notice_id, notice->case_id,
                    notice->severity, notice->recipient_staff_id, notice->subject});
    }
    if (!record.key.starts_with(digits_)) return;
    if (topic == Topic::events) return take_event(record.value);
    if (topic == Topic::signals) {
        const auto signal = decode_signal(record.value);
        if (!signal || signal->account_root != root_) return;
        const std::string text = signal->reasons.empty() ? std::string() : signal->reasons.front().text;
        return add({signal->detected_at,
                    "SIGNAL",
                    std::string(name(signal->kind)),
                    signal->signal_id.value,
                    signal->case_id,
                    signal->severity,
                    {},
                    text});
    }
    if (topic == Topic::decisions) {
        const auto decision = decode_decision(record.value);
        if (!decision || decision->account_root != root_) return;
        return add({decision->at,
                    "DECISION",
                    std::string(name(decision->outcome)) + " " + decision->code,
                    decision->decision_id,
                    decision->case_id,
                    Severity::UNSPECIFIED,
                    {},
                    decision->text});
    }
    if (topic == Topic::cases) {
        if (auto view = decode_case(record.value); view && view->account_root == root_)
            cases_[view->case_id.value] = *std::move(view);
    } else if (topic == Topic::tasks) {
        if (auto task = decode_task(record.value); task && task->account_root == root_)
            tasks_[task->task_id.value] = *std::move(task);
    }
}

void Timeline::take_event(std::string_view value) {
    if (!case_id_.empty()) return;  // an event belongs to no case
    const auto decoded = decoder_.decode(value);
    if (!decoded) return;
    const Event& event = **decoded;
    Told what = told(event.payload);
    if (!what.worth) return;
    add({event.occurred_at,
         "EVENT",
         std::string(payload_name(event.payload)),
         std::move(what.id),
         {},
         Severity::UNSPECIFIED,
         StaffId(std::move(what.staff)),
         std::move(what.text)});
}

void Timeline::tell(const Case& view) {
    const auto at = [&](Timestamp when, std::string kind, std::string text) {
        if (when.is_set())
            add({when, "CASE", std::move(kind), view.case_id.value, view.case_id, view.severity, view.owner_staff_id,
                 std::move(text)});
    };
    at(view.opened_at, "OPENED", std::string(name(view.case_class)));
    for (const Milestone& milestone : view.milestones) {
        const std::string what(name(milestone.name));
        at(milestone.met_at, what + " met", "");
        at(milestone.breached_at, what + " breached", "");
    }
    if (view.outcome != Outcome::UNSPECIFIED || view.state == CaseState::CLOSED)
        at(view.updated_at, std::string(name(view.state)), joined({name(view.outcome)}));
}

void Timeline::tell(const Task& task) {
    const auto at = [&](Timestamp when, const char* what) {
        if (when.is_set())
            add({when, "TASK", std::string(name(task.kind)) + " " + what, task.task_id.value, task.case_id,
                 Severity::UNSPECIFIED, task.assignee_staff_id, one_line(task.detail, kTextBytes)});
    };
    at(task.opened_at, "opened");
    at(task.closed_at, task.state == TaskState::CANCELLED ? "cancelled" : "done");
}

std::vector<TimelineEntry> Timeline::entries() && {
    for (const auto& [id, view] : cases_) tell(view);
    for (const auto& [id, task] : tasks_) tell(task);
    std::stable_sort(entries_.begin(), entries_.end(),
                     [](const TimelineEntry& a, const TimelineEntry& b) { return a.at < b.at; });
    return std::move(entries_);
}

}  // namespace aw::app
