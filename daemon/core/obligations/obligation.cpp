#include "core/obligations/obligation.hpp"

#include <charconv>

namespace aw {

// 0 if it has none: so says only stored state that no shard has written, and the task is found by that, too.
std::uint64_t task_number(const TaskId& id) {
    std::uint64_t number = 0;
    const std::size_t at = id.value.rfind("-t");
    if (at != std::string::npos) std::from_chars(id.value.data() + at + 2, id.value.data() + id.value.size(), number);
    return number;
}

Timer timer_of(AccountRoot root, const Obligation& obligation) {
    return {obligation.next_at, TimerClass::obligation, root, task_number(obligation.task.task_id)};
}

}  // namespace aw
