#include "bench/detection/baselines/baselines.hpp"

namespace aw::bench {

std::vector<std::unique_ptr<Detector>> all_baselines() {
    std::vector<std::unique_ptr<Detector>> result;
    result.push_back(make_week_over_week());
    result.push_back(make_poisson_cusum());
    return result;
}

}  // namespace aw::bench
