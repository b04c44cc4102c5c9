#include "core/policy/grading.hpp"

#include <algorithm>

namespace aw {

std::int8_t grade_rank(const GradeScheme& scheme, Money t12m) {
    for (std::size_t i = 0; i < scheme.grades.size(); ++i) {
        const Grade& grade = scheme.grades[i];
        const bool above = grade.above_inclusive ? t12m >= grade.above : t12m > grade.above;
        if (above && (!grade.up_to || t12m <= *grade.up_to)) return static_cast<std::int8_t>(i);
    }
    return kUngraded;
}

std::int8_t regrade(const Policy& policy, std::int8_t stored, Money t12m) {
    const std::int8_t exact = grade_rank(policy.grade_scheme, t12m);
    if (exact >= stored) return exact;
    if (stored >= static_cast<std::int8_t>(policy.grade_scheme.grades.size())) return exact;  // another scheme came
    // Each boundary crossed downwards is the lower bound of the grade above it, and holds with its own hysteresis.
    for (std::int8_t rank = stored; rank > exact; --rank) {
        const std::int64_t boundary = policy.grade_scheme.grades[static_cast<std::size_t>(rank)].above.minor;
        const std::int64_t keeps_from = boundary - boundary / 10'000 * policy.downgrade_hysteresis_bp;
        if (t12m.minor >= keeps_from) return rank;
    }
    return exact;
}

std::string grade_name(const GradeScheme& scheme, std::int8_t rank) {
    const bool graded = rank >= 0 && static_cast<std::size_t>(rank) < scheme.grades.size();
    return graded ? scheme.grades[static_cast<std::size_t>(rank)].id : std::string();
}

std::int8_t carried_rank(const GradeScheme& from, const GradeScheme& to, std::int8_t rank) {
    if (rank == kUngraded || &from == &to) return rank;
    const std::string id = grade_name(from, rank);
    const auto same =
        std::find_if(to.grades.begin(), to.grades.end(), [&](const Grade& grade) { return grade.id == id; });
    return same == to.grades.end() ? kUngraded : static_cast<std::int8_t>(same - to.grades.begin());
}

bool is_key_account(const Policy& policy, UnitType unit_type, Importance importance, Money t12m) {
    if (is_important(importance)) return true;
    return std::any_of(policy.key_account.begin(), policy.key_account.end(), [&](const KeyAccountRule& rule) {
        return rule.unit_type == unit_type && t12m >= rule.min_t12m_revenue;
    });
}

Severity raised(Severity severity) {
    return severity >= Severity::CRITICAL ? Severity::CRITICAL : static_cast<Severity>(static_cast<int>(severity) + 1);
}

Severity signal_severity(const Policy& policy, Severity base, const std::string& grade, Importance importance) {
    if (base < Severity::MEDIUM) return base;
    const auto& grades = policy.severity.raised_grades;
    const bool by_grade = std::find(grades.begin(), grades.end(), grade) != grades.end();
    const bool by_importance = policy.severity.raise_important && is_important(importance);
    return by_grade || by_importance ? raised(base) : base;
}

}  // namespace aw
