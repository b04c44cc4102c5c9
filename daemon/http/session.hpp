// One connection of the server. Inside of http/ only.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "http/server.hpp"

namespace aw::http {

// The way back to the control thread; outlives the server, then leads nowhere.
class Gate {
public:
    explicit Gate(boost::asio::io_context& io) : io_(&io) {}
    void post(std::function<void()> work);
    void close();

private:
    std::mutex mutex_;
    boost::asio::io_context* io_;
};

class Session;

// What the sessions of a server share. Sessions hold it; it knows them without holding them.
struct Hub {
    boost::asio::io_context& io;
    ServerOptions options;
    Server::Admit admit;
    Handler handler;
    std::shared_ptr<Gate> gate;
    std::unordered_map<Session*, std::weak_ptr<Session>> sessions;
    bool stopping = false;
    std::function<void()> when_empty;  // set by stop()

    void gone(Session* session);
};

// A machine of phases; each asynchronous step holds the session alive, so when no step is pending it is gone.
//
//   idle -> header -> body -> handling -> writing -> idle (keep-alive) or closing -> gone
//
// Pipelined requests wait in the buffer (and then in TCP) until the one before is answered.
class Session : public std::enable_shared_from_this<Session> {
public:
    Session(boost::asio::ip::tcp::socket socket, std::shared_ptr<Hub> hub, std::string peer);
    ~Session();
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    void run() { wait_for_request(); }
    void finish();  // the server stops: at once when idle, else after the request in hand
    void abort();   // at once

private:
    enum class Phase : std::uint8_t { idle, header, body, handling, writing, closing };
    using Parser = boost::beast::http::request_parser<boost::beast::http::string_body>;

    void wait_for_request();
    void read_header();
    void on_header();
    void continue_body();
    void read_body();
    void on_read_error(const boost::beast::error_code& error);
    void handle();
    void answer(std::uint64_t serial, Response response);
    void write(Response response);
    void on_written(const boost::beast::error_code& error, bool keep_alive);
    void linger();
    void discard(std::size_t so_far);

    std::shared_ptr<Hub> hub_;
    std::string peer_;
    boost::beast::tcp_stream stream_;
    boost::beast::flat_buffer buffer_;
    std::optional<Parser> parser_;
    Request request_;
    boost::asio::steady_timer handler_timer_;
    Phase phase_ = Phase::idle;
    std::uint64_t serial_ = 0;  // of the request in hand, so that a late answer finds nobody
    bool keep_alive_ = false;
    bool unread_ = false;  // the client may still be sending what nobody will read
    bool head_ = false;
};

}  // namespace aw::http
