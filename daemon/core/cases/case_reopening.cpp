// CaseDesk: what happened is not over yet: a signal comes to a case that has its outcome already.
#include <algorithm>

#include "core/cases/case_desk.hpp"
#include "core/cases/group_seats.hpp"

namespace aw {
namespace {

// A client that has left sends nothing, and every way to measure it says so once more.
bool is_the_loss_itself(const Case& view, SignalKind kind) {
    if (view.outcome != Outcome::LOST) return false;
    if (kind == SignalKind::DEFECTION) return true;
    const bool left = std::find(view.kinds.begin(), view.kinds.end(), SignalKind::DEFECTION) != view.kinds.end();
    return left && (is_drop(kind) || kind == SignalKind::INACTIVITY);
}

}  // namespace

// A new emergency soon after an emergency was closed is the same one: it goes on under its old number. So is one that
// comes while a report is still owed, whatever the case was and however it ended.
bool CaseDesk::may_reopen(const CaseRecord& record, const Signal& signal) const {
    const Case& view = record.view;
    if (class_for(signal.kind, signal.severity) != CaseClass::EMERGENCY) return false;
    if (view.state == CaseState::REPORT_DUE) return !is_the_loss_itself(view, signal.kind);
    return view.state == CaseState::CLOSED && view.case_class == CaseClass::EMERGENCY &&
           desk_.now() <= record.closed_at + std::chrono::days{desk_.policy().cases.reopen_days};
}

// The outcome stands and the report is owed. An emergency brings the case back; anything else is attached, counts for
// the severity, and brings the tasks of its kind.
void CaseDesk::attach_to_ended(CaseRecord& record, const Signal& signal, Severity base) {
    if (may_reopen(record, signal)) {
        reopen(record, signal, base);
        if (signal.kind == SignalKind::DEFECTION) return defected(record);
        return save(record);
    }
    if (signal.severity > record.view.severity) {
        raise_to(record, signal.severity);
    } else {
        tell_attached(record, signal);
    }
    add_signal_tasks(record, signal, base);
    owe_the_end(record);
    save(record);
}

// Outcome, plan and report of the first time are over (the log keeps them), and the clocks of the work begin again.
void CaseDesk::reopen(CaseRecord& record, const Signal& signal, Severity base) {
    Case& view = record.view;
    cancel_milestones(record);
    file_.each(record, [&](Obligation& o) {
        if (ends_the_case(o)) desk_.book().finish(o, TaskState::CANCELLED);
    });
    view.outcome = Outcome::UNSPECIFIED;
    view.proposed_outcome = Outcome::UNSPECIFIED;
    view.lost = {};
    view.plan.reset();
    view.report.reset();
    ++view.reopen_count;
    view.ledger.analysed_at = {};
    record.live_since = desk_.now();
    record.closed_at = {};
    record.observations.clear();
    record.compounded = false;
    record.facts.erase(record.facts.begin(),
                       record.facts.end() - 1);  // what was before does not compound with what is new
    observe_by_default(record, signal.kind);
    if (view.case_class == CaseClass::EMERGENCY) {
        take_up_again(record, signal);
    } else {
        become_emergency(record, signal, signal.severity);
    }
    add_signal_tasks(record, signal, base);
    if (signal.severity > view.severity) raise_to(record, signal.severity);
    desk_.decide(DecisionKind::CASE, DecisionOutcome::ACCEPTED, "REOPENED", view.case_id, signal.rule_id,
                 {{"signal", std::string(name(signal.kind))}, {"times", std::to_string(view.reopen_count)}});
}

// An emergency that was one before: the group stays, and the leader acknowledges anew.
void CaseDesk::take_up_again(CaseRecord& record, const Signal& signal) {
    Case& view = record.view;
    move(record, CaseTrigger::REOPEN);
    if (const Obligation* ack = acknowledge_anew(record))
        desk_.notify(ack->task.assignee_staff_id, NoticeReason::REOPENED, &record, ack, {.signal = signal.kind});
    notify_all(record, NoticeReason::REOPENED, {.signal = signal.kind});
    const StaffId seller = sales(record);
    owe_milestone(record, MilestoneKind::FIRST_CONTACT, TaskKind::CONTACT_CUSTOMER, seller,
                  StaffRole::KEY_ACCOUNT_MANAGER);
    owe_milestone(record, MilestoneKind::CAUSE_AND_PLAN, TaskKind::CAUSE_AND_PLAN, seller,
                  StaffRole::KEY_ACCOUNT_MANAGER);
    owe_milestone(record, MilestoneKind::RESOLVE, TaskKind::UNSPECIFIED, view.owner_staff_id, view.leader_role);
    begin_work(record);
    form_again(record);
}

// A group that had not been formed is still to be formed: who was asked is asked again, and a seat to which nobody is
// invited any more is offered.
void CaseDesk::form_again(CaseRecord& record) {
    Case& view = record.view;
    const auto seats = mandatory_seats(view);
    if (std::all_of(seats.begin(), seats.end(), [&](const Seat& seat) { return is_taken(view, seat); })) return;
    owe_milestone(record, MilestoneKind::FORM_GROUP, TaskKind::FORM_GROUP, view.owner_staff_id, view.leader_role);
    for (const Seat& seat : seats) {
        if (is_taken(view, seat)) continue;
        const auto is_asked = [&](const GroupMember& m) {
            return m.group_role == seat.group_role && m.state == MemberState::INVITED;
        };
        std::vector<StaffId> list = desk_.candidates(seat.post);
        const auto asked = std::find_if(view.group.begin(), view.group.end(), [&](const GroupMember& m) {
            return is_asked(m) && desk_.staffing().is_active(m.staff_id);
        });
        if (asked != view.group.end()) list.insert(list.begin(), asked->staff_id);
        std::erase_if(view.group, is_asked);  // asked anew, whoever it is; who declined has said so
        invite(record, seat.group_role, seat.post, list);
    }
}

}  // namespace aw
