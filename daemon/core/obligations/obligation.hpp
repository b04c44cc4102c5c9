// Obligation: somebody owes something by a deadline. Every task of a case and every milestone of its life is one; the
// Task inside is the face it shows to the world. State, restored with the account; pure data.
#pragma once

#include <cstdint>

#include "core/calendar/calendar.hpp"
#include "core/model/output.hpp"
#include "core/obligations/timer_queue.hpp"
#include "core/policy/policy.hpp"

namespace aw {

struct Obligation {
    Task task;
    MilestoneKind milestone = MilestoneKind::UNSPECIFIED;  // UNSPECIFIED = a plain task
    Span span;
    Timestamp started_at;   // when the clock started
    std::int32_t level = 0;        // ACKNOWLEDGE: the level of the chain that owes it
    std::int32_t repeats = 0;      // ACKNOWLEDGE of an exhausted chain: how often it was repeated
    GroupRole group_role = GroupRole::UNSPECIFIED;  // ACCEPT_ROLE: which seat of the group
    std::uint8_t fired = 0;        // 0 nothing, 1 first warning, 2 second warning, 3 breached
    Timestamp next_at;             // when it wants to be looked at next; its place in the timer queue
    bool waits_for_tick = false;   // its clock starts at the first tick after an outage (requirements 3.2)
    Timestamp met_at;
    Timestamp breached_at;
    std::int32_t fired_late_s = 0;

    [[nodiscard]] bool is_open() const { return task.state == TaskState::OPEN || task.state == TaskState::OVERDUE; }
    // Has a place in the timer queue: a warning, the breach, or (repeating) the next reminder is still to come.
    [[nodiscard]] bool is_queued() const {
        return is_open() && !waits_for_tick && next_at.is_set() && (fired < 3 || repeats > 0);
    }

    template <class Archive>
    void fields(Archive& archive) {
        archive(task, milestone, span, started_at, level, repeats, group_role, fired, next_at, waits_for_tick, met_at,
                breached_at, fired_late_s);
    }
};

// The n of <root>-t<n>.
[[nodiscard]] std::uint64_t task_number(const TaskId& id);
// Its place in the timer queue. REQUIRES: next_at is set.
[[nodiscard]] Timer timer_of(AccountRoot root, const Obligation& obligation);

// When the obligation wants to be looked at next. REQUIRES: it has a deadline.
[[nodiscard]] Timestamp next_fire(const Obligation& obligation, const Calendar& calendar, const NoiseRules& noise);

}  // namespace aw
