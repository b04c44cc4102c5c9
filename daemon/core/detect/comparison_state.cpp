// What comparisons step through and remember, and which of them ask about an account at all.
#include <algorithm>

#include "core/detect/comparison.hpp"

namespace aw {

Day Period::from() const { return kind == WindowKind::MONTH ? first_day(Month{n}) : first_day(Week{n}); }
Day Period::to() const { return kind == WindowKind::MONTH ? end_day(Month{n}) : end_day(Week{n}); }

Period Period::last_year() const {
    return kind == WindowKind::MONTH ? Period{kind, n - 12} : Period{kind, same_week_last_year(Week{n}).n};
}

std::string Period::name() const { return kind == WindowKind::MONTH ? format_month(Month{n}) : format_week(Week{n}); }

bool ComparisonState::is_excluded(std::int32_t period) const {
    const std::int32_t back = last_period - period;
    return back >= 0 && back < kPeriodsRemembered && ((excluded >> back) & 1) != 0;
}

bool ComparisonState::empty() const {
    return excluded == 0 && previous_whole == 0 &&
           std::all_of(runs.begin(), runs.end(), [](std::uint16_t run) { return run == 0; });
}

void ComparisonState::advance_to(std::int32_t period, std::size_t steps) {
    const std::int32_t by = last_period == 0 ? 0 : period - last_period;
    if (by > 0) excluded = by >= kPeriodsRemembered ? 0 : excluded << by;
    if (by < 0) excluded = 0;  // the row's window was another one: its memory is not of these periods
    if (by != 1 || runs.size() != steps) runs.assign(steps, 0);
    last_period = period;
}

SuppressionCode suppression_of(Verdict verdict) {
    switch (verdict) {
        case Verdict::warm_up:
            return SuppressionCode::WARM_UP;
        case Verdict::seasonal:
            return SuppressionCode::SEASONAL;
        case Verdict::small_numbers:
            return SuppressionCode::SMALL_NUMBERS;
        default:
            return SuppressionCode::NOT_PERSISTENT;
    }
}

namespace {

int with_revenue(const AccountUsage& usage, UsageScope scope, Period last, int periods) {
    int n = 0;
    for (int back = 0; back < periods; ++back) {
        const Period p = last.back(back);
        n += usage.sum(Measure::REVENUE, scope, p.from(), p.to()) > 0 ? 1 : 0;
    }
    return n;
}

}  // namespace

bool is_billed_weekly(const AccountUsage& usage, UsageScope scope, Week last) {
    return with_revenue(usage, scope, {WindowKind::WEEK, last.n}, 4) >= 3;
}

bool revenue_rhythm_fits(const AccountUsage& usage, const ComparisonRow& row, UsageScope scope, Period period) {
    if (row.measure != Measure::REVENUE) return true;
    // The weeks and months before the one under judgement.
    if (row.window == WindowKind::WEEK) return is_billed_weekly(usage, scope, Week{period.n - 1});
    return with_revenue(usage, scope, period.back(1), 3) == 3 &&
           !is_billed_weekly(usage, scope, Week{week_of(period.to() - 1).n - 1});
}

}  // namespace aw
