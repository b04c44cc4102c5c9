// Share of wallet (R49): our revenue of a month as a share of ours and what competitors are reported to get from the
// client, against the share of the month that was measured before. A measure of the comparisons; pure.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/money.hpp"
#include "core/detect/comparison.hpp"

namespace aw {

// "They get so much from this client in a month", as staff report it.
struct CompetitorReport {
    std::uint64_t competitor = 0;  // hash64 of the name
    Day day;
    Money monthly_revenue;

    template <class Archive>
    void fields(Archive& archive) {
        archive(competitor, day, monthly_revenue);
    }
};

// Notes it, and forgets what no month can need any more. A later report of the same day replaces the earlier one.
void note_report(std::vector<CompetitorReport>& reports, CompetitorReport report, Day today);

// What the competitors get in the month: of each the last report that is not older than `months`, counted back from the
// month itself. Nothing without a report in the month: a share that nobody has looked at is no share.
[[nodiscard]] std::optional<Money> reported_revenue(const std::vector<CompetitorReport>& reports, Month month,
                                                    int months);

// The comparison of a row whose measure is WALLET_SHARE. Called by compare().
[[nodiscard]] ComparisonResult compare_share(const ComparisonContext& context, const ComparisonRow& row, Period period,
                                             ComparisonState& state);

}  // namespace aw
