// Shard: what there is of everything, for metrics.
#include "core/shard/shard.hpp"

namespace aw {

void ShardCounts::Stratum::add(const Stratum& other) {
    real += other.real;
    none += other.none;
    days += other.days;
}

void ShardCounts::add(const ShardCounts& other) {
    accounts += other.accounts;
    watched += other.watched;
    for (const auto& [key, n] : other.cases_open) cases_open[key] += n;
    for (const auto& [key, n] : other.tasks_open) tasks_open[key] += n;
    for (std::size_t i = 0; i < standing.size(); ++i) standing[i] += other.standing[i];
    for (std::size_t i = 0; i < strata.size(); ++i) strata[i].add(other.strata[i]);
    compared.add(other.compared);
    budget_earned += other.budget_earned;
    budget_spent += other.budget_spent;
}

ShardCounts Shard::counts() const {
    ShardCounts counts;
    counts.accounts = accounts_.size();
    for (const Account& account : accounts_) {
        if (is_watched(account)) ++counts.watched;
        if (account.ledger == nullptr) continue;
        for (const CaseRecord& record : account.ledger->file.cases) {
            if (record.is_open()) ++counts.cases_open[{record.view.case_class, record.view.severity}];
        }
        for (const Obligation& obligation : account.ledger->file.obligations) {
            const bool task = obligation.task.kind != TaskKind::UNSPECIFIED;
            if (task && obligation.is_open()) ++counts.tasks_open[obligation.task.kind];
        }
    }
    counts.standing = detection_.standing();
    for (std::size_t i = 0; i < counts.strata.size(); ++i) {
        const auto stratum = static_cast<Certainty::Stratum>(i);
        counts.strata[i] = {certainty_.ended(stratum).real, certainty_.ended(stratum).none, certainty_.days(stratum)};
    }
    counts.compared = {certainty_.compared().real, certainty_.compared().none, certainty_.compared_days()};
    counts.budget_earned = budget_.days() * rules_->policy.detection.false_alarms_per_account_year / 365;
    counts.budget_spent = budget_.spent();
    return counts;
}

std::size_t Shard::memory_bytes() const {
    std::size_t bytes =
        accounts_.capacity() * sizeof(Account) + index_.size() * 2 * sizeof(std::pair<AccountRoot, std::uint32_t>);
    for (const Account& account : accounts_) {
        bytes += account.usage.heap_bytes();
        if (account.profile != nullptr) bytes += sizeof(Profile);
        if (account.ledger != nullptr) bytes += sizeof(Ledger);
        if (account.cadence != nullptr)
            bytes += sizeof(CadenceBook) + account.cadence->touches.capacity() * sizeof(Touch);
    }
    return bytes;
}

}  // namespace aw
