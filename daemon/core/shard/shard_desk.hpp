// Shard::with_desk: the one way in which a shard touches an account's cases.
#pragma once

#include "core/shard/shard.hpp"

namespace aw {

template <class F>
void Shard::with_desk(Account& account, Timestamp now, bool awake, Effects& effects, F&& use) {
    CaseFile& file = account.story().file;
    const DeskAccount about = desk_account(account);
    Desks desks({*rules_, overlay_, timers_, effects, now, awake, &silences_, told_from_}, about, file);
    use(desks);
    touch(account, Account::kLedger);
    if (account.ledger->alarm || account.ledger->compared > 0) learn_outcome(*account.ledger);
    if (!silences_.empty() && keeps_back(account)) silenced_.insert(account.root);
    // Also while somebody is awake: a clock that stands still (a suspended case) goes on waiting when others start.
    for (const Obligation& obligation : file.obligations) {
        if (obligation.is_open() && obligation.waits_for_tick) waiting_.insert(account.root);
    }
}

}  // namespace aw
