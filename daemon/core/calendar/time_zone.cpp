#include <algorithm>

#include "base/check.hpp"
#include "core/calendar/calendar.hpp"

namespace aw {
namespace {

constexpr std::int64_t kDayMs = 86'400'000;

std::int32_t floor_days(std::int64_t ms) {
    return static_cast<std::int32_t>(ms >= 0 ? ms / kDayMs : -((-ms + kDayMs - 1) / kDayMs));
}

}  // namespace

TimeZone::TimeZone(std::string name, std::vector<Change> changes)
    : name_(std::move(name)), changes_(std::move(changes)) {
    AW_CHECK(std::is_sorted(changes_.begin(), changes_.end(),
                            [](const Change& a, const Change& b) { return a.from < b.from; }));
}

std::int32_t TimeZone::offset_s(Timestamp instant) const {
    if (changes_.empty()) return 0;
    // Nearly every question is about the present, after the last change.
    if (instant >= changes_.back().from) return changes_.back().offset_s;
    const auto after = std::upper_bound(changes_.begin(), changes_.end(), instant,
                                        [](Timestamp t, const Change& change) { return t < change.from; });
    return after == changes_.begin() ? changes_.front().offset_s : std::prev(after)->offset_s;
}

Day TimeZone::day_of(Timestamp instant) const {
    return {floor_days(instant.ms + std::int64_t{offset_s(instant)} * 1000)};
}

Timestamp TimeZone::at(Day day, int minute) const {
    const std::int64_t local = day.n * kDayMs + std::int64_t{minute} * 60'000;
    // The offset in force at the wanted local time: guess with the offset of the same digits in UTC, then correct.
    Timestamp guess{local - std::int64_t{offset_s({local})} * 1000};
    return {local - std::int64_t{offset_s(guess)} * 1000};
}

}  // namespace aw
