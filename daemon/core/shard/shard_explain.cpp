// Shard: what is known of an account, for "why did this fire" and "why did it not".
#include "core/shard/shard_explain.hpp"

#include <algorithm>

#include "base/hash.hpp"

namespace aw {

std::optional<AccountExplanation> Shard::explain(AccountRoot root) const {
    const Account* found = find(root);
    auto view = account(root);
    if (found == nullptr || !view) return std::nullopt;
    return Explainer(*this, *found, *std::move(view)).run();
}

AccountExplanation Shard::Explainer::run() {
    out_.at = shard_.clock_;
    out_.policy_id = rules_.policy.id;
    out_.config_revision = rules_.revision;
    out_.live = rules_.is_live(shard_.clock_);
    who_is_watched();
    feeds();
    memory();
    silences();
    comparisons();
    defection();
    detectors();
    detected();
    open_case();
    return std::move(out_);
}

void Shard::Explainer::who_is_watched() {
    const auto gate = [&](const char* name, std::string value, std::string limit, bool passed) {
        out_.watch_gates.push_back({name, std::move(value), std::move(limit), passed});
    };
    const auto code = shard_.not_ours(account_, true);
    out_.watched = !code;
    if (code) out_.not_watched = name(*code);
    const Profile* profile = account_.profile.get();
    if (account_.importance() == Importance::POTENTIAL) gate("importance", "POTENTIAL", "no prospect", false);
    if (profile != nullptr && profile->closed_on && *profile->closed_on <= shard_.today()) {
        return gate("closed_on", format_day(*profile->closed_on), "open", false);
    }
    const std::string scope(name(rules_.policy.watch));
    if (rules_.policy.watch == WatchScope::ALL) return gate("watch", scope, scope, true);
    if (is_important(account_.importance()))
        return gate("importance", std::string(name(account_.importance())), "IMPORTANT", true);
    if (rules_.policy.watch == WatchScope::REGISTERED) {
        const bool registered = profile != nullptr && !profile->names.empty();
        return gate("registered", registered ? "yes" : "no", "yes", registered);
    }
    const Unit* unit = shard_.unit_of(account_);
    const UnitType type = unit == nullptr ? UnitType::UNSPECIFIED : unit->type;
    const Money revenue = out_.account.t12m_revenue;
    for (const KeyAccountRule& rule : rules_.policy.key_account) {
        if (rule.unit_type != type) continue;
        return gate("t12m_revenue_fen", std::to_string(revenue.minor), std::to_string(rule.min_t12m_revenue.minor),
                    revenue.minor >= rule.min_t12m_revenue.minor);
    }
    gate("unit_type", unit == nullptr ? "no unit" : std::string(name(type)), "one with a key-account threshold",
         out_.account.is_key_account);
}

void Shard::Explainer::feeds() {
    const Timestamp midnight = rules_.calendar.zone().at(shard_.today(), 0);
    for (const FeedUse& use : account_.feeds) {
        if (use.is_free()) continue;
        FeedState state;
        state.feed = shard_.feeds_.name(use.source);
        if (use.last_items.n != 0) state.delivers.emplace_back("items");
        if (use.last_revenue.n != 0) state.delivers.emplace_back("revenue");
        state.last_day = use.last_day();
        state.needed = account_.needs_feed(use, FeedUse::kItems) || account_.needs_feed(use, FeedUse::kRevenue);
        const Feeds::Mark* mark = shard_.feeds_.covering(use.source, region_of(account_.root));
        if (mark != nullptr) state.complete_until = mark->complete_until;
        state.complete = mark == nullptr || mark->complete_until >= midnight;
        out_.feeds.push_back(std::move(state));
    }
    std::sort(out_.feeds.begin(), out_.feeds.end(),
              [](const FeedState& a, const FeedState& b) { return a.feed < b.feed; });
}

void Shard::Explainer::memory() {
    if (account_.ledger == nullptr) return;
    for (const HeldVerdict& held : account_.ledger->held) {
        HeldPeriod& period = out_.held.emplace_back();
        period.period = held.period.name();
        if (held.items) period.waits_for.emplace_back("items");
        if (held.revenue) period.waits_for.emplace_back("revenue");
    }
    const auto row_id = [&](std::uint64_t rule) {
        for (const ComparisonRow& row : rules_.policy.comparisons) {
            if (hash64(row.id) == rule) return row.id;
        }
        return std::string();
    };
    for (const auto& [measure, episode] : {std::pair(Measure::ITEMS, &account_.ledger->volume),
                                           std::pair(Measure::REVENUE, &account_.ledger->revenue)}) {
        if (!episode->is_active() && episode->over_on.n == 0) continue;
        EpisodeState& state = out_.episodes.emplace_back();
        state.measure = measure;
        for (const auto& [rule, scope] : episode->raised) {
            std::string id = row_id(rule);
            const bool known = std::find(state.rule_ids.begin(), state.rule_ids.end(), id) != state.rule_ids.end();
            if (!id.empty() && !known) state.rule_ids.push_back(std::move(id));
        }
        state.signalled = episode->signalled;
        if (episode->unsignalled) state.waiting = episode->unsignalled->base;
        state.silenced = episode->silenced;
        if (episode->over_on.n != 0) state.over_on = episode->over_on;
    }
}

void Shard::Explainer::silences() {
    const Organisation& organisation = rules_.organisation;
    const Unit* unit = shard_.unit_of(account_);
    for (Silence& silence : shard_.silences_.list(rules_.calendar.zone(), shard_.clock_)) {
        if (!silence.active_until.is_set()) continue;
        bool covers = silence.account_root == account_.root && silence.account_root.is_set();
        covers = covers || (!silence.case_id.empty() && silence.case_id == out_.account.open_case_id);
        for (const Unit* up = unit; up != nullptr && !covers && !silence.unit_id.empty();
             up = organisation.find_unit(up->parent)) {
            covers = up->id == silence.unit_id;
        }
        if (covers) out_.silences.push_back(std::move(silence));
    }
}

void Shard::Explainer::open_case() {
    if (account_.ledger == nullptr) return;
    if (const CaseRecord* open = account_.ledger->file.open_case()) out_.open_case = open->view;
    for (const Obligation& obligation : account_.ledger->file.obligations) {
        if (obligation.is_open() && obligation.task.kind != TaskKind::UNSPECIFIED) out_.owed.push_back(obligation.task);
    }
}

}  // namespace aw
