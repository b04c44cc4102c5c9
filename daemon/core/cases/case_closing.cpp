// CaseDesk: from the outcome to the end: approval, the guards on closing (R65, R84), who owes what is still missing.
#include <algorithm>
#include <array>

#include "core/cases/case_desk.hpp"
#include "core/policy/chain.hpp"

namespace aw {
namespace {

bool is_approved(const Case& view) { return view.report && view.report->approved_at.is_set(); }

}  // namespace

CommandResult CaseDesk::approve_report(CaseRecord& record, const StaffId& actor) {
    if (auto verdict = may(record, CaseTrigger::APPROVE_REPORT, actor, Actor::leader); !verdict) return verdict;
    Case& view = record.view;
    if (!view.report) return refuse(RejectionCode::MISSING_FIELD, Why::NO_REPORT);
    if (is_approved(view)) return refuse(RejectionCode::ILLEGAL_TRANSITION, Why::REPORT_APPROVED_ALREADY);
    const CaseReport& report = *view.report;
    const std::array<std::pair<const char*, const std::string*>, 6> fields = {
        {{"cause", &report.cause},
         {"course", &report.course},
         {"responsible", &report.responsible},
         {"conclusion", &report.conclusion},
         {"countermeasures", &report.countermeasures},
         {"prevention", &report.prevention}}};
    for (const auto& [field, text] : fields) {
        if (text->empty())
            return refuse(RejectionCode::MISSING_FIELD, Why::FIELD_MISSING, std::string("report.") + field);
    }
    if (auto verdict = loss_guard(record); !verdict) return verdict;
    view.report->approved_by = actor;
    view.report->approved_at = desk_.now();
    desk_.notify(desk_.first(StaffRole::MARKET_DEPARTMENT), NoticeReason::REPORT_READY, &record);
    if (auto verdict = closing_guards(record); !verdict) {
        desk_.reject(DecisionKind::GUARD, verdict.error(), view.case_id, {{"step", "APPROVE_REPORT"}});
        return {};
    }
    close_now(record);
    return {};
}

CommandResult CaseDesk::close(CaseRecord& record, const StaffId& actor) {
    if (auto verdict = may(record, CaseTrigger::CLOSE, actor, Actor::leader); !verdict) return verdict;
    const bool owed = milestone_span(desk_.policy(), MilestoneKind::ANALYSIS_REPORT, record.view.severity) != nullptr;
    if (owed && !is_approved(record.view)) return refuse(RejectionCode::MISSING_FIELD, Why::REPORT_NOT_APPROVED);
    if (auto verdict = closing_guards(record); !verdict) return verdict;
    close_now(record);
    return {};
}

// R65: a loss is not closed before it is explained.
CommandResult CaseDesk::loss_guard(const CaseRecord& record) const {
    const Lost& lost = record.view.lost;
    const std::array<std::pair<const char*, const std::string*>, 3> fields = {
        {{"reason", &lost.reason}, {"destination", &lost.destination}, {"own_shortcomings", &lost.own_shortcomings}}};
    for (const auto& [field, text] : fields) {
        if (record.view.outcome == Outcome::LOST && text->empty())
            return refuse(RejectionCode::MISSING_FIELD, Why::FIELD_MISSING, std::string("churn_report.") + field);
    }
    return {};
}

// R84: the customer was spoken to, and in a CRITICAL case an executive took part.
CommandResult CaseDesk::contact_guard(const CaseRecord& record) const {
    bool any = false;
    bool executive = false;
    for (const CustomerContact& contact : record.view.contacts) {
        if (contact.at < record.live_since) continue;
        any = true;
        executive = executive || contact.level == ContactLevel::EXECUTIVE ||
                    leads(contact.staff_id, StaffRole::DEPUTY_GM_IN_CHARGE);
    }
    if (!any) return refuse(RejectionCode::CONTACT_MISSING, Why::NOBODY_TALKED);
    if (record.view.severity == Severity::CRITICAL && !executive) {
        return refuse(RejectionCode::EXECUTIVE_CONTACT_MISSING, Why::NO_EXECUTIVE_TALKED);
    }
    return {};
}

CommandResult CaseDesk::closing_guards(const CaseRecord& record) const {
    if (auto verdict = loss_guard(record); !verdict) return verdict;
    if (auto verdict = contact_guard(record); !verdict) return verdict;
    for (const std::string& id : record.view.complaint_ids) {
        const Complaint* complaint = file_.find_complaint(id);
        if (complaint != nullptr && complaint->is_open())
            return refuse(RejectionCode::COMPLAINT_OPEN, Why::COMPLAINT_IS_OPEN, id);
    }
    for (const Obligation& o : file_.obligations) {
        const bool promised = o.task.kind == TaskKind::ASSIGNED || o.task.kind == TaskKind::COMMITMENT;
        if (o.task.case_id != record.view.case_id || !promised || !o.is_open()) continue;
        if (!desk_.staffing().is_active(o.task.assignee_staff_id)) {
            return refuse(RejectionCode::COMMITMENT_OPEN, Why::NOBODY_KEEPS_IT, o.task.task_id.value);
        }
    }
    return {};
}

// Closed; the customer is looked after for a while yet.
void CaseDesk::close_now(CaseRecord& record) {
    Case& view = record.view;
    move(record, CaseTrigger::CLOSE);
    record.closed_at = desk_.now();
    record.transfer_to = {};
    file_.each(record, [&](Obligation& o) {
        if (ends_the_case(o)) desk_.book().finish(o, TaskState::DONE);
    });
    cancel_work(record);
    const StaffId who = sales(record);
    // Requirements 3.2: S4 has none; rows of that severity are a complaint's.
    for (const MilestoneRule& rule : desk_.policy().milestones) {
        if (rule.kind != MilestoneKind::FOLLOW_UP || rule.severity != view.severity) continue;
        if (view.severity == Severity::LOW) continue;
        owe(record, TaskKind::FOLLOW_UP, who, StaffRole::KEY_ACCOUNT_MANAGER, rule.span, MilestoneKind::FOLLOW_UP);
    }
    desk_.decide(DecisionKind::CASE, DecisionOutcome::ACCEPTED, "CLOSED", view.case_id, {},
                 {{"outcome", std::string(name(view.outcome))}});
    notify_all(record, NoticeReason::CASE_CLOSED);
}

// Its severity has a deadline for one, or it is a loss that nobody has explained.
bool CaseDesk::needs_report(const CaseRecord& record) const {
    if (record.view.report) return false;
    return milestone_span(desk_.policy(), MilestoneKind::ANALYSIS_REPORT, record.view.severity) != nullptr ||
           !loss_guard(record);
}

// Who answers for the case now, and may approve and close: the owner or the deputy, else the first leader who is there.
std::pair<StaffId, StaffRole> CaseDesk::who_answers(const CaseRecord& record) const {
    const Case& view = record.view;
    const StaffId owner = desk_.staffing().active_or_deputy(view.owner_staff_id);
    if (!owner.empty() && actor_kind(record, owner) == Actor::leader) return {owner, view.leader_role};
    for (const StaffRole role : chain_roles(desk_.policy(), desk_.account().grade, view.severity)) {
        const StaffId who = desk_.first(role);
        if (!who.empty()) return {who, role};
    }
    return {owner, view.leader_role};
}

// What is missing now, in the order in which it has to come.
CaseDesk::TheEnd CaseDesk::missing_to_close(const CaseRecord& record) const {
    const Case& view = record.view;
    const bool emergency = view.case_class == CaseClass::EMERGENCY;
    const auto talker = emergency ? std::pair{sales(record), StaffRole::KEY_ACCOUNT_MANAGER} : who_answers(record);
    if (needs_report(record)) return {TaskKind::ANALYSIS_REPORT, {}, talker};
    const CommandResult guard = closing_guards(record);
    const auto held_by = [&](RejectionCode code) { return !guard && guard.error().code == code; };
    if (held_by(RejectionCode::CONTACT_MISSING)) return {TaskKind::CONTACT_CUSTOMER, kWaitsForContact, talker};
    if (held_by(RejectionCode::EXECUTIVE_CONTACT_MISSING)) {
        const StaffRole role = desk_.policy().severity.critical_min_leader;
        return {TaskKind::CONTACT_CUSTOMER, kWaitsForExecutive, {desk_.first(role), role}};
    }
    // A complaint has clocks of its own; where they have ended, somebody has to see to it all the same.
    const bool runs = file_.any(record, [](const Obligation& o) { return o.is_open() && !o.complaint_id.empty(); });
    if (held_by(RejectionCode::COMPLAINT_OPEN) && runs) return {};
    return {TaskKind::ANALYSIS_REPORT, kWaitsForClosing, who_answers(record)};
}

// No case waits for its end without somebody who owes it: one task at a time, for what is missing.
void CaseDesk::owe_the_end(CaseRecord& record) {
    if (record.view.state != CaseState::REPORT_DUE) return;
    const bool waits_for_approval = record.view.report && !is_approved(record.view);
    watch_the_approval(record, waits_for_approval);
    const TheEnd end = waits_for_approval ? TheEnd{} : missing_to_close(record);
    const auto wanted = [&](const Obligation& o) {
        const bool its_kind = end.waits_for.empty() ? o.milestone == MilestoneKind::ANALYSIS_REPORT : ends_the_case(o);
        return its_kind && o.is_open() && o.task.kind == end.kind && o.task.detail == end.waits_for;
    };
    file_.each(record, [&](Obligation& o) {
        if (ends_the_case(o) && !wanted(o)) desk_.book().finish(o, TaskState::DONE);
    });
    if (end.kind == TaskKind::UNSPECIFIED || file_.any(record, wanted)) return;
    const Policy& policy = desk_.policy();
    const Span* span = milestone_span(policy, MilestoneKind::ANALYSIS_REPORT, record.view.severity);
    if (span == nullptr) span = milestone_span(policy, MilestoneKind::FIRST_CONTACT, record.view.severity);
    if (span == nullptr) span = &policy.cases.hand_over;
    const auto& [who, role] = end.by;
    const MilestoneKind milestone = end.waits_for.empty() ? MilestoneKind::ANALYSIS_REPORT : MilestoneKind::UNSPECIFIED;
    const Obligation& task = owe(record, end.kind, who, role, *span, milestone, std::string(end.waits_for));
    if (who.empty()) desk_.notify_operations(NoticeReason::ROLE_UNFILLED, &record, {.detail = std::string(name(role))});
    desk_.notify(who, NoticeReason::TASK_ASSIGNED, &record, &task);
}

// The approval is one command of the owner's: no task, but whoever lets it lie is reminded like anybody who does
// nothing.
void CaseDesk::watch_the_approval(CaseRecord& record, bool waits) {
    bool watched = false;
    file_.each(record, [&](Obligation& o) {
        if (o.milestone != MilestoneKind::HUMAN_ACTIVITY || !o.is_open()) return;
        watched = true;
        if (!waits) desk_.book().finish(o, TaskState::CANCELLED);
    });
    if (!waits || watched) return;
    const auto [who, role] = who_answers(record);
    owe_milestone(record, MilestoneKind::HUMAN_ACTIVITY, TaskKind::UNSPECIFIED, who, role);
}

}  // namespace aw
