// Grade and key-account status from T12M revenue (R1, R2, R6, R9).
#pragma once

#include <cstdint>
#include <string>

#include "base/money.hpp"
#include "core/model/enums.hpp"
#include "core/policy/policy.hpp"

namespace aw {

inline constexpr std::int8_t kUngraded = -1;

// Rank (index into the scheme) of a revenue, by the exact bounds of R6; kUngraded below the lowest.
[[nodiscard]] std::int8_t grade_rank(const GradeScheme& scheme, Money t12m);
// R9: upgrades and the first grading use the exact bounds; a downgrade needs the revenue to be below the boundary by
// the policy's hysteresis. `stored` is the rank so far.
[[nodiscard]] std::int8_t regrade(const Policy& policy, std::int8_t stored, Money t12m);
[[nodiscard]] std::string grade_name(const GradeScheme& scheme, std::int8_t rank);  // "" if ungraded

// The rank of the same grade in another scheme, by its id; kUngraded where that has none.
[[nodiscard]] std::int8_t carried_rank(const GradeScheme& from, const GradeScheme& to, std::int8_t rank);

// R1, R2: revenue at or above the unit type's threshold, or IMPORTANT or STRATEGIC whatever the revenue.
[[nodiscard]] bool is_key_account(const Policy& policy, UnitType unit_type, Importance importance, Money t12m);
// Monitored whatever the revenue (R2).
[[nodiscard]] inline bool is_important(Importance importance) {
    return importance == Importance::IMPORTANT || importance == Importance::STRATEGIC;
}

// One step up, never past CRITICAL.
[[nodiscard]] Severity raised(Severity severity);
// The severity of a signal: base +1 for a raised grade or an important account, on a base of MEDIUM or higher.
[[nodiscard]] Severity signal_severity(const Policy& policy, Severity base, const std::string& grade,
                                       Importance importance);

}  // namespace aw
