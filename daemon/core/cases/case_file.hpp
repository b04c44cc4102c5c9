// What an account remembers of its cases. State, stored with the account; only accounts that ever had a signal, a
// decision or a case have one.
#pragma once

#include <vector>

#include "core/model/output.hpp"
#include "core/obligations/obligation.hpp"

namespace aw {

// A signal as the case needs it: for severity, and for the rule "two different kinds within 14 days".
struct SignalFact {
    SignalKind kind = SignalKind::UNSPECIFIED;
    Severity base = Severity::UNSPECIFIED;      // before grade and importance
    Severity severity = Severity::UNSPECIFIED;
    Timestamp at;

    template <class Archive>
    void fields(Archive& archive) {
        archive(kind, base, severity, at);
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

struct CaseRecord {
    Case view;
    std::vector<ChainLevel> chain;  // the first view.level of them are reached
    std::vector<SignalFact> facts;
    std::vector<Obligation> obligations;
    bool compounded = false;  // the +1 for two different kinds has been given
    bool drop_over = false;   // a period above the gate came after the last drop signal

    // Open = somebody still owes something: not ended by an outcome, closed or merged.
    [[nodiscard]] bool is_open() const;

    template <class Archive>
    void fields(Archive& archive) {
        archive(view, chain, facts, obligations, compounded, drop_over);
    }
};

struct CaseFile {
    std::uint32_t last_case = 0;  // numbers given so far, per root (contract: ids are functions of the log)
    std::uint32_t last_signal = 0;
    std::uint32_t last_task = 0;
    std::uint32_t last_notice = 0;
    std::uint32_t last_decision = 0;
    std::vector<CaseRecord> cases;  // oldest first; at most one is open (R20)

    static constexpr std::size_t kEndedKept = 3;  // older ended cases live on in the log only

    [[nodiscard]] CaseRecord* open_case();
    [[nodiscard]] const CaseRecord* open_case() const;
    [[nodiscard]] CaseRecord* find(std::string_view case_id);
    // The open case and the obligation behind a task; nulls if there is none.
    [[nodiscard]] std::pair<CaseRecord*, Obligation*> find_task(std::string_view task_id);

    template <class Archive>
    void fields(Archive& archive) {
        archive(last_case, last_signal, last_task, last_notice, last_decision, cases);
    }
};

}  // namespace aw
