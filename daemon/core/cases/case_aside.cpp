// CaseDesk: what happens beside the way of a case: it rests, goes on elsewhere, changes hands, is taken less seriously.
#include <algorithm>

#include "core/cases/case_desk.hpp"

namespace aw {

// Every clock of the case stands still; a complaint's are the customer's and run on.
CommandResult CaseDesk::suspend(CaseRecord& record, const StaffId& actor, const CommandEvent& command,
                                const SuspendAction& action) {
    if (auto verdict = may(record, CaseTrigger::SUSPEND, actor, Actor::leader); !verdict) return verdict;
    if (command.reason.empty()) return refuse(RejectionCode::REASON_REQUIRED, Why::SAY_WHY_IT_MAY_REST);
    if (!action.until) return refuse(RejectionCode::MISSING_FIELD, Why::FIELD_MISSING, "suspend.until");
    const int days = desk_.policy().cases.suspend_days;
    if (*action.until <= desk_.now())
        return refuse(RejectionCode::MISSING_FIELD, Why::FIELD_IN_THE_PAST, "suspend.until");
    if (*action.until > desk_.now() + std::chrono::days{days}) {
        return refuse(RejectionCode::UNTIL_TOO_FAR, Why::TOO_MANY_DAYS, std::to_string(days));
    }
    Case& view = record.view;
    rest(record);
    record.resumes_to = view.state;
    view.suspended_until = *action.until;
    move(record, CaseTrigger::SUSPEND);
    desk_.book().owe_until(
        {.case_id = view.case_id, .span = {}, .detail = {}, .complaint_id = {}, .ends_suspension = true},
        *action.until);
    return {};
}

void CaseDesk::rest(CaseRecord& record) {
    file_.each(record, [&](Obligation& o) {
        if (o.complaint_id.empty() && !o.ends_suspension) desk_.book().pause(o);
    });
}

CommandResult CaseDesk::resume(CaseRecord& record, const StaffId& actor) {
    if (auto verdict = may(record, CaseTrigger::RESUME, actor, Actor::leader); !verdict) return verdict;
    go_on(record);
    return {};
}

// Back to the state before, with what was left of every span.
void CaseDesk::go_on(CaseRecord& record) {
    Case& view = record.view;
    if (!move(record, CaseTrigger::RESUME)) return;
    forget_rest(record);
    file_.each(record, [&](Obligation& o) {
        if (o.ends_suspension) desk_.book().finish(o, TaskState::DONE);
        desk_.book().resume(o);
    });
    complete_group(record);  // the chair may have changed hands meanwhile
    desk_.decide(DecisionKind::CASE, DecisionOutcome::ACCEPTED, "RESUMED", view.case_id, {},
                 {{"state", std::string(name(view.state))}});
}

void CaseDesk::forget_rest(CaseRecord& record) {
    record.resumes_to = CaseState::UNSPECIFIED;
    record.view.suspended_until = {};
}

// The case goes on under another number (of the same client's other account, say). A shard sees only its own accounts:
// a case elsewhere is taken on its word, and its shard says so if there is none.
CommandResult CaseDesk::merge(CaseRecord& record, const StaffId& actor, const CommandEvent& command,
                              const MergeAction& action) {
    if (auto verdict = may(record, CaseTrigger::MERGE, actor, Actor::leader); !verdict) return verdict;
    if (command.reason.empty()) return refuse(RejectionCode::REASON_REQUIRED, Why::SAY_WHY_THEY_ARE_ONE);
    if (action.into_case_id.empty())
        return refuse(RejectionCode::MISSING_FIELD, Why::FIELD_MISSING, "merge.into_case_id");
    const std::string own_root = format_root(desk_.account().root);
    if (!root_of_id(action.into_case_id) || action.into_case_id.substr(0, own_root.size()) == own_root) {
        return refuse(RejectionCode::UNKNOWN_CASE, Why::NOT_ANOTHER_ACCOUNTS, std::string(action.into_case_id));
    }
    if (merge_target_ == Elsewhere::nowhere || merge_target_ == Elsewhere::over) {
        return refuse(RejectionCode::UNKNOWN_CASE, Why::NO_OPEN_CASE, std::string(action.into_case_id));
    }
    Case& view = record.view;
    file_.each(record, [&](Obligation& o) {
        if (o.complaint_id.empty()) desk_.book().finish(o, TaskState::CANCELLED);
    });
    forget_rest(record);
    view.merged_into = CaseId(action.into_case_id);
    record.closed_at = desk_.now();
    move(record, CaseTrigger::MERGE);
    notify_all(record, NoticeReason::CASE_CLOSED, {.detail = view.merged_into.value});
    return {};
}

bool CaseDesk::take_merged(std::string_view case_id, std::string_view merged) {
    CaseRecord* record = file_.find(case_id);
    if (record == nullptr || !record->is_open()) return false;
    desk_.decide(DecisionKind::CASE, DecisionOutcome::ACCEPTED, "MERGED_HERE", record->view.case_id, {},
                 {{"merged_case_id", std::string(merged)}});
    notify_all(*record, NoticeReason::FILING, {.detail = std::string(merged) + " -> " + std::string(case_id)});
    save(*record);
    return true;
}

void CaseDesk::merged_into_nothing(std::string_view case_id) {
    const CaseRecord* record = file_.find(case_id);
    if (record == nullptr) return;
    const std::string why = record->view.merged_into.value;
    desk_.reject(DecisionKind::GUARD, {RejectionCode::UNKNOWN_CASE, Why::MERGED_INTO_NOTHING, why},
                 record->view.case_id);
    desk_.notify(record->view.owner_staff_id, NoticeReason::FILING, record, nullptr, {.detail = why + "?"});
    desk_.notify_operations(NoticeReason::OPERATIONS, record, {.detail = why + "?"});
}

// Deadlines that run stay as they are; what is owed from now on follows the lower severity.
CommandResult CaseDesk::lower_severity(CaseRecord& record, const StaffId& actor, const CommandEvent& command,
                                       const LowerSeverityAction& action) {
    if (auto verdict = may(record, CaseTrigger::LOWER_SEVERITY, actor, Actor::leader); !verdict) return verdict;
    if (action.severity == Severity::UNSPECIFIED)
        return refuse(RejectionCode::MISSING_FIELD, Why::FIELD_MISSING, "lower_severity.severity");
    if (command.reason.empty()) return refuse(RejectionCode::REASON_REQUIRED, Why::SAY_WHY_LESS_SEVERE);
    Case& view = record.view;
    if (action.severity >= view.severity || action.severity < Severity::LOW) {
        return refuse(RejectionCode::ILLEGAL_TRANSITION, Why::NO_LOWER_SEVERITY, std::string(name(view.severity)));
    }
    view.severity = action.severity;
    record.lowered_at = desk_.now();
    record.compounded = false;
    for (SignalFact& fact : record.facts) fact.severity = std::min(fact.severity, action.severity);
    return {};
}

// R21: who asks stays responsible until the other one accepts.
CommandResult CaseDesk::transfer(CaseRecord& record, const StaffId& actor, const TransferAction& action) {
    if (auto verdict = allowed(record, CaseTrigger::TRANSFER); !verdict) return verdict;
    auto leads_it = require(record, actor, Actor::leader);
    if (!leads_it && record.view.owner_staff_id != actor) return leads_it;
    if (auto verdict = require_staff(action.to_staff_id, "transfer.to_staff_id"); !verdict) return verdict;
    const StaffId to(action.to_staff_id);
    Case& view = record.view;
    if (to == view.owner_staff_id)
        return refuse(RejectionCode::ILLEGAL_TRANSITION, Why::OWNS_IT_ALREADY, to.value);
    file_.each(record, [&](Obligation& o) {
        if (o.task.kind == TaskKind::HAND_OVER) desk_.book().finish(o, TaskState::CANCELLED);
    });
    record.transfer_to = to;
    const auto [who, role] = who_answers(record);
    const Obligation& task = owe(record, TaskKind::HAND_OVER, who, role, desk_.policy().cases.hand_over,
                                 MilestoneKind::UNSPECIFIED, to.value);
    desk_.notify(to, NoticeReason::HAND_OVER, &record, &task,
                 {.detail = view.owner_staff_id.value + " -> " + to.value});
    return {};
}

CommandResult CaseDesk::accept_transfer(CaseRecord& record, const StaffId& actor) {
    if (auto verdict = allowed(record, CaseTrigger::TRANSFER); !verdict) return verdict;
    if (record.transfer_to.empty()) return refuse(RejectionCode::ILLEGAL_TRANSITION, Why::NOBODY_HANDS_OVER);
    if (record.transfer_to != actor)
        return refuse(RejectionCode::FORBIDDEN, Why::HANDED_TO_ANOTHER, record.transfer_to.value);
    Case& view = record.view;
    const StaffId from = view.owner_staff_id;
    record.transfer_to = {};
    view.owner_staff_id = actor;
    for (ChainLevel& level : record.chain) {
        if (level.staff_id == from) level.staff_id = actor;
    }
    // The chair goes with it.
    const auto chair = std::find_if(view.group.begin(), view.group.end(), [&](const GroupMember& m) {
        return m.group_role == GroupRole::LEADER && m.staff_id == from && m.state != MemberState::DECLINED;
    });
    if (chair != view.group.end()) {
        const StaffRole role = chair->role;
        chair->state = MemberState::REPLACED;
        std::erase_if(view.group,
                      [&](const GroupMember& m) { return m.group_role == GroupRole::LEADER && m.staff_id == actor; });
        view.group.push_back({GroupRole::LEADER, role, actor, MemberState::ACCEPTED});
    }
    file_.each(record, [&](Obligation& o) {
        if (!o.is_open()) return;
        if (o.task.kind == TaskKind::HAND_OVER) return desk_.book().finish(o, TaskState::DONE);
        const bool invited = o.task.kind == TaskKind::ACCEPT_ROLE && o.group_role == GroupRole::LEADER &&
                             o.task.assignee_staff_id == from;
        if (invited) return desk_.book().finish(o, TaskState::CANCELLED);
        if (o.task.assignee_staff_id == from) desk_.book().assign(o, actor, o.task.assignee_role);
    });
    desk_.notify(from, NoticeReason::HAND_OVER, &record, nullptr, {.detail = from.value + " -> " + actor.value});
    complete_group(record);
    return {};
}

}  // namespace aw
