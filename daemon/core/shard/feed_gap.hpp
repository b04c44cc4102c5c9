// FeedGap: one gap of a feed in a region, put together from what the shards of all partitions say. Each shard tells
// when the gap opened for it and when it closed. The feed has a gap while all of them have one: then the numbers add
// up, and nothing depends on how far one partition has read ahead of another. A watermark that reaches one partition
// just before its limit and another just after it makes no gap.
//
// Owner: the shard to which the feed's key belongs. Pure. Where all partitions saw the same, the same gaps follow in
// the same order, however their shares are mixed, as long as each partition's own keep their order.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "base/time.hpp"

namespace aw {

// What one partition says. A closing repeats `opened_at`, which names the gap; of the rest only `closed_at` counts.
struct GapShare {
    Timestamp began_at;   // until when the feed was complete
    Timestamp opened_at;  // the due time: that and the limit
    Timestamp told_at;    // log time at which the partition said so
    Timestamp closed_at;  // not set = open
    std::int64_t accounts_held = 0;
    std::int64_t late_s = 0;  // how long after its due time it was noticed

    template <class Archive>
    void fields(Archive& archive) {
        archive(began_at, opened_at, told_at, closed_at, accounts_held, late_s);
    }
};

class FeedGap {
public:
    // Gaps of one partition that wait for the others. One that is so many behind has lost its oldest.
    static constexpr std::size_t kMostWaiting = 1'000;

    // A share read twice counts once.
    void take(std::int32_t partition, const GapShare& share);

    enum class Step : std::uint8_t { waits, opened, closed };
    // What is now known; to be asked until it waits.
    [[nodiscard]] Step next(std::size_t partitions);
    // The gap of all partitions. REQUIRES: next() said opened or closed.
    [[nodiscard]] const GapShare& whole() const { return whole_; }
    [[nodiscard]] bool is_open() const { return open_; }
    [[nodiscard]] bool is_empty() const { return !open_ && shares_.empty(); }
    // It is open, and a partition that has told its end says it was over by then.
    [[nodiscard]] bool was_over_by(Timestamp at) const;

    // Whether anybody has been told of the gap that is open (none of it before the daemon goes live).
    [[nodiscard]] bool was_told() const { return told_; }
    void note_told() { told_ = true; }

    template <class Archive>
    void fields(Archive& archive) {
        archive(shares_, whole_, open_, told_);
        if constexpr (Archive::kReading) std::erase_if(shares_, [](const auto& entry) { return entry.second.empty(); });
    }

private:
    void drop_first(std::map<std::int32_t, std::vector<GapShare>>::iterator& at);

    std::map<std::int32_t, std::vector<GapShare>> shares_;  // by partition, oldest first; none is empty
    GapShare whole_;
    bool open_ = false;
    bool told_ = false;
};

}  // namespace aw
