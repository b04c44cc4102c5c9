// Shard: from a verdict to a signal: episodes of drops and of shifts (requirements 3.1), what holds a finding back, and
// what is told of the history when the daemon goes live.
#include <algorithm>

#include "base/hash.hpp"
#include "core/shard/shard.hpp"
#include "core/shard/shard_desk.hpp"

namespace aw {

// The fall is over for this row; with the last row the episode ends.
void Shard::end_row(Account& account, const ComparisonRow& row, UsageScope scope, Day period_from, Timestamp now,
                    bool awake, Effects& effects) {
    if (account.ledger == nullptr) return;
    end_raised(account, account.ledger->episode_of(row), {hash64(row.id), scope}, period_from, now, awake, effects);
}

// False if the row was not below its gate. REQUIRES: the episode is one of the account's ledger.
bool Shard::end_raised(Account& account, Episode& episode, const std::pair<std::uint64_t, UsageScope>& row, Day over_on,
                       Timestamp now, bool awake, Effects& effects) {
    if (std::erase(episode.raised, row) == 0) return false;
    touch(account, Account::kLedger);
    if (episode.is_active()) return true;
    episode.end(over_on);
    if (!account.ledger->any_active())
        with_desk(account, now, awake, effects, [](Desks& desks) { desks.cases.drop_is_over(); });
    return true;
}

// A finding that is news gives its signal, or is kept for later: history until the daemon is live, a silence until its
// end. Returns why it was kept.
std::optional<SuppressionCode> Shard::give(Account& account, Episode& episode, const DropFinding& finding, bool history,
                                           Timestamp now, bool awake, Effects& effects) {
    episode.told_through = std::max(episode.told_through, finding.window_to);
    if (history || silence_over(account, finding.kind, true)) {
        if (!episode.unsignalled || episode.unsignalled->base <= finding.base)
            episode.unsignalled = std::make_unique<DropFinding>(finding);
        episode.silenced = episode.silenced || !history;
        return history ? SuppressionCode::BACKFILL : SuppressionCode::SILENCED;
    }
    episode.signalled = std::max(episode.signalled, finding.base);
    episode.unsignalled.reset();
    episode.silenced = false;
    take_drop(account, finding, now, awake, effects);
    return std::nullopt;
}

// Why a finding is evidence that was told already; nothing if it is news.
bool Shard::is_told(const Account& account, const ComparisonRow& row, UsageScope scope,
                    const ComparisonResult& result) const {
    if (account.ledger == nullptr) return false;
    const Ledger& ledger = *account.ledger;
    const Day from = result.evidence.period.from();
    if (ledger.episode_of(row).was_told(from, result.severity)) return true;
    if (ledger.is_superseded(row.kind, scope, result.severity)) return true;
    return row.measure == Measure::REVENUE &&
           (ledger.volume.was_told(from, result.severity) || ledger.volume.is_active());
}

void Shard::settle_drop(Account& account, const ComparisonRow& row, UsageScope scope, const ComparisonResult& result,
                        Timestamp now, bool awake, Effects& effects) {
    const auto suppress = [&](SuppressionCode code) {
        explain_suppressed(account, row, result, code, now, awake, effects);
    };
    if (result.verdict != Verdict::fires) {
        // A shift lasts while its line is below the gate, whatever the other lines do meanwhile.
        const bool lasts = row.kind == SignalKind::COMPETITOR_SUSPECTED && result.below_lowest;
        if (!lasts) end_row(account, row, scope, result.evidence.period.from(), now, awake, effects);
        if (result.verdict == Verdict::normal || result.verdict == Verdict::not_applicable) return;
        return suppress(suppression_of(result.verdict));
    }
    if (is_told(account, row, scope, result)) return suppress(SuppressionCode::SAME_EPISODE);
    if (row.measure == Measure::REVENUE) {
        if (const auto excuse = excuse_of_items(account, result.evidence.period)) return suppress(*excuse);
    }
    if (const auto code = not_ours(account, true)) return suppress(*code);
    Episode& episode = account.story().episode_of(row);
    episode.raise({hash64(row.id), scope});
    touch(account, Account::kLedger);
    if (result.severity <= episode.signalled) return suppress(SuppressionCode::SAME_EPISODE);
    const auto held = give(account, episode, finding_of(row, scope, result), is_history(result.evidence.period), now,
                           awake, effects);
    if (held) suppress(*held);
}

// R10: a branch passes a gate and its root passes none. Told once, until the branch is back.
void Shard::settle_shift(Account& account, const ComparisonRow& row, UsageScope scope, const ComparisonResult& result,
                         Timestamp now, bool awake, Effects& effects) {
    const bool fires = result.verdict == Verdict::fires;
    if (!fires && account.ledger == nullptr) return;
    auto& told = account.story().shifted_branches;
    if (!fires) {
        if (std::erase(told, scope.index) > 0) touch(account, Account::kLedger);
        return;
    }
    if (account.ledger->volume.is_active() || std::find(told.begin(), told.end(), scope.index) != told.end()) {
        return explain_suppressed(account, row, result, SuppressionCode::SAME_EPISODE, now, awake, effects);
    }
    if (const auto code = not_ours(account, true))
        return explain_suppressed(account, row, result, *code, now, awake, effects);
    const bool history = is_history(result.evidence.period);
    // Not told: if it lasts, the evaluation after the silence tells it.
    if (!history && silence_over(account, row.kind, true))
        return explain_suppressed(account, row, result, SuppressionCode::SILENCED, now, awake, effects);
    told.push_back(scope.index);
    touch(account, Account::kLedger);
    if (history) {
        return explain_suppressed(account, row, result, SuppressionCode::BACKFILL, now, awake, effects);
    }
    take_drop(account, finding_of(row, scope, result), now, awake, effects);
}

// R49: a share that has fallen is told when it was measured; there is no episode that could last.
void Shard::settle_share(Account& account, const ComparisonRow& row, const ComparisonResult& result, Timestamp now,
                         bool awake, Effects& effects) {
    if (result.verdict != Verdict::fires) return;
    const auto suppress = [&](SuppressionCode code) {
        explain_suppressed(account, row, result, code, now, awake, effects);
    };
    if (const auto code = not_ours(account, true)) return suppress(*code);
    if (is_history(result.evidence.period)) return suppress(SuppressionCode::BACKFILL);
    if (silence_over(account, row.kind, true)) return suppress(SuppressionCode::SILENCED);
    take_drop(account, finding_of(row, {}, result), now, awake, effects);
}

// Episodes that began in history and still last open their case now.
void Shard::go_live(Timestamp now, bool awake, Effects& effects) {
    tell_lasting_gaps(now, effects);
    for (const std::uint32_t slot : slots_by_root()) {
        Account& account = accounts_[slot];
        if (account.ledger == nullptr) continue;
        for (Episode* episode : account.ledger->episodes()) {
            if (!episode->is_active() || !episode->unsignalled) continue;
            const DropFinding finding = *episode->unsignalled;
            touch(account, Account::kLedger);
            if (silence_over(account, finding.kind, true)) {
                episode->silenced = true;
                with_desk(account, now, awake, effects, [&](Desks& desks) {
                    desks.desk.decide(DecisionKind::EVALUATION, DecisionOutcome::SUPPRESSED,
                                      std::string(name(SuppressionCode::SILENCED)),
                                      std::string(name(finding.kind)) + " gives no signal", {}, finding.rule_id);
                });
                continue;
            }
            episode->signalled = finding.base;
            episode->unsignalled.reset();
            episode->silenced = false;
            if (!not_ours(account, true)) take_drop(account, finding, now, awake, effects);
        }
    }
}

}  // namespace aw
