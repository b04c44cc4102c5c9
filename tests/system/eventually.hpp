#pragma once

#include <chrono>

#include <poll.h>

namespace aw::test {

// Calls `done` until it says true; false after the limit. Waits briefly between calls.
template <class F>
[[nodiscard]] bool eventually(F&& done, std::chrono::seconds limit = std::chrono::seconds{20}) {
    const auto until = std::chrono::steady_clock::now() + limit;
    while (!done()) {
        if (std::chrono::steady_clock::now() > until) return false;
        ::poll(nullptr, 0, 20);  // the other process needs the core
    }
    return true;
}

}  // namespace aw::test
