// What happens to portfolios besides sudden drops: ramps, returns, outages, collapsing lanes, own rhythms.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "bench/detection/drops.hpp"
#include "bench/detection/lanes.hpp"
#include "bench/detection/measure.hpp"

namespace aw::bench {

inline constexpr std::int32_t kRampDays = 60;
inline constexpr double kRampCapDays = 120;
inline constexpr std::int32_t kDropLastsDays = 40;    // until the full return of the recovery test
inline constexpr std::int32_t kEarlyWithinDays = 60;  // after an alarm, "recovered" while the drop lasts
inline constexpr std::int32_t kOutageDays = 7;
inline constexpr double kOutageVolume = 0.3;
inline constexpr double kStopCapDays = 180;  // of a full stop in a sparse portfolio

// One outage: all accounts at 30 % for a week, in which some leave for good.
struct OutageCase {
    std::int32_t from = 0;
    std::vector<Drop> leavers;
    std::vector<std::uint32_t> innocent;
    Portfolio portfolio;
};

// Half of the accounts drop once, by 40 to 100 %, at some time within ten months.
struct MixedCase {
    std::vector<std::int32_t> onsets;  // per account; the number of days: it never drops
    Portfolio portfolio;
    std::int32_t from = 0;
    std::int32_t to = 0;
};

struct LaneCase {
    LanePortfolio undisturbed;
    std::vector<std::vector<LaneCollapse>> plans;
    std::vector<LanePortfolio> runs;
};

struct ScenarioSet {
    DropRuns ramps;    // -50 % over 60 days
    DropRuns returns;  // 70 % down, all back after 40 days
    double oracle_return_days = 0;
    std::vector<OutageCase> outages;
    MixedCase mixed;
    std::optional<LaneCase> lanes;
};

[[nodiscard]] LaneCase make_lanes(const World& world, std::size_t runs, std::uint64_t seed);
[[nodiscard]] ScenarioSet make_scenarios(const World& world, std::size_t runs, bool with_lanes, std::uint64_t seed);

struct Share {
    std::size_t hits = 0;
    std::size_t of = 0;
    [[nodiscard]] double value() const { return of == 0 ? 0 : static_cast<double>(hits) / static_cast<double>(of); }
    void count(bool hit) {
        ++of;
        hits += hit ? 1 : 0;
    }
    void add(const Share& other) {
        hits += other.hits;
        of += other.of;
    }
};

[[nodiscard]] Delays measure_ramps(const Detector& detector, const DropRuns& ramps, double threshold);

struct OutageFigures {
    Share innocent_alarms;  // from the outage's first day to a week after it
    Share leavers_found;    // within 30 days
};
// Accounts with an alarm in the 28 days before the outage are in neither share: they are somebody's case already.
[[nodiscard]] OutageFigures measure_outages(const Detector& detector, const std::vector<OutageCase>& outages,
                                            double threshold);

struct RecoveryFigures {
    Delays delays;  // from the return on, of accounts that were in alarm then
    Share early;    // called recovered within 60 days of the alarm although the drop lasts
};
[[nodiscard]] RecoveryFigures measure_recoveries(const Detector& detector, const DropRuns& returns,
                                                 const DropRuns& lasting, double threshold);

struct Signal {
    double probability = 0;
    bool real = false;
};
// First signals of every account; real = at or after the onset.
[[nodiscard]] std::vector<Signal> measure_signals(const Detector& detector, const MixedCase& mixed, double threshold);
// Mean distance between stated probability and share of real signals, over ten bins of equal size.
[[nodiscard]] double calibration_error(std::vector<Signal> signals);

struct LaneFigures {
    Delays delays;
    Share right_lane;  // of those found
};
// Detectors that name no lanes are measured by their alarms on the account's total (right_lane stays empty).
[[nodiscard]] LaneFigures measure_lanes(const Detector& detector, const LaneCase& lanes, const Truth& truth,
                                        double threshold);

// Full stops in a portfolio of clients with few pickups, in the client's own mean gaps.
struct GapFigures {
    double delay_gaps = 0;  // mean
    double limit_gaps = 0;  // mean of ln(pickups per year / budget), which nobody can beat
    Share missed;           // not found within 180 days
};
[[nodiscard]] GapFigures measure_gaps(const Detector& detector, const World& world, const DropRuns& stops,
                                      double threshold);

}  // namespace aw::bench
