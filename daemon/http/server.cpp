#include "http/server.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>

#include "base/check.hpp"
#include "http/loopback.hpp"
#include "http/session.hpp"

namespace aw::http {

namespace asio = boost::asio;
using asio::ip::tcp;

class Server::Listener : public std::enable_shared_from_this<Listener> {
public:
    Listener(asio::io_context& io, ServerOptions options, Admit admit, Handler handler)
        : hub_(std::make_shared<Hub>(Hub{io,
                                         std::move(options),
                                         std::move(admit),
                                         std::move(handler),
                                         std::make_shared<Gate>(io),
                                         {},
                                         false,
                                         nullptr})),
          acceptor_(io),
          timer_(io) {}

    Result<void, ListenError> open() {
        const auto endpoint = parse_listen(hub_->options.listen);
        if (!endpoint) return fail(ListenError{endpoint.error().message});
        if (hub_->options.loopback_only && !is_loopback(endpoint->address())) {
            return fail(ListenError{
                fmt::format("http.listen: {} is not a loopback address; set http.tokens_file to serve others",
                            hub_->options.listen)});
        }
        boost::system::error_code error;
        acceptor_.open(endpoint->protocol(), error);
        if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
        if (!error) acceptor_.bind(*endpoint, error);
        if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
        if (!error) local_ = acceptor_.local_endpoint(error);
        if (error) {
            return fail(ListenError{fmt::format("http.listen: {}: {}", hub_->options.listen, error.message()),
                                    error == asio::error::address_in_use});
        }
        return {};
    }

    void accept() {
        acceptor_.async_accept([self = shared_from_this()](boost::system::error_code error, tcp::socket socket) {
            if (!self->acceptor_.is_open() || error == asio::error::operation_aborted) return;
            if (error) return self->accept_later();
            self->take(std::move(socket));
            self->accept();
        });
    }

    void stop(Duration deadline, std::function<void()> done) {
        AW_CHECK(!hub_->stopping);
        hub_->stopping = true;
        close_acceptor();
        hub_->when_empty = [self = shared_from_this(), done = std::move(done)] {
            self->timer_.cancel();
            done();
        };
        if (hub_->sessions.empty()) return hub_->gone(nullptr);
        timer_.expires_after(deadline);
        timer_.async_wait([self = shared_from_this()](boost::system::error_code error) {
            if (!error) self->each_session(&Session::abort);
        });
        each_session(&Session::finish);
    }

    void close() {
        hub_->stopping = true;
        hub_->when_empty = nullptr;
        hub_->gate->close();
        timer_.cancel();
        close_acceptor();
        each_session(&Session::abort);
    }

    [[nodiscard]] const tcp::endpoint& local() const { return local_; }
    [[nodiscard]] std::size_t connections() const { return hub_->sessions.size(); }

private:
    // Out of file descriptors, most likely: a connection must end first, so trying again at once would only spin.
    void accept_later() {
        timer_.expires_after(std::chrono::milliseconds(100));
        timer_.async_wait([self = shared_from_this()](boost::system::error_code error) {
            if (!error && self->acceptor_.is_open()) self->accept();
        });
    }

    void take(tcp::socket socket) {
        boost::system::error_code error;
        const auto peer = socket.remote_endpoint(error);
        if (error) return;
        if (hub_->options.loopback_only && !is_loopback(peer.address())) return;  // closed with the socket
        if (hub_->sessions.size() >= hub_->options.max_connections) return refuse(socket);
        socket.set_option(tcp::no_delay(true), error);
        auto session = std::make_shared<Session>(std::move(socket), hub_, peer.address().to_string());
        hub_->sessions.emplace(session.get(), session);
        session->run();
    }

    // A few bytes always fit into the socket's buffer; a client that is not reading must not hold us up.
    static void refuse(tcp::socket& socket) {
        const std::string body = problem(503, "UNAVAILABLE", "too many connections").body;
        const std::string text = fmt::format(
            "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/problem+json\r\nRetry-After: 1\r\n"
            "Content-Length: {}\r\nConnection: close\r\n\r\n{}",
            body.size(), body);
        boost::system::error_code ignored;
        socket.non_blocking(true, ignored);
        socket.write_some(asio::buffer(text), ignored);
        socket.shutdown(tcp::socket::shutdown_send, ignored);
    }

    void close_acceptor() {
        boost::system::error_code ignored;
        acceptor_.close(ignored);
    }

    void each_session(void (Session::*call)()) {
        const auto sessions = hub_->sessions;  // closing one changes the map
        for (const auto& entry : sessions) {
            if (const auto session = entry.second.lock()) (*session.*call)();
        }
    }

    std::shared_ptr<Hub> hub_;
    tcp::acceptor acceptor_;
    asio::steady_timer timer_;  // of accept_later(), then of stop()
    tcp::endpoint local_;
};

Result<std::unique_ptr<Server>, ListenError> Server::start(asio::io_context& io, ServerOptions options, Admit admit,
                                                           Handler handler) {
    auto listener = std::make_shared<Listener>(io, std::move(options), std::move(admit), std::move(handler));
    if (auto opened = listener->open(); !opened) return fail(opened.error());
    listener->accept();
    return std::unique_ptr<Server>(new Server(std::move(listener)));
}

Server::Server(std::shared_ptr<Listener> listener) : listener_(std::move(listener)) {}
Server::~Server() { listener_->close(); }

std::uint16_t Server::port() const { return listener_->local().port(); }

std::string Server::address() const {
    const auto address = listener_->local().address();
    return fmt::format(fmt::runtime(address.is_v6() ? "[{}]:{}" : "{}:{}"), address.to_string(), port());
}

std::size_t Server::connections() const { return listener_->connections(); }

void Server::stop(Duration deadline, std::function<void()> done) { listener_->stop(deadline, std::move(done)); }

}  // namespace aw::http
