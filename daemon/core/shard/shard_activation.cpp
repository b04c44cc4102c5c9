// Shard: another configuration comes into force. State is kept by the stable ids of rows and grades: what a new
// configuration does not change goes on as if nothing had happened.
#include <algorithm>

#include "base/hash.hpp"
#include "core/cases/audit.hpp"
#include "core/cases/decision_text.hpp"
#include "core/shard/shard.hpp"
#include "core/shard/shard_desk.hpp"

namespace aw {

// What a roll back needs, and who did it for the evidence ledger. The first activation replaces nothing.
void Shard::note_activation(const Event& event, const ActivationEvent& activation, Effects& effects) {
    const Rules& next = *activation.rules;
    if (activation_document_.empty() || next.revision == rules_->revision) return;
    const bool rolled_back = !activation.refused_revision.empty();
    previous_document_ = rolled_back ? std::string() : activation_document_;
    refused_revision_ = activation.refused_revision;
    Decision decision;
    decision.decision_id = std::string(event.event_id) + std::string(kAlone);
    decision.kind = DecisionKind::COMMAND;
    decision.outcome = DecisionOutcome::ACCEPTED;
    decision.code = rolled_back ? "ROLLED_BACK" : activation.forced ? "FORCED" : "ACTIVATED";
    decision.config_revision = next.revision;
    decision.at = clock_;
    decision.inputs = {{"from", rules_->revision}, {"to", next.revision}};
    if (!activation.actor_staff_id.empty())
        decision.inputs.push_back({"actor_staff_id", std::string(activation.actor_staff_id)});
    decision.text = decision_text(next.language, next.calendar, decision).value_or(std::string());
    decision.digest = audit_digest({}, decision);
    effects.emplace_back(std::move(decision));
}

// Stored grades are ranks of the scheme in force; another scheme may have the same grades at other ranks.
void Shard::carry_grades(const GradeScheme& next) {
    const GradeScheme& before = rules_->policy.grade_scheme;
    const bool same = std::equal(before.grades.begin(), before.grades.end(), next.grades.begin(), next.grades.end(),
                                 [](const Grade& a, const Grade& b) { return a.id == b.id; });
    if (same) return;
    for (Account& account : accounts_) {
        const std::int8_t rank = carried_rank(before, next, account.grade);
        if (rank == account.grade) continue;
        account.grade = rank;
        touch(account, Account::kCold);
    }
}

// What rows remember that are no longer in the policy goes at the account's next evaluation and not before, so that a
// roll back until then finds everything as it was. An episode that only they kept open is over.
void Shard::forget_removed_rows(Account& account, Timestamp now, bool awake, Effects& effects) {
    if (account.ledger == nullptr) return;
    Ledger& ledger = *account.ledger;
    CaseRecord* open = ledger.file.open_case();
    const bool observed = open != nullptr && !open->observations.empty();
    if (ledger.comparisons.empty() && !ledger.any_active() && !observed) return;
    const auto& rows = rules_->policy.comparisons;
    const auto removed = [&](std::uint64_t rule) {
        return !is_detector_row(rule) &&
               std::none_of(rows.begin(), rows.end(), [&](const ComparisonRow& row) { return hash64(row.id) == rule; });
    };
    if (std::erase_if(ledger.comparisons, [&](const ComparisonState& state) { return removed(state.rule); }) > 0)
        touch(account, Account::kLedger);
    bool over = false;
    for (Episode* episode : ledger.episodes()) {
        if (std::erase_if(episode->raised, [&](const auto& row) { return removed(row.first); }) == 0) continue;
        touch(account, Account::kLedger);
        if (episode->is_active()) continue;
        *episode = {};
        over = true;
    }
    over = over && !ledger.any_active();
    if (over) with_desk(account, now, awake, effects, [](Desks& desks) { desks.cases.drop_is_over(); });
    open = ledger.file.open_case();
    if (open == nullptr || !open->is_live()) return;
    // What is measured no more holds the recovery up no more.
    if (std::erase_if(open->observations, [&](const Observation& o) { return removed(o.rule); }) == 0) return;
    const CaseId id = open->view.case_id;
    with_desk(account, now, awake, effects, [&](Desks& desks) { desks.cases.refresh(id); });
}

}  // namespace aw
