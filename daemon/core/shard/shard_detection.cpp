// Shard: what the statistical detectors find (detection.hpp) becomes episodes, signals and decisions like the findings of
// the comparisons: the same fall is one episode, whoever saw it first.
#include <algorithm>
#include <cmath>

#include "base/hash.hpp"
#include "core/detect/tail.hpp"
#include "core/shard/shard.hpp"
#include "core/shard/shard_desk.hpp"
#include "core/shard/shard_explain.hpp"

namespace aw {
namespace {

constexpr std::string_view kSharpDrop = "sharp-drop";
const std::uint64_t kSharpDropRule = hash64(kSharpDrop);

// Requirements 3.1: the severity of a statistical alarm is the share that was lost since its onset.
constexpr std::int32_t kHighBp = -5000;
constexpr std::int32_t kMediumBp = -3000;
// The seasonal guard: less than this after last year's own change is the season.
constexpr std::int32_t kSeasonalBp = -2000;
// A client with few items fell by half last year, too, by chance now and then: so many items temper last year's change.
constexpr double kLastYearPseudoCounts = 20;
// A score of so much of the threshold leaves a decision, day by day.
constexpr double kWatchShare = 0.6;

// h: the days between two false alarms that the budget allows one account.
double threshold_of(const DetectionRules& rules) {
    return std::log(AccountUsage::kYearDays / rules.false_alarms_per_account_year);
}

Severity severity_of(std::int32_t change_bp) {
    if (change_bp <= kHighBp) return Severity::HIGH;
    return change_bp <= kMediumBp ? Severity::MEDIUM : Severity::LOW;
}

}  // namespace

class Shard::DetectionSource final : public Detection::Source {
public:
    explicit DetectionSource(const Shard& shard) : shard_(shard) {}

    [[nodiscard]] const std::vector<std::uint32_t>& slots_by_root() const override { return shard_.slots_by_root(); }
    [[nodiscard]] double items(std::uint32_t slot, Day day) const override {
        return static_cast<double>(shard_.accounts_[slot].usage.sum(Measure::ITEMS, {}, day, day + 1));
    }
    [[nodiscard]] bool is_complete(std::uint32_t slot, Day day) const override {
        return shard_.complete(shard_.accounts_[slot], FeedUse::kItems, day + 1);
    }
    [[nodiscard]] Day first_day(std::uint32_t slot) const override {
        const auto first = shard_.accounts_[slot].usage.first_day({});
        return first ? *first : Day{std::numeric_limits<std::int32_t>::max()};
    }
    [[nodiscard]] Cohort cohort(std::uint32_t slot) const override {
        const Account& account = shard_.accounts_[slot];
        const bool named = account.profile != nullptr && !account.profile->industry_code.empty();
        return {region_of(account.root), named ? hash64(account.profile->industry_code) : 0};
    }
    [[nodiscard]] double volume_factor(Day day) const override { return shard_.rules_->calendar.volume_factor(day); }

private:
    const Shard& shard_;
};

// Items have come: late ones for days that were judged.
void Shard::note_items(Account& account, Day day, std::int64_t items) {
    const auto slot = static_cast<std::uint32_t>(&account - accounts_.data());
    detection_.note(slot, day, evaluated_through_.n == 0 ? Day{} : evaluated_through_ + 1, items);
    lateness_changed_ = true;
    if (detection_.is_changed(slot)) touch(account, Account::kDetector);
}

// Every day after the evaluation of the comparisons, and when a feed has come back.
void Shard::detect(Timestamp now, bool awake, Effects& effects) {
    const DetectionRules& rules = rules_->policy.detection;
    if (!rules.enabled) return;
    const double threshold = threshold_of(rules);
    std::vector<Detection::Finding> findings;
    const DetectionSource source(*this);
    detection_.advance(evaluated_through_ - 1, threshold, kWatchShare * threshold, source, findings);
    for (const Detection::Finding& finding : findings) settle_finding(finding, now, awake, effects);
    for (const std::uint32_t slot : slots_by_root()) {
        if (detection_.is_changed(slot)) touch(accounts_[slot], Account::kDetector);
    }
    detection_changed_ = true;
    lateness_changed_ = true;  // days were sealed
}

void Shard::settle_finding(const Detection::Finding& found, Timestamp now, bool awake, Effects& effects) {
    Account& account = accounts_[found.slot];
    const DropDetector::Verdict& v = found.verdict;
    if (v.ended) settle_end(account, found, now, awake, effects);
    if (!v.alarm && !v.warming_up && v.score < kWatchShare * v.threshold) return;
    DropFinding finding = finding_of(account, found);
    if (v.warming_up) return explain_finding(account, finding, SuppressionCode::WARM_UP, now, awake, effects);
    const auto code = not_ours(account, true);
    if (!v.alarm) {
        if (!code) explain_finding(account, finding, std::nullopt, now, awake, effects);
        return;
    }
    if (code) return explain_finding(account, finding, *code, now, awake, effects);
    if (finding.adjusted_change_bp && *finding.adjusted_change_bp > kSeasonalBp)
        return explain_finding(account, finding, SuppressionCode::SEASONAL, now, awake, effects);
    Episode& episode = account.story().volume;
    const bool news = found.onset() > episode.told_through || finding.base > episode.worst_found();
    episode.raise({kSharpDropRule, {}});
    touch(account, Account::kLedger);
    if (!news) return explain_finding(account, finding, SuppressionCode::SAME_EPISODE, now, awake, effects);
    const Timestamp ended = rules_->calendar.zone().at(found.day + 1, 0);
    const bool history = !rules_->live_from || *rules_->live_from > clock_ || ended < *rules_->live_from;
    if (const auto held = give(account, episode, finding, history, now, awake, effects))
        explain_finding(account, finding, *held, now, awake, effects);
}

// The client is back at its level, or the new level has become the ordinary one.
void Shard::settle_end(Account& account, const Detection::Finding& found, Timestamp now, bool awake, Effects& effects) {
    if (account.ledger == nullptr) return;
    const Severity told = account.ledger->volume.signalled;
    if (!end_raised(account, account.ledger->volume, {kSharpDropRule, {}}, found.day + 1, now, awake, effects)) return;
    if (!found.verdict.recovered || told == Severity::UNSPECIFIED) return;
    if (not_ours(account, true) || silence_over(account, SignalKind::RECOVERY, true)) return;
    const bool english = rules_->language == Language::EN;
    Signal signal;
    signal.kind = SignalKind::RECOVERY;
    signal.severity = Severity::INFO;
    signal.rule_id = kSharpDrop;
    signal.window_to = found.day;
    signal.reasons = {{"RECOVERED", (english ? "back at the level before the drop on " : "已恢复至下降前水平:") +
                                        format_day(found.day)}};
    with_desk(account, now, awake, effects, [&](Desks& desks) {
        desks.desk.decide(DecisionKind::EVALUATION, DecisionOutcome::FIRED, std::string(name(SignalKind::RECOVERY)),
                          signal.reasons.front().text, {}, signal.rule_id);
        desks.cases.take_signal(std::move(signal), Severity::INFO);
    });
}

// Last year's own change over the same weeks (R46), tempered for small numbers; nothing where last year is not known.
std::optional<double> Shard::last_years_change(const Account& account, Day from, Day to) const {
    constexpr int kReferenceWeeks = 4;
    // Weeks that lie in the window by half; a short window is its last week.
    std::int32_t first = week_of(from + 3).n;
    const std::int32_t last = week_of(to - 3).n < first ? week_of(to).n : week_of(to - 3).n;
    first = std::min(first, last);
    const auto first_known = account.usage.first_day({});
    const Day oldest = std::max(history_from(account), first_known ? *first_known : today());
    double now_items = kLastYearPseudoCounts;
    double now_days = 0;
    double before_items = 0;
    double before_days = 0;
    for (std::int32_t week = first - kReferenceWeeks; week <= last; ++week) {
        const Week then = same_week_last_year(Week{week});
        if (first_day(then) < oldest) return std::nullopt;
        const auto items =
            static_cast<double>(account.usage.sum(Measure::ITEMS, {}, first_day(then), end_day(then)));
        const auto days = static_cast<double>(rules_->calendar.exposure_milli(first_day(then), end_day(then)));
        (week < first ? before_items : now_items) += items;
        (week < first ? before_days : now_days) += days;
    }
    if (before_items <= 0 || before_days <= 0 || now_days <= 0) return std::nullopt;
    return now_items / (before_items * now_days / before_days + kLastYearPseudoCounts);
}

DropFinding Shard::finding_of(const Account& account, const Detection::Finding& found) const {
    const DropDetector::Verdict& v = found.verdict;
    DropFinding finding;
    finding.kind = SignalKind::VOLUME_DROP;
    finding.measure = Measure::ITEMS;
    finding.rule_id = kSharpDrop;
    finding.window_from = found.onset();
    finding.window_to = found.day;
    finding.onset_on = found.onset();
    finding.observed = std::llround(v.observed);
    finding.expected = std::max<std::int64_t>(1, std::llround(v.expected));
    finding.change_bp = Ratio(finding.observed, finding.expected).change_bp();
    finding.recent_change_bp = finding.change_bp;
    finding.score = v.score;
    finding.threshold = v.threshold;
    finding.phi = v.forecast.phi;
    std::int32_t counts = finding.change_bp;
    if (const auto last_year = last_years_change(account, finding.window_from, finding.window_to)) {
        const double now = static_cast<double>(finding.observed) / static_cast<double>(finding.expected);
        const auto bp = [](double ratio) { return static_cast<std::int32_t>(std::lround((ratio - 1) * 10'000)); };
        finding.last_year_change_bp = bp(*last_year);
        finding.adjusted_change_bp = bp(std::min(100.0, now / *last_year));
        counts = std::max(counts, *finding.adjusted_change_bp);  // the milder one
    }
    finding.base = severity_of(counts);
    return finding;
}

// Without a code: it came near an alarm, no more.
void Shard::explain_finding(Account& account, const DropFinding& f, std::optional<SuppressionCode> code, Timestamp now,
                            bool awake, Effects& effects) {
    const std::string kind(name(f.kind));
    const std::string why = code ? std::string(name(*code)) : kind;
    const std::string text = format_day(f.window_from) + " to " + format_day(f.window_to) + ": " +
                             std::to_string(f.observed) + " against " + std::to_string(f.expected) +
                             " expected gives no " + kind + (code ? " (" + why + ")" : "");
    note_detected(account, f, code ? DecisionOutcome::SUPPRESSED : DecisionOutcome::NOT_FIRED, code);
    with_desk(account, now, awake, effects, [&](Desks& desks) {
        desks.desk.decide(DecisionKind::EVALUATION, code ? DecisionOutcome::SUPPRESSED : DecisionOutcome::NOT_FIRED, why,
                          text, {}, f.rule_id, drop_inputs(f), drop_gates(f));
    });
}

// How far an account with a case is back, week by week, against the level before the alarm.
void Shard::measure_recovery(Account& account, Period period, Timestamp now, bool awake, Effects& effects) {
    if (period.kind != WindowKind::WEEK || account.ledger == nullptr || is_history(period)) return;
    const CaseRecord* open = account.ledger->file.open_case();
    if (open == nullptr || !open->is_live()) return;
    const bool watched = std::any_of(open->observations.begin(), open->observations.end(),
                                     [](const Observation& o) { return o.rule == kSharpDropRule; });
    if (!watched) return;
    const auto slot = static_cast<std::uint32_t>(&account - accounts_.data());
    const auto share = detection_.share_of_level(slot, period.from(), period.to(), DetectionSource(*this));
    const auto bp = share ? std::optional(static_cast<std::int32_t>(std::min(*share, 100.0) * 10'000)) : std::nullopt;
    with_desk(account, now, awake, effects,
              [&](Desks& desks) { desks.cases.period_passed(kSharpDropRule, {}, bp); });
}

// What the sharp-drop detector has in hand.
void Shard::Explainer::detectors() {
    Explanation says;
    says.source = "DETECTOR";
    says.rule_id = kSharpDrop;
    says.kind = SignalKind::VOLUME_DROP;
    says.measure = Measure::ITEMS;
    says.next_at = shard_.next_evaluation_;
    says.outcome = DecisionOutcome::NOT_FIRED;
    const auto slot = static_cast<std::uint32_t>(&account_ - shard_.accounts_.data());
    const DropDetector* detector = shard_.detection_.live(slot);
    if (!rules_.policy.detection.enabled || detector == nullptr) {
        says.code = rules_.policy.detection.enabled ? "NOTHING_TO_COMPARE" : "OFF";
        out_.explanations.push_back(std::move(says));
        return;
    }
    const double threshold = threshold_of(rules_.policy.detection);
    const Day through = shard_.detection_.judged_through(slot);
    const Expectation::Evidence& evidence = detector->pending();
    says.code = detector->days_known() <= DropDetector::kWarmUpDays ? std::string(name(SuppressionCode::WARM_UP)) : "NORMAL";
    says.inputs = {{"level_per_day", six_digits(detector->expectation().level())},
                   {"judged_through", format_day(through)},
                   {"days_known", std::to_string(detector->days_known())}};
    if (detector->is_in_alarm()) says.inputs.push_back({"level_before_alarm", six_digits(detector->level_before())});
    if (detector->is_resting()) says.inputs.push_back({"resting_after_alarm", "yes"});
    if (evidence.days > 0) {
        says.window_from = through - (evidence.days - 1);
        says.window_to = through;
        says.observed = std::lround(evidence.items);
        says.expected = std::lround(evidence.exposure * detector->expectation().level());
    }
    says.gates = {{"score", six_digits(detector->score()), six_digits(threshold), false}};
    out_.explanations.push_back(std::move(says));
}

bool Shard::is_detector_row(std::uint64_t rule) const {
    return rule == kSharpDropRule && rules_->policy.detection.enabled;
}

}  // namespace aw
