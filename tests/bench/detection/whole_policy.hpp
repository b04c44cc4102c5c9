// False alarms of a whole policy: comparisons, statistical detectors, episodes and cases together, as the daemon runs
// them, on an undisturbed portfolio. One budget covers all of them, so what counts is their sum. And what it finds of
// drops, so that nobody buys the one with the other.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "bench/detection/strata.hpp"
#include "bench/detection/table.hpp"
#include "core/model/output.hpp"
#include "core/policy/rules.hpp"

namespace aw::bench {

// Which of an account's events there are: items alone, an invoice for every day's items beside them, or the same of
// three product lines, whose shares drift.
enum class Measures { kItems, kItemsAndRevenue, kItemsOfLines, kItemsAndRevenueOfLines };

// What the shard says of the portfolio, in the order of the log. REQUIRES: `rules` are live from before its first day.
[[nodiscard]] std::vector<Signal> signals_of(const std::shared_ptr<const Rules>& rules, const Portfolio& portfolio,
                                             Measures measures, std::uint64_t seed);
// Of the accounts' codes.
[[nodiscard]] std::uint32_t region_code(std::size_t region);

struct PolicyRow {
    std::string policy;
    std::string portfolio;
    double rate = 0;   // items per account and day
    double asked = 0;  // false_alarms_per_account_year
    Measures measures = Measures::kItems;
    // Signals of MEDIUM and higher by rule, per account-year, and all of them: after one of any rule an account is
    // silent for kPauseDays.
    std::map<std::string, double> by_rule;
    double sum = 0;
    double low = 0;                   // signals of LOW, all of them
    std::vector<DepthFigures> drops;  // of kDepths; of items alone
};

// REQUIRES: `rules` are live from before the portfolio's first day.
[[nodiscard]] PolicyRow measure_policy(const std::shared_ptr<const Rules>& rules, const World& world, double rate,
                                       Measures measures, std::uint64_t seed);
// The same rules at the setting at which the calibrating half has the false alarms asked for in all strata.
[[nodiscard]] std::shared_ptr<const Rules> calibrated(const std::shared_ptr<const Rules>& rules, const World& world,
                                                      Measures measures, std::uint64_t seed);
[[nodiscard]] Table policies(const std::vector<PolicyRow>& rows);

// A policy that is shipped, with every account watched; ends the program with a message if it cannot be read.
[[nodiscard]] std::shared_ptr<const Rules> shipped_policy(const std::string& name,
                                                          const std::vector<std::string>& overrides = {});

}  // namespace aw::bench
