#include "cli/case_actions.hpp"

#include <algorithm>

#include "core/model/enums.hpp"

namespace aw::cli {
namespace {

template <class E>
std::vector<std::string> names_of() {
    const auto& list = EnumNames<E>::kList;
    return {list.begin() + 1, list.end()};  // without UNSPECIFIED
}

template <class E>
ActionField name_field(std::string option, std::string field, std::string help, bool required = true) {
    return {std::move(option), std::move(field), FieldKind::name, {}, std::move(help), required, names_of<E>()};
}

ActionField staff_field(std::string option, std::string field, std::string help, bool required = true) {
    return {std::move(option), std::move(field), FieldKind::text, "STAFF_ID", std::move(help), required};
}

ActionField text_field(std::string option, std::string field, std::string help, bool required = false) {
    return {std::move(option), std::move(field), FieldKind::text, "TEXT", std::move(help), required};
}

ActionField time_field(std::string option, std::string field, std::string help, bool required = false) {
    return {std::move(option), std::move(field), FieldKind::time, "TIME", std::move(help), required};
}

// What a lost case owes (R65).
void add_lost(std::vector<ActionField>& fields) {
    fields.push_back(text_field("--lost-reason", "lost.reason", "LOST: why the client left"));
    fields.push_back(text_field("--lost-destination", "lost.destination", "LOST: where the client went"));
    fields.push_back(text_field("--lost-shortcomings", "lost.own_shortcomings", "LOST: what we did wrong"));
}

constexpr const char* kAnswer = "Answer";
constexpr const char* kWork = "Work";
constexpr const char* kGroup = "Group";
constexpr const char* kCourse = "Course";
constexpr const char* kEnd = "End";

void add_answers(std::vector<ActionKind>& kinds) {
    const ActionField seat = name_field<GroupRole>("--group-role", "group_role", "The seat in the group");
    kinds.push_back({"ack", kAnswer, "Acknowledges the case", {}, false, false, "--as deputy-gm"});
    kinds.push_back({"accept",
                     kAnswer,
                     "Takes a seat in the group",
                     {seat},
                     false,
                     false,
                     "--group-role SALES --as key-account-manager-1"});
    kinds.push_back({"decline",
                     kAnswer,
                     "Declines a seat; the next candidate is asked",
                     {seat},
                     false,
                     false,
                     "--group-role SALES --reason 'on leave' --as key-account-manager-1"});
}

void add_work(std::vector<ActionKind>& kinds) {
    kinds.push_back({"start", kWork, "Starts the investigation", {}, false, false, "--as key-account-manager-1"});
    kinds.push_back({"contact",
                     kWork,
                     "Records a contact with the client",
                     {name_field<ContactLevel>("--level", "level", "Whom of the client"),
                      name_field<TouchChannel>("--channel", "channel", "How")},
                     false,
                     false,
                     "--level EXECUTIVE --channel VISIT --as deputy-gm"});
    kinds.push_back({"plan",
                     kWork,
                     "Hands in cause and countermeasures",
                     {text_field("--cause", "cause", "Why the client is leaving", true),
                      {"--countermeasure", "countermeasures", FieldKind::measures, kMeasureType,
                       "What is to be done, by whom (staff id) and by when; may be repeated", true}},
                     false,
                     true,
                     "--cause 'a cheaper offer' \\\n"
                     "      --countermeasure 'new offer;key-account-manager-1;2026-08-21' \\\n"
                     "      --countermeasure 'call the decision maker;deputy-gm;2026-08-20 17:30' \\\n"
                     "      --as key-account-manager-1"});
    kinds.push_back({"approve-plan", kWork, "Approves the plan", {}, false, false, "--as deputy-gm"});
    kinds.push_back({"update",
                     kWork,
                     "Records progress in words",
                     {text_field("--text", "text", "What is new", true)},
                     false,
                     false,
                     "--text 'the client looks at our offer' --as key-account-manager-1"});
    kinds.push_back({"offer",
                     kWork,
                     "Records an offer to keep the client",
                     {{"--amount", "amount", FieldKind::amount, "YUAN", "What it is worth", true},
                      text_field("--text", "text", "What is offered")},
                     false,
                     false,
                     "--amount 12,000.00 --text 'three months of free pickup' \\\n"
                     "      --as key-account-manager-1"});
    kinds.push_back({"done",
                     kWork,
                     "Reports a task as done; CASE is none for a task of no case, such as a complaint's",
                     {{"--task", "task_id", FieldKind::text, "TASK_ID", "The task", true}},
                     false,
                     false,
                     "--task 37140200012-t4 --as key-account-manager-1"});
}

void add_group(std::vector<ActionKind>& kinds) {
    kinds.push_back(
        {"assign-task",
         kGroup,
         "Gives somebody a task",
         {staff_field("--staff", "staff_id", "Who is to do it"),
          text_field("--text", "text", "What is to be done", true), time_field("--due", "due_at", "By when")},
         false,
         false,
         "--staff pickup-courier-3 --text 'collect the returns' \\\n"
         "      --due '2026-08-18 17:30' --as deputy-gm"});
    kinds.push_back({"add-member",
                     kGroup,
                     "Invites somebody into the group",
                     {staff_field("--staff", "staff_id", "Whom"),
                      name_field<GroupRole>("--group-role", "group_role", "The seat in the group")},
                     false,
                     false,
                     "--staff finance-1 --group-role SPECIALIST --as deputy-gm"});
    kinds.push_back({"transfer",
                     kGroup,
                     "Hands the case over; the owner stays responsible until it is accepted",
                     {staff_field("--to", "to_staff_id", "To whom")},
                     false,
                     false,
                     "--to key-account-manager-2 --as key-account-manager-1"});
    kinds.push_back({"accept-transfer",
                     kGroup,
                     "Takes over a case that was handed over",
                     {},
                     false,
                     false,
                     "--as key-account-manager-2"});
}

void add_course(std::vector<ActionKind>& kinds) {
    kinds.push_back({"suspend",
                     kCourse,
                     "Lets the case rest, for at most 30 days",
                     {time_field("--until", "until", "Until when", true)},
                     true,
                     false,
                     "--until 2026-09-01 --reason 'the plant is closed in August' --as deputy-gm"});
    kinds.push_back({"resume", kCourse, "Goes on with a case that rests", {}, false, false, "--as deputy-gm"});
    kinds.push_back({"merge",
                     kCourse,
                     "Goes on in another case",
                     {{"--into", "into_case_id", FieldKind::text, "CASE", "The case that stays", true}},
                     true,
                     false,
                     "--into 37140200009-2 --reason 'one owner since July' --as deputy-gm"});
    kinds.push_back({"lower-severity",
                     kCourse,
                     "Lowers the severity, which never falls by itself",
                     {name_field<Severity>("--severity", "severity", "The new one")},
                     true,
                     false,
                     "--severity MEDIUM --reason 'only one of five branches' --as deputy-gm"});
}

void add_end(std::vector<ActionKind>& kinds) {
    ActionKind resolve{"resolve",
                       kEnd,
                       "Says how the case ended",
                       {name_field<Outcome>("--outcome", "outcome", "What came of it"),
                        staff_field("--approver", "approver_staff_id",
                                    "FALSE_ALARM and KNOWN_CHANGE: who approves that, beside a --reason", false)},
                       false,
                       false,
                       "--outcome KNOWN_CHANGE --reason 'moved house' \\\n"
                       "      --approver deputy-gm --as key-account-manager-1"};
    add_lost(resolve.fields);
    ActionKind report{
        "report",
        kEnd,
        "Hands in the analysis report",
        {text_field("--cause", "cause", "Why it happened"), text_field("--course", "course", "What happened, in order"),
         text_field("--responsible", "responsible", "Who was responsible"),
         text_field("--conclusion", "conclusion", "What follows from it"),
         text_field("--countermeasures", "countermeasures", "What was done about it"),
         text_field("--prevention", "prevention", "What keeps it from happening again")},
        false,
        true,
        "--file report.yaml --as key-account-manager-1"};
    add_lost(report.fields);
    kinds.push_back(std::move(resolve));
    kinds.push_back(std::move(report));
    kinds.push_back({"approve-report", kEnd, "Approves the analysis report", {}, false, false, "--as deputy-gm"});
    kinds.push_back({"close", kEnd, "Closes the case", {}, false, false, "--as deputy-gm"});
}

}  // namespace

const std::vector<ActionKind>& action_kinds() {
    static const std::vector<ActionKind> kinds = [] {
        std::vector<ActionKind> all;
        add_answers(all);
        add_work(all);
        add_group(all);
        add_course(all);
        add_end(all);
        return all;
    }();
    return kinds;
}

std::string json_name(const ActionKind& kind) {
    std::string name = kind.name;
    std::replace(name.begin(), name.end(), '-', '_');
    return name;
}

}  // namespace aw::cli
