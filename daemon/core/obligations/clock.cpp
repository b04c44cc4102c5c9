#include "core/obligations/clock.hpp"

namespace aw {

Timestamp after_percent(const Calendar& calendar, Timestamp start, const Span& span, int percent) {
    const Duration whole = span.time + calendar.business_day_length() * span.business_days;
    const Duration part{whole.count() / 100 * percent + whole.count() % 100 * percent / 100};
    return span.clock == ClockKind::BUSINESS ? calendar.add_business(start, part) : start + part;
}

Timestamp due_after(const Calendar& calendar, Timestamp start, const Span& span) {
    return after_percent(calendar, start, span, 100);
}

}  // namespace aw
