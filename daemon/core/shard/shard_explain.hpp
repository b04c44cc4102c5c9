// Shard::Explainer: the account's state and rules put side by side, without touching either.
#pragma once

#include "core/model/explanation.hpp"
#include "core/shard/shard.hpp"

namespace aw {

// Made for one question and thrown away; borrows the shard. One function for each source of findings: what it would
// say now, with the gates in the order in which it asks them.
class Shard::Explainer {
public:
    Explainer(const Shard& shard, const Account& account, AccountView view)
        : shard_(shard), account_(account), rules_(*shard.rules_) {
        out_.account = std::move(view);
    }

    AccountExplanation run();

private:
    // --- what is known of the account (shard_explain.cpp) ---
    void who_is_watched();
    void feeds();
    void memory();
    void silences();
    void open_case();

    // --- what each source says (shard_explain_rules.cpp) ---
    void comparisons();
    void defection();
    // The statistical detectors (shard_explain_detectors.cpp).
    void detectors();
    [[nodiscard]] Explanation of_detector(std::string_view rule, SignalKind kind) const;
    void sharp_drop(const ClientWatch& watch, const Thresholds& limits, Day through);
    void gradual_decline(const ClientWatch& watch, const Thresholds& limits, Day through);
    void inactivity(const ClientWatch& watch, const Thresholds& limits, Day through);
    void shares(const ClientWatch& watch, const Thresholds& limits, Day through);
    void share(std::uint32_t id, const ShareDetector& part, double limit, Day through);
    void yield(const ClientWatch& sealed, const Thresholds& limits);
    void settle_defection(Explanation& says, Day day) const;
    // `usage` is the account's own, or the sum of its group.
    void ask(const ComparisonRow& row, UsageScope scope, Period period, const AccountUsage& usage);
    void not_asked(const ComparisonRow& row);
    [[nodiscard]] Explanation begin(const ComparisonRow& row) const;
    [[nodiscard]] Explanation begin(const ComparisonRow& row, UsageScope scope, Period period) const;
    void show_numbers(Explanation& says, const ComparisonRow& row, UsageScope scope, const DropFinding& finding) const;
    void show_reports(Explanation& says, const ComparisonRow& row, Period period) const;
    void settle(Explanation& says, const ComparisonRow& row, UsageScope scope, const ComparisonResult& result) const;
    [[nodiscard]] bool is_held(const ComparisonRow& row, Period period) const;
    [[nodiscard]] ComparisonState state_before(const ComparisonRow& row, UsageScope scope, Period period) const;
    // The last week or month that was judged.
    [[nodiscard]] Period judged(WindowKind kind) const;

    // --- what the detectors found last (shard_explain_detected.cpp) ---
    void detected();
    void show_detected(Explanation& says, const DetectedNote& note, bool lasts) const;

    // --- rows about several accounts, and about a threshold (shard_explain_shared.cpp) ---
    void group(const ComparisonRow& row);
    void industry(const ComparisonRow& row);
    void count_in_industry(Explanation& says, const ComparisonRow& row, Period period) const;
    void standing(const ComparisonRow& row);
    void found_standing(Explanation& says, const ComparisonRow& row, const StandingNote& note) const;
    [[nodiscard]] Severity severity_of(const ComparisonRow& row) const;
    [[nodiscard]] std::optional<StandingFacts> stand(Explanation& says, const ComparisonRow& row) const;

    const Shard& shard_;
    const Account& account_;
    const Rules& rules_;
    AccountExplanation out_;
};

}  // namespace aw
