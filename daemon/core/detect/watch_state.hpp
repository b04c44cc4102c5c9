// How a client stands under the statistical detectors, with hysteresis: it takes more to enter a state than to stay in
// it, so that a score that hovers around a gate changes nothing.
//
//     NORMAL      -> WATCH        the evidence of a loss is 0.6 of an alarm's
//     WATCH       -> NORMAL       less than 0.2 of it
//     any         -> ALERT        an alarm
//     ALERT       -> RECOVERING   the evidence of a return is half of what proves it
//     RECOVERING  -> ALERT        that evidence is gone
//     both        -> NORMAL       back at the level before, or so long at the new one that it is the ordinary one
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace aw {

enum class WatchState : std::uint8_t { kNormal, kWatch, kAlert, kRecovering };
inline constexpr std::array<std::string_view, 4> kWatchStateNames = {"NORMAL", "WATCH", "ALERT", "RECOVERING"};
[[nodiscard]] constexpr std::string_view name(WatchState state) {
    return kWatchStateNames[static_cast<std::size_t>(state)];
}
// What the archive takes for a value; beyond it is damage.
[[nodiscard]] constexpr std::size_t enum_size(WatchState) { return kWatchStateNames.size(); }

// A score of so much of its threshold is worth watching: it leaves a decision, day by day.
inline constexpr double kWatchShare = 0.6;
[[nodiscard]] constexpr bool is_near(double score, double threshold) {
    return threshold > 0 && score >= kWatchShare * threshold;
}
inline constexpr double kWatchOverShare = 0.2;
inline constexpr double kRecoveringShare = 0.5;

// loss: the greatest share of its threshold that the evidence of a loss has reached; back: the same of a return.
[[nodiscard]] constexpr WatchState next_state(WatchState now, bool in_alarm, double loss, double back) {
    if (in_alarm) {
        const double gate = now == WatchState::kRecovering ? 0 : kRecoveringShare;
        return back > 0 && back >= gate ? WatchState::kRecovering : WatchState::kAlert;
    }
    const double gate = now == WatchState::kWatch ? kWatchOverShare : kWatchShare;
    return loss >= gate ? WatchState::kWatch : WatchState::kNormal;
}

}  // namespace aw
