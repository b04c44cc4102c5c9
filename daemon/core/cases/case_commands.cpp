// CaseDesk: what people do. Every command is carried out whole or rejected with a code and changes nothing.
#include <algorithm>

#include "core/cases/case_desk.hpp"

namespace aw {
namespace {

template <class... F>
struct Overloaded : F... {
    using F::operator()...;
};

constexpr GroupRole kMandatory[] = {GroupRole::LEADER, GroupRole::SALES, GroupRole::AFTER_SALES};

bool is_current(const GroupMember& member) {
    return member.state == MemberState::INVITED || member.state == MemberState::ACCEPTED;
}

}  // namespace

void CaseDesk::command(const Event& event, const CommandEvent& command) {
    const std::string action(action_name(command.action));
    std::vector<NamedValue> inputs = {{"event_id", std::string(event.event_id)},
                                      {"actor_staff_id", std::string(command.actor_staff_id)},
                                      {"action", action}};
    if (!command.reason.empty()) inputs.push_back({"reason", std::string(command.reason)});
    const auto reject = [&](RejectionCode code, const std::string& why, const CaseId& case_id) {
        decide(DecisionKind::COMMAND, DecisionOutcome::REJECTED, std::string(name(code)), action + ": " + why, case_id, {}, inputs);
    };
    CaseRecord* record = file_.find(command.case_id);
    if (const auto* done = std::get_if<DoneAction>(&command.action); record == nullptr && command.case_id.empty() && done != nullptr) {
        record = file_.find_task(done->task_id).first;
    }
    if (record == nullptr) {
        return reject(RejectionCode::UNKNOWN_CASE, "there is no case " + std::string(command.case_id), CaseId(command.case_id));
    }
    const CaseId case_id = record->view.case_id;
    if (staffing_.organisation().find_staff(command.actor_staff_id) == nullptr) {
        return reject(RejectionCode::UNKNOWN_ACTOR, "nobody has the staff id \"" + std::string(command.actor_staff_id) + "\"", case_id);
    }
    if (command.expected_version != 0 && command.expected_version != record->view.version) {
        return reject(RejectionCode::VERSION_CONFLICT,
                      "expected version " + std::to_string(command.expected_version) + ", the case is at " +
                          std::to_string(record->view.version), case_id);
    }
    const Verdict verdict = carry_out(*record, command);
    if (!verdict) return reject(verdict.error().code, verdict.error().why, case_id);
    EvidenceLedger& ledger = record->view.ledger;
    if (!ledger.reported_at.is_set()) ledger.reported_at = context_.now;  // R87: first human command
    save(*record);
    decide(DecisionKind::COMMAND, DecisionOutcome::ACCEPTED, action, action + " by " + std::string(command.actor_staff_id),
           case_id, {}, std::move(inputs));
}

CaseDesk::Verdict CaseDesk::carry_out(CaseRecord& record, const CommandEvent& command) {
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
            [&](const DoneAction& action) { return done(record, actor, action); },
            [&](const ResolveAction& action) { return resolve(record, actor, command, action); },
            [&](const auto&) -> Verdict {
                return fail(Refused{RejectionCode::ILLEGAL_TRANSITION, "this version does not carry out \"" +
                                                                           std::string(action_name(command.action)) + "\""});
            },
        },
        command.action);
}

CaseDesk::Verdict CaseDesk::allowed(const CaseRecord& record, CaseTrigger trigger) const {
    if (record.is_open() && next_state(record.view.state, trigger)) return {};
    return fail(Refused{RejectionCode::ILLEGAL_TRANSITION, "not possible in state " + std::string(name(record.view.state))});
}

CaseDesk::Actor CaseDesk::actor_kind(const CaseRecord& record, const StaffId& actor) const {
    for (const ChainLevel& level : record.chain) {
        if (!actor.empty() && level.staff_id == actor) return Actor::leader;
    }
    // The chair counts wherever he stands in the chain: another holder of the post may have taken the seat.
    const bool chairs = std::any_of(record.view.group.begin(), record.view.group.end(), [&](const GroupMember& m) {
        return m.group_role == GroupRole::LEADER && m.staff_id == actor && m.state == MemberState::ACCEPTED;
    });
    if (chairs) return Actor::leader;
    const bool in_group = std::any_of(record.view.group.begin(), record.view.group.end(), [&](const GroupMember& m) {
        return m.staff_id == actor && is_current(m);
    });
    const bool owes = std::any_of(record.obligations.begin(), record.obligations.end(), [&](const Obligation& o) {
        return o.is_open() && o.task.assignee_staff_id == actor;
    });
    return in_group || owes || record.view.owner_staff_id == actor ? Actor::member : Actor::outsider;
}

CaseDesk::Verdict CaseDesk::require(const CaseRecord& record, const StaffId& actor, Actor at_least) const {
    if (actor_kind(record, actor) <= at_least) return {};
    const std::string who = at_least == Actor::leader ? "a leader of a level reached so far" : "somebody of this case";
    return fail(Refused{RejectionCode::FORBIDDEN, actor.value + " is not " + who});
}

// By the leader of any level reached so far; it settles every acknowledgement that is still owed.
CaseDesk::Verdict CaseDesk::ack(CaseRecord& record, const StaffId& actor) {
    if (auto verdict = allowed(record, CaseTrigger::ACK); !verdict) return verdict;
    if (auto verdict = require(record, actor, Actor::leader); !verdict) return verdict;
    const bool owed = std::any_of(record.obligations.begin(), record.obligations.end(), [](const Obligation& o) {
        return o.milestone == MilestoneKind::ACKNOWLEDGE && o.is_open();
    });
    if (!owed) return fail(Refused{RejectionCode::ILLEGAL_TRANSITION, "already acknowledged"});
    acknowledge(record);
    return {};
}

void CaseDesk::acknowledge(CaseRecord& record) {
    finish_all(record, MilestoneKind::ACKNOWLEDGE);
    move(record, CaseTrigger::ACK);
    if (!record.view.ledger.acked_at.is_set()) record.view.ledger.acked_at = context_.now;
    complete_group(record);
}

// Accepts are allowed before the acknowledgement, and the leader's accept is one (requirements 3.2).
CaseDesk::Verdict CaseDesk::accept(CaseRecord& record, const StaffId& actor, const AcceptAction& action) {
    if (auto verdict = allowed(record, CaseTrigger::ACCEPT); !verdict) return verdict;
    if (action.group_role == GroupRole::UNSPECIFIED) return fail(Refused{RejectionCode::MISSING_FIELD, "group_role is missing"});
    const auto seat = std::find_if(record.view.group.begin(), record.view.group.end(), [&](const GroupMember& m) {
        return m.group_role == action.group_role && m.staff_id == actor && is_current(m);
    });
    if (seat == record.view.group.end()) {
        return fail(Refused{RejectionCode::FORBIDDEN, actor.value + " is not invited as " + std::string(name(action.group_role))});
    }
    if (seat->state == MemberState::ACCEPTED) return fail(Refused{RejectionCode::ILLEGAL_TRANSITION, "already accepted"});
    seat->state = MemberState::ACCEPTED;
    for (Obligation& o : record.obligations) {
        if (o.task.kind == TaskKind::ACCEPT_ROLE && o.group_role == action.group_role && o.task.assignee_staff_id == actor) {
            finish(record, o, TaskState::DONE);
        }
    }
    if (action.group_role == GroupRole::LEADER) {
        record.view.owner_staff_id = actor;
        record.view.leader_role = seat->role;
        acknowledge(record);
    } else {
        complete_group(record);
    }
    return {};
}

// A group is formed only when leader, sales and after-sales have accepted (R81).
void CaseDesk::complete_group(CaseRecord& record) {
    const auto& group = record.view.group;
    const bool complete = std::all_of(std::begin(kMandatory), std::end(kMandatory), [&](GroupRole role) {
        return std::any_of(group.begin(), group.end(), [&](const GroupMember& m) {
            return m.group_role == role && m.state == MemberState::ACCEPTED;
        });
    });
    if (!complete || !move(record, CaseTrigger::GROUP_COMPLETE)) return;
    finish_all(record, MilestoneKind::FORM_GROUP);
}

// The next candidate is asked; for the leader's seat those above in the chain follow the holders of the post.
CaseDesk::Verdict CaseDesk::decline(CaseRecord& record, const StaffId& actor, const DeclineAction& action) {
    if (auto verdict = allowed(record, CaseTrigger::DECLINE); !verdict) return verdict;
    if (action.group_role == GroupRole::UNSPECIFIED) return fail(Refused{RejectionCode::MISSING_FIELD, "group_role is missing"});
    const auto seat = std::find_if(record.view.group.begin(), record.view.group.end(), [&](const GroupMember& m) {
        return m.group_role == action.group_role && m.staff_id == actor && m.state == MemberState::INVITED;
    });
    if (seat == record.view.group.end()) {
        return fail(Refused{RejectionCode::FORBIDDEN, actor.value + " has no open invitation as " + std::string(name(action.group_role))});
    }
    seat->state = MemberState::DECLINED;
    const StaffRole role = seat->role;
    for (Obligation& o : record.obligations) {
        if (o.task.kind == TaskKind::ACCEPT_ROLE && o.group_role == action.group_role && o.task.assignee_staff_id == actor) {
            finish(record, o, TaskState::CANCELLED);
        }
    }
    if (std::find(std::begin(kMandatory), std::end(kMandatory), action.group_role) == std::end(kMandatory)) return {};
    std::vector<StaffId> next = candidates(role);
    if (action.group_role == GroupRole::LEADER) {
        for (const ChainLevel& level : record.chain) {
            for (StaffId& who : candidates(level.role)) next.push_back(std::move(who));
        }
    }
    invite(record, action.group_role, role, next);
    hand_on(record, action.group_role, actor);
    return {};
}

// What the one who declined owed in this seat is owed by whoever was asked next.
void CaseDesk::hand_on(CaseRecord& record, GroupRole seat, const StaffId& from) {
    const auto& group = record.view.group;
    const auto next = std::find_if(group.rbegin(), group.rend(), [&](const GroupMember& m) {
        return m.group_role == seat && m.state == MemberState::INVITED;
    });
    if (next == group.rend()) return;  // nobody: operations know, and the deadlines stand
    for (Obligation& o : record.obligations) {
        // A leader's own acknowledgement stays: declining the chair does not end the duty of the post.
        const bool personal = o.task.kind == TaskKind::ACKNOWLEDGE || o.task.kind == TaskKind::ACCEPT_ROLE;
        if (!o.is_open() || personal || o.task.assignee_staff_id != from) continue;
        o.task.assignee_staff_id = next->staff_id;
        o.task.assignee_role = next->role;
        emit(o);
        notify(next->staff_id, NoticeReason::TASK_ASSIGNED, &record, &o);
    }
}

CaseDesk::Verdict CaseDesk::start(CaseRecord& record, const StaffId& actor) {
    if (auto verdict = allowed(record, CaseTrigger::START); !verdict) return verdict;
    if (auto verdict = require(record, actor, Actor::member); !verdict) return verdict;
    move(record, CaseTrigger::START);
    return {};
}

CaseDesk::Verdict CaseDesk::plan(CaseRecord& record, const StaffId& actor, const PlanAction& action) {
    if (auto verdict = allowed(record, CaseTrigger::PLAN); !verdict) return verdict;
    if (auto verdict = require(record, actor, Actor::member); !verdict) return verdict;
    if (action.cause.empty()) return fail(Refused{RejectionCode::MISSING_FIELD, "plan.cause is missing"});
    if (action.countermeasures.empty()) return fail(Refused{RejectionCode::MISSING_FIELD, "plan.countermeasures is empty"});
    CasePlan plan;
    plan.cause = action.cause;
    for (std::size_t i = 0; i < action.countermeasures.size(); ++i) {
        const PlannedMeasure& measure = action.countermeasures[i];
        const std::string at = "plan.countermeasures[" + std::to_string(i) + "].";
        if (measure.text.empty()) return fail(Refused{RejectionCode::MISSING_FIELD, at + "text is missing"});
        if (!measure.due_at) return fail(Refused{RejectionCode::MISSING_FIELD, at + "due_at is missing"});
        if (staffing_.organisation().find_staff(measure.owner_staff_id) == nullptr) {
            return fail(Refused{RejectionCode::MISSING_FIELD, at + "owner_staff_id is missing or nobody's"});
        }
        plan.countermeasures.push_back({std::string(measure.text), StaffId(measure.owner_staff_id), *measure.due_at, {}});
    }
    plan.submitted_by = actor;
    plan.submitted_at = context_.now;
    record.view.plan = std::move(plan);
    finish_all(record, MilestoneKind::CAUSE_AND_PLAN);
    if (record.view.owner_staff_id != actor) {
        notify(record.view.owner_staff_id, NoticeReason::TASK_ASSIGNED, &record, nullptr, {.task = TaskKind::CAUSE_AND_PLAN});
    }
    return {};
}

// With the approval each countermeasure becomes a task of its owner.
CaseDesk::Verdict CaseDesk::approve_plan(CaseRecord& record, const StaffId& actor) {
    if (auto verdict = allowed(record, CaseTrigger::APPROVE_PLAN); !verdict) return verdict;
    if (auto verdict = require(record, actor, Actor::leader); !verdict) return verdict;
    if (!record.view.plan) return fail(Refused{RejectionCode::MISSING_FIELD, "there is no plan yet"});
    if (record.view.plan->approved_at.is_set()) return fail(Refused{RejectionCode::ILLEGAL_TRANSITION, "this plan is approved already"});
    record.view.plan->approved_by = actor;
    record.view.plan->approved_at = context_.now;
    for (Countermeasure& measure : record.view.plan->countermeasures) {
        Obligation& task = owe(record, TaskKind::ASSIGNED, measure.owner_staff_id, StaffRole::UNSPECIFIED, {},
                               MilestoneKind::UNSPECIFIED, measure.text);
        // Due when the plan says; its clock is real time from now until then.
        task.span = {ClockKind::REAL, std::max(measure.due_at - context_.now, Duration{1}), 0};
        schedule(task, context_.now);
        emit(task);
        measure.task_id = task.task.task_id;
        notify(measure.owner_staff_id, NoticeReason::TASK_ASSIGNED, &record, &task, {.detail = measure.text});
    }
    move(record, CaseTrigger::APPROVE_PLAN);
    return {};
}

CaseDesk::Verdict CaseDesk::contact(CaseRecord& record, const StaffId& actor, const ContactAction& action) {
    if (auto verdict = allowed(record, CaseTrigger::CONTACT); !verdict) return verdict;
    // On several levels (R84): any leader may talk to the client, in the group or not.
    const Staff* person = staffing_.organisation().find_staff(actor.value);
    const bool leads = person != nullptr && std::any_of(person->roles.begin(), person->roles.end(), [](StaffRole role) {
        return leader_rank(role) <= leader_rank(StaffRole::DEVELOPING_UNIT_HEAD);
    });
    if (auto verdict = require(record, actor, Actor::member); !verdict && !leads) return verdict;
    if (action.level == ContactLevel::UNSPECIFIED) return fail(Refused{RejectionCode::MISSING_FIELD, "contact.level is missing"});
    if (action.channel == TouchChannel::UNSPECIFIED) return fail(Refused{RejectionCode::MISSING_FIELD, "contact.channel is missing"});
    record.view.contacts.push_back({context_.now, action.level, action.channel, actor});
    finish_all(record, MilestoneKind::FIRST_CONTACT);
    return {};
}

CaseDesk::Verdict CaseDesk::done(CaseRecord& record, const StaffId& actor, const DoneAction& action) {
    if (auto verdict = allowed(record, CaseTrigger::DONE); !verdict) return verdict;
    if (auto verdict = require(record, actor, Actor::member); !verdict) return verdict;
    Obligation* task = file_.find_task(action.task_id).second;
    if (task == nullptr || task->task.case_id != record.view.case_id) {
        return fail(Refused{RejectionCode::MISSING_FIELD, "done.task_id names no task of this case"});
    }
    // Milestones are met by their own commands (ack, accept, contact, plan), so that the record says what was done.
    if (task->milestone != MilestoneKind::UNSPECIFIED || task->task.kind == TaskKind::ACCEPT_ROLE) {
        return fail(Refused{RejectionCode::ILLEGAL_TRANSITION, std::string(name(task->task.kind)) + " is met by its own command"});
    }
    if (!task->is_open()) return fail(Refused{RejectionCode::ILLEGAL_TRANSITION, "the task is not open"});
    finish(record, *task, TaskState::DONE);
    end_watch(record);
    return {};
}

// FALSE_ALARM and KNOWN_CHANGE end the case at once: the reason and its approver are the explanation.
CaseDesk::Verdict CaseDesk::resolve(CaseRecord& record, const StaffId& actor, const CommandEvent& command,
                                    const ResolveAction& action) {
    if (action.outcome == Outcome::UNSPECIFIED) return fail(Refused{RejectionCode::MISSING_FIELD, "resolve.outcome is missing"});
    if (action.outcome != Outcome::FALSE_ALARM && action.outcome != Outcome::KNOWN_CHANGE) {
        return fail(Refused{RejectionCode::ILLEGAL_TRANSITION,
                            "this version ends a case by FALSE_ALARM or KNOWN_CHANGE only, not by " + std::string(name(action.outcome))});
    }
    if (auto verdict = allowed(record, CaseTrigger::RESOLVE_EXPLAINED); !verdict) return verdict;
    if (auto verdict = require(record, actor, Actor::member); !verdict) return verdict;
    if (command.reason.empty()) return fail(Refused{RejectionCode::REASON_REQUIRED, "say why this is no emergency"});
    if (action.approver_staff_id.empty()) return fail(Refused{RejectionCode::APPROVER_REQUIRED, "resolve.approver_staff_id is missing"});
    const StaffId approver(action.approver_staff_id);
    if (!may_approve(record, approver)) return fail(Refused{RejectionCode::APPROVER_REQUIRED, approver.value + " may not approve this"});
    cancel_all(record);
    record.view.outcome = action.outcome;
    move(record, CaseTrigger::RESOLVE_EXPLAINED);
    for (const ChainLevel& level : record.chain) notify(level.staff_id, NoticeReason::CASE_RESOLVED, &record);
    for (const GroupMember& member : record.view.group) {
        const bool told = std::any_of(record.chain.begin(), record.chain.end(), [&](const ChainLevel& l) { return l.staff_id == member.staff_id; });
        if (is_current(member) && !told) notify(member.staff_id, NoticeReason::CASE_RESOLVED, &record);
    }
    return {};
}

// A leader of a level reached so far, or anybody whose post is at least as high; for a case without a chain, any leader.
bool CaseDesk::may_approve(const CaseRecord& record, const StaffId& approver) const {
    if (actor_kind(record, approver) == Actor::leader) return true;
    const Staff* person = staffing_.organisation().find_staff(approver.value);
    if (person == nullptr || !staffing_.is_active(approver)) return false;
    const int needed = record.chain.empty() ? leader_rank(StaffRole::DEVELOPING_UNIT_HEAD) : leader_rank(record.view.leader_role);
    return std::any_of(person->roles.begin(), person->roles.end(), [&](StaffRole role) { return leader_rank(role) <= needed; });
}

void CaseDesk::visited(const StaffId& staff, TouchChannel channel) {
    CaseRecord* record = file_.open_case();
    if (record == nullptr || channel != TouchChannel::VISIT) return;
    bool changed = false;
    for (Obligation& obligation : record->obligations) {
        if (!obligation.is_open() || obligation.task.kind != TaskKind::VISIT) continue;
        finish(*record, obligation, TaskState::DONE);
        changed = true;
    }
    if (!changed) return;
    decide(DecisionKind::CASE, DecisionOutcome::ACCEPTED, "VISITED", "visited by " + staff.value, record->view.case_id);
    end_watch(*record);
    save(*record);
}

void CaseDesk::drop_is_over() {
    CaseRecord* record = file_.open_case();
    if (record == nullptr) return;
    record->drop_over = true;
    if (record->view.case_class != CaseClass::WATCH) return;
    end_watch(*record);
    if (!record->is_open()) save(*record);
}

// A WATCH case closes itself once a period was above the gate and its visit and report are done, in either order.
void CaseDesk::end_watch(CaseRecord& record) {
    if (record.view.case_class != CaseClass::WATCH || !record.drop_over) return;
    const bool owed = std::any_of(record.obligations.begin(), record.obligations.end(), [](const Obligation& o) { return o.is_open(); });
    if (owed || !move(record, CaseTrigger::WATCH_OVER)) return;
    record.view.outcome = Outcome::RECOVERED;
    decide(DecisionKind::CASE, DecisionOutcome::ACCEPTED, "WATCH_OVER", "a period above the gate; visit and report are done",
           record.view.case_id);
}

}  // namespace aw
