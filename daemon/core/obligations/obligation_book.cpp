#include "core/obligations/obligation_book.hpp"

#include <algorithm>

#include "core/obligations/clock.hpp"

namespace aw {
namespace {

// Nobody is reminded of a clock that watches whether anybody does anything at all, or that is nobody's matter.
bool warns(const Obligation& obligation) {
    const bool nobodys =
        obligation.task.kind == TaskKind::UNSPECIFIED && obligation.milestone == MilestoneKind::UNSPECIFIED;
    return !nobodys && obligation.milestone != MilestoneKind::HUMAN_ACTIVITY;
}

Timestamp next_fire(const Obligation& obligation) {
    for (std::size_t i = obligation.fired; i < obligation.warn_at.size(); ++i) {
        if (obligation.warn_at[i].is_set()) return obligation.warn_at[i];
    }
    return obligation.task.due_at;
}

}  // namespace

Obligation& ObligationBook::add(Duty& duty) {
    Obligation& obligation = list_.emplace_back();
    Task& task = obligation.task;
    const bool of_account = subject_.empty();
    task.task_id =
        TaskId((of_account ? format_root(root_) : std::string(subject_)) + "-t" + std::to_string(++last_task_));
    task.case_id = std::move(duty.case_id);
    if (of_account) task.account_root = root_;
    task.kind = duty.kind;
    task.assignee_staff_id = std::move(duty.who);
    task.assignee_role = duty.role;
    task.opened_at = context_.now;
    task.detail = std::move(duty.detail);
    obligation.milestone = duty.milestone;
    obligation.span = duty.span;
    obligation.complaint_id = std::move(duty.complaint_id);
    obligation.ends_suspension = duty.ends_suspension;
    return obligation;
}

Obligation& ObligationBook::owe(Duty duty) {
    Obligation& obligation = add(duty);
    if (obligation.span.is_set()) {
        if (context_.awake) {
            schedule(obligation, context_.now);
        } else {
            obligation.waits_for_tick = true;
        }
    }
    emit(obligation);
    return obligation;
}

Obligation& ObligationBook::owe_until(Duty duty, Timestamp due) {
    duty.span = {ClockKind::REAL, std::max(due - context_.now, Duration{1}), 0};
    return owe_since(std::move(duty), context_.now);
}

Obligation& ObligationBook::owe_since(Duty duty, Timestamp start) {
    Obligation& obligation = add(duty);
    if (obligation.span.is_set()) schedule(obligation, start);
    emit(obligation);
    return obligation;
}

// A warning whose time has passed before the clock was known is left out; a deadline never is: it falls due now, and
// its breach says how late.
void ObligationBook::schedule(Obligation& obligation, Timestamp start, Timestamp at_latest) {
    obligation.waits_for_tick = false;
    obligation.started_at = start;
    obligation.task.due_at = due_after(context_.calendar, start, obligation.span);
    if (at_latest.is_set()) obligation.task.due_at = std::min(obligation.task.due_at, at_latest);
    obligation.fired = 0;
    obligation.warn_at = {};
    const int percent[] = {context_.noise.warn_first_pct, context_.noise.warn_second_pct};
    for (std::size_t i = 0; warns(obligation) && i < obligation.warn_at.size(); ++i) {
        const Timestamp at = after_percent(context_.calendar, start, obligation.span, percent[i]);
        if (at > context_.now && at < obligation.task.due_at) obligation.warn_at[i] = at;
    }
    obligation.next_at = std::max(next_fire(obligation), context_.now);
    if (obligation.is_queued()) context_.timers.add(timer_of(root_, obligation));
}

void ObligationBook::queue(Obligation& obligation) {
    if (obligation.fired < Obligation::kBreached) obligation.next_at = next_fire(obligation);
    if (obligation.is_queued()) context_.timers.add(timer_of(root_, obligation));
}

void ObligationBook::unqueue(Obligation& obligation) { context_.timers.remove(timer_of(root_, obligation)); }

void ObligationBook::finish(Obligation& obligation, TaskState state) {
    if (!obligation.is_open()) return;
    unqueue(obligation);
    obligation.waits_for_tick = false;
    obligation.paused_at = {};
    obligation.task.state = state;
    obligation.task.closed_at = context_.now;
    if (state == TaskState::DONE) obligation.met_at = context_.now;
    emit(obligation);
}

void ObligationBook::assign(Obligation& obligation, const StaffId& who, StaffRole role) {
    obligation.task.assignee_staff_id = who;
    obligation.task.assignee_role = role;
    emit(obligation);
}

void ObligationBook::pull_forward(Obligation& obligation, const Span& span) {
    if (!obligation.is_open() || obligation.fired >= Obligation::kBreached) return;
    if (obligation.paused_at.is_set()) return;  // a rise ends the rest first
    const Timestamp due = obligation.task.due_at;
    if (due.is_set() && due_after(context_.calendar, context_.now, span) >= due) return;
    begin_again(obligation, span, due);
}

void ObligationBook::restart(Obligation& obligation, const Span& span) { begin_again(obligation, span, {}); }

void ObligationBook::begin_again(Obligation& obligation, const Span& span, Timestamp at_latest) {
    unqueue(obligation);
    obligation.span = span;
    obligation.repeats = 0;
    obligation.fired = 0;
    obligation.breached_at = {};
    obligation.fired_late_s = 0;
    obligation.task.state = TaskState::OPEN;
    obligation.task.due_at = at_latest;
    if (obligation.paused_at.is_set()) obligation.paused_at = context_.now;  // all of the span is left
    if (context_.awake) {
        schedule(obligation, context_.now);
    } else {
        obligation.waits_for_tick = true;
    }
    emit(obligation);
}

void ObligationBook::pause(Obligation& obligation) {
    if (!obligation.is_open() || obligation.paused_at.is_set()) return;
    unqueue(obligation);
    obligation.paused_at = context_.now;
}

Timestamp ObligationBook::shifted(const Obligation& obligation, Timestamp instant) const {
    if (!instant.is_set()) return instant;
    if (obligation.span.clock != ClockKind::BUSINESS) return instant + (context_.now - obligation.paused_at);
    const Calendar& calendar = context_.calendar;
    return calendar.add_business(
        context_.now, calendar.business_between(obligation.paused_at, std::max(instant, obligation.paused_at)));
}

void ObligationBook::resume(Obligation& obligation) {
    if (!obligation.paused_at.is_set()) return;
    if (obligation.fired >= Obligation::kBreached) {
        obligation.next_at = shifted(obligation, obligation.next_at);  // a repeat; the deadline that was missed stays
    } else if (!obligation.waits_for_tick && obligation.span.is_set()) {
        obligation.task.due_at = shifted(obligation, obligation.task.due_at);
        for (Timestamp& at : obligation.warn_at) at = shifted(obligation, at);
    }
    obligation.paused_at = {};
    if (!obligation.waits_for_tick && obligation.span.is_set()) {
        if (obligation.fired < Obligation::kBreached) obligation.next_at = next_fire(obligation);
        // What a silence had put off past its time comes now.
        obligation.next_at = std::max(obligation.next_at, context_.now);
        if (obligation.is_queued()) context_.timers.add(timer_of(root_, obligation));
    }
    emit(obligation);
}

void ObligationBook::hold_until(Obligation& obligation, Timestamp when) {
    if (!obligation.is_queued() || obligation.next_at >= when) return;
    unqueue(obligation);
    obligation.next_at = when;
    context_.timers.add(timer_of(root_, obligation));
}

void ObligationBook::let_go(Obligation& obligation) {
    if (!obligation.is_queued() || obligation.next_at <= context_.now) return;
    unqueue(obligation);
    obligation.next_at = context_.now;
    context_.timers.add(timer_of(root_, obligation));
}

void ObligationBook::remind_at(Obligation& obligation, Timestamp when) {
    if (!obligation.is_open()) return;
    unqueue(obligation);
    obligation.warn_at = {};
    if (when > context_.now && when < obligation.task.due_at) obligation.warn_at.front() = when;
    obligation.next_at = std::max(next_fire(obligation), context_.now);
    if (obligation.is_queued()) context_.timers.add(timer_of(root_, obligation));
}

void ObligationBook::repeat_after(Obligation& obligation, Duration every) {
    if (every.count() <= 0) return;
    ++obligation.repeats;
    obligation.span = {ClockKind::REAL, every, 0};
    if (!context_.awake) {
        obligation.waits_for_tick = true;
        return;
    }
    obligation.next_at = context_.now + every;
    context_.timers.add(timer_of(root_, obligation));
}

ObligationBook::Fired ObligationBook::fire(Obligation& obligation, std::int64_t late_s) {
    if (obligation.fired >= Obligation::kBreached) return Fired::repeat;
    if (obligation.next_at < obligation.task.due_at) {
        obligation.task.warned_at.push_back(obligation.next_at);
        do ++obligation.fired;
        while (obligation.fired < 2 && obligation.warn_at[obligation.fired] <= obligation.next_at);
        queue(obligation);
        emit(obligation);
        return Fired::warning;
    }
    obligation.fired = Obligation::kBreached;
    obligation.breached_at = obligation.task.due_at;
    const std::int64_t held_s = std::max<std::int64_t>((obligation.next_at - obligation.task.due_at).count() / 1000, 0);
    obligation.fired_late_s = static_cast<std::int32_t>(std::min<std::int64_t>(late_s + held_s, INT32_MAX));
    obligation.task.state = TaskState::OVERDUE;
    emit(obligation);
    if (obligation.milestone != MilestoneKind::UNSPECIFIED) context_.effects.emplace_back(Breach{obligation.milestone});
    return Fired::breach;
}

bool ObligationBook::start_waiting() {
    bool any = false;
    for (Obligation& obligation : list_) {
        if (!obligation.waits_for_tick || !obligation.is_open() || obligation.paused_at.is_set()) continue;
        any = true;
        if (obligation.fired < Obligation::kBreached) {
            schedule(obligation, context_.now, obligation.task.due_at);  // set where it was pulled forward
        } else {                                                         // a repeat keeps the deadline that was missed
            obligation.waits_for_tick = false;
            obligation.next_at = context_.now + obligation.span.time;
            context_.timers.add(timer_of(root_, obligation));
        }
        emit(obligation);
    }
    return any;
}

Obligation* ObligationBook::find(std::uint64_t number) {
    for (Obligation& obligation : list_) {
        if (task_number(obligation.task.task_id) == number) return &obligation;
    }
    return nullptr;
}

void ObligationBook::emit(const Obligation& obligation) {
    if (obligation.task.kind != TaskKind::UNSPECIFIED) context_.effects.emplace_back(obligation.task);
}

}  // namespace aw
