// How often an alarm about a share, or about what a client pays, is right: what the table of certainty.cpp says of them.
#pragma once

#include <array>
#include <cstdint>

#include "bench/detection/scenarios.hpp"
#include "bench/detection/table.hpp"
#include "core/detect/certainty.hpp"

namespace aw::bench {

// Signals by the share that was lost, and how many of them were right.
using CertaintyRow = std::array<Share, Certainty::kBins>;

struct CertaintyCells {
    CertaintyRow share;
    CertaintyRow yield;
};

// Adds to `cells`: of the lanes, half of the clients lose 40 to 100 % of one; of the prices, half of the clients pay 10
// to 50 % less; each once in ten months. Every source watches, at the default setting.
void measure_certainty(const World& world, std::uint64_t seed, CertaintyCells& cells);
[[nodiscard]] Table certainty(const CertaintyCells& cells);

}  // namespace aw::bench
