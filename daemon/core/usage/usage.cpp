#include "core/usage/usage.hpp"

#include <algorithm>
#include <limits>

namespace aw {
namespace {

// T12M looks 365 days back, from any day at which late events may still arrive.
constexpr int kRevenueDailyDays = AccountUsage::kYearDays + kOpenDays;

bool in_scope(const AccountUsage::Cell& cell, UsageScope scope) {
    switch (scope.kind) {
        case Scope::LINE:
            return cell.line == scope.index;
        case Scope::BRANCH:
            return cell.branch == scope.index;
        default:
            return true;
    }
}

template <class Value>
bool any_entry_in(const Series<Value>& series, Day from, Day to) {
    const auto& entries = series.entries();
    const auto at = std::lower_bound(entries.begin(), entries.end(), from.n,
                                     [](const auto& entry, std::int32_t day) { return entry.day < day; });
    return at != entries.end() && at->day < to.n;
}

}  // namespace

std::uint8_t LineTable::intern(std::string_view name) {
    if (const auto known = find(name)) return *known;
    if (names_.size() + 1 < kMaxLines) {
        names_.emplace_back(name);
    } else if (names_.size() < kMaxLines) {
        names_.emplace_back("other");
    }
    return static_cast<std::uint8_t>(names_.size() - 1);
}

std::optional<std::uint8_t> LineTable::find(std::string_view name) const {
    for (std::size_t i = 0; i < names_.size(); ++i) {
        if (names_[i] == name) return static_cast<std::uint8_t>(i);
    }
    return std::nullopt;
}

AccountUsage::Cell& AccountUsage::cell(std::uint16_t branch, std::uint8_t line, Day day) {
    for (Cell& known : cells_) {
        if (known.branch == branch && known.line == line) {
            known.first_day = std::min(known.first_day, day);
            return known;
        }
    }
    if (cells_.size() < kMaxCells) {
        cells_.reserve(cells_.size() + 1);
        cells_.push_back(Cell{branch, line, day, {}, {}});
    }
    cells_.back().first_day = std::min(cells_.back().first_day, day);
    return cells_.back();
}

void AccountUsage::add_items(std::uint16_t branch, std::uint8_t line, Day day, std::uint32_t items, Day today) {
    cell(branch, line, day).items.add(day, items, today);
}

void AccountUsage::add_lane(std::uint32_t lane, Day day, std::uint32_t items, Day today) {
    if (day <= today - kDailyDays) return;
    if (lanes_ == nullptr) lanes_ = std::make_unique<LaneDays>();
    lanes_->add(day, lane, items);
}

void AccountUsage::add_revenue(std::uint16_t branch, std::uint8_t line, Day day, Money amount, Day today) {
    cell(branch, line, day).revenue.add(day, amount.minor, today);
    revenue_by_day_.add(day, amount.minor, today, kRevenueDailyDays);
}

std::int64_t AccountUsage::sum(Measure measure, UsageScope scope, Day from, Day to) const {
    std::int64_t total = 0;
    for (const Cell& cell : cells_) {
        if (!in_scope(cell, scope)) continue;
        total += measure == Measure::REVENUE ? cell.revenue.sum(from, to) : cell.items.sum(from, to);
    }
    return total;
}

std::optional<Day> AccountUsage::first_day(UsageScope scope) const {
    std::optional<Day> first;
    for (const Cell& cell : cells_) {
        if (in_scope(cell, scope) && (!first || cell.first_day < *first)) first = cell.first_day;
    }
    return first;
}

// An invoice of the month comes on the first working day, say: for some days of each month the one of a year ago has
// gone and this month's has not come. Until it does the year is longer, for as long as days are open and it is not
// overdue.
AccountUsage::InvoiceYear AccountUsage::invoice_year(Day today) const {
    constexpr int kLeast = 6;  // in a year: whoever has fewer has no rhythm that is known
    constexpr int kMost = 26;  // every other week; oftener, and one invoice more or less is little
    const InvoiceYear plain{kYearDays, today};
    std::optional<Day> newest;
    int count = 0;
    const std::vector<MoneySeries::Entry>& entries = revenue_by_day_.entries();
    for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) {
        const Day day{entry->day};
        if (day > today || entry->value == 0) continue;
        if (!newest) newest = day;
        if (day <= *newest - kYearDays) break;
        if (++count > kMost) return plain;
    }
    const Day last = newest.value_or(today);
    if (count < kLeast) return plain;
    const Day overdue = last + kYearDays * 3 / (2 * count);  // one and a half of its intervals
    if (today > overdue) return plain;
    return {kYearDays + std::min(today - last, kOpenDays - 1), overdue};
}

Money AccountUsage::revenue_365d(Day today) const {
    return {revenue_by_day_.sum(today - (invoice_year(today).days - 1), today + 1)};
}

std::optional<Day> AccountUsage::next_crossing(Day today, Money limit) const {
    const InvoiceYear year = invoice_year(today);
    std::int64_t sum = revenue_by_day_.sum(today - (year.days - 1), today + 1);
    const bool above = sum >= limit.minor;
    for (const MoneySeries::Entry& entry : revenue_by_day_.entries()) {
        const Day day{entry.day};
        if (day <= today - year.days) continue;
        if (day > today) break;
        sum -= entry.value;
        if ((sum >= limit.minor) == above) continue;
        // As the year is today, or a plain one from then on. It may still grow, and then this is too early.
        return std::max(today + 1, std::min(day + year.days, std::max(day + kYearDays, year.until + 1)));
    }
    return std::nullopt;
}

int AccountUsage::lines_with_revenue(Day today) const {
    int n = 0;
    for (const std::uint8_t line : lines())
        n += sum(Measure::REVENUE, {Scope::LINE, line}, today - (kYearDays - 1), today + 1) > 0 ? 1 : 0;
    return n;
}

std::vector<std::uint8_t> AccountUsage::lines() const {
    std::vector<std::uint8_t> found;
    for (const Cell& cell : cells_) found.push_back(cell.line);
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
    return found;
}

std::vector<std::uint16_t> AccountUsage::branches() const {
    std::vector<std::uint16_t> found;
    for (const Cell& cell : cells_) found.push_back(cell.branch);
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
    return found;
}

bool AccountUsage::seal(Day today) {
    bool changed = revenue_by_day_.seal(today, kRevenueDailyDays);
    for (Cell& cell : cells_) {
        changed |= cell.items.seal(today);
        changed |= cell.revenue.seal(today);
    }
    if (lanes_ != nullptr && !lanes_->empty() && lanes_->first() <= today - kDailyDays) {
        lanes_->forget_before(today - kDailyDays + 1);
        changed = true;
    }
    return changed;
}

Day AccountUsage::next_change(Day hot_from) const {
    Day next{std::numeric_limits<std::int32_t>::max()};
    const auto look = [&](const auto& series, int daily_days) {
        next = std::min(next, series.next_seal(daily_days));
        if (const auto hot = series.first_from(hot_from)) next = std::min(next, *hot + kOpenDays);
    };
    look(revenue_by_day_, kRevenueDailyDays);
    for (const Cell& cell : cells_) {
        look(cell.items, kDailyDays);
        look(cell.revenue, kDailyDays);
    }
    if (lanes_ != nullptr && !lanes_->empty()) next = std::min(next, lanes_->first() + kDailyDays);
    return next;
}

bool AccountUsage::any_in(Day from, Day to) const {
    if (any_entry_in(revenue_by_day_, from, to)) return true;
    return std::any_of(cells_.begin(), cells_.end(), [&](const Cell& cell) {
        return any_entry_in(cell.items, from, to) || any_entry_in(cell.revenue, from, to);
    });
}

std::size_t AccountUsage::heap_bytes() const {
    std::size_t bytes = cells_.capacity() * sizeof(Cell) + revenue_by_day_.heap_bytes();
    for (const Cell& cell : cells_) bytes += cell.items.heap_bytes() + cell.revenue.heap_bytes();
    if (lanes_ != nullptr) bytes += sizeof(LaneDays) + lanes_->heap_bytes();
    return bytes;
}

void AccountUsage::read_part(ArchiveReader& archive) {
    std::uint64_t n = 0;
    archive(n);
    for (std::uint64_t i = 0; i < n && archive.ok(); ++i) {
        Cell header;
        archive(header.branch, header.line, header.first_day);
        // Both parts name the cells in the same order; the first one read creates them.
        if (i >= cells_.size() && i < kMaxCells)
            cells_.push_back(Cell{header.branch, header.line, header.first_day, {}, {}});
        Cell& cell = cells_[std::min<std::size_t>(i, cells_.size() - 1)];
        cell.first_day = std::min(cell.first_day, header.first_day);
        cell.items.read_range(archive);
        cell.revenue.read_range(archive);
    }
    revenue_by_day_.read_range(archive);
    bool lanes = false;
    archive(lanes);
    if (!lanes) return;
    if (lanes_ == nullptr) lanes_ = std::make_unique<LaneDays>();
    lanes_->read_range(archive);
}

}  // namespace aw
