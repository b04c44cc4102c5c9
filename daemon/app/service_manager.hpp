// systemd's notify protocol: READY, RELOADING, STOPPING, STATUS and WATCHDOG. Does nothing when not run by systemd.
#pragma once

#include <optional>
#include <string>

#include "base/time.hpp"

namespace aw::app {

void tell_service_manager(const std::string& state);  // e.g. "READY=1\nSTATUS=watching 3 partitions"
// How often it wants to hear WATCHDOG=1; nothing if it does not.
[[nodiscard]] std::optional<Duration> watchdog_interval();

}  // namespace aw::app
