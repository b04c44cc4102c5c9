// Detectors that compare two windows of days.
#include "bench/detection/baselines/baselines.hpp"
#include "bench/detection/baselines/window.hpp"
#include "bench/detection/series_detector.hpp"

namespace aw::bench {
namespace {

struct WeekOverWeek {
    static constexpr bool kLogLikelihood = false;
    static double default_threshold(double) { return 0; }
    double step(std::uint32_t count, int) {
        before.push(now.push(count));
        return before.full() && before.sum() > 0 ? 1.0 - now.sum() / before.sum() : 0.0;
    }
    void reset() {}
    Window<7> now;
    Window<7> before;
};

}  // namespace

std::unique_ptr<Detector> make_week_over_week() {
    return std::make_unique<SeriesDetector<WeekOverWeek>>("week over week", std::pair{0.0, 1.0001});
}

}  // namespace aw::bench
