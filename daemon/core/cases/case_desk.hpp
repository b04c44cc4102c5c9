// CaseDesk: everything that is done to the cases of one account. Opens a case for the first qualifying signal,
// attaches further ones, forms the emergency handling group (R81), sends the case up its chain (R82), carries out
// commands, fires deadlines, watches the recovery, and closes what is explained. Pure: changes the CaseFile, the timer
// queue and the list of effects of its Desk.
//
// Made for one record or one timer and thrown away. Each use that changes a case ends in one new version of it (a case
// that ends shows its outcome, RESOLVED, and what is owed then, REPORT_DUE, as two).
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/cases/case_file.hpp"
#include "core/cases/desk.hpp"
#include "core/cases/transition.hpp"
#include "core/model/event.hpp"

namespace aw {

// What the shard knows of a case of another account that a command names.
enum class Elsewhere : std::uint8_t { not_seen, nowhere, over, open };

class CaseDesk {
public:
    explicit CaseDesk(Desk& desk) : desk_(desk), file_(desk.file()) {}

    // Takes a signal that has passed every gate: gives it its id, emits it, opens a case or attaches it.
    // `base` is its severity before grade and importance; `complaint_id` where it is about a complaint.
    void take_signal(Signal signal, Severity base, std::string_view complaint_id = {});
    // The same for the fall of a comparison: its case watches that comparison until it has recovered.
    // `level`: of Observation.
    void take_drop(Signal signal, Severity base, std::uint64_t rule, UsageScope scope, double level = 0);
    // Carries the command out or rejects it; either way one decision says so.
    void command(const Event& event, const CommandEvent& command, Elsewhere merge_target = Elsewhere::not_seen);
    // A case of another account was merged into this one; false if there is no such open case.
    [[nodiscard]] bool take_merged(std::string_view case_id, std::string_view merged);
    // It was merged into a case that nobody knows.
    void merged_into_nothing(std::string_view case_id);
    // The obligation is due for a warning, its breach or a repeat. `late_s`: how late this fires.
    // REQUIRES: it is open, and about a case.
    void timer(Obligation& obligation, std::int64_t late_s);
    // The first tick after an outage: clocks that waited for it start now.
    void start_waiting_clocks();
    // A period above every gate has passed: a WATCH case whose tasks are done ends.
    void drop_is_over();
    // It was not: the same fall is seen again.
    void drop_goes_on();
    // A period of a comparison was judged; `share_bp` of the baseline was reached, nothing if it cannot be told.
    void period_passed(std::uint64_t rule, UsageScope scope, std::optional<std::int32_t> share_bp);
    // Something about the case has changed elsewhere (a complaint): its recovery is looked at, and it gets a new
    // version.
    void refresh(const CaseId& case_id);
    // Somebody leaves: what `from` owes, owns and sits in goes over to `to` (R92).
    void succeed(const StaffId& from, const StaffId& to);
    // A visit to or a talk with the customer was recorded.
    void touched(const StaffId& staff, TouchChannel channel, TouchPurpose purpose);

private:
    enum class Actor : std::uint8_t { leader, member, outsider };

    // --- opening and raising (case_opening.cpp) ---
    CaseRecord* place(Signal& signal, Severity base, std::string_view complaint_id);
    CaseRecord& open_case(const Signal& signal, Severity base, std::string_view complaint_id);
    void attach(CaseRecord& record, const Signal& signal, Severity base, std::string_view complaint_id);
    void note_signal(CaseRecord& record, const Signal& signal, Severity base, std::string_view complaint_id);
    void start_emergency(CaseRecord& record, const Signal& signal);
    void start_supervised(CaseRecord& record, const Signal& signal);
    void become_emergency(CaseRecord& record, const Signal& signal, Severity severity);
    void add_signal_tasks(CaseRecord& record, const Signal& signal, Severity base);
    void observe_by_default(CaseRecord& record, SignalKind kind);
    void tell_attached(CaseRecord& record, const Signal& signal);
    void raise_to(CaseRecord& record, Severity severity);
    [[nodiscard]] Severity severity_with_compound(CaseRecord& record) const;
    [[nodiscard]] CaseClass class_for(SignalKind kind, Severity severity) const;
    void forget_old_cases();

    // --- a signal to a case that has ended (case_reopening.cpp) ---
    [[nodiscard]] bool may_reopen(const CaseRecord& record, const Signal& signal) const;
    void attach_to_ended(CaseRecord& record, const Signal& signal, Severity base);
    void reopen(CaseRecord& record, const Signal& signal, Severity base);
    void take_up_again(CaseRecord& record, const Signal& signal);
    void form_again(CaseRecord& record);

    // --- levels and group (case_group.cpp) ---
    void set_chain(CaseRecord& record);
    bool add_level(CaseRecord& record);  // false: the chain is exhausted
    bool escalate(CaseRecord& record);   // add_level, and the new level is told
    void add_member(CaseRecord& record, GroupRole group_role, StaffRole role, const StaffId& staff);
    void invite(CaseRecord& record, GroupRole group_role, StaffRole role, const std::vector<StaffId>& candidates);
    void add_specialist(CaseRecord& record, StaffRole role, SignalKind kind);
    void add_specialists(CaseRecord& record, SignalKind kind);
    void complete_group(CaseRecord& record);
    void hand_on(CaseRecord& record, GroupRole seat, const StaffId& from);
    [[nodiscard]] StaffId sales(const CaseRecord& record) const;
    [[nodiscard]] std::vector<StaffId> everybody(const CaseRecord& record) const;  // chain and group, each once

    // --- obligations (case_clock.cpp) ---
    Obligation& owe(CaseRecord& record, TaskKind kind, const StaffId& who, StaffRole role, const Span& span,
                    MilestoneKind milestone = MilestoneKind::UNSPECIFIED, std::string detail = {});
    Obligation* owe_milestone(CaseRecord& record, MilestoneKind milestone, TaskKind kind, const StaffId& who,
                              StaffRole role);
    void owe_progress(CaseRecord& record);
    void begin_work(CaseRecord& record);
    [[nodiscard]] const Obligation* last_acknowledge(const CaseRecord& record) const;
    void finish_all(CaseRecord& record, MilestoneKind milestone);
    void cancel_milestones(CaseRecord& record);
    // Everything but what somebody has promised and what is about a complaint.
    void cancel_work(CaseRecord& record);
    void breach(CaseRecord& record, Obligation& obligation);
    void tell_holder(const CaseRecord& record, NoticeReason reason, const Obligation& obligation);
    void missed(CaseRecord& record, Obligation& obligation);
    void acknowledgement_overdue(CaseRecord& record, Obligation& obligation);
    void repeat(CaseRecord& record, Obligation& obligation);
    void stale(CaseRecord& record, Obligation& obligation);
    Obligation* acknowledge_anew(CaseRecord& record);  // null: the next level owes its own
    void target_missed(CaseRecord& record, Obligation& obligation);
    void human_activity(CaseRecord& record);
    void notify_all(const CaseRecord& record, NoticeReason reason, NoticeFacts facts = {});
    // One new version of the case, with its milestones as the obligations say.
    void save(CaseRecord& record);
    bool move(CaseRecord& record, CaseTrigger trigger);

    void done_without_case(const CommandEvent& command, Obligation& task, std::vector<NamedValue> inputs);

    // --- commands: who may do what (case_commands.cpp) ---
    [[nodiscard]] CommandResult carry_out(CaseRecord& record, const CommandEvent& command);
    [[nodiscard]] CommandResult allowed(const CaseRecord& record, CaseTrigger trigger) const;
    [[nodiscard]] bool leads_case(const CaseRecord& record, const StaffId& actor) const;
    [[nodiscard]] bool is_superior(const StaffId& actor) const;
    [[nodiscard]] Actor actor_kind(const CaseRecord& record, const StaffId& actor) const;
    [[nodiscard]] CommandResult require(const CaseRecord& record, const StaffId& actor, Actor at_least) const;
    // Both of the above.
    [[nodiscard]] CommandResult may(const CaseRecord& record, CaseTrigger trigger, const StaffId& actor,
                                    Actor at_least) const;
    [[nodiscard]] bool may_approve(const CaseRecord& record, const StaffId& approver) const;
    [[nodiscard]] bool leads(const StaffId& staff, StaffRole at_least) const;
    [[nodiscard]] CommandResult require_staff(std::string_view id, const char* field) const;

    // --- commands: group and work (case_work.cpp) ---
    CommandResult ack(CaseRecord& record, const StaffId& actor);
    void acknowledge(CaseRecord& record);
    CommandResult accept(CaseRecord& record, const StaffId& actor, const AcceptAction& action);
    CommandResult decline(CaseRecord& record, const StaffId& actor, const DeclineAction& action);
    CommandResult start(CaseRecord& record, const StaffId& actor);
    CommandResult plan(CaseRecord& record, const StaffId& actor, const PlanAction& action);
    CommandResult approve_plan(CaseRecord& record, const StaffId& actor);
    CommandResult contact(CaseRecord& record, const StaffId& actor, const ContactAction& action);
    CommandResult update(CaseRecord& record, const StaffId& actor, const UpdateAction& action);
    CommandResult done(CaseRecord& record, const StaffId& actor, const DoneAction& action);
    CommandResult assign_task(CaseRecord& record, const StaffId& actor, const AssignTaskAction& action);
    CommandResult invite_member(CaseRecord& record, const StaffId& actor, const AddMemberAction& action);
    CommandResult offer(CaseRecord& record, const StaffId& actor, const OfferAction& action);
    void measures_done(CaseRecord& record);  // ACTING -> OBSERVING if everything planned is done

    // --- the end (case_outcome.cpp) ---
    void review(CaseRecord& record);
    [[nodiscard]] Outcome recovery(const CaseRecord& record) const;  // UNSPECIFIED = not yet
    void end_watch(CaseRecord& record);
    void end_with(CaseRecord& record, Outcome outcome);
    void owe_report(CaseRecord& record);
    void defected(CaseRecord& record);
    void find_leader(CaseRecord& record);
    CommandResult resolve(CaseRecord& record, const StaffId& actor, const CommandEvent& command,
                          const ResolveAction& action);
    CommandResult resolve_explained(CaseRecord& record, const StaffId& actor, const CommandEvent& command,
                                    const ResolveAction& action);
    CommandResult report(CaseRecord& record, const StaffId& actor, const ReportAction& action);

    // --- from the outcome to the end (case_closing.cpp) ---
    struct TheEnd {
        TaskKind kind = TaskKind::UNSPECIFIED;  // UNSPECIFIED = nothing of the case's own is missing
        std::string_view waits_for;             // the command that it needs; empty = the report itself
        std::pair<StaffId, StaffRole> by;
    };
    CommandResult approve_report(CaseRecord& record, const StaffId& actor);
    CommandResult close(CaseRecord& record, const StaffId& actor);
    void close_now(CaseRecord& record);
    [[nodiscard]] CommandResult closing_guards(const CaseRecord& record) const;
    [[nodiscard]] CommandResult contact_guard(const CaseRecord& record) const;
    [[nodiscard]] CommandResult loss_guard(const CaseRecord& record) const;
    [[nodiscard]] bool needs_report(const CaseRecord& record) const;
    [[nodiscard]] std::pair<StaffId, StaffRole> who_answers(const CaseRecord& record) const;
    [[nodiscard]] TheEnd missing_to_close(const CaseRecord& record) const;
    void owe_the_end(CaseRecord& record);
    void watch_the_approval(CaseRecord& record, bool waits);

    // --- aside (case_aside.cpp) ---
    CommandResult suspend(CaseRecord& record, const StaffId& actor, const CommandEvent& command,
                          const SuspendAction& action);
    CommandResult resume(CaseRecord& record, const StaffId& actor);
    void rest(CaseRecord& record);
    void go_on(CaseRecord& record);
    void forget_rest(CaseRecord& record);
    CommandResult merge(CaseRecord& record, const StaffId& actor, const CommandEvent& command,
                        const MergeAction& action);
    CommandResult lower_severity(CaseRecord& record, const StaffId& actor, const CommandEvent& command,
                                 const LowerSeverityAction& action);
    CommandResult transfer(CaseRecord& record, const StaffId& actor, const TransferAction& action);
    bool succeed_in(CaseRecord& record, const StaffId& from, const StaffId& to);
    CommandResult accept_transfer(CaseRecord& record, const StaffId& actor);

    Desk& desk_;
    CaseFile& file_;
    Elsewhere merge_target_ = Elsewhere::not_seen;
};

[[nodiscard]] bool is_drop(SignalKind kind);

}  // namespace aw
