#include "core/detect/comparison.hpp"

#include <algorithm>

#include "core/detect/dispersion.hpp"
#include "core/detect/tail.hpp"
#include "core/detect/wallet.hpp"

namespace aw {
namespace {

// A total and the exposure it was gathered in.
struct Amount {
    std::int64_t value = 0;
    std::int64_t exposure_milli = 0;

    void operator+=(const Amount& other) {
        value += other.value;
        exposure_milli += other.exposure_milli;
    }
};

constexpr int kOrdinaryExposurePct = 85;
constexpr int kBaselineExposurePct = 50;
constexpr int kRecentWeeks = 4;  // R45, where a row decides by last year
constexpr int kRecentMonths = 3;

class Comparison {
public:
    Comparison(const ComparisonContext& context, const ComparisonRow& row, UsageScope scope, Period period,
               ComparisonState& state)
        : context_(context),
          row_(row),
          scope_(scope),
          period_(period),
          state_(state),
          first_(context.usage.first_day(scope)) {}

    ComparisonResult run();

private:
    [[nodiscard]] Amount amount(Period period) const {
        return {context_.usage.sum(row_.measure, scope_, period.from(), period.to()),
                context_.calendar.exposure_milli(period.from(), period.to())};
    }
    [[nodiscard]] bool exposed_at_least(Period period, int percent) const {
        return context_.calendar.exposure_milli(period.from(), period.to()) >=
               10LL * percent * (period.to() - period.from());
    }
    [[nodiscard]] bool known(Period period) const {
        return first_ && period.from() >= std::max(*first_, context_.history_from);
    }
    // value/exposure of a against that of b; nothing if b is empty or negative.
    [[nodiscard]] static std::optional<Ratio> per_exposure(const Amount& a, const Amount& b) {
        if (b.value <= 0 || a.exposure_milli <= 0 || b.exposure_milli <= 0) return std::nullopt;
        return Ratio(a.value, b.value).times(Ratio(b.exposure_milli, a.exposure_milli));
    }
    [[nodiscard]] static std::optional<std::int32_t> bp(const std::optional<Ratio>& ratio) {
        if (!ratio) return std::nullopt;
        return ratio->change_bp();
    }

    [[nodiscard]] std::vector<Period> baseline_periods(int count) const;
    // This year's and last year's change over the same periods.
    struct Seasons {
        Ratio now;
        Ratio last_year;
    };
    [[nodiscard]] std::optional<Seasons> seasons(const std::vector<Period>& baseline) const;
    [[nodiscard]] PastPeriods past_periods(const Amount& reference, int most) const;
    [[nodiscard]] double frequency_of_such(const LadderStep& step, int lasted, const Amount& reference) const;
    void judge(const Ratio& milder, const Amount& reference, const std::vector<Period>& baseline,
               ComparisonResult& result);
    [[nodiscard]] bool rest_stays(const std::vector<Period>& baseline, ComparisonEvidence& evidence) const;
    void remember(ComparisonResult& result);

    const ComparisonContext& context_;
    const ComparisonRow& row_;
    UsageScope scope_;
    Period period_;
    ComparisonState& state_;
    std::optional<Day> first_;
    std::uint32_t reached_ = 0;  // bit i: this period is at or below step i of the ladder
};

// The last `count` periods that may enter a mean. A week that is mostly holiday may not: its few items divided by a
// small exposure say more about the calendar's guess than about the client, and one such week in the mean of four could
// freeze a baseline that the client never had.
std::vector<Period> Comparison::baseline_periods(int count) const {
    std::vector<Period> periods;
    for (int back = 1; back < ComparisonState::kPeriodsRemembered && periods.size() < static_cast<std::size_t>(count);
         ++back) {
        const Period candidate = period_.back(back);
        if (!known(candidate)) break;
        if (!state_.is_excluded(candidate.n) && exposed_at_least(candidate, kBaselineExposurePct))
            periods.push_back(candidate);
    }
    return periods;
}

// R46, seasonal guard: the same ISO weeks (or months) one year earlier, window and baseline alike. If the history
// begins in the middle of last year's baseline, both years are taken over the part that is known.
std::optional<Comparison::Seasons> Comparison::seasons(const std::vector<Period>& baseline) const {
    if (!known(period_.last_year())) return std::nullopt;
    Amount reference_now;
    Amount reference_last_year;
    for (const Period& period : baseline) {
        if (!known(period.last_year())) continue;
        reference_now += amount(period);
        reference_last_year += amount(period.last_year());
    }
    const auto now = per_exposure(amount(period_), reference_now);
    const auto last_year = per_exposure(amount(period_.last_year()), reference_last_year);
    if (!now || !last_year) return std::nullopt;
    return Seasons{*now, *last_year};
}

// Each as if it had this one's length in working days. Holiday periods tell about the holiday, not about the client,
// and are left out; so is a fall that lasts: it is what is judged. While a case is open no period enters a mean, but
// those that are above the gate say how the client is.
PastPeriods Comparison::past_periods(const Amount& reference, int most) const {
    PastPeriods periods;
    bool lasts = true;
    for (int back = 1; back <= most; ++back) {
        const Period candidate = period_.back(back);
        if (!known(candidate)) break;
        const Amount a = amount(candidate);
        const auto share = per_exposure(a, reference);
        const bool fell =
            state_.is_excluded(candidate.n) && (!share || share->change_at_most(row_.ladder.front().change_bp));
        lasts = lasts && fell;
        if (lasts || !exposed_at_least(candidate, kOrdinaryExposurePct)) {
            periods.skip();
            continue;
        }
        const double level = static_cast<double>(a.value) * 1000 / static_cast<double>(a.exposure_milli) *
                             (period_.to() - period_.from());
        periods.add(level, fell);
    }
    return periods;
}

ComparisonResult Comparison::run() {
    ComparisonResult result;
    state_.advance_to(period_.n, row_.ladder.size());
    const Amount window = amount(period_);
    const std::vector<Period> baseline =
        row_.reference == Reference::RECENT ? baseline_periods(row_.recent_periods) : std::vector<Period>{};
    ComparisonEvidence& evidence = result.evidence;
    evidence.period = period_;
    evidence.tail_limit = row_.tail_probability * context_.tail_share;
    evidence.observed = window.value;

    Amount recent;
    for (const Period& period : baseline) recent += amount(period);

    const bool against_recent = row_.reference == Reference::RECENT;
    if (against_recent && baseline.size() < static_cast<std::size_t>(row_.recent_periods)) {
        // Worth a word only if the little that is known has fallen.
        const auto so_far = per_exposure(window, recent);
        const bool fell = so_far && !row_.ladder.empty() && so_far->change_at_most(row_.ladder.front().change_bp);
        if (fell) {
            result.verdict = Verdict::warm_up;
            evidence.change_bp = so_far->change_bp();
            evidence.expected = Ratio(recent.value, recent.exposure_milli).scale(window.exposure_milli);
        }
        remember(result);
        return result;
    }
    const bool last_year_known = known(period_.last_year());
    Amount reference = recent;
    if (!against_recent) reference = last_year_known ? amount(period_.last_year()) : Amount{};
    const std::optional<Ratio> plain = per_exposure(window, reference);
    if (!plain) {  // nothing to fall from
        remember(result);
        return result;
    }
    evidence.change_bp = plain->change_bp();
    evidence.expected = Ratio(reference.value, reference.exposure_milli).scale(window.exposure_milli);
    result.share = plain;
    if (against_recent) evidence.recent_change_bp = evidence.change_bp;
    if (row_.ladder.empty() || !plain->change_at_most(row_.ladder.front().change_bp)) {
        result.verdict = Verdict::normal;  // as nearly all are; what follows explains a fall
        remember(result);
        return result;
    }
    if (known(period_.back(1))) evidence.previous_change_bp = bp(per_exposure(window, amount(period_.back(1))));
    if (!against_recent) {  // R45: both comparisons are shown, whichever one decides
        for (const Period& period : baseline_periods(row_.window == WindowKind::WEEK ? kRecentWeeks : kRecentMonths))
            recent += amount(period);
        evidence.recent_change_bp = bp(per_exposure(window, recent));
    }
    if (last_year_known) evidence.yoy_change_bp = bp(per_exposure(window, amount(period_.last_year())));

    Ratio milder = *plain;
    if (row_.seasonal_guard && against_recent) {
        if (const auto both = seasons(baseline)) {
            evidence.last_year_change_bp = both->last_year.change_bp();
            // Last year everything stopped in these weeks, too: no fall can be told from the season.
            const Ratio adjusted = both->last_year.is_zero() ? Ratio(1, 1) : both->now.divided_by(both->last_year);
            evidence.adjusted_change_bp = adjusted.change_bp();
            if (milder < adjusted) milder = adjusted;
        }
    }
    judge(milder, reference, baseline, result);
    remember(result);
    return result;
}

// R48b: what the account sends beside this line, over the very periods the line is compared with.
bool Comparison::rest_stays(const std::vector<Period>& baseline, ComparisonEvidence& evidence) const {
    const auto rest_of = [&](Period period) {
        Amount rest = amount(period);
        rest.value = context_.usage.sum(row_.measure, {}, period.from(), period.to()) - rest.value;
        return rest;
    };
    Amount reference;
    for (const Period& period : baseline) reference += rest_of(period);
    const auto change = per_exposure(rest_of(period_), reference);
    if (!change) return false;  // nothing beside it: the line is the account
    evidence.rest_change_bp = change->change_bp();
    return !change->change_below(-row_.rest_within_bp) && change->change_at_most(row_.rest_within_bp);
}

// REQUIRES: the plain change is at or below the lowest step.
void Comparison::judge(const Ratio& milder, const Amount& reference, const std::vector<Period>& baseline,
                       ComparisonResult& result) {
    if (!milder.change_at_most(row_.ladder.front().change_bp)) {
        result.verdict = Verdict::seasonal;
        return;
    }
    const bool money = row_.measure == Measure::REVENUE;
    if (row_.tail_probability > 0 && (money || row_.measure == Measure::ITEMS)) {
        ComparisonEvidence& evidence = result.evidence;
        const auto window_milli = context_.calendar.exposure_milli(period_.from(), period_.to());
        const double expected = static_cast<double>(reference.value) * static_cast<double>(window_milli) /
                                static_cast<double>(reference.exposure_milli);
        const int compared_with = row_.reference == Reference::RECENT ? row_.recent_periods : kRecentWeeks;
        evidence.phi = past_periods(reference, PastPeriods::kOfDispersion).dispersion(compared_with, !money);
        evidence.tail = money ? lower_tail_of_money(static_cast<double>(evidence.observed), expected, evidence.phi)
                              : lower_tail(evidence.observed, expected, evidence.phi);
        if (*evidence.tail >= evidence.tail_limit) {
            result.verdict = Verdict::small_numbers;
            return;
        }
    }
    result.below_lowest = true;
    // The baseline is frozen all the same, but a period in which the rest moved, too, is none of a shift.
    if (row_.rest_within_bp > 0 && !rest_stays(baseline, result.evidence)) {
        result.verdict = Verdict::rest_moved;
        return;
    }
    result.verdict = Verdict::not_persistent;
    for (std::size_t i = 0; i < row_.ladder.size(); ++i) {
        const LadderStep& step = row_.ladder[i];
        if (!milder.change_at_most(step.change_bp)) continue;
        reached_ |= std::uint32_t{1} << i;
        if (state_.runs[i] + 1 < step.periods) continue;
        result.verdict = Verdict::fires;
        if (result.step < 0 || step.severity >= result.severity) {
            result.severity = step.severity;
            result.step = static_cast<int>(i);
        }
    }
    if (result.verdict != Verdict::fires || !result.evidence.tail || result.severity < Severity::MEDIUM) return;
    const auto step = static_cast<std::size_t>(result.step);
    const double habit = frequency_of_such(row_.ladder[step], state_.runs[step] + 1, reference);
    result.evidence.tail = std::max(*result.evidence.tail, habit);
    if (habit >= result.evidence.tail_limit) result.verdict = Verdict::small_numbers;
}

// R47, the account's own irregularity once more: a client that is shut for a week every other month halves that week,
// which no distribution with one dispersion foretells. Its past does. Weeks only: a month that brings half is a loss,
// and so is what lasts longer than such falls did; the baseline stays frozen, so that it is seen.
double Comparison::frequency_of_such(const LadderStep& step, int lasted, const Amount& reference) const {
    if (row_.window != WindowKind::WEEK || row_.reference != Reference::RECENT || lasted > PastPeriods::kShortFall)
        return 0;
    const double share = 1 + step.change_bp / 10'000.0;
    return past_periods(reference, PastPeriods::kMost).frequency_of_falls(share, row_.recent_periods, lasted);
}

// Updates runs and the frozen baseline.
void Comparison::remember(ComparisonResult& result) {
    for (std::size_t i = 0; i < row_.ladder.size(); ++i) {
        const bool at_or_below = ((reached_ >> i) & 1) != 0;
        auto& run = state_.runs[i];
        run = at_or_below ? static_cast<std::uint16_t>(std::min<int>(run + 1, 1000)) : std::uint16_t{0};
    }
    if (row_.reference == Reference::RECENT && (result.below_lowest || context_.drop_case_open)) state_.excluded |= 1;
    if (result.below_lowest && !state_.runs.empty() && state_.runs.front() > 0) {
        result.evidence.onset_on = period_.back(state_.runs.front() - 1).from();
    }
}

}  // namespace

ComparisonResult compare(const ComparisonContext& context, const ComparisonRow& row, UsageScope scope, Period period,
                         ComparisonState& state) {
    if (row.measure == Measure::WALLET_SHARE) return compare_share(context, row, period, state);
    return Comparison(context, row, scope, period, state).run();
}

}  // namespace aw
