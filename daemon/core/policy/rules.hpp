// Rules: everything that decides and is not an event; one immutable value, in force from an activation on.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/calendar/calendar.hpp"
#include "core/model/enums.hpp"
#include "core/policy/organisation.hpp"
#include "core/policy/policy.hpp"

namespace aw {

// A feed under control; `name` is the `source` of its events.
struct FeedRule {
    std::string name;
    Duration heartbeat{0};
    Duration gap_limit{0};
};

// The gap limit of a feed that sends watermarks and has no row in the settings. Nobody has said how often it sends
// them; a source that closes its books once a day, a day late, has no gap.
inline constexpr Duration kUnknownFeedGapLimit = std::chrono::days{3};

struct Rules {
    std::string revision;  // 12 hex digits of the configuration's hash
    Policy policy;
    Organisation organisation;
    Calendar calendar;
    Language language = Language::ZH;
    std::optional<Timestamp> live_from;  // not set = not yet live: everything is history
    bool count_late = false;             // late_policy: count
    std::vector<FeedRule> feeds;

    [[nodiscard]] bool is_live(Timestamp at) const { return live_from && *live_from <= at; }
    // So much after its last watermark's time the feed has a gap.
    [[nodiscard]] Duration gap_limit(std::string_view feed) const {
        for (const FeedRule& rule : feeds) {
            if (rule.name == feed) return rule.gap_limit;
        }
        return kUnknownFeedGapLimit;
    }
};

}  // namespace aw
