#include "core/obligations/obligation.hpp"

#include <algorithm>
#include <charconv>

#include "base/check.hpp"
#include "core/obligations/clock.hpp"

namespace aw {

std::uint64_t task_number(const TaskId& id) {
    std::uint64_t number = 0;
    const std::size_t at = id.value.rfind("-t");
    AW_CHECK(at != std::string::npos);
    std::from_chars(id.value.data() + at + 2, id.value.data() + id.value.size(), number);
    return number;
}

Timer timer_of(AccountRoot root, const Obligation& obligation) {
    return {obligation.next_at, TimerClass::obligation, root, task_number(obligation.task.task_id)};
}

Timestamp next_fire(const Obligation& obligation, const Calendar& calendar, const NoiseRules& noise) {
    if (obligation.fired >= 2 || !obligation.span.is_set()) return obligation.task.due_at;
    const int percent = obligation.fired == 0 ? noise.warn_first_pct : noise.warn_second_pct;
    // A deadline that was pulled forward (rise of severity) may lie before its warning.
    return std::min(after_percent(calendar, obligation.started_at, obligation.span, percent), obligation.task.due_at);
}

}  // namespace aw
