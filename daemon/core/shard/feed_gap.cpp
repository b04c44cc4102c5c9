#include "core/shard/feed_gap.hpp"

#include <algorithm>

namespace aw {

void FeedGap::take(std::int32_t partition, const GapShare& share) {
    auto& list = shares_[partition];
    const auto known = std::find_if(list.begin(), list.end(),
                                    [&](const GapShare& other) { return other.opened_at == share.opened_at; });
    if (known != list.end()) {
        if (!known->closed_at.is_set()) known->closed_at = share.closed_at;
        return;
    }
    // A closing without its opening: the opening was taken, told and done with.
    if (!share.closed_at.is_set()) list.push_back(share);
    if (list.size() > kMostWaiting) list.erase(list.begin());
    if (list.empty()) shares_.erase(partition);
}

void FeedGap::drop_first(std::map<std::int32_t, std::vector<GapShare>>::iterator& at) {
    at->second.erase(at->second.begin());
    at = at->second.empty() ? shares_.erase(at) : std::next(at);
}

FeedGap::Step FeedGap::next(std::size_t partitions) {
    while (shares_.size() >= partitions) {
        if (open_) {
            Timestamp closed;
            for (const auto& [partition, list] : shares_) {
                if (!list.front().closed_at.is_set()) return Step::waits;
                closed = std::max(closed, list.front().closed_at);
            }
            whole_.closed_at = closed;
            open_ = false;
            for (auto at = shares_.begin(); at != shares_.end();) drop_first(at);
            return Step::closed;
        }
        GapShare whole = shares_.begin()->second.front();
        whole.accounts_held = 0;
        for (const auto& [partition, list] : shares_) {
            const GapShare& share = list.front();
            whole.began_at = std::min(whole.began_at, share.began_at);
            whole.opened_at = std::max(whole.opened_at, share.opened_at);
            whole.told_at = std::max(whole.told_at, share.told_at);
            whole.late_s = std::max(whole.late_s, share.late_s);
            whole.accounts_held += share.accounts_held;
        }
        bool apart = false;  // one was over before that of another began
        for (auto at = shares_.begin(); at != shares_.end();) {
            const GapShare& share = at->second.front();
            const bool over = share.closed_at.is_set() && share.closed_at < whole.opened_at;
            apart |= over;
            if (over) {
                drop_first(at);
            } else {
                ++at;
            }
        }
        if (apart) continue;
        whole.closed_at = {};
        whole_ = whole;
        open_ = true;
        told_ = false;
        return Step::opened;
    }
    return Step::waits;
}

bool FeedGap::was_over_by(Timestamp at) const {
    return std::any_of(shares_.begin(), shares_.end(), [&](const auto& entry) {
        const Timestamp closed = entry.second.front().closed_at;
        return closed.is_set() && closed <= at;
    });
}

}  // namespace aw
