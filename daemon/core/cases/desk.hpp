// Desk: what everybody who works on an account's cases needs: its rules, people, clocks, and where to put what follows.
// CaseDesk and ComplaintDesk sit at it. Made for one record or one timer and thrown away; borrows everything.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/cases/case_file.hpp"
#include "core/cases/notice_text.hpp"
#include "core/cases/refusal.hpp"
#include "core/cases/silences.hpp"
#include "core/obligations/obligation_book.hpp"
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
    bool awake = true;                   // see ObligationBook::Context
    const Silences* silences = nullptr;  // null = none
    // Where the effects of this record or these timers begin: what was told since is not told a second time.
    std::size_t told_from = static_cast<std::size_t>(-1);
};

// Whom it happens to.
struct DeskAccount {
    AccountRoot root;
    std::string name;  // the root where no name is known
    UnitId unit;
    std::string grade;
    Importance importance = Importance::UNSPECIFIED;
    GeographicScope scope = GeographicScope::UNSPECIFIED;
    Money revenue_at_risk;
    std::vector<std::pair<StaffRole, StaffId>> assignments;
};

class Desk {
public:
    Desk(DeskContext context, const DeskAccount& account, CaseFile& file)
        : context_(context),
          account_(account),
          file_(file),
          staffing_(context.rules.organisation, context.overlay, context.rules.calendar.day_of(context.now)),
          book_({context.rules.calendar, context.rules.policy.noise, context.timers, context.effects, context.now,
                 context.awake},
                account.root, file.obligations, file.last_task) {}

    [[nodiscard]] const Policy& policy() const { return context_.rules.policy; }
    [[nodiscard]] const Calendar& calendar() const { return context_.rules.calendar; }
    [[nodiscard]] const Rules& rules() const { return context_.rules; }
    [[nodiscard]] const DeskAccount& account() const { return account_; }
    [[nodiscard]] const Staffing& staffing() const { return staffing_; }
    [[nodiscard]] Timestamp now() const { return context_.now; }
    [[nodiscard]] CaseFile& file() { return file_; }
    [[nodiscard]] ObligationBook& book() { return book_; }
    [[nodiscard]] Effects& effects() { return context_.effects; }

    // Who may fill the role for this account, in order of asking: those assigned to the account, then the holders of
    // the post in its unit and above. Nobody who is away.
    [[nodiscard]] std::vector<StaffId> candidates(StaffRole role) const;
    [[nodiscard]] StaffId first(StaffRole role) const;  // empty if nobody

    // One notice for a person, a reason and a matter within one use of the desk; a second one is left out. Of deadlines
    // that fall at one instant one notice tells the person, and names the others.
    void notify(const StaffId& recipient, NoticeReason reason, const CaseRecord* record,
                const Obligation* obligation = nullptr, NoticeFacts facts = {});
    void notify_operations(NoticeReason reason, const CaseRecord* record, NoticeFacts facts = {});

    // --- silences (desk_silence.cpp) ---
    // What keeps the case (empty: the account) quiet now.
    [[nodiscard]] std::optional<SilenceCover> silence(const CaseId& case_id) const;
    // A signal of that kind, told by somebody or owed by a clock, is to be suppressed.
    [[nodiscard]] bool is_silenced(SignalKind kind) const;
    // Its timer went off in a silence: then it falls due when that is over, and true comes back.
    [[nodiscard]] bool hold(Obligation& obligation);
    // Silences have begun, changed or ended: what is held is held as long as they say now.
    void review_held();
    // Sends what is silenced no more and still matters; gives the cases whose first notice that was.
    [[nodiscard]] std::vector<CaseId> release_withheld();

    // A known change was approved: the account's level is to be learnt anew.
    void note_known_change() { known_change_ = true; }
    [[nodiscard]] bool known_change() const { return known_change_; }

    // Its text is made from code, inputs and gates (decision_text.hpp).
    void decide(DecisionKind kind, DecisionOutcome outcome, std::string code, CaseId case_id = {},
                std::string rule_id = {}, std::vector<NamedValue> inputs = {}, std::vector<Gate> gates = {});
    // REJECTED with the reason, which joins the inputs.
    void reject(DecisionKind kind, const Refused& refused, CaseId case_id, std::vector<NamedValue> inputs = {});

private:
    bool withhold(const StaffId& recipient, NoticeReason reason, const CaseRecord* record, const Obligation* obligation,
                  const NoticeFacts& facts);
    [[nodiscard]] Notice* told_just_now(const StaffId& recipient, NoticeReason reason, const CaseRecord* record);
    [[nodiscard]] bool still_matters(const WithheldNotice& notice) const;
    void hold_for(Obligation& obligation, const SilenceCover& cover);

    DeskContext context_;
    const DeskAccount& account_;
    CaseFile& file_;
    Staffing staffing_;
    ObligationBook book_;
    struct Told {
        StaffId who;
        NoticeReason reason;
        CaseId case_id;
        TaskId task_id;
        std::string detail;
        bool operator==(const Told&) const = default;
    };
    std::vector<Told> told_;
    bool known_change_ = false;
};

// A silence keeps something of these cases back.
[[nodiscard]] bool keeps_back(const CaseFile& file);

}  // namespace aw
