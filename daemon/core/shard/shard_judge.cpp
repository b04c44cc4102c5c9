// Shard: one row of policy about one account (R45-R48, R10): its memory, its verdict, and the decision that says why it
// gave no signal.
#include <algorithm>

#include "base/hash.hpp"
#include "core/detect/tail.hpp"
#include "core/shard/shard.hpp"
#include "core/shard/shard_desk.hpp"

namespace aw {
namespace {

ComparisonState& state_of(std::vector<ComparisonState>& states, std::uint64_t rule, UsageScope scope) {
    for (ComparisonState& state : states) {
        if (state.rule == rule && state.scope == scope) return state;
    }
    ComparisonState& added = states.emplace_back();
    added.rule = rule;
    added.scope = scope;
    return added;
}

}  // namespace

bool is_frozen_by_case(const Account& account, std::uint64_t rule, UsageScope scope) {
    const CaseRecord* open = account.ledger == nullptr ? nullptr : account.ledger->file.open_case();
    if (open == nullptr || !open->is_live()) return false;
    return std::any_of(open->facts.begin(), open->facts.end(),
                       [](const SignalFact& fact) { return is_drop(fact.kind); }) ||
           std::any_of(open->observations.begin(), open->observations.end(), [&](const Observation& seen) {
               return seen.rule == rule && seen.scope == scope && seen.fell_to_bp > 0;
           });
}

// What a row is judged by beside its own memory; as of the evaluation at the end of `period`.
ComparisonContext Shard::context_of(const Account& account, const AccountUsage& usage, bool frozen,
                                    Period period) const {
    return {rules_->calendar,
            usage,
            frozen,
            history_from(account),
            account.ledger == nullptr ? nullptr : &account.ledger->reports,
            budget_.tail_share(period.to())};
}

void Shard::judge_row(Account& account, const AccountUsage& usage, const ComparisonRow& row, UsageScope scope,
                      Period period, Timestamp now, bool awake, Effects& effects) {
    const std::uint64_t rule = hash64(row.id);
    // Most accounts remember nothing: judge with a blank memory and keep it only if there is something to keep.
    ComparisonState blank;
    blank.rule = rule;
    blank.scope = scope;
    ComparisonState* state = &blank;
    if (account.ledger != nullptr) {
        for (ComparisonState& known : account.ledger->comparisons) {
            if (known.rule == rule && known.scope == scope) state = &known;
        }
    }
    const ComparisonContext context = context_of(account, usage, is_frozen_by_case(account, rule, scope), period);
    const ComparisonResult result = compare(context, row, scope, period, *state);
    DropFinding finding;  // most find nothing, and need no evidence
    if (result.verdict != Verdict::normal && result.verdict != Verdict::not_applicable)
        finding = finding_of(row, scope, result, *state);
    if (state == &blank && !blank.empty()) {
        state_of(account.story().comparisons, rule, scope) = blank;
        touch(account, Account::kLedger);
    } else if (state != &blank) {
        touch(account, Account::kLedger);
        if (state->empty()) {
            std::erase_if(account.ledger->comparisons, [](const ComparisonState& s) { return s.empty(); });
        }
    }
    if (row.kind == SignalKind::BRANCH_SHIFT) {
        if (result.verdict == Verdict::fires) {
            // That the whole is still there is what makes it a shift.
            ComparisonState nothing;
            finding.root_change_bp = compare(context, row, UsageScope{}, period, nothing).evidence.recent_change_bp;
        }
        settle_shift(account, row, scope, result, std::move(finding), now, awake, effects);
    } else if (row.kind == SignalKind::SHARE_OF_WALLET_DROP) {
        settle_share(account, row, result, std::move(finding), now, awake, effects);
    } else {
        settle_drop(account, row, scope, result, std::move(finding), now, awake, effects);
    }
    // How far a case's account is back, against the level that was frozen when it fell.
    const CaseRecord* open = account.ledger == nullptr ? nullptr : account.ledger->file.open_case();
    if (open == nullptr || !open->is_live() || is_history(period)) return;
    const auto share_bp = result.share ? std::optional<std::int32_t>(result.share->floor_bp()) : std::nullopt;
    with_desk(account, now, awake, effects, [&](Desks& desks) { desks.cases.period_passed(rule, scope, share_bp); });
}

// Days before it are forgotten, or no measure any more since a known change was approved.
Day Shard::history_from(const Account& account) const {
    const Day forgotten = today() - kHistoryDays;
    return account.ledger == nullptr ? forgotten : std::max(forgotten, account.ledger->known_since);
}

// Why a judgement gave no signal, with the evidence that it would have had.
void Shard::explain_suppressed(Account& account, const DropFinding& finding, SuppressionCode code, Timestamp now,
                               bool awake, Effects& effects) {
    // No reason to keep a finding back: what was looked for is not there.
    const bool no_finding = finding.verdict == Verdict::rest_moved;
    const std::string_view why = no_finding ? name(finding.kind) : name(code);
    with_desk(account, now, awake, effects, [&](Desks& desks) {
        desks.desk.decide(DecisionKind::EVALUATION,
                          no_finding ? DecisionOutcome::NOT_FIRED : DecisionOutcome::SUPPRESSED, std::string(why), {},
                          finding.rule_id, drop_inputs(finding), drop_gates(finding));
    });
}

// A window that ended before `live_from` is history: decisions only. The window that was the last to end then is judged
// a little later (at 08:30, or when its feed is complete); if the daemon is live by then, it shows an episode that is
// still in alarm, and acts.
bool Shard::is_history(Period period) const {
    const auto ended = [&](Period p) { return rules_->calendar.zone().at(p.to(), 0); };
    if (!rules_->is_live(clock_)) return true;
    return ended(period) < *rules_->live_from && ended(period.back(-1)) <= *rules_->live_from;
}

// Items and revenue that fall together are one piece of evidence: what chance or the season explains for the items, it
// explains for the money they bring; of a line, the items of that line.
std::optional<SuppressionCode> Shard::excuse_of_items(const Account& account, const ComparisonRow& money,
                                                      UsageScope scope, Period period) const {
    for (const ComparisonRow& row : rules_->policy.comparisons) {
        if (row.measure != Measure::ITEMS || row.per != money.per || row.reference != Reference::RECENT ||
            row.window != period.kind)
            continue;
        ComparisonState copy;  // the items may have been judged already; asking again changes nothing
        if (account.ledger != nullptr) {
            for (const ComparisonState& known : account.ledger->comparisons) {
                if (known.rule == hash64(row.id) && known.scope == scope) copy = known;
            }
        }
        const Verdict verdict =
            compare(context_of(account, account.usage, false, period), row, scope, period, copy).verdict;
        if (verdict == Verdict::small_numbers || verdict == Verdict::seasonal) return suppression_of(verdict);
    }
    return std::nullopt;
}

// What a judgement rests on. after: the row's memory with the period in it.
DropFinding Shard::finding_of(const ComparisonRow& row, UsageScope scope, const ComparisonResult& result,
                              const ComparisonState& after) const {
    const ComparisonEvidence& e = result.evidence;
    DropFinding finding;
    finding.kind = row.kind;
    finding.base = result.severity;
    finding.measure = row.measure;
    finding.rule_id = row.id;
    if (scope.kind == Scope::LINE) finding.business_line = lines_.name(static_cast<std::uint8_t>(scope.index));
    finding.period = e.period.name();
    finding.window_from = e.period.from();
    finding.window_to = e.period.to() - 1;
    finding.onset_on = e.onset_on;
    finding.observed = e.observed;
    finding.expected = e.expected;
    finding.change_bp = e.change_bp;
    finding.recent_change_bp = e.recent_change_bp;
    finding.yoy_change_bp = e.yoy_change_bp;
    finding.last_year_change_bp = e.last_year_change_bp;
    finding.previous_change_bp = e.previous_change_bp;
    finding.adjusted_change_bp = e.adjusted_change_bp;
    finding.tail = e.tail.value_or(1);
    finding.tail_limit = e.tail_limit;
    finding.phi = e.phi;
    finding.scope = scope;
    // The step that fires, or the mildest that waits.
    const std::size_t reached = result.step >= 0 ? static_cast<std::size_t>(result.step) : 0;
    if (reached < row.ladder.size()) {
        finding.lowest_bp = row.ladder.front().change_bp;
        finding.limit_bp = row.ladder[reached].change_bp;
        finding.periods = row.ladder[reached].periods;
    }
    // A share has no run: it is told when it was measured.
    if (row.measure != Measure::WALLET_SHARE && reached < after.runs.size()) finding.run = after.runs[reached];
    finding.rest_change_bp = e.rest_change_bp;
    finding.rest_within_bp = row.rest_within_bp;
    finding.share_bp = e.share_bp;
    finding.previous_share_bp = e.previous_share_bp;
    finding.verdict = result.verdict;
    finding.below_lowest = result.below_lowest || result.verdict == Verdict::fires;
    finding.history_periods = row.recent_periods;
    return finding;
}

}  // namespace aw
