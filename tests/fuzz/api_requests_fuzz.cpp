// What a request of the HTTP API asks for, as the handlers read it. The first byte says what is asked and whether with
// a token; then a line with the id of the path, one with the parameters (NAME=VALUE&...), one with the Idempotency-Key,
// and the body. It is refused with a status of the client's and a code, or it is what the server means by it: no body
// says anything of another case or task, in another's name, or of what is the server's.
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "app/api_requests.hpp"
#include "base/check.hpp"
#include "codec/text.hpp"

namespace {

using namespace aw;
using namespace aw::app;

constexpr Timestamp kNow{1'786'926'600'000};

std::string_view take_line(std::string_view& rest) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    return line;
}

http::Request request_of(std::string_view parameters) {
    http::Request request;
    while (!parameters.empty()) {
        const std::string_view one = parameters.substr(0, parameters.find('&'));
        parameters.remove_prefix(std::min(one.size() + 1, parameters.size()));
        const std::size_t equals = std::min(one.find('='), one.size());
        std::string value;
        if (http::percent_decode(one.substr(std::min(equals + 1, one.size())), true, value))
            request.query[std::string(one.substr(0, equals))] = value;
    }
    return request;
}

void check_refusal(const http::Response& answer) {
    AW_CHECK(answer.status >= 400 && answer.status < 500);
    AW_CHECK(answer.body.find("\"code\":\"") != std::string::npos && codec::valid_utf8(answer.body));
}

void check_command(const Result<const Event*, CommandRefused>& event, const CommandRequest& request,
                   std::string_view case_id, std::string_view task_id) {
    if (!event) {
        check_refusal(event.error().answer);
        AW_CHECK(!event.error().in_anothers_name || (!request.owner.empty() && event.error().named != request.owner));
        return;
    }
    const Event& taken = **event;
    AW_CHECK(taken.event_id == request.event_id && taken.source == "http" && taken.occurred_at == request.now);
    AW_CHECK(!taken.code.is_set() && !taken.recorded_at.is_set());
    const auto& command = std::get<CommandEvent>(taken.payload);
    AW_CHECK(command.case_id == case_id);
    AW_CHECK(request.owner.empty() ? !command.actor_staff_id.empty() : command.actor_staff_id == request.owner);
    if (!task_id.empty()) AW_CHECK(std::get<DoneAction>(command.action).task_id == task_id);
    AW_CHECK(root_of(taken) == root_of_id(task_id.empty() ? case_id : task_id));
    AW_CHECK(!intake::event_record(taken, Format::protobuf).key.empty());
}

void commands(const std::string& id, const CommandRequest& request) {
    if (!root_of_id(id)) return;  // 404
    CommandReader reader;
    check_command(reader.read(id, request), request, id, {});
    check_command(reader.read_done(id, request), request, {}, id);
    static_cast<void>(read_export(request.body));
}

void questions(const http::Request& request) {
    if (const auto query = read_case_query(request)) {
        AW_CHECK(query->limit >= 1 && query->limit <= 1'000);
        if (query->after) {
            http::Request next = request;
            next.query["cursor"] = to_text(*query->after, query->order);
            const auto again = read_case_query(next);
            AW_CHECK(again && again->after && again->after->case_id == query->after->case_id);
            AW_CHECK(again->after->value.minor == query->after->value.minor);
            AW_CHECK(quoted(next.query["cursor"]) == "\"" + next.query["cursor"] + "\"");  // as a page shows it
        }
    } else {
        check_refusal(query.error());
    }
    if (const auto query = read_task_query(request); !query) check_refusal(query.error());
    const auto query = read_explain_query(request, Language::ZH);
    if (!query) return check_refusal(query.error());
    if (query->at) AW_CHECK(parse_rfc3339(format_utc(*query->at)) == query->at);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const bool asks = (data[0] & 1) != 0;
    const bool with_token = (data[0] & 2) != 0;
    std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
    const std::string id(take_line(rest));
    const http::Request request = request_of(take_line(rest));
    const std::string key(take_line(rest));
    asks ? questions(request)
         : commands(id, {rest, key.empty() ? std::string_view("http-1") : key, with_token ? "kam" : "", kNow});
    return 0;
}
