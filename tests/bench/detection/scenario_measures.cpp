#include <algorithm>
#include <cmath>

#include "bench/detection/scenarios.hpp"
#include "bench/detection/strata.hpp"

namespace aw::bench {
namespace {

constexpr std::int32_t kInnocentWithinDays = kOutageDays + 7;
constexpr std::int32_t kLeaverWithinDays = 30;
constexpr std::size_t kBins = 10;

std::int32_t first_recovery(const std::vector<Recovery>& recoveries, std::uint32_t account, std::int32_t from) {
    std::int32_t first = kForEver;
    for (const auto& recovery : recoveries)
        if (recovery.account == account && recovery.day >= from) first = std::min(first, recovery.day);
    return first;
}

std::vector<Alarm> as_alarms(const std::vector<LaneAlarm>& lane_alarms) {
    std::vector<Alarm> alarms;
    for (const auto& alarm : lane_alarms) alarms.push_back({alarm.account, alarm.day});
    return alarms;
}

double lane_threshold(const Detector& detector, const LanePortfolio& lanes, const Truth& truth) {
    const World world{lanes.total, truth};
    return calibrate(detector.threshold_range(), kTargetPerAccountYear, [&](double threshold) {
               const auto alarms = as_alarms(detector.run_lanes(lanes, threshold));
               return false_alarms(world, alarms, Half::kCalibrates).per_account_year();
           }).threshold;
}

}  // namespace

Delays measure_ramps(const Detector& detector, const DropRuns& ramps, double threshold) {
    Delays delays(kRampCapDays);
    for_each_run(ramps, detector.pools(), [&](const auto& drops, const Portfolio& portfolio) {
        delays.add(drops, detector.run(portfolio, threshold));
    });
    return delays;
}

OutageFigures measure_outages(const Detector& detector, const std::vector<OutageCase>& outages, double threshold) {
    OutageFigures figures;
    for (const auto& outage : outages) {
        const auto alarms = detector.run(outage.portfolio, threshold);
        const auto known_before = [&](std::uint32_t account) {
            return first_alarm(alarms, account, outage.from - kPauseDays) < outage.from;
        };
        for (const auto account : outage.innocent) {
            if (known_before(account)) continue;
            const std::int32_t alarm = first_alarm(alarms, account, outage.from);
            figures.innocent_alarms.count(alarm < outage.from + kInnocentWithinDays);
        }
        for (const auto& leaver : outage.leavers) {
            if (known_before(leaver.account)) continue;
            const std::int32_t found = first_alarm(alarms, leaver.account, outage.from);
            figures.leavers_found.count(found < leaver.onset + kLeaverWithinDays);
        }
    }
    return figures;
}

RecoveryFigures measure_recoveries(const Detector& detector, const DropRuns& returns, const DropRuns& lasting,
                                   double threshold) {
    RecoveryFigures figures;
    for_each_run(returns, detector.pools(), [&](const auto& drops, const Portfolio& portfolio) {
        const Outcome outcome = detector.watch(portfolio, threshold);
        for (const Drop& drop : drops) {
            const std::int32_t alarm = first_alarm(outcome.alarms, drop.account, drop.onset);
            if (alarm >= drop.returns()) continue;
            const std::int32_t recovery = first_recovery(outcome.recoveries, drop.account, alarm);
            if (recovery < drop.returns()) continue;  // too early: counted below, where the drop lasts
            figures.delays.add_delay(static_cast<double>(recovery) - drop.returns() + 1);
        }
    });
    for_each_run(lasting, detector.pools(), [&](const auto& drops, const Portfolio& portfolio) {
        const Outcome outcome = detector.watch(portfolio, threshold);
        for (const Drop& drop : drops) {
            const std::int32_t alarm = first_alarm(outcome.alarms, drop.account, drop.onset);
            if (alarm >= drop.onset + static_cast<std::int32_t>(kDelayCapDays)) continue;
            const std::int32_t recovery = first_recovery(outcome.recoveries, drop.account, alarm);
            figures.early.count(recovery != kForEver && recovery - alarm <= kEarlyWithinDays);
        }
    });
    return figures;
}

std::vector<Signal> measure_signals(const Detector& detector, const MixedCase& mixed, double threshold) {
    std::vector<Alarm> alarms = detector.run(mixed.portfolio, threshold);
    std::sort(alarms.begin(), alarms.end(), [](const Alarm& a, const Alarm& b) { return a.day < b.day; });
    std::vector<bool> found(mixed.onsets.size(), false);
    std::vector<Signal> signals;
    for (const Alarm& alarm : alarms) {
        if (alarm.day < mixed.from || alarm.day >= mixed.to || found[alarm.account]) continue;
        const bool real = alarm.day >= mixed.onsets[alarm.account];
        if (real) found[alarm.account] = true;  // what follows is about the same drop, neither right nor wrong
        signals.push_back({alarm.probability, real});
    }
    return signals;
}

double calibration_error(std::vector<Signal> signals) {
    std::sort(signals.begin(), signals.end(), [](const Signal& a, const Signal& b) {
        return a.probability != b.probability ? a.probability < b.probability : a.real < b.real;
    });
    double error = 0;
    // Equal stated probabilities stay in one bin, or their order would look like knowledge.
    const std::size_t bin = (signals.size() + kBins - 1) / kBins;
    for (std::size_t begin = 0; begin < signals.size();) {
        std::size_t end = std::min(signals.size(), begin + bin);
        while (end < signals.size() && signals[end].probability == signals[end - 1].probability) ++end;
        double difference = 0;
        for (std::size_t i = begin; i < end; ++i) difference += signals[i].probability - (signals[i].real ? 1.0 : 0.0);
        error += std::abs(difference);
        begin = end;
    }
    return signals.empty() ? 0 : error / static_cast<double>(signals.size());
}

LaneFigures measure_lanes(const Detector& detector, const LaneCase& lanes, const Truth& truth, double threshold) {
    LaneFigures figures;
    if (!detector.names_lanes()) {
        for (std::size_t run = 0; run < lanes.runs.size(); ++run) {
            const auto alarms = detector.run(lanes.runs[run].total, threshold);
            for (const auto& collapse : lanes.plans[run]) {
                const std::int32_t found = first_alarm(alarms, collapse.account, collapse.onset);
                figures.delays.add_delay(static_cast<double>(found) - collapse.onset + 1);
            }
        }
        return figures;
    }
    const double own_threshold = lane_threshold(detector, lanes.undisturbed, truth);
    for (std::size_t run = 0; run < lanes.runs.size(); ++run) {
        const auto alarms = detector.run_lanes(lanes.runs[run], own_threshold);
        for (const auto& collapse : lanes.plans[run]) {
            const LaneAlarm* first = nullptr;
            for (const auto& alarm : alarms)
                if (alarm.account == collapse.account && alarm.day >= collapse.onset &&
                    (first == nullptr || alarm.day < first->day))
                    first = &alarm;
            const double delay = first == nullptr ? kForEver : first->day - collapse.onset + 1;
            figures.delays.add_delay(delay);
            if (delay <= kDelayCapDays) figures.right_lane.count(first->lane == collapse.lane);
        }
    }
    return figures;
}

GapFigures measure_gaps(const Detector& detector, const World& world, const DropRuns& stops, double threshold) {
    GapFigures figures;
    double n = 0;
    for_each_run(stops, detector.pools(), [&](const auto& drops, const Portfolio& portfolio) {
        const auto alarms = detector.run(portfolio, threshold);
        for (const Drop& drop : drops) {
            const auto series = world.portfolio.series(drop.account);
            const auto from = series.begin() + world.portfolio.starts[drop.account];
            const auto until = series.begin() + drop.onset;
            const auto pickups = static_cast<double>(until - from - std::count(from, until, 0U));
            if (pickups < 4) continue;  // no rhythm yet
            const double gap_days = static_cast<double>(until - from) / pickups;
            const double found = first_alarm(alarms, drop.account, drop.onset);
            const double delay = std::min(found - drop.onset + 1, kStopCapDays);
            figures.delay_gaps += delay / gap_days;
            figures.limit_gaps += std::log(365.0 / gap_days / kTargetPerAccountYear);
            figures.missed.count(found - drop.onset + 1 > kStopCapDays);
            n += 1;
        }
    });
    if (n > 0) {
        figures.delay_gaps /= n;
        figures.limit_gaps /= n;
    }
    return figures;
}

}  // namespace aw::bench
