// Series: how much per day, for a year and a half, in the space that the account's activity needs.
//
// The last `daily_days` days are exact; older ones are merged into pieces that never cross an ISO week or a calendar
// month, so that sums over whole weeks and whole months stay exact for as long as the history reaches back.
// A quiet account costs an entry per active week, the busiest about 130.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "base/archive.hpp"
#include "base/time.hpp"

namespace aw {

// Today and the 16 days before it: late events up to 16 days old correct them (design section 2).
inline constexpr int kOpenDays = 17;
// Days kept one by one in every series, so that "the last 28 days" is exact.
inline constexpr int kDailyDays = 29;
// Weeks back to the same four baseline weeks of the year before, through a frozen half-year.
inline constexpr int kHistoryDays = 560;

// The first day of the piece (ISO week within one month) that holds `day`.
[[nodiscard]] inline Day piece_of(Day day) { return std::max(first_day(week_of(day)), first_day(month_of(day))); }

template <class Value>
class Series {
public:
    struct __attribute__((packed, aligned(2))) Entry {
        std::uint16_t day;  // Day::n; reaches to the year 2149
        Value value;
    };

    // Adds to a day. `today` is the shard's business day, which decides whether `day` is still exact.
    void add(Day day, Value value, Day today, int daily_days = kDailyDays) {
        const Day slot = day > today - daily_days ? day : piece_of(day);
        auto at = entries_.end();
        while (at != entries_.begin() && std::prev(at)->day >= slot.n) --at;
        if (at != entries_.end() && at->day == slot.n) {
            at->value = saturated(at->value, value);
        } else {
            const auto place = at - entries_.begin();
            // Room for a quarter more: doubling would leave half of a million quiet accounts empty.
            if (entries_.size() == entries_.capacity()) entries_.reserve(entries_.size() + entries_.size() / 4 + 2);
            entries_.insert(entries_.begin() + place, entry(slot.n, value));
        }
    }

    // Merges what is no longer exact and forgets what is older than the history. Returns whether anything changed.
    bool seal(Day today, int daily_days = kDailyDays) {
        const int exact_from = today.n - daily_days + 1;
        const int keep_from = today.n - kHistoryDays;
        if (entries_.empty() || (!has_unsealed(exact_from) && entries_.front().day >= keep_from)) return false;
        std::size_t kept = 0;
        for (const Entry entry : entries_) {
            if (entry.day < keep_from) continue;
            const int day = entry.day < exact_from ? piece_of(Day{entry.day}).n : entry.day;
            if (kept > 0 && entries_[kept - 1].day == day) {
                entries_[kept - 1].value = saturated(entries_[kept - 1].value, entry.value);
            } else {
                entries_[kept++] = Series::entry(day, entry.value);
            }
        }
        entries_.resize(kept);
        if (entries_.capacity() > entries_.size() + entries_.size() / 2 + 8) entries_.shrink_to_fit();
        return true;
    }

    // The first day on which seal() has something to do, if nothing is added until then.
    [[nodiscard]] Day next_seal(int daily_days = kDailyDays) const {
        if (entries_.empty()) return Day{std::numeric_limits<std::int32_t>::max()};
        std::int32_t next = entries_.front().day + kHistoryDays + 1;
        for (auto at = entries_.rbegin(); at != entries_.rend(); ++at) {
            const bool merged = at->day == piece_of(Day{at->day}).n;
            if (!merged) next = std::min<std::int32_t>(next, at->day + daily_days);
        }
        return Day{next};
    }
    // The first entry on or after the day; nothing if there is none.
    [[nodiscard]] std::optional<Day> first_from(Day from) const {
        const auto at = std::lower_bound(entries_.begin(), entries_.end(), from.n,
                                         [](const Entry& entry, std::int32_t day) { return entry.day < day; });
        if (at == entries_.end()) return std::nullopt;
        return Day{at->day};
    }

    // Sum over [from, to). Exact for whole weeks, whole months, and any days that are still daily.
    [[nodiscard]] std::int64_t sum(Day from, Day to) const {
        std::int64_t total = 0;
        auto at = std::lower_bound(entries_.begin(), entries_.end(), from.n,
                                   [](const Entry& entry, std::int32_t day) { return entry.day < day; });
        for (; at != entries_.end() && at->day < to.n; ++at) total += at->value;
        return total;
    }

    [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }
    [[nodiscard]] bool empty() const { return entries_.empty(); }
    [[nodiscard]] std::size_t heap_bytes() const { return entries_.capacity() * sizeof(Entry); }

    // Stores the entries of [from, to) only: the hot part of an account is its open days, the cold part the rest.
    template <class Archive>
    void write_range(Archive& archive, Day from, Day to) const {
        std::vector<std::pair<std::int32_t, std::int64_t>> part;
        for (const Entry& entry : entries_) {
            if (entry.day >= from.n && entry.day < to.n)
                part.emplace_back(entry.day, static_cast<std::int64_t>(entry.value));
        }
        archive(part);
    }
    template <class Archive>
    void read_range(Archive& archive) {
        std::vector<std::pair<std::int32_t, std::int64_t>> part;
        archive(part);
        for (const auto& [day, value] : part) {
            auto at = std::lower_bound(entries_.begin(), entries_.end(), day,
                                       [](const Entry& entry, std::int32_t d) { return entry.day < d; });
            entries_.insert(at, entry(day, static_cast<Value>(value)));
        }
    }

private:
    static Entry entry(std::int32_t day, Value value) {
        return {static_cast<std::uint16_t>(std::clamp(day, 0, 65535)), value};
    }

    // Some day has just stopped being exact and is not merged yet. Looks a week back only: what an outage longer than
    // that left behind is merged together with the next day that leaves.
    [[nodiscard]] bool has_unsealed(int exact_from) const {
        for (auto at = entries_.rbegin(); at != entries_.rend() && at->day >= exact_from - 8; ++at) {
            if (at->day < exact_from && at->day != piece_of(Day{at->day}).n) return true;
        }
        return false;
    }

    // Stops at the largest count instead of wrapping round.
    static Value saturated(std::int64_t a, std::int64_t b) {
        std::int64_t sum = 0;
        if (__builtin_add_overflow(a, b, &sum)) sum = b > 0 ? INT64_MAX : INT64_MIN;
        return static_cast<Value>(
            std::clamp<std::int64_t>(sum, std::numeric_limits<Value>::min(), std::numeric_limits<Value>::max()));
    }

    std::vector<Entry> entries_;  // ascending by day, one per day or piece
};

using ItemSeries = Series<std::uint32_t>;
using MoneySeries = Series<std::int64_t>;

}  // namespace aw
