// The values of an action's fields, ready for JSON: from an option's text or from a file.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "cli/case_actions.hpp"
#include "core/calendar/calendar.hpp"

namespace aw::cli {

struct Measure {
    std::string text;
    std::string owner_staff_id;
    std::string due_at;  // RFC 3339 in UTC
};

struct ActionValues {
    std::map<std::string, std::string> texts;  // by ActionField::field: times in UTC, amounts in fen
    std::vector<Measure> measures;
};

// A value as it is sent; fails with what is expected.
[[nodiscard]] Result<std::string> sent_value(FieldKind kind, const std::vector<std::string>& names,
                                             const std::string& text, const TimeZone& zone);

// TEXT;OWNER;DUE; the text may hold semicolons.
[[nodiscard]] Result<Measure> parse_measure(const std::string& text, const TimeZone& zone);

// The fields of an action in YAML or JSON, by the names of the API. Fails with a line file:line:column: ... for each
// mistake.
[[nodiscard]] Result<ActionValues> read_action_file(const ActionKind& kind, const std::string& file,
                                                    const TimeZone& zone);

}  // namespace aw::cli
