// What settings/ cannot check by itself, for whoever checks a configuration as a whole.
#pragma once

#include "settings/outside_checks.hpp"

namespace aw::app {

// The properties of Kafka by librdkafka, the templates by notify/, the tokens by http/, field maps by codec/. Any
// thread; needs no broker.
[[nodiscard]] settings::OutsideChecks outside_checks();
// And whether somebody answers for a case in every minute of the coming year: for checks, not for a start, which an
// empty post must not keep from running. And what opening the log warns of by itself at a start.
[[nodiscard]] settings::OutsideChecks all_checks();

}  // namespace aw::app
