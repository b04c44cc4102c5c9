// The HTTP/1.1 server: listens, reads requests, hands them to a handler, writes the answers in order.
//
// Owner: app/. Thread: the one that runs the io_context; every member function is called there (or while it does not
// run). Handlers run there, too, must not block, and answer through the Responder, now or later, from any thread.
// Limits on everything: header, body, connections, and time for each phase. A client that is too slow is cut off.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "base/time.hpp"
#include "http/message.hpp"

namespace boost::asio {
class io_context;
}

namespace aw::http {

struct ServerOptions {
    std::string listen = "127.0.0.1:0";  // port 0 = a free one, see port()
    bool loopback_only = true;           // no tokens: other listen addresses, peers, hosts and origins are refused
    std::size_t body_limit_bytes = std::size_t{16} << 20;
    std::uint32_t header_limit_bytes = 16 << 10;
    std::size_t max_connections = 256;  // one more gets 503
    Duration idle_time = std::chrono::seconds(60);
    Duration header_time = std::chrono::seconds(10);
    Duration body_time = std::chrono::seconds(120);
    Duration handler_time = std::chrono::seconds(60);  // then 504
    Duration write_time = std::chrono::seconds(60);
};

// Why nobody can be served.
struct ListenError {
    std::string message;
    bool address_in_use = false;  // passes when the other process ends; all else is a matter of the settings
};

class Server {
public:
    // Looks at a request before its body is read; an answer refuses it.
    using Admit = std::function<std::optional<Response>(const Request&)>;

    [[nodiscard]] static Result<std::unique_ptr<Server>, ListenError> start(boost::asio::io_context& io,
                                                                            ServerOptions options, Admit admit,
                                                                            Handler handler);
    // Closes everything at once. REQUIRES: io still exists.
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    [[nodiscard]] std::uint16_t port() const;
    [[nodiscard]] std::string address() const;  // "127.0.0.1:34567", "[::1]:34567"
    [[nodiscard]] std::size_t connections() const;

    // No new connection or request; requests in hand are answered; what is left at the deadline is cut off. Then
    // `done` is called, once. REQUIRES: called once.
    void stop(Duration deadline, std::function<void()> done);

private:
    class Listener;
    explicit Server(std::shared_ptr<Listener> listener);
    std::shared_ptr<Listener> listener_;
};

}  // namespace aw::http
