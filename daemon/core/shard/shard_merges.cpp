// Shard: a case that goes on in a case of another account. That one may lie in another partition, so it hears of it
// through the log, and so does the first one if there is nobody to hear.
#include "base/hash.hpp"
#include "core/shard/shard.hpp"
#include "core/shard/shard_desk.hpp"
#include "core/shard/shard_topics.hpp"

namespace aw {
namespace {

constexpr const char* kCaseItem = "CASE";

}  // namespace

// What this shard can say of a case of another account. With one partition it knows them all.
Elsewhere Shard::seen_elsewhere(std::string_view case_id) const {
    const auto root = root_of_id(case_id);
    const Account* account = root ? find(*root) : nullptr;
    if (account == nullptr) return place_.partitions == 1 ? Elsewhere::nowhere : Elsewhere::not_seen;
    if (account->ledger == nullptr) return Elsewhere::nowhere;
    for (const CaseRecord& record : account->ledger->file.cases) {
        if (record.view.case_id.value == case_id) return record.is_open() ? Elsewhere::open : Elsewhere::over;
    }
    return Elsewhere::nowhere;
}

void Shard::tell_merged(std::string_view from, std::string_view into, Effects& effects) const {
    const auto root = root_of_id(into);
    if (!root) return;
    Partial partial = partial_about(kMerged, format_root(*root), clock_);
    partial.sequence = static_cast<std::int64_t>(hash64(from) >> 1 | 1);
    partial.items = {{kCaseItem, std::string(from), root_of_id(from).value_or(AccountRoot{})},
                     {kCaseItem, std::string(into), *root}};
    effects.emplace_back(std::move(partial));
}

// The account of the case into which it was merged; or, if there is none, the account that it came from.
void Shard::on_merged(const PartialEvent& event, Effects& effects) {
    if (event.items.size() != 2) return;
    const std::string_view from = event.items[0].id;
    const std::string_view into = event.items[1].id;
    const auto root = parse_root(event.subject);
    Account* account = root ? find(*root) : nullptr;
    if (event.topic == kMergedNowhere) {
        if (account == nullptr) return;
        return with_desk(*account, clock_, true, effects,
                         [&](Desks& desks) { desks.cases.merged_into_nothing(from); });
    }
    bool taken = false;
    if (account != nullptr && account->ledger != nullptr) {
        with_desk(*account, clock_, true, effects,
                  [&](Desks& desks) { taken = desks.cases.take_merged(into, from); });
    }
    const auto source = root_of_id(from);
    if (taken || !source) return;
    Partial partial = partial_about(kMergedNowhere, format_root(*source), *event.due_at);
    partial.sequence = event.sequence;
    partial.items = {{kCaseItem, std::string(from), *source},
                     {kCaseItem, std::string(into), root.value_or(AccountRoot{})}};
    effects.emplace_back(std::move(partial));
}

}  // namespace aw
