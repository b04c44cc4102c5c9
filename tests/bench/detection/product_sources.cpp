#include <algorithm>
#include <cmath>

#include "bench/detection/drops.hpp"
#include "bench/detection/measure.hpp"
#include "bench/detection/prices.hpp"
#include "bench/detection/product_watch.hpp"
#include "bench/detection/scenarios.hpp"
#include "bench/detection/strata.hpp"

namespace aw::bench {
namespace {

void measure_false_alarms(const World& world, const Thresholds& limits, std::uint64_t seed, SourceRow& row) {
    const LanePortfolio lanes = split_into_lanes(world.portfolio, mix_seed(seed, 1));
    std::vector<Prices> prices;
    for (std::size_t a = 0; a < world.portfolio.accounts; ++a) prices.emplace_back(mix_seed(seed, 2), a);
    std::array<std::vector<Alarm>, kSourceNames.size()> alarms;
    std::vector<Alarm> all;
    watch_days(world.portfolio, kEverySource,
               [&](std::size_t a, std::size_t d, Watched& w, const DayFactor& day, int weekday, bool warm) {
                   const auto items = world.portfolio.series(a)[d];
                   const auto parts = parts_of(lanes, a, d);
                   const auto found = w.step(items, weekday, day, limits, warm, prices[a].of(items), parts);
                   if (!found) return;
                   all.push_back({static_cast<std::uint32_t>(a), static_cast<std::int32_t>(d)});
                   alarms[static_cast<std::size_t>(*found)].push_back(all.back());
               });
    for (std::size_t i = 0; i < alarms.size(); ++i)
        row.per_account_year[i] = false_alarms_of_both_halves(world, alarms[i]).per_account_year();
    row.sum = false_alarms_of_both_halves(world, all).per_account_year();
}

SourceRow::Yield measure_yield(const World& world, const DropRuns& runs, double depth, double threshold,
                               std::uint64_t seed) {
    SourceRow::Yield figures;
    figures.depth = depth;
    Delays delays;
    for (const Drop& drop : runs.every_drop) {
        YieldDetector detector;
        Prices prices(mix_seed(seed, 2), drop.account);
        double delay = kForEver;
        bool wrong = false;
        for (auto d = world.portfolio.starts[drop.account]; d < drop.onset + 61; ++d) {
            const auto items = world.portfolio.series(drop.account)[static_cast<std::size_t>(d)];
            const double revenue = prices.of(items) * (d >= drop.onset ? 1 - depth : 1);
            const auto change = detector.step(items, revenue, threshold).change;
            if (d < drop.onset) continue;
            wrong = wrong || change == YieldDetector::Change::kMore;
            if (change == YieldDetector::Change::kLess) delay = std::min<double>(delay, d - drop.onset + 1);
        }
        delays.add_delay(delay);
        figures.wrong += wrong ? 1 : 0;
    }
    figures.days = delays.mean_days();
    figures.missed = delays.missed_share();
    figures.wrong /= std::max<double>(1, static_cast<double>(delays.drops()));
    return figures;
}

}  // namespace

SourceRow measure_sources(const World& world, double rate, std::uint64_t seed) {
    SourceRow row;
    row.portfolio = world.portfolio.name;
    row.rate = rate;
    const Thresholds limits = thresholds_of(kTargetPerAccountYear);
    measure_false_alarms(world, limits, seed, row);
    const DropRuns runs = make_runs(world, {.depth = 0.5}, kRuns, mix_seed(seed, 3));
    for (const double depth : {0.2, 0.3}) row.yield.push_back(measure_yield(world, runs, depth, limits.yield, seed));

    const LaneCase lanes = make_lanes(world, 3, mix_seed(seed, 4));
    Delays delays;
    Share right;
    for (std::size_t run = 0; run < lanes.runs.size(); ++run) {
        const auto alarms = lane_alarms(lanes.runs[run], limits);
        for (const auto& collapse : lanes.plans[run]) {
            const auto found = std::find_if(alarms.begin(), alarms.end(), [&](const LaneAlarm& alarm) {
                return alarm.account == collapse.account && alarm.day >= collapse.onset;
            });
            const double delay = found == alarms.end() ? kForEver : found->day - collapse.onset + 1;
            delays.add_delay(delay);
            if (delay <= kDelayCapDays) right.count(found->lane == collapse.lane);
        }
    }
    row.lane_days = delays.mean_days();
    row.lane_missed = delays.missed_share();
    row.lane_right = right.value();
    return row;
}

Table sources(const std::vector<SourceRow>& rows) {
    Table table;
    table.head = {"portfolio", "rate"};
    for (const auto name : kSourceNames) table.head.emplace_back(name);
    for (const char* column :
         {"sum", "lane d", "miss", "right", "yield -20%", "miss", "wrong", "-30%", "miss", "wrong"})
        table.head.emplace_back(column);
    for (const auto& row : rows) {
        std::vector<std::string> cells{row.portfolio, decimals(row.rate, 0)};
        for (const double value : row.per_account_year) cells.push_back(decimals(value, 3));
        cells.push_back(decimals(row.sum, 2));
        cells.push_back(decimals(row.lane_days, 1));
        cells.push_back(percent(row.lane_missed));
        cells.push_back(percent(row.lane_right, 1));
        for (const auto& yield : row.yield) {
            cells.push_back(decimals(yield.days, 1));
            cells.push_back(percent(yield.missed));
            cells.push_back(percent(yield.wrong, 1));
        }
        table.rows.push_back(std::move(cells));
    }
    return table;
}

}  // namespace aw::bench
