#include "app/service_manager.hpp"

#include <systemd/sd-daemon.h>

namespace aw::app {

void tell_service_manager(const std::string& state) { (void)sd_notify(0, state.c_str()); }

std::optional<Duration> watchdog_interval() {
    std::uint64_t usec = 0;
    if (sd_watchdog_enabled(0, &usec) <= 0) return std::nullopt;
    return std::chrono::duration_cast<Duration>(std::chrono::microseconds{usec});
}

}  // namespace aw::app
