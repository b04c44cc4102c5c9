// The product's own detectors behind the bench's interface.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bench/detection/detector.hpp"
#include "bench/detection/table.hpp"

namespace aw::bench {

[[nodiscard]] std::vector<std::unique_ptr<Detector>> product_detectors();

// False alarms by source: the first source to alarm has it, the account is silent for kPauseDays then.
enum class Source : std::uint8_t { kDrop, kDecline, kInactivity, kShare, kYield };
inline constexpr std::array<std::string_view, 5> kSourceNames = {"drop", "decline", "inactivity", "share", "yield"};

struct SourceRow {
    std::string portfolio;
    double rate = 0;
    std::array<double, kSourceNames.size()> per_account_year{};
    double sum = 0;
    double lane_days = 0;    // a collapsing lane: mean delay, capped at 60 ...
    double lane_missed = 0;  // ... share not found until then
    double lane_right = 0;   // ... share of those found with the right lane
    struct Yield {
        double depth = 0;
        double days = 0;    // mean delay, capped at 60
        double missed = 0;  // share of the drops of revenue per item not found until then
        double wrong = 0;   // share called "more" within 60 days
    };
    std::vector<Yield> yield;
};
// All sources on an undisturbed portfolio with lanes and revenue, at the default setting.
[[nodiscard]] SourceRow measure_sources(const World& world, double rate, std::uint64_t seed);
[[nodiscard]] Table sources(const std::vector<SourceRow>& rows);

}  // namespace aw::bench
