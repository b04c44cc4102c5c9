// Shard: what each rule says of an account now. The same judgement as in shard_evaluation.cpp, on copies.
#include <algorithm>
#include <array>

#include "base/hash.hpp"
#include "core/detect/tail.hpp"
#include "core/shard/shard_explain.hpp"
#include "core/shard/shard_rows.hpp"

namespace aw {
namespace {

std::string_view code_of(Verdict verdict) {
    switch (verdict) {
        case Verdict::not_applicable:
            return "NOTHING_TO_COMPARE";
        case Verdict::warm_up:
            return name(SuppressionCode::WARM_UP);
        case Verdict::normal:
            return "NORMAL";
        case Verdict::seasonal:
            return name(SuppressionCode::SEASONAL);
        case Verdict::small_numbers:
            return name(SuppressionCode::SMALL_NUMBERS);
        case Verdict::rest_moved:
            return name(SignalKind::COMPETITOR_SUSPECTED);
        default:
            return name(SuppressionCode::NOT_PERSISTENT);
    }
}

// Three digits, as in a customer code.
std::string branch_text(std::uint16_t branch) {
    std::string digits = std::to_string(branch);
    return std::string(digits.size() < 3 ? 3 - digits.size() : 0, '0') + digits;
}

void hold_back(Explanation& says, SuppressionCode code) {
    says.outcome = DecisionOutcome::SUPPRESSED;
    says.code = name(code);
}

}  // namespace

Period Shard::Explainer::judged(WindowKind kind) const {
    const Day day = shard_.evaluated_through_.n != 0 ? shard_.evaluated_through_ : shard_.today();
    return kind == WindowKind::MONTH ? Period{kind, month_of(day).n - 1} : Period{kind, week_of(day).n - 1};
}

void Shard::Explainer::comparisons() {
    std::array<std::vector<const ComparisonRow*>, 2> asked;  // of weeks, of months
    const std::array periods = {judged(WindowKind::WEEK), judged(WindowKind::MONTH)};
    for (std::size_t i = 0; i < periods.size(); ++i) {
        if (account_.usage.cells().empty()) break;
        shard_.each_row(account_, rules_.policy, periods[i], true, true,
                        [&](const ComparisonRow& row, UsageScope scope) {
                            asked[i].push_back(&row);
                            if (row.measure == Measure::WALLET_SHARE) return not_asked(row, periods[i]);
                            ask(row, scope, periods[i]);
                        });
    }
    for (const ComparisonRow& row : rules_.policy.comparisons) {
        const std::size_t i = row.window == WindowKind::MONTH ? 1 : 0;
        if (row.window != periods[i].kind) continue;
        if (std::find(asked[i].begin(), asked[i].end(), &row) == asked[i].end()) not_asked(row, periods[i]);
    }
}

Explanation Shard::Explainer::begin(const ComparisonRow& row, UsageScope scope, Period period) const {
    Explanation says;
    says.source = "COMPARISON";
    says.rule_id = row.id;
    says.kind = row.kind;
    says.measure = row.measure;
    says.reference = row.reference;
    if (scope.kind == Scope::LINE) says.business_line = shard_.lines_.name(static_cast<std::uint8_t>(scope.index));
    if (scope.kind == Scope::BRANCH) says.branch = branch_text(scope.index);
    says.period = period.name();
    says.window_from = period.from();
    says.window_to = period.to() - 1;
    const Day next = period.back(-1).to();
    says.next_at = rules_.calendar.zone().at(next, rules_.policy.evaluation_minute);
    return says;
}

// Why a row has no question about this account (shard_rows.hpp).
void Shard::Explainer::not_asked(const ComparisonRow& row, Period period) {
    Explanation says = begin(row, {}, period);
    says.outcome = DecisionOutcome::NOT_FIRED;
    if (row.per == Scope::INDUSTRY || row.per == Scope::GROUP) {
        says.code = "SEVERAL_ACCOUNTS";
    } else if (account_.usage.cells().empty()) {
        says.code = code_of(Verdict::not_applicable);
    } else if (row.measure == Measure::WALLET_SHARE || row.per == Scope::INDUSTRY || row.per == Scope::GROUP) {
        says.code = "DECISIONS_ONLY";  // what they said stands in the decisions; they are not judged again here
    } else if (row.measure == Measure::REVENUE && !account_.usage.has_revenue()) {
        says.code = "NO_REVENUE";
    } else {
        says.code = row.per == Scope::ROOT ? "OTHER_RHYTHM" : "ONE_PART";
    }
    out_.explanations.push_back(std::move(says));
}

// What the row remembered before it judged the period: judging it again on that gives what it gave then, with the
// numbers of now. After a judgement a run counts the period if it was below; where it was not, the run is of no use.
ComparisonState Shard::Explainer::state_before(const ComparisonRow& row, UsageScope scope, Period period) const {
    ComparisonState state;
    state.rule = hash64(row.id);
    state.scope = scope;
    if (account_.ledger == nullptr) return state;
    for (const ComparisonState& known : account_.ledger->comparisons) {
        if (known.rule != state.rule || known.scope != scope) continue;
        state = known;
        if (state.last_period != period.n) continue;
        --state.last_period;
        state.excluded >>= 1;
        for (std::uint16_t& run : state.runs) run = static_cast<std::uint16_t>(std::max(0, run - 1));
    }
    return state;
}

bool Shard::Explainer::is_held(const ComparisonRow& row, Period period) const {
    if (account_.ledger == nullptr) return false;
    return std::any_of(account_.ledger->held.begin(), account_.ledger->held.end(), [&](const HeldVerdict& held) {
        return held.period == period && (row.measure == Measure::ITEMS ? held.items : held.items || held.revenue);
    });
}

void Shard::Explainer::ask(const ComparisonRow& row, UsageScope scope, Period period) {
    ComparisonState state = state_before(row, scope, period);
    const ComparisonContext context{rules_.calendar, account_.usage, is_frozen_by_case(account_, state.rule, scope),
                                    shard_.history_from(account_),
                                    account_.ledger == nullptr ? nullptr : &account_.ledger->reports};
    const ComparisonResult result = compare(context, row, scope, period, state);
    Explanation says = begin(row, scope, period);
    show_numbers(says, row, scope, result);
    show_gates(says, row, result, state);
    if (is_held(row, period)) {
        says.outcome = DecisionOutcome::HELD;
        says.code = name(SuppressionCode::FEED_INCOMPLETE);
        says.gates.clear();
    } else if (result.verdict == Verdict::fires) {
        says.severity = result.severity;
        settle(says, row, scope, result);
    } else {
        const bool silent = result.verdict == Verdict::normal || result.verdict == Verdict::not_applicable ||
                            result.verdict == Verdict::rest_moved;
        says.outcome = silent ? DecisionOutcome::NOT_FIRED : DecisionOutcome::SUPPRESSED;
        says.code = code_of(result.verdict);
    }
    out_.explanations.push_back(std::move(says));
}

void Shard::Explainer::show_numbers(Explanation& says, const ComparisonRow& row, UsageScope scope,
                                    const ComparisonResult& result) const {
    const ComparisonEvidence& e = result.evidence;
    const auto add = [&](const char* name, const std::optional<std::int32_t>& bp) {
        if (bp) says.inputs.push_back({name, std::to_string(*bp)});
    };
    says.observed = e.observed;
    says.onset_on = e.onset_on;
    if (result.verdict == Verdict::normal && result.share && !result.share->is_zero()) {
        // The comparison itself works it out only where something has fallen.
        says.expected = Ratio(1, 1).divided_by(*result.share).scale(e.observed);
    } else if (result.verdict != Verdict::normal && result.verdict != Verdict::not_applicable) {
        says.expected = e.expected;
    }
    if (says.expected) says.inputs.push_back({"change_bp", std::to_string(e.change_bp)});
    add("yoy_change_bp", e.yoy_change_bp);
    add("previous_change_bp", e.previous_change_bp);
    add("last_year_change_bp", e.last_year_change_bp);
    if (e.tail) says.inputs.push_back({"phi", six_digits(e.phi)});
    const Day from = *says.window_to + 1;
    if (from > shard_.today()) return;
    const std::int64_t so_far = account_.usage.sum(row.measure, scope, from, shard_.today() + 1);
    says.inputs.push_back({"running_period_from", format_day(from)});
    says.inputs.push_back({"running_period_observed", std::to_string(so_far)});
}

void Shard::Explainer::show_gates(Explanation& says, const ComparisonRow& row, const ComparisonResult& result,
                                  const ComparisonState& after) const {
    const ComparisonEvidence& e = result.evidence;
    if (row.ladder.empty() || !says.expected) return;
    const std::string lowest = std::to_string(row.ladder.front().change_bp);
    says.gates.push_back({"change_bp", std::to_string(e.change_bp), lowest, result.verdict != Verdict::normal});
    if (result.verdict == Verdict::warm_up) {
        says.gates.push_back({"history_periods", "fewer", std::to_string(row.recent_periods), false});
        return;
    }
    if (e.adjusted_change_bp) {
        says.gates.push_back(
            {"seasonal_guard_bp", std::to_string(*e.adjusted_change_bp), lowest, result.verdict != Verdict::seasonal});
    }
    if (e.tail) {
        says.gates.push_back({"tail_probability", six_digits(*e.tail), six_digits(row.tail_probability),
                              result.verdict != Verdict::small_numbers});
    }
    if (e.rest_change_bp) {
        says.gates.push_back({"rest_change_bp", std::to_string(*e.rest_change_bp), std::to_string(row.rest_within_bp),
                              result.verdict != Verdict::rest_moved});
    }
    if (!result.below_lowest) return;
    // The step that fires, or the mildest that waits: a fall below the lowest gate has reached that one.
    const std::size_t step = result.step >= 0 ? static_cast<std::size_t>(result.step) : 0;
    says.gates.push_back({"periods", std::to_string(after.runs[step]), std::to_string(row.ladder[step].periods),
                          result.verdict == Verdict::fires});
}

// Past the gates of the row: what the shard asks before it gives a signal, in its order (Shard::settle_drop).
void Shard::Explainer::settle(Explanation& says, const ComparisonRow& row, UsageScope scope,
                              const ComparisonResult& result) const {
    static const Ledger kNone;
    const Ledger& ledger = account_.ledger == nullptr ? kNone : *account_.ledger;
    const bool money = row.measure == Measure::REVENUE;
    const bool shift = row.kind == SignalKind::BRANCH_SHIFT;
    const auto gate = [&](const char* what, std::optional<SuppressionCode> code, std::string value, std::string limit) {
        says.gates.push_back({what, std::move(value), std::move(limit), !code});
        if (code) hold_back(says, *code);
        return !code;
    };
    const auto if_so = [](bool yes, SuppressionCode code) { return yes ? std::optional(code) : std::nullopt; };
    const bool share = row.measure == Measure::WALLET_SHARE;  // no episode: told when it was measured
    const bool other = (money || shift) && ledger.volume.is_active();
    const bool told = !shift && !share && !other && shard_.is_told(account_, row, scope, result);
    if (!gate("episode", if_so(told || other, SuppressionCode::SAME_EPISODE),
              told    ? "told"
              : other ? "volume"
                      : "own",
              "own"))
        return;
    says.outcome = DecisionOutcome::FIRED;
    says.code = name(row.kind);
    // Its signal has been given: it stands, and says nothing twice.
    const auto signalled = [&](Severity given) {
        says.gates.push_back({"signalled", std::string(name(given)), std::string(name(result.severity)), true});
    };
    const auto& branches = ledger.shifted_branches;
    const bool history = shard_.is_history(result.evidence.period);
    if (shift && !history && std::find(branches.begin(), branches.end(), scope.index) != branches.end())
        return signalled(result.severity);
    if (money) {
        const auto excuse = shard_.excuse_of_items(account_, result.evidence.period);
        if (!gate("items_alike", excuse, excuse ? std::string(name(*excuse)) : "no excuse", "no excuse")) return;
    }
    const auto not_ours = shard_.not_ours(account_, true);
    if (!gate("watched", not_ours, not_ours ? "no" : "yes", "yes")) return;
    const Episode& episode = ledger.episode_of(row);
    if (!shift && !share && result.severity <= episode.signalled) return signalled(episode.signalled);
    if (!gate("live", if_so(history, SuppressionCode::BACKFILL), history ? "history" : "live", "live")) return;
    const auto cover = shard_.silence_over(account_, row.kind, true);
    gate("silence", if_so(cover.has_value(), SuppressionCode::SILENCED), cover ? cover->silence->silence_id : "none",
         "none");
}

void Shard::Explainer::defection() {
    const DefectionRules& rule = rules_.policy.defection;
    Explanation says;
    says.source = "DEFECTION";
    says.rule_id = "defection";
    says.kind = SignalKind::DEFECTION;
    says.next_at = shard_.next_evaluation_;
    says.outcome = DecisionOutcome::NOT_FIRED;
    says.code = "NORMAL";
    const Activity& activity = account_.activity;
    if (rule.idle_days <= 0) {
        says.code = "OFF";
    } else if (activity.last.n == 0) {
        says.code = code_of(Verdict::not_applicable);
    } else {
        const Day day = shard_.today();
        const int idle = std::max(0, day - 1 - activity.last);
        const int needed = std::max<int>(rule.idle_days, rule.gap_factor * activity.longest_gap);
        const int active = activity.days_in_year();
        says.window_from = activity.last + 1;
        says.inputs = {{"last_active_on", format_day(activity.last)},
                       {"longest_gap_days", std::to_string(activity.longest_gap)}};
        says.gates.push_back({"idle_days", std::to_string(idle), std::to_string(needed), idle >= needed});
        if (idle >= needed) {
            const bool enough = active >= rule.min_active_days;
            says.gates.push_back({"active_days", std::to_string(active), std::to_string(rule.min_active_days), enough});
            if (enough) settle_defection(says, day);
        }
    }
    out_.explanations.push_back(std::move(says));
}

void Shard::Explainer::settle_defection(Explanation& says, Day day) const {
    const auto gate = [&](const char* what, bool passed, DecisionOutcome outcome, SuppressionCode code) {
        says.gates.push_back({what, passed ? "yes" : "no", "yes", passed});
        if (passed) return true;
        says.outcome = outcome;
        says.code = name(code);
        return false;
    };
    const bool complete =
        shard_.complete(account_, FeedUse::kItems, day) && shard_.complete(account_, FeedUse::kRevenue, day);
    if (!gate("feeds_complete", complete, DecisionOutcome::HELD, SuppressionCode::FEED_INCOMPLETE)) return;
    const auto code = shard_.not_ours(account_, true);
    if (!gate("watched", !code, DecisionOutcome::SUPPRESSED, code.value_or(SuppressionCode::NOT_WATCHED))) return;
    says.outcome = DecisionOutcome::FIRED;
    says.code = name(SignalKind::DEFECTION);
    if (const SeverityRule* rule = severity_rule(rules_.policy, SignalKind::DEFECTION)) says.severity = rule->base;
    if (account_.ledger != nullptr && account_.ledger->defected) return;
    const auto cover = shard_.silence_over(account_, SignalKind::DEFECTION, true);
    if (!gate("live", out_.live, DecisionOutcome::SUPPRESSED, SuppressionCode::BACKFILL)) return;
    gate("not_silenced", !cover, DecisionOutcome::SUPPRESSED, SuppressionCode::SILENCED);
}

}  // namespace aw
