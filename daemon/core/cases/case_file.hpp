// What an account remembers of its cases. State, stored with the account; only accounts that ever had a signal, a
// decision or a case have one.
#pragma once

#include <vector>

#include "core/cases/complaint.hpp"
#include "core/cases/withheld.hpp"
#include "core/model/output.hpp"
#include "core/obligations/obligation.hpp"
#include "core/usage/usage.hpp"

namespace aw {

// A signal as the case needs it: for severity, and for the rule "two different kinds within 14 days".
struct SignalFact {
    SignalKind kind = SignalKind::UNSPECIFIED;
    Severity base = Severity::UNSPECIFIED;  // before grade and importance
    Severity severity = Severity::UNSPECIFIED;
    Timestamp at;
    std::string line;  // whose measured fall it is about; empty = the whole account, or nothing measured

    template <class Archive>
    void fields(Archive& archive) {
        archive(kind, base, severity, at, line);
    }
};

// One level of the escalation chain. Roles are fixed when the case opens, the person when the level is reached.
struct ChainLevel {
    StaffRole role = StaffRole::UNSPECIFIED;
    StaffId staff_id;  // empty until reached

    template <class Archive>
    void fields(Archive& archive) {
        archive(role, staff_id);
    }
};

// A comparison or detector whose fall is (part of) the case: how its periods have gone since, against the frozen
// baseline.
struct Observation {
    std::uint64_t rule = 0;  // hash64 of the row's id
    UsageScope scope;
    std::int32_t good = 0;        // consecutive periods of at least the recovered share
    std::int32_t partial = 0;     // consecutive periods between the partly recovered share and that one
    bool measured = false;        // there was something to compare with
    Timestamp told_by;            // not measured: from then on nobody waits for it any more; never = it must be
    std::int32_t fell_to_bp = 0;  // up to this share it is the deepest fall of the case, not a partial recovery
    double level = 0;             // of a detector: items on an ordinary day before the fall; 0 = it knows by itself

    template <class Archive>
    void fields(Archive& archive) {
        archive(rule, scope, good, partial, measured, told_by, fell_to_bp);
        if (archive.version() >= 5) archive(level);
    }
};

struct CaseRecord {
    Case view;
    std::vector<ChainLevel> chain;  // the first view.level of them are reached
    std::vector<SignalFact> facts;
    std::vector<Observation> observations;
    bool compounded = false;  // the +1 for two different kinds has been given
    bool drop_over = false;   // a period above the gate came after the last drop signal
    Timestamp lowered_at;     // severity was lowered by command: earlier signals count no more than that
    Timestamp live_since;     // opened or reopened: what came before does not count for the guards
    Timestamp closed_at;
    CaseState resumes_to = CaseState::UNSPECIFIED;  // SUSPENDED: the state before
    StaffId transfer_to;                            // asked to take the case over (R21); empty = nobody

    // Open = somebody still owes something: not ended by an explanation, closed or merged.
    [[nodiscard]] bool is_open() const;
    // Worked on: open and without an outcome yet.
    [[nodiscard]] bool is_live() const { return is_open() && view.outcome == Outcome::UNSPECIFIED; }

    template <class Archive>
    void fields(Archive& archive) {
        archive(view, chain, facts, observations, compounded, drop_over, lowered_at, live_since, closed_at, resumes_to,
                transfer_to);
    }
};

struct CaseFile {
    std::uint32_t last_case = 0;  // numbers given so far, per root (contract: ids are functions of the log)
    std::uint32_t last_signal = 0;
    std::uint32_t last_task = 0;
    std::uint32_t last_notice = 0;
    std::uint32_t last_decision = 0;
    std::string last_digest;        // of the evidence chain
    std::vector<CaseRecord> cases;  // oldest first; at most one is open (R20)
    ObligationList obligations;     // of all its cases and complaints
    std::vector<Complaint> complaints;
    std::vector<WithheldNotice> withheld;  // by a silence, oldest first
    std::uint32_t withheld_beyond = 0;     // so many more than there was room for

    static constexpr std::size_t kEndedKept = 3;  // older ended cases live on in the log only

    [[nodiscard]] CaseRecord* open_case();
    [[nodiscard]] const CaseRecord* open_case() const;
    [[nodiscard]] CaseRecord* find(std::string_view case_id);
    [[nodiscard]] Obligation* find_task(std::string_view task_id);
    [[nodiscard]] Complaint* find_complaint(std::string_view complaint_id);

    // Every obligation of the case, in the order in which they were opened.
    template <class F>
    void each(const CaseRecord& record, F&& use) {
        for (Obligation& obligation : obligations) {
            if (obligation.task.case_id == record.view.case_id) use(obligation);
        }
    }
    template <class P>
    [[nodiscard]] bool any(const CaseRecord& record, P&& is) const {
        for (const Obligation& obligation : obligations) {
            if (obligation.task.case_id == record.view.case_id && is(obligation)) return true;
        }
        return false;
    }

    template <class Archive>
    void fields(Archive& archive) {
        archive(last_case, last_signal, last_task, last_notice, last_decision, last_digest, cases, obligations,
                complaints, withheld, withheld_beyond);
    }
};

// The command that a case with an outcome waits for; of a task that ends it, what its detail says.
inline constexpr std::string_view kWaitsForApproval = "approve_report";
inline constexpr std::string_view kWaitsForContact = "contact";
inline constexpr std::string_view kWaitsForExecutive = "contact EXECUTIVE";
inline constexpr std::string_view kWaitsForClosing = "close";
// The detail of the clock that sets `unreported_churn` (R87); it is nobody's task.
inline constexpr std::string_view kUnreportedChurn = "unreported_churn";
[[nodiscard]] bool watches_the_report(const Obligation& obligation);
// A task of a case that has its outcome: its closing, or the talk without which it cannot be closed.
[[nodiscard]] bool ends_the_case(const Obligation& obligation);

}  // namespace aw
