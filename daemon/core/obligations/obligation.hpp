// Obligation: somebody owes something by a deadline. Every task of a case, every milestone of its life and the clocks
// that drive it are obligations; the Task inside is the face it shows to the world. State, restored with the account;
// pure data. What is done to it is done by ObligationBook.
#pragma once

#include <array>
#include <cstdint>
#include <list>
#include <string>

#include "core/model/output.hpp"
#include "core/obligations/timer_queue.hpp"
#include "core/policy/policy.hpp"

namespace aw {

struct Obligation {
    // task.kind UNSPECIFIED: nobody's task but a clock of the case itself (RESOLVE, OBSERVE, HUMAN_ACTIVITY, the end of
    // a suspension); it is never emitted.
    Task task;
    MilestoneKind milestone = MilestoneKind::UNSPECIFIED;  // UNSPECIFIED = a plain task
    Span span;
    Timestamp started_at;                           // when the clock started
    std::array<Timestamp, 2> warn_at{};             // not set = no such warning
    std::int32_t level = 0;                         // ACKNOWLEDGE: the level of the chain that owes it
    std::int32_t repeats = 0;                       // ACKNOWLEDGE of an exhausted chain: how often it was repeated
    GroupRole group_role = GroupRole::UNSPECIFIED;  // ACCEPT_ROLE: which seat of the group
    std::string complaint_id;                       // what it is about, where it is about a complaint
    bool ends_suspension = false;                   // falls due when the suspension of its case ends
    std::uint8_t fired = 0;                         // 0 nothing, 1 first warning, 2 second warning, 3 breached
    Timestamp next_at;                              // when it wants to be looked at next; its place in the timer queue
    bool waits_for_tick = false;  // its clock starts at the first tick after an outage (requirements 3.2)
    Timestamp paused_at;          // set = its clock stands still
    Timestamp met_at;
    Timestamp breached_at;
    std::int32_t fired_late_s = 0;
    Timestamp held_until;       // set = next_at was put off to it by a silence
    std::uint64_t held_by = 0;  // hash64 of the silence that held it last
    bool of_plan = false;       // a countermeasure: the next approved plan takes its place

    static constexpr std::uint8_t kBreached = 3;

    [[nodiscard]] bool is_open() const { return task.state == TaskState::OPEN || task.state == TaskState::OVERDUE; }
    // Has a place in the timer queue: a warning, the breach, or (repeating) the next reminder is still to come.
    [[nodiscard]] bool is_queued() const {
        return is_open() && !waits_for_tick && !paused_at.is_set() && next_at.is_set() &&
               (fired < kBreached || repeats > 0);
    }

    template <class Archive>
    void fields(Archive& archive) {
        archive(task, milestone, span, started_at, warn_at, level, repeats, group_role, complaint_id, ends_suspension,
                fired, next_at, waits_for_tick, paused_at, met_at, breached_at, fired_late_s, held_until, held_by,
                of_plan);
    }
};

// A list: adding one leaves references to the others valid, and none costs nothing.
using ObligationList = std::list<Obligation>;

// The n of <root>-t<n>.
[[nodiscard]] std::uint64_t task_number(const TaskId& id);
// Its place in the timer queue. REQUIRES: next_at is set.
[[nodiscard]] Timer timer_of(AccountRoot root, const Obligation& obligation);

}  // namespace aw
