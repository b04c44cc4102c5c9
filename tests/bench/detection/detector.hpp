// The one interface of everything that is measured: the product, the baselines, the oracle.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "bench/detection/lanes.hpp"
#include "bench/detection/portfolio.hpp"

namespace aw::bench {

struct Alarm {
    std::uint32_t account = 0;
    std::int32_t day = 0;      // day index at whose end it alarms
    double probability = -1;   // stated probability that the drop is real; -1: the detector states none
};

// The account is back at its old level, so that its alarm is closed.
struct Recovery {
    std::uint32_t account = 0;
    std::int32_t day = 0;
};

struct Outcome {
    std::vector<Alarm> alarms;
    std::vector<Recovery> recoveries;
};

struct LaneAlarm {
    std::uint32_t account = 0;
    std::uint32_t lane = 0;
    std::int32_t day = 0;
};

// A detector must be pure: the same portfolio and threshold give the same alarms. A higher threshold means fewer
// alarms. It keeps the rules of the measure itself: nothing before Portfolio::warm_from(account), then kPauseDays of
// silence after every alarm of an account.
class Detector {
public:
    virtual ~Detector() = default;
    [[nodiscard]] virtual std::string_view name() const = 0;
    // The whole portfolio, day by day, pooled factors included. Order of the result: any.
    [[nodiscard]] virtual std::vector<Alarm> run(const Portfolio& portfolio, double threshold) const = 0;
    // Where bisection looks for the threshold.
    [[nodiscard]] virtual std::pair<double, double> threshold_range() const = 0;
    // One account's alarms depend on other accounts' counts. If not, all drops are measured in one run.
    [[nodiscard]] virtual bool pools() const { return false; }
    // A threshold that follows from the false-alarm budget alone, before any calibration.
    [[nodiscard]] virtual bool has_default_threshold() const { return false; }
    [[nodiscard]] virtual double default_threshold(double /*false_alarms_per_account_year*/) const { return 0; }

    // Abilities that only some have; what a detector has not is shown as a dash.
    [[nodiscard]] virtual bool states_probability() const { return false; }  // Alarm::probability is set
    [[nodiscard]] virtual bool notices_recovery() const { return false; }
    [[nodiscard]] virtual Outcome watch(const Portfolio& portfolio, double threshold) const {
        return {run(portfolio, threshold), {}};
    }
    [[nodiscard]] virtual bool names_lanes() const { return false; }
    // Same rules as run(): one alarm, then kPauseDays of silence of the account, all its lanes together.
    [[nodiscard]] virtual std::vector<LaneAlarm> run_lanes(const LanePortfolio& /*portfolio*/,
                                                           double /*threshold*/) const {
        return {};
    }
};

}  // namespace aw::bench
