// The one way to ask for the present. Only edges hold a Clock; core/ gets time as an argument.
#pragma once

#include <chrono>

#include "base/time.hpp"

namespace aw {

class Clock {
public:
    virtual ~Clock() = default;
    [[nodiscard]] virtual Timestamp now() const = 0;
};

class SystemClock final : public Clock {
public:
    [[nodiscard]] Timestamp now() const override {
        const auto since = std::chrono::system_clock::now().time_since_epoch();
        return {std::chrono::duration_cast<Duration>(since).count()};
    }
};

}  // namespace aw
