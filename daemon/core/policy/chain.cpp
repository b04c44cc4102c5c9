#include "core/policy/chain.hpp"

#include "core/policy/staffing.hpp"

namespace aw {

std::vector<StaffRole> chain_roles(const Policy& policy, const std::string& grade, Severity severity) {
    const ResponsibilityRow& row = responsibility_for(policy, grade);
    std::vector<StaffRole> roles{row.leader};
    roles.insert(roles.end(), row.chain.begin(), row.chain.end());
    if (severity != Severity::CRITICAL) return roles;
    const int minimum = leader_rank(policy.severity.critical_min_leader);
    std::erase_if(roles, [&](StaffRole role) { return leader_rank(role) > minimum; });
    if (roles.empty()) roles.push_back(policy.severity.critical_min_leader);
    return roles;
}

}  // namespace aw
