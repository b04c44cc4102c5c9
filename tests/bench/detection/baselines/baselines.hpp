// What others do, each with its one threshold free, so that all spend the same false-alarm budget.
#pragma once

#include <memory>
#include <vector>

#include "bench/detection/detector.hpp"

namespace aw::bench {

[[nodiscard]] std::unique_ptr<Detector> make_week_over_week();      // share lost, 7 days against the 7 before
[[nodiscard]] std::unique_ptr<Detector> make_28_against_28();       // share lost
[[nodiscard]] std::unique_ptr<Detector> make_z_score();             // 7 days against the 28 before
[[nodiscard]] std::unique_ptr<Detector> make_ewma();                // lambda 0.08
[[nodiscard]] std::unique_ptr<Detector> make_poisson_cusum();       // mean halved, mean of the trailing 90 days
[[nodiscard]] std::unique_ptr<Detector> make_glr();                 // negative binomial, window 60, our calendar
[[nodiscard]] std::unique_ptr<Detector> make_bg_nbd();              // P(alive)
[[nodiscard]] std::unique_ptr<Detector> make_adwin_every_day();
[[nodiscard]] std::unique_ptr<Detector> make_adwin_default_clock(); // every 32nd sample, as implementations ship it

[[nodiscard]] std::vector<std::unique_ptr<Detector>> all_baselines();

}  // namespace aw::bench
