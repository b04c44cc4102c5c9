#include "core/shard/departures.hpp"

#include <algorithm>

namespace aw {
namespace {

constexpr std::array<std::string_view, 3> kKinds = {"ACCOUNT", "CASE", "TASK"};

bool is_current(const GroupMember& member) {
    return member.state == MemberState::INVITED || member.state == MemberState::ACCEPTED;
}

Departure::Counts counted(const std::vector<PartialItem>& items) {
    Departure::Counts counts{};
    for (const PartialItem& item : items) {
        const auto kind = std::find(kKinds.begin(), kKinds.end(), item.kind) - kKinds.begin();
        ++counts[static_cast<std::size_t>(kind)];
    }
    return counts;
}

}  // namespace

std::vector<PartialItem> held_by(const Account& account, std::string_view person) {
    std::vector<PartialItem> items;
    const auto add = [&](std::size_t kind, std::string id) {
        items.push_back({std::string(kKinds[kind]), std::move(id), account.root});
    };
    if (account.profile != nullptr) {
        const auto& assigned = account.profile->assignments;
        if (std::any_of(assigned.begin(), assigned.end(), [&](const auto& a) { return a.second.value == person; }))
            add(0, format_root(account.root));
    }
    if (account.ledger == nullptr) return items;
    const CaseFile& file = account.ledger->file;
    for (const CaseRecord& record : file.cases) {
        const auto& group = record.view.group;
        const bool sits = std::any_of(group.begin(), group.end(), [&](const GroupMember& m) {
            return m.staff_id.value == person && is_current(m);
        });
        if (record.is_open() && (sits || record.view.owner_staff_id.value == person)) add(1, record.view.case_id.value);
    }
    for (const Obligation& o : file.obligations) {
        const bool task = o.is_open() && o.task.kind != TaskKind::UNSPECIFIED;
        if (task && o.task.assignee_staff_id.value == person) add(2, o.task.task_id.value);
    }
    return items;
}

Departure* Departures::find(std::string_view person) {
    const auto found = leaving_.find(person);
    return found == leaving_.end() ? nullptr : &found->second;
}

void Departures::begin(std::string_view person, Timestamp due_at) {
    end(person);
    leaving_[std::string(person)].due_at = due_at;
}

void Departures::begin_account(const Account& account, std::string_view person, const std::vector<PartialItem>& items) {
    const Departure::Counts counts = counted(items);
    held_[account.root][std::string(person)] = counts;
    Departure& departure = leaving_.find(person)->second;
    for (std::size_t i = 0; i < counts.size(); ++i) departure.counts[i] += counts[i];
}

void Departures::end(std::string_view person) {
    const auto found = leaving_.find(person);
    if (found == leaving_.end()) return;
    leaving_.erase(found);
    for (auto& [root, people] : held_) {
        if (const auto entry = people.find(person); entry != people.end()) people.erase(entry);
    }
    std::erase_if(held_, [](const auto& entry) { return entry.second.empty(); });
    if (const auto entry = of_subjects_.find(person); entry != of_subjects_.end()) of_subjects_.erase(entry);
}

std::vector<AccountRoot> Departures::roots_of(std::string_view person) const {
    std::vector<AccountRoot> roots;
    for (const auto& [root, people] : held_) {
        if (people.contains(person)) roots.push_back(root);
    }
    return roots;
}

Departures::ByPerson Departures::counts_of(const Account& account) const {
    ByPerson counts;
    for (const auto& [person, departure] : leaving_) {
        const auto items = held_by(account, person);
        if (!items.empty()) counts[person] = counted(items);
    }
    return counts;
}

void Departures::recount(const Account& account, std::set<std::string>& changed) {
    ByPerson now = counts_of(account);
    const auto known = held_.find(account.root);
    ByPerson before = known == held_.end() ? ByPerson{} : std::move(known->second);
    if (known != held_.end()) held_.erase(known);
    for (auto& [person, departure] : leaving_) {
        const auto old = before.find(person);
        const auto fresh = now.find(person);
        const Departure::Counts was = old == before.end() ? Departure::Counts{} : old->second;
        const Departure::Counts is = fresh == now.end() ? Departure::Counts{} : fresh->second;
        if (was == is) continue;
        for (std::size_t i = 0; i < is.size(); ++i) departure.counts[i] += is[i] - was[i];
        changed.insert(person);
    }
    if (!now.empty()) held_[account.root] = std::move(now);
}

void Departures::recount_subjects(TasksByPerson now, std::set<std::string>& changed) {
    for (auto& [person, departure] : leaving_) {
        const auto old = of_subjects_.find(person);
        const auto fresh = now.find(person);
        const std::int64_t was = old == of_subjects_.end() ? 0 : old->second;
        const std::int64_t is = fresh == now.end() ? 0 : fresh->second;
        if (was == is) continue;
        departure.counts[2] += is - was;
        changed.insert(person);
    }
    of_subjects_ = std::move(now);
}

void Departures::forget_accounts() {
    held_.clear();
    of_subjects_.clear();
    touched_.clear();
}

void Departures::count(const Account& account) {
    if (leaving_.empty()) return;
    ByPerson counts = counts_of(account);
    if (!counts.empty()) held_[account.root] = std::move(counts);
}

}  // namespace aw
