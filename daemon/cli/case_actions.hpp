// What a person can do to a case from the command line: every command action of the contract with its fields, as one
// table. The arguments, their help, the file of --file and the JSON that is sent all follow from it.
#pragma once

#include <string>
#include <vector>

namespace aw::cli {

enum class FieldKind {
    text,
    name,      // of an enumeration, one of `names`
    time,      // a date (its last second), "YYYY-MM-DD HH:MM" in the zone shown, or RFC 3339
    amount,    // yuan, such as 49,999.00
    measures,  // a list of countermeasures: text, owner, due time
};

struct ActionField {
    std::string option;  // "--group-role"
    std::string field;   // of the action in JSON: "group_role"; "lost.reason" stands inside "lost"
    FieldKind kind = FieldKind::text;
    std::string type;  // what the help shows for the value
    std::string help;
    bool required = false;  // without it the command makes no sense; the daemon may ask for more
    std::vector<std::string> names = {};
};

struct ActionKind {
    std::string name;   // as it is typed: "approve-plan"
    std::string group;  // heading in the help
    std::string help;
    std::vector<ActionField> fields = {};
    bool reason_required = false;
    bool takes_file = false;   // its fields may come from a YAML or JSON file
    std::string example = {};  // what follows "accountwatch cases NAME CASE"; lines are continued with a backslash
};

// Every action, in the order of the help.
[[nodiscard]] const std::vector<ActionKind>& action_kinds();

// The action's field of a command in JSON: "approve_plan".
[[nodiscard]] std::string json_name(const ActionKind& kind);

// How a countermeasure is written on the command line.
inline constexpr const char* kMeasureType = "TEXT;OWNER;DUE";

}  // namespace aw::cli
