// What others do, each with its one threshold free, so that all spend the same false-alarm budget.
#pragma once

#include <memory>
#include <vector>

#include "bench/detection/detector.hpp"

namespace aw::bench {

// Sum of the last seven days against the seven before; statistic: share lost.
[[nodiscard]] std::unique_ptr<Detector> make_week_over_week();
// Page 1954 for Poisson counts, mean halved, mean from the trailing 90 days; threshold: log likelihood.
[[nodiscard]] std::unique_ptr<Detector> make_poisson_cusum();

[[nodiscard]] std::vector<std::unique_ptr<Detector>> all_baselines();

}  // namespace aw::bench
