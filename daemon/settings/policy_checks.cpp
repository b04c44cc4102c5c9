#include <algorithm>
#include <map>
#include <set>

#include <accountwatch/config/v1/policy.pb.h>
#include <fmt/format.h>

#include "core/model/enums.hpp"
#include "settings/checks.hpp"
#include "settings/nearest.hpp"
#include "settings/scalars.hpp"

namespace aw::settings {
namespace {

constexpr int kMostApprovals = 4;

namespace pb = accountwatch::config::v1;

std::string row(const char* list, int index) { return fmt::format("policy/{}[{}]", list, index); }

void check_grades(const pb::GradeScheme& scheme, Findings& findings) {
    std::optional<std::int64_t> end;  // of the grade before; none at the first
    for (int i = 0; i < scheme.grades_size(); ++i) {
        const auto& grade = scheme.grades(i);
        const std::string path = row("grade_scheme.grades", i);
        if (grade.has_from() == grade.has_above()) {
            findings.mistake(path, fmt::format("grade '{}' must have exactly one of 'from' and 'above'", grade.id()));
            return;  // what follows depends on it
        }
        const std::int64_t begin = grade.has_from() ? grade.from() : grade.above();
        if (grade.has_up_to() && grade.up_to() <= begin) {
            findings.mistake(path + ".up_to", fmt::format("grade '{}' ends at {}, before it begins", grade.id(),
                                                          format_hundredths(grade.up_to(), true)));
        }
        const std::int64_t touching = grade.has_from() ? begin - 1 : begin;
        if (end && touching != *end) {
            findings.mistake(path, fmt::format("grade '{}' must begin where the one before ends: above: {}", grade.id(),
                                               format_hundredths(*end, true)));
        }
        if (!grade.has_up_to() && i + 1 < scheme.grades_size()) {
            findings.mistake(path, fmt::format("grade '{}' needs 'up_to' (only the last may be open)", grade.id()));
            return;
        }
        end = grade.up_to();
    }
}

void check_responsibility(const pb::Policy& policy, Findings& findings) {
    std::vector<std::string> grades;
    for (const auto& grade : policy.grade_scheme().grades()) grades.push_back(grade.id());
    std::set<std::string> covered;
    bool all_named = !grades.empty();
    for (int i = 0; i < policy.responsibility_size(); ++i) {
        const auto& entry = policy.responsibility(i);
        all_named = all_named && entry.has_grade();
        covered.insert(entry.grade());
        const bool known = entry.grade().empty() || std::count(grades.begin(), grades.end(), entry.grade()) > 0;
        if (!known && !grades.empty()) {
            findings.mistake(row("responsibility", i) + ".grade",
                             fmt::format("grade '{}' is not in the grade scheme{}", entry.grade(),
                                         did_you_mean(entry.grade(), grades)));
        }
        for (int n = 0; n < entry.chain_size(); ++n) {
            if (entry.chain(n) != entry.leader()) continue;
            findings.mistake(row("responsibility", i) + fmt::format(".chain[{}]", n),
                             fmt::format("'{}' is the leader already", entry.leader()));
        }
    }
    grades.push_back("");
    for (const auto& grade : grades) {
        if (!all_named || policy.responsibility_size() == 0 || covered.count(grade) > 0) continue;
        findings.mistake("policy/responsibility",
                         grade.empty() ? "'responsibility' has no row for ungraded accounts (grade: \"\")"
                                       : fmt::format("'responsibility' has no row for grade '{}'", grade));
    }
}

void check_span(const std::string& span, const std::string& clock, const std::string& path, Findings& findings) {
    const auto read = parse_span(span);
    if (span.empty() || clock.empty()) return;  // reported by the reader
    if (!read || (read->ms == 0 && read->business_days == 0)) {
        findings.mistake(path + ".span", "'span' must be longer than nothing");
    } else if (read->business_days != 0 && clock != "BUSINESS") {
        findings.mistake(path + ".span", fmt::format("'{}' are business days, the clock is {} (write BUSINESS, or {}d)",
                                                     span, clock, read->business_days));
    } else if (clock == "BUSINESS" && span.ends_with('d') && !span.ends_with("bd")) {
        findings.mistake(path + ".span", fmt::format("'{}' on the clock BUSINESS (write {}bd or {}h)", span,
                                                     span.substr(0, span.size() - 1), read->ms / 3'600'000));
    }
}

// Either because of a signal, by a deadline, or so many times in every period.
void check_obligation(const pb::ObligationRow& duty, const pb::GradeScheme& scheme, const std::string& path,
                      Findings& findings) {
    // What was written wrongly has been told and is not missing, too.
    const auto written = [&](bool has, const char* field) { return has || findings.places.has(path + "." + field); };
    const auto need = [&](bool has, const char* field, const char* beside) {
        if (!written(has, field))
            findings.mistake(path, fmt::format("'{}' is missing (it belongs to '{}')", field, beside));
    };
    if (!written(duty.has_times(), "times")) {
        if (!written(duty.has_on(), "on")) {
            return findings.mistake(path,
                                    "what causes it is missing: write 'on' (a kind of signal) with 'span' and "
                                    "'clock', or 'times' with 'period' and 'grades'");
        }
        need(duty.has_span(), "span", "on");
        need(duty.has_clock(), "clock", "on");
        if (duty.has_period() || duty.grades_size() > 0)
            findings.mistake(path, "'period' and 'grades' belong to 'times', this row has 'on'");
        if (duty.has_span() && duty.has_clock()) check_span(duty.span(), duty.clock(), path, findings);
        return;
    }
    if (duty.has_on() || duty.has_span() || duty.has_clock() || duty.has_severity()) {
        findings.mistake(path, "'on', 'span', 'clock' and 'severity' have no meaning beside 'times'");
    }
    need(duty.has_period(), "period", "times");
    need(duty.grades_size() > 0, "grades", "times");
    if (duty.has_kind() && duty.kind() != "VISIT" && duty.kind() != "CALL" && duty.kind() != "PICKUP") {
        findings.mistake(path + ".kind",
                         fmt::format("'{}' cannot be counted: 'times' is for VISIT, CALL and PICKUP", duty.kind()));
    }
    const auto& grades = scheme.grades();
    for (int i = 0; i < duty.grades_size() && !grades.empty(); ++i) {
        const std::string& wanted = duty.grades(i);
        if (wanted.empty() || std::any_of(grades.begin(), grades.end(), [&](auto& g) { return g.id() == wanted; }))
            continue;
        findings.mistake(fmt::format("{}.grades[{}]", path, i),
                         fmt::format("grade '{}' is not in the grade scheme", wanted));
    }
}

void check_obligations(const pb::Policy& policy, Findings& findings) {
    std::vector<std::string> visits;
    std::vector<std::string> pickups;
    for (int i = 0; i < policy.obligations_size(); ++i) {
        const auto& duty = policy.obligations(i);
        check_obligation(duty, policy.grade_scheme(), row("obligations", i), findings);
        if (duty.has_times()) (duty.kind() == "PICKUP" ? pickups : visits).push_back(duty.id());
    }
    const auto off_until = [&](const std::vector<std::string>& rows, const char* fed_by) {
        if (rows.empty()) return;
        findings.warning("policy/obligations",
                         fmt::format("off until the log has brought the first {}: {}", fed_by, joined(rows)));
    };
    off_until(visits, "routine touchpoint");
    off_until(pickups, "pickup");
}

void check_severity(const pb::Policy& policy, Findings& findings) {
    std::set<std::string> covered;
    for (const auto& entry : policy.severity().kinds()) covered.insert(entry.kind());
    std::vector<std::string> absent;
    for (const auto& kind : names_of("SignalKind")) {
        if (covered.count(kind) == 0) absent.push_back(kind);
    }
    const bool readable = policy.severity().kinds_size() > 0 && covered.count("") == 0;
    if (readable && !absent.empty()) {
        findings.mistake("policy/severity.kinds", "'severity.kinds' has no row for " + joined(absent));
    }
    for (int i = 0; i < policy.severity().raised_grades_size(); ++i) {
        const auto& wanted = policy.severity().raised_grades(i);
        const auto& grades = policy.grade_scheme().grades();
        if (grades.empty() || std::any_of(grades.begin(), grades.end(), [&](auto& g) { return g.id() == wanted; })) {
            continue;
        }
        findings.mistake(row("severity.raised_grades", i),
                         fmt::format("grade '{}' is not in the grade scheme", wanted));
    }
}

}  // namespace

void check_policy(const pb::Policy& policy, Findings& findings) {
    check_grades(policy.grade_scheme(), findings);
    check_responsibility(policy, findings);
    for (int i = 0; i < policy.comparisons_size(); ++i) {
        check_comparison(policy.comparisons(i), row("comparisons", i), findings);
    }
    check_obligations(policy, findings);
    for (int i = 0; i < policy.milestones_size(); ++i) {
        const auto& milestone = policy.milestones(i);
        check_span(milestone.span(), milestone.clock(), row("milestones", i), findings);
        if (milestone.has_fridays() && milestone.kind() != "PROGRESS_UPDATE") {
            findings.mistake(row("milestones", i) + ".fridays", "'fridays' is for PROGRESS_UPDATE only");
        }
    }
    if (policy.complaints().approvals_size() > kMostApprovals)
        findings.mistake("policy/complaints.approvals", "'complaints.approvals' must be one to four posts (R74)");
    const auto& life = policy.cases();
    if (life.partly_recovered_pct() > life.recovered_pct()) {
        findings.mistake("policy/cases.partly_recovered_pct",
                         "'cases.partly_recovered_pct' must not be more than recovered_pct");
    }
    check_span(life.hand_over(), life.hand_over_clock(), "policy/cases", findings);
    for (int i = 1; i < policy.offers().tiers_size(); ++i) {
        if (policy.offers().tiers(i).from() > policy.offers().tiers(i - 1).from()) continue;
        findings.mistake(row("offers.tiers", i) + ".from",
                         "'offers.tiers' must go from the smallest amount to the greatest");
    }
    check_severity(policy, findings);
    const auto& noise = policy.noise();
    if (noise.has_warn_first_pct() && noise.has_warn_second_pct() &&
        noise.warn_second_pct() <= noise.warn_first_pct()) {
        findings.mistake("policy/noise.warn_second_pct", "'noise.warn_second_pct' must be later than warn_first_pct");
    }
}

}  // namespace aw::settings
