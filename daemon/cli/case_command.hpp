// A command as the body of POST /api/v1/cases/{id}/commands, from what was typed and what a file says.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "cli/case_actions.hpp"
#include "core/calendar/calendar.hpp"

namespace aw::cli {

// An action with the values of its options.
struct CaseAction {
    const ActionKind* kind = nullptr;
    std::string case_id;
    std::string reason;
    std::uint64_t expected_version = 0;         // 0 = any
    std::string file;                           // of --file; empty = none, "-" = standard input
    std::map<std::string, std::string> values;  // as typed, by ActionField::field; empty = not given
    std::vector<std::string> measures;          // TEXT;OWNER;DUE
};

// The command in JSON, without `case_id`, which stands in the path. What was typed replaces what the file says. Fails
// with one line for each mistake; times without an offset are in `zone`.
[[nodiscard]] Result<std::string> command_json(const CaseAction& action, const std::string& actor,
                                               const TimeZone& zone);

}  // namespace aw::cli
