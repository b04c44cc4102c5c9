// The one timer queue of a shard: what falls due next, in the order in which it must fire.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <tuple>

#include "base/time.hpp"
#include "core/model/ids.hpp"

namespace aw {

// At one instant, scheduled evaluations go before obligations (design section 2).
enum class TimerClass : std::uint8_t { evaluation = 0, obligation = 1 };

struct Timer {
    Timestamp due;
    TimerClass kind = TimerClass::obligation;
    AccountRoot root;        // obligations: whose
    std::uint64_t id = 0;    // obligations: number of the task; evaluations: what is evaluated

    auto operator<=>(const Timer&) const = default;
};

// Adding and removing cost O(log n); a record that makes nothing due costs one comparison.
class TimerQueue {
public:
    void add(const Timer& timer) { timers_.insert(timer); }
    void remove(const Timer& timer) { timers_.erase(timer); }
    [[nodiscard]] std::optional<Timestamp> next_due() const {
        if (timers_.empty()) return std::nullopt;
        return timers_.begin()->due;
    }
    // The earliest timer due at or before `until`, removed from the queue.
    [[nodiscard]] std::optional<Timer> pop_due(Timestamp until) {
        if (timers_.empty() || timers_.begin()->due > until) return std::nullopt;
        return timers_.extract(timers_.begin()).value();
    }
    [[nodiscard]] std::size_t size() const { return timers_.size(); }
    void clear() { timers_.clear(); }

private:
    std::set<Timer> timers_;
};

}  // namespace aw
