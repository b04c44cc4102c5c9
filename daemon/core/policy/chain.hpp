// Which posts are asked about a case, one after the other (R18, R82; requirements 3.2).
#pragma once

#include <string>
#include <vector>

#include "core/model/enums.hpp"
#include "core/policy/policy.hpp"

namespace aw {

// The leader's post of the grade ("" = ungraded), then those above it, nearest first; never empty. A CRITICAL case
// leaves out who ranks below the policy's minimum leader and has at least that one.
[[nodiscard]] std::vector<StaffRole> chain_roles(const Policy& policy, const std::string& grade, Severity severity);

}  // namespace aw
