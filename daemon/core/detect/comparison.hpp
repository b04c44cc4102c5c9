// Comparisons (R45-R47, R10): one measure over one closed week or month against a reference, with gates. One
// mechanism for every row of policy; pure; keeps its little memory in ComparisonState.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/calendar/calendar.hpp"
#include "core/detect/ratio.hpp"
#include "core/policy/policy.hpp"
#include "core/usage/usage.hpp"

namespace aw {

struct CompetitorReport;  // core/detect/wallet.hpp

// The closed week or month under judgement, and how to step through its like.
struct Period {
    WindowKind kind = WindowKind::WEEK;
    std::int32_t n = 0;  // Week::n or Month::n

    [[nodiscard]] Day from() const;
    [[nodiscard]] Day to() const;  // exclusive
    [[nodiscard]] Period back(int periods) const { return {kind, n - periods}; }
    [[nodiscard]] Period last_year() const;
    [[nodiscard]] std::string name() const;  // 2026-W33, 2026-08
    auto operator<=>(const Period&) const = default;
};

// What one (row, scope) of an account remembers. Exists only while it is not empty.
struct ComparisonState {
    static constexpr int kPeriodsRemembered = 64;

    std::uint64_t rule = 0;  // hash64(row id): keeps its state across a reload
    UsageScope scope;
    std::int32_t last_period = 0;
    std::uint64_t excluded = 0;       // bit i: period last_period - i never enters a mean (frozen baseline, R46)
    std::vector<std::uint16_t> runs;  // per step of the ladder: consecutive periods at or below it
    std::int64_t previous_part = 0;   // reference PREVIOUS: the share of the last period that was measured
    std::int64_t previous_whole = 0;  // 0 = none was
    std::int64_t before_part = 0;     // ... and the one before that: the period can be judged again
    std::int64_t before_whole = 0;

    [[nodiscard]] bool is_excluded(std::int32_t period) const;
    [[nodiscard]] bool empty() const;
    // Moves on to `period`; periods that were skipped (no evaluation) break every run.
    void advance_to(std::int32_t period, std::size_t steps);

    template <class Archive>
    void fields(Archive& archive) {
        archive(rule, scope, last_period, excluded, runs, previous_part, previous_whole, before_part, before_whole);
    }
};

// Everything the judgement rests on, for the signal, its reasons and the decision record.
struct ComparisonEvidence {
    Period period;
    std::int64_t observed = 0;
    std::int64_t expected = 0;   // reference level x exposure of the window
    std::int32_t change_bp = 0;  // against the row's own reference
    std::optional<std::int32_t> recent_change_bp;
    std::optional<std::int32_t> yoy_change_bp;
    std::optional<std::int32_t> previous_change_bp;   // against the period before, shown beside
    std::optional<std::int32_t> last_year_change_bp;  // last year's own change over the same periods
    std::optional<std::int32_t> adjusted_change_bp;   // after the seasonal guard
    std::optional<double> tail;                       // P(count this low by chance) ...
    double tail_limit = 0;                            // ... which has to be rarer; 0 = it is not asked
    double phi = 0;
    std::optional<Day> onset_on;  // first day of the current run below the lowest gate
    std::optional<std::int32_t> rest_change_bp;     // of all other lines together, over the same periods (R48b)
    std::optional<std::int32_t> share_bp;           // of the customer's spending (R49) ...
    std::optional<std::int32_t> previous_share_bp;  // ... and when it was measured before
};

enum class Verdict : std::uint8_t {
    not_applicable,
    warm_up,
    normal,
    seasonal,
    small_numbers,
    rest_moved,  // R48b: the other lines did not stay as they were, so it is no shift of the mix
    not_persistent,
    fires
};

// The code of the decision that says why the verdict gave no signal. REQUIRES: it neither fires nor finds nothing.
[[nodiscard]] SuppressionCode suppression_of(Verdict verdict);

struct ComparisonResult {
    Verdict verdict = Verdict::not_applicable;
    Severity severity = Severity::UNSPECIFIED;  // when it fires: of the severest step reached
    int step = -1;                              // that step
    bool below_lowest = false;                  // below the lowest gate after the guards: the baseline is frozen
    std::optional<Ratio> share;                 // of the reference level; nothing where there is none to compare with
    ComparisonEvidence evidence;
};

struct ComparisonContext {
    const Calendar& calendar;
    const AccountUsage& usage;
    bool drop_case_open = false;   // R46: the baseline stays frozen while a case of a drop kind is open
    Day history_from{-1'000'000};  // days before it are forgotten: no evidence, not zero
    const std::vector<CompetitorReport>* reports = nullptr;  // R49; ascending by day
    double tail_share = 1;  // of the row's tail probability, where the false-alarm budget is overspent (R47)
};

// Judges `period` and updates `state`. Call once per period, in order.
[[nodiscard]] ComparisonResult compare(const ComparisonContext& context, const ComparisonRow& row, UsageScope scope,
                                       Period period, ComparisonState& state);

// Revenue in at least 3 of the 4 weeks that end with `last`.
[[nodiscard]] bool is_billed_weekly(const AccountUsage& usage, UsageScope scope, Week last);

// R46: weekly revenue is compared only with revenue in at least 3 of the last 4 weeks, else monthly if each of the
// last 3 months has revenue, else not. True if `row` applies to the account, or to that part of it, for this period.
[[nodiscard]] bool revenue_rhythm_fits(const AccountUsage& usage, const ComparisonRow& row, UsageScope scope,
                                       Period period);

}  // namespace aw
