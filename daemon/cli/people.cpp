#include "cli/people.hpp"

#include <algorithm>

#include "core/cases/case_file.hpp"

namespace aw::cli {
namespace {

constexpr Duration kMeasureSpan = std::chrono::days{7};

constexpr Duration kBeforeTarget = std::chrono::minutes{1};

bool is_explained(const Case& view) {
    return view.outcome == Outcome::FALSE_ALARM || view.outcome == Outcome::KNOWN_CHANGE ||
           view.state == CaseState::MERGED;
}

ReportAction report_on(const Case& view) {
    ReportAction report{"found in the talk with the client",
                        "as recorded",
                        "the account's manager",
                        "as recorded",
                        "a better offer",
                        "visits as planned",
                        {}};
    if (view.outcome == Outcome::LOST) report.lost = {"price", "unknown", "answered late"};
    return report;
}

}  // namespace

Event PeopleCommand::event() const {
    Event event;
    event.event_id = event_id;
    event.occurred_at = at;
    event.recorded_at = at;
    event.source = "people";
    if (!report_id.empty()) {
        event.payload = ReportActionEvent{report_id, ReportStep::SUBMIT, actor, {}};
    } else if (complaint_id.empty()) {
        event.payload = CommandEvent{case_id, actor, 0, reason, action};
    } else {
        event.code = code;
        event.payload = ComplaintProgressEvent{complaint_id, ComplaintState::CLOSED, Satisfaction::SATISFIED, 1, true};
    }
    return event;
}

void People::leave_to_input(const ComplaintProgressEvent& progress) {
    input_complaints_.emplace(progress.complaint_id);
}

void People::leave_to_input(const CommandEvent& command) {
    if (!command.case_id.empty()) {
        input_cases_.emplace(command.case_id);
    } else if (const auto* done = std::get_if<DoneAction>(&command.action)) {
        if (const auto root = root_of_id(done->task_id)) input_roots_.insert(*root);
    }
}

bool People::left_to_input(const CaseId& case_id) const {
    if (input_cases_.contains(case_id.value)) return true;
    const auto root = root_of_id(case_id.value);
    return root && input_roots_.contains(*root);
}

void People::plan(Timestamp at, Deed deed, const std::string& id) { queue_.push({at, ++planned_, deed, id}); }

void People::see(const Effect& effect, Timestamp now) {
    if (const auto* task = std::get_if<Task>(&effect)) see_task(*task, now);
    if (const auto* view = std::get_if<Case>(&effect)) see_case(*view, now);
}

void People::see_task(const Task& task, Timestamp now) {
    if (!task.case_id.empty() && left_to_input(task.case_id)) return;
    if (task.state == TaskState::DONE || task.state == TaskState::CANCELLED) {
        owed_.erase(task.task_id.value);
        return;
    }
    Owed& owed = owed_[task.task_id.value];
    owed.task = task;
    if (task.state != TaskState::OPEN || !task.due_at.is_set()) return;
    // A rise of severity brings an earlier deadline, and people with it.
    const Timestamp half = std::max(now, task.opened_at + (task.due_at - task.opened_at) / 2);
    if (owed.planned.is_set() && owed.planned <= half) return;
    owed.planned = half;
    plan(half, Deed::task, task.task_id.value);
}

void People::see_case(const Case& view, Timestamp now) {
    if (left_to_input(view.case_id)) return;
    Known& known = cases_[view.case_id.value];
    known.view = view;
    if (is_explained(view)) {
        cases_.erase(view.case_id.value);
        return;
    }
    const bool planned = view.plan.has_value();
    const bool approved = planned && view.plan->approved_at.is_set();
    if (planned && !approved && !known.approving) {
        known.approving = true;
        plan(now, Deed::approve, view.case_id.value);
    }
    if (approved) known.approving = false;
    const bool filed = view.state == CaseState::REPORT_DUE && view.report && !view.report->approved_at.is_set();
    if (filed && !known.filing) plan(now, Deed::file, view.case_id.value);
    known.filing = filed;
    if (view.outcome != Outcome::UNSPECIFIED) return;
    if (view.proposed_outcome != known.confirming) {
        known.confirming = view.proposed_outcome;
        if (known.confirming != Outcome::UNSPECIFIED) plan(now, Deed::resolve, view.case_id.value);
    }
    for (const Milestone& milestone : view.milestones) {
        const bool target =
            milestone.name == MilestoneKind::RESOLVE && !milestone.breached_at.is_set() && milestone.due_at.is_set();
        if (!target || known.target == milestone.due_at - kBeforeTarget) continue;
        known.target = milestone.due_at - kBeforeTarget;
        plan(std::max(now, known.target), Deed::resolve, view.case_id.value);
    }
}

std::optional<Timestamp> People::next() const {
    if (queue_.empty()) return std::nullopt;
    return queue_.top().at;
}

std::unique_ptr<PeopleCommand> People::act() {
    const Planned planned = queue_.top();
    queue_.pop();
    if (planned.deed == Deed::task) return do_task(planned.at, planned.id);
    const auto known = cases_.find(planned.id);
    if (known == cases_.end()) return nullptr;
    if (planned.deed == Deed::resolve) return end_case(planned.at, known->second);
    auto made = command(planned.at, known->second, known->second.view.owner_staff_id);
    if (made == nullptr) return nullptr;
    if (planned.deed == Deed::approve) {
        made->action = ApprovePlanAction{};
    } else {
        made->action = ApproveReportAction{};
    }
    return made;
}

// A recovery is confirmed as soon as it is proposed; what has not recovered by its target is taken as the client's new
// level, so that a later fall is seen again.
std::unique_ptr<PeopleCommand> People::end_case(Timestamp at, const Known& known) {
    const Case& view = known.view;
    if (view.outcome != Outcome::UNSPECIFIED || view.case_class == CaseClass::WATCH) return nullptr;
    const bool recovered = view.proposed_outcome != Outcome::UNSPECIFIED;
    if (!recovered && at < known.target) return nullptr;
    auto made = command(at, known, view.owner_staff_id);
    if (made == nullptr) return nullptr;
    if (recovered) {
        made->action = ResolveAction{view.proposed_outcome, {}, {}};
        return made;
    }
    made->reason = "the measures are carried out";
    made->action = ResolveAction{Outcome::KNOWN_CHANGE, {}, made->actor};
    return made;
}

// Answered, told to the customer, and to their satisfaction.
std::unique_ptr<PeopleCommand> People::close_complaint(Timestamp at, const Task& task) {
    if (input_complaints_.contains(task.detail)) return nullptr;
    auto made = std::make_unique<PeopleCommand>();
    made->at = at;
    made->event_id = "people-" + task.task_id.value + "-" + std::to_string(++issued_);
    made->complaint_id = task.detail;
    made->code = {task.account_root, 1};
    return made;
}

// The task's detail names the report.
std::unique_ptr<PeopleCommand> People::submit(Timestamp at, const Task& task) {
    auto made = command(at, {}, task.assignee_staff_id);
    if (made != nullptr) made->report_id = task.detail;
    return made;
}

std::unique_ptr<PeopleCommand> People::command(Timestamp at, const Known& known, const StaffId& actor) {
    if (actor.empty()) return nullptr;  // nobody holds that role
    auto made = std::make_unique<PeopleCommand>();
    made->at = at;
    made->event_id = "people-" + known.view.case_id.value + "-" + std::to_string(++issued_);
    made->case_id = known.view.case_id.value;
    made->actor = actor.value;
    return made;
}

std::unique_ptr<PeopleCommand> People::do_task(Timestamp at, const std::string& task_id) {
    const auto found = owed_.find(task_id);
    if (found == owed_.end()) return nullptr;
    const Task& task = found->second.task;
    if (task.kind == TaskKind::ANSWER_COMPLAINT) return close_complaint(at, task);
    if (task.kind == TaskKind::SUBMIT_STATISTICS) return submit(at, task);
    if (task.case_id.empty()) {  // a complaint's: nobody's case
        auto made = command(at, {}, task.assignee_staff_id);
        if (made == nullptr || task.kind != TaskKind::FOLLOW_UP) return nullptr;  // its progress ends the others
        made->text = task.task_id.value;
        made->action = DoneAction{made->text};
        return made;
    }
    const auto known = cases_.find(task.case_id.value);
    if (known == cases_.end()) return nullptr;
    if (task.kind == TaskKind::FORM_GROUP) {  // met when all seats are accepted
        for (const auto& [id, owed] : owed_) {
            if (owed.task.kind == TaskKind::ACCEPT_ROLE && owed.task.case_id == task.case_id) plan(at, Deed::task, id);
        }
        return nullptr;
    }
    if (task.kind == TaskKind::CAUSE_AND_PLAN) return make_plan(at, task, known->second);
    auto made = command(at, known->second, task.assignee_staff_id);
    if (made == nullptr) return nullptr;
    switch (task.kind) {
        case TaskKind::ACKNOWLEDGE:
            made->action = AckAction{};
            break;
        case TaskKind::ACCEPT_ROLE: {
            const auto seat = parse_enum<GroupRole>(task.detail);
            if (!seat) return nullptr;
            made->action = AcceptAction{*seat};
            break;
        }
        case TaskKind::CONTACT_CUSTOMER: {
            const bool executive = known->second.view.severity == Severity::CRITICAL;
            made->action =
                ContactAction{executive ? ContactLevel::EXECUTIVE : ContactLevel::MANAGER, TouchChannel::VISIT};
            break;
        }
        case TaskKind::PROGRESS_UPDATE:
            made->action = UpdateAction{"as planned"};
            break;
        case TaskKind::ANALYSIS_REPORT:
            if (task.detail == kWaitsForClosing) {
                made->action = CloseAction{};
            } else {
                made->action = report_on(known->second.view);
            }
            break;
        default:
            made->text = task.task_id.value;
            made->action = DoneAction{made->text};
            break;
    }
    return made;
}

std::unique_ptr<PeopleCommand> People::make_plan(Timestamp at, const Task& task, const Known& known) {
    const CaseState state = known.view.state;
    auto made = command(at, known, task.assignee_staff_id);
    if (made == nullptr) return nullptr;
    if (state == CaseState::ACKNOWLEDGED || state == CaseState::GROUP_FORMED) {
        made->action = StartAction{};
        plan(at, Deed::task, task.task_id.value);  // the plan itself comes right after
        return made;
    }
    if (state != CaseState::INVESTIGATING && state != CaseState::ACTING) return nullptr;
    made->text = "talk to the client and make a better offer";
    made->action = PlanAction{"found in the talk with the client", {{made->text, made->actor, at + kMeasureSpan}}};
    return made;
}

}  // namespace aw::cli
