// Real histories: a UK wholesaler's customers and shipments of a supply chain to countries.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bench/detection/portfolio.hpp"

namespace aw::bench {

struct RealData {
    World retail;      // "retail-uk": parcels a day of groups of customers
    World shipments;   // "scms": lines a day of countries; few, for its natural collapses
    std::vector<std::string> countries;  // per account of `shipments`
};

// From `folder` (online_retail_daily.csv and scms_shipments.csv), or from the extract in the sources if it is empty.
// On failure nothing, and `error` says why.
[[nodiscard]] std::optional<RealData> read_real_data(const std::string& folder, std::string& error);

// A stand-in for the truth that nobody knows: level from a centred window of 61 days (it sees the future), weekday
// profile and pooled day factor from the whole history, dispersion from what is left. Looks at starts and counts.
[[nodiscard]] Truth estimated_truth(const Portfolio& portfolio);

// Days on which countries stopped for good or for very long.
struct NaturalCollapse {
    std::uint32_t account = 0;
    std::int32_t onset = 0;
};
[[nodiscard]] std::vector<NaturalCollapse> natural_collapses(const RealData& data);

}  // namespace aw::bench
