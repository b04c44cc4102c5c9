#include "cli/http_client.hpp"

#include <algorithm>
#include <optional>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <fmt/format.h>

namespace aw::cli {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;

constexpr std::uint64_t kMostAnswerBytes = 256U << 20;

bool all_digits(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// One exchange. Each step is asynchronous, because only those have time limits, and is waited for at once.
class Exchange {
public:
    explicit Exchange(Duration time_limit) : time_limit_(time_limit), stream_(io_) {}

    beast::error_code connect(const std::string& host, const std::string& port) {
        beast::error_code error;
        tcp::resolver resolver(io_);
        const auto found = resolver.resolve(host, port, error);  // loopback or a name; the resolver has its own limit
        if (error) return error;
        return wait([&](auto done) {
            stream_.async_connect(found, [done](beast::error_code e, const tcp::endpoint&) { done(e); });
        });
    }
    template <class Request>
    beast::error_code send(Request& request) {
        return wait([&](auto done) {
            http::async_write(stream_, request, [done](beast::error_code e, std::size_t) { done(e); });
        });
    }
    template <class Parser>
    beast::error_code receive(Parser& parser) {
        return wait([&](auto done) {
            http::async_read(stream_, buffer_, parser, [done](beast::error_code e, std::size_t) { done(e); });
        });
    }

private:
    template <class Start>
    beast::error_code wait(Start start) {
        beast::error_code result;
        stream_.expires_after(time_limit_);
        start([&result](beast::error_code error) { result = error; });
        io_.restart();
        io_.run();
        return result;
    }

    Duration time_limit_;
    asio::io_context io_;
    beast::tcp_stream stream_;
    beast::flat_buffer buffer_;
};

}  // namespace

Result<HttpClient> HttpClient::make(Options options) {
    constexpr std::string_view kScheme = "http://";
    std::string_view rest = options.url;
    if (!rest.starts_with(kScheme)) return fail_with(fmt::format("--url {}: expected http://HOST:PORT", options.url));
    rest.remove_prefix(kScheme.size());
    while (rest.ends_with('/')) rest.remove_suffix(1);
    std::string host(rest);
    std::string port = "80";
    const std::size_t colon = rest.rfind(':');
    if (colon != std::string_view::npos && rest.find(']', colon) == std::string_view::npos) {
        host = rest.substr(0, colon);
        port = rest.substr(colon + 1);
    }
    if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
    if (host.empty() || host.find_first_of("/?#@ ") != std::string::npos || !all_digits(port) || port.size() > 5) {
        return fail_with(fmt::format("--url {}: expected http://HOST:PORT", options.url));
    }
    return HttpClient(std::move(options), std::move(host), std::move(port));
}

Result<Answer> HttpClient::get(const std::string& target) { return ask_owner(false, target, {}); }
Result<Answer> HttpClient::post(const std::string& target, const std::string& body) {
    return ask_owner(true, target, body);
}

Result<Answer> HttpClient::ask_owner(bool post, const std::string& target, const std::string& body) {
    std::string moved;
    auto answer = ask(post, target, body, moved);
    const std::size_t path = moved.find('/', moved.find("//") == std::string::npos ? 0 : moved.find("//") + 2);
    if (!answer || !options_.follow || moved.empty() || path == std::string::npos) return answer;
    Options there = options_;
    there.url = moved.substr(0, path);
    const auto owner = make(std::move(there));
    if (!owner) return fail_with("the owner's advertised_url cannot be used: " + owner.error().message);
    std::string again;
    return owner->ask(post, moved.substr(path), body, again);
}

Result<Answer> HttpClient::ask(bool post, const std::string& target, const std::string& body,
                               std::string& moved) const {
    const auto unreachable = [&](const char* step, const beast::error_code& error) {
        return fail_with(fmt::format("{}: {}: {} (is accountwatchd running, with the role serve?)", options_.url, step,
                                     error.message()));
    };
    http::request<http::string_body> request{post ? http::verb::post : http::verb::get, target, 11};
    request.set(http::field::host, host_ + ":" + port_);
    request.set(http::field::user_agent, "accountwatch");
    request.set(http::field::accept, "application/json");
    request.set(http::field::connection, "close");
    if (!options_.token.empty()) request.set(http::field::authorization, "Bearer " + options_.token);
    if (post) {
        request.set(http::field::content_type, "application/json");
        request.body() = body;
    }
    request.prepare_payload();

    Exchange exchange(options_.time_limit);
    if (const auto error = exchange.connect(host_, port_)) return unreachable("no connection", error);
    if (const auto error = exchange.send(request)) return unreachable("the request could not be sent", error);
    http::response_parser<http::string_body> parser;
    parser.body_limit(kMostAnswerBytes);
    if (const auto error = exchange.receive(parser)) return unreachable("no answer", error);
    if (parser.get().result() == http::status::temporary_redirect) moved = parser.get()[http::field::location];
    return Answer{static_cast<int>(parser.get().result_int()), std::move(parser.get().body())};
}

std::string url_encoded(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' ||
                           c == '.' || c == '_' || c == '~';
        out += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return out;
}

}  // namespace aw::cli
