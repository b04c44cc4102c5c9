// The statistical detectors' names in signals, decisions and episodes, beside the ids of the policy's rows.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/hash.hpp"

namespace aw {

inline constexpr std::string_view kSharpDrop = "sharp-drop";
inline constexpr std::string_view kGradualDecline = "gradual-decline";
inline constexpr std::string_view kInactiveClient = "inactivity";
inline constexpr std::string_view kCompetitorShare = "competitor-share";
inline constexpr std::string_view kRevenueYield = "revenue-yield";

// What episodes and cases know a finding by. Each part of a client (a line, a lane) is a row of its own.
inline const std::uint64_t kSharpDropRule = hash64(kSharpDrop);
inline const std::uint64_t kGradualDeclineRule = hash64(kGradualDecline);
inline const std::uint64_t kInactivityRule = hash64(kInactiveClient);
inline const std::uint64_t kRevenueYieldRule = hash64(kRevenueYield);
[[nodiscard]] inline std::uint64_t share_rule(std::uint32_t part) { return hash64(kCompetitorShare) + part; }
// The part of a row share_rule() made; nothing if it is another row.
[[nodiscard]] inline std::optional<std::uint32_t> part_of_rule(std::uint64_t rule) {
    const std::uint64_t part = rule - hash64(kCompetitorShare);
    if (part == 0 || part > 0xffff'ffffU) return std::nullopt;
    return static_cast<std::uint32_t>(part);
}

// Parts: lines have the numbers below the division codes, lanes those of lane_id() (lane_days.hpp).
inline constexpr std::uint32_t kMostLineParts = 1'000;
[[nodiscard]] inline std::uint32_t part_of_line(std::uint8_t line) { return 1U + line; }
[[nodiscard]] inline std::optional<std::uint8_t> line_of(std::uint32_t part) {
    if (part == 0 || part > kMostLineParts) return std::nullopt;
    return static_cast<std::uint8_t>(part - 1);
}

// Requirements 3.1: the severity of their alarms is the share that was lost since the onset; LOW where it is less.
inline constexpr std::int32_t kHighBp = -5000;
inline constexpr std::int32_t kMediumBp = -3000;

// The seasonal guard of their alarms: less than this after last year's own change is the season.
inline constexpr std::int32_t kSeasonalBp = -2000;

}  // namespace aw
