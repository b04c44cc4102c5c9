#include "bench/detection/strata.hpp"

#include <algorithm>
#include <cmath>

#include "bench/detection/oracle.hpp"
#include "bench/detection/random.hpp"
#include "bench/detection/simulate.hpp"

namespace aw::bench {
namespace {

Delays measure_depth(const Detector& detector, const DepthCase& depth, double threshold) {
    Delays delays;
    for_each_run(depth.runs, detector.pools(), [&](const auto& drops, const Portfolio& portfolio) {
        delays.add(drops, detector.run(portfolio, threshold));
    });
    return delays;
}

double alarms_around_festivals(const Portfolio& portfolio, std::span<const Alarm> alarms) {
    const auto ranges = spring_festivals(portfolio);
    if (ranges.empty()) return -1;
    double n = 0;
    for (const Alarm& alarm : alarms)
        for (const auto& range : ranges)
            if (!calibrates(alarm.account) && alarm.day >= range.from && alarm.day < range.to) n += 1;
    return n / static_cast<double>(reporting_accounts(portfolio).size());
}

}  // namespace

DepthCase make_depth(const World& world, double depth, std::size_t runs, std::uint64_t seed) {
    DepthCase result;
    result.depth = depth;
    result.runs = make_runs(world, {.depth = depth}, runs, seed);
    const Oracle oracle(world.truth, depth);
    const double threshold = calibrate(oracle, world, kTargetPerAccountYear).threshold;
    Delays delays;
    delays.add(result.runs.every_drop, oracle.run(result.runs.all_at_once, threshold));
    result.oracle_days = delays.mean_days();
    return result;
}

Stratum make_stratum(const World& source, double rate, std::size_t runs, std::uint64_t seed) {
    Stratum stratum;
    stratum.portfolio = source.portfolio.name;
    stratum.rate = rate;
    stratum.world = thin(source, rate, mix_seed(seed, static_cast<std::uint64_t>(rate * 100)));
    for (const double depth : kDepths) {
        const auto purpose = static_cast<std::uint64_t>(rate * 1000 + depth * 100);
        stratum.depths.push_back(make_depth(stratum.world, depth, runs, mix_seed(seed, purpose)));
    }
    return stratum;
}

StratumFigures measure_stratum(const Detector& detector, const Stratum& stratum) {
    StratumFigures figures;
    figures.portfolio = stratum.portfolio;
    figures.rate = stratum.rate;
    const World& world = stratum.world;
    figures.calibration = calibrate(detector, world, kTargetPerAccountYear);
    const double threshold = figures.calibration.threshold;
    const double before = cpu_seconds();
    const auto alarms = detector.run(world.portfolio, threshold);
    const auto account_days = static_cast<double>(world.portfolio.counts.size());
    figures.ns_per_account_day = account_days > 0 ? (cpu_seconds() - before) * 1e9 / account_days : 0;
    figures.false_alarms = false_alarms(world, alarms, Half::kReports).per_account_year();
    figures.festival_alarms = alarms_around_festivals(world.portfolio, alarms);
    if (detector.has_default_threshold()) {
        figures.default_threshold = detector.default_threshold(kTargetPerAccountYear);
        const auto untuned = detector.run(world.portfolio, figures.default_threshold);
        figures.default_false_alarms = false_alarms_of_both_halves(world, untuned).per_account_year();
    }
    for (const auto& depth : stratum.depths) {
        const Delays delays = measure_depth(detector, depth, threshold);
        figures.depths.push_back({depth.depth, delays.mean_days(), depth.oracle_days, delays.missed_share()});
    }
    return figures;
}

double delay_ratio(const std::vector<DepthFigures>& depths) {
    double sum = 0;
    std::size_t n = 0;
    for (const auto& depth : depths) {
        if (depth.oracle_days <= 0) continue;
        sum += std::log(depth.delay_days / depth.oracle_days);
        ++n;
    }
    return n == 0 ? 0 : std::exp(sum / static_cast<double>(n));
}

double delay_ratio(const std::vector<StratumFigures>& strata) {
    std::vector<DepthFigures> depths;
    for (const auto& stratum : strata) depths.insert(depths.end(), stratum.depths.begin(), stratum.depths.end());
    return delay_ratio(depths);
}

double missed_share(const std::vector<StratumFigures>& strata, double depth) {
    double sum = 0;
    std::size_t n = 0;
    for (const auto& stratum : strata) {
        for (const auto& figures : stratum.depths) {
            if (figures.depth != depth) continue;
            sum += figures.missed_share;
            ++n;
        }
    }
    return n == 0 ? 0 : sum / static_cast<double>(n);
}

}  // namespace aw::bench
