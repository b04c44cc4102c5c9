// CaseDesk: the work of the group, from the acknowledgement to the last countermeasure.
#include <algorithm>

#include "core/cases/case_desk.hpp"

namespace aw {

// By the leader of any level reached so far; it settles every acknowledgement that is still owed.
CommandResult CaseDesk::ack(CaseRecord& record, const StaffId& actor) {
    if (auto verdict = allowed(record, CaseTrigger::ACK); !verdict) return verdict;
    if (!leads_case(record, actor))
        return refuse(RejectionCode::FORBIDDEN, Why::LEVEL_NOT_REACHED, actor.value);
    const bool owed =
        file_.any(record, [](const Obligation& o) { return o.milestone == MilestoneKind::ACKNOWLEDGE && o.is_open(); });
    if (!owed) return refuse(RejectionCode::ILLEGAL_TRANSITION, Why::ACKNOWLEDGED_ALREADY);
    acknowledge(record);
    return {};
}

void CaseDesk::acknowledge(CaseRecord& record) {
    finish_all(record, MilestoneKind::ACKNOWLEDGE);
    move(record, CaseTrigger::ACK);
    if (!record.view.ledger.acked_at.is_set()) record.view.ledger.acked_at = desk_.now();
    begin_work(record);
    complete_group(record);
}

CommandResult CaseDesk::start(CaseRecord& record, const StaffId& actor) {
    if (auto verdict = may(record, CaseTrigger::START, actor, Actor::member); !verdict) return verdict;
    move(record, CaseTrigger::START);
    return {};
}

CommandResult CaseDesk::plan(CaseRecord& record, const StaffId& actor, const PlanAction& action) {
    if (auto verdict = may(record, CaseTrigger::PLAN, actor, Actor::member); !verdict) return verdict;
    if (action.cause.empty()) return refuse(RejectionCode::MISSING_FIELD, Why::FIELD_MISSING, "plan.cause");
    if (action.countermeasures.empty())
        return refuse(RejectionCode::MISSING_FIELD, Why::FIELD_MISSING, "plan.countermeasures");
    CasePlan plan;
    plan.cause = action.cause;
    for (std::size_t i = 0; i < action.countermeasures.size(); ++i) {
        const PlannedMeasure& measure = action.countermeasures[i];
        const std::string at = "plan.countermeasures[" + std::to_string(i) + "].";
        if (measure.text.empty()) return refuse(RejectionCode::MISSING_FIELD, Why::FIELD_MISSING, at + "text");
        if (!measure.due_at) return refuse(RejectionCode::MISSING_FIELD, Why::FIELD_MISSING, at + "due_at");
        if (*measure.due_at <= desk_.now())
            return refuse(RejectionCode::MISSING_FIELD, Why::FIELD_IN_THE_PAST, at + "due_at");
        if (auto verdict = require_staff(measure.owner_staff_id, (at + "owner_staff_id").c_str()); !verdict)
            return verdict;
        plan.countermeasures.push_back(
            {std::string(measure.text), StaffId(measure.owner_staff_id), *measure.due_at, {}});
    }
    plan.submitted_by = actor;
    plan.submitted_at = desk_.now();
    record.view.plan = std::move(plan);
    finish_all(record, MilestoneKind::CAUSE_AND_PLAN);
    if (record.view.owner_staff_id != actor) {
        desk_.notify(record.view.owner_staff_id, NoticeReason::TASK_ASSIGNED, &record, nullptr,
                     {.task = TaskKind::CAUSE_AND_PLAN, .detail = {}});
    }
    return {};
}

// With the approval each countermeasure becomes a task of its owner, in the place of an earlier plan's that is not
// done.
CommandResult CaseDesk::approve_plan(CaseRecord& record, const StaffId& actor) {
    if (auto verdict = may(record, CaseTrigger::APPROVE_PLAN, actor, Actor::leader); !verdict) return verdict;
    if (!record.view.plan) return refuse(RejectionCode::MISSING_FIELD, Why::NO_PLAN);
    if (record.view.plan->approved_at.is_set())
        return refuse(RejectionCode::ILLEGAL_TRANSITION, Why::PLAN_APPROVED_ALREADY);
    auto& measures = record.view.plan->countermeasures;
    for (std::size_t i = 0; i < measures.size(); ++i) {
        if (measures[i].due_at <= desk_.now())
            return refuse(RejectionCode::MISSING_FIELD, Why::PLAN_IN_THE_PAST,
                          "plan.countermeasures[" + std::to_string(i) + "].due_at");
    }
    file_.each(record, [&](Obligation& o) {
        if (o.of_plan) desk_.book().finish(o, TaskState::CANCELLED);
    });
    record.view.plan->approved_by = actor;
    record.view.plan->approved_at = desk_.now();
    for (Countermeasure& measure : measures) {
        Obligation& task = desk_.book().owe_until({.case_id = record.view.case_id,
                                                   .kind = TaskKind::ASSIGNED,
                                                   .who = measure.owner_staff_id,
                                                   .span = {},
                                                   .detail = measure.text,
                                                   .complaint_id = {}},
                                                  measure.due_at);
        task.of_plan = true;
        measure.task_id = task.task.task_id;
        desk_.notify(measure.owner_staff_id, NoticeReason::TASK_ASSIGNED, &record, &task, {.detail = measure.text});
    }
    move(record, CaseTrigger::APPROVE_PLAN);
    return {};
}

// R84: on several levels; any leader may talk to the client, in the group or not.
CommandResult CaseDesk::contact(CaseRecord& record, const StaffId& actor, const ContactAction& action) {
    if (auto verdict = allowed(record, CaseTrigger::CONTACT); !verdict) return verdict;
    auto verdict = require(record, actor, Actor::member);
    if (!verdict && !leads(actor, StaffRole::DEVELOPING_UNIT_HEAD)) return verdict;
    if (action.level == ContactLevel::UNSPECIFIED)
        return refuse(RejectionCode::MISSING_FIELD, Why::FIELD_MISSING, "contact.level");
    if (action.channel == TouchChannel::UNSPECIFIED)
        return refuse(RejectionCode::MISSING_FIELD, Why::FIELD_MISSING, "contact.channel");
    record.view.contacts.push_back({desk_.now(), action.level, action.channel, actor});
    file_.each(record, [&](Obligation& o) {  // of its complaints, too: the customer was spoken to
        if (o.milestone == MilestoneKind::FIRST_CONTACT) desk_.book().finish(o, TaskState::DONE);
    });
    measures_done(record);
    return {};
}

// Progress in words: it is in the audit record; the next one is owed from now.
CommandResult CaseDesk::update(CaseRecord& record, const StaffId& actor, const UpdateAction& action) {
    if (auto verdict = may(record, CaseTrigger::UPDATE, actor, Actor::member); !verdict) return verdict;
    if (action.text.empty()) return refuse(RejectionCode::MISSING_FIELD, Why::FIELD_MISSING, "update.text");
    const bool owed = file_.any(
        record, [](const Obligation& o) { return o.milestone == MilestoneKind::PROGRESS_UPDATE && o.is_open(); });
    finish_all(record, MilestoneKind::PROGRESS_UPDATE);
    if (owed) owe_progress(record);
    if (record.view.state == CaseState::SUSPENDED) rest(record);
    return {};
}

CommandResult CaseDesk::done(CaseRecord& record, const StaffId& actor, const DoneAction& action) {
    if (auto verdict = may(record, CaseTrigger::DONE, actor, Actor::member); !verdict) return verdict;
    Obligation* task = file_.find_task(action.task_id);
    if (task == nullptr || task->task.case_id != record.view.case_id || task->task.kind == TaskKind::UNSPECIFIED) {
        return refuse(RejectionCode::MISSING_FIELD, Why::NO_TASK_OF_THE_CASE, "done.task_id");
    }
    // Milestones are met by their own commands (ack, accept, contact, plan), so that the record says what was done.
    const bool own_command = ends_the_case(*task) || (task->milestone != MilestoneKind::UNSPECIFIED &&
                                                      task->milestone != MilestoneKind::FOLLOW_UP);
    if (own_command || task->task.kind == TaskKind::ACCEPT_ROLE || task->task.kind == TaskKind::HAND_OVER) {
        return refuse(RejectionCode::ILLEGAL_TRANSITION, Why::HAS_ITS_OWN_COMMAND, std::string(name(task->task.kind)));
    }
    if (!task->is_open()) return refuse(RejectionCode::ILLEGAL_TRANSITION, Why::TASK_NOT_OPEN);
    desk_.book().finish(*task, TaskState::DONE);
    measures_done(record);
    end_watch(record);
    return {};
}

// A task that belongs to no case (a complaint's): by whoever owes it, or a leader.
void CaseDesk::done_without_case(const CommandEvent& command, Obligation& task, std::vector<NamedValue> inputs) {
    const StaffId actor(command.actor_staff_id);
    const auto reject = [&](const Refused& refused) { desk_.reject(DecisionKind::COMMAND, refused, {}, inputs); };
    if (desk_.staffing().organisation().find_staff(actor.value) == nullptr) {
        return reject({RejectionCode::UNKNOWN_ACTOR, Why::NO_SUCH_STAFF, actor.value});
    }
    if (desk_.staffing().has_left(actor)) return reject({RejectionCode::FORBIDDEN, Why::HAS_LEFT, actor.value});
    if (task.task.assignee_staff_id != actor && !leads(actor, StaffRole::DEVELOPING_UNIT_HEAD)) {
        return reject({RejectionCode::FORBIDDEN, Why::SOMEBODY_ELSES_TASK, task.task.task_id.value, actor.value});
    }
    if (!task.is_open()) return reject({RejectionCode::ILLEGAL_TRANSITION, Why::TASK_NOT_OPEN});
    if (task.milestone == MilestoneKind::ANSWER_COMPLAINT || task.milestone == MilestoneKind::FIRST_CONTACT) {
        return reject({RejectionCode::ILLEGAL_TRANSITION, Why::ENDS_WITH_THE_COMPLAINT});
    }
    desk_.book().finish(task, TaskState::DONE);
    desk_.decide(DecisionKind::COMMAND, DecisionOutcome::ACCEPTED, "done", {}, {}, std::move(inputs));
}

// ACTING -> OBSERVING when all that was planned is done and the customer was spoken to (S1: by an executive).
void CaseDesk::measures_done(CaseRecord& record) {
    const Case& view = record.view;
    if (view.state != CaseState::ACTING || !view.plan || !view.plan->approved_at.is_set()) return;
    for (const Countermeasure& measure : view.plan->countermeasures) {
        const Obligation* task = file_.find_task(measure.task_id.value);
        if (task != nullptr && task->is_open()) return;
    }
    if (auto verdict = contact_guard(record); !verdict) {
        return desk_.reject(DecisionKind::GUARD, verdict.error(), view.case_id, {{"step", "TASKS_DONE"}});
    }
    move(record, CaseTrigger::TASKS_DONE);
    // Watching has no deadline of its own; the resolution target has.
    owe(record, TaskKind::UNSPECIFIED, view.owner_staff_id, view.leader_role, {}, MilestoneKind::OBSERVE);
}

// R52, R79: a visit is done by visiting, a follow-up by talking to the customer again.
void CaseDesk::touched(const StaffId& staff, TouchChannel channel, TouchPurpose purpose) {
    std::vector<CaseId> changed;
    const Obligation* next = nullptr;  // one talk, one follow-up: the one that is due first
    for (const Obligation& o : file_.obligations) {
        if (o.task.kind != TaskKind::FOLLOW_UP || !o.is_open() || purpose != TouchPurpose::FOLLOW_UP) continue;
        if (next == nullptr || o.task.due_at < next->task.due_at) next = &o;
    }
    for (Obligation& o : file_.obligations) {
        const bool visit = o.task.kind == TaskKind::VISIT && channel == TouchChannel::VISIT;
        if (!o.is_open() || (!visit && &o != next)) continue;
        desk_.book().finish(o, TaskState::DONE);
        if (std::find(changed.begin(), changed.end(), o.task.case_id) == changed.end())
            changed.push_back(o.task.case_id);
    }
    for (const CaseId& id : changed) {
        CaseRecord* record = file_.find(id.value);
        if (record == nullptr) continue;
        desk_.decide(DecisionKind::CASE, DecisionOutcome::ACCEPTED, "VISITED", id, {},
                     {{"staff_id", staff.value}});
        end_watch(*record);
        save(*record);
    }
}

// R106: a superior of the case gives somebody a task with a deadline.
CommandResult CaseDesk::assign_task(CaseRecord& record, const StaffId& actor, const AssignTaskAction& action) {
    if (auto verdict = allowed(record, CaseTrigger::ASSIGN_TASK); !verdict) return verdict;
    auto verdict = require(record, actor, Actor::leader);
    if (!verdict && record.view.owner_staff_id != actor) return verdict;
    if (auto known = require_staff(action.staff_id, "assign_task.staff_id"); !known) return known;
    if (action.text.empty()) return refuse(RejectionCode::MISSING_FIELD, Why::FIELD_MISSING, "assign_task.text");
    if (!action.due_at) return refuse(RejectionCode::MISSING_FIELD, Why::FIELD_MISSING, "assign_task.due_at");
    if (*action.due_at <= desk_.now())
        return refuse(RejectionCode::MISSING_FIELD, Why::FIELD_IN_THE_PAST, "assign_task.due_at");
    const StaffId who(action.staff_id);
    const Obligation& task = desk_.book().owe_until({.case_id = record.view.case_id,
                                                     .kind = TaskKind::ASSIGNED,
                                                     .who = who,
                                                     .span = {},
                                                     .detail = std::string(action.text),
                                                     .complaint_id = {}},
                                                    *action.due_at);
    desk_.notify(who, NoticeReason::TASK_ASSIGNED, &record, &task, {.detail = std::string(action.text)});
    return {};
}

// R85: what may be offered is the policy's business; from each tier on somebody else has to agree.
CommandResult CaseDesk::offer(CaseRecord& record, const StaffId& actor, const OfferAction& action) {
    if (auto verdict = may(record, CaseTrigger::OFFER, actor, Actor::member); !verdict) return verdict;
    const OfferRules& rules = desk_.policy().offers;
    if (!rules.enabled) return refuse(RejectionCode::FORBIDDEN, Why::NO_OFFERS);
    if (!action.amount) return refuse(RejectionCode::MISSING_FIELD, Why::FIELD_MISSING, "offer.amount");
    if (action.text.empty()) return refuse(RejectionCode::MISSING_FIELD, Why::FIELD_MISSING, "offer.text");
    Offer offer{desk_.now(), actor, *action.amount, std::string(action.text), OfferApproval::UNSPECIFIED};
    for (const OfferTier& tier : rules.tiers) {
        if (offer.amount >= tier.from) offer.approval = tier.approval;
    }
    desk_.notify(record.view.owner_staff_id, NoticeReason::FILING, &record, nullptr, {.detail = offer.text});
    if (offer.approval == OfferApproval::MARKET_DEPARTMENT) {
        desk_.notify(desk_.first(StaffRole::MARKET_DEPARTMENT), NoticeReason::FILING, &record, nullptr,
                     {.detail = offer.text});
    }
    record.view.offers.push_back(std::move(offer));
    return {};
}

}  // namespace aw
