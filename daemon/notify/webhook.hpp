// Kind `webhook`: POST of the notice as JSON to one URL, http or https.
//
// 2xx is delivered. 408, 429, 5xx, no connection, a failed TLS handshake and the time limit may be tried again; every
// other status will not get better. `Idempotency-Key` is the notice's id, so that a receiver can recognise a notice
// that comes twice (the daemon may die between delivery and its ledger). The certificate of an https server is checked.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "notify/channel.hpp"

namespace boost::asio {
class io_context;
}

namespace aw::notify {

struct Url {
    bool tls = false;
    std::string host;  // without brackets
    std::string port;
    std::string target;     // path and query
    std::string authority;  // as the Host header wants it
};

// http://host[:port][/path][?query]; no user, no fragment.
[[nodiscard]] Result<Url> parse_url(const std::string& text);

struct WebhookOptions {
    std::string id;
    std::string url;
    Duration time_limit = std::chrono::seconds(10);  // from the look-up of the name to the last byte of the answer
    std::string ca_file = {};                        // PEM; empty = the system's certificates
};

// The body: the notice as JSON, with the rendered subject and text in it.
using BodyWriter = std::function<std::string(const Notice&)>;

// Failure: a URL or CA file that cannot be used.
[[nodiscard]] Result<std::unique_ptr<Channel>> make_webhook(boost::asio::io_context& io, WebhookOptions options,
                                                            BodyWriter body);

}  // namespace aw::notify
