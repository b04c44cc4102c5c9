#include "core/obligations/ask_windows.hpp"

#include <algorithm>

#include "core/obligations/clock.hpp"

namespace aw {
namespace {

constexpr std::int64_t kMinuteMs = 60'000;
constexpr Duration kInstant{1};

std::vector<AskWindow> windows_at(const Calendar& calendar, const StaffEpochs& epochs, Timestamp at, const Span* span,
                                  std::size_t askings) {
    std::vector<AskWindow> windows;
    const bool waits_for_office = span != nullptr && span->is_set() && span->clock == ClockKind::BUSINESS;
    if (!waits_for_office) {
        const int epoch = epochs.of(calendar.day_of(at));
        return {{epoch, epoch, epoch}};
    }
    for (std::size_t i = 0; i < askings; ++i) {
        const Timestamp due = due_after(calendar, at, *span);
        const Timestamp opens = calendar.add_business(at, kInstant) - kInstant;
        windows.push_back({epochs.of(calendar.day_of(at)), epochs.of(calendar.day_of(opens)),
                           epochs.of(calendar.day_of(due - kInstant))});
        at = due;
    }
    return windows;
}

}  // namespace

StaffEpochs::StaffEpochs(const Organisation& organisation, const Calendar& calendar, Day from) : starts_{from} {
    for (const Staff& person : organisation.staff) {
        for (const Leave& leave : person.leave) {
            if (leave.from > from) starts_.push_back(leave.from);
            if (leave.to + 1 > from) starts_.push_back(leave.to + 1);
        }
    }
    std::sort(starts_.begin(), starts_.end());
    starts_.erase(std::unique(starts_.begin(), starts_.end()), starts_.end());
    for (std::size_t i = 0; i + 1 < starts_.size(); ++i) {
        Day day = starts_[i];
        while (day < starts_[i + 1] && !calendar.is_business_day(day)) ++day;
        has_office_day_.push_back(day < starts_[i + 1]);
    }
}

int StaffEpochs::of(Day day) const {
    const auto after = std::upper_bound(starts_.begin(), starts_.end(), day);
    return std::max(0, static_cast<int>(after - starts_.begin()) - 1);
}

std::vector<AskStretch> ask_stretches(const Calendar& calendar, const StaffEpochs& epochs, Timestamp from, Timestamp to,
                                      const Span* span, std::size_t askings) {
    const auto at = [&](std::int64_t minute) { return Timestamp{from.ms + minute * kMinuteMs}; };
    const std::int64_t end = (to.ms - from.ms + kMinuteMs - 1) / kMinuteMs;
    std::vector<AskStretch> stretches;
    for (std::int64_t minute = 0; minute < end;) {
        auto windows = windows_at(calendar, epochs, at(minute), span, askings);
        const auto same = [&](std::int64_t m) { return windows_at(calendar, epochs, at(m), span, askings) == windows; };
        // Doubling steps, then halving between the last minute that is the same and the first that is not.
        std::int64_t inside = minute;
        std::int64_t outside = end;
        for (std::int64_t step = 1; inside + step < end; step *= 2) {
            if (!same(inside + step)) {
                outside = inside + step;
                break;
            }
            inside += step;
        }
        while (outside - inside > 1) {
            const std::int64_t middle = inside + (outside - inside) / 2;
            (same(middle) ? inside : outside) = middle;
        }
        stretches.push_back({at(minute), std::min(to, at(outside)), std::move(windows)});
        minute = outside;
    }
    return stretches;
}

}  // namespace aw
