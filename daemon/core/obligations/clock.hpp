// Spans on their clocks: real time, business time, calendar days (requirements 3.2).
#pragma once

#include "base/time.hpp"
#include "core/calendar/calendar.hpp"
#include "core/policy/policy.hpp"

namespace aw {

// The instant at which the span is over. REAL and CALENDAR add plain time (7d = 168 h, R77); BUSINESS counts business
// hours, 1 bd = one full working day of them (Mon 10:00 + 1 bd = Tue 10:00; Sun 08:30 + 2 bd = Tue 17:30).
[[nodiscard]] Timestamp due_after(const Calendar& calendar, Timestamp start, const Span& span);
// The same after `percent` of the span: the warnings at 70 % and 90 %.
[[nodiscard]] Timestamp after_percent(const Calendar& calendar, Timestamp start, const Span& span, int percent);

}  // namespace aw
