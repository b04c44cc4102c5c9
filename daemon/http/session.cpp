#include "http/session.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>

#include "base/text.hpp"
#include "http/loopback.hpp"

namespace aw::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace bhttp = boost::beast::http;

// How long and how much is read after a last answer, so that the client sees the answer and no reset.
constexpr auto kLingerTime = std::chrono::seconds(5);
constexpr std::size_t kLingerBytes = std::size_t{64} << 20;

Request head_of(const bhttp::request_header<>& header, const std::string& peer) {
    Request request;
    request.method = std::string(header.method_string());
    request.target = std::string(header.target());
    request.peer = peer;
    for (const auto& field : header) {
        std::string name(field.name_string());
        for (char& c : name) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        request.headers.emplace_back(std::move(name), std::string(field.value()));
    }
    return request;
}

// RFC 9112 3.2: exactly one Host in HTTP/1.1, never two.
bool host_is_right(const Request& request, unsigned version) {
    std::size_t hosts = 0;
    for (const auto& [name, value] : request.headers) hosts += name == "host" ? 1 : 0;
    return hosts == 1 || (hosts == 0 && version < 11);
}

template <class Body>
bhttp::response<Body> message(const Response& response, bool keep_alive) {
    bhttp::response<Body> out;
    out.version(11);
    out.result(static_cast<unsigned>(response.status));
    out.reason(beast::string_view(status_text(response.status).data(), status_text(response.status).size()));
    if (!response.body.empty()) out.set(bhttp::field::content_type, response.content_type);
    out.set(bhttp::field::cache_control, "no-store");
    out.set("X-Content-Type-Options", "nosniff");
    for (const auto& [name, value] : response.headers) out.set(name, one_line(value));
    out.keep_alive(keep_alive);
    return out;
}

}  // namespace

void Gate::post(std::function<void()> work) {
    const std::lock_guard lock(mutex_);
    if (io_ != nullptr) asio::post(*io_, std::move(work));
}

void Gate::close() {
    const std::lock_guard lock(mutex_);
    io_ = nullptr;
}

void Hub::gone(Session* session) {
    sessions.erase(session);
    // Posted: what stop() calls may destroy the server, and we are inside of a session's destructor.
    if (sessions.empty() && when_empty) gate->post(std::exchange(when_empty, nullptr));
}

Session::Session(asio::ip::tcp::socket socket, std::shared_ptr<Hub> hub, std::string peer)
    : hub_(std::move(hub)), peer_(std::move(peer)), stream_(std::move(socket)), handler_timer_(hub_->io) {}

Session::~Session() { hub_->gone(this); }

void Session::finish() {
    if (phase_ == Phase::idle || phase_ == Phase::closing) abort();
}

void Session::abort() {
    phase_ = Phase::closing;
    ++serial_;
    handler_timer_.cancel();
    stream_.close();
}

void Session::wait_for_request() {
    phase_ = Phase::idle;
    if (hub_->stopping) return abort();
    if (buffer_.size() > 0) return read_header();
    stream_.expires_after(hub_->options.idle_time);
    stream_.async_read_some(buffer_.prepare(4096), [self = shared_from_this()](beast::error_code error, std::size_t n) {
        if (error || self->phase_ == Phase::closing) return self->abort();
        self->buffer_.commit(n);
        self->read_header();
    });
}

void Session::read_header() {
    phase_ = Phase::header;
    parser_.emplace();
    parser_->header_limit(hub_->options.header_limit_bytes);
    parser_->body_limit(hub_->options.body_limit_bytes);
    stream_.expires_after(hub_->options.header_time);
    bhttp::async_read_header(stream_, buffer_, *parser_,
                             [self = shared_from_this()](beast::error_code error, std::size_t) {
                                 if (self->phase_ == Phase::closing) return;
                                 if (error) return self->on_read_error(error);
                                 self->on_header();
                             });
}

void Session::on_header() {
    const auto& header = parser_->get();
    request_ = head_of(header, peer_);
    head_ = request_.method == "HEAD";
    std::optional<Response> refused;
    if (header.version() != 10 && header.version() != 11) {
        refused = problem(400, "BAD_REQUEST", "only HTTP/1.1 and HTTP/1.0 are spoken here");
    } else if (!host_is_right(request_, header.version())) {
        refused = problem(400, "BAD_REQUEST", "exactly one Host header is needed");
    } else if (hub_->options.loopback_only) {
        refused = refuse_foreign(request_);
    }
    if (!refused && hub_->admit) refused = hub_->admit(request_);
    keep_alive_ = header.version() == 11 && header.keep_alive();
    unread_ = !parser_->is_done();
    if (refused) {
        if (unread_) keep_alive_ = false;
        return write(std::move(*refused));
    }
    if (parser_->is_done()) return handle();
    continue_body();
}

void Session::continue_body() {
    phase_ = Phase::body;
    stream_.expires_after(hub_->options.body_time);
    if (!beast::iequals(parser_->get()[bhttp::field::expect], "100-continue")) return read_body();
    static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
    asio::async_write(stream_, asio::buffer(kContinue.data(), kContinue.size()),
                      [self = shared_from_this()](beast::error_code error, std::size_t) {
                          if (error || self->phase_ == Phase::closing) return self->abort();
                          self->read_body();
                      });
}

void Session::read_body() {
    bhttp::async_read(stream_, buffer_, *parser_, [self = shared_from_this()](beast::error_code error, std::size_t) {
        if (self->phase_ == Phase::closing) return;
        if (error) return self->on_read_error(error);
        self->handle();
    });
}

void Session::on_read_error(const beast::error_code& error) {
    keep_alive_ = false;
    unread_ = true;
    if (error == bhttp::error::body_limit) return write(problem(413, "TOO_LARGE", "the body is too large"));
    if (error == bhttp::error::header_limit || error == bhttp::error::buffer_overflow) {
        return write(problem(431, "TOO_LARGE", "the header is too large"));
    }
    const bool cut_off = error == bhttp::error::end_of_stream || error == bhttp::error::partial_message;
    if (!cut_off && error.category() == bhttp::make_error_code(bhttp::error::bad_target).category()) {
        return write(problem(400, "BAD_REQUEST", "this is not HTTP: " + error.message()));
    }
    abort();  // the client went, or was too slow
}

void Session::handle() {
    phase_ = Phase::handling;
    unread_ = false;
    request_.body = std::move(parser_->get().body());
    parser_.reset();
    stream_.expires_never();
    const std::uint64_t serial = ++serial_;
    handler_timer_.expires_after(hub_->options.handler_time);
    handler_timer_.async_wait([self = shared_from_this(), serial](beast::error_code error) {
        if (!error) self->answer(serial, problem(504, "TIMEOUT", "the answer did not come in time"));
    });
    Responder respond([gate = hub_->gate, weak = weak_from_this(), serial](Response response) {
        gate->post([weak, serial, response = std::move(response)]() mutable {
            if (const auto self = weak.lock()) self->answer(serial, std::move(response));
        });
    });
    try {
        hub_->handler(std::move(request_), std::move(respond));
    } catch (const std::exception&) {
        // The handler's copies of the responder are gone with it, so the client gets 500.
    }
}

void Session::answer(std::uint64_t serial, Response response) {
    if (serial != serial_ || phase_ != Phase::handling) return;
    handler_timer_.cancel();
    write(std::move(response));
}

void Session::write(Response response) {
    phase_ = Phase::writing;
    const bool keep_alive = keep_alive_ && !hub_->stopping;
    stream_.expires_after(hub_->options.write_time);
    const auto send = [&](auto made) {
        auto shared = std::make_shared<decltype(made)>(std::move(made));
        bhttp::async_write(stream_, *shared,
                           [self = shared_from_this(), shared, keep_alive](beast::error_code error, std::size_t) {
                               self->on_written(error, keep_alive);
                           });
    };
    if (head_ || response.status == 204) {
        auto out = message<bhttp::empty_body>(response, keep_alive);
        if (response.status != 204) out.content_length(response.body.size());
        send(std::move(out));
    } else {
        auto out = message<bhttp::string_body>(response, keep_alive);
        out.body() = std::move(response.body);
        out.prepare_payload();
        send(std::move(out));
    }
}

void Session::on_written(const beast::error_code& error, bool keep_alive) {
    if (error || phase_ != Phase::writing) return abort();
    if (keep_alive) return wait_for_request();
    beast::error_code ignored;
    stream_.socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
    // Closing with bytes unread sends a reset, which may overtake the answer.
    if (!unread_ && buffer_.size() == 0) return abort();
    linger();
}

void Session::linger() {
    phase_ = Phase::closing;
    stream_.expires_after(kLingerTime);
    buffer_.clear();
    discard(0);
}

void Session::discard(std::size_t so_far) {
    if (so_far > kLingerBytes) return abort();
    stream_.async_read_some(buffer_.prepare(std::size_t{64} << 10),
                            [self = shared_from_this(), so_far](beast::error_code error, std::size_t n) {
                                if (error) return self->abort();
                                self->discard(so_far + n);
                            });
}

}  // namespace aw::http
