#include "core/shard/reload_plan.hpp"

#include <algorithm>

namespace aw {

void ReloadPlan::add(ReloadKind kind, PlanChange change, std::size_t examples) {
    Changes& list = changes[kind];
    ++list.count;
    if (list.examples.size() < examples) list.examples.push_back(std::move(change));
}

void ReloadPlan::merge(ReloadPlan other, std::size_t examples) {
    if (revision_from.empty()) revision_from = std::move(other.revision_from);
    if (revision_to.empty()) revision_to = std::move(other.revision_to);
    changes_nothing = changes_nothing && other.changes_nothing;
    rolled_back = rolled_back || other.rolled_back;
    accounts += other.accounts;
    accounts_watched += other.accounts_watched;
    accounts_affected += other.accounts_affected;
    cases += other.cases;
    cases_affected += other.cases_affected;
    if (!evaluation_from.is_set()) evaluation_from = other.evaluation_from;
    if (!evaluation_to.is_set()) evaluation_to = other.evaluation_to;
    for (auto& [kind, theirs] : other.changes) {
        Changes& ours = changes[kind];
        ours.count += theirs.count;
        ours.examples.insert(ours.examples.end(), std::make_move_iterator(theirs.examples.begin()),
                             std::make_move_iterator(theirs.examples.end()));
        std::stable_sort(ours.examples.begin(), ours.examples.end(),
                         [](const PlanChange& a, const PlanChange& b) { return a.account_root < b.account_root; });
        if (ours.examples.size() > examples) ours.examples.resize(examples);
    }
}

bool ReloadPlan::exceeds(int max_pct, std::size_t at_least) const {
    const auto too_many = [&](std::size_t affected, std::size_t all) {
        return affected > at_least && affected * 100 > all * static_cast<std::size_t>(max_pct);
    };
    return too_many(cases_affected, cases) || too_many(accounts_affected, accounts_watched);
}

}  // namespace aw
