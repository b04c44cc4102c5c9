#include "eventlog/sqlite/group.hpp"

#include <iterator>

#include "base/check.hpp"

namespace aw::eventlog {
namespace {

constexpr int kNobody = 0;

}  // namespace

Group::Group(int partitions) : owners_(static_cast<std::size_t>(partitions), kNobody) {}

int Group::join(std::function<void()> wake) {
    const std::lock_guard lock(mutex_);
    const int member = next_member_++;
    members_.emplace(member, std::move(wake));
    wake_all();
    return member;
}

void Group::leave(int member) {
    const std::lock_guard lock(mutex_);
    members_.erase(member);
    for (int& owner : owners_) {
        if (owner == member) owner = kNobody;
    }
    wake_all();
}

Group::Changes Group::changes(int member) {
    const std::lock_guard lock(mutex_);
    Changes changes;
    for (int partition = 0; partition < static_cast<int>(owners_.size()); ++partition) {
        int& owner = owners_[static_cast<std::size_t>(partition)];
        const bool wanted = wanted_owner(partition) == member;
        if (owner == member && !wanted) changes.revoking.push_back(partition);
        if (owner == kNobody && wanted) {
            owner = member;
            changes.gained.push_back(partition);
        }
    }
    return changes;
}

void Group::let_go(int member, const std::vector<int>& partitions) {
    const std::lock_guard lock(mutex_);
    for (const int partition : partitions) {
        int& owner = owners_[static_cast<std::size_t>(partition)];
        AW_CHECK(owner == member);
        owner = kNobody;
    }
    wake_all();
}

// Equal ranges in order of joining.
int Group::wanted_owner(int partition) const {
    const auto members = static_cast<std::ptrdiff_t>(members_.size());
    const auto partitions = static_cast<std::ptrdiff_t>(owners_.size());
    if (members == 0) return kNobody;
    return std::next(members_.begin(), partition * members / partitions)->first;
}

void Group::wake_all() {
    for (const auto& [member, wake] : members_) wake();
}

}  // namespace aw::eventlog
