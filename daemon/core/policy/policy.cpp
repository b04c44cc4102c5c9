#include "core/policy/policy.hpp"

#include <algorithm>

namespace aw {

const MilestoneRule* milestone_rule(const Policy& policy, MilestoneKind kind, Severity severity) {
    for (const MilestoneRule& rule : policy.milestones) {
        if (rule.kind == kind && rule.severity == severity) return &rule;
    }
    return nullptr;
}

double detectors_rate(const Policy& policy) {
    const bool compares = std::any_of(policy.comparisons.begin(), policy.comparisons.end(), [](const auto& row) {
        return row.kind == SignalKind::VOLUME_DROP || row.kind == SignalKind::REVENUE_DROP;
    });
    return policy.detection.false_alarms_per_account_year / (compares ? 2 : 1);
}

const Span* milestone_span(const Policy& policy, MilestoneKind kind, Severity severity) {
    const MilestoneRule* rule = milestone_rule(policy, kind, severity);
    return rule == nullptr ? nullptr : &rule->span;
}

const SeverityRule* severity_rule(const Policy& policy, SignalKind kind) {
    for (const SeverityRule& rule : policy.severity.kinds) {
        if (rule.kind == kind) return &rule;
    }
    return nullptr;
}

const ResponsibilityRow& responsibility_for(const Policy& policy, const std::string& grade) {
    static const ResponsibilityRow kNobody{};
    const ResponsibilityRow* ungraded = &kNobody;
    for (const ResponsibilityRow& row : policy.responsibility) {
        if (row.grade == grade) return row;
        if (row.grade.empty()) ungraded = &row;
    }
    return *ungraded;
}

}  // namespace aw
