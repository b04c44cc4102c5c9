// ObligationBook: the one engine of all deadlines (design section 3). Opens obligations of one account, runs their
// clocks, warns, breaches, repeats, pauses and ends them. It knows nothing of cases and sends nothing but the Task and
// the Breach.
//
// Made for one record or one timer and thrown away; borrows everything.
#pragma once

#include <optional>
#include <string>

#include "core/calendar/calendar.hpp"
#include "core/obligations/obligation.hpp"

namespace aw {

// What somebody owes. A span that is not set: owed, but by no particular time.
struct Duty {
    CaseId case_id;
    TaskKind kind = TaskKind::UNSPECIFIED;
    StaffId who;
    StaffRole role = StaffRole::UNSPECIFIED;
    Span span;
    MilestoneKind milestone = MilestoneKind::UNSPECIFIED;
    std::string detail;
    std::string complaint_id;
    bool ends_suspension = false;
};

class ObligationBook {
public:
    struct Context {
        const Calendar& calendar;
        const NoiseRules& noise;
        TimerQueue& timers;
        Effects& effects;
        Timestamp now;
        // Somebody was awake just before `now`: clocks start now. Otherwise they start at the next tick, so that a
        // backlog read after an outage does not run through a whole chain at once (requirements 3.2).
        bool awake = true;
    };

    // `subject`: its tasks are not an account's but a unit's or a person's; their ids begin with it, and `root` is only
    // its place in the timer queue.
    ObligationBook(Context context, AccountRoot root, ObligationList& list, std::uint32_t& last_task,
                   std::string_view subject = {})
        : context_(context), root_(root), list_(list), last_task_(last_task), subject_(subject) {}

    // The reference stays valid until the list is pruned.
    Obligation& owe(Duty duty);
    // Due at an instant that somebody named; its clock is real time from now until then.
    Obligation& owe_until(Duty duty, Timestamp due);
    // The clock began at `start`, whoever was awake (a complaint counts from its receipt, R77).
    Obligation& owe_since(Duty duty, Timestamp start);

    void finish(Obligation& obligation, TaskState state);
    void assign(Obligation& obligation, const StaffId& who, StaffRole role);
    // The earlier of the running deadline and now + span; met and breached ones stay (a rise of severity).
    void pull_forward(Obligation& obligation, const Span& span);
    // Begins again from now with the span, whatever was fired before.
    void restart(Obligation& obligation, const Span& span);
    void pause(Obligation& obligation);
    // What was left of its span when it was paused is left from now on.
    void resume(Obligation& obligation);
    // Not before `when`: what falls due earlier falls due then (a silence).
    void hold_until(Obligation& obligation, Timestamp when);
    // What was held falls due now.
    void let_go(Obligation& obligation);
    // One warning at `when` instead of those at parts of the span; none if that has passed.
    void remind_at(Obligation& obligation, Timestamp when);
    // An overdue one comes again after `every` of real time.
    void repeat_after(Obligation& obligation, Duration every);

    enum class Fired : std::uint8_t { warning, breach, repeat };
    // Its timer went off; the queue no longer holds it. A breach happens once; every one after it is a repeat.
    Fired fire(Obligation& obligation, std::int64_t late_s);

    // The first tick after an outage: clocks that waited for it start now. True if any did.
    bool start_waiting();

    [[nodiscard]] Obligation* find(std::uint64_t number);
    void emit(const Obligation& obligation);

private:
    Obligation& add(Duty& duty);
    void schedule(Obligation& obligation, Timestamp start, Timestamp at_latest = {});
    void begin_again(Obligation& obligation, const Span& span, Timestamp at_latest);
    void queue(Obligation& obligation);
    void unqueue(Obligation& obligation);
    [[nodiscard]] Timestamp shifted(const Obligation& obligation, Timestamp instant) const;

    Context context_;
    AccountRoot root_;
    ObligationList& list_;
    std::uint32_t& last_task_;
    std::string_view subject_;
};

}  // namespace aw
