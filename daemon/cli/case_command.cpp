#include "cli/case_command.hpp"

#include <limits>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "cli/action_values.hpp"

namespace aw::cli {
namespace {

namespace json = boost::json;

// The file's values with what was typed over them; `mistakes` gets a line for each that cannot be sent.
ActionValues gathered(const CaseAction& action, const TimeZone& zone, std::string& mistakes) {
    const auto wrong = [&](const std::string& line) { mistakes += (mistakes.empty() ? "" : "\n") + line; };
    ActionValues values;
    if (!action.file.empty()) {
        auto from_file = read_action_file(*action.kind, action.file, zone);
        if (!from_file) wrong(from_file.error().message);
        if (from_file) values = *std::move(from_file);
    }
    for (const ActionField& field : action.kind->fields) {
        const auto typed = action.values.find(field.field);
        if (typed == action.values.end() || typed->second.empty()) continue;
        auto sent = sent_value(field.kind, field.names, typed->second, zone);
        if (!sent) wrong(field.option + ": " + sent.error().message);
        if (sent) values.texts[field.field] = *std::move(sent);
    }
    if (!action.measures.empty()) values.measures.clear();
    for (const std::string& text : action.measures) {
        auto measure = parse_measure(text, zone);
        if (!measure) wrong("--countermeasure " + measure.error().message);
        if (measure) values.measures.push_back(*std::move(measure));
    }
    return values;
}

bool given(const ActionField& field, const ActionValues& values) {
    return field.kind == FieldKind::measures ? !values.measures.empty() : values.texts.contains(field.field);
}

// What is missing, in words; empty if nothing is.
std::string missing(const CaseAction& action, const ActionValues& values) {
    std::string text;
    const auto lacks = [&](const std::string& option) { text += (text.empty() ? "" : ", ") + option; };
    bool any = false;
    for (const ActionField& field : action.kind->fields) {
        any = any || given(field, values);
        if (field.required && !given(field, values)) lacks(field.option);
    }
    if (action.kind->reason_required && action.reason.empty()) lacks("--reason");
    if (action.kind->takes_file && !any && text.empty()) text = "at least one field";
    if (text.empty()) return {};
    return fmt::format("{} needs {}{}", action.kind->name, text,
                       action.kind->takes_file ? ", as options or in the file of --file" : "");
}

json::value json_of(const ActionField& field, const ActionValues& values) {
    if (field.kind == FieldKind::measures) {
        json::array list;
        for (const Measure& measure : values.measures) {
            list.push_back(json::object{
                {"text", measure.text}, {"owner_staff_id", measure.owner_staff_id}, {"due_at", measure.due_at}});
        }
        return list;
    }
    const std::string& text = values.texts.at(field.field);
    if (field.kind == FieldKind::amount) return json::object{{"currency", "CNY"}, {"minor", text}};
    return json::string(text);
}

json::object action_json(const ActionKind& kind, const ActionValues& values) {
    json::object body;
    for (const ActionField& field : kind.fields) {
        if (!given(field, values)) continue;
        const std::size_t dot = field.field.find('.');
        if (dot == std::string::npos) {
            body[field.field] = json_of(field, values);
            continue;
        }
        json::value& inner = body[field.field.substr(0, dot)];
        if (!inner.is_object()) inner = json::object();
        inner.as_object()[field.field.substr(dot + 1)] = json_of(field, values);
    }
    return body;
}

}  // namespace

Result<std::string> command_json(const CaseAction& action, const std::string& actor, const TimeZone& zone) {
    std::string mistakes;
    const ActionValues values = gathered(action, zone, mistakes);
    if (mistakes.empty()) mistakes = missing(action, values);
    if (action.expected_version > std::numeric_limits<std::int32_t>::max()) mistakes = "--expected-version: too large";
    if (!mistakes.empty()) return fail_with(std::move(mistakes));
    json::object command;
    if (!actor.empty()) command["actor_staff_id"] = actor;
    if (!action.reason.empty()) command["reason"] = action.reason;
    if (action.expected_version != 0) command["expected_version"] = action.expected_version;
    command[json_name(*action.kind)] = action_json(*action.kind, values);
    return json::serialize(command);
}

}  // namespace aw::cli
