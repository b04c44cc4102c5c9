// The tables of the bench, from the evaluations.
#pragma once

#include <vector>

#include "bench/detection/evaluation.hpp"
#include "bench/detection/table.hpp"

namespace aw::bench {

// One row a detector: what README.md explains column by column.
[[nodiscard]] Table summary(const std::vector<Evaluation>& evaluations);
// One row a detector and stratum: threshold, false alarms, delays beside the oracle's.
[[nodiscard]] Table detail(const std::vector<Evaluation>& evaluations);

}  // namespace aw::bench
