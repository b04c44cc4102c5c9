// Opens the log that the settings name: the embedded file or Kafka.
#pragma once

#include <memory>

#include "base/clock.hpp"
#include "codec/records.hpp"
#include "eventlog/log.hpp"
#include "settings/settings.hpp"

namespace aw::app {

// Who opens it. Only the daemon consumes; of the embedded log there is one at a time (a second one is `fenced`), while
// tools append and read beside it.
enum class LogUse { daemon, tool };

// `clock` outlives the log. Any thread. Does not wait for a broker.
[[nodiscard]] eventlog::LogResult<std::unique_ptr<eventlog::Log>> open_log(const settings::Settings& settings,
                                                                           const Clock& clock, eventlog::LogSink sink,
                                                                           LogUse use = LogUse::daemon);

// In which form values are written into that log.
[[nodiscard]] Format value_format(const settings::LogSettings& log);

}  // namespace aw::app
