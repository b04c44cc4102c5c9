// Shard: two units that claim one client (R23). Two roots may lie in two partitions, so a claim goes to the owner of
// the name's key, and the conflict from there to the account that was registered last.
#include "base/hash.hpp"
#include "core/shard/shard.hpp"
#include "core/shard/shard_desk.hpp"
#include "core/shard/shard_topics.hpp"

namespace aw {
namespace {

constexpr const char* kUnitItem = "UNIT";

// Names the one answer; the same claim once more has the same number.
std::int64_t number_of(const OwnershipClaim& claim) {
    return static_cast<std::int64_t>(hash64(claim.unit, claim.root.n) >> 1 | 1);
}

}  // namespace

void Shard::claim_name(const Account& account, std::string_view called, Effects& effects) {
    const Unit* unit = unit_of(account);
    if (called.empty() || unit == nullptr) return;
    Partial partial = partial_about(kOwnership, "name-" + Ownership::key_of(called), clock_);
    partial.sequence = number_of({account.root, unit->id.value});
    partial.items = {{kUnitItem, unit->id.value, account.root}};
    effects.emplace_back(std::move(partial));
}

// The owner of the name's key.
void Shard::on_claim(const PartialEvent& event, Effects& effects) {
    if (event.items.empty()) return;
    const auto root = parse_root(event.items.front().account_root);
    if (!root) return;
    const OwnershipClaim claim{*root, std::string(event.items.front().id)};
    const auto others = ownership_.claim(event.subject, claim);
    if (others.empty()) return;
    Partial conflict = partial_about(kOwnershipConflict, format_root(*root), *event.due_at);
    conflict.sequence = number_of(claim);
    conflict.items = {{kUnitItem, claim.unit, claim.root}};
    for (const OwnershipClaim& other : others) conflict.items.push_back({kUnitItem, other.unit, other.root});
    effects.emplace_back(std::move(conflict));
}

// The account that was registered last.
void Shard::on_ownership_conflict(const PartialEvent& event, Effects& effects) {
    const auto root = parse_root(event.subject);
    Account* account = root ? find(*root) : nullptr;
    if (account == nullptr) return;
    std::string units;
    for (const PartialEventItem& item : event.items)
        units += (units.empty() ? "" : " ") + std::string(item.id) + " (" + std::string(item.account_root) + ")";
    const std::string text = account->display_name() + ": " + units;
    const bool history = !rules_->live_from || *event.due_at < *rules_->live_from;
    with_desk(*account, clock_, true, effects, [&](Desks& desks) {
        constexpr std::string_view kRule = "ownership";
        const auto decide = [&](DecisionOutcome outcome, std::string_view code) {
            desks.desk.decide(DecisionKind::EVALUATION, outcome, std::string(code), {}, std::string(kRule),
                              {{"signal", std::string(name(SignalKind::OWNERSHIP_CONFLICT))}, {"units", units}});
        };
        if (history) return decide(DecisionOutcome::SUPPRESSED, name(SuppressionCode::BACKFILL));
        if (desks.desk.is_silenced(SignalKind::OWNERSHIP_CONFLICT))
            return decide(DecisionOutcome::SUPPRESSED, name(SuppressionCode::SILENCED));
        decide(DecisionOutcome::FIRED, name(SignalKind::OWNERSHIP_CONFLICT));
        desks.desk.notify(desks.desk.first(StaffRole::MARKET_DEPARTMENT), NoticeReason::OWNERSHIP_CONFLICT, nullptr,
                          nullptr, {.detail = text});
        Signal signal;
        signal.kind = SignalKind::OWNERSHIP_CONFLICT;
        signal.severity = Severity::INFO;
        signal.rule_id = kRule;
        signal.onset_on = today();
        signal.reasons = {{"UNITS", text}};
        desks.cases.take_signal(std::move(signal), Severity::INFO);
    });
}

}  // namespace aw
