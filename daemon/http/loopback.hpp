// Who counts as this machine. Without tokens the server trusts everybody on it, so it must be sure, also against a web
// page that a browser on this machine shows: DNS rebinding (a foreign name that points to 127.0.0.1) is seen in Host,
// a foreign page's form or script in Origin.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <boost/asio/ip/tcp.hpp>

#include "base/result.hpp"
#include "http/message.hpp"

namespace aw::http {

// "127.0.0.1:8480", "[::1]:0", "localhost:8480", "0.0.0.0:8480". No name but localhost is looked up.
[[nodiscard]] Result<boost::asio::ip::tcp::endpoint> parse_listen(const std::string& text);
[[nodiscard]] bool is_loopback(const boost::asio::ip::address& address);  // ::ffff:127.0.0.1 is, too
[[nodiscard]] bool is_loopback_host(std::string_view host);               // of a Host header, with or without port

// Why a request of the loopback-only server is refused; nothing = it is fine.
[[nodiscard]] std::optional<Response> refuse_foreign(const Request& request);

}  // namespace aw::http
