// How long a stop may take, all in all 10 s, and the parts of it. systemd and a Kafka group are more patient.
#pragma once

#include <chrono>

#include "base/time.hpp"

namespace aw::app {

constexpr Duration kDrain = std::chrono::seconds{3};  // HTTP requests in hand
// From its beginning on until the members of groups have committed and left (eventlog::GroupConsumer::finish_by), so
// that neither what HTTP took nor a commit that is under way adds to it.
constexpr Duration kFinish{7'000};
constexpr Duration kStopLimit = std::chrono::seconds{8};  // until the threads have ended
constexpr Duration kLetGo = std::chrono::seconds{2};  // for what is destroyed behind that, as the clients of the log
static_assert(kFinish < kStopLimit && kStopLimit + kLetGo == std::chrono::seconds{10});

}  // namespace aw::app
