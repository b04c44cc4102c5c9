// Any bytes as what a client sends over one connection: through the session, the checks of a loopback server, router
// and tokens. Every answer is well formed, and no handler sees what it was not meant to see. The first byte says which
// kind of server it is. The same bytes are read as a tokens file, a path, a Host and an Authorization header.
#include <cstdint>
#include <string>
#include <string_view>

#include <boost/asio/io_context.hpp>
#include <sys/socket.h>
#include <unistd.h>

#include "base/check.hpp"
#include "base/text.hpp"
#include "http/loopback.hpp"
#include "http/router.hpp"
#include "http/session.hpp"

namespace {

using namespace aw;
using namespace aw::http;

constexpr std::string_view kTokens =  // of "token"
    "3c469e9d6c5875d37a43f353d4f88e61fcf812c66eee3457465a40b0da4153e0 kam read,command\n";

bool is_text(std::string_view text) {
    while (!text.empty()) {
        const std::size_t n = utf8_character(text);
        if (n == 0) return false;
        text.remove_prefix(n);
    }
    return true;
}

std::shared_ptr<const Tokens> tokens() {
    static const auto parsed = std::make_shared<const Tokens>(*Tokens::parse(kTokens, "tokens"));
    return parsed;
}

Router router_of(bool with_tokens) {
    Router router(with_tokens ? tokens() : nullptr);
    const auto handler = [with_tokens](Request request, Responder respond) {
        AW_CHECK(!with_tokens || request.principal.staff_id == "kam");
        for (const auto& [name, value] : request.path) AW_CHECK(!value.empty() && is_text(value));
        for (const auto& [name, value] : request.query) AW_CHECK(is_text(name) && is_text(value));
        respond(problem(422, "SEEN", request.route + request.query_or("state")));
    };
    router.add("GET", "/api/v1/cases", Scope::read, {"state", "unit", "limit", "cursor"}, handler);
    router.add("GET", "/api/v1/cases/{id}", Scope::read, {}, handler);
    router.add("POST", "/api/v1/cases/{id}/commands", Scope::command, {}, handler);
    router.add("GET", "/api/v1/accounts/{code}/explain", Scope::read, {"at"}, handler);
    router.add("POST", "/api/v1/events", with_tokens ? Scope::command : Scope::ingest, {}, handler);
    router.add("POST", "/api/v1/forbidden", Scope::operate, {}, [with_tokens](Request, Responder respond) {
        AW_CHECK(!with_tokens);
        respond({});
    });
    router.add("GET", "/late", Scope::none, {}, [](Request, Responder) {});  // never answered: 500
    return router;
}

// What came back over the connection.
std::string answers(std::string_view sent, bool with_tokens) {
    int ends[2];
    AW_CHECK(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
    AW_CHECK(sent.empty() || ::send(ends[0], sent.data(), sent.size(), 0) == static_cast<ssize_t>(sent.size()));
    ::shutdown(ends[0], SHUT_WR);
    {
        boost::asio::io_context io;
        const Router router = router_of(with_tokens);
        ServerOptions options;
        options.loopback_only = !with_tokens;
        options.header_limit_bytes = 4096;
        options.body_limit_bytes = 16'384;
        auto hub = std::make_shared<Hub>(Hub{io,
                                             options,
                                             [&](const Request& r) { return router.admit(r); },
                                             [&](Request r, Responder s) { router.handle(std::move(r), std::move(s)); },
                                             std::make_shared<Gate>(io),
                                             {},
                                             false,
                                             {}});
        boost::asio::ip::tcp::socket socket(io);
        socket.assign(boost::asio::ip::tcp::v4(), ends[1]);
        std::make_shared<Session>(std::move(socket), hub, "127.0.0.1")->run();
        io.run();
        AW_CHECK(hub->sessions.empty());
        hub->gate->close();
    }
    std::string received;
    char buffer[4096];
    for (ssize_t n = 0; (n = ::recv(ends[0], buffer, sizeof buffer, MSG_DONTWAIT)) > 0;)
        received.append(buffer, static_cast<std::size_t>(n));
    ::close(ends[0]);
    return received;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0 || size > 60'000) return 0;
    std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const bool with_tokens = (bytes.front() & 1) != 0;
    bytes.remove_prefix(1);
    const std::string received = answers(bytes, with_tokens);
    AW_CHECK(received.empty() || received.starts_with("HTTP/1.1 "));
    const auto parsed = Tokens::parse(bytes, "tokens");
    AW_CHECK(parsed ? parsed->size() > 0 : !parsed.error().empty());
    std::string decoded;
    if (percent_decode(bytes, with_tokens, decoded)) AW_CHECK(is_text(decoded));
    static_cast<void>(is_loopback_host(bytes));
    if (const auto token = bearer_token(bytes)) static_cast<void>(tokens()->find(*token));
    return 0;
}
