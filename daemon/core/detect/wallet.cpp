#include "core/detect/wallet.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace aw {
namespace {

constexpr int kReportDays = 400;          // 13 months
constexpr std::size_t kReportsKept = 64;  // of one account; the oldest go
__extension__ typedef __int128 Wide;

// a/b in basis points, rounded half away from zero. REQUIRES: 0 <= a <= b, b > 0.
std::int32_t share_bp(std::int64_t a, std::int64_t b) { return 10'000 + Ratio(a, b).change_bp(); }

// More than ten trillion yuan is no amount; below it the products of fell_by() have room.
constexpr std::int64_t kLargest = std::int64_t{1} << 50;

// a/b - c/d <= bp / 10000, exactly. REQUIRES: all are at most kLargest * 2.
bool fell_by(std::int64_t a, std::int64_t b, std::int64_t c, std::int64_t d, std::int32_t bp) {
    return (Wide{a} * d - Wide{c} * b) * 10'000 <= Wide{bp} * b * d;
}

}  // namespace

void note_report(std::vector<CompetitorReport>& reports, CompetitorReport report, Day today) {
    std::erase_if(reports, [&](const CompetitorReport& known) {
        return known.day < today - kReportDays || (known.competitor == report.competitor && known.day == report.day);
    });
    // Ascending by day, so that neither order of arrival nor a restart matters.
    const auto at = std::upper_bound(reports.begin(), reports.end(), report,
                                     [](const CompetitorReport& a, const CompetitorReport& b) {
                                         return std::pair(a.day, a.competitor) < std::pair(b.day, b.competitor);
                                     });
    reports.insert(at, report);
    if (reports.size() > kReportsKept) reports.erase(reports.begin());
}

std::optional<Money> reported_revenue(const std::vector<CompetitorReport>& reports, Month month, int months) {
    const Day from = first_day(Month{month.n - (months - 1)});
    bool looked_at = false;
    std::map<std::uint64_t, Money> latest;
    for (const CompetitorReport& report : reports) {
        if (report.day < from || report.day >= end_day(month)) continue;
        looked_at = looked_at || report.day >= first_day(month);
        latest[report.competitor] = report.monthly_revenue;
    }
    if (!looked_at) return std::nullopt;
    Money total;
    for (const auto& [competitor, revenue] : latest)
        total.minor = std::min(kLargest, total.minor + std::clamp<std::int64_t>(revenue.minor, 0, kLargest));
    return total;
}

ComparisonResult compare_share(const ComparisonContext& context, const ComparisonRow& row, Period period,
                               ComparisonState& state) {
    ComparisonResult result;
    state.advance_to(period.n, row.ladder.size());
    result.evidence.period = period;
    if (context.reports == nullptr || period.kind != WindowKind::MONTH) return result;
    const auto theirs = reported_revenue(*context.reports, Month{period.n}, row.recent_periods);
    const std::int64_t ours =
        std::clamp<std::int64_t>(context.usage.sum(Measure::REVENUE, {}, period.from(), period.to()), 0, kLargest);
    if (!theirs || ours + theirs->minor == 0) return result;
    const std::int64_t whole = ours + theirs->minor;
    const std::int64_t before = state.previous_part;
    const std::int64_t before_of = std::exchange(state.previous_whole, whole);
    state.previous_part = ours;
    state.before_part = before;
    state.before_whole = before_of;
    ComparisonEvidence& evidence = result.evidence;
    evidence.observed = ours;
    evidence.share_bp = share_bp(ours, whole);
    if (before_of <= 0) {  // the first month that was measured: nothing to compare with
        result.verdict = Verdict::normal;
        return result;
    }
    evidence.previous_share_bp = share_bp(before, before_of);
    evidence.expected = Ratio(before, before_of).scale(whole);
    evidence.change_bp = *evidence.share_bp - *evidence.previous_share_bp;
    result.verdict = Verdict::normal;
    for (std::size_t i = 0; i < row.ladder.size(); ++i) {
        if (!fell_by(ours, whole, before, before_of, row.ladder[i].change_bp)) continue;
        result.verdict = Verdict::fires;
        result.severity = std::max(result.severity, row.ladder[i].severity);
        result.step = static_cast<int>(i);
        evidence.onset_on = period.from();
    }
    return result;
}

}  // namespace aw
