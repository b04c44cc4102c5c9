// Shard::each_row: which comparisons are asked about an account when a week or month has ended.
#pragma once

#include <algorithm>

#include "core/shard/shard.hpp"

namespace aw {

// Items before revenue: if both fall, the episode is one of volume (requirements 3.1). Shifts of the mix before falls:
// a shift takes the place of the line drop it is made of.
template <class F>
void Shard::each_row(const Account& account, const Policy& policy, Period period, bool items, bool revenue,
                     F&& use) const {
    struct Turn {
        Measure measure;
        bool shifts;
    };
    // A share is of the revenue that is known to be complete.
    for (const Turn turn : {Turn{Measure::ITEMS, true}, Turn{Measure::ITEMS, false}, Turn{Measure::REVENUE, false},
                            Turn{Measure::WALLET_SHARE, false}}) {
        if (turn.measure == Measure::ITEMS ? !items : !revenue || !account.usage.has_revenue()) continue;
        for (const ComparisonRow& row : policy.comparisons) {
            const bool shift = row.kind == SignalKind::COMPETITOR_SUSPECTED;
            if (row.measure != turn.measure || shift != turn.shifts || row.window != period.kind) continue;
            each_scope(account, row, [&](UsageScope scope) {
                const bool money = row.kind == SignalKind::REVENUE_DROP;
                if (!money || revenue_rhythm_fits(account.usage, row, scope, period)) use(row, scope);
            });
        }
    }
}

// A part is the whole where there is one only: the same evidence as the root's.
template <class F>
void Shard::each_scope(const Account& account, const ComparisonRow& row, F&& use) const {
    if (row.per == Scope::INDUSTRY || row.per == Scope::GROUP) return;  // asked of several accounts together
    if (row.per != Scope::ROOT && account.usage.cells().size() < 2) return;
    if (row.per == Scope::ROOT) {
        use(UsageScope{});
    } else if (row.per == Scope::LINE) {
        // By name: a line's number says which came first.
        auto lines = account.usage.lines();
        if (lines.size() < 2) return;
        std::sort(lines.begin(), lines.end(), [&](auto a, auto b) { return lines_.name(a) < lines_.name(b); });
        for (const std::uint8_t line : lines) use(UsageScope{Scope::LINE, line});
    } else {
        const auto branches = account.usage.branches();
        if (branches.size() < 2) return;
        for (const std::uint16_t branch : branches) use(UsageScope{Scope::BRANCH, branch});
    }
}

}  // namespace aw
