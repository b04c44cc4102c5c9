#include "app/api_requests.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include <boost/json/parse.hpp>

namespace aw::app {
namespace {

constexpr std::size_t kMostPerPage = 1'000;

// The fields of a JSON object without its braces; nothing if it is no object by its looks (the decoder checks the
// rest).
std::optional<std::string_view> inside(std::string_view object) {
    const auto is_blank = [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; };
    while (!object.empty() && is_blank(object.front())) object.remove_prefix(1);
    while (!object.empty() && is_blank(object.back())) object.remove_suffix(1);
    if (object.size() < 2 || object.front() != '{' || object.back() != '}') return std::nullopt;
    object = object.substr(1, object.size() - 2);
    while (!object.empty() && is_blank(object.front())) object.remove_prefix(1);
    return object;
}

// What the body itself says about case and actor. A body that cannot be read says nothing here; the decoder tells why.
struct Said {
    bool case_id = false;
    bool actor = false;
    bool other_case = false;  // it names another case than the path
};
Said said_in(std::string_view body, std::string_view case_id) {
    Said said;
    boost::json::error_code error;
    const boost::json::value value = boost::json::parse(body, error);
    const auto* object = error ? nullptr : value.if_object();
    if (object == nullptr) return said;
    said.actor = object->contains("actor_staff_id");
    const auto* named = object->if_contains("case_id");
    said.case_id = named != nullptr;
    const auto* text = named == nullptr ? nullptr : named->if_string();
    said.other_case = text != nullptr && std::string_view(*text) != case_id;
    return said;
}

// `case_id` and `actor` are added where they are not empty. The body's fields are put inside as text. One that closes
// the command early finds nothing to go on with: beside a command an event has no other object, no key stands twice,
// and nothing follows the event.
std::string command_event(const CommandRequest& request, std::string_view case_id, std::string_view actor,
                          std::string_view fields) {
    std::string command;
    if (!case_id.empty()) command += R"("case_id":)" + quoted(case_id);
    if (!actor.empty()) command += (command.empty() ? "" : ",") + (R"("actor_staff_id":)" + quoted(actor));
    if (!fields.empty()) command += (command.empty() ? "" : ",") + std::string(fields);
    return R"({"event_id":)" + quoted(request.event_id) + R"(,"occurred_at":")" + format_utc(request.now) +
           R"(","source":"http","command":{)" + command + "}}";
}

// Should one have found something after all, it is not taken.
const CommandEvent* own_command(const Event& event, const CommandRequest& request) {
    if (event.code.is_set() || event.recorded_at.is_set() || event.event_id != request.event_id) return nullptr;
    return std::get_if<CommandEvent>(&event.payload);
}

CommandRefused refused(int status, std::string_view code, std::string_view detail) {
    return {http::problem(status, code, detail)};
}

CommandRefused unreadable(const Refusal& refusal) {
    const bool lacking =
        refusal.reason == DeadLetterReason::MISSING_FIELD || refusal.reason == DeadLetterReason::NO_PAYLOAD;
    return refused(lacking ? 422 : 400, lacking ? "MISSING_FIELD" : name(refusal.reason), refusal.detail);
}

// With tokens the actor is the token's; a body that names one must name the same.
std::string_view added_actor(const CommandRequest& request, const Said& said) {
    return said.actor ? std::string_view() : request.owner;
}
std::optional<CommandRefused> not_the_owner(const CommandEvent* command, std::string_view owner) {
    if (command == nullptr || owner.empty() || command->actor_staff_id == owner) return std::nullopt;
    const std::string why = "the token belongs to " + std::string(owner) + ", the command names another actor";
    return CommandRefused{http::problem(403, "FORBIDDEN", why), true, std::string(command->actor_staff_id),
                          std::string(action_name(command->action))};
}

bool is_case_id(std::string_view text) {
    return root_of_id(text) && std::ranges::all_of(text.substr(12), [](char c) { return c >= '0' && c <= '9'; });
}

std::optional<Board::Cursor> parse_cursor(std::string_view text, Board::Order order) {
    Board::Cursor cursor;
    if (order == Board::Order::kValueAtRisk) {
        const auto parsed = std::from_chars(text.data(), text.data() + text.size(), cursor.value.minor);
        if (parsed.ec != std::errc{} || parsed.ptr == text.data() + text.size() || *parsed.ptr != ':')
            return std::nullopt;
        text.remove_prefix(static_cast<std::size_t>(parsed.ptr - text.data()) + 1);
    }
    if (!is_case_id(text)) return std::nullopt;
    cursor.case_id = text;
    return cursor;
}

// "" and "id", or "value_at_risk".
std::optional<Board::Order> parse_order(std::string_view text) {
    if (text.empty() || text == "id") return Board::Order::kId;
    if (text == "value_at_risk") return Board::Order::kValueAtRisk;
    return std::nullopt;
}

http::Response bad_order() { return http::problem(400, "UNKNOWN_ENUM", "order is id or value_at_risk"); }

// An enumeration in the query: nothing given is fine, an unknown name is not.
template <class E>
bool parse_optional(const std::string& text, std::optional<E>& value) {
    if (text.empty()) return true;
    value = parse_enum<E>(text);
    return value.has_value();
}

}  // namespace

std::string quoted(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        if (static_cast<unsigned char>(c) < 0x20) {
            char escape[8];
            std::snprintf(escape, sizeof escape, "\\u%04x", c);
            out += escape;
        } else {
            out += c;
        }
    }
    return out + "\"";
}

Result<const Event*, CommandRefused> CommandReader::read(const std::string& case_id, const CommandRequest& request) {
    const auto fields = inside(request.body);
    if (!fields) {
        return fail(refused(400, "UNDECODABLE",
                            "the body is a command as a JSON object, e.g. {\"actor_staff_id\": \"...\", \"ack\": {}}"));
    }
    const Said said = said_in(request.body, case_id);
    if (said.other_case) {
        return fail(refused(
            400, "WRONG_CASE",
            "the body names another case_id than the path, which says " + case_id + ": leave it out or name the same"));
    }
    const auto event = lines_.read_json(
        command_event(request, said.case_id ? std::string_view() : case_id, added_actor(request, said), *fields));
    if (!event) return fail(unreadable(event.error()));
    const CommandEvent* command = own_command(**event, request);
    if (auto forbidden = not_the_owner(command, request.owner)) return fail(*std::move(forbidden));
    if (command == nullptr || command->case_id != case_id)
        return fail(refused(400, "UNKNOWN_FIELD", "the body is one command and nothing else"));
    return *event;
}

Result<const Event*, CommandRefused> CommandReader::read_done(const std::string& task_id,
                                                              const CommandRequest& request) {
    const bool blank = request.body.find_first_not_of(" \t\r\n") == std::string::npos;
    const auto said_fields = blank ? std::optional<std::string_view>("") : inside(request.body);
    const Said said = said_in(request.body, {});
    if (!said_fields || said.case_id) {
        return fail(refused(400, "UNDECODABLE",
                            "the body is empty or a JSON object with actor_staff_id and reason, nothing else"));
    }
    const std::string fields =
        R"("done":{"task_id":)" + quoted(task_id) + "}" + (said_fields->empty() ? "" : ",") + std::string(*said_fields);
    const auto event = lines_.read_json(command_event(request, {}, added_actor(request, said), fields));
    if (!event) return fail(unreadable(event.error()));
    const CommandEvent* command = own_command(**event, request);
    if (auto forbidden = not_the_owner(command, request.owner)) return fail(*std::move(forbidden));
    const auto* done = command == nullptr ? nullptr : std::get_if<DoneAction>(&command->action);
    if (done == nullptr || done->task_id != task_id || !command->case_id.empty())
        return fail(refused(400, "UNKNOWN_FIELD", "the body is actor_staff_id and reason, and nothing else"));
    return *event;
}

std::optional<ExportRequest> read_export(std::string_view body) {
    ExportRequest asked;
    if (intake::is_blank(body)) return asked;
    boost::json::error_code error;
    const boost::json::value value = boost::json::parse(body, error);
    const auto* object = error ? nullptr : value.if_object();
    if (object == nullptr) return std::nullopt;
    for (const auto& field : *object) {
        std::string* into = field.key() == "actor_staff_id" ? &asked.actor : nullptr;
        if (field.key() == "reason") into = &asked.reason;
        if (field.key() == "approver_staff_id") into = &asked.approver;
        const auto* text = field.value().if_string();
        if (into == nullptr || text == nullptr) return std::nullopt;
        *into = std::string(*text);
    }
    return asked;
}

std::string to_text(const Board::Cursor& cursor, Board::Order order) {
    if (order == Board::Order::kId) return cursor.case_id;
    return std::to_string(cursor.value.minor) + ":" + cursor.case_id;
}

Result<Board::CaseQuery, http::Response> read_case_query(const http::Request& request) {
    Board::CaseQuery query;
    if (!parse_optional(request.query_or("state"), query.state))
        return fail(http::problem(400, "UNKNOWN_ENUM", "state is no case state"));
    if (!parse_optional(request.query_or("severity"), query.severity))
        return fail(http::problem(400, "UNKNOWN_ENUM", "severity is no severity"));
    query.unit = request.query_or("unit");
    const auto order = parse_order(request.query_or("order"));
    if (!order) return fail(bad_order());
    query.order = *order;
    const std::string after = request.query_or("cursor");
    if (!after.empty()) query.after = parse_cursor(after, query.order);
    if (!after.empty() && !query.after) {
        return fail(http::problem(400, "BAD_CURSOR",
                                  "cursor is the next_cursor of the page before, in the same order, or nothing"));
    }
    const std::string limit = request.query_or("limit", "100");
    const auto parsed = std::from_chars(limit.data(), limit.data() + limit.size(), query.limit);
    if (parsed.ec != std::errc{} || parsed.ptr != limit.data() + limit.size() || query.limit < 1 ||
        query.limit > kMostPerPage) {
        return fail(http::problem(400, "BAD_COUNT", "limit is a number from 1 to " + std::to_string(kMostPerPage)));
    }
    return query;
}

Result<Board::TaskQuery, http::Response> read_task_query(const http::Request& request) {
    Board::TaskQuery query;
    query.staff = request.query_or("staff");
    if (!parse_optional(request.query_or("state"), query.state))
        return fail(http::problem(400, "UNKNOWN_ENUM", "state is no task state"));
    const auto order = parse_order(request.query_or("order"));
    if (!order) return fail(bad_order());
    query.order = *order;
    return query;
}

Result<ExplainQuery, http::Response> read_explain_query(const http::Request& request, Language otherwise) {
    ExplainQuery query{otherwise, {}};
    if (const std::string wanted = request.query_or("language"); !wanted.empty()) {
        if (wanted != "zh" && wanted != "en") return fail(http::problem(400, "UNKNOWN_ENUM", "language is zh or en"));
        query.language = wanted == "en" ? Language::EN : Language::ZH;
    }
    const std::string at = request.query_or("at");
    if (at.empty()) return query;
    query.at = parse_rfc3339(at);
    if (!query.at)
        return fail(http::problem(400, "BAD_TIME", "at is an RFC 3339 time such as 2026-08-17T08:30:00+08:00"));
    return query;
}

}  // namespace aw::app
