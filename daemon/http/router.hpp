// Routes: which handler answers which request, and who may ask.
//
//     Router router(tokens);
//     router.add("GET", "/api/v1/cases/{id}", Scope::read, {}, handler);
//     server.start(..., router)   // admit() before the body is read, handle() after
//
// Owner: app/. Thread: the control thread (add() before the first request). Failure: problem JSON, never an exception.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/auth.hpp"
#include "http/message.hpp"

namespace aw::http {

class Router {
public:
    // Without tokens everybody who reaches the server may do everything (the server admits only this machine then).
    explicit Router(std::shared_ptr<const Tokens> tokens) : tokens_(std::move(tokens)) {}

    // `pattern`: segments separated by '/', a segment "{name}" takes any non-empty text. Fixed text wins over a
    // placeholder. `query`: the parameters it knows; any other is refused. GET answers HEAD, too.
    void add(std::string method, std::string pattern, Scope scope, std::vector<std::string> query, Handler handler);

    void set_tokens(std::shared_ptr<const Tokens> tokens) { tokens_ = std::move(tokens); }

    // Everything that can be said without the body: 400, 401, 403, 404, 405. Nothing = let it in.
    [[nodiscard]] std::optional<Response> admit(const Request& request) const;
    void handle(Request request, Responder respond) const;

private:
    struct Route {
        std::string method;
        std::string pattern;
        std::vector<std::string> segments;
        Scope scope = Scope::none;
        std::vector<std::string> query;
        Handler handler;
    };
    struct Match {
        const Route* route = nullptr;
        std::map<std::string, std::string> path;
        std::map<std::string, std::string> query;
        Principal principal;
    };

    [[nodiscard]] std::optional<Response> match(const Request& request, Match& match) const;
    [[nodiscard]] std::optional<Response> find_route(std::string_view path, std::string_view method,
                                                     Match& match) const;
    [[nodiscard]] std::optional<Response> authorise(const Request& request, Match& match) const;

    std::vector<Route> routes_;
    std::shared_ptr<const Tokens> tokens_;  // null = no tokens
};

}  // namespace aw::http
