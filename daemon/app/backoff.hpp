// How long to wait before the next attempt: 100 ms, then twice as long each time, at most 10 s.
#pragma once

#include <algorithm>

#include "base/time.hpp"

namespace aw::app {

class Backoff {
public:
    [[nodiscard]] Duration next() {
        wait_ = wait_.count() == 0 ? Duration{100} : std::min(wait_ * 2, Duration{std::chrono::seconds{10}});
        return wait_;
    }
    void reset() { wait_ = Duration{0}; }

private:
    Duration wait_{0};
};

}  // namespace aw::app
