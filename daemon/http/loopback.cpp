#include "http/loopback.hpp"

#include <charconv>

#include <boost/asio/ip/address.hpp>
#include <fmt/format.h>

namespace aw::http {
namespace {

namespace asio = boost::asio;

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return out;
}

// "[::1]:80" -> "::1" and "80"; "localhost" -> "localhost" and "". False for anything that is not host[:port].
bool split_host(std::string_view text, std::string_view& host, std::string_view& port) {
    port = {};
    if (text.starts_with('[')) {
        const std::size_t end = text.find(']');
        if (end == std::string_view::npos) return false;
        host = text.substr(1, end - 1);
        text.remove_prefix(end + 1);
        if (text.empty()) return true;
        if (!text.starts_with(':')) return false;
        port = text.substr(1);
    } else {
        const std::size_t colon = text.find(':');
        host = text.substr(0, colon);
        if (colon == std::string_view::npos) return !host.empty();
        port = text.substr(colon + 1);
    }
    return !host.empty() && port.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

bool is_loopback(const asio::ip::address& address) {
    if (address.is_v6() && address.to_v6().is_v4_mapped()) {
        return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).is_loopback();
    }
    return address.is_loopback();
}

Result<asio::ip::tcp::endpoint> parse_listen(const std::string& text) {
    std::string_view host;
    std::string_view port;
    std::uint16_t number = 0;
    if (!split_host(text, host, port) || port.empty() ||
        std::from_chars(port.data(), port.data() + port.size(), number).ec != std::errc{}) {
        return fail_with(fmt::format("\"{}\" is not address:port (e.g. 127.0.0.1:8480 or [::1]:8480)", text));
    }
    if (lower(host) == "localhost") host = "127.0.0.1";
    boost::system::error_code error;
    const auto address = asio::ip::make_address(std::string(host), error);
    if (error) return fail_with(fmt::format("\"{}\" is not an IP address", host));
    return asio::ip::tcp::endpoint(address, number);
}

bool is_loopback_host(std::string_view text) {
    std::string_view host;
    std::string_view port;
    if (!split_host(text, host, port)) return false;
    if (lower(host) == "localhost" || lower(host) == "localhost.") return true;
    boost::system::error_code error;
    const auto address = asio::ip::make_address(std::string(host), error);
    return !error && is_loopback(address);
}

std::optional<Response> refuse_foreign(const Request& request) {
    const std::string_view host = request.header("host");
    if (!host.empty() && !is_loopback_host(host)) {
        return problem(403, "FORBIDDEN", "without tokens only this machine is served; use 127.0.0.1 or localhost");
    }
    if (request.method == "GET" || request.method == "HEAD") return std::nullopt;
    // A browser states where the page came from; other clients send neither header.
    const std::string_view origin = request.header("origin");
    if (!origin.empty() && lower(origin) != "http://" + lower(host)) {
        return problem(403, "FORBIDDEN", "the request comes from a foreign web page");
    }
    const std::string_view site = request.header("sec-fetch-site");
    if (!site.empty() && site != "same-origin" && site != "none") {
        return problem(403, "FORBIDDEN", "the request comes from a foreign web page");
    }
    return std::nullopt;
}

}  // namespace aw::http
