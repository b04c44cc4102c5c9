#include "core/cases/complaint_desk.hpp"

#include <algorithm>

#include "base/check.hpp"
#include "core/policy/grading.hpp"
#include "core/cases/notice_text.hpp"

namespace aw {
namespace {

// The steps of R72 in their order; ACCEPTED and REJECTED are the supervisor's ruling of R73, after the recording.
int rank(ComplaintState state) {
    switch (state) {
        case ComplaintState::RECORDED:
            return 1;
        case ComplaintState::ACCEPTED:
        case ComplaintState::REJECTED:
            return 2;
        case ComplaintState::ACKED_TO_CUSTOMER:
            return 3;
        case ComplaintState::INVESTIGATING:
            return 4;
        case ComplaintState::SOLUTION_PROPOSED:
            return 5;
        case ComplaintState::ANSWERED:
            return 6;
        case ComplaintState::FOLLOW_UP:
            return 7;
        case ComplaintState::CLOSED:
            return 8;
        default:
            return 0;
    }
}

// The ruling and the word to the customer may come in either order.
bool goes_on(ComplaintState from, ComplaintState to) {
    const bool ruling = to == ComplaintState::ACCEPTED || to == ComplaintState::REJECTED;
    return rank(to) >= rank(from) || (ruling && rank(from) < rank(ComplaintState::INVESTIGATING));
}

bool told(Satisfaction satisfaction) {
    return satisfaction == Satisfaction::SATISFIED || satisfaction == Satisfaction::DISSATISFIED;
}

// What is still owed about the complaint is the case's business from now on.
void hand_to(const CaseRecord* record, const Complaint& complaint, Desk& desk) {
    if (record == nullptr) return;
    for (Obligation& o : desk.file().obligations) {
        if (!o.is_open() || o.complaint_id != complaint.complaint_id || !o.task.case_id.empty()) continue;
        o.task.case_id = record->view.case_id;
        desk.book().emit(o);
    }
}

// The case went out with the signal of this very event; it is told once, with the clocks that came with it.
void show_clocks(CaseRecord* record, Desk& desk, CaseDesk& cases) {
    if (record == nullptr || !record->is_live()) return;
    Effects& effects = desk.effects();
    const auto sent = std::find_if(effects.rbegin(), effects.rend(), [&](const Effect& effect) {
        const auto* view = std::get_if<Case>(&effect);
        return view != nullptr && view->case_id == record->view.case_id;
    });
    if (sent == effects.rend()) return;
    effects.erase(std::next(sent).base());
    --record->view.version;
    cases.refresh(CaseId(record->view.case_id));
}

}  // namespace

CaseRecord* ComplaintDesk::case_of(const Complaint& complaint) {
    for (auto record = file_.cases.rbegin(); record != file_.cases.rend(); ++record) {
        const auto& ids = record->view.complaint_ids;
        if (std::find(ids.begin(), ids.end(), complaint.complaint_id) != ids.end()) return &*record;
    }
    return nullptr;
}

// What was owed about complaints that are no longer remembered.
void ComplaintDesk::forget_old() {
    const auto forgotten = [&](const Obligation& o) {
        return !o.complaint_id.empty() && o.task.case_id.empty() && file_.find_complaint(o.complaint_id) == nullptr;
    };
    for (Obligation& o : file_.obligations) {
        if (forgotten(o)) desk_.book().finish(o, TaskState::CANCELLED);
    }
    std::erase_if(file_.obligations, forgotten);
}

void ComplaintDesk::received(Complaint& complaint) {
    forget_old();
    CaseRecord* record = case_of(complaint);
    const Policy& policy = desk_.policy();
    bool known = false;
    for (Obligation& o : file_.obligations) {
        if (o.complaint_id != complaint.complaint_id) continue;
        known = true;
        const Span* span = milestone_span(policy, o.milestone, complaint.severity);
        if (span != nullptr) desk_.book().pull_forward(o, *span);
    }
    if (known) {
        hand_to(record, complaint, desk_);
        return show_clocks(record, desk_, cases_);
    }
    const StaffId service = desk_.first(StaffRole::SERVICE_HEAD);
    const auto duty = [&](TaskKind task, MilestoneKind milestone, const Span& span) {
        return Duty{.case_id = record == nullptr ? CaseId{} : record->view.case_id,
                    .kind = task,
                    .who = service,
                    .role = StaffRole::SERVICE_HEAD,
                    .span = span,
                    .milestone = milestone,
                    .detail = complaint.complaint_id,
                    .complaint_id = complaint.complaint_id};
    };
    // R78: the first reply, by the complaint's own severity. A case that it opened owes the same first contact.
    const bool owed =
        record != nullptr && record->live_since == desk_.now() && file_.any(*record, [](const Obligation& o) {
            return o.milestone == MilestoneKind::FIRST_CONTACT && o.is_open() && o.complaint_id.empty();
        });
    if (const Span* span = milestone_span(policy, MilestoneKind::FIRST_CONTACT, complaint.severity);
        span != nullptr && !owed) {
        const Obligation& task =
            desk_.book().owe(duty(TaskKind::CONTACT_CUSTOMER, MilestoneKind::FIRST_CONTACT, *span));
        desk_.notify(service, NoticeReason::TASK_ASSIGNED, record, &task);
    }
    // R77: seven calendar days from the receipt, whenever it was told to us.
    if (const Span* span = milestone_span(policy, MilestoneKind::ANSWER_COMPLAINT, complaint.severity)) {
        const Obligation& task = desk_.book().owe_since(
            duty(TaskKind::ANSWER_COMPLAINT, MilestoneKind::ANSWER_COMPLAINT, *span), complaint.received_at);
        desk_.notify(service, NoticeReason::TASK_ASSIGNED, record, &task);
    }
    // R79: the supervising department knows of every complaint from the beginning ...
    desk_.notify(desk_.first(StaffRole::QUALITY), NoticeReason::FILING, record, nullptr,
                 {.signal = SignalKind::COMPLAINT, .detail = complaint.complaint_id});
    show_clocks(record, desk_, cases_);
}

// R72: forward only, and no solution without an investigation. A source that reports only the answer may do so.
CommandResult ComplaintDesk::allowed(const Complaint& complaint, const ComplaintProgressEvent& step) const {
    if (!complaint.is_open()) return refuse(RejectionCode::ILLEGAL_TRANSITION, Why::COMPLAINT_IS_CLOSED);
    if (!goes_on(complaint.state, step.state)) {
        return refuse(RejectionCode::ILLEGAL_TRANSITION, Why::STEP_BACK, std::string(name(step.state)),
                      std::string(name(complaint.state)));
    }
    const bool to_solution = rank(step.state) > rank(ComplaintState::INVESTIGATING);
    const bool steps_told =
        complaint.state != ComplaintState::UNSPECIFIED || step.state == ComplaintState::SOLUTION_PROPOSED;
    if (to_solution && steps_told && !complaint.investigated && !complaint.customer_cause &&
        !complaint.answered_at.is_set()) {
        return refuse(RejectionCode::ILLEGAL_TRANSITION, Why::NOT_INVESTIGATED);
    }
    // R74: the answer waits for whoever approves the report on it.
    const auto waits_for = approver(complaint);
    if (rank(step.state) >= rank(ComplaintState::ANSWERED) && waits_for) {
        return refuse(RejectionCode::APPROVER_REQUIRED, Why::APPROVAL_MISSING, std::string(name(*waits_for)));
    }
    if (step.state != ComplaintState::CLOSED) return {};
    const Satisfaction satisfaction =
        step.satisfaction == Satisfaction::UNSPECIFIED ? complaint.satisfaction : step.satisfaction;
    const bool informed = complaint.informed || step.customer_informed.value_or(false) || told(satisfaction);
    // R73: also where it was the customer's own cause.
    if (complaint.customer_cause && !complaint.answered_at.is_set())
        return refuse(RejectionCode::NOT_SATISFIED, Why::NOT_ANSWERED);
    const int attempts = std::max(complaint.contact_attempts, step.contact_attempts);
    const bool in_vain =
        satisfaction == Satisfaction::UNREACHED && attempts >= desk_.policy().complaints.failed_contacts;
    if (satisfaction != Satisfaction::SATISFIED && !in_vain) {
        return refuse(RejectionCode::NOT_SATISFIED, Why::NOT_SATISFIED,
                      std::to_string(desk_.policy().complaints.failed_contacts));
    }
    if (!informed && !in_vain) return refuse(RejectionCode::NOT_SATISFIED, Why::NOT_TOLD);
    return {};
}

void ComplaintDesk::progress(const ComplaintProgressEvent& step) {
    Complaint* complaint = file_.find_complaint(step.complaint_id);
    if (complaint == nullptr) {
        return desk_.reject(
            DecisionKind::GUARD,
            {RejectionCode::UNKNOWN_CASE, Why::NO_SUCH_COMPLAINT, std::string(step.complaint_id)}, {});
    }
    const CaseRecord* record = case_of(*complaint);
    const CaseId case_id = record == nullptr ? CaseId{} : record->view.case_id;
    const std::vector<NamedValue> what = {{"complaint_id", complaint->complaint_id},
                                          {"complaint_state", std::string(name(step.state))}};
    if (auto verdict = allowed(*complaint, step); !verdict)
        return desk_.reject(DecisionKind::GUARD, verdict.error(), case_id, what);
    const bool proposed = step.state == ComplaintState::SOLUTION_PROPOSED && complaint->state != step.state;
    complaint->state = step.state;
    if (step.satisfaction != Satisfaction::UNSPECIFIED) complaint->satisfaction = step.satisfaction;
    complaint->contact_attempts = std::max(complaint->contact_attempts, step.contact_attempts);
    if (step.state == ComplaintState::ACCEPTED || step.state == ComplaintState::REJECTED)  // the last ruling counts
        complaint->customer_cause = step.state == ComplaintState::REJECTED;
    complaint->investigated = complaint->investigated || step.state == ComplaintState::INVESTIGATING;
    complaint->informed = complaint->informed || step.customer_informed.value_or(false) || told(step.satisfaction);
    if (rank(step.state) >= rank(ComplaintState::ANSWERED) && !complaint->answered_at.is_set())
        complaint->answered_at = desk_.now();
    desk_.decide(DecisionKind::CASE, DecisionOutcome::ACCEPTED, std::string(name(step.state)), case_id, {}, what);
    if (proposed) ask_for_approval(*complaint);
    // R78: a reply to the customer; what goes on in the house is none.
    if (step.state == ComplaintState::ACKED_TO_CUSTOMER || complaint->answered_at.is_set() || complaint->informed)
        finish(*complaint, MilestoneKind::FIRST_CONTACT, TaskState::DONE);
    // R77 counts the telling, not only the internal closing.
    if (complaint->answered_at.is_set() && complaint->informed)
        finish(*complaint, MilestoneKind::ANSWER_COMPLAINT, TaskState::DONE);
    if (step.state == ComplaintState::CLOSED) close(*complaint);
    cases_.refresh(case_id);
}

// A customer whose own cause it was is answered at once (R73); what has been answered needs nobody's leave any more.
std::optional<StaffRole> ComplaintDesk::approver(const Complaint& complaint) const {
    const auto& posts = desk_.policy().complaints.approvals;
    const auto given = static_cast<std::size_t>(complaint.approvals);
    if (given >= posts.size() || complaint.customer_cause || complaint.answered_at.is_set()) return std::nullopt;
    return posts[given];
}

CommandResult ComplaintDesk::may_approve(const Complaint& complaint, const StaffId& staff) const {
    if (desk_.staffing().organisation().find_staff(staff.value) == nullptr)
        return refuse(RejectionCode::UNKNOWN_ACTOR, Why::NO_SUCH_STAFF, staff.value);
    if (!complaint.is_open()) return refuse(RejectionCode::ILLEGAL_TRANSITION, Why::COMPLAINT_IS_CLOSED);
    const auto post = approver(complaint);
    if (!post) return refuse(RejectionCode::ILLEGAL_TRANSITION, Why::NOTHING_TO_APPROVE);
    if (complaint.state != ComplaintState::SOLUTION_PROPOSED)
        return refuse(RejectionCode::ILLEGAL_TRANSITION, Why::NO_SOLUTION);
    const auto holders = desk_.candidates(*post);
    if (std::find(holders.begin(), holders.end(), staff) == holders.end())
        return refuse(RejectionCode::FORBIDDEN, Why::ANOTHERS_APPROVAL, std::string(name(*post)));
    return {};
}

void ComplaintDesk::approve(Complaint& complaint, const StaffId& staff) {
    const CaseRecord* record = case_of(complaint);
    const CaseId case_id = record == nullptr ? CaseId{} : record->view.case_id;
    std::vector<NamedValue> what = {{"complaint_id", complaint.complaint_id}, {"actor_staff_id", staff.value}};
    if (auto verdict = may_approve(complaint, staff); !verdict)
        return desk_.reject(DecisionKind::GUARD, verdict.error(), case_id, std::move(what));
    what.push_back({"role", std::string(name(*approver(complaint)))});
    desk_.decide(DecisionKind::CASE, DecisionOutcome::ACCEPTED, "APPROVED", case_id, {}, std::move(what));
    ++complaint.approvals;
    if (approver(complaint)) return ask_for_approval(complaint);
    for (const Obligation& o : file_.obligations) {  // whoever owes the answer may give it now
        if (!o.is_open() || o.complaint_id != complaint.complaint_id) continue;
        if (o.milestone == MilestoneKind::ANSWER_COMPLAINT)
            desk_.notify(o.task.assignee_staff_id, NoticeReason::REMINDER, record, &o);
    }
}

void ComplaintDesk::ask_for_approval(const Complaint& complaint) {
    const auto post = approver(complaint);
    if (!post) return;
    const CaseRecord* record = case_of(complaint);
    const StaffId who = desk_.first(*post);
    if (who.empty())
        return desk_.notify_operations(NoticeReason::ROLE_UNFILLED, record, {.detail = std::string(name(*post))});
    desk_.notify(who, NoticeReason::REPORT_READY, record, nullptr,
                 {.waits_for = std::string(kWaitsForApproval), .detail = complaint.complaint_id});
}

void ComplaintDesk::finish(const Complaint& complaint, MilestoneKind milestone, TaskState state) {
    for (Obligation& o : file_.obligations) {
        if (o.complaint_id == complaint.complaint_id && o.milestone == milestone) desk_.book().finish(o, state);
    }
}

void ComplaintDesk::close(Complaint& complaint) {
    complaint.closed_at = desk_.now();
    finish(complaint, MilestoneKind::FIRST_CONTACT, TaskState::DONE);
    finish(complaint, MilestoneKind::ANSWER_COMPLAINT, TaskState::DONE);
    const CaseRecord* record = case_of(complaint);
    // ... to the end (R79); and the customer is asked again for a while.
    desk_.notify(desk_.first(StaffRole::QUALITY), NoticeReason::FILING, record, nullptr,
                 {.signal = SignalKind::COMPLAINT, .detail = complaint.complaint_id + " CLOSED"});
    for (const MilestoneRule& rule : desk_.policy().milestones) {
        if (rule.kind != MilestoneKind::FOLLOW_UP || rule.severity != complaint.severity) continue;
        desk_.book().owe({.case_id = {},
                          .kind = TaskKind::FOLLOW_UP,
                          .who = desk_.first(StaffRole::SERVICE_HEAD),
                          .role = StaffRole::SERVICE_HEAD,
                          .span = rule.span,
                          .milestone = MilestoneKind::FOLLOW_UP,
                          .detail = complaint.complaint_id,
                          .complaint_id = complaint.complaint_id});
    }
}

void ComplaintDesk::timer(Obligation& obligation, std::int64_t late_s) {
    AW_CHECK(obligation.is_open());
    Complaint* complaint = file_.find_complaint(obligation.complaint_id);
    CaseRecord* record = complaint == nullptr ? nullptr : case_of(*complaint);
    const StaffId who = obligation.task.assignee_staff_id;
    switch (desk_.book().fire(obligation, late_s)) {
        case ObligationBook::Fired::warning:
            return desk_.notify(who, NoticeReason::DEADLINE_WARNING, record, &obligation);
        case ObligationBook::Fired::breach:
            break;
        case ObligationBook::Fired::repeat:
            return;
    }
    desk_.notify(who, NoticeReason::DEADLINE_BREACHED, record, &obligation);
    const StaffId above = desk_.first(responsibility_for(desk_.policy(), desk_.account().grade).leader);
    desk_.notify(above, NoticeReason::DEADLINE_BREACHED, record, &obligation);
    const std::string number = obligation.task.task_id.value;
    // May open a case and forget an old one, which moves the obligations.
    if (obligation.milestone == MilestoneKind::ANSWER_COMPLAINT && complaint != nullptr) overdue(*complaint);
    cases_.refresh(file_.find_task(number)->task.case_id);
}

// R77: once, when the time is over.
void ComplaintDesk::overdue(const Complaint& complaint) {
    const SeverityRule* rule = severity_rule(desk_.policy(), SignalKind::COMPLAINT_OVERDUE);
    const Severity base = rule == nullptr ? Severity::INFO : rule->base;
    if (desk_.is_silenced(SignalKind::COMPLAINT_OVERDUE)) {
        return desk_.decide(DecisionKind::EVALUATION, DecisionOutcome::SUPPRESSED,
                            std::string(name(SuppressionCode::SILENCED)), {}, "complaint-overdue",
                            {{"signal", std::string(name(SignalKind::COMPLAINT_OVERDUE))},
                             {"complaint_id", complaint.complaint_id}});
    }
    Signal signal;
    signal.kind = SignalKind::COMPLAINT_OVERDUE;
    signal.severity = signal_severity(desk_.policy(), base, desk_.account().grade, desk_.account().importance);
    signal.rule_id = "complaint-overdue";
    signal.onset_on = desk_.calendar().day_of(complaint.received_at);
    signal.revenue_at_risk = desk_.account().revenue_at_risk;
    signal.reasons = {{"COMPLAINT", complaint.complaint_id}, {"RECEIVED_AT", format_utc(complaint.received_at)}};
    desk_.decide(DecisionKind::EVALUATION, DecisionOutcome::FIRED, "COMPLAINT_OVERDUE", {}, signal.rule_id,
                 {{"complaint_id", complaint.complaint_id}});
    cases_.take_signal(std::move(signal), base, complaint.complaint_id);
    hand_to(case_of(complaint), complaint, desk_);
}

}  // namespace aw
