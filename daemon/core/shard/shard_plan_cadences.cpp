// Shard::plan: what is owed again and again (R25-R30) under the rules in force and under those to come.
#include <algorithm>

#include "core/shard/shard_planner.hpp"

namespace aw {

// "2 x VISIT per WEEK by KEY_ACCOUNT_MANAGER (kam)"
std::string Shard::Planner::in_words(const CadenceRow* row, const StaffId& who) const {
    if (row == nullptr) return {};
    std::string text = std::to_string(row->times) + " x " + std::string(name(row->kind)) + " per " +
                       std::string(name(row->period)) + " by " + std::string(name(row->who)) + " (" +
                       (who.empty() ? "nobody" : who.value) + ")";
    if (shard_.cadence_feeds_.of(*row).since.n == 0) text += ", off until one is reported";
    return text;
}

void Shard::Planner::look_at_cadences(const Account& account) {
    const auto& before = old_.policy().cadences;
    const auto& after = new_.policy().cadences;
    if (before.empty() && after.empty()) return;
    const bool was_ours = old_.is_ours(account);
    const bool is_ours = new_.is_ours(account);
    const std::string old_grade = old_.grade(account);
    const std::string new_grade = new_.grade(account);
    const auto look = [&](const std::string& id) {
        const CadenceRow* was = old_.cadence(account, id, was_ours, old_grade);
        const CadenceRow* is = new_.cadence(account, id, is_ours, new_grade);
        if (was == nullptr && is == nullptr) return;
        const StaffId by = was == nullptr ? StaffId{} : old_.holder(account, was->who);
        const StaffId to = is == nullptr ? StaffId{} : new_.holder(account, is->who);
        const bool same = was != nullptr && is != nullptr && was->kind == is->kind && was->who == is->who &&
                          was->times == is->times && was->period == is->period && by == to;
        if (!same) compare_answers(ReloadKind::CADENCE, account, nullptr, id, in_words(was, by), in_words(is, to));
    };
    for (const CadenceRow& row : before) look(row.id);
    for (const CadenceRow& row : after) {
        const bool known =
            std::any_of(before.begin(), before.end(), [&](const CadenceRow& other) { return other.id == row.id; });
        if (!known) look(row.id);
    }
}

}  // namespace aw
