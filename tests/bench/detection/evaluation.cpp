#include "bench/detection/evaluation.hpp"

#include "bench/detection/random.hpp"
#include "bench/detection/simulate.hpp"

namespace aw::bench {
namespace {

const DropRuns& lasting_drops(const Stratum& stratum) {
    for (const auto& depth : stratum.depths)
        if (depth.depth == 0.7) return depth.runs;
    return stratum.depths.front().runs;
}

}  // namespace

Evaluation begin_evaluation(const Detector& detector) {
    Evaluation evaluation;
    evaluation.name = detector.name();
    evaluation.states_probability = detector.states_probability();
    evaluation.notices_recovery = detector.notices_recovery();
    evaluation.names_lanes = detector.names_lanes();
    return evaluation;
}

void evaluate_stratum(const Detector& detector, const Stratum& stratum, const ScenarioSet* scenarios,
                      Evaluation& evaluation) {
    evaluation.strata.push_back(measure_stratum(detector, stratum));
    if (scenarios == nullptr) return;
    const double threshold = evaluation.strata.back().calibration.threshold;
    ScenarioFigures figures;
    figures.rate = stratum.rate;
    figures.ramps = measure_ramps(detector, scenarios->ramps, threshold);
    figures.outages = measure_outages(detector, scenarios->outages, threshold);
    figures.oracle_return_days = scenarios->oracle_return_days;
    if (detector.notices_recovery())
        figures.recoveries = measure_recoveries(detector, scenarios->returns, lasting_drops(stratum), threshold);
    if (scenarios->lanes) figures.lanes = measure_lanes(detector, *scenarios->lanes, stratum.world.truth, threshold);
    if (detector.states_probability()) {
        const double untuned = detector.has_default_threshold()
                                   ? detector.default_threshold(kTargetPerAccountYear)
                                   : threshold;
        const auto signals = measure_signals(detector, scenarios->mixed, untuned);
        evaluation.signals.insert(evaluation.signals.end(), signals.begin(), signals.end());
    }
    evaluation.scenarios.push_back(figures);
}

GapCase make_gap_case(std::size_t runs, std::uint64_t seed) {
    GapCase result;
    result.world = simulate(sparse_kind(), mix_seed(seed, 8));
    constexpr auto kRoom = static_cast<std::int32_t>(kStopCapDays) + 1;
    result.stops = make_runs(result.world, {.depth = 1, .room_days = kRoom}, runs, mix_seed(seed, 9));
    return result;
}

void evaluate_gaps(const Detector& detector, const GapCase& gaps, Evaluation& evaluation) {
    const double threshold = calibrate(detector, gaps.world, kTargetPerAccountYear).threshold;
    evaluation.gaps = measure_gaps(detector, gaps.world, gaps.stops, threshold);
    evaluation.has_gaps = true;
}

void evaluate_collapses(const Detector& detector, const RealData& data, Evaluation& evaluation) {
    const double threshold = calibrate(detector, data.shipments, kTargetPerAccountYear).threshold;
    const auto alarms = detector.run(data.shipments.portfolio, threshold);
    double sum = 0;
    for (const auto& collapse : natural_collapses(data)) {
        const double found = first_alarm(alarms, collapse.account, collapse.onset);
        const double days = found - collapse.onset + 1;
        evaluation.collapses.count(days <= kStopCapDays);
        if (days <= kStopCapDays) sum += days;
    }
    if (evaluation.collapses.hits > 0) evaluation.collapse_days = sum / static_cast<double>(evaluation.collapses.hits);
}

}  // namespace aw::bench
