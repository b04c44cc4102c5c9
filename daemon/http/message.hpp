// What a handler gets and gives. Plain values, so that nobody outside this folder sees Beast.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace aw::http {

// What a token may do; also what a route demands.
enum class Scope : std::uint8_t { none = 0, read = 1, command = 2, ingest = 4, operate = 8 };

// Who asks. With tokens: the token's owner. Without: empty, the actor comes from the body (loopback only).
struct Principal {
    std::string staff_id;
    std::uint8_t scopes = 0;

    [[nodiscard]] bool allows(Scope scope) const {
        return (scopes & static_cast<std::uint8_t>(scope)) == static_cast<std::uint8_t>(scope);
    }
    bool operator==(const Principal&) const = default;
};

struct Request {
    std::string method;
    std::string target;                                        // as sent, with the query
    std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
    std::string body;
    std::string peer;  // address of the other side, without port

    // Filled in by the router:
    std::string route;                         // the pattern that matched, e.g. for a metric
    std::map<std::string, std::string> path;   // placeholders, percent-decoded
    std::map<std::string, std::string> query;  // parameters, percent-decoded
    Principal principal;

    // The first header of that name (lower case); empty when there is none.
    [[nodiscard]] std::string_view header(std::string_view name) const;
    [[nodiscard]] std::string query_or(const std::string& name, std::string otherwise = {}) const;
};

struct Response {
    int status = 200;
    std::string body = {};
    std::string content_type = "application/json";
    std::vector<std::pair<std::string, std::string>> headers = {};
};

// The one answer to a request. May be kept, copied and called later, from any thread, also after the connection or the
// server is gone; only the first call counts. When the last copy goes without an answer, the client gets 500.
class Responder {
public:
    using Send = std::function<void(Response)>;
    explicit Responder(Send send);

    void operator()(Response response) const;

private:
    struct Once;
    std::shared_ptr<Once> once_;
};

using Handler = std::function<void(Request, Responder)>;

// RFC 9457: {"type":"about:blank","title":...,"status":...,"detail":...,"code":...}.
[[nodiscard]] Response problem(int status, std::string_view code, std::string_view detail);
[[nodiscard]] std::string_view status_text(int status);

// %41 -> A; '+' is a plus sign in a path and a blank in a query. Nothing for a broken escape, NUL or bad UTF-8.
[[nodiscard]] bool percent_decode(std::string_view text, bool query, std::string& out);

}  // namespace aw::http
