// What settings/ cannot check by itself, for whoever checks a configuration as a whole.
#pragma once

#include "settings/outside_checks.hpp"

namespace aw::app {

// The properties of Kafka by librdkafka, the templates by notify/. Any thread; needs no broker.
[[nodiscard]] settings::OutsideChecks outside_checks();

}  // namespace aw::app
