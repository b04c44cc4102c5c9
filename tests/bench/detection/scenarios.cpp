#include "bench/detection/scenarios.hpp"

#include <algorithm>
#include <cmath>

#include "bench/detection/oracle.hpp"
#include "bench/detection/random.hpp"
#include "bench/detection/strata.hpp"

namespace aw::bench {
namespace {

constexpr double kReturnDepth = 0.7;
constexpr std::size_t kOutages = 3;
constexpr std::uint32_t kOneLeaverOf = 8;  // reporting accounts
constexpr std::int32_t kOldEnough = 120;   // days of history before an onset
constexpr std::int32_t kDaysAfterOutage = 40;
constexpr std::int32_t kMixedDays = 304;        // ten months
constexpr double kAlarmsBetweenMistakes = 730;  // account-days; at this the oracle keeps to 2 % too early
constexpr std::uint64_t kThinning = 77;

// The mirrored CUSUM with everything known: full volume against what the drop left.
double oracle_return_days(const World& world, const DropRuns& returns) {
    const Oracle oracle(world.truth, kReturnDepth);
    const double threshold = calibrate(oracle, world, kTargetPerAccountYear).threshold;
    const auto alarms = oracle.run(returns.all_at_once, threshold);
    Delays delays;
    for (const Drop& drop : returns.every_drop) {
        const std::int32_t alarm = first_alarm(alarms, drop.account, drop.onset);
        if (alarm >= drop.returns()) continue;
        const auto series = returns.all_at_once.series(drop.account);
        const float* mean = world.truth.mean.data() + drop.account * world.portfolio.days;
        double sum = 0;
        auto day = alarm + 1;
        for (; day < static_cast<std::int32_t>(world.portfolio.days); ++day) {
            const auto index = static_cast<std::size_t>(day);
            const double phi = world.truth.phi[drop.account];
            sum = std::max(0.0, sum - drop_evidence(series[index], mean[index], phi, 1.0 - kReturnDepth));
            if (sum >= std::log(kAlarmsBetweenMistakes)) break;
        }
        if (day >= drop.returns()) delays.add_delay(day - drop.returns() + 1);
    }
    return delays.mean_days();
}

OutageCase make_outage(const World& world, std::int32_t from, std::uint64_t seed) {
    OutageCase result;
    result.from = from;
    Random random(seed);
    for (const auto account : reporting_accounts(world.portfolio)) {
        const bool active = world.portfolio.starts[account] + kOldEnough <= from &&
                            world.truth.ends[account] >= from + kDaysAfterOutage;
        if (!active) continue;
        if (random.below(kOneLeaverOf) == 0)
            result.leavers.push_back({account, random.between(from, from + kOutageDays - 1), {.depth = 1}});
        else
            result.innocent.push_back(account);
    }
    result.portfolio = inject(world.portfolio, result.leavers, mix_seed(seed, 1));
    for (std::uint32_t account = 0; account < world.portfolio.accounts; ++account) {
        const Drop outage{account, from, {.depth = 1.0 - kOutageVolume, .lasts_days = kOutageDays}};
        Random own(mix_seed(seed, 1000 + account));
        auto series = result.portfolio.series(account);
        for (auto day = from; day < from + kOutageDays; ++day) {
            auto& count = series[static_cast<std::size_t>(day)];
            count = own.binomial(count, outage.keep(day));
        }
    }
    return result;
}

std::vector<OutageCase> make_outages(const World& world, std::uint64_t seed) {
    std::vector<OutageCase> result;
    const auto days = static_cast<std::int32_t>(world.portfolio.days);
    const std::int32_t first = kOldEnough + 60;
    const std::int32_t last = days - kDaysAfterOutage - 20;
    for (std::size_t i = 0; i < kOutages && last > first; ++i) {
        Random random(mix_seed(seed, i));
        const std::int32_t from = random.between(first, last - 1);
        result.push_back(make_outage(world, from, mix_seed(seed, 10 + i)));
    }
    return result;
}

MixedCase make_mixed(const World& world, std::uint64_t seed) {
    MixedCase result;
    const Portfolio& portfolio = world.portfolio;
    result.to = static_cast<std::int32_t>(portfolio.days);
    result.from = std::max(kOldEnough, result.to - kMixedDays);
    result.onsets = world.truth.ends;  // a client that leaves by itself is a real loss, too
    std::vector<Drop> drops;
    for (std::uint32_t account = 0; account < portfolio.accounts; ++account) {
        Random random(mix_seed(seed, account));
        if (random.uniform() < 0.5) continue;
        const double depth = 0.4 + 0.6 * random.uniform();
        const std::int32_t first = std::max(result.from, portfolio.starts[account] + kOldEnough);
        const std::int32_t last = world.truth.ends[account] - 1;
        if (last < first) continue;
        const std::int32_t onset = random.between(first, last);
        result.onsets[account] = onset;
        drops.push_back({account, onset, {.depth = depth}});
    }
    result.portfolio = inject(portfolio, drops, mix_seed(seed, kThinning));
    return result;
}

}  // namespace

LaneCase make_lanes(const World& world, std::size_t runs, std::uint64_t seed) {
    LaneCase result;
    result.undisturbed = split_into_lanes(world.portfolio, mix_seed(seed, 1));
    const auto reporting = reporting_accounts(world.portfolio);
    const auto drops = plan_drops(world, reporting, {.depth = 1}, kRuns, mix_seed(seed, 2));
    for (std::size_t run = 0; run < std::min(runs, kRuns); ++run) {
        std::vector<LaneCollapse> collapses;
        for (const auto& drop : drops[run]) {
            const auto lane = lane_to_collapse(result.undisturbed, drop.account, drop.onset, mix_seed(seed, 3));
            if (lane < kLanes) collapses.push_back({drop.account, lane, drop.onset});
        }
        result.runs.push_back(collapse(result.undisturbed, collapses, mix_seed(seed, 4)));
        result.plans.push_back(std::move(collapses));
    }
    return result;
}

ScenarioSet make_scenarios(const World& world, std::size_t runs, bool with_lanes, std::uint64_t seed) {
    ScenarioSet result;
    constexpr auto kRampRoom = static_cast<std::int32_t>(kRampCapDays) + 1;
    const DropShape ramp{.depth = 0.5, .ramp_days = kRampDays, .room_days = kRampRoom};
    result.ramps = make_runs(world, ramp, runs, mix_seed(seed, 1));
    const DropShape back{.depth = kReturnDepth, .lasts_days = kDropLastsDays, .room_days = kDropLastsDays + 61};
    result.returns = make_runs(world, back, runs, mix_seed(seed, 2));
    result.oracle_return_days = oracle_return_days(world, result.returns);
    result.outages = make_outages(world, mix_seed(seed, 3));
    result.mixed = make_mixed(world, mix_seed(seed, 4));
    // A lane detector sees its runs one by one: three of them give some hundred collapses.
    if (with_lanes) result.lanes = make_lanes(world, std::min<std::size_t>(runs, 3), mix_seed(seed, 5));
    return result;
}

}  // namespace aw::bench
