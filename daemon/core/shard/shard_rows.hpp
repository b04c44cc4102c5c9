// Shard::each_row: which comparisons are asked about an account when a week or month has ended.
#pragma once

#include <algorithm>

#include "core/shard/shard.hpp"

namespace aw {

// Items before revenue: if both fall, the episode is one of volume (requirements 3.1).
template <class F>
void Shard::each_row(const Account& account, const Policy& policy, Period period, bool items, bool revenue,
                     F&& use) const {
    for (const Measure measure : {Measure::ITEMS, Measure::REVENUE}) {
        if (measure == Measure::ITEMS ? !items : !revenue || !account.usage.has_revenue()) continue;
        for (const ComparisonRow& row : policy.comparisons) {
            if (row.measure != measure || row.window != period.kind) continue;
            // A part is the whole where there is one only: the same evidence as the root's.
            if (row.per != Scope::ROOT && account.usage.cells().size() < 2) continue;
            if (row.kind == SignalKind::REVENUE_DROP && !revenue_rhythm_fits(account.usage, row, period)) continue;
            if (row.per == Scope::ROOT) {
                use(row, UsageScope{});
            } else if (row.per == Scope::LINE) {
                // By name: a line's number says which came first.
                auto lines = account.usage.lines();
                if (lines.size() < 2) continue;
                std::sort(lines.begin(), lines.end(), [&](auto a, auto b) { return lines_.name(a) < lines_.name(b); });
                for (const std::uint8_t line : lines) use(row, UsageScope{Scope::LINE, line});
            } else {
                const auto branches = account.usage.branches();
                if (branches.size() < 2) continue;
                for (const std::uint16_t branch : branches) use(row, UsageScope{Scope::BRANCH, branch});
            }
        }
    }
}

}  // namespace aw
