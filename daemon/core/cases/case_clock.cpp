// CaseDesk: obligations, their clocks, and the notices they cause.
#include <algorithm>

#include "base/check.hpp"
#include "core/cases/case_desk.hpp"
#include "core/obligations/clock.hpp"

namespace aw {
namespace {

constexpr std::uint8_t kBreached = 3;

}  // namespace

Obligation& CaseDesk::owe(CaseRecord& record, TaskKind kind, const StaffId& who, StaffRole role, const Span& span,
                          MilestoneKind milestone, std::string detail) {
    Obligation& obligation = record.obligations.emplace_back();
    Task& task = obligation.task;
    task.task_id = TaskId(format_root(account_.root) + "-t" + std::to_string(++file_.last_task));
    task.case_id = record.view.case_id;
    task.account_root = account_.root;
    task.kind = kind;
    task.assignee_staff_id = who;
    task.assignee_role = role;
    task.opened_at = context_.now;
    task.detail = std::move(detail);
    obligation.milestone = milestone;
    obligation.span = span;
    arm(obligation);
    emit(obligation);
    return obligation;
}

Obligation* CaseDesk::owe_milestone(CaseRecord& record, MilestoneKind milestone, TaskKind kind, const StaffId& who,
                                    StaffRole role) {
    const Span* span = milestone_span(context_.rules.policy, milestone, record.view.severity);
    if (span == nullptr) return nullptr;
    return &owe(record, kind, who, role, *span, milestone);
}

void CaseDesk::arm(Obligation& obligation) {
    if (!obligation.span.is_set()) return;  // owed, but by no particular time
    if (context_.awake) return schedule(obligation, context_.now);
    obligation.waits_for_tick = true;
}

void CaseDesk::schedule(Obligation& obligation, Timestamp start) {
    obligation.waits_for_tick = false;
    obligation.started_at = start;
    obligation.task.due_at = due_after(context_.rules.calendar, start, obligation.span);
    obligation.next_at = next_fire(obligation, context_.rules.calendar, context_.rules.policy.noise);
    context_.timers.add(timer_of(account_.root, obligation));
}

void CaseDesk::disarm(Obligation& obligation) {
    context_.timers.remove(timer_of(account_.root, obligation));
}

const Obligation* CaseDesk::last_acknowledge(const CaseRecord& record) const {
    const auto found = std::find_if(record.obligations.rbegin(), record.obligations.rend(),
                                    [](const Obligation& o) { return o.milestone == MilestoneKind::ACKNOWLEDGE; });
    return found == record.obligations.rend() ? nullptr : &*found;
}

void CaseDesk::finish(CaseRecord&, Obligation& obligation, TaskState state) {
    if (!obligation.is_open()) return;
    disarm(obligation);
    obligation.waits_for_tick = false;
    obligation.task.state = state;
    obligation.task.closed_at = context_.now;
    if (state == TaskState::DONE) obligation.met_at = context_.now;
    emit(obligation);
}

void CaseDesk::finish_all(CaseRecord& record, MilestoneKind milestone) {
    for (Obligation& obligation : record.obligations) {
        if (obligation.milestone == milestone) finish(record, obligation, TaskState::DONE);
    }
}

void CaseDesk::cancel_milestones(CaseRecord& record) {
    for (Obligation& obligation : record.obligations) {
        if (obligation.milestone != MilestoneKind::UNSPECIFIED) finish(record, obligation, TaskState::CANCELLED);
    }
}

void CaseDesk::cancel_all(CaseRecord& record) {
    for (Obligation& obligation : record.obligations) finish(record, obligation, TaskState::CANCELLED);
}

void CaseDesk::timer(std::uint64_t number, std::int64_t late_s) {
    for (CaseRecord& record : file_.cases) {
        for (Obligation& obligation : record.obligations) {
            if (task_number(obligation.task.task_id) != number) continue;
            AW_CHECK(obligation.is_open());  // finish() takes closed ones out of the queue
            const Timestamp due = obligation.task.due_at;
            if (obligation.next_at >= due) return breach(record, obligation, late_s);
            ++obligation.fired;
            obligation.task.warned_at.push_back(obligation.next_at);
            obligation.next_at = next_fire(obligation, context_.rules.calendar, context_.rules.policy.noise);
            context_.timers.add(timer_of(account_.root, obligation));
            notify(obligation.task.assignee_staff_id, NoticeReason::DEADLINE_WARNING, &record, &obligation);
            emit(obligation);
            return;
        }
    }
    AW_CHECK(false && "a timer without its obligation");
}

// Exactly once per obligation; only the acknowledgement of an exhausted chain comes again.
void CaseDesk::breach(CaseRecord& record, Obligation& obligation, std::int64_t late_s) {
    const bool first = obligation.fired < kBreached;
    obligation.fired = kBreached;
    if (first) {
        obligation.breached_at = obligation.task.due_at;
        obligation.fired_late_s = static_cast<std::int32_t>(std::min<std::int64_t>(late_s, INT32_MAX));
        obligation.task.state = TaskState::OVERDUE;
        emit(obligation);
    }
    // Copied: what follows may add obligations and move this one in memory.
    const std::uint64_t number = task_number(obligation.task.task_id);
    if (obligation.milestone == MilestoneKind::ACKNOWLEDGE) {
        acknowledgement_overdue(record, obligation);
    } else {
        const Case& view = record.view;
        notify(obligation.task.assignee_staff_id, NoticeReason::DEADLINE_BREACHED, &record, &obligation);
        if (view.owner_staff_id != obligation.task.assignee_staff_id) {
            notify(view.owner_staff_id, NoticeReason::DEADLINE_BREACHED, &record, &obligation);
        }
        // Overdue goes to the leader's superior, too (R83); an exhausted chain tells operations.
        const auto above = static_cast<std::size_t>(std::max(view.level, 1));
        auto who = above < record.chain.size() ? candidates(record.chain[above].role) : std::vector<StaffId>{};
        // The report of a WATCH case is owed to the market department (R52).
        if (who.empty() && obligation.task.kind == TaskKind::ANALYSIS_REPORT) who = candidates(StaffRole::MARKET_DEPARTMENT);
        if (!who.empty()) {
            notify(who.front(), NoticeReason::DEADLINE_BREACHED, &record, &obligation);
        } else {
            notify_operations(NoticeReason::DEADLINE_BREACHED, &record,
                              {.task = obligation.task.kind, .detail = "task " + std::to_string(number)});
        }
    }
    save(record);
}

void CaseDesk::acknowledgement_overdue(CaseRecord& record, Obligation& obligation) {
    Case& view = record.view;
    const StaffId missed = obligation.task.assignee_staff_id;
    const bool repeated = obligation.repeats > 0;
    if (!repeated) {
        notify(missed, NoticeReason::ACK_OVERDUE, &record, &obligation);
        if (obligation.level < view.level) return;  // a higher level is already owed its own
        const std::uint64_t number = task_number(obligation.task.task_id);
        if (add_level(record)) {
            const Obligation* ack = last_acknowledge(record);
            notify(record.chain[static_cast<std::size_t>(view.level) - 1].staff_id, NoticeReason::ESCALATED, &record, ack);
            return;
        }
        // add_level may have moved the list; find the obligation again.
        Obligation& top = *std::find_if(record.obligations.begin(), record.obligations.end(),
                                        [&](const Obligation& o) { return task_number(o.task.task_id) == number; });
        return repeat(record, top);
    }
    repeat(record, obligation);
}

// The chain is exhausted: the top is asked again every few hours, and operations with them.
void CaseDesk::repeat(CaseRecord& record, Obligation& obligation) {
    if (obligation.repeats++ > 0) notify(obligation.task.assignee_staff_id, NoticeReason::REMINDER, &record, &obligation);
    notify_operations(NoticeReason::OPERATIONS, &record, {.task = TaskKind::ACKNOWLEDGE});
    const Duration every = context_.rules.policy.noise.ack_repeat;
    if (every.count() <= 0) return;
    obligation.span = {ClockKind::REAL, every, 0};
    if (!context_.awake) {
        obligation.waits_for_tick = true;
        return;
    }
    obligation.next_at = context_.now + every;
    context_.timers.add(timer_of(account_.root, obligation));
}

void CaseDesk::start_waiting_clocks() {
    for (CaseRecord& record : file_.cases) {
        bool changed = false;
        for (Obligation& obligation : record.obligations) {
            if (!obligation.waits_for_tick || !obligation.is_open()) continue;
            changed = true;
            if (obligation.fired < kBreached) {
                schedule(obligation, context_.now);
            } else {  // a repeat keeps the deadline that was missed
                obligation.waits_for_tick = false;
                obligation.next_at = context_.now + obligation.span.time;
                context_.timers.add(timer_of(account_.root, obligation));
            }
            emit(obligation);
        }
        if (changed) save(record);
    }
}

void CaseDesk::emit(const Obligation& obligation) { context_.effects.emplace_back(obligation.task); }

void CaseDesk::save(CaseRecord& record) {
    Case& view = record.view;
    view.milestones.clear();
    for (const Obligation& obligation : record.obligations) {
        if (obligation.milestone == MilestoneKind::UNSPECIFIED) continue;
        if (obligation.task.state == TaskState::CANCELLED && !obligation.breached_at.is_set()) continue;
        view.milestones.push_back({obligation.milestone, obligation.task.due_at, obligation.met_at,
                                   obligation.breached_at, obligation.fired_late_s});
    }
    ++view.version;
    view.updated_at = context_.now;
    context_.effects.emplace_back(view);
}

bool CaseDesk::move(CaseRecord& record, CaseTrigger trigger) {
    const auto to = next_state(record.view.state, trigger);
    if (!to) return false;
    record.view.state = *to;
    return true;
}

void CaseDesk::notify(const StaffId& recipient, NoticeReason reason, const CaseRecord* record,
                      const Obligation* obligation, NoticeFacts facts) {
    if (recipient.empty()) return;
    const Staff* person = staffing_.organisation().find_staff(recipient.value);
    const Language wanted = person == nullptr ? Language::UNSPECIFIED : person->language;
    Notice notice;
    notice.notice_id = format_root(account_.root) + "-n" + std::to_string(++file_.last_notice);
    notice.recipient_staff_id = recipient;
    notice.reason = reason;
    notice.account_root = account_.root;
    notice.language = wanted == Language::UNSPECIFIED ? context_.rules.language : wanted;
    notice.created_at = context_.now;
    facts.reason = reason;
    facts.account_name = account_.name;
    if (record != nullptr) {
        notice.case_id = record->view.case_id;
        notice.severity = record->view.severity;
        facts.case_id = record->view.case_id.value;
        facts.severity = record->view.severity;
        if (facts.signal == SignalKind::UNSPECIFIED && !record->facts.empty()) facts.signal = record->facts.back().kind;
    }
    if (obligation != nullptr) {
        notice.task_id = obligation->task.task_id;
        notice.due_at = obligation->task.due_at;
        facts.task = obligation->task.kind;
        facts.due_at = obligation->task.due_at;
    }
    Wording wording = notice_wording(notice.language, facts, context_.rules.calendar);
    notice.subject = std::move(wording.subject);
    notice.text = std::move(wording.text);
    context_.effects.emplace_back(std::move(notice));
}

// To whoever holds OPERATIONS; if nobody does, with an empty recipient, which the notifier sends to every channel.
void CaseDesk::notify_operations(NoticeReason reason, const CaseRecord* record, NoticeFacts facts) {
    const StaffId operations = staffing_.first(StaffRole::OPERATIONS, account_.unit);
    if (!operations.empty()) return notify(operations, reason, record, nullptr, std::move(facts));
    notify(StaffId("operations"), reason, record, nullptr, std::move(facts));
    std::get<Notice>(context_.effects.back()).recipient_staff_id = StaffId{};
}

void CaseDesk::decide(DecisionKind kind, DecisionOutcome outcome, std::string code, std::string text, CaseId case_id,
                      std::string rule_id, std::vector<NamedValue> inputs, std::vector<Gate> gates) {
    Decision decision;
    decision.decision_id = format_root(account_.root) + "-d" + std::to_string(++file_.last_decision);
    decision.kind = kind;
    decision.outcome = outcome;
    decision.code = std::move(code);
    decision.account_root = account_.root;
    decision.case_id = std::move(case_id);
    decision.rule_id = std::move(rule_id);
    decision.config_revision = context_.rules.revision;
    decision.at = context_.now;
    decision.inputs = std::move(inputs);
    decision.gates = std::move(gates);
    decision.text = std::move(text);
    context_.effects.emplace_back(std::move(decision));
}

}  // namespace aw
