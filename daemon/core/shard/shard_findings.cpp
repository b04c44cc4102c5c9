// Shard: what a detector saw, as a finding with its evidence and its severity.
#include <algorithm>
#include <cmath>

#include "core/detect/tail.hpp"
#include "core/shard/detected_gates.hpp"
#include "core/shard/shard.hpp"
#include "core/shard/shard_desk.hpp"
#include "core/shard/shard_detectors.hpp"

namespace aw {
namespace {

// A client with few items fell by half last year, too, by chance now and then: so many items temper last year's change,
// unless chance gives so few so rarely.
constexpr double kLastYearPseudoCounts = 20;
constexpr double kChance = 0.02;
constexpr double kHalfCount = 0.5;  // nothing against nothing is no change

Severity severity_of(std::int32_t change_bp) {
    if (change_bp <= kHighBp) return Severity::HIGH;
    return change_bp <= kMediumBp ? Severity::MEDIUM : Severity::LOW;
}

std::int32_t bp_of(double ratio) {
    return static_cast<std::int32_t>(std::lround((std::min(ratio, 100.0) - 1) * 10'000));
}

DropFinding evidence(std::string_view rule, SignalKind kind, Day day, int days, double observed, double expected) {
    DropFinding finding;
    finding.kind = kind;
    finding.measure = Measure::ITEMS;
    finding.rule_id = rule;
    finding.window_from = day - (std::max(1, days) - 1);
    finding.window_to = day;
    finding.onset_on = finding.window_from;
    finding.observed = std::llround(observed);
    finding.expected = std::max<std::int64_t>(1, std::llround(expected));
    finding.change_bp = Ratio(finding.observed, finding.expected).change_bp();
    finding.recent_change_bp = finding.change_bp;
    return finding;
}

// A case keeps the level that it was opened with until it ends (requirements 3.1).
double level_before(const Detection& detection, const Detection::Finding& found, double level) {
    const ClientWatch* live = detection.live(found.slot);
    return live != nullptr && live->drop().is_in_alarm() ? live->drop().level_before() : level;
}

// Before `day`; a silence is not looked at for longer than kLongestSilence. What is older than kDailyDays is known by
// the week: its last day, unless the account was last active in it.
Day last_day_with_items(const Account& account, Day day, Day today) {
    constexpr int kLongestSilence = 400;
    Day last = day - 1;
    while (day - last < kLongestSilence && account.usage.sum(Measure::ITEMS, {}, last, last + 1) == 0) last = last - 1;
    if (today - last < kDailyDays) return last;
    const Day end = std::min(end_day(week_of(last)), end_day(month_of(last))) - 1;
    const Day active = account.activity.last;
    return active >= last && active <= end ? active : end;
}

// Calendar days that end with `day` and hold so many days with items. Exact for as long as items are kept by the day;
// what lies before is taken to be like that.
int calendar_days(const Account& account, Day day, int with_items, Day today) {
    int left = with_items;
    int days = 0;
    for (; left > 0 && today - (day - days) < kDailyDays; ++days) {
        if (account.usage.sum(Measure::ITEMS, {}, day - days, day - days + 1) > 0) --left;
    }
    const int seen = with_items - left;
    return seen == 0 ? with_items : days + left * days / seen;
}

}  // namespace

// Last year's own change over the same weeks (R46), which is as exact as usage of so long ago is kept; of the weeks one
// later, if they fell deeper: a window of some days lies in a week that may hold days before the fall, and a season
// begins earlier or later. A fall that may have been chance is tempered. Nothing where last year is not known: of a
// lane it never is.
std::optional<double> Shard::last_years_change(const Account& account, const DropFinding& finding) const {
    constexpr int kReferenceWeeks = 4;
    constexpr int kBilledWeeks = 3;  // of them, as of the rows' weekly revenue (requirements 3.1)
    const bool share = finding.part != 0;
    const bool money = finding.measure == Measure::REVENUE;
    if (share && finding.scope.kind != Scope::LINE) return std::nullopt;
    // Weeks that lie in the window by half; a short window is its last week.
    const std::int32_t half = week_of(finding.window_from + 3).n;
    const std::int32_t ends = week_of(finding.window_to - 3).n;
    const std::int32_t last = ends < half ? week_of(finding.window_to).n : ends;
    const std::int32_t first = std::min(half, last);
    const auto first_known = account.usage.first_day({});
    // Also from before a change that is known: that may have been the season.
    const Day oldest = std::max(today() - kHistoryDays, first_known ? *first_known : today());
    if (first_day(same_week_last_year(Week{first - kReferenceWeeks})) < oldest) return std::nullopt;
    struct Sum {
        std::int64_t amount = 0;  // of what fell ...
        int weeks = 0;            // ... in so many weeks
        std::int64_t base = 0;    // ordinary days, in thousandths; of a share or a price all items
    };
    const auto sum_of = [&](std::int32_t from, std::int32_t through) {
        Sum sum;
        for (std::int32_t week = from; week <= through; ++week) {
            const Week then = same_week_last_year(Week{week});
            const auto amount = account.usage.sum(finding.measure, finding.scope, first_day(then), end_day(then));
            sum.amount += amount;
            sum.weeks += amount > 0 ? 1 : 0;
            sum.base += share || money ? account.usage.sum(Measure::ITEMS, {}, first_day(then), end_day(then))
                                       : rules_->calendar.exposure_milli(first_day(then), end_day(then));
        }
        return sum;
    };
    const Sum before = sum_of(first - kReferenceWeeks, first - 1);
    if (before.amount <= 0 || before.base <= 0) return std::nullopt;
    // By the month it is billed in one of these weeks, and perhaps in none of the window's: that says nothing.
    if (money && before.weeks < kBilledWeeks) return std::nullopt;
    // Money is counted in items at the price of before.
    const double unit = money ? static_cast<double>(before.amount) / static_cast<double>(before.base) : 1;
    std::optional<double> deepest;
    for (const std::int32_t later : {0, 1}) {
        const Sum seen = sum_of(first + later, last + later);
        if (seen.base <= 0 || (money && seen.amount <= 0)) continue;
        const double amount = static_cast<double>(seen.amount) / unit;
        const double expected = static_cast<double>(before.amount) / unit * static_cast<double>(seen.base) /
                                static_cast<double>(before.base);
        const bool chance = lower_tail(std::llround(amount), expected, finding.phi) > kChance;
        const double weight = chance ? kLastYearPseudoCounts : kHalfCount;
        const double change = (amount + weight) / (expected + weight);
        deepest = std::min(change, deepest.value_or(change));
    }
    return deepest;
}

// The milder of the change and of what is left of it after last year's own (the seasonal guard, requirements 3.1).
void Shard::weigh_fall(const Account& account, DropFinding& finding) const {
    std::int32_t counts = finding.change_bp;
    if (const auto last_year = last_years_change(account, finding)) {
        const double now = (static_cast<double>(finding.observed) + kHalfCount) /
                           (static_cast<double>(finding.expected) + kHalfCount);
        finding.last_year_change_bp = bp_of(*last_year);
        finding.adjusted_change_bp = bp_of(now / *last_year);
        counts = std::max(counts, *finding.adjusted_change_bp);
    }
    finding.base = severity_of(counts);
}

DropFinding Shard::drop_finding(const Account& account, const Detection::Finding& found) const {
    const DropDetector::Verdict& v = found.verdict.drop;
    DropFinding finding = evidence(kSharpDrop, SignalKind::VOLUME_DROP, found.day, v.days, v.observed, v.expected);
    finding.score = v.score;
    finding.threshold = v.threshold;
    finding.phi = v.forecast.phi;
    finding.cell = Certainty::of_drop(v.forecast.level, v.observed, v.expected);
    finding.level = level_before(detection_, found, v.forecast.level);
    weigh_fall(account, finding);
    return finding;
}

DropFinding Shard::decline_finding(const Account& account, const Detection::Finding& found) const {
    const DeclineDetector::Verdict& v = found.verdict.decline;
    DropFinding finding =
        evidence(kGradualDecline, SignalKind::GRADUAL_DECLINE, found.day, v.days, v.observed, v.expected);
    finding.score = v.score;
    finding.threshold = v.threshold;
    finding.phi = found.verdict.drop.forecast.phi;
    finding.cell = Certainty::of(Certainty::Stratum::kDecline, v.observed, v.expected);
    finding.level = level_before(detection_, found, v.level);
    weigh_fall(account, finding);
    return finding;
}

// Requirements 3.1: INACTIVITY is MEDIUM.
DropFinding Shard::inactivity_finding(const Account& account, const Detection::Finding& found) const {
    const Inactivity::Verdict& v = found.verdict.idle;
    const int days = found.day - last_day_with_items(account, found.day, today());
    const double before = level_before(detection_, found, found.verdict.drop.forecast.level);
    DropFinding finding = evidence(kInactiveClient, SignalKind::INACTIVITY, found.day, days, 0, v.silence * before);
    finding.score = v.return_years;
    finding.threshold = thresholds_of(detectors_rate(rules_->policy)).inactivity_years;
    finding.phi = found.verdict.drop.forecast.phi;
    finding.usual_gap_days = v.usual_gap;
    finding.cell = Certainty::of(Certainty::Stratum::kInactivity, 0, v.silence);
    finding.level = before;
    weigh_fall(account, finding);
    finding.base = Severity::MEDIUM;
    return finding;
}

// Requirements 3.1: COMPETITOR_SUSPECTED is MEDIUM.
DropFinding Shard::share_finding(const Account& account, const Detection::Finding& found,
                                 const ShareWatch::Found& part) const {
    const ShareDetector::Verdict& v = part.verdict;
    const int days = calendar_days(account, found.day, v.days, today());  // a day without items says nothing of shares
    DropFinding finding =
        evidence(kCompetitorShare, SignalKind::COMPETITOR_SUSPECTED, found.day, days, v.observed, v.expected);
    finding.score = v.score;
    finding.threshold = v.threshold;
    finding.phi = found.verdict.drop.forecast.phi;
    finding.part = part.id;
    if (const auto line = line_of(finding.part)) {
        finding.business_line = lines_.name(*line);
        finding.scope = {Scope::LINE, *line};
    }
    finding.rest_change_bp = bp_of(v.rest);
    finding.part_share_bp = bp_of(1 + v.share);
    finding.cell = Certainty::of(Certainty::Stratum::kShare, v.observed, v.expected);
    weigh_fall(account, finding);
    finding.base = Severity::MEDIUM;
    return finding;
}

// What is paid for one item, over the items of the days of evidence.
DropFinding Shard::yield_finding(const Account& account, const Detection::Finding& found) const {
    const YieldDetector::Verdict& v = found.verdict.yield;
    DropFinding finding =
        evidence(kRevenueYield, SignalKind::REVENUE_DROP, found.day, v.days, v.now * v.items, v.usual * v.items);
    finding.measure = Measure::REVENUE;
    finding.score = v.score;
    finding.threshold = v.threshold;
    finding.cell = Certainty::of(Certainty::Stratum::kYield, v.now, v.usual);
    weigh_fall(account, finding);
    return finding;
}

// Without a code: it came near an alarm, no more.
void Shard::explain_finding(Account& account, const DropFinding& f, std::optional<SuppressionCode> code, Timestamp now,
                            bool awake, Effects& effects) {
    const std::string why(code ? name(*code) : name(f.kind));
    const DecisionOutcome outcome = code ? DecisionOutcome::SUPPRESSED : DecisionOutcome::NOT_FIRED;
    note_detected(account, f, outcome, code);
    with_desk(account, now, awake, effects, [&](Desks& desks) {
        desks.desk.decide(DecisionKind::EVALUATION, outcome, why, {}, f.rule_id, inputs_of(account, f),
                          detected_gates(f, outcome, code));
    });
}

// What the budget added to the thresholds that the finding passed. A silence's has none.
double Shard::offset_of(const Account& account, const DropFinding& finding) const {
    using Stratum = Certainty::Stratum;
    const Stratum stratum = finding.cell->stratum;
    if (stratum == Stratum::kInactivity) return 0;
    const ClientWatch* watch = detection_.live(static_cast<std::uint32_t>(&account - accounts_.data()));
    ClientSize size = Certainty::size_of(watch == nullptr ? 0 : watch->drop().expectation().level());
    if (stratum == Stratum::kSmall) size = ClientSize::kSmall;  // before the alarm, after which the level is another
    if (stratum == Stratum::kLarge || stratum == Stratum::kStop) size = ClientSize::kLarge;
    return budget_.offset(size, finding.window_to + 1);
}

void Shard::learn_outcome(Ledger& ledger) {
    if (ledger.file.cases.empty()) return;
    const CaseRecord& last = ledger.file.cases.back();
    if (last.view.outcome == Outcome::UNSPECIFIED && last.view.state != CaseState::MERGED) return;
    // Who is back may have been away for a while, or never: that teaches nothing. Nor does a fall that was real and no
    // loss. What was merged ends elsewhere.
    const Outcome outcome = last.view.outcome;
    const bool loss = outcome == Outcome::LOST || outcome == Outcome::PARTIALLY_RECOVERED;
    if (loss || outcome == Outcome::FALSE_ALARM) {
        if (ledger.alarm) certainty_.note(*ledger.alarm, loss);
        certainty_.note_compared(loss, ledger.compared);
        for (std::size_t i = 0; i < ledger.alarms.size(); ++i)
            certainty_.note_ended(static_cast<Certainty::Stratum>(i), loss, ledger.alarms[i]);
    }
    ledger.alarm.reset();
    ledger.alarms = {};
    ledger.compared = 0;
    certainty_changed_ = true;
}

}  // namespace aw
