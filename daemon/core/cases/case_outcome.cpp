// CaseDesk: recovery, loss, report (requirements 3.3, R65, R76).
#include <algorithm>

#include "core/cases/case_desk.hpp"

namespace aw {
namespace {

bool has_kind(const Case& view, SignalKind kind) {
    return std::find(view.kinds.begin(), view.kinds.end(), kind) != view.kinds.end();
}

Lost filled(Lost known, const LossAnalysis& given) {
    if (!given.reason.empty()) known.reason = given.reason;
    if (!given.destination.empty()) known.destination = given.destination;
    if (!given.own_shortcomings.empty()) known.own_shortcomings = given.own_shortcomings;
    return known;
}

}  // namespace

void CaseDesk::drop_is_over() {
    CaseRecord* record = file_.open_case();
    if (record == nullptr) return;
    record->drop_over = true;
    if (record->view.case_class != CaseClass::WATCH) return;
    end_watch(*record);
    if (!record->is_open()) save(*record);
}

void CaseDesk::drop_goes_on() {
    if (CaseRecord* record = file_.open_case()) record->drop_over = false;
}

// A WATCH case closes itself once a period was above the gate and its visit and report are done, in either order.
void CaseDesk::end_watch(CaseRecord& record) {
    if (record.view.case_class != CaseClass::WATCH || !record.drop_over || !record.is_live()) return;
    if (file_.any(record, [](const Obligation& o) { return o.is_open(); }) || !move(record, CaseTrigger::WATCH_OVER))
        return;
    record.view.outcome = Outcome::RECOVERED;
    record.closed_at = desk_.now();
    desk_.decide(DecisionKind::CASE, DecisionOutcome::ACCEPTED, "WATCH_OVER", record.view.case_id);
    notify_all(record, NoticeReason::CASE_RESOLVED);
}

void CaseDesk::period_passed(std::uint64_t rule, UsageScope scope, std::optional<std::int32_t> share_bp) {
    CaseRecord* record = file_.open_case();
    if (record == nullptr || !record->is_live()) return;
    const auto found = std::find_if(record->observations.begin(), record->observations.end(),
                                    [&](const Observation& o) { return o.rule == rule && o.scope == scope; });
    if (found == record->observations.end()) return;
    if (share_bp) {
        const CaseRules& rules = desk_.policy().cases;
        found->measured = true;
        found->good = *share_bp >= rules.recovered_pct * 100 ? found->good + 1 : 0;
        // Partly recovered: all of them between the two shares. Who gets better still is not thrown back by it.
        const bool between =
            *share_bp >= rules.partly_recovered_pct * 100 && *share_bp > found->fell_to_bp && found->good == 0;
        const bool stays = found->good > 0 && found->partial >= rules.recovery_periods;
        found->partial = between ? found->partial + 1 : stays ? found->partial : 0;
    }
    const Outcome before = record->view.proposed_outcome;
    review(*record);
    if (record->view.proposed_outcome != before) save(*record);
}

void CaseDesk::refresh(const CaseId& case_id) {
    CaseRecord* record = file_.find(case_id.value);
    if (record == nullptr) return;
    review(*record);
    owe_the_end(*record);
    save(*record);
}

// All that brought the case must be over: each fall back at its baseline for long enough, each complaint closed, the
// new decision maker met.
Outcome CaseDesk::recovery(const CaseRecord& record) const {
    const Case& view = record.view;
    bool told = view.state == CaseState::OBSERVING;  // nothing to measure: then when everything planned is done
    bool partial = false;
    for (const Observation& o : record.observations) {
        if (!o.measured) {
            // Not yet is not never, and of a fall it is never taken as good.
            const bool waits = o.told_by == Timestamp{} || desk_.now() < o.told_by;
            if (view.state != CaseState::OBSERVING || waits) return Outcome::UNSPECIFIED;
            continue;
        }
        told = true;
        if (o.good >= desk_.policy().cases.recovery_periods) continue;
        if (o.partial < desk_.policy().cases.recovery_periods) return Outcome::UNSPECIFIED;
        partial = true;
    }
    if (has_kind(view, SignalKind::SERIOUS_COMPLAINT) || has_kind(view, SignalKind::COMPLAINT_OVERDUE)) {
        told = true;
        for (const std::string& id : view.complaint_ids) {
            const Complaint* complaint = file_.find_complaint(id);
            if (complaint != nullptr && complaint->is_open()) return Outcome::UNSPECIFIED;
        }
    }
    if (has_kind(view, SignalKind::DECISION_MAKER_CHANGED)) {
        const bool owed = file_.any(
            record, [](const Obligation& o) { return o.task.kind == TaskKind::MEET_DECISION_MAKER && o.is_open(); });
        if (owed) return Outcome::UNSPECIFIED;
        told =
            told || file_.any(record, [](const Obligation& o) { return o.task.kind == TaskKind::MEET_DECISION_MAKER; });
    }
    if (!told) return Outcome::UNSPECIFIED;
    return partial ? Outcome::PARTIALLY_RECOVERED : Outcome::RECOVERED;
}

// The recovery is proposed by itself and confirmed by the leader; a proposal that no longer holds is withdrawn.
void CaseDesk::review(CaseRecord& record) {
    Case& view = record.view;
    if (!record.is_live()) return;
    if (view.case_class == CaseClass::WATCH) return end_watch(record);
    if (!next_state(view.state, CaseTrigger::RECOVERY_CONFIRMED)) return;
    const Outcome now = recovery(record);
    if (now == view.proposed_outcome) return;
    view.proposed_outcome = now;
    if (now == Outcome::UNSPECIFIED) {
        return desk_.decide(DecisionKind::CASE, DecisionOutcome::NOT_FIRED, "RECOVERY_WITHDRAWN", view.case_id);
    }
    desk_.decide(DecisionKind::CASE, DecisionOutcome::ACCEPTED, "RECOVERY_PROPOSED", view.case_id, {},
                 {{"outcome", std::string(name(now))}});
    desk_.notify(view.owner_staff_id, NoticeReason::RECOVERY_PROPOSED, &record);
}

CommandResult CaseDesk::resolve(CaseRecord& record, const StaffId& actor, const CommandEvent& command,
                                const ResolveAction& action) {
    switch (action.outcome) {
        case Outcome::FALSE_ALARM:
        case Outcome::KNOWN_CHANGE:
            return resolve_explained(record, actor, command, action);
        case Outcome::LOST:
            if (auto verdict = may(record, CaseTrigger::RESOLVE_LOST, actor, Actor::leader); !verdict) return verdict;
            record.view.lost = filled(record.view.lost, action.lost);
            find_leader(record);
            end_with(record, Outcome::LOST);
            return {};
        case Outcome::RECOVERED:
        case Outcome::PARTIALLY_RECOVERED: {
            if (auto verdict = may(record, CaseTrigger::RECOVERY_CONFIRMED, actor, Actor::leader); !verdict)
                return verdict;
            const Outcome proposed = record.view.proposed_outcome;
            const bool measured = proposed == action.outcome ||
                                  (proposed == Outcome::RECOVERED && action.outcome == Outcome::PARTIALLY_RECOVERED);
            if (!measured) {
                return refuse(RejectionCode::NOT_SATISFIED, Why::OUTCOME_NOT_PROPOSED,
                              std::string(name(action.outcome)));
            }
            end_with(record, action.outcome);
            return {};
        }
        default:
            return refuse(RejectionCode::MISSING_FIELD, Why::FIELD_MISSING, "resolve.outcome");
    }
}

// FALSE_ALARM and KNOWN_CHANGE end the case at once: the reason and its approver are the explanation.
CommandResult CaseDesk::resolve_explained(CaseRecord& record, const StaffId& actor, const CommandEvent& command,
                                          const ResolveAction& action) {
    if (auto verdict = may(record, CaseTrigger::RESOLVE_EXPLAINED, actor, Actor::member); !verdict) return verdict;
    if (command.reason.empty()) return refuse(RejectionCode::REASON_REQUIRED, Why::SAY_WHY_NO_EMERGENCY);
    if (action.approver_staff_id.empty())
        return refuse(RejectionCode::APPROVER_REQUIRED, Why::FIELD_MISSING, "resolve.approver_staff_id");
    const StaffId approver(action.approver_staff_id);
    if (!may_approve(record, approver))
        return refuse(RejectionCode::APPROVER_REQUIRED, Why::MAY_NOT_APPROVE, approver.value);
    file_.each(record, [&](Obligation& o) {
        if (o.complaint_id.empty()) desk_.book().finish(o, TaskState::CANCELLED);
    });
    forget_rest(record);
    record.view.outcome = action.outcome;
    record.view.proposed_outcome = Outcome::UNSPECIFIED;
    record.closed_at = desk_.now();
    move(record, CaseTrigger::RESOLVE_EXPLAINED);
    // Whoever is named as having approved it hears so, and from whom, in the case or not.
    const std::string by = actor.value + " -> " + approver.value + ": " + std::string(command.reason);
    notify_all(record, NoticeReason::CASE_RESOLVED, {.detail = by});
    desk_.notify(approver, NoticeReason::CASE_RESOLVED, &record, nullptr, {.detail = by});
    if (action.outcome == Outcome::KNOWN_CHANGE) desk_.note_known_change();
    return {};
}

// What was owed for the work is over; promises to the customer and complaints go on. Then the report is owed.
void CaseDesk::end_with(CaseRecord& record, Outcome outcome) {
    Case& view = record.view;
    if (view.state == CaseState::SUSPENDED) go_on(record);
    view.outcome = outcome;
    view.proposed_outcome = Outcome::UNSPECIFIED;
    finish_all(record, MilestoneKind::RESOLVE);
    if (outcome != Outcome::LOST) finish_all(record, MilestoneKind::OBSERVE);
    cancel_work(record);
    move(record, outcome == Outcome::LOST ? CaseTrigger::RESOLVE_LOST : CaseTrigger::RECOVERY_CONFIRMED);
    notify_all(record, NoticeReason::CASE_RESOLVED);
    save(record);
    owe_report(record);
}

// Severities without a deadline of their own are reported in the monthly report: such a case needs no report to close.
void CaseDesk::owe_report(CaseRecord& record) {
    move(record, CaseTrigger::REPORT_OWED);
    record.view.report.reset();  // one that the WATCH had is none on this outcome
    if (!needs_report(record) && closing_guards(record)) return close_now(record);
    owe_the_end(record);
}

// A WATCH case that is lost gets somebody who answers for it.
void CaseDesk::find_leader(CaseRecord& record) {
    Case& view = record.view;
    if (!record.chain.empty()) return;
    view.case_class = CaseClass::SUPERVISED_FOLLOW_UP;
    set_chain(record);
    add_level(record);
    if (view.level == 0) return;
    const ChainLevel& level = record.chain[static_cast<std::size_t>(view.level) - 1];
    view.owner_staff_id = level.staff_id;
    view.leader_role = level.role;
}

// 0 items and 0 revenue for so long: the client has left (requirements 3.1). The clock of the report to superiors
// begins now (R87).
void CaseDesk::defected(CaseRecord& record) {
    Case& view = record.view;
    if (view.state == CaseState::SUSPENDED) go_on(record);
    find_leader(record);
    view.ledger.detected_at = desk_.now();
    view.ledger.reported_at = {};
    view.ledger.analysed_at = {};
    const Severity severity = severity_with_compound(record);
    if (severity > view.severity) raise_to(record, severity);
    desk_.decide(DecisionKind::CASE, DecisionOutcome::ACCEPTED, "DEFECTION", view.case_id);
    end_with(record, Outcome::LOST);
    // R87: the flag is set when the limit passes, whether anybody touches the case then or not.
    if (record.is_open()) {
        desk_.book().owe_until({.case_id = view.case_id,
                                .span = {},
                                .detail = std::string(kUnreportedChurn),
                                .complaint_id = {}},
                               desk_.now() + desk_.policy().cases.report_within + Duration{1});
    }
    save(record);
}

// The analysis (R76, R65). What it leaves out of the loss analysis stays as it was given before.
CommandResult CaseDesk::report(CaseRecord& record, const StaffId& actor, const ReportAction& action) {
    if (auto verdict = may(record, CaseTrigger::REPORT, actor, Actor::member); !verdict) return verdict;
    Case& view = record.view;
    if (view.state == CaseState::NEW && view.case_class != CaseClass::WATCH) {
        return refuse(RejectionCode::ILLEGAL_TRANSITION, Why::OUTCOME_COMES_FIRST);
    }
    CaseReport report;
    report.cause = action.cause;
    report.course = action.course;
    report.responsible = action.responsible;
    report.conclusion = action.conclusion;
    report.countermeasures = action.countermeasures;
    report.prevention = action.prevention;
    report.submitted_by = actor;
    report.submitted_at = desk_.now();
    view.report = std::move(report);
    view.lost = filled(view.lost, action.lost);
    if (!view.ledger.analysed_at.is_set()) view.ledger.analysed_at = desk_.now();
    file_.each(record, [&](Obligation& o) {
        if (o.task.kind == TaskKind::ANALYSIS_REPORT && !ends_the_case(o)) desk_.book().finish(o, TaskState::DONE);
    });
    if (view.case_class == CaseClass::WATCH) {
        desk_.notify(desk_.first(StaffRole::MARKET_DEPARTMENT), NoticeReason::REPORT_READY, &record);
        end_watch(record);
    } else if (view.owner_staff_id != actor) {
        desk_.notify(view.owner_staff_id, NoticeReason::REPORT_READY, &record, nullptr,
                     {.waits_for = std::string(kWaitsForApproval), .detail = {}});
    }
    return {};
}

}  // namespace aw
