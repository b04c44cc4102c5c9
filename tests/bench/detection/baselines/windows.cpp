// Detectors that compare windows of days.
#include <algorithm>
#include <cmath>

#include "bench/detection/baselines/baselines.hpp"
#include "bench/detection/baselines/window.hpp"
#include "bench/detection/series_detector.hpp"

namespace aw::bench {
namespace {

// Share lost between two neighbouring windows of N days.
template <std::size_t N>
struct TwoWindows {
    static constexpr bool kLogLikelihood = false;
    static double default_threshold(double) { return 0; }
    double step(std::uint32_t count, int) {
        const bool overflows = now.full();
        const std::uint32_t out = now.push(count);
        if (overflows) before.push(out);
        return before.full() && before.sum() > 0 ? 1.0 - now.sum() / before.sum() : 0.0;
    }
    void reset() {}
    Window<N> now;
    Window<N> before;
};

// Mean of seven days against mean and standard deviation of the 28 days before them.
struct ZScore {
    static constexpr bool kLogLikelihood = false;
    static double default_threshold(double) { return 0; }
    double step(std::uint32_t count, int) {
        const bool overflows = now.full();
        const std::uint32_t out = now.push(count);
        if (overflows) before.push(out);
        if (!before.full()) return 0.0;
        return (before.mean() - now.mean()) / std::max(0.3, before.standard_deviation());
    }
    void reset() {}
    Window<7> now;
    Window<28> before;
};

// Roberts 1959: smoothed count against the trailing 90 days, in standard deviations of the chart.
struct Ewma {
    static constexpr bool kLogLikelihood = false;
    static constexpr double kLambda = 0.08;
    static double default_threshold(double) { return 0; }
    double step(std::uint32_t count, int) {
        smoothed = past.size() == 0 ? count : kLambda * count + (1.0 - kLambda) * smoothed;
        double value = 0.0;
        if (past.size() >= 28) {
            const double sd = std::max(0.3, past.standard_deviation()) * std::sqrt(kLambda / (2.0 - kLambda));
            value = (past.mean() - smoothed) / sd;
        }
        past.push(count);
        return value;
    }
    void reset() {}
    double smoothed = 0;
    Window<90> past;
};

}  // namespace

std::unique_ptr<Detector> make_week_over_week() {
    return std::make_unique<SeriesDetector<TwoWindows<7>>>("week over week", std::pair{0.0, 1.0001});
}
std::unique_ptr<Detector> make_28_against_28() {
    return std::make_unique<SeriesDetector<TwoWindows<28>>>("28 d against 28 d", std::pair{0.0, 1.0001});
}
std::unique_ptr<Detector> make_z_score() {
    return std::make_unique<SeriesDetector<ZScore>>("z-score 7 d against 28 d", std::pair{0.0, 20.0});
}
std::unique_ptr<Detector> make_ewma() {
    return std::make_unique<SeriesDetector<Ewma>>("EWMA 0.08", std::pair{0.0, 30.0});
}

}  // namespace aw::bench
