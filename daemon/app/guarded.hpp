// Something that may never end, such as the end of a client library's handle.
#pragma once

#include <future>
#include <thread>

#include "base/time.hpp"

namespace aw::app {

// Does `work` here; calls `too_late` on a thread of its own if that takes longer than the limit. Returns when both are
// over: where `work` may hang for ever, `too_late` ends the process.
template <class Work, class TooLate>
void guarded(Duration limit, Work&& work, TooLate&& too_late) {
    std::promise<void> over;
    std::jthread guard([&too_late, limit, done = over.get_future()] {
        if (done.wait_for(limit) != std::future_status::ready) too_late();
    });
    work();
    over.set_value();
}

}  // namespace aw::app
