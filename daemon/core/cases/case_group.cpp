// CaseDesk: the levels of the chain and the seats of the group.
#include <algorithm>

#include "core/cases/case_desk.hpp"
#include "core/cases/group_seats.hpp"
#include "core/policy/chain.hpp"

namespace aw {

// The chain of the grade, fixed now: leader first, then the levels above. A CRITICAL case starts at least at the
// policy's minimum (S1: DEPUTY_GM_IN_CHARGE); leaders below it become relevant leaders.
void CaseDesk::set_chain(CaseRecord& record) {
    record.chain.clear();
    record.view.level = 0;
    for (const StaffRole role : chain_roles(desk_.policy(), desk_.account().grade, record.view.severity))
        record.chain.push_back({role, {}});
}

// Reaches the next level that somebody holds: its leader joins with an ACKNOWLEDGE of their own. Nobody stands above
// himself: a level at which only somebody of a lower one stands in is passed over.
bool CaseDesk::add_level(CaseRecord& record) {
    Case& view = record.view;
    const auto asked = [&](const StaffId& who) {
        return std::any_of(record.chain.begin(), record.chain.end(),
                           [&](const ChainLevel& level) { return level.staff_id == who; });
    };
    while (static_cast<std::size_t>(view.level) < record.chain.size()) {
        ChainLevel& level = record.chain[static_cast<std::size_t>(view.level)];
        ++view.level;
        const std::vector<StaffId> holders = desk_.candidates(level.role);
        const auto next = std::find_if_not(holders.begin(), holders.end(), asked);
        if (next == holders.end()) {
            if (holders.empty()) {
                desk_.notify_operations(NoticeReason::ROLE_UNFILLED, &record,
                                        {.detail = std::string(name(level.role))});
            }
            continue;
        }
        level.staff_id = *next;
        if (view.level > 1 && view.case_class == CaseClass::EMERGENCY && view.owner_staff_id != level.staff_id) {
            add_member(record, GroupRole::RELEVANT_LEADER, level.role, level.staff_id);
        }
        if (Obligation* ack =
                owe_milestone(record, MilestoneKind::ACKNOWLEDGE, TaskKind::ACKNOWLEDGE, level.staff_id, level.role)) {
            ack->level = view.level;
        }
        return true;
    }
    return false;
}

bool CaseDesk::escalate(CaseRecord& record) {
    if (!add_level(record)) return false;
    const StaffId who = record.chain[static_cast<std::size_t>(record.view.level) - 1].staff_id;
    desk_.notify(who, NoticeReason::ESCALATED, &record, last_acknowledge(record));
    return true;
}

// Who sells to this account: the accepted or invited SALES member, else the key account manager.
StaffId CaseDesk::sales(const CaseRecord& record) const {
    for (const GroupMember& member : record.view.group) {
        const bool current = member.state == MemberState::INVITED || member.state == MemberState::ACCEPTED;
        if (member.group_role == GroupRole::SALES && current && desk_.staffing().is_active(member.staff_id))
            return member.staff_id;
    }
    const StaffId who = desk_.first(StaffRole::KEY_ACCOUNT_MANAGER);
    return who.empty() ? record.view.owner_staff_id : who;
}

std::vector<StaffId> CaseDesk::everybody(const CaseRecord& record) const {
    std::vector<StaffId> list;
    const auto add = [&](const StaffId& who) {
        if (!who.empty() && std::find(list.begin(), list.end(), who) == list.end()) list.push_back(who);
    };
    add(record.view.owner_staff_id);
    for (const ChainLevel& level : record.chain) add(level.staff_id);
    for (const GroupMember& member : record.view.group) {
        if (member.state == MemberState::INVITED || member.state == MemberState::ACCEPTED) add(member.staff_id);
    }
    return list;
}

void CaseDesk::notify_all(const CaseRecord& record, NoticeReason reason, NoticeFacts facts) {
    for (const StaffId& who : everybody(record)) desk_.notify(who, reason, &record, nullptr, facts);
}

void CaseDesk::add_member(CaseRecord& record, GroupRole group_role, StaffRole role, const StaffId& staff) {
    for (const GroupMember& member : record.view.group) {
        if (member.staff_id == staff && member.group_role == group_role) return;
    }
    record.view.group.push_back({group_role, role, staff, MemberState::INVITED});
}

// Asks the first candidate who has not been asked for this seat before; a mandatory seat that nobody can take is told
// to operations.
void CaseDesk::invite(CaseRecord& record, GroupRole group_role, StaffRole role, const std::vector<StaffId>& list) {
    for (const StaffId& who : list) {
        const bool asked =
            who.empty() || std::any_of(record.view.group.begin(), record.view.group.end(), [&](const GroupMember& m) {
                return m.group_role == group_role && m.staff_id == who;
            });
        if (asked) continue;
        add_member(record, group_role, role, who);
        const Span* span = milestone_span(desk_.policy(), MilestoneKind::FORM_GROUP, record.view.severity);
        Obligation& task = owe(record, TaskKind::ACCEPT_ROLE, who, role, span == nullptr ? Span{} : *span,
                               MilestoneKind::UNSPECIFIED, std::string(name(group_role)));
        task.group_role = group_role;
        desk_.notify(who, NoticeReason::ROLE_INVITED, &record, &task, {.group_role = group_role});
        return;
    }
    desk_.notify_operations(NoticeReason::ROLE_UNFILLED, &record,
                            {.group_role = group_role, .detail = std::string(name(role))});
}

// Extra by cause: complaint -> quality, arrears -> finance, competitor -> marketing (requirements 3.2).
void CaseDesk::add_specialists(CaseRecord& record, SignalKind kind) {
    switch (kind) {
        case SignalKind::SERIOUS_COMPLAINT:
        case SignalKind::COMPLAINT_OVERDUE:
            return add_specialist(record, StaffRole::QUALITY, kind);
        case SignalKind::ARREARS_OVERDUE:
            return add_specialist(record, StaffRole::FINANCE, kind);
        case SignalKind::COMPETITOR_CONFIRMED:
        case SignalKind::COMPETITOR_SUSPECTED:
            return add_specialist(record, StaffRole::MARKET_DEPARTMENT, kind);
        default:
            return;
    }
}

void CaseDesk::add_specialist(CaseRecord& record, StaffRole role, SignalKind kind) {
    if (record.view.case_class != CaseClass::EMERGENCY) return;
    const StaffId who = desk_.first(role);
    if (who.empty()) {
        return desk_.notify_operations(NoticeReason::ROLE_UNFILLED, &record,
                                       {.group_role = GroupRole::SPECIALIST, .detail = std::string(name(role))});
    }
    const auto& group = record.view.group;
    const bool there = std::any_of(group.begin(), group.end(), [&](const GroupMember& m) { return m.staff_id == who; });
    if (there) return;
    add_member(record, GroupRole::SPECIALIST, role, who);
    desk_.notify(who, NoticeReason::CASE_OPENED, &record, nullptr, {.signal = kind});
}

// A group is formed only when leader, sales and after-sales have accepted (R81).
void CaseDesk::complete_group(CaseRecord& record) {
    const auto seats = mandatory_seats(record.view);
    const bool complete =
        std::all_of(seats.begin(), seats.end(), [&](const Seat& seat) { return is_taken(record.view, seat); });
    if (!complete || !move(record, CaseTrigger::GROUP_COMPLETE)) return;
    finish_all(record, MilestoneKind::FORM_GROUP);
}

// Accepts are allowed before the acknowledgement, and the leader's accept is one (requirements 3.2).
CommandResult CaseDesk::accept(CaseRecord& record, const StaffId& actor, const AcceptAction& action) {
    if (auto verdict = allowed(record, CaseTrigger::ACCEPT); !verdict) return verdict;
    if (action.group_role == GroupRole::UNSPECIFIED)
        return refuse(RejectionCode::MISSING_FIELD, Why::FIELD_MISSING, "group_role");
    const auto seat = std::find_if(record.view.group.begin(), record.view.group.end(), [&](const GroupMember& m) {
        const bool current = m.state == MemberState::INVITED || m.state == MemberState::ACCEPTED;
        return m.group_role == action.group_role && m.staff_id == actor && current;
    });
    if (seat == record.view.group.end()) {
        return refuse(RejectionCode::FORBIDDEN, Why::NOT_INVITED, actor.value, std::string(name(action.group_role)));
    }
    if (seat->state == MemberState::ACCEPTED) return refuse(RejectionCode::ILLEGAL_TRANSITION, Why::ACCEPTED_ALREADY);
    seat->state = MemberState::ACCEPTED;
    file_.each(record, [&](Obligation& o) {
        const bool his = o.task.kind == TaskKind::ACCEPT_ROLE && o.group_role == action.group_role &&
                         o.task.assignee_staff_id == actor;
        if (his) desk_.book().finish(o, TaskState::DONE);
    });
    // What somebody who declined the seat could hand to nobody then is owed by whoever fills it now.
    for (const GroupMember& before : record.view.group) {
        if (before.group_role != action.group_role || before.state != MemberState::DECLINED) continue;
        file_.each(record, [&](Obligation& o) {
            const bool personal = o.task.kind == TaskKind::ACKNOWLEDGE || o.task.kind == TaskKind::ACCEPT_ROLE;
            const bool his = o.task.assignee_staff_id == before.staff_id && o.task.assignee_role == before.role;
            if (!o.is_open() || personal || !his || before.staff_id == actor) return;
            desk_.book().assign(o, actor, seat->role);
            if (o.task.kind != TaskKind::UNSPECIFIED) desk_.notify(actor, NoticeReason::TASK_ASSIGNED, &record, &o);
        });
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

// The next candidate is asked; for the leader's seat those above in the chain follow the holders of the post.
CommandResult CaseDesk::decline(CaseRecord& record, const StaffId& actor, const DeclineAction& action) {
    if (auto verdict = allowed(record, CaseTrigger::DECLINE); !verdict) return verdict;
    if (action.group_role == GroupRole::UNSPECIFIED)
        return refuse(RejectionCode::MISSING_FIELD, Why::FIELD_MISSING, "group_role");
    const auto seat = std::find_if(record.view.group.begin(), record.view.group.end(), [&](const GroupMember& m) {
        return m.group_role == action.group_role && m.staff_id == actor && m.state == MemberState::INVITED;
    });
    if (seat == record.view.group.end()) {
        return refuse(RejectionCode::FORBIDDEN, Why::NO_OPEN_INVITATION, actor.value,
                      std::string(name(action.group_role)));
    }
    seat->state = MemberState::DECLINED;
    const StaffRole role = seat->role;
    file_.each(record, [&](Obligation& o) {
        const bool his = o.task.kind == TaskKind::ACCEPT_ROLE && o.group_role == action.group_role &&
                         o.task.assignee_staff_id == actor;
        if (his) desk_.book().finish(o, TaskState::CANCELLED);
    });
    const auto seats = mandatory_seats(record.view);
    const auto declined = [&](const Seat& one) { return one.group_role == action.group_role; };
    if (std::none_of(seats.begin(), seats.end(), declined)) return {};
    std::vector<StaffId> next = desk_.candidates(role);
    if (action.group_role == GroupRole::LEADER) {
        for (const ChainLevel& level : record.chain) {
            for (StaffId& who : desk_.candidates(level.role)) next.push_back(std::move(who));
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
    const StaffId to = next->staff_id;
    const StaffRole role = next->role;
    file_.each(record, [&](Obligation& o) {
        // A leader's own acknowledgement stays: declining the chair does not end the duty of the post.
        const bool personal = o.task.kind == TaskKind::ACKNOWLEDGE || o.task.kind == TaskKind::ACCEPT_ROLE;
        if (!o.is_open() || personal || o.task.assignee_staff_id != from) return;
        desk_.book().assign(o, to, role);
        if (o.task.kind != TaskKind::UNSPECIFIED) desk_.notify(to, NoticeReason::TASK_ASSIGNED, &record, &o);
    });
}

// Somebody joins: asked, and a member from the acceptance on.
CommandResult CaseDesk::invite_member(CaseRecord& record, const StaffId& actor, const AddMemberAction& action) {
    if (auto verdict = may(record, CaseTrigger::ADD_MEMBER, actor, Actor::leader); !verdict) return verdict;
    if (record.view.case_class != CaseClass::EMERGENCY)
        return refuse(RejectionCode::ILLEGAL_TRANSITION, Why::NO_GROUP);
    if (auto verdict = require_staff(action.staff_id, "add_member.staff_id"); !verdict) return verdict;
    if (action.group_role == GroupRole::UNSPECIFIED)
        return refuse(RejectionCode::MISSING_FIELD, Why::FIELD_MISSING, "add_member.group_role");
    const StaffId who(action.staff_id);
    const auto& group = record.view.group;
    const bool there = std::any_of(group.begin(), group.end(), [&](const GroupMember& m) {
        const bool current = m.state == MemberState::INVITED || m.state == MemberState::ACCEPTED;
        return m.group_role == action.group_role && m.staff_id == who && current;
    });
    if (there) return refuse(RejectionCode::ILLEGAL_TRANSITION, Why::IN_THE_GROUP_ALREADY, who.value);
    // Who declined before may be asked again by name.
    std::erase_if(record.view.group,
                  [&](const GroupMember& m) { return m.group_role == action.group_role && m.staff_id == who; });
    const Staff* person = desk_.staffing().organisation().find_staff(who.value);
    invite(record, action.group_role, person->roles.empty() ? StaffRole::UNSPECIFIED : person->roles.front(), {who});
    return {};
}

}  // namespace aw
