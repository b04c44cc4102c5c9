// Shard: what happens at the daily evaluation time (08:30): days are sealed, a week or month that has ended is judged
// when its feed is complete (R45). Judging itself is in shard_judge.cpp, what follows
// from a verdict in shard_episodes.cpp.
#include <algorithm>

#include <fmt/format.h>

#include "core/shard/shard.hpp"
#include "core/shard/shard_desk.hpp"
#include "core/shard/shard_rows.hpp"

namespace aw {
namespace {

// Whether something about items, or about revenue, of such a period is asked about the account. By the policy and not
// by the numbers, which may be others when the feed is complete. A row per INDUSTRY waits for nobody: accounts that are
// behind do not count.
bool asks(const Policy& policy, const Account& account, WindowKind window, bool items) {
    if (!items && !account.usage.has_revenue()) return false;
    // The detectors wait for items alone: revenue is judged when its days are sealed, as far as it is known then.
    if (items && policy.detection.enabled && window == WindowKind::WEEK) return true;
    const bool in_group = account.profile != nullptr && !account.profile->group_root.empty();
    return std::any_of(policy.comparisons.begin(), policy.comparisons.end(), [&](const ComparisonRow& row) {
        if (row.window != window || (row.measure == Measure::ITEMS) != items || row.ladder.empty()) return false;
        return row.per == Scope::GROUP ? in_group : row.per != Scope::INDUSTRY;
    });
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

// What is in force today, and the day of every client that could have given a signal. Who has fallen gives none until
// it is back.
void Shard::settle_budget(Day day) {
    const Policy& policy = rules_->policy;
    const int days = budget_.settle(day, policy.detection.false_alarms_per_account_year, detectors_rate(policy));
    if (days == 0) return;
    certainty_changed_ = true;
    if (!rules_->is_live(clock_)) return;
    const auto could = [&](const Account& account) {
        const bool fallen = account.ledger != nullptr && account.ledger->any_active();
        return account.first_event_day.n != 0 && day - account.first_event_day > DropDetector::kWarmUpDays && !fallen &&
               !not_ours(account, true);
    };
    const auto clients = static_cast<std::uint64_t>(std::count_if(accounts_.begin(), accounts_.end(), could));
    budget_.note_days(clients * static_cast<std::uint64_t>(days));
    certainty_.note_compared_days(clients * static_cast<std::uint64_t>(days));
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
    settle_budget(day);
    find_defections(day, now, awake, effects);
    if (weekday(day) == 1) evaluate_period({WindowKind::WEEK, week_of(day).n - 1}, now, awake, effects);
    if (first_day(month_of(day)) == day) {
        evaluate_period({WindowKind::MONTH, month_of(day).n - 1}, now, awake, effects);
        regrade_all(now, awake, effects);
        answer_statistics(day, effects);
    }
    look_at_standing(day, now, awake, effects);
    detect(now, awake, effects);
    evaluate_cadences(day, now, awake, effects);
    signal_silenced(now, awake, effects);
}

void Shard::evaluate_period(Period period, Timestamp now, bool awake, Effects& effects) {
    const auto waited = periods_waited_for();
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
        const HeldVerdict waits{period, !items && asks(rules_->policy, account, period.kind, true),
                                !revenue && asks(rules_->policy, account, period.kind, false)};
        if (!waits.items && !waits.revenue) continue;
        account.story().held.push_back(waits);
        held_.insert(account.root);
        const std::uint8_t kinds = waits.items ? FeedUse::kItems : FeedUse::kItems | FeedUse::kRevenue;
        const auto known = complete_to(account, kinds);
        with_desk(account, now, awake, effects, [&](Desks& desks) {
            desks.desk.decide(
                DecisionKind::EVALUATION, DecisionOutcome::HELD, std::string(name(SuppressionCode::FEED_INCOMPLETE)),
                {}, {},
                {{"period", period.name()}, {"feeds", fmt::format("{}", fmt::join(held_feeds(account, kinds), ", "))}},
                {{"feeds_complete", known ? format_day(*known) : "", format_day(period.to()), false}});
        });
    }
    answer_waiting_groups(waited, effects);
    answer_shared_rows(period, effects);
}

// Periods in their order, each as far as it has become complete.
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
    retry_defection(account, now, awake, effects);
    if (account.ledger->held.empty() && account.ledger->held_defection.n == 0) held_.erase(account.root);
}

void Shard::evaluate(Account& account, Period period, bool items, bool revenue, Timestamp now, bool awake,
                     Effects& effects) {
    forget_removed_rows(account, now, awake, effects);
    each_row(account, rules_->policy, period, items, revenue, [&](const ComparisonRow& row, UsageScope scope) {
        judge_row(account, account.usage, row, scope, period, now, awake, effects);
    });
    if (items) measure_recovery(account, period, now, awake, effects);
}

}  // namespace aw
