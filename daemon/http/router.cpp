#include "http/router.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/check.hpp"

namespace aw::http {
namespace {

std::vector<std::string> split(std::string_view text, char separator) {
    std::vector<std::string> list;
    while (true) {
        const std::size_t end = text.find(separator);
        list.emplace_back(text.substr(0, end));
        if (end == std::string_view::npos) return list;
        text.remove_prefix(end + 1);
    }
}

bool is_placeholder(const std::string& segment) { return segment.starts_with('{'); }

// How well the path fits: -1 not at all, else the number of segments of fixed text.
int fit(const std::vector<std::string>& pattern, const std::vector<std::string>& path) {
    if (pattern.size() != path.size()) return -1;
    int fixed = 0;
    for (std::size_t i = 0; i < path.size(); ++i) {
        if (is_placeholder(pattern[i])) {
            if (path[i].empty()) return -1;
        } else if (pattern[i] == path[i]) {
            ++fixed;
        } else {
            return -1;
        }
    }
    return fixed;
}

std::optional<Response> parse_query(std::string_view text, const std::vector<std::string>& known,
                                    std::map<std::string, std::string>& query) {
    for (const std::string& pair : split(text, '&')) {
        if (pair.empty()) continue;
        const std::size_t equals = pair.find('=');
        std::string name;
        std::string value;
        if (!percent_decode(std::string_view(pair).substr(0, equals), true, name) ||
            (equals != std::string::npos && !percent_decode(std::string_view(pair).substr(equals + 1), true, value))) {
            return problem(400, "BAD_REQUEST", "the query is not valid percent-encoded UTF-8");
        }
        if (std::ranges::find(known, name) == known.end()) {
            const std::string list = known.empty() ? "none" : fmt::format("{}", fmt::join(known, ", "));
            return problem(400, "UNKNOWN_PARAMETER", fmt::format("unknown parameter \"{}\" (known: {})", name, list));
        }
        if (!query.emplace(name, value).second) {
            return problem(400, "BAD_REQUEST", fmt::format("parameter \"{}\" stands twice", name));
        }
    }
    return std::nullopt;
}

}  // namespace

void Router::add(std::string method, std::string pattern, Scope scope, std::vector<std::string> query,
                 Handler handler) {
    AW_CHECK(pattern.starts_with('/') && handler != nullptr);
    Route route{std::move(method), pattern, split(pattern, '/'), scope, std::move(query), std::move(handler)};
    routes_.push_back(std::move(route));
}

std::optional<Response> Router::find_route(std::string_view path, std::string_view method, Match& match) const {
    std::vector<std::string> segments;
    for (const std::string& raw : split(path, '/')) {
        if (!percent_decode(raw, false, segments.emplace_back())) {
            return problem(400, "BAD_REQUEST", "the path is not valid percent-encoded UTF-8");
        }
    }
    int best = -1;
    for (const Route& route : routes_) best = std::max(best, fit(route.segments, segments));
    if (best < 0) return problem(404, "NOT_FOUND", "there is nothing at this path");

    std::set<std::string> allowed;
    for (const Route& route : routes_) {
        if (fit(route.segments, segments) != best) continue;
        allowed.insert(route.method);
        if (route.method == "GET") allowed.insert("HEAD");
        if (route.method == method || (route.method == "GET" && method == "HEAD")) match.route = &route;
    }
    if (match.route == nullptr) {
        const std::string list = fmt::format("{}", fmt::join(allowed, ", "));
        Response response = problem(405, "METHOD_NOT_ALLOWED", fmt::format("this path takes {}", list));
        response.headers.emplace_back("Allow", list);
        return response;
    }
    for (std::size_t i = 0; i < segments.size(); ++i) {
        const std::string& name = match.route->segments[i];
        if (is_placeholder(name)) match.path.emplace(name.substr(1, name.size() - 2), std::move(segments[i]));
    }
    return std::nullopt;
}

std::optional<Response> Router::authorise(const Request& request, Match& match) const {
    if (tokens_ == nullptr || match.route->scope == Scope::none) return std::nullopt;
    const auto token = bearer_token(request.header("authorization"));
    const auto principal = token ? tokens_->find(*token) : std::nullopt;
    if (!principal) {
        Response response = problem(401, "UNAUTHORIZED", token ? "unknown token" : "a bearer token is needed");
        response.headers.emplace_back("WWW-Authenticate", "Bearer");
        return response;
    }
    if (!principal->allows(match.route->scope)) {
        return problem(403, "FORBIDDEN", "the token does not have the scope this needs");
    }
    match.principal = *principal;
    return std::nullopt;
}

std::optional<Response> Router::match(const Request& request, Match& match) const {
    const std::string_view target = request.target;
    if (!target.starts_with('/')) return problem(400, "BAD_REQUEST", "the target must be a path");
    const std::size_t question = target.find('?');
    if (auto refused = find_route(target.substr(0, question), request.method, match)) return refused;
    if (auto refused = authorise(request, match)) return refused;
    if (question == std::string_view::npos) return std::nullopt;
    return parse_query(target.substr(question + 1), match.route->query, match.query);
}

std::optional<Response> Router::admit(const Request& request) const {
    Match found;
    return match(request, found);
}

void Router::handle(Request request, Responder respond) const {
    Match found;
    if (auto refused = match(request, found)) {
        respond(std::move(*refused));
        return;
    }
    request.route = found.route->pattern;
    request.path = std::move(found.path);
    request.query = std::move(found.query);
    request.principal = std::move(found.principal);
    found.route->handler(std::move(request), std::move(respond));
}

}  // namespace aw::http
