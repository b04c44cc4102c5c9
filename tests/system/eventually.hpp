#pragma once

#include <poll.h>

namespace aw::test {

template <class F>
bool eventually(F&& done, std::chrono::seconds limit) {
    const auto until = std::chrono::steady_clock::now() + limit;
    while (!done()) {
        if (std::chrono::steady_clock::now() > until) return false;
        ::poll(nullptr, 0, 20);  // the other process needs the core
    }
    return true;
}

}  // namespace aw::test
