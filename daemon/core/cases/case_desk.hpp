// CaseDesk: everything that is done to the cases of one account. Opens a case for the first qualifying signal,
// attaches further ones, forms the emergency handling group (R81), sends the case up its chain (R82), carries out
// commands and fires deadlines. Pure: changes the CaseFile, the timer queue and the list of effects it was given.
//
// Made for one record or one timer and thrown away; borrows everything. Each use that changes a case ends in one
// new version of it.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "core/cases/case_file.hpp"
#include "core/cases/notice_text.hpp"
#include "core/cases/transition.hpp"
#include "core/model/event.hpp"
#include "core/obligations/timer_queue.hpp"
#include "core/policy/rules.hpp"
#include "core/policy/staffing.hpp"

namespace aw {

// Where it happens: the rules in force, the people, the clock, and where to put what follows.
struct DeskContext {
    const Rules& rules;
    const StaffOverlay& overlay;
    TimerQueue& timers;
    Effects& effects;
    Timestamp now;
    // Somebody was awake just before `now`: consequences count from now. Otherwise they count from the next tick, so
    // that a backlog read after an outage does not run through the whole chain at once (requirements 3.2).
    bool awake = true;
};

// Whom it happens to.
struct DeskAccount {
    AccountRoot root;
    std::string name;  // the root where no name is known
    UnitId unit;
    std::string grade;
    Importance importance = Importance::UNSPECIFIED;
    Money revenue_at_risk;
    std::vector<std::pair<StaffRole, StaffId>> assignments;
};

class CaseDesk {
public:
    CaseDesk(DeskContext context, const DeskAccount& account, CaseFile& file);

    // Takes a signal that has passed every gate: gives it its id, emits it, opens a case or attaches it.
    // `base` is its severity before grade and importance; `complaint_id` where it is about a complaint.
    void take_signal(Signal signal, Severity base, std::string_view complaint_id = {});
    // Carries the command out or rejects it; either way one decision says so.
    void command(const Event& event, const CommandEvent& command);
    // The obligation with this number is due for a warning, its breach or a repeat. `late_s`: how late this fires.
    void timer(std::uint64_t task_number, std::int64_t late_s);
    // The first tick after an outage: clocks that waited for it start now.
    void start_waiting_clocks();
    // A period above every gate has passed: a WATCH case whose tasks are done ends.
    void drop_is_over();
    // A visit to the customer was recorded.
    void visited(const StaffId& staff, TouchChannel channel);

    void decide(DecisionKind kind, DecisionOutcome outcome, std::string code, std::string text, CaseId case_id = {},
                std::string rule_id = {}, std::vector<NamedValue> inputs = {}, std::vector<Gate> gates = {});

private:
    enum class Actor : std::uint8_t { leader, member, outsider };

    // --- opening and raising (case_desk.cpp) ---
    void open_case(const Signal& signal, Severity base, std::string_view complaint_id);
    void attach(CaseRecord& record, const Signal& signal, Severity base, std::string_view complaint_id);
    void note_signal(CaseRecord& record, const Signal& signal, Severity base, std::string_view complaint_id);
    void start_emergency(CaseRecord& record, const Signal& signal);
    void start_supervised(CaseRecord& record, const Signal& signal);
    void add_signal_tasks(CaseRecord& record, const Signal& signal, Severity base);
    void raise_to(CaseRecord& record, Severity severity);
    [[nodiscard]] Severity severity_with_compound(CaseRecord& record) const;
    [[nodiscard]] CaseClass class_for(SignalKind kind, Severity severity) const;
    void set_chain(CaseRecord& record);
    bool add_level(CaseRecord& record);  // false: the chain is exhausted
    void add_member(CaseRecord& record, GroupRole group_role, StaffRole role, const StaffId& staff);
    void invite(CaseRecord& record, GroupRole group_role, StaffRole role, const std::vector<StaffId>& candidates);
    void add_specialist(CaseRecord& record, SignalKind kind);
    [[nodiscard]] std::vector<StaffId> candidates(StaffRole role) const;
    [[nodiscard]] StaffId sales(const CaseRecord& record) const;

    // --- obligations and notices (case_clock.cpp) ---
    Obligation& owe(CaseRecord& record, TaskKind kind, const StaffId& who, StaffRole role, const Span& span,
                    MilestoneKind milestone = MilestoneKind::UNSPECIFIED, std::string detail = {});
    Obligation* owe_milestone(CaseRecord& record, MilestoneKind milestone, TaskKind kind, const StaffId& who,
                              StaffRole role);
    void arm(Obligation& obligation);  // starts its clock: now, or at the next tick if nobody was awake
    void schedule(Obligation& obligation, Timestamp start);  // deadline and place in the queue for a clock from `start`
    void disarm(Obligation& obligation);                     // takes it out of the queue
    [[nodiscard]] const Obligation* last_acknowledge(const CaseRecord& record) const;
    void finish(CaseRecord& record, Obligation& obligation, TaskState state);
    void finish_all(CaseRecord& record, MilestoneKind milestone);
    void cancel_milestones(CaseRecord& record);
    void cancel_all(CaseRecord& record);
    void breach(CaseRecord& record, Obligation& obligation, std::int64_t late_s);
    void acknowledgement_overdue(CaseRecord& record, Obligation& obligation);
    void repeat(CaseRecord& record, Obligation& obligation);
    void notify(const StaffId& recipient, NoticeReason reason, const CaseRecord* record,
                const Obligation* obligation = nullptr, NoticeFacts facts = {});
    void notify_operations(NoticeReason reason, const CaseRecord* record, NoticeFacts facts = {});
    void emit(const Obligation& obligation);
    // One new version of the case, with its milestones as the obligations say.
    void save(CaseRecord& record);
    bool move(CaseRecord& record, CaseTrigger trigger);

    // --- commands (case_commands.cpp) ---
    struct Refused {
        RejectionCode code;
        std::string why;
    };
    using Verdict = Result<void, Refused>;
    [[nodiscard]] Verdict carry_out(CaseRecord& record, const CommandEvent& command);
    [[nodiscard]] Verdict allowed(const CaseRecord& record, CaseTrigger trigger) const;
    [[nodiscard]] Actor actor_kind(const CaseRecord& record, const StaffId& actor) const;
    [[nodiscard]] Verdict require(const CaseRecord& record, const StaffId& actor, Actor at_least) const;
    [[nodiscard]] bool may_approve(const CaseRecord& record, const StaffId& approver) const;
    Verdict ack(CaseRecord& record, const StaffId& actor);
    void acknowledge(CaseRecord& record);
    Verdict accept(CaseRecord& record, const StaffId& actor, const AcceptAction& action);
    Verdict decline(CaseRecord& record, const StaffId& actor, const DeclineAction& action);
    void complete_group(CaseRecord& record);
    void hand_on(CaseRecord& record, GroupRole seat, const StaffId& from);
    Verdict start(CaseRecord& record, const StaffId& actor);
    Verdict plan(CaseRecord& record, const StaffId& actor, const PlanAction& action);
    Verdict approve_plan(CaseRecord& record, const StaffId& actor);
    Verdict contact(CaseRecord& record, const StaffId& actor, const ContactAction& action);
    Verdict done(CaseRecord& record, const StaffId& actor, const DoneAction& action);
    void end_watch(CaseRecord& record);
    Verdict resolve(CaseRecord& record, const StaffId& actor, const CommandEvent& command, const ResolveAction& action);

    DeskContext context_;
    const DeskAccount& account_;
    CaseFile& file_;
    Staffing staffing_;
};

}  // namespace aw
