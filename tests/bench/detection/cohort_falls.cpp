#include "bench/detection/cohort_falls.hpp"

#include <map>
#include <optional>
#include <set>

#include "bench/detection/drops.hpp"
#include "bench/detection/whole_policy.hpp"
#include "core/detect/cohort_detector.hpp"

namespace aw::bench {
namespace {

constexpr std::size_t kOnset = 300;
constexpr std::int32_t kMostDays = 60;
constexpr double kDepthsOfRegions[] = {0.15, 0.3, 0.5};

std::vector<Signal> shifts_of(const std::shared_ptr<const Rules>& rules, const Portfolio& portfolio,
                              std::uint64_t seed) {
    auto signals = signals_of(rules, portfolio, Measures::kItems, seed);
    std::erase_if(signals, [](const Signal& signal) { return signal.kind != SignalKind::COHORT_SHIFT; });
    return signals;
}

// Accounts by region, of those that are watched.
std::map<std::size_t, std::vector<std::uint32_t>> watched_regions(const Portfolio& p) {
    std::map<std::size_t, std::vector<std::uint32_t>> regions;
    for (std::uint32_t a = 0; a < p.accounts; ++a) regions[p.cohorts[a].region].push_back(a);
    std::erase_if(regions, [](const auto& region) { return region.second.size() < DayPool::kLeastClients; });
    return regions;
}

std::size_t watched_cohorts(const Portfolio& p) {
    std::map<std::pair<int, int>, int> parts;
    for (const CohortKey& key : p.cohorts) ++parts[{key.region, key.industry}];
    std::size_t cohorts = 1 + watched_regions(p).size();
    for (const auto& [key, clients] : parts) cohorts += clients >= DayPool::kLeastClients ? 1 : 0;
    return cohorts;
}

// Days from the onset to the signal about the region; nothing if there was none in time.
std::optional<std::int32_t> delay_of(const std::vector<Signal>& shifts, const Portfolio& p, std::size_t region) {
    const std::string id = "portfolio-" + std::to_string(region_code(region)) + "-s";
    for (const Signal& shift : shifts) {
        const std::int32_t day = shift.window_to->n - p.first_day - static_cast<std::int32_t>(kOnset);
        if (shift.signal_id.value.starts_with(id) && day >= 0 && day < kMostDays) return day + 1;
    }
    return std::nullopt;
}

}  // namespace

CohortRow measure_cohorts(const std::shared_ptr<const Rules>& rules, const World& world, double rate,
                          std::uint64_t seed) {
    const Portfolio& p = world.portfolio;
    CohortRow row{.portfolio = p.name, .rate = rate, .cohorts = watched_cohorts(p)};
    const double years = static_cast<double>(row.cohorts) *
                         static_cast<double>(p.days - kWarmUpDays - CohortDetector::kWarmUpDays) / 365;
    row.false_alarms = static_cast<double>(shifts_of(rules, p, seed).size()) / years;
    for (const double depth : kDepthsOfRegions) {
        CohortRow::Falls falls{.depth = depth};
        for (const auto& [region, accounts] : watched_regions(p)) {
            std::vector<Drop> drops;
            for (const std::uint32_t account : accounts) drops.push_back({account, kOnset, {.depth = depth}});
            const auto delay = delay_of(shifts_of(rules, inject(p, drops, seed), seed), p, region);
            ++falls.of;
            falls.delay_days += delay.value_or(0);
            falls.missed += delay ? 0 : 1;
        }
        if (falls.of > falls.missed) falls.delay_days /= static_cast<double>(falls.of - falls.missed);
        row.falls.push_back(falls);
    }
    return row;
}

Table cohorts(const std::vector<CohortRow>& rows) {
    Table table;
    table.head = {"portfolio", "rate", "cohorts", "FA/yr"};
    for (const double depth : kDepthsOfRegions) {
        table.head.push_back("d " + decimals(100 * depth, 0));
        table.head.push_back("miss " + decimals(100 * depth, 0));
    }
    for (const CohortRow& row : rows) {
        std::vector<std::string> cells{row.portfolio, decimals(row.rate, 0), std::to_string(row.cohorts),
                                       decimals(row.false_alarms, 2)};
        for (const CohortRow::Falls& falls : row.falls) {
            cells.push_back(falls.of == falls.missed ? nothing() : decimals(falls.delay_days, 1));
            cells.push_back(std::to_string(falls.missed) + "/" + std::to_string(falls.of));
        }
        table.rows.push_back(std::move(cells));
    }
    return table;
}

}  // namespace aw::bench
