// Departures: people who leave and what of this partition still names them (R92): accounts assigned to them, open cases
// they own or sit in, open tasks of theirs, also those for a unit or a person. Tells when that has changed, so that the
// shard answers anew.
//
// Owner: one Shard. What is state is stored with the shard's own record; what each account holds follows from the
// accounts.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/model/output.hpp"
#include "core/shard/account.hpp"

namespace aw {

struct Departure {
    // Accounts, cases, tasks.
    using Counts = std::array<std::int64_t, 3>;

    Timestamp due_at;  // when the person was said to leave; names the question
    std::int64_t sequence = 0;
    Counts counts{};  // as answered last

    template <class Archive>
    void fields(Archive& archive) {
        archive(due_at, sequence, counts);
    }
};

// What of the account names the person; in the order accounts, cases, tasks.
[[nodiscard]] std::vector<PartialItem> held_by(const Account& account, std::string_view person);

class Departures {
public:
    using TasksByPerson = std::map<std::string, std::int64_t, std::less<>>;

    [[nodiscard]] bool empty() const { return leaving_.empty(); }
    [[nodiscard]] Departure* find(std::string_view person);
    // Somebody leaves; what the accounts hold is noted by begin_account().
    void begin(std::string_view person, Timestamp due_at);
    void begin_account(const Account& account, std::string_view person, const std::vector<PartialItem>& items);
    // Nothing of this person is watched any more.
    void end(std::string_view person);
    // The accounts that name the person, in the order of their roots.
    [[nodiscard]] std::vector<AccountRoot> roots_of(std::string_view person) const;

    // Something of the account's profile or story may have changed.
    void touch(AccountRoot root) { touched_.insert(root); }
    [[nodiscard]] std::set<AccountRoot> take_touched() { return std::exchange(touched_, {}); }
    // Counts the account anew; adds whoever has more or less than before to `changed`.
    void recount(const Account& account, std::set<std::string>& changed);
    // The same for tasks that are no account's; `now` names whoever leaves and owes any.
    void recount_subjects(TasksByPerson now, std::set<std::string>& changed);
    void count_subjects(TasksByPerson now) { of_subjects_ = std::move(now); }
    [[nodiscard]] bool leaves(std::string_view person) const { return leaving_.contains(person); }
    // After a restore: forgets what follows from the accounts.
    void forget_accounts();
    void count(const Account& account);

    template <class Archive>
    void fields(Archive& archive) {
        archive(leaving_);
    }

private:
    using ByPerson = std::map<std::string, Departure::Counts, std::less<>>;

    [[nodiscard]] ByPerson counts_of(const Account& account) const;

    std::map<std::string, Departure, std::less<>> leaving_;
    std::map<AccountRoot, ByPerson> held_;  // only what is not zero
    TasksByPerson of_subjects_;                // only what is not zero
    std::set<AccountRoot> touched_;
};

}  // namespace aw
