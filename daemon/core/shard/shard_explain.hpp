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
    void yield(const ClientWatch& sealed, const Thresholds& limits);
    void settle_defection(Explanation& says, Day day) const;
    void ask(const ComparisonRow& row, UsageScope scope, Period period);
    void not_asked(const ComparisonRow& row, Period period);
    [[nodiscard]] Explanation begin(const ComparisonRow& row, UsageScope scope, Period period) const;
    void show_numbers(Explanation& says, const ComparisonRow& row, UsageScope scope,
                      const ComparisonResult& result) const;
    // What holds a finding back that has passed the gates of its row.
    void show_gates(Explanation& says, const ComparisonRow& row, const ComparisonResult& result,
                    const ComparisonState& after) const;
    void settle(Explanation& says, const ComparisonRow& row, UsageScope scope, const ComparisonResult& result) const;
    [[nodiscard]] bool is_held(const ComparisonRow& row, Period period) const;
    [[nodiscard]] ComparisonState state_before(const ComparisonRow& row, UsageScope scope, Period period) const;
    // The last week or month that was judged.
    [[nodiscard]] Period judged(WindowKind kind) const;

    const Shard& shard_;
    const Account& account_;
    const Rules& rules_;
    AccountExplanation out_;
};

}  // namespace aw
