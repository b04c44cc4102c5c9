// Time that passes while a worker works, for its intervals and pauses: the process's own, or that of a test that owns
// time (tests/simulation). Not what the log's records are dated by: that is Clock.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>

namespace aw::app {

class Pace {
public:
    using Instant = std::chrono::steady_clock::time_point;
    using Lock = std::unique_lock<std::mutex>;

    virtual ~Pace() = default;
    [[nodiscard]] virtual Instant now() const { return std::chrono::steady_clock::now(); }
    // Until then, or until `woken` is notified and `over` holds.
    virtual void wait(Lock& lock, std::condition_variable& woken, Instant until, const std::function<bool()>& over) {
        woken.wait_until(lock, until, over);
    }

    [[nodiscard]] static Pace& real() {
        static Pace pace;
        return pace;
    }
};

}  // namespace aw::app
