// AccountUsage: what one account root ships and pays, by branch and business line (R10, R14, R45), and its revenue of
// the trailing twelve months (T12M) to the fen. Everything is a sum over cells, so that branch, line and root can
// never disagree. Memory is bounded by kMaxCells cells of bounded series.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/money.hpp"
#include "core/model/enums.hpp"
#include "core/usage/lane_days.hpp"
#include "core/usage/series.hpp"

namespace aw {

// Business lines are few; accounts hold their number, the shard this table. At most kMaxLines names are known: the
// rest is counted under the last one, "other".
class LineTable {
public:
    static constexpr std::size_t kMaxLines = 64;

    [[nodiscard]] std::uint8_t intern(std::string_view name);
    [[nodiscard]] std::optional<std::uint8_t> find(std::string_view name) const;
    [[nodiscard]] const std::string& name(std::uint8_t line) const { return names_[line]; }
    [[nodiscard]] std::size_t size() const { return names_.size(); }

    template <class Archive>
    void fields(Archive& archive) {
        archive(names_);
    }

private:
    std::vector<std::string> names_;
};

// What is compared: the whole account, one line of it, or one branch of it.
struct UsageScope {
    Scope kind = Scope::ROOT;
    std::uint16_t index = 0;  // line or branch number

    auto operator<=>(const UsageScope&) const = default;
    template <class Archive>
    void fields(Archive& archive) {
        archive(kind, index);
    }
};

class AccountUsage {
public:
    static constexpr std::size_t kMaxCells = 64;  // further (branch, line) pairs count in the last cell
    static constexpr int kYearDays = 365;

    struct Cell {
        std::uint16_t branch = 0;
        std::uint8_t line = 0;
        Day first_day;  // of the first shipment or revenue ever seen here
        ItemSeries items;
        MoneySeries revenue;
    };

    void add_items(std::uint16_t branch, std::uint8_t line, Day day, std::uint32_t items, Day today);
    // Where they went, for the detectors; lane: lane_id(), not 0. Days that are no longer exact are left out.
    void add_lane(std::uint32_t lane, Day day, std::uint32_t items, Day today);
    void add_revenue(std::uint16_t branch, std::uint8_t line, Day day, Money amount, Day today);

    [[nodiscard]] std::int64_t sum(Measure measure, UsageScope scope, Day from, Day to) const;
    // First day on which anything was seen in the scope; nothing if never.
    [[nodiscard]] std::optional<Day> first_day(UsageScope scope) const;
    // Billed revenue of the 365 days that end with `today`, without the hint. Of who is billed by the month: with what
    // this month's invoice is about to replace.
    [[nodiscard]] Money revenue_365d(Day today) const;
    // The first day after `today` on which revenue_365d() may stand on the other side of `limit`, if nothing is added;
    // nothing if never.
    [[nodiscard]] std::optional<Day> next_crossing(Day today, Money limit) const;
    // How many lines brought revenue in those 365 days (R14); at their far end exact to the piece.
    [[nodiscard]] int lines_with_revenue(Day today) const;

    [[nodiscard]] bool has_revenue() const { return !revenue_by_day_.empty(); }
    [[nodiscard]] std::vector<std::uint8_t> lines() const;      // ascending, each once
    [[nodiscard]] std::vector<std::uint16_t> branches() const;  // ascending, each once
    [[nodiscard]] const std::vector<Cell>& cells() const { return cells_; }
    [[nodiscard]] std::span<const LaneDays::Entry> lanes(Day day) const {
        return lanes_ == nullptr ? std::span<const LaneDays::Entry>{} : lanes_->of(day);
    }

    // Merges days that are no longer open; returns true if the cold part changed.
    bool seal(Day today);

    // The first day on which seal() or a move of the hot boundary, now at `hot_from`, has something to do, if nothing
    // is added until then.
    [[nodiscard]] Day next_change(Day hot_from) const;

    // Whether an entry lies in [from, to): such a change of the hot boundary moves entries to the cold part.
    [[nodiscard]] bool any_in(Day from, Day to) const;
    [[nodiscard]] std::size_t heap_bytes() const;

    // Hot part: entries from `hot_from` on. Cold part: everything before, and which cells there are.
    template <class Archive>
    void write_part(Archive& archive, Day from, Day to) const {
        std::uint64_t n = cells_.size();
        archive(n);
        for (const Cell& cell : cells_) {
            archive(cell.branch, cell.line, cell.first_day);
            cell.items.write_range(archive, from, to);
            cell.revenue.write_range(archive, from, to);
        }
        revenue_by_day_.write_range(archive, from, to);
        archive(lanes_ != nullptr);
        if (lanes_ != nullptr) lanes_->write_range(archive, from, to);
    }
    // Adds a stored part to what is there (the parts of one account hold different days).
    void read_part(ArchiveReader& archive);

private:
    [[nodiscard]] Cell& cell(std::uint16_t branch, std::uint8_t line, Day day);
    struct InvoiceYear {
        int days;   // that count
        Day until;  // it is longer than a year
    };
    [[nodiscard]] InvoiceYear invoice_year(Day today) const;

    std::vector<Cell> cells_;     // in order of first use
    MoneySeries revenue_by_day_;  // of the root, daily for a year and the open days: T12M is exact
    std::unique_ptr<LaneDays> lanes_;
};

}  // namespace aw
