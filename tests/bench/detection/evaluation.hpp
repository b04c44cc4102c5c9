// Everything that is measured of one detector, over all portfolios.
#pragma once

#include <string>
#include <vector>

#include "bench/detection/real.hpp"
#include "bench/detection/scenarios.hpp"
#include "bench/detection/strata.hpp"

namespace aw::bench {

// Scenario figures of the gate portfolios, at the stratum's calibrated threshold.
struct ScenarioFigures {
    double rate = 0;
    Delays ramps{kRampCapDays};
    OutageFigures outages;
    RecoveryFigures recoveries;
    double oracle_return_days = 0;
    LaneFigures lanes;
};

struct Evaluation {
    std::string name;
    bool states_probability = false;
    bool notices_recovery = false;
    bool names_lanes = false;
    std::vector<StratumFigures> strata;
    std::vector<ScenarioFigures> scenarios;
    std::vector<Signal> signals;  // at the default threshold, gate portfolios
    GapFigures gaps;
    bool has_gaps = false;
    Share collapses;               // natural ones of the real history, found within 180 days
    double collapse_days = 0;      // mean of those found
};

[[nodiscard]] Evaluation begin_evaluation(const Detector& detector);

// Adds one stratum; `scenarios` may be null: then only drops are measured.
void evaluate_stratum(const Detector& detector, const Stratum& stratum, const ScenarioSet* scenarios,
                      Evaluation& evaluation);

struct GapCase {
    World world;
    DropRuns stops;
};
[[nodiscard]] GapCase make_gap_case(std::size_t runs, std::uint64_t seed);
void evaluate_gaps(const Detector& detector, const GapCase& gaps, Evaluation& evaluation);

void evaluate_collapses(const Detector& detector, const RealData& data, Evaluation& evaluation);

}  // namespace aw::bench
