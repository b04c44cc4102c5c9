// Policy: the rules of one regulation as data (contract section 5, config/policies/*.yaml). The settings reader
// fills these structs; nothing here has a default of its own, so that the shipped files are the whole truth.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/money.hpp"
#include "base/time.hpp"
#include "core/model/enums.hpp"
#include "core/model/ids.hpp"

namespace aw {

// A length of time on one of three clocks. Real and calendar spans are `time`; a business span is either business
// days (`business_days`, 1 bd = one day's business hours) or hours of business time (`time`).
struct Span {
    ClockKind clock = ClockKind::UNSPECIFIED;
    Duration time{0};
    std::int32_t business_days = 0;

    [[nodiscard]] bool is_set() const { return time.count() != 0 || business_days != 0; }
    bool operator==(const Span&) const = default;
    template <class Archive>
    void fields(Archive& archive) {
        std::int64_t ms = time.count();
        archive(clock, ms, business_days);
        time = Duration{ms};
    }
};

// --- who is a key account (R1, R2) ---
struct KeyAccountRule {
    UnitType unit_type = UnitType::UNSPECIFIED;
    Money min_t12m_revenue;  // inclusive
};

// --- grades (R6): (above, up_to], the first rule's `above` inclusive ---
struct Grade {
    std::string id;  // "G1" ...
    Money above;
    bool above_inclusive = false;
    std::optional<Money> up_to;  // inclusive; none = no upper bound
};
struct GradeScheme {
    std::string id;             // "revenue6"
    std::vector<Grade> grades;  // ascending; the index is the rank
};

// --- who answers for it (R18): by grade ---
struct ResponsibilityRow {
    std::string grade;  // "" = ungraded
    StaffRole leader = StaffRole::UNSPECIFIED;
    std::vector<StaffRole> relevant;
    std::vector<StaffRole> chain;     // next levels, nearest first
    std::vector<StaffRole> informed;  // told once when the chain is exhausted, beside OPERATIONS
};

// --- comparisons (R45-R47) ---
struct LadderStep {
    std::int32_t change_bp = 0;  // -3000 = at least 30 % below
    std::int32_t periods = 1;    // that many consecutive periods
    Severity severity = Severity::UNSPECIFIED;
    bool operator==(const LadderStep&) const = default;
};
struct ComparisonRow {
    std::string id;
    SignalKind kind = SignalKind::UNSPECIFIED;
    Measure measure = Measure::UNSPECIFIED;
    WindowKind window = WindowKind::UNSPECIFIED;  // WEEK or MONTH; DAY where a threshold is looked at every day
    Scope per = Scope::UNSPECIFIED;
    Reference reference = Reference::UNSPECIFIED;
    std::int32_t recent_periods = 0;  // how many periods make the mean, or how many months a report counts (R49)
    std::vector<LadderStep> ladder;   // from the mildest to the severest; a threshold has none
    bool seasonal_guard = false;
    double tail_probability = 0;           // 0 = no small-number gate
    std::int32_t rest_within_bp = 0;       // R48b, per LINE: all other lines together stay within it; 0 = not asked
    Money min_amount;                      // R13: so much a month ...
    std::int32_t min_age_days = 0;         // ... or seen for so many days
    std::int32_t cohort_bp = 0;            // R15: so large a share of the accounts fell ...
    std::int32_t cohort_min_accounts = 0;  // ... of so many at least
    bool operator==(const ComparisonRow&) const = default;
};

// --- complaints (R51): what makes one SERIOUS ---
struct ComplaintRules {
    Money serious_claim;                  // LOSS or DAMAGE claims from this on
    std::int32_t serious_count = 0;       // so many complaints ...
    std::int32_t serious_days = 0;        // ... within so many days
    std::int32_t failed_contacts = 0;     // R72: so many vain attempts stand for the customer's satisfaction
    std::int32_t statistics_due_day = 0;  // R69: last day of the month for the statistics of the month before; 0 = none
    std::int32_t statistics_remind_day = 0;  // 0 = nobody is reminded
    std::vector<StaffRole> approvals;        // R74: of the investigation report, in this order; empty = none is needed
};

// --- a client that has left (requirements 3.1) ---
struct DefectionRules {
    std::int32_t idle_days = 0;        // 0 = the rule is off
    std::int32_t gap_factor = 0;       // or so many times the client's own longest gap of the year before
    std::int32_t min_active_days = 0;  // only accounts with so many active days in the year before
};

// --- the later life of a case (requirements 3.3) ---
struct CaseRules {
    std::int32_t recovered_pct = 0;  // of the frozen baseline
    std::int32_t partly_recovered_pct = 0;
    std::int32_t recovery_periods = 0;  // consecutive periods
    std::int32_t reopen_days = 0;       // a new emergency within so many days after closing reopens the case
    std::int32_t suspend_days = 0;      // the longest suspension
    Duration report_within{0};          // R87: a loss not reported up within this is unreported churn
    Span hand_over;                     // R21, R92: by when a case that is handed over is taken
    StaffRole loss_export_approver = StaffRole::UNSPECIFIED;  // R91: this post or a higher one; none = nobody is asked
};

// --- offers to keep a client (R85); off unless enabled ---
struct OfferTier {
    Money from;  // inclusive
    OfferApproval approval = OfferApproval::UNSPECIFIED;
};
struct OfferRules {
    bool enabled = false;
    std::vector<OfferTier> tiers;  // ascending
};

// --- severity (requirements 3.1) ---
struct SeverityRule {
    SignalKind kind = SignalKind::UNSPECIFIED;
    Severity base = Severity::UNSPECIFIED;
    bool emergency = false;  // opens an EMERGENCY case from MEDIUM on
};
struct SeverityRules {
    std::vector<SeverityRule> kinds;
    std::vector<std::string> raised_grades;  // +1 on a base of MEDIUM or higher
    bool raise_important = false;            // the same for IMPORTANT and STRATEGIC
    std::int32_t compound_days = 0;          // two emergency kinds within so many days: +1
    StaffRole critical_min_leader = StaffRole::UNSPECIFIED;
};

// --- milestones of a case (requirements 3.2) ---
struct MilestoneRule {
    MilestoneKind kind = MilestoneKind::UNSPECIFIED;
    Severity severity = Severity::UNSPECIFIED;
    Span span;
    bool fridays = false;  // PROGRESS_UPDATE: due at the latest on Friday's end of business
};

// --- tasks owed because of a kind of signal (R50, R52) ---
struct SignalTaskRule {
    std::string id;
    SignalKind on = SignalKind::UNSPECIFIED;
    std::optional<Severity> only_severity;
    TaskKind kind = TaskKind::UNSPECIFIED;
    StaffRole who = StaffRole::UNSPECIFIED;
    Span span;
};

// --- what is owed again and again: so many times in every period (R25-R30) ---
struct CadenceRow {
    std::string id;
    TaskKind kind = TaskKind::UNSPECIFIED;  // VISIT, CALL or PICKUP
    StaffRole who = StaffRole::UNSPECIFIED;
    std::int32_t times = 0;
    CadencePeriod period = CadencePeriod::UNSPECIFIED;
    std::vector<std::string> grades;  // of the accounts to which it is owed; "" = ungraded
};

struct NoiseRules {
    std::int32_t warn_first_pct = 70;
    std::int32_t warn_second_pct = 90;
    Duration ack_repeat{0};              // an exhausted chain is told again every so often
    Duration awake_within{0};            // a tick this shortly before a deadline proves that somebody was awake
    std::int32_t attention_per_day = 0;  // notices to one person in one local day; the rest goes to the digest; 0 = any
    std::int32_t digest_minute = 17 * 60;  // of the local day
    std::int32_t silence_days = 400;       // the longest silence
};

struct DetectionRules {
    bool enabled = false;
    double false_alarms_per_account_year = 0;
};

struct Policy {
    std::string id;
    WatchScope watch = WatchScope::UNSPECIFIED;
    std::int32_t evaluation_minute = 0;  // minutes after local midnight
    std::vector<KeyAccountRule> key_account;
    GradeScheme grade_scheme;
    std::int32_t downgrade_hysteresis_bp = 0;  // R9
    std::vector<ResponsibilityRow> responsibility;
    DetectionRules detection;
    std::vector<ComparisonRow> comparisons;
    std::int32_t composite_lines = 0;  // R14: so many lines with revenue make a composite account
    ComplaintRules complaints;
    SeverityRules severity;
    std::vector<MilestoneRule> milestones;
    std::vector<SignalTaskRule> signal_tasks;
    std::vector<CadenceRow> cadences;
    DefectionRules defection;
    CaseRules cases;
    OfferRules offers;
    NoiseRules noise;
};

// False alarms for each account and year that the detectors have of the budget: half of it where the policy's rows
// compare volume or revenue, too.
[[nodiscard]] double detectors_rate(const Policy& policy);
// The span of a milestone, or nothing where the policy sets none for that severity.
[[nodiscard]] const Span* milestone_span(const Policy& policy, MilestoneKind kind, Severity severity);
[[nodiscard]] const MilestoneRule* milestone_rule(const Policy& policy, MilestoneKind kind, Severity severity);
[[nodiscard]] const SeverityRule* severity_rule(const Policy& policy, SignalKind kind);
[[nodiscard]] const ResponsibilityRow& responsibility_for(const Policy& policy, const std::string& grade);

}  // namespace aw
