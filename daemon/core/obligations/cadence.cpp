#include "core/obligations/cadence.hpp"

#include <algorithm>

#include "core/policy/staffing.hpp"

namespace aw {
namespace {

constexpr int kMonthsOfAQuarter = 3;
constexpr int kLateDays = 31;  // a period may be judged that much later, when its feed is complete

bool is_executive(StaffRole role) { return leader_rank(role) <= leader_rank(StaffRole::DEPUTY_GM_IN_CHARGE); }

// The highest post among them, by leader_rank().
int highest(std::uint32_t roles) {
    int rank = leader_rank(StaffRole::UNSPECIFIED);
    for (std::size_t i = 1; i < EnumNames<StaffRole>::kList.size(); ++i) {
        const auto role = static_cast<StaffRole>(i);
        if ((roles & role_bit(role)) != 0) rank = std::min(rank, leader_rank(role));
    }
    return rank;
}

int days_of(CadencePeriod period) {
    switch (period) {
        case CadencePeriod::WEEK:
            return 7;
        case CadencePeriod::MONTH:
            return 31;
        case CadencePeriod::QUARTER:
            return 92;
        default:
            return 1;
    }
}

}  // namespace

std::optional<CadenceSpan> span_ended_at(CadencePeriod period, Day day, const Calendar& calendar) {
    const Month month = month_of(day);
    const bool month_begins = first_day(month) == day;
    switch (period) {
        case CadencePeriod::DAY:
            if (!calendar.is_business_day(day - 1)) return std::nullopt;
            return CadenceSpan{day - 1, day};
        case CadencePeriod::WEEK:
            if (weekday(day) != 1) return std::nullopt;
            return CadenceSpan{day - 7, day};
        case CadencePeriod::MONTH:
            if (!month_begins) return std::nullopt;
            return CadenceSpan{first_day(Month{month.n - 1}), day};
        case CadencePeriod::QUARTER:
            if (!month_begins || month.n % kMonthsOfAQuarter != 0) return std::nullopt;
            return CadenceSpan{first_day(Month{month.n - kMonthsOfAQuarter}), day};
        default:
            return std::nullopt;
    }
}

std::string span_name(CadencePeriod period, const CadenceSpan& span) {
    switch (period) {
        case CadencePeriod::WEEK:
            return format_week(week_of(span.from));
        case CadencePeriod::MONTH:
            return format_month(month_of(span.from));
        case CadencePeriod::QUARTER:
            return std::to_string(year_of(span.from)) + "-Q" +
                   std::to_string(month_of(span.from).n % 12 / kMonthsOfAQuarter + 1);
        default:
            return format_day(span.from);
    }
}

bool discharges(const CadenceRow& row, const Touch& touch) {
    const bool visit = touch.channel == TouchChannel::VISIT;
    if (row.kind == TaskKind::VISIT ? !visit : !visit && touch.channel != TouchChannel::PHONE) return false;
    if ((touch.roles & role_bit(row.who)) != 0) return true;
    const int rank = highest(touch.roles);
    // Led by somebody whose own post nobody told.
    const bool led = visit && touch.leader_led && rank == leader_rank(StaffRole::UNSPECIFIED);
    if (row.who == StaffRole::DEVELOPING_UNIT_HEAD) return led;
    return is_executive(row.who) && (led || rank <= leader_rank(row.who));
}

void CadenceBook::touched(const Touch& touch) {
    const auto known = std::find_if(touches.begin(), touches.end(),
                                    [&](const Touch& other) { return touch.id != 0 && other.id == touch.id; });
    if (known != touches.end()) {
        *known = touch;
    } else {
        touches.push_back(touch);
    }
}

void CadenceBook::picked_up(Day day) {
    for (auto& [known, count] : pickups) {
        if (known == day) {
            ++count;
            return;
        }
    }
    pickups.emplace_back(day, 1);
}

void CadenceBook::forget_before(Day touches_from, Day pickups_from) {
    std::erase_if(touches, [&](const Touch& touch) { return touch.day < touches_from; });
    std::erase_if(pickups, [&](const auto& pickup) { return pickup.first < pickups_from; });
}

std::int32_t CadenceBook::count(const CadenceRow& row, const CadenceSpan& span) const {
    std::int32_t done = 0;
    if (row.kind == TaskKind::PICKUP) {
        for (const auto& [day, count] : pickups) done += span.from <= day && day < span.to ? count : 0;
        return done;
    }
    for (const Touch& touch : touches) {
        if (span.from <= touch.day && touch.day < span.to && discharges(row, touch)) ++done;
    }
    return done;
}

std::int32_t CadenceBook::note(std::uint64_t rule, bool met) {
    const auto known = std::find_if(runs.begin(), runs.end(), [&](const CadenceRun& run) { return run.rule == rule; });
    if (met) {
        if (known != runs.end()) runs.erase(known);
        return 0;
    }
    if (known != runs.end()) return ++known->missed;
    runs.push_back({rule, 1});
    return 1;
}

bool CadenceBook::holds(std::uint64_t rule) const {
    return std::any_of(held.begin(), held.end(), [&](const HeldCadence& h) { return h.rule == rule; });
}

int cadence_days(const std::vector<CadenceRow>& rows, bool pickups) {
    int days = 0;
    for (const CadenceRow& row : rows) {
        if ((row.kind == TaskKind::PICKUP) == pickups) days = std::max(days, days_of(row.period) + kLateDays);
    }
    return days;
}

void CadenceFeeds::Feed::seen(std::uint8_t source, Day day) {
    for (auto& [known, last] : sources) {
        if (known != source) continue;
        last = std::max(last, day);
        return;
    }
    sources.emplace_back(source, day);
}

}  // namespace aw
