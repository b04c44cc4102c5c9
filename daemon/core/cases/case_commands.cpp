// CaseDesk: what people do. Every command is carried out whole or rejected with a code and changes nothing. Who may do
// what: any leader of a level reached so far, the chair, and their superiors by post lead; the group, the owner and
// whoever owes a task of the case are members; everybody else is an outsider, and so is who has left.
#include <algorithm>

#include "base/overloaded.hpp"
#include "core/cases/case_desk.hpp"

namespace aw {
void CaseDesk::command(const Event& event, const CommandEvent& command, Elsewhere merge_target) {
    merge_target_ = merge_target;
    const std::string action(action_name(command.action));
    std::vector<NamedValue> inputs = {{"event_id", std::string(event.event_id)},
                                      {"actor_staff_id", std::string(command.actor_staff_id)},
                                      {"action", action}};
    if (!command.reason.empty()) inputs.push_back({"reason", std::string(command.reason)});
    const auto reject = [&](const Refused& refused, const CaseId& case_id) {
        desk_.reject(DecisionKind::COMMAND, refused, case_id, inputs);
    };
    CaseRecord* record = file_.find(command.case_id);
    if (const auto* done = std::get_if<DoneAction>(&command.action);
        record == nullptr && command.case_id.empty() && done != nullptr) {
        Obligation* task = file_.find_task(done->task_id);
        if (task != nullptr && task->task.case_id.empty()) return done_without_case(command, *task, std::move(inputs));
        if (task != nullptr) record = file_.find(task->task.case_id.value);
    }
    if (record == nullptr) {
        const bool by_task = command.case_id.empty();
        return reject(by_task ? Refused{RejectionCode::UNKNOWN_CASE, Why::NO_SUCH_TASK}
                              : Refused{RejectionCode::UNKNOWN_CASE, Why::NO_SUCH_CASE, std::string(command.case_id)},
                      CaseId(command.case_id));
    }
    const CaseId case_id = record->view.case_id;
    if (desk_.staffing().organisation().find_staff(command.actor_staff_id) == nullptr) {
        return reject({RejectionCode::UNKNOWN_ACTOR, Why::NO_SUCH_STAFF, std::string(command.actor_staff_id)}, case_id);
    }
    if (command.expected_version != 0 && command.expected_version != record->view.version) {
        return reject({RejectionCode::VERSION_CONFLICT, Why::OTHER_VERSION, std::to_string(command.expected_version),
                       std::to_string(record->view.version)},
                      case_id);
    }
    if (desk_.staffing().has_left(StaffId(command.actor_staff_id))) {
        return reject({RejectionCode::FORBIDDEN, Why::HAS_LEFT, std::string(command.actor_staff_id)}, case_id);
    }
    const CommandResult verdict = carry_out(*record, command);
    if (!verdict) return reject(verdict.error(), case_id);
    EvidenceLedger& ledger = record->view.ledger;
    if (!ledger.reported_at.is_set()) {  // R87: first human command
        ledger.reported_at = desk_.now();
        file_.each(*record, [&](Obligation& o) {
            if (watches_the_report(o)) desk_.book().finish(o, TaskState::DONE);
        });
    }
    human_activity(*record);
    review(*record);
    owe_the_end(*record);
    save(*record);
    desk_.decide(DecisionKind::COMMAND, DecisionOutcome::ACCEPTED, action, case_id, {}, std::move(inputs));
}

CommandResult CaseDesk::carry_out(CaseRecord& record, const CommandEvent& command) {
    const StaffId actor(command.actor_staff_id);
    return std::visit(
        Overloaded{
            [&](const AckAction&) { return ack(record, actor); },
            [&](const AcceptAction& action) { return accept(record, actor, action); },
            [&](const DeclineAction& action) { return decline(record, actor, action); },
            [&](const StartAction&) { return start(record, actor); },
            [&](const PlanAction& action) { return plan(record, actor, action); },
            [&](const ApprovePlanAction&) { return approve_plan(record, actor); },
            [&](const ContactAction& action) { return contact(record, actor, action); },
            [&](const UpdateAction& action) { return update(record, actor, action); },
            [&](const DoneAction& action) { return done(record, actor, action); },
            [&](const SuspendAction& action) { return suspend(record, actor, command, action); },
            [&](const ResumeAction&) { return resume(record, actor); },
            [&](const ResolveAction& action) { return resolve(record, actor, command, action); },
            [&](const ReportAction& action) { return report(record, actor, action); },
            [&](const ApproveReportAction&) { return approve_report(record, actor); },
            [&](const CloseAction&) { return close(record, actor); },
            [&](const MergeAction& action) { return merge(record, actor, command, action); },
            [&](const LowerSeverityAction& action) { return lower_severity(record, actor, command, action); },
            [&](const TransferAction& action) { return transfer(record, actor, action); },
            [&](const AcceptTransferAction&) { return accept_transfer(record, actor); },
            [&](const AssignTaskAction& action) { return assign_task(record, actor, action); },
            [&](const AddMemberAction& action) { return invite_member(record, actor, action); },
            [&](const OfferAction& action) { return offer(record, actor, action); },
            [&](const std::monostate&) { return refuse(RejectionCode::MISSING_FIELD, Why::NO_ACTION); },
        },
        command.action);
}

CommandResult CaseDesk::allowed(const CaseRecord& record, CaseTrigger trigger) const {
    const bool ended = !record.is_open() && record.view.state != CaseState::CLOSED;  // an explained end is final
    if (!ended && next_state(record.view.state, trigger, record.resumes_to)) return {};
    return refuse(RejectionCode::ILLEGAL_TRANSITION, Why::NOT_IN_THIS_STATE, std::string(name(record.view.state)));
}

// By the level that was reached, or in the chair, wherever he stands in the chain: another holder of the post may have
// taken the seat. Of whoever is away since, the deputy.
bool CaseDesk::leads_case(const CaseRecord& record, const StaffId& actor) const {
    const Staffing& staffing = desk_.staffing();
    const auto is_or_stands_in = [&](const StaffId& leader) {
        return leader == actor ||
               (!leader.empty() && !staffing.is_active(leader) && staffing.active_or_deputy(leader) == actor);
    };
    const auto& group = record.view.group;
    return std::any_of(record.chain.begin(), record.chain.end(),
                       [&](const ChainLevel& level) { return is_or_stands_in(level.staff_id); }) ||
           std::any_of(group.begin(), group.end(), [&](const GroupMember& m) {
               return m.group_role == GroupRole::LEADER && m.state == MemberState::ACCEPTED &&
                      is_or_stands_in(m.staff_id);
           });
}

// By post: the leader of the account's grade or higher, in its unit or above it (R106). So a WATCH case has a leader,
// too, and no superior has to wait until a level is reached.
bool CaseDesk::is_superior(const StaffId& actor) const {
    const StaffRole leader = responsibility_for(desk_.policy(), desk_.account().grade).leader;
    if (!leads(actor, leader) || !desk_.staffing().is_active(actor)) return false;
    const Organisation& organisation = desk_.staffing().organisation();
    const Staff* person = organisation.find_staff(actor.value);
    const Unit* at = organisation.find_unit(desk_.account().unit);
    for (std::size_t left = organisation.units.size(); at != nullptr && left > 0; --left) {  // a circle ends, too
        if (person->unit == at->id) return true;
        at = organisation.find_unit(at->parent);
    }
    return false;
}

CaseDesk::Actor CaseDesk::actor_kind(const CaseRecord& record, const StaffId& actor) const {
    if (actor.empty()) return Actor::outsider;
    if (leads_case(record, actor)) return Actor::leader;
    // Where there is a leader, a superior is whoever stands above that post: who has handed the case over does not.
    const Staff* person = desk_.staffing().organisation().find_staff(actor.value);
    const int rank = leader_rank(record.view.leader_role);
    const bool above = person != nullptr && std::any_of(person->roles.begin(), person->roles.end(),
                                                        [&](StaffRole role) { return leader_rank(role) < rank; });
    if ((record.chain.empty() || above) && is_superior(actor)) return Actor::leader;
    const auto& group = record.view.group;
    const bool in_group = std::any_of(group.begin(), group.end(), [&](const GroupMember& m) {
        return m.staff_id == actor && (m.state == MemberState::INVITED || m.state == MemberState::ACCEPTED);
    });
    const bool owes =
        file_.any(record, [&](const Obligation& o) { return o.is_open() && o.task.assignee_staff_id == actor; });
    return in_group || owes || record.view.owner_staff_id == actor ? Actor::member : Actor::outsider;
}

CommandResult CaseDesk::require(const CaseRecord& record, const StaffId& actor, Actor at_least) const {
    if (actor_kind(record, actor) <= at_least) return {};
    return refuse(RejectionCode::FORBIDDEN, at_least == Actor::leader ? Why::NOT_A_LEADER : Why::NOT_OF_THE_CASE,
                  actor.value);
}

CommandResult CaseDesk::may(const CaseRecord& record, CaseTrigger trigger, const StaffId& actor, Actor at_least) const {
    if (auto verdict = allowed(record, trigger); !verdict) return verdict;
    return require(record, actor, at_least);
}

bool CaseDesk::leads(const StaffId& staff, StaffRole at_least) const {
    const Staff* person = desk_.staffing().organisation().find_staff(staff.value);
    return person != nullptr && std::any_of(person->roles.begin(), person->roles.end(),
                                            [&](StaffRole role) { return leader_rank(role) <= leader_rank(at_least); });
}

// A leader of a level reached so far, or anybody whose post is at least as high; for a case without a chain, any
// leader.
bool CaseDesk::may_approve(const CaseRecord& record, const StaffId& approver) const {
    if (!desk_.staffing().is_active(approver)) return false;
    if (actor_kind(record, approver) == Actor::leader) return true;
    return leads(approver, record.chain.empty() ? StaffRole::DEVELOPING_UNIT_HEAD : record.view.leader_role);
}

// Somebody who is there: named, known, not away and not leaving.
CommandResult CaseDesk::require_staff(std::string_view id, const char* field) const {
    if (id.empty()) return refuse(RejectionCode::MISSING_FIELD, Why::FIELD_MISSING, field);
    const StaffId who(id);
    if (desk_.staffing().organisation().find_staff(id) == nullptr) {
        return refuse(RejectionCode::MISSING_FIELD, Why::FIELD_NAMES_NOBODY, field, who.value);
    }
    if (!desk_.staffing().is_active(who))
        return refuse(RejectionCode::FORBIDDEN, Why::FIELD_NAMES_ABSENT, field, who.value);
    return {};
}

}  // namespace aw
