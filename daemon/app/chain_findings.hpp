// What lint_chains found, told to people: one row for all units, grades and severities that share a time and a reason.
#pragma once

#include <string>
#include <vector>

#include "core/obligations/chain_lint.hpp"
#include "settings/outside_checks.hpp"

namespace aw::app {

struct ChainRow {
    ChainFinding finding;  // its unit, grade and severity are those of the first
    std::vector<std::string> units;
    std::vector<std::string> grades;   // of LEADER; "" = ungraded
    std::vector<Severity> severities;  // empty for OPERATIONS
};
// Each row stands for every combination of its units, grades and severities; together they are the report's findings.
[[nodiscard]] std::vector<ChainRow> chain_rows(const ChainReport& report);

// "LEADER of G4, G5 in 371402 (CRITICAL, HIGH)"; all units and all grades of the report are called that.
[[nodiscard]] std::string chain_subject(const ChainRow& row, const ChainReport& report);
// A post that was tried: "TEAM_LEADER: team-1 is on leave until 2026-10-07, deputy team-2 until 2026-10-09".
[[nodiscard]] std::string chain_reason(const ChainStep& step);

// For `check`: gaps from `today` on for 365 days, at the leave that makes them, else at the row of responsibility. One
// in which nobody ever holds a post of the chain is a mistake, every other one a warning, as is a year that the
// calendar lacks.
[[nodiscard]] std::vector<settings::OutsideChecks::Finding> check_chains(const Rules& rules, Day today);

}  // namespace aw::app
