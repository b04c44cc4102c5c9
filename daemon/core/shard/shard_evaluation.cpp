// Shard: what happens at the daily evaluation time (08:30): days are sealed, a week or month that has ended is judged,
// grades are looked at again (R9, R45-R47, R10).
#include <algorithm>

#include "base/hash.hpp"
#include "core/detect/tail.hpp"
#include "core/shard/shard.hpp"
#include "core/shard/shard_desk.hpp"
#include "core/shard/shard_rows.hpp"

namespace aw {
namespace {

SuppressionCode suppression_of(Verdict verdict) {
    switch (verdict) {
        case Verdict::warm_up:
            return SuppressionCode::WARM_UP;
        case Verdict::seasonal:
            return SuppressionCode::SEASONAL;
        case Verdict::small_numbers:
            return SuppressionCode::SMALL_NUMBERS;
        default:
            return SuppressionCode::NOT_PERSISTENT;
    }
}

ComparisonState& state_of(std::vector<ComparisonState>& states, std::uint64_t rule, UsageScope scope) {
    for (ComparisonState& state : states) {
        if (state.rule == rule && state.scope == scope) return state;
    }
    ComparisonState& added = states.emplace_back();
    added.rule = rule;
    added.scope = scope;
    return added;
}

bool has_open_drop_case(const Account& account) {
    const CaseRecord* open = account.ledger == nullptr ? nullptr : account.ledger->file.open_case();
    if (open == nullptr) return false;
    return open->is_live() && std::any_of(open->facts.begin(), open->facts.end(),
                                          [](const SignalFact& fact) { return is_drop(fact.kind); });
}

}  // namespace

// In the order of the roots, so that neither arrival nor a restore changes the order of effects.
const std::vector<std::uint32_t>& Shard::slots_by_root() const {
    const auto before = [&](std::uint32_t a, std::uint32_t b) { return accounts_[a].root < accounts_[b].root; };
    const auto known = static_cast<std::ptrdiff_t>(by_root_.size());
    for (auto slot = static_cast<std::uint32_t>(known); slot < accounts_.size(); ++slot) by_root_.push_back(slot);
    std::sort(by_root_.begin() + known, by_root_.end(), before);
    std::inplace_merge(by_root_.begin(), by_root_.begin() + known, by_root_.end(), before);
    return by_root_;
}

void Shard::evaluate_day(Day day, Timestamp now, bool awake, Effects& effects) {
    const Day hot_from = day - (kOpenDays - 1);
    for (Account& account : accounts_) {
        if (day < account.wake) continue;
        if (account.usage.seal(day)) touch(account, Account::kHot | Account::kCold);
        if (account.hot_from < hot_from && account.usage.any_in(account.hot_from, hot_from)) {
            account.hot_from = hot_from;
            touch(account, Account::kHot | Account::kCold);
        }
        account.wake = account.usage.next_change(account.hot_from);
    }
    seen_.forget_before(day - (kOpenDays - 1));
    find_defections(day, now, awake, effects);
    if (weekday(day) == 1) evaluate_period({WindowKind::WEEK, week_of(day).n - 1}, now, awake, effects);
    if (first_day(month_of(day)) == day) {
        evaluate_period({WindowKind::MONTH, month_of(day).n - 1}, now, awake, effects);
        regrade_all();
        answer_statistics(day, effects);
    }
    evaluate_cadences(day, now, awake, effects);
    signal_silenced(now, awake, effects);
}

// R9: downgrades once a month, with hysteresis; upgrades count at once (current_grade).
void Shard::regrade_all() {
    for (Account& account : accounts_) {
        const std::int8_t grade = regrade(rules_->policy, account.grade, account.t12m(today()));
        if (grade == account.grade) continue;
        account.grade = grade;
        touch(account, Account::kCold);
    }
}

bool Shard::complete(const Account& account, std::uint8_t kind, Day to) const {
    const Timestamp end = rules_->calendar.zone().at(to, 0);
    return std::all_of(account.feeds.begin(), account.feeds.end(), [&](const FeedUse& use) {
        if (!account.needs_feed(use, kind)) return true;
        const auto until = feeds_.complete_until(use.source, region_of(account.root));
        return !until || *until >= end;
    });
}

void Shard::evaluate_period(Period period, Timestamp now, bool awake, Effects& effects) {
    for (const std::uint32_t slot : slots_by_root()) {
        Account& account = accounts_[slot];
        if (account.usage.cells().empty()) continue;
        bool items = complete(account, FeedUse::kItems, period.to());
        bool revenue = items && complete(account, FeedUse::kRevenue, period.to());
        // Periods are judged in their order: what waits goes first or keeps waiting together.
        if (account.ledger != nullptr && !account.ledger->held.empty()) {
            retry_held(account, now, awake, effects);
            for (const HeldVerdict& earlier : account.ledger->held) {
                if (earlier.period.kind != period.kind) continue;
                items = items && !earlier.items;
                revenue = revenue && items && !earlier.revenue;
            }
        }
        evaluate(account, period, items, revenue, now, awake, effects);
        if (items && revenue) continue;
        account.story().held.push_back({period, !items, !revenue});
        held_.insert(account.root);
        with_desk(account, now, awake, effects, [&](Desks& desks) {
            desks.desk.decide(DecisionKind::EVALUATION, DecisionOutcome::HELD,
                              std::string(name(SuppressionCode::FEED_INCOMPLETE)),
                              period.name() + " waits until its feed is complete");
        });
    }
}

// A feed has moved on: verdicts that waited for it.
void Shard::retry_held(Effects& effects) {
    const std::vector<AccountRoot> roots(held_.begin(), held_.end());
    for (const AccountRoot root : roots) retry_held(*find(root), clock_, true, effects);
}

void Shard::retry_held(Account& account, Timestamp now, bool awake, Effects& effects) {
    std::vector<HeldVerdict> still;
    for (HeldVerdict held : std::exchange(account.ledger->held, {})) {
        const bool items_known = complete(account, FeedUse::kItems, held.period.to());
        const bool revenue_known = items_known && complete(account, FeedUse::kRevenue, held.period.to());
        const bool items = held.items && items_known;
        const bool revenue = held.revenue && revenue_known;
        if (items || revenue) {
            evaluate(account, held.period, items, revenue, now, awake, effects);
            touch(account, Account::kLedger);
        }
        held.items = held.items && !items;
        held.revenue = held.revenue && !revenue;
        if (held.items || held.revenue) still.push_back(held);
    }
    account.ledger->held = std::move(still);
    if (account.ledger->held.empty()) held_.erase(account.root);
}

void Shard::evaluate(Account& account, Period period, bool items, bool revenue, Timestamp now, bool awake,
                     Effects& effects) {
    forget_removed_rows(account, now, awake, effects);
    each_row(account, rules_->policy, period, items, revenue, [&](const ComparisonRow& row, UsageScope scope) {
        judge_row(account, row, scope, period, now, awake, effects);
    });
}

void Shard::judge_row(Account& account, const ComparisonRow& row, UsageScope scope, Period period, Timestamp now,
                      bool awake, Effects& effects) {
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
    const ComparisonContext context{rules_->calendar, account.usage, has_open_drop_case(account),
                                    history_from(account)};
    const ComparisonResult result = compare(context, row, scope, period, *state);
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
        settle_shift(account, row, scope, result, now, awake, effects);
    } else {
        settle_drop(account, row, scope, result, now, awake, effects);
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

void Shard::explain_suppressed(Account& account, const ComparisonRow& row, const ComparisonResult& result,
                               SuppressionCode code, Timestamp now, bool awake, Effects& effects) {
    const ComparisonEvidence& e = result.evidence;
    std::vector<NamedValue> inputs = {{"period", e.period.name()},
                                      {"observed", std::to_string(e.observed)},
                                      {"expected", std::to_string(e.expected)},
                                      {"change_bp", std::to_string(e.change_bp)}};
    if (e.yoy_change_bp) inputs.push_back({"yoy_change_bp", std::to_string(*e.yoy_change_bp)});
    if (e.last_year_change_bp) inputs.push_back({"last_year_change_bp", std::to_string(*e.last_year_change_bp)});
    std::vector<Gate> gates;
    const std::string lowest = row.ladder.empty() ? "" : std::to_string(row.ladder.front().change_bp);
    if (e.adjusted_change_bp) {
        gates.push_back(
            {"seasonal_guard_bp", std::to_string(*e.adjusted_change_bp), lowest, result.verdict != Verdict::seasonal});
    }
    if (e.tail)
        gates.push_back({"tail_probability", six_digits(*e.tail), six_digits(row.tail_probability),
                         result.verdict != Verdict::small_numbers});
    const std::string text = e.period.name() + ": " + std::to_string(e.observed) + " against " +
                             std::to_string(e.expected) + " expected gives no " + std::string(name(row.kind)) + " (" +
                             std::string(name(code)) + ")";
    with_desk(account, now, awake, effects, [&](Desks& desks) {
        desks.desk.decide(DecisionKind::EVALUATION, DecisionOutcome::SUPPRESSED, std::string(name(code)), text, {},
                          row.id, std::move(inputs), std::move(gates));
    });
}

// A window that ended before `live_from` is history: decisions only. The window that was the last to end then is judged
// a little later (at 08:30, or when its feed is complete); if the daemon is live by then, it shows an episode that is
// still in alarm, and acts.
bool Shard::is_history(Period period) const {
    const auto ended = [&](Period p) { return rules_->calendar.zone().at(p.to(), 0); };
    if (!rules_->live_from || *rules_->live_from > clock_) return true;
    return ended(period) < *rules_->live_from && ended(period.back(-1)) <= *rules_->live_from;
}

// Items and revenue that fall together are one piece of evidence: what chance or the season explains for the items, it
// explains for the money they bring.
std::optional<SuppressionCode> Shard::excuse_of_items(const Account& account, Period period) const {
    for (const ComparisonRow& row : rules_->policy.comparisons) {
        if (row.measure != Measure::ITEMS || row.per != Scope::ROOT || row.reference != Reference::RECENT ||
            row.window != period.kind)
            continue;
        ComparisonState copy;  // the items may have been judged already; asking again changes nothing
        if (account.ledger != nullptr) {
            for (const ComparisonState& known : account.ledger->comparisons) {
                if (known.rule == hash64(row.id) && known.scope == UsageScope{}) copy = known;
            }
        }
        const ComparisonContext context{rules_->calendar, account.usage, false, history_from(account)};
        const Verdict verdict = compare(context, row, {}, period, copy).verdict;
        if (verdict == Verdict::small_numbers || verdict == Verdict::seasonal) return suppression_of(verdict);
    }
    return std::nullopt;
}

// What a drop or a shift rests on. REQUIRES: the row fires.
DropFinding Shard::finding_of(const ComparisonRow& row, UsageScope scope, const ComparisonResult& result) const {
    const ComparisonEvidence& e = result.evidence;
    const LadderStep& step = row.ladder[static_cast<std::size_t>(result.step)];
    DropFinding finding;
    finding.kind = row.kind;
    finding.base = result.severity;
    finding.measure = row.measure;
    finding.rule_id = row.id;
    if (scope.kind == Scope::LINE) finding.business_line = lines_.name(static_cast<std::uint8_t>(scope.index));
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
    finding.tail_limit = row.tail_probability;
    finding.phi = e.phi;
    finding.scope = scope;
    finding.limit_bp = step.change_bp;
    finding.periods = step.periods;
    return finding;
}

void Shard::settle_drop(Account& account, const ComparisonRow& row, UsageScope scope, const ComparisonResult& result,
                        Timestamp now, bool awake, Effects& effects) {
    const auto key = std::make_pair(hash64(row.id), scope);
    const bool fires = result.verdict == Verdict::fires;
    if (!fires) {
        if (account.ledger != nullptr) {
            Episode& episode = row.measure == Measure::ITEMS ? account.ledger->volume : account.ledger->revenue;
            if (std::erase(episode.raised, key) > 0 && !episode.is_active()) {
                episode.end(result.evidence.period.from());
                const bool over = !account.ledger->volume.is_active() && !account.ledger->revenue.is_active();
                if (over) with_desk(account, now, awake, effects, [](Desks& desks) { desks.cases.drop_is_over(); });
                touch(account, Account::kLedger);
            }
        }
        if (result.verdict == Verdict::normal || result.verdict == Verdict::not_applicable) return;
        return explain_suppressed(account, row, result, suppression_of(result.verdict), now, awake, effects);
    }
    Ledger& ledger = account.story();
    const Day window_from = result.evidence.period.from();
    const bool told = ledger.volume.was_told(window_from, result.severity) ||
                      (row.measure == Measure::REVENUE && ledger.revenue.was_told(window_from, result.severity));
    if (told || (row.measure == Measure::REVENUE && ledger.volume.is_active())) {
        return explain_suppressed(account, row, result, SuppressionCode::SAME_EPISODE, now, awake, effects);
    }
    if (row.measure == Measure::REVENUE) {
        const auto excuse = excuse_of_items(account, result.evidence.period);
        if (excuse) return explain_suppressed(account, row, result, *excuse, now, awake, effects);
    }
    if (const auto code = not_ours(account, true))
        return explain_suppressed(account, row, result, *code, now, awake, effects);
    Episode& episode = row.measure == Measure::ITEMS ? ledger.volume : ledger.revenue;
    if (std::find(episode.raised.begin(), episode.raised.end(), key) == episode.raised.end())
        episode.raised.push_back(key);
    touch(account, Account::kLedger);
    if (result.severity <= episode.signalled) {
        return explain_suppressed(account, row, result, SuppressionCode::SAME_EPISODE, now, awake, effects);
    }
    const DropFinding finding = finding_of(row, scope, result);
    if (is_history(result.evidence.period)) {
        if (!episode.unsignalled || episode.unsignalled->base <= finding.base)
            episode.unsignalled = std::make_unique<DropFinding>(finding);
        return explain_suppressed(account, row, result, SuppressionCode::BACKFILL, now, awake, effects);
    }
    if (silence_over(account, finding.kind, true)) {
        if (!episode.unsignalled || episode.unsignalled->base <= finding.base)
            episode.unsignalled = std::make_unique<DropFinding>(finding);
        episode.silenced = true;
        return explain_suppressed(account, row, result, SuppressionCode::SILENCED, now, awake, effects);
    }
    episode.signalled = result.severity;
    episode.unsignalled.reset();
    episode.silenced = false;
    take_drop(account, finding, now, awake, effects);
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

// Episodes that began in history and still last open their case now.
void Shard::go_live(Timestamp now, bool awake, Effects& effects) {
    for (const std::uint32_t slot : slots_by_root()) {
        Account& account = accounts_[slot];
        if (account.ledger == nullptr) continue;
        for (Episode* episode : {&account.ledger->volume, &account.ledger->revenue}) {
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
