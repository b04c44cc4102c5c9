// What a request of the HTTP API asks for: its body or its parameters, read and checked. Pure; the answers that these
// give say what is wrong with the request.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "app/board.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "core/model/event.hpp"
#include "http/message.hpp"
#include "intake/line_events.hpp"

namespace aw::app {

// --- commands ---

// A command whose fields stand in the body of a request; all else of its event is the server's, whatever they say.
struct CommandRequest {
    std::string_view body;
    std::string_view event_id;
    std::string_view owner;  // of the token, who is the actor; empty without tokens: then the body names one
    Timestamp now;
};

struct CommandRefused {
    http::Response answer;
    // The body names another actor than the token's owner: that leaves a trace.
    bool in_anothers_name = false;
    std::string named = {};
    std::string action = {};
};

// One owner, one thread. The events are valid until the next call.
class CommandReader {
public:
    // A command on the case that the path names.
    [[nodiscard]] Result<const Event*, CommandRefused> read(const std::string& case_id, const CommandRequest& request);
    // That the task which the path names is done; the body may be blank.
    [[nodiscard]] Result<const Event*, CommandRefused> read_done(const std::string& task_id,
                                                                 const CommandRequest& request);

private:
    intake::LineEvents lines_;
};

// A JSON string.
[[nodiscard]] std::string quoted(std::string_view text);

// --- export ---

struct ExportRequest {
    std::string actor;
    std::string reason;
    std::string approver;
};
// Nothing: the body is no JSON object with texts of these names and nothing else. An empty one asks for nothing.
[[nodiscard]] std::optional<ExportRequest> read_export(std::string_view body);

// --- questions ---

// A page's next_cursor: the id of a case, <11 digits>-<n>; ordered by value, <fen>:<id>.
[[nodiscard]] std::string to_text(const Board::Cursor& cursor, Board::Order order);
[[nodiscard]] Result<Board::CaseQuery, http::Response> read_case_query(const http::Request& request);
[[nodiscard]] Result<Board::TaskQuery, http::Response> read_task_query(const http::Request& request);

struct ExplainQuery {
    Language language = Language::ZH;
    std::optional<Timestamp> at;  // nothing: now
};
[[nodiscard]] Result<ExplainQuery, http::Response> read_explain_query(const http::Request& request, Language otherwise);

}  // namespace aw::app
