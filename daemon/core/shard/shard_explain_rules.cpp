// Shard: what each rule says of an account now. The same judgement as in shard_evaluation.cpp, on copies.
#include <algorithm>

#include "base/hash.hpp"
#include "core/detect/wallet.hpp"
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

}  // namespace

Period Shard::Explainer::judged(WindowKind kind) const {
    const Day day = shard_.evaluated_through_.n != 0 ? shard_.evaluated_through_ : shard_.today();
    return kind == WindowKind::MONTH ? Period{kind, month_of(day).n - 1} : Period{kind, week_of(day).n - 1};
}

void Shard::Explainer::comparisons() {
    std::vector<const ComparisonRow*> asked;
    for (const WindowKind kind : {WindowKind::WEEK, WindowKind::MONTH}) {
        if (account_.usage.cells().empty()) break;
        const Period period = judged(kind);
        shard_.each_row(account_, rules_.policy, period, true, true, [&](const ComparisonRow& row, UsageScope scope) {
            asked.push_back(&row);
            ask(row, scope, period, account_.usage);
        });
    }
    for (const ComparisonRow& row : rules_.policy.comparisons) {
        if (std::find(asked.begin(), asked.end(), &row) != asked.end()) continue;
        if (row.per == Scope::INDUSTRY) {
            industry(row);
        } else if (row.per == Scope::GROUP) {
            group(row);
        } else if (row.ladder.empty()) {
            standing(row);
        } else {
            not_asked(row);
        }
    }
}

Explanation Shard::Explainer::begin(const ComparisonRow& row) const {
    Explanation says;
    says.source = "COMPARISON";
    says.rule_id = row.id;
    says.kind = row.kind;
    says.measure = row.measure;
    says.reference = row.reference;
    says.outcome = DecisionOutcome::NOT_FIRED;
    return says;
}

Explanation Shard::Explainer::begin(const ComparisonRow& row, UsageScope scope, Period period) const {
    Explanation says = begin(row);
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
void Shard::Explainer::not_asked(const ComparisonRow& row) {
    Explanation says = begin(row, {}, judged(row.window));
    const bool money = row.measure == Measure::REVENUE || row.measure == Measure::WALLET_SHARE;
    if (account_.usage.cells().empty()) {
        says.code = code_of(Verdict::not_applicable);
    } else if (money && !account_.usage.has_revenue()) {
        says.code = "NO_REVENUE";
    } else {
        const bool parts = row.per == Scope::ROOT || (money && account_.usage.lines().size() > 1);
        says.code = parts ? "OTHER_RHYTHM" : "ONE_PART";
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
        state.previous_part = state.before_part;
        state.previous_whole = state.before_whole;
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

void Shard::Explainer::ask(const ComparisonRow& row, UsageScope scope, Period period, const AccountUsage& usage) {
    ComparisonState state = state_before(row, scope, period);
    const bool frozen = is_frozen_by_case(account_, state.rule, scope);
    const ComparisonContext context = shard_.context_of(account_, usage, frozen, period);
    const ComparisonResult result = compare(context, row, scope, period, state);
    const DropFinding finding = shard_.finding_of(row, scope, result, state);
    Explanation says = begin(row, scope, period);
    show_numbers(says, row, scope, finding);
    if (is_held(row, period)) {
        says.outcome = DecisionOutcome::HELD;
        says.code = name(SuppressionCode::FEED_INCOMPLETE);
    } else {
        if (says.expected) says.gates = drop_gates(finding);
        if (result.verdict == Verdict::fires) {
            says.severity = result.severity;
            settle(says, row, scope, result);
        } else {
            const bool silent = result.verdict == Verdict::normal || result.verdict == Verdict::not_applicable ||
                                result.verdict == Verdict::rest_moved;
            says.outcome = silent ? DecisionOutcome::NOT_FIRED : DecisionOutcome::SUPPRESSED;
            says.code = code_of(silent && !says.expected ? Verdict::not_applicable : result.verdict);
        }
    }
    if (row.measure == Measure::WALLET_SHARE) show_reports(says, row, period);
    out_.explanations.push_back(std::move(says));
}

// R49: what the share is a share of. A month in which nobody reported anything is no measure.
void Shard::Explainer::show_reports(Explanation& says, const ComparisonRow& row, Period period) const {
    static const std::vector<CompetitorReport> kNone;
    const auto& reports = account_.ledger == nullptr ? kNone : account_.ledger->reports;
    const auto theirs = reported_revenue(reports, Month{period.n}, row.recent_periods);
    if (theirs) {
        says.inputs.push_back({"competitors_revenue_fen", std::to_string(theirs->minor)});
    } else if (says.outcome != DecisionOutcome::HELD) {
        says.code = "NO_REPORT";
    }
}

void Shard::Explainer::show_numbers(Explanation& says, const ComparisonRow& row, UsageScope scope,
                                    const DropFinding& finding) const {
    says.observed = finding.observed;
    says.onset_on = finding.onset_on;
    // The first share that is measured has none before it.
    const bool compared = finding.verdict != Verdict::not_applicable &&
                          (row.measure != Measure::WALLET_SHARE || finding.previous_share_bp);
    if (compared) {
        says.expected = finding.expected;
        says.inputs = drop_changes(finding);
    } else if (finding.share_bp) {
        says.inputs.push_back({"share_bp", std::to_string(*finding.share_bp)});
    }
    const Day from = *says.window_to + 1;
    if (from > shard_.today() || scope.kind == Scope::GROUP || row.measure == Measure::WALLET_SHARE) return;
    const std::int64_t so_far = account_.usage.sum(row.measure, scope, from, shard_.today() + 1);
    says.inputs.push_back({"running_period_from", format_day(from)});
    says.inputs.push_back({"running_period_observed", std::to_string(so_far)});
}

// Past the gates of the row: what the shard asks before it gives a signal.
void Shard::Explainer::settle(Explanation& says, const ComparisonRow& row, UsageScope scope,
                              const ComparisonResult& result) const {
    const Settled settled = shard_.settle(account_, row, scope, result);
    says.gates.insert(says.gates.end(), settled.gates.begin(), settled.gates.end());
    // Its signal has been given: it stands, and says nothing twice.
    if (settled.repeats) says.gates.back().passed = true;
    const bool fires = !settled.code || settled.repeats;
    says.outcome = fires ? DecisionOutcome::FIRED : DecisionOutcome::SUPPRESSED;
    says.code = fires ? name(row.kind) : name(*settled.code);
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
