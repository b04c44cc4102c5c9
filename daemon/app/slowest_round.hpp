// Whether a thread of the process stands still: for /healthz and for the watchdog of the service manager.
#pragma once

#include <algorithm>
#include <chrono>

#include "app/notify_role.hpp"
#include "app/source_worker.hpp"
#include "app/workers.hpp"

namespace aw::app {

// When the one that has been longest in its round began it; now where there is none. Null: the process has no such
// role.
[[nodiscard]] inline std::chrono::steady_clock::time_point slowest_round(const Workers* workers,
                                                                         const SourceWorker* sources,
                                                                         const NotifyRole* notify) {
    const auto now = std::chrono::steady_clock::now();
    return std::min({workers == nullptr ? now : workers->slowest_round(),
                     sources == nullptr ? now : sources->last_round(), notify == nullptr ? now : notify->last_round()});
}

}  // namespace aw::app
