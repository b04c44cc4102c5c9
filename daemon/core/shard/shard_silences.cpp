// Shard: silences. What they keep back is kept with the accounts; here is who has something kept back, and when to look
// again.
#include <algorithm>

#include "core/shard/shard.hpp"
#include "core/shard/shard_desk.hpp"

namespace aw {

std::optional<SilenceCover> Shard::silence_over(const Account& of, SignalKind kind, bool scheduled) const {
    if (silences_.empty()) return std::nullopt;
    const CaseRecord* open = of.ledger == nullptr ? nullptr : of.ledger->file.open_case();
    const Unit* unit = unit_of(of);
    return silences_.over_signal(
        kind, scheduled,
        {of.root, unit == nullptr ? UnitId{} : unit->id, open == nullptr ? CaseId{} : open->view.case_id},
        {rules_->organisation, rules_->calendar.zone(), clock_});
}

std::optional<Refusal> Shard::refuses(const SilenceEvent& silence) const {
    if (auto wrong = silences_.check(silence, rules_->policy.noise.silence_days)) return wrong;
    const StaffId author(silence.author_staff_id);
    const auto missing = [](const std::string& what) { return Refusal{DeadLetterReason::MISSING_FIELD, what}; };
    if (rules_->organisation.find_staff(author.value) == nullptr)
        return missing("silence.author_staff_id: nobody has the staff id \"" + author.value + "\"");
    if (staffing().has_left(author)) return missing("silence.author_staff_id: " + author.value + " has left");
    // A unit that is misspelt would keep nothing quiet, and nobody would notice. (Accounts and cases are known to
    // their own shard only.)
    if (!silence.ended && !silence.unit_id.empty() &&
        rules_->organisation.find_unit(UnitId(silence.unit_id)) == nullptr)
        return missing("silence.scope.unit_id: there is no unit \"" + std::string(silence.unit_id) + "\"");
    return std::nullopt;
}

bool Shard::keeps_back(const Account& account) {
    if (account.ledger == nullptr) return false;
    const Ledger& ledger = *account.ledger;
    const auto all = ledger.episodes();
    return std::any_of(all.begin(), all.end(), [](const Episode* episode) { return episode->silenced; }) ||
           aw::keeps_back(ledger.file);
}

void Shard::on_silence(const SilenceEvent& silence, Effects& effects) {
    silences_.take(silence);
    silences_changed(clock_, true, effects);
}

// A window has ended, a silence has come or gone, or other rules are in force.
void Shard::silences_changed(Timestamp now, bool awake, Effects& effects) {
    silences_.prune(rules_->calendar.zone(), clock_);
    arm_silences();
    silences_dirty_ = true;
    for (const AccountRoot root : std::vector<AccountRoot>(silenced_.begin(), silenced_.end())) {
        Account* account = find(root);
        if (account == nullptr || !keeps_back(*account)) {
            silenced_.erase(root);
            continue;
        }
        with_desk(*account, now, awake, effects, [](Desks& desks) { desks.silences_changed(); });
        if (!keeps_back(*account)) silenced_.erase(root);
    }
}

void Shard::arm_silences() {
    if (silence_end_.is_set()) timers_.remove({silence_end_, TimerClass::evaluation, {}, kSilenceEnd});
    silence_end_ = silences_.next_end(rules_->calendar.zone(), clock_);
    if (silence_end_.is_set()) timers_.add({silence_end_, TimerClass::evaluation, {}, kSilenceEnd});
}

// Drops that gave no signal for a silence, and still last when it is over, give it at the evaluation after it.
void Shard::signal_silenced(Timestamp now, bool awake, Effects& effects) {
    if (!rules_->is_live(clock_)) return;
    for (const AccountRoot root : std::vector<AccountRoot>(silenced_.begin(), silenced_.end())) {
        Account& account = *find(root);
        if (account.ledger == nullptr) continue;
        for (Episode* episode : account.ledger->episodes()) {
            if (!episode->silenced || !episode->is_active() || !episode->unsignalled) continue;
            if (not_ours(account, true) || silence_over(account, episode->unsignalled->kind, true)) continue;
            const DropFinding finding = *episode->unsignalled;
            episode->signalled = finding.base;
            episode->unsignalled.reset();
            episode->silenced = false;
            take_drop(account, finding, now, awake, effects);
        }
        if (!keeps_back(account)) silenced_.erase(root);
    }
}

}  // namespace aw
