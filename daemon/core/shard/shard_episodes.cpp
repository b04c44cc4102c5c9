// Shard: from a verdict to a signal: episodes of drops and of shifts (requirements 3.1), what holds a finding back, and
// what is told of the history when the daemon goes live.
#include <algorithm>

#include "base/hash.hpp"
#include "core/shard/shard.hpp"
#include "core/shard/shard_desk.hpp"

namespace aw {
namespace {

// The week of a festival ends no fall: whoever goes on sending the sixty of before through it, when fewer are expected,
// has not come back.
bool is_holiday_week(const Calendar& calendar, const ComparisonRow& row, const Period& period) {
    constexpr std::int64_t kOrdinaryPct = 85;  // as weeks are told apart in comparison.cpp
    return row.window == WindowKind::WEEK &&
           calendar.exposure_milli(period.from(), period.to()) < 10 * kOrdinaryPct * (period.to() - period.from());
}

}  // namespace

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
        // The newest evidence; of parts that fell on one day the first, which says most.
        const bool newer = finding.part == 0 && episode.unsignalled && episode.unsignalled->base == finding.base;
        if (!episode.unsignalled || episode.unsignalled->base < finding.base || newer)
            episode.unsignalled = std::make_unique<DropFinding>(finding);
        if (episode.unsignalled) episode.unsignalled->asked.clear();  // what is asked when it is told may be otherwise
        episode.silenced = episode.silenced || !history;
        return history ? SuppressionCode::BACKFILL : SuppressionCode::SILENCED;
    }
    episode.signalled = std::max(episode.signalled, finding.base);
    episode.unsignalled.reset();
    episode.silenced = false;
    take_drop(account, finding, now, awake, effects);
    return std::nullopt;
}

// Whether a finding is evidence that was told already.
bool Shard::is_told(const Account& account, const ComparisonRow& row, UsageScope scope,
                    const ComparisonResult& result) const {
    if (account.ledger == nullptr || row.measure == Measure::WALLET_SHARE) return false;  // a share has no episode
    const Ledger& ledger = *account.ledger;
    // R10: a branch passes a gate and its root passes none.
    if (row.kind == SignalKind::BRANCH_SHIFT) return ledger.volume.is_active();
    const Day from = result.evidence.period.from();
    if (ledger.episode_of(row).was_told(from, result.severity)) return true;
    if (ledger.is_superseded(row.kind, scope, result.severity)) return true;
    return row.measure == Measure::REVENUE &&
           (ledger.volume.was_told(from, result.severity) || ledger.is_told_of_items(scope));
}

Shard::Settled Shard::settle(const Account& account, const ComparisonRow& row, UsageScope scope,
                             const ComparisonResult& result) const {
    static const Ledger kNone;
    const Ledger& ledger = account.ledger == nullptr ? kNone : *account.ledger;
    const Period period = result.evidence.period;
    const bool shift = row.kind == SignalKind::BRANCH_SHIFT;
    Settled settled;
    const auto passes = [&](const char* what, std::string value, const char* limit,
                            std::optional<SuppressionCode> code) {
        settled.gates.push_back({what, std::move(value), limit, !code});
        settled.code = code;
        return !code;
    };
    const auto if_so = [](bool yes, SuppressionCode code) { return yes ? std::optional(code) : std::nullopt; };
    const bool told = is_told(account, row, scope, result);
    const bool volume = (shift || row.measure == Measure::REVENUE) && ledger.volume.is_active();
    if (!passes("episode",
                !told    ? "own"
                : volume ? "volume"
                         : "told",
                "own", if_so(told, SuppressionCode::SAME_EPISODE)))
        return settled;
    if (row.measure == Measure::REVENUE) {
        const auto excuse = excuse_of_items(account, row, scope, period);
        if (!passes("items_alike", excuse ? std::string(name(*excuse)) : "no excuse", "no excuse", excuse))
            return settled;
    }
    const auto not_watched = not_ours(account, true);
    if (!passes("watched", not_watched ? "no" : "yes", "yes", not_watched)) return settled;
    settled.ours = true;
    const bool history = is_history(period);
    // What a branch told of the history gave no signal.
    const auto& branches = ledger.shifted_branches;
    const bool shifted = !history && std::find(branches.begin(), branches.end(), scope.index) != branches.end();
    const Severity given = shift                                  ? (shifted ? result.severity : Severity::UNSPECIFIED)
                           : row.measure == Measure::WALLET_SHARE ? Severity::UNSPECIFIED
                                                                  : ledger.episode_of(row).signalled;
    if (given >= result.severity) {
        settled.repeats = true;
        settled.gates.push_back({"signalled", std::string(name(given)), std::string(name(result.severity)), false});
        settled.code = SuppressionCode::SAME_EPISODE;
        return settled;
    }
    if (!passes("live", history ? "history" : "live", "live", if_so(history, SuppressionCode::BACKFILL)))
        return settled;
    const auto cover = silence_over(account, row.kind, true);
    passes("silence", cover ? cover->silence->silence_id : "none", "none",
           if_so(cover.has_value(), SuppressionCode::SILENCED));
    return settled;
}

void Shard::settle_drop(Account& account, const ComparisonRow& row, UsageScope scope, const ComparisonResult& result,
                        DropFinding finding, Timestamp now, bool awake, Effects& effects) {
    const auto suppress = [&](SuppressionCode code) {
        explain_suppressed(account, finding, code, now, awake, effects);
    };
    if (result.verdict != Verdict::fires) {
        // A shift lasts while its line is below the gate, whatever the other lines do meanwhile.
        const bool lasts = row.kind == SignalKind::COMPETITOR_SUSPECTED && result.below_lowest;
        const bool says_nothing = is_holiday_week(rules_->calendar, row, result.evidence.period);
        if (!lasts && !says_nothing) end_row(account, row, scope, result.evidence.period.from(), now, awake, effects);
        if (result.verdict == Verdict::normal || result.verdict == Verdict::not_applicable) return;
        return suppress(suppression_of(result.verdict));
    }
    Settled settled = settle(account, row, scope, result);
    finding.asked = std::move(settled.gates);
    if (!settled.ours) return suppress(*settled.code);
    Episode& episode = account.story().episode_of(row);
    episode.raise({hash64(row.id), scope});
    touch(account, Account::kLedger);
    if (settled.repeats) return suppress(SuppressionCode::SAME_EPISODE);
    const bool history = is_history(result.evidence.period);
    if (const auto held = give(account, episode, finding, history, now, awake, effects)) suppress(*held);
}

// R10: a branch passes a gate and its root passes none. Told once, until the branch is back.
void Shard::settle_shift(Account& account, const ComparisonRow& row, UsageScope scope, const ComparisonResult& result,
                         DropFinding finding, Timestamp now, bool awake, Effects& effects) {
    if (result.verdict != Verdict::fires) {
        if (account.ledger != nullptr && std::erase(account.ledger->shifted_branches, scope.index) > 0)
            touch(account, Account::kLedger);
        return;
    }
    Settled settled = settle(account, row, scope, result);
    finding.asked = std::move(settled.gates);
    auto& told = account.story().shifted_branches;
    // Not told in a silence: if it lasts, the evaluation after the silence tells it.
    const bool kept = settled.code == SuppressionCode::BACKFILL;
    if ((kept || !settled.code) && std::find(told.begin(), told.end(), scope.index) == told.end()) {
        told.push_back(scope.index);
        touch(account, Account::kLedger);
    }
    if (settled.code) return explain_suppressed(account, finding, *settled.code, now, awake, effects);
    take_drop(account, finding, now, awake, effects);
}

// R49: a share that has fallen is told when it was measured; there is no episode that could last.
void Shard::settle_share(Account& account, const ComparisonRow& row, const ComparisonResult& result,
                         DropFinding finding, Timestamp now, bool awake, Effects& effects) {
    if (result.verdict != Verdict::fires) return;
    Settled settled = settle(account, row, {}, result);
    finding.asked = std::move(settled.gates);
    if (settled.code) return explain_suppressed(account, finding, *settled.code, now, awake, effects);
    take_drop(account, finding, now, awake, effects);
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
                                      std::string(name(SuppressionCode::SILENCED)), {}, finding.rule_id,
                                      {{"signal", std::string(name(finding.kind))}});
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
