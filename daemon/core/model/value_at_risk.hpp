// What work lists are ordered by: the revenue that a case may cost, by how probable the loss is.
#pragma once

#include <cmath>

#include "core/model/output.hpp"

namespace aw {

// In minor units of the currency. A case whose signals state no probability rests on what was counted or told, which
// is certain.
[[nodiscard]] inline Money value_at_risk(const Case& c) {
    if (c.probability <= 0 || c.probability >= 1) return c.revenue_at_risk;
    return {static_cast<std::int64_t>(std::floor(c.probability * static_cast<double>(c.revenue_at_risk.minor)))};
}

}  // namespace aw
