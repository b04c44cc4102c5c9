// The life of a case as a table (requirements 3.3). Nothing changes a case's state but next_state().
#pragma once

#include <optional>
#include <span>

#include "core/model/enums.hpp"

namespace aw {

// What happens to a case. Commands of the contract carry the same name.
AW_ENUM(CaseTrigger, SIGNAL, ACK, ACK_OVERDUE, GROUP_COMPLETE, ACCEPT, DECLINE, START, PLAN, APPROVE_PLAN, CONTACT,
        UPDATE, DONE, TASKS_DONE, TARGET_MISSED, RECOVERY_CONFIRMED, RESOLVE_EXPLAINED, RESOLVE_LOST, REPORT_OWED,
        REPORT, APPROVE_REPORT, CLOSE, WATCH_OVER, REOPEN, SUSPEND, RESUME, MERGE, BECOMES_EMERGENCY, LOWER_SEVERITY,
        TRANSFER, ASSIGN_TASK, ADD_MEMBER, OFFER)

struct Transition {
    CaseState from;
    CaseTrigger on;
    CaseState to;  // equal to `from` where the state stays: the trigger is allowed there
};

[[nodiscard]] std::span<const Transition> transition_table();
// The state after the trigger, or nothing where the table has no such row (ILLEGAL_TRANSITION). RESUME leads to several
// states, by which one the case rested in: `before_rest`.
[[nodiscard]] std::optional<CaseState> next_state(CaseState from, CaseTrigger on,
                                                  CaseState before_rest = CaseState::UNSPECIFIED);

}  // namespace aw
