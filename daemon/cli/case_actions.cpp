#include "cli/case_actions.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"
#include "cli/config_file.hpp"

namespace aw::cli {
namespace {

// One JSON object, member by member; what is empty is left out.
class Object {
public:
    Object& text(std::string_view name, std::string_view value) {
        if (!value.empty()) raw(name, fmt::format("\"{}\"", json_escaped(value)));
        return *this;
    }
    Object& raw(std::string_view name, const std::string& json) {
        body_ += fmt::format("{}\"{}\":{}", body_.empty() ? "" : ",", name, json);
        return *this;
    }
    [[nodiscard]] std::string done() const { return "{" + body_ + "}"; }

private:
    std::string body_;
};

// The last moment of a day for a bare date: "by Friday" includes Friday.
std::optional<Timestamp> due_time(const std::string& text, const TimeZone& zone) {
    if (const auto day = parse_day(text)) return zone.at(*day + 1, 0) - std::chrono::seconds{1};
    return parse_instant(text, zone);
}

Result<std::string> measure_json(const std::string& text, const TimeZone& zone) {
    const std::size_t last = text.rfind('|');
    const std::size_t middle = last == std::string::npos || last == 0 ? std::string::npos : text.rfind('|', last - 1);
    if (middle == std::string::npos) {
        return fail_with(fmt::format(
            "--measure '{}': expected TEXT|OWNER|DUE, such as 'new offer|key-account-manager-1|2026-08-21'", text));
    }
    const auto due = due_time(text.substr(last + 1), zone);
    if (!due) {
        return fail_with(
            fmt::format("--measure '{}': '{}' is neither a date nor a time (2026-08-21, '2026-08-21 17:30' or "
                        "RFC 3339)",
                        text, text.substr(last + 1)));
    }
    Object object;
    object.text("text", text.substr(0, middle)).text("owner_staff_id", text.substr(middle + 1, last - middle - 1));
    return object.text("due_at", format_utc(*due)).done();
}

Result<std::string> plan_json(const CaseAction& action, const TimeZone& zone) {
    std::string measures;
    for (const std::string& text : action.measures) {
        auto measure = measure_json(text, zone);
        if (!measure) return measure;
        measures += (measures.empty() ? "" : ",") + *measure;
    }
    return Object().text("cause", action.cause).raw("countermeasures", "[" + measures + "]").done();
}

}  // namespace

Result<std::string> command_json(const CaseAction& action, const std::string& actor, const TimeZone& zone) {
    std::string field = action.name;
    std::replace(field.begin(), field.end(), '-', '_');
    Object fields;
    fields.text("group_role", action.group_role).text("level", action.level).text("channel", action.channel);
    fields.text("task_id", action.task_id).text("outcome", action.outcome).text("approver_staff_id", action.approver);
    Result<std::string> body = field == "plan" ? plan_json(action, zone) : Result<std::string>(fields.done());
    if (!body) return body;
    Object command;
    command.text("actor_staff_id", actor).text("reason", action.reason);
    if (action.expected_version != 0) command.raw("expected_version", std::to_string(action.expected_version));
    return command.raw(field, *body).done();
}

}  // namespace aw::cli
