#include "core/shard/account.hpp"

#include <algorithm>

namespace aw {
namespace {

constexpr int kFeedMemoryDays = 28;

}  // namespace

void Activity::note(Day day) {
    if (last.n != 0) {
        longest_gap = static_cast<std::uint16_t>(std::clamp(std::max<int>(longest_gap, day - last - 1), 0, 65535));
        const int months = std::min(month_of(day).n - month_of(last).n, 12);
        for (int back = 0; back < months; ++back) by_month[static_cast<std::size_t>(month_of(day).n - back) % 12] = 0;
    }
    ++by_month[static_cast<std::size_t>(month_of(day).n) % 12];
    last = day;
}

int Activity::days_in_year() const {
    int days = 0;
    for (const std::uint8_t month : by_month) days += month;
    return days;
}

std::string Account::display_name() const {
    if (profile != nullptr && !profile->names.empty() && !profile->names.begin()->second.empty()) {
        return profile->names.begin()->second;
    }
    return format_root(root);
}

Ledger& Account::story() {
    if (ledger == nullptr) ledger = std::make_unique<Ledger>();
    return *ledger;
}

CadenceBook& Account::cadences() {
    if (cadence == nullptr) cadence = std::make_unique<CadenceBook>();
    return *cadence;
}

bool Account::is_owed(const CadenceRow& row, std::string_view its_grade) const {
    const bool resident = profile != nullptr && profile->resident_service;
    if (row.kind == TaskKind::PICKUP && resident) return false;  // R29: somebody of ours works at the client's
    return std::find(row.grades.begin(), row.grades.end(), its_grade) != row.grades.end();
}

Money Account::t12m(Day today) const {
    const Money billed = usage.revenue_365d(today);
    if (profile == nullptr || profile->annual_revenue_hint.minor == 0) return billed;
    // The day of the first event is the first of which we know something, but not all of it: on it the hint counts
    // whole.
    const int known = std::clamp(today - first_event_day, 0, AccountUsage::kYearDays);
    const int before = AccountUsage::kYearDays - known;
    return {billed.minor + profile->annual_revenue_hint.minor / AccountUsage::kYearDays * before +
            profile->annual_revenue_hint.minor % AccountUsage::kYearDays * before / AccountUsage::kYearDays};
}

bool Account::t12m_is_measured(Day today) const {
    if (!usage.has_revenue()) return false;
    const bool hinted = profile != nullptr && profile->annual_revenue_hint.minor != 0;
    return !hinted || today - first_event_day >= AccountUsage::kYearDays;
}

bool Account::needs_feed(const FeedUse& use, std::uint8_t kinds) const {
    const auto needs = [&](Day FeedUse::*last) {
        if ((use.*last).n == 0) return false;
        Day newest = use.*last;
        for (const FeedUse& other : feeds) newest = std::max(newest, other.*last);
        return newest - use.*last < kFeedMemoryDays;
    };
    return ((kinds & FeedUse::kItems) != 0 && needs(&FeedUse::last_items)) ||
           ((kinds & FeedUse::kRevenue) != 0 && needs(&FeedUse::last_revenue));
}

bool Account::had_from(std::uint8_t source, Day last) const {
    return std::any_of(feeds.begin(), feeds.end(), [&](const FeedUse& use) {
        return !use.is_free() && use.source == source && last - use.last_day() < kFeedMemoryDays;
    });
}

void Account::used_feed(std::uint8_t source, std::uint8_t kind, Day day) {
    Day FeedUse::*const last = kind == FeedUse::kItems ? &FeedUse::last_items : &FeedUse::last_revenue;
    FeedUse* place = &feeds.front();
    for (FeedUse& use : feeds) {
        if (use.is_free() || use.source == source) {
            place = &use;
            break;
        }
        if (use.last_day() < place->last_day()) place = &use;
    }
    if (place->is_free() || place->source != source) *place = FeedUse{source, {}, {}};
    place->*last = std::max(place->*last, day);
}

}  // namespace aw
