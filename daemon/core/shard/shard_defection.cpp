// Shard: clients that have left (requirements 3.1, DEFECTION): nothing sent and nothing billed for so long that their
// own rhythm does not explain it.
#include <algorithm>

#include "core/shard/shard.hpp"
#include "core/shard/shard_desk.hpp"

namespace aw {

// In the order of the roots; nearly all accounts are left after two comparisons.
void Shard::find_defections(Day day, Timestamp now, bool awake, Effects& effects) {
    const DefectionRules& rules = rules_->policy.defection;
    if (rules.idle_days <= 0) return;
    std::vector<std::uint32_t> idle;
    for (std::uint32_t slot = 0; slot < accounts_.size(); ++slot) {
        const Account& account = accounts_[slot];
        if (account.activity.last.n == 0 || day - 1 - account.activity.last < rules.idle_days) continue;
        if (account.ledger != nullptr && account.ledger->defected) continue;
        idle.push_back(slot);
    }
    std::sort(idle.begin(), idle.end(),
              [&](std::uint32_t a, std::uint32_t b) { return accounts_[a].root < accounts_[b].root; });
    for (const std::uint32_t slot : idle) judge_defection(accounts_[slot], day, now, awake, effects);
}

void Shard::judge_defection(Account& account, Day day, Timestamp now, bool awake, Effects& effects) {
    const DefectionRules& rules = rules_->policy.defection;
    const Activity& activity = account.activity;
    const int idle = day - 1 - activity.last;
    const int needed = std::max<int>(rules.idle_days, rules.gap_factor * activity.longest_gap);
    if (idle < needed || activity.days_in_year() < rules.min_active_days) return;
    const bool known = complete(account, FeedUse::kItems | FeedUse::kRevenue, day);
    const Timestamp ended = rules_->calendar.zone().at(day, 0);
    const bool history = !rules_->is_live(clock_) || ended < *rules_->live_from;
    const bool en = rules_->language == Language::EN;
    const std::vector<NamedValue> inputs = {{"signal", std::string(name(SignalKind::DEFECTION))},
                                            {"idle_days", std::to_string(idle)},
                                            {"longest_gap_days", std::to_string(activity.longest_gap)},
                                            {"last_active_on", format_day(activity.last)}};
    const std::vector<Gate> gates = {{"idle_days", std::to_string(idle), std::to_string(needed), true}};
    const auto no_signal = [&](DecisionOutcome outcome, SuppressionCode code) {
        with_desk(account, now, awake, effects, [&](Desks& desks) {
            desks.desk.decide(DecisionKind::EVALUATION, outcome, std::string(name(code)), {}, "defection",
                              inputs, gates);
        });
    };
    // A feed that is behind says nothing of the client. Said once; asked again when the feed has moved on.
    if (!known) {
        Ledger& story = account.story();
        if (story.held_defection.n != 0 && story.held_defection > activity.last) return;
        story.held_defection = day;
        held_.insert(account.root);
        return no_signal(DecisionOutcome::HELD, SuppressionCode::FEED_INCOMPLETE);
    }
    if (account.ledger != nullptr) account.ledger->held_defection = {};
    // Told once; asked again every day, so that it is told when the silence is over.
    if (!history && !not_ours(account, true) && silence_over(account, SignalKind::DEFECTION, true)) {
        Day& told = account.story().silenced_defection;
        if (std::exchange(told, activity.last) == activity.last) return;
        return no_signal(DecisionOutcome::SUPPRESSED, SuppressionCode::SILENCED);
    }
    account.story().defected = true;
    touch(account, Account::kLedger);
    if (const auto code = not_ours(account, true)) return no_signal(DecisionOutcome::SUPPRESSED, *code);
    if (history) return no_signal(DecisionOutcome::SUPPRESSED, SuppressionCode::BACKFILL);

    const SeverityRule* rule = severity_rule(rules_->policy, SignalKind::DEFECTION);
    const Severity base = rule == nullptr ? Severity::INFO : rule->base;
    const DeskAccount about = desk_account(account);
    Signal signal;
    signal.kind = SignalKind::DEFECTION;
    signal.severity = signal_severity(rules_->policy, base, about.grade, about.importance);
    signal.rule_id = "defection";
    signal.onset_on = activity.last + 1;
    signal.window_from = activity.last + 1;
    signal.window_to = day - 1;
    signal.observed = 0;
    signal.revenue_at_risk = about.revenue_at_risk;
    signal.reasons = {
        {"IDLE", en ? "nothing sent and nothing billed for " + std::to_string(idle) + " days, since " +
                               format_day(activity.last)
                         : "自 " + format_day(activity.last) + " 起连续 " + std::to_string(idle) + " 天无业务、无收入"},
        {"OWN_RHYTHM", en ? "the longest pause so far was " + std::to_string(activity.longest_gap) + " days"
                               : "此前最长间隔 " + std::to_string(activity.longest_gap) + " 天"}};
    with_desk(account, now, awake, effects, [&](Desks& desks) {
        desks.desk.decide(DecisionKind::EVALUATION, DecisionOutcome::FIRED, "DEFECTION", {}, signal.rule_id,
                          inputs, gates);
        desks.cases.take_signal(std::move(signal), base);
    });
}

// A defection that waited for a feed: judged on the latest day of which everything is known, at most today's. What came
// in the meantime may have ended it.
void Shard::retry_defection(Account& account, Timestamp now, bool awake, Effects& effects) {
    const Day held = account.ledger->held_defection;
    if (held.n == 0) return;
    const Day known = complete_to(account, FeedUse::kItems | FeedUse::kRevenue).value_or(evaluated_through_);
    const Day day = std::min(known, evaluated_through_);
    if (account.activity.last < held && day < held) return;  // still silent, and still not known
    account.ledger->held_defection = {};
    touch(account, Account::kLedger);
    if (day >= held) judge_defection(account, day, now, awake, effects);
}

}  // namespace aw
