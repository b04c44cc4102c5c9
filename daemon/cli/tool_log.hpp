// The log as the tool's commands open it.
#pragma once

#include <memory>

#include "cli/console.hpp"
#include "eventlog/log.hpp"
#include "settings/settings.hpp"

namespace aw::cli {

// What the log has to say goes to stderr, as far as it is as grave as `told`.
[[nodiscard]] eventlog::LogResult<std::unique_ptr<eventlog::Log>> open_tool_log(const settings::Settings& settings,
                                                                                eventlog::LogLevel told,
                                                                                Console& console);

// Tells it on stderr; the exit code that goes with it.
int complain(Console& console, const eventlog::LogError& error);

}  // namespace aw::cli
