// Two policies over the same history: which alarms would be new, which missing, which earlier or later.
//
// An alarm is an episode of one account: signals of MEDIUM and higher of one family (falls of usage are one family,
// every other kind its own) without a pause of more than 45 days between them. It is dated by its first signal.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/model/output.hpp"

namespace aw::cli {

// What people are alarmed by, here and in the report.
[[nodiscard]] inline bool is_alarm(const Signal& signal) { return signal.severity >= Severity::MEDIUM; }

struct Alarm {
    AccountRoot account_root;
    std::string family;  // DROP, or the SignalKind
    SignalKind kind = SignalKind::UNSPECIFIED;
    Severity severity = Severity::UNSPECIFIED;  // the worst of its signals
    Timestamp detected_at;
    Timestamp last_at;
    std::optional<Day> onset_on;
    SignalId signal_id;
    Money revenue_at_risk;
    CaseId case_id;  // of its last signal
};

// What belongs to one alarm: signals of one case, or of a fall that had begun by the one before; not 45 days after it.
// In order of account, family and time.
[[nodiscard]] std::vector<Alarm> alarms_of(const std::vector<Signal>& signals);

enum class Change { opened, missed, earlier, later, same };

struct AlarmChange {
    Change change = Change::same;
    std::optional<Alarm> before;  // under the policy in force; none = opened
    std::optional<Alarm> after;   // under the other one; none = missed
    // Positive = so much later under the other one.
    [[nodiscard]] double days() const;
};

struct PolicyComparison {
    std::string policy;  // file, as it was given
    std::string policy_id;
    std::string config_revision;
    std::vector<AlarmChange> changes;  // by account, then time; all of them, also what stays the same

    [[nodiscard]] std::size_t count(Change change) const;
};

// Pairs what is the same alarm in both: the same account and family, about days that meet or nearly do (a week), told
// not more than 45 days apart, each once.
[[nodiscard]] std::vector<AlarmChange> compare_alarms(const std::vector<Alarm>& before,
                                                      const std::vector<Alarm>& after);

// compare.json: `policy, policy_id, config_revision, counts {}, alarms []`.
[[nodiscard]] std::string comparison_json(const PolicyComparison& comparison);
[[nodiscard]] std::string_view change_name(Change change);

}  // namespace aw::cli
