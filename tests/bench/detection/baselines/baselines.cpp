#include "bench/detection/baselines/baselines.hpp"

namespace aw::bench {

std::vector<std::unique_ptr<Detector>> all_baselines() {
    std::vector<std::unique_ptr<Detector>> result;
    result.push_back(make_glr());
    result.push_back(make_ewma());
    result.push_back(make_poisson_cusum());
    result.push_back(make_28_against_28());
    result.push_back(make_bg_nbd());
    result.push_back(make_week_over_week());
    result.push_back(make_adwin_every_day());
    result.push_back(make_adwin_default_clock());
    result.push_back(make_z_score());
    return result;
}

}  // namespace aw::bench
