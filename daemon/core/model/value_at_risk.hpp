// What work lists are ordered by: the revenue that a case may cost, by how probable the loss is.
#pragma once

#include <cmath>
#include <cstdint>
#include <utility>

#include "core/model/output.hpp"

namespace aw {

// In minor units of the currency. What states no probability rests on what was counted or told, which is certain.
[[nodiscard]] inline Money value_at_risk(double probability, Money revenue) {
    if (probability <= 0 || probability >= 1) return revenue;
    return {static_cast<std::int64_t>(std::floor(probability * static_cast<double>(revenue.minor)))};
}
[[nodiscard]] inline Money value_at_risk(const Case& c) { return value_at_risk(c.probability, c.revenue_at_risk); }

// Both figures of a case are of one of its signals, the one that is worth most: a lane that is gone for certain says
// nothing of a fall of everything that is not. Where nothing is known of the revenue, the most probable one.
inline void take_figures(Case& c, const Signal& signal) {
    const auto rank = [](double probability, Money revenue) {
        return std::pair(value_at_risk(probability, revenue), revenue.minor > 0 ? 0 : probability);
    };
    if (rank(signal.probability, signal.revenue_at_risk) <= rank(c.probability, c.revenue_at_risk)) return;
    c.probability = signal.probability;
    c.revenue_at_risk = signal.revenue_at_risk;
}

}  // namespace aw
