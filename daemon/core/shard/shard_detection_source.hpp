// What the detectors read of a shard: usage by day, lines and lanes, which days are complete, and who is watched.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "base/hash.hpp"
#include "core/shard/shard.hpp"
#include "core/shard/shard_detectors.hpp"

namespace aw {

class Shard::DetectionSource final : public Detection::Source {
public:
    explicit DetectionSource(const Shard& shard) : shard_(shard) {
        const Rules& rules = *shard.rules_;
        if (rules.live_from) live_from_ = rules.calendar.day_of(*rules.live_from);
    }

    [[nodiscard]] const std::vector<std::uint32_t>& slots_by_root() const override { return shard_.slots_by_root(); }
    [[nodiscard]] double items(std::uint32_t slot, Day day) const override {
        return static_cast<double>(shard_.accounts_[slot].usage.sum(Measure::ITEMS, {}, day, day + 1));
    }
    [[nodiscard]] double revenue(std::uint32_t slot, Day day) const override {
        const Account& account = shard_.accounts_[slot];
        if (!account.usage.has_revenue() || !shard_.complete(account, FeedUse::kRevenue, day + 1)) return -1;
        return static_cast<double>(std::max<std::int64_t>(0, account.usage.sum(Measure::REVENUE, {}, day, day + 1)));
    }
    void parts(std::uint32_t slot, Day day, std::vector<ShareWatch::Part>& parts) const override {
        const AccountUsage& usage = shard_.accounts_[slot].usage;
        const auto& cells = usage.cells();
        // As it was on that day: what comes later says nothing of it, whenever it is asked.
        const AccountUsage::Cell* known_then = nullptr;
        bool several_lines = false;
        for (const AccountUsage::Cell& cell : cells) {
            if (cell.first_day > day) continue;
            if (known_then == nullptr) known_then = &cell;
            several_lines = several_lines || cell.line != known_then->line;
        }
        const std::size_t first = parts.size();
        for (std::size_t i = 0; several_lines && i < cells.size(); ++i) {
            const auto items = static_cast<double>(cells[i].items.sum(day, day + 1));
            if (items <= 0) continue;
            const std::uint32_t id = part_of_line(cells[i].line);
            const auto known = std::find_if(parts.begin() + static_cast<std::ptrdiff_t>(first), parts.end(),
                                            [&](const ShareWatch::Part& part) { return part.id == id; });
            if (known != parts.end()) {
                known->items += items;
            } else {
                parts.push_back({id, items});
            }
        }
        // By name: cells and line numbers are in the order in which their first events came.
        std::sort(parts.begin() + static_cast<std::ptrdiff_t>(first), parts.end(),
                  [&](const ShareWatch::Part& a, const ShareWatch::Part& b) {
                      return shard_.lines_.name(*line_of(a.id)) < shard_.lines_.name(*line_of(b.id));
                  });
        for (const LaneDays::Entry& lane : usage.lanes(day))
            parts.push_back({lane.lane, static_cast<double>(lane.items)});
    }
    [[nodiscard]] bool is_complete(std::uint32_t slot, Day day) const override {
        return shard_.complete(shard_.accounts_[slot], FeedUse::kItems, day + 1);
    }
    [[nodiscard]] Day first_day(std::uint32_t slot) const override {
        const auto first = shard_.accounts_[slot].usage.first_day({});
        return first ? *first : Day{std::numeric_limits<std::int32_t>::max()};
    }
    [[nodiscard]] bool may_tell(std::uint32_t slot, Day day) const override {
        return live_from_ && day >= *live_from_ && !shard_.not_ours(shard_.accounts_[slot], true);
    }
    [[nodiscard]] Cohort cohort(std::uint32_t slot) const override {
        const Account& account = shard_.accounts_[slot];
        const bool named = account.profile != nullptr && !account.profile->industry_code.empty();
        return {region_of(account.root), named ? hash64(account.profile->industry_code) : 0};
    }
    [[nodiscard]] double volume_factor(Day day) const override { return shard_.rules_->calendar.volume_factor(day); }

private:
    const Shard& shard_;
    std::optional<Day> live_from_;
};

}  // namespace aw
