// A stratum = a portfolio thinned to one rate, with its drops injected and the oracle's delays known.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bench/detection/measure.hpp"

namespace aw::bench {

inline constexpr double kTargetPerAccountYear = 0.5;
inline constexpr double kRates[] = {2.0, 10.0};
inline constexpr double kDepths[] = {0.5, 0.7, 1.0};
struct DepthCase {
    double depth = 0;
    DropRuns runs;
    double oracle_days = 0;
};

struct Stratum {
    std::string portfolio;
    double rate = 0;
    World world;
    std::vector<DepthCase> depths;
};

// `runs` < kRuns measures fewer drops of the same size of plan (--quick).
[[nodiscard]] DepthCase make_depth(const World& world, double depth, std::size_t runs, std::uint64_t seed);
[[nodiscard]] Stratum make_stratum(const World& source, double rate, std::size_t runs, std::uint64_t seed);

struct DepthFigures {
    double depth = 0;
    double delay_days = 0;
    double oracle_days = 0;
    double missed_share = 0;
};

struct StratumFigures {
    std::string portfolio;
    double rate = 0;
    Calibration calibration;
    double false_alarms = 0;          // reporting half, calibrated threshold, per account-year
    double default_threshold = 0;
    double default_false_alarms = -1;  // both halves, untuned threshold; -1: the detector has none
    std::vector<DepthFigures> depths;
    double festival_alarms = -1;       // per reporting account around Spring Festival; -1: the history has none
    double ns_per_account_day = 0;
};

[[nodiscard]] StratumFigures measure_stratum(const Detector& detector, const Stratum& stratum);

// Geometric mean of delay / oracle over everything given.
[[nodiscard]] double delay_ratio(const std::vector<DepthFigures>& depths);
[[nodiscard]] double delay_ratio(const std::vector<StratumFigures>& strata);
// Mean over strata, of the drops of one depth.
[[nodiscard]] double missed_share(const std::vector<StratumFigures>& strata, double depth);

}  // namespace aw::bench
