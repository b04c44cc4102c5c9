// Rules: everything that decides and is not an event; one immutable value, in force from an activation on.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/calendar/calendar.hpp"
#include "core/model/enums.hpp"
#include "core/policy/organisation.hpp"
#include "core/policy/policy.hpp"

namespace aw {

struct FeedRule {
    std::string name;
    Duration heartbeat{0};
    Duration gap_limit{0};
};

struct Rules {
    std::string revision;  // 12 hex digits of the configuration's hash
    Policy policy;
    Organisation organisation;
    Calendar calendar;
    Language language = Language::ZH;
    std::optional<Timestamp> live_from;  // not set = not yet live: everything is history
    bool count_late = false;             // late_policy: count
    std::vector<FeedRule> feeds;
};

}  // namespace aw
