// CaseDesk: somebody leaves for good and a successor is named (R92). What the person owed, owned and sat in is the
// successor's from now on; every deadline stays.
#include <algorithm>

#include "core/cases/case_desk.hpp"

namespace aw {

void CaseDesk::succeed(const StaffId& from, const StaffId& to) {
    const auto say = [&](const std::string& what, const CaseId& case_id) {
        desk_.decide(DecisionKind::CASE, DecisionOutcome::ACCEPTED, "HANDED_OVER", case_id, {},
                     {{"subject", what}, {"from_staff_id", from.value}, {"to_staff_id", to.value}});
    };
    std::vector<CaseId> changed;
    for (CaseRecord& record : file_.cases) {
        if (record.is_open() && succeed_in(record, from, to)) {
            say(record.view.case_id.value, record.view.case_id);
            changed.push_back(record.view.case_id);
        }
    }
    const auto has_accepted = [&](const Obligation& invitation, const StaffId& person) {
        const CaseRecord* record = file_.find(invitation.task.case_id.value);
        return record != nullptr &&
               std::any_of(record->view.group.begin(), record->view.group.end(), [&](const GroupMember& m) {
                   return m.group_role == invitation.group_role && m.staff_id == person &&
                          m.state == MemberState::ACCEPTED;
               });
    };
    for (Obligation& o : file_.obligations) {
        const StaffId& who = o.task.assignee_staff_id;
        if (!o.is_open() || (who != from && who != to)) continue;
        // One of the two had accepted the seat to which the other one was still invited.
        if (o.task.kind == TaskKind::ACCEPT_ROLE && has_accepted(o, to)) {
            desk_.book().finish(o, TaskState::CANCELLED);
            continue;
        }
        if (who != from) continue;
        desk_.book().assign(o, to, o.task.assignee_role);
        if (o.task.kind == TaskKind::UNSPECIFIED) continue;
        say(o.task.task_id.value, o.task.case_id);
        desk_.notify(to, NoticeReason::TASK_ASSIGNED, file_.find(o.task.case_id.value), &o);
    }
    for (const CaseId& case_id : changed) save(*file_.find(case_id.value));
}

// Owner, levels of the chain, seats of the group. A seat goes over as it stands: an invitation stays one.
bool CaseDesk::succeed_in(CaseRecord& record, const StaffId& from, const StaffId& to) {
    Case& view = record.view;
    bool any = false;
    const auto replace = [&](StaffId& who) {
        if (who != from) return;
        who = to;
        any = true;
    };
    replace(view.owner_staff_id);
    replace(record.transfer_to);
    for (ChainLevel& level : record.chain) replace(level.staff_id);
    std::vector<GroupMember> joining;
    for (GroupMember& seat : view.group) {
        const bool current = seat.state == MemberState::INVITED || seat.state == MemberState::ACCEPTED;
        if (seat.staff_id != from || !current) continue;
        joining.push_back({seat.group_role, seat.role, to, seat.state});
        seat.state = MemberState::REPLACED;
        any = true;
    }
    for (GroupMember& seat : joining) {
        const auto known = std::find_if(view.group.begin(), view.group.end(), [&](const GroupMember& m) {
            return m.staff_id == to && m.group_role == seat.group_role;
        });
        if (known == view.group.end()) {
            view.group.push_back(std::move(seat));
        } else if (known->state != MemberState::ACCEPTED) {
            known->state = seat.state;
        }
    }
    return any;
}

}  // namespace aw
