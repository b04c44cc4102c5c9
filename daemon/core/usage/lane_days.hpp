// LaneDays: where the items of the last days went, day by day and lane by lane (a lane is a destination region).
//
// Kept for the days that the detectors may still take, and for the lanes that clients name; what goes nowhere in
// particular counts in the totals only. A client that sends to more than kMostLanes regions on one day is watched by so
// many of them: always the same ones, whatever the order in which the events came.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>
#include <vector>

#include "base/hash.hpp"
#include "base/time.hpp"

namespace aw {

// A lane's number: the division code itself, or a hash of another name. 0 = none.
[[nodiscard]] inline std::uint32_t lane_id(std::string_view region) {
    if (region.empty()) return 0;
    std::uint32_t code = 0;
    const bool digits = region.size() == 6 && region.front() != '0' &&
                        std::all_of(region.begin(), region.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (!digits) return 0x8000'0000U | static_cast<std::uint32_t>(hash64(region));
    for (const char c : region) code = code * 10 + static_cast<std::uint32_t>(c - '0');
    return code;
}
[[nodiscard]] inline bool is_division_code(std::uint32_t lane) { return lane != 0 && lane < 1'000'000; }

class LaneDays {
public:
    static constexpr std::size_t kMostLanes = 128;

    struct __attribute__((packed, aligned(2))) Entry {
        std::uint16_t day;  // Day::n
        std::uint32_t lane;
        std::uint32_t items;
    };

    void add(Day day, std::uint32_t lane, std::uint32_t items) {
        const auto at = std::lower_bound(entries_.begin(), entries_.end(), Key{day.n, mixed(lane)}, before);
        if (at != entries_.end() && at->day == day.n && at->lane == lane) {
            const std::uint64_t sum = std::uint64_t{at->items} + items;
            at->items =
                static_cast<std::uint32_t>(std::min<std::uint64_t>(sum, std::numeric_limits<std::uint32_t>::max()));
            return;
        }
        const auto place = at - entries_.begin();
        if (entries_.size() == entries_.capacity()) entries_.reserve(entries_.size() + entries_.size() / 4 + 4);
        entries_.insert(entries_.begin() + place, {static_cast<std::uint16_t>(day.n), lane, items});
        const auto all = of(day);
        if (all.size() > kMostLanes) entries_.erase(entries_.begin() + (&all.back() - entries_.data()));
    }

    // The lanes of one day.
    [[nodiscard]] std::span<const Entry> of(Day day) const {
        const auto from = std::lower_bound(entries_.begin(), entries_.end(), Key{day.n, 0}, before);
        const auto to = std::lower_bound(from, entries_.end(), Key{day.n + 1, 0}, before);
        return {from, to};
    }

    // Forgets the days before `from`.
    void forget_before(Day from) {
        const auto end = std::lower_bound(entries_.begin(), entries_.end(), Key{from.n, 0}, before);
        entries_.erase(entries_.begin(), end);
        if (entries_.capacity() > 2 * entries_.size() + 16) entries_.shrink_to_fit();
    }
    [[nodiscard]] bool empty() const { return entries_.empty(); }
    [[nodiscard]] Day first() const { return Day{entries_.front().day}; }  // REQUIRES: !empty()
    [[nodiscard]] std::size_t heap_bytes() const { return entries_.capacity() * sizeof(Entry); }

    template <class Archive>
    void write_range(Archive& archive, Day from, Day to) const {
        const auto begin = std::lower_bound(entries_.begin(), entries_.end(), Key{from.n, 0}, before);
        const auto end = std::lower_bound(begin, entries_.end(), Key{to.n, 0}, before);
        archive(static_cast<std::uint64_t>(end - begin));
        for (auto at = begin; at != end; ++at) {
            const Entry entry = *at;
            archive(std::uint16_t{entry.day}, std::uint32_t{entry.lane}, std::uint32_t{entry.items});
        }
    }
    template <class Archive>
    void read_range(Archive& archive) {
        std::uint64_t n = 0;
        archive(n);
        for (std::uint64_t i = 0; i < n && archive.ok(); ++i) {
            std::uint16_t day = 0;
            std::uint32_t lane = 0;
            std::uint32_t items = 0;
            archive(day, lane, items);
            if (archive.ok()) add(Day{day}, lane, items);
        }
    }

private:
    struct Key {
        std::int32_t day;
        std::uint32_t mixed;
    };
    // An order of lanes that has nothing to do with where they are; one-to-one (murmur3's finaliser).
    static std::uint32_t mixed(std::uint32_t lane) {
        lane ^= lane >> 16;
        lane *= 0x85eb'ca6bU;
        lane ^= lane >> 13;
        lane *= 0xc2b2'ae35U;
        return lane ^ (lane >> 16);
    }
    static bool before(const Entry& entry, const Key& key) {
        if (entry.day != key.day) return entry.day < key.day;
        return mixed(entry.lane) < key.mixed;
    }

    std::vector<Entry> entries_;  // ascending by day, then by mixed(lane)
};

}  // namespace aw
