// Whether somebody would answer for a case that opens in any minute to come: for every unit and grade, on the clocks of
// every severity, with the leave and the deputies that the organisation file knows. What staff_change events say and
// who is assigned to a single account is not known before it happens and is not asked here.
//
// The chain is followed as a case follows it: a post that nobody holds, or whose holders and deputies are all away, is
// passed over at once; somebody who is asked, but is away in all of the clock's time until the deadline, does not
// answer, and the next level is asked when the deadline passes. If a deputy of the one who was asked is at work then,
// that is a warning and no gap: nobody tells the deputy, but there is one. (A clock of office hours waits for the
// office, so a weekend by itself is no gap.)
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "core/model/enums.hpp"
#include "core/model/ids.hpp"
#include "core/policy/rules.hpp"

namespace aw {

// LEADER: the chain of leaders on the clock of ACKNOWLEDGE. SALES and AFTER_SALES: the seats without which no group is
// formed, on the clock of FORM_GROUP. OPERATIONS: who is told when all else fails.
AW_ENUM(ChainSeat, LEADER, SALES, AFTER_SALES, OPERATIONS)

// Somebody on leave while needed.
struct Absence {
    StaffId who;
    Day from;
    Day until;            // inclusive
    bool deputy = false;  // of the one before in the list
    bool operator==(const Absence&) const = default;
};

// A post that was tried in vain.
struct ChainStep {
    StaffRole role = StaffRole::UNSPECIFIED;
    std::vector<Absence> away;     // holders and deputies in the order of asking
    std::optional<Absence> asked;  // at work when asked, away as long as the clock runs
    bool operator==(const ChainStep&) const = default;

    // Neither in the unit nor above it does anybody hold the post.
    [[nodiscard]] bool is_vacant() const { return away.empty() && !asked; }
};

// [from, to), in minutes, of one unit, grade and severity, with one and the same reason.
struct ChainFinding {
    bool gap = false;  // nobody answers; otherwise a warning: somebody else does, or nobody holds OPERATIONS
    ChainSeat seat = ChainSeat::UNSPECIFIED;
    UnitId unit;
    std::string grade;                          // of LEADER; "" = ungraded
    Severity severity = Severity::UNSPECIFIED;  // all but OPERATIONS
    Timestamp from;
    Timestamp to;
    std::vector<ChainStep> tried;  // at least one
    StaffId instead;               // of a warning: who answers
    StaffRole instead_role = StaffRole::UNSPECIFIED;
};

struct ChainReport {
    Timestamp from;
    Timestamp to;
    std::vector<UnitId> units;
    std::vector<std::string> grades;     // "" = ungraded, the last
    std::vector<ChainFinding> findings;  // by seat, unit, grade, severity, time
    YearsWithoutHolidays years;          // of the calendar

    [[nodiscard]] bool has_gap() const;
};

// Looks at every minute of [from, from + days). Pure; REQUIRES days > 0 and a calendar with office hours.
[[nodiscard]] ChainReport lint_chains(const Rules& rules, Day from, int days);

}  // namespace aw
