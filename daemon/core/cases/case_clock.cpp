// CaseDesk: what follows from a deadline.
#include <algorithm>

#include "base/check.hpp"
#include "core/cases/case_desk.hpp"
#include "core/obligations/clock.hpp"

namespace aw {

Obligation& CaseDesk::owe(CaseRecord& record, TaskKind kind, const StaffId& who, StaffRole role, const Span& span,
                          MilestoneKind milestone, std::string detail) {
    return desk_.book().owe({.case_id = record.view.case_id,
                             .kind = kind,
                             .who = who,
                             .role = role,
                             .span = span,
                             .milestone = milestone,
                             .detail = std::move(detail),
                             .complaint_id = {}});
}

Obligation* CaseDesk::owe_milestone(CaseRecord& record, MilestoneKind milestone, TaskKind kind, const StaffId& who,
                                    StaffRole role) {
    const Span* span = milestone_span(desk_.policy(), milestone, record.view.severity);
    if (span == nullptr) return nullptr;
    return &owe(record, kind, who, role, *span, milestone);
}

// The next report on progress: after its span, at the latest on Friday's end of business where the policy says so.
void CaseDesk::owe_progress(CaseRecord& record) {
    const MilestoneRule* rule = milestone_rule(desk_.policy(), MilestoneKind::PROGRESS_UPDATE, record.view.severity);
    if (rule == nullptr) return;
    const Calendar& calendar = desk_.calendar();
    const auto [who, role] = who_answers(record);
    Duty duty{.case_id = record.view.case_id,
              .kind = TaskKind::PROGRESS_UPDATE,
              .who = who,
              .role = role,
              .span = rule->span,
              .milestone = MilestoneKind::PROGRESS_UPDATE,
              .detail = {},
              .complaint_id = {}};
    if (rule->fridays) {
        Day friday = calendar.day_of(desk_.now()) + 1;  // what is told on a Friday is that Friday's
        while (weekday(friday) != 5) friday = friday + 1;
        const Timestamp end = calendar.zone().at(friday, calendar.hours(friday).to_minute);
        const Timestamp due = due_after(calendar, desk_.now(), rule->span);
        if (calendar.is_business_day(friday) && end > desk_.now() && end < due) {
            desk_.book().owe_until(std::move(duty), end);
            return;
        }
    }
    desk_.book().owe(std::move(duty));
}

// Once somebody has taken it up: progress is owed, and silence will be noticed.
void CaseDesk::begin_work(CaseRecord& record) {
    const auto running = [&](MilestoneKind kind) {
        return file_.any(record, [&](const Obligation& o) { return o.milestone == kind && o.is_open(); });
    };
    if (!running(MilestoneKind::PROGRESS_UPDATE)) owe_progress(record);
    if (!running(MilestoneKind::HUMAN_ACTIVITY)) {
        owe_milestone(record, MilestoneKind::HUMAN_ACTIVITY, TaskKind::UNSPECIFIED, record.view.owner_staff_id,
                      record.view.leader_role);
    }
}

// Somebody did something: the clock that watches for silence begins again.
void CaseDesk::human_activity(CaseRecord& record) {
    const Span* span = milestone_span(desk_.policy(), MilestoneKind::HUMAN_ACTIVITY, record.view.severity);
    file_.each(record, [&](Obligation& o) {
        if (o.milestone == MilestoneKind::HUMAN_ACTIVITY && o.is_open() && span != nullptr)
            desk_.book().restart(o, *span);
    });
}

const Obligation* CaseDesk::last_acknowledge(const CaseRecord& record) const {
    const ObligationList& list = file_.obligations;
    const auto found = std::find_if(list.rbegin(), list.rend(), [&](const Obligation& o) {
        return o.milestone == MilestoneKind::ACKNOWLEDGE && o.task.case_id == record.view.case_id;
    });
    return found == list.rend() ? nullptr : &*found;
}

void CaseDesk::finish_all(CaseRecord& record, MilestoneKind milestone) {
    file_.each(record, [&](Obligation& o) {
        if (o.milestone == milestone && o.complaint_id.empty()) desk_.book().finish(o, TaskState::DONE);
    });
}

void CaseDesk::cancel_milestones(CaseRecord& record) {
    file_.each(record, [&](Obligation& o) {
        if (o.milestone != MilestoneKind::UNSPECIFIED && o.complaint_id.empty())
            desk_.book().finish(o, TaskState::CANCELLED);
    });
}

void CaseDesk::cancel_work(CaseRecord& record) {
    file_.each(record, [&](Obligation& o) {
        const bool promised = o.task.kind == TaskKind::ASSIGNED || o.task.kind == TaskKind::COMMITMENT;
        if (!promised && o.complaint_id.empty()) desk_.book().finish(o, TaskState::CANCELLED);
    });
}

void CaseDesk::timer(Obligation& obligation, std::int64_t late_s) {
    CaseRecord* record = file_.find(obligation.task.case_id.value);
    AW_CHECK(record != nullptr && obligation.is_open());
    if (obligation.ends_suspension) {
        go_on(*record);
        return save(*record);
    }
    if (watches_the_report(obligation)) {
        desk_.book().finish(obligation, TaskState::DONE);
        return save(*record);
    }
    switch (desk_.book().fire(obligation, late_s)) {
        case ObligationBook::Fired::warning:
            return tell_holder(*record, NoticeReason::DEADLINE_WARNING, obligation);
        case ObligationBook::Fired::breach:
            breach(*record, obligation);
            break;
        case ObligationBook::Fired::repeat:
            repeat(*record, obligation);
            break;
    }
    save(*record);
}

void CaseDesk::breach(CaseRecord& record, Obligation& obligation) {
    switch (obligation.milestone) {
        case MilestoneKind::ACKNOWLEDGE:
            return acknowledgement_overdue(record, obligation);
        case MilestoneKind::HUMAN_ACTIVITY:
            return stale(record, obligation);
        case MilestoneKind::RESOLVE:
            return target_missed(record, obligation);
        default:
            return missed(record, obligation);
    }
}

// Whoever owes it, and while they are away the deputy, too.
void CaseDesk::tell_holder(const CaseRecord& record, NoticeReason reason, const Obligation& obligation) {
    const StaffId& holder = obligation.task.assignee_staff_id;
    desk_.notify(holder, reason, &record, &obligation);
    if (!holder.empty() && !desk_.staffing().is_active(holder))
        desk_.notify(desk_.staffing().active_or_deputy(holder), reason, &record, &obligation);
}

// The one who owes it, the owner, and the leader's superior (R83); an exhausted chain tells operations.
void CaseDesk::missed(CaseRecord& record, Obligation& obligation) {
    const Case& view = record.view;
    tell_holder(record, NoticeReason::DEADLINE_BREACHED, obligation);
    desk_.notify(view.owner_staff_id, NoticeReason::DEADLINE_BREACHED, &record, &obligation);
    // After closing, a follow-up is between the two.
    if (view.state == CaseState::CLOSED) return;
    // Above the leader, not above the level that was reached: who joined later may be that superior (R83).
    std::size_t above = 0;
    while (above < record.chain.size() && record.chain[above].staff_id != view.owner_staff_id) ++above;
    above = above < record.chain.size() ? above + 1 : 1;
    StaffId who;
    for (; who.empty() && above < record.chain.size(); ++above) {
        const ChainLevel& level = record.chain[above];
        who = desk_.staffing().is_active(level.staff_id) ? level.staff_id : desk_.first(level.role);
        if (who == view.owner_staff_id) who = {};  // stands in above himself
    }
    // A WATCH case has no chain. Its report is owed to the market department (R52), its visit to the grade's leader.
    if (who.empty() && view.case_class == CaseClass::WATCH) {
        const bool report = obligation.task.kind == TaskKind::ANALYSIS_REPORT;
        const StaffRole leader = responsibility_for(desk_.policy(), desk_.account().grade).leader;
        who = desk_.first(report ? StaffRole::MARKET_DEPARTMENT : leader);
    }
    desk_.notify(who, NoticeReason::DEADLINE_BREACHED, &record, &obligation);
    const bool exhausted = static_cast<std::size_t>(view.level) >= record.chain.size();
    if (!who.empty() && (!exhausted || view.case_class == CaseClass::WATCH)) return;
    desk_.notify_operations(NoticeReason::OPERATIONS, &record,
                            {.task = obligation.task.kind,
                             .milestone = obligation.milestone,
                             .detail = "task " + std::to_string(task_number(obligation.task.task_id))});
}

// One notice per level, and the next level; an exhausted chain is told again and again.
void CaseDesk::acknowledgement_overdue(CaseRecord& record, Obligation& obligation) {
    // One for each level: to the deputy while the leader is away.
    const StaffId there = desk_.staffing().active_or_deputy(obligation.task.assignee_staff_id);
    desk_.notify(there.empty() ? obligation.task.assignee_staff_id : there, NoticeReason::ACK_OVERDUE, &record,
                 &obligation);
    // A higher level owes its own already; one that nobody holds was passed over and owes nothing.
    const bool above = file_.any(record, [&](const Obligation& o) {
        return o.milestone == MilestoneKind::ACKNOWLEDGE && o.is_open() && o.level > obligation.level;
    });
    if (above) return;
    if (!escalate(record)) repeat(record, obligation);
}

// The chain is exhausted: the top is asked again every few hours, and operations with them.
void CaseDesk::repeat(CaseRecord& record, Obligation& obligation) {
    if (obligation.repeats > 0) {
        desk_.notify(obligation.task.assignee_staff_id, NoticeReason::REMINDER, &record, &obligation);
    } else {
        for (const StaffRole role : responsibility_for(desk_.policy(), desk_.account().grade).informed) {
            for (const StaffId& who : desk_.candidates(role))
                desk_.notify(who, NoticeReason::FILING, &record, &obligation);
        }
    }
    desk_.notify_operations(NoticeReason::OPERATIONS, &record, {.task = TaskKind::ACKNOWLEDGE, .detail = {}});
    desk_.book().repeat_after(obligation, desk_.policy().noise.ack_repeat);
}

// Nobody did anything for too long: owner and leaders are told, and the acknowledgement is owed anew
// (requirements 3.2).
void CaseDesk::stale(CaseRecord& record, Obligation& obligation) {
    const Case& view = record.view;
    desk_.notify(view.owner_staff_id, NoticeReason::STALE, &record);
    desk_.notify(desk_.staffing().active_or_deputy(view.owner_staff_id), NoticeReason::STALE, &record);
    const bool owed =
        file_.any(record, [](const Obligation& o) { return o.milestone == MilestoneKind::ACKNOWLEDGE && o.is_open(); });
    if (view.level > 0)
        desk_.notify(record.chain[static_cast<std::size_t>(view.level) - 1].staff_id, NoticeReason::STALE, &record);
    if (!record.is_live()) {  // only an approval is waited for, and it is asked for until it comes
        desk_.notify(obligation.task.assignee_staff_id, NoticeReason::STALE, &record);
        return desk_.book().restart(obligation, Span(obligation.span));
    }
    if (owed || view.level == 0) return;
    acknowledge_anew(record);
}

// By the owner or who stands in; where there is neither, by the next level.
Obligation* CaseDesk::acknowledge_anew(CaseRecord& record) {
    const StaffId who = desk_.staffing().active_or_deputy(record.view.owner_staff_id);
    if (who.empty() && escalate(record)) return nullptr;
    Obligation* ack =
        owe_milestone(record, MilestoneKind::ACKNOWLEDGE, TaskKind::ACKNOWLEDGE, who, record.view.leader_role);
    if (ack != nullptr) ack->level = record.view.level;
    return ack;
}

// The target has passed and the account is not back: to work again, one level higher. Where the recovery is proposed,
// only its confirmation is missing.
void CaseDesk::target_missed(CaseRecord& record, Obligation& obligation) {
    const Case& view = record.view;
    if (view.proposed_outcome != Outcome::UNSPECIFIED) {
        return desk_.notify(view.owner_staff_id, NoticeReason::DEADLINE_BREACHED, &record, &obligation);
    }
    if (move(record, CaseTrigger::TARGET_MISSED)) {
        file_.each(record, [&](Obligation& o) {
            if (o.milestone == MilestoneKind::OBSERVE) desk_.book().finish(o, TaskState::CANCELLED);
        });
    }
    desk_.notify(view.owner_staff_id, NoticeReason::DEADLINE_BREACHED, &record, &obligation);
    if (!escalate(record)) {
        desk_.notify_operations(NoticeReason::OPERATIONS, &record, {.milestone = MilestoneKind::RESOLVE, .detail = {}});
    }
}

void CaseDesk::start_waiting_clocks() {
    std::vector<CaseId> waiting;
    for (const Obligation& o : file_.obligations) {
        const bool waits = o.waits_for_tick && o.is_open() && !o.paused_at.is_set();
        if (waits && std::find(waiting.begin(), waiting.end(), o.task.case_id) == waiting.end())
            waiting.push_back(o.task.case_id);
    }
    if (!desk_.book().start_waiting()) return;
    for (CaseRecord& record : file_.cases) {
        if (std::find(waiting.begin(), waiting.end(), record.view.case_id) != waiting.end()) save(record);
    }
}

void CaseDesk::save(CaseRecord& record) {
    Case& view = record.view;
    view.milestones.clear();
    file_.each(record, [&](const Obligation& o) {
        if (o.milestone == MilestoneKind::UNSPECIFIED) return;
        if (o.task.state == TaskState::CANCELLED && !o.breached_at.is_set()) return;
        view.milestones.push_back({o.milestone, o.task.due_at, o.met_at, o.breached_at, o.fired_late_s});
    });
    // R87: a loss that nobody took up within the limit.
    EvidenceLedger& ledger = view.ledger;
    if (view.outcome == Outcome::LOST) {
        const Timestamp known = ledger.reported_at.is_set() ? ledger.reported_at : desk_.now();
        ledger.unreported_churn = known - ledger.detected_at > desk_.policy().cases.report_within;
    }
    ++view.version;
    view.updated_at = desk_.now();
    desk_.effects().emplace_back(view);
}

bool CaseDesk::move(CaseRecord& record, CaseTrigger trigger) {
    const auto to = next_state(record.view.state, trigger, record.resumes_to);
    if (!to) return false;
    record.view.state = *to;
    return true;
}

}  // namespace aw
