// Sequential detectors with a likelihood.
#include <algorithm>
#include <cmath>

#include "bench/detection/baselines/baselines.hpp"
#include "bench/detection/baselines/window.hpp"
#include "bench/detection/oracle.hpp"
#include "bench/detection/series_detector.hpp"

namespace aw::bench {
namespace {

struct PoissonCusum {
    static constexpr bool kLogLikelihood = true;
    static double default_threshold(double rate) { return std::log(365.0 / rate); }
    double step(std::uint32_t count, int) {
        if (past.size() >= 28) {
            const double mean = past.sum() / static_cast<double>(past.size());
            sum = std::max(0.0, sum + drop_evidence(count, mean, 0.0, 0.5));
        }
        past.push(count);
        return sum;
    }
    void reset() { sum = 0.0; }
    double sum = 0.0;
    Window<90> past;
};

}  // namespace

std::unique_ptr<Detector> make_poisson_cusum() {
    return std::make_unique<SeriesDetector<PoissonCusum>>("Poisson CUSUM", std::pair{0.0, 200.0});
}

}  // namespace aw::bench
