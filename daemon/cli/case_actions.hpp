// What a person can do to a case from the command line, as the body of POST /api/v1/cases/{id}/commands.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "core/calendar/calendar.hpp"

namespace aw::cli {

// An action with the values of its options; the ones that an action does not know stay empty.
struct CaseAction {
    std::string name;  // "approve-plan"
    std::string case_id;
    std::string reason;
    std::uint64_t expected_version = 0;  // 0 = any
    std::string group_role;
    std::string level;
    std::string channel;
    std::string cause;
    std::vector<std::string> measures;  // TEXT|OWNER|DUE
    std::string task_id;
    std::string outcome;
    std::string approver;
};

// The command in JSON, without `case_id`, which stands in the path. Fails on a measure that is not TEXT|OWNER|DUE; DUE
// is RFC 3339, "YYYY-MM-DD HH:MM" or a date (its end) in `zone`.
[[nodiscard]] Result<std::string> command_json(const CaseAction& action, const std::string& actor,
                                               const TimeZone& zone);

}  // namespace aw::cli
