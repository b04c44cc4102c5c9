#include "notify/webhook.hpp"

#include <charconv>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <fmt/format.h>

#include "base/text.hpp"

namespace aw::notify {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace bhttp = boost::beast::http;
namespace ssl = boost::asio::ssl;
using asio::ip::tcp;

constexpr std::uint32_t kAnswerBytes = 64 << 10;  // more of an answer is not read
constexpr std::size_t kDetailBytes = 200;

Outcome judge(const bhttp::response<bhttp::string_body>& answer) {
    const unsigned status = answer.result_int();
    Outcome outcome;
    outcome.detail = fmt::format("HTTP {}", status);
    if (const std::string text = one_line(answer.body(), kDetailBytes); !text.empty()) outcome.detail += ": " + text;
    if (status >= 200 && status < 300) {
        outcome.result = SendResult::ok;
    } else if (status == 408 || status == 429 || status >= 500) {
        outcome.result = SendResult::retry;
        const auto wish = answer[bhttp::field::retry_after];
        std::int32_t wish_s = 0;
        const auto parsed = std::from_chars(wish.data(), wish.data() + wish.size(), wish_s);
        if (parsed.ec == std::errc{} && parsed.ptr == wish.data() + wish.size() && wish_s > 0) {
            outcome.retry_after = std::chrono::seconds(wish_s);
        }
    } else {
        outcome.result = SendResult::permanent;
    }
    return outcome;
}

// One POST from name look-up to answer. Lives as long as a step or its timer is pending; finishes once.
template <class Stream>
class Post : public std::enable_shared_from_this<Post<Stream>> {
public:
    template <class... StreamArgs>
    Post(asio::io_context& io, Url url, bhttp::request<bhttp::string_body> request, Channel::Done done,
         StreamArgs&... args)
        : url_(std::move(url)),
          request_(std::move(request)),
          done_(std::move(done)),
          resolver_(io),
          timer_(io),
          stream_(io, args...) {
        parser_.body_limit(kAnswerBytes);
    }

    void run(Duration time_limit) {
        auto self = this->shared_from_this();
        timer_.expires_after(time_limit);
        timer_.async_wait([self](beast::error_code error) {
            if (!error) self->finish({SendResult::retry, "no answer within the time limit", Duration{0}});
        });
        resolver_.async_resolve(url_.host, url_.port,
                                [self](beast::error_code error, tcp::resolver::results_type found) {
                                    if (self->failed(error, "name look-up")) return;
                                    self->connect(found);
                                });
    }

private:
    static constexpr bool kTls = !std::is_same_v<Stream, beast::tcp_stream>;

    void connect(const tcp::resolver::results_type& found) {
        beast::get_lowest_layer(stream_).async_connect(
            found, [self = this->shared_from_this()](beast::error_code error, const tcp::endpoint&) {
                if (self->failed(error, "connection")) return;
                self->handshake();
            });
    }

    void handshake() {
        if constexpr (kTls) {
            boost::system::error_code error;
            static_cast<void>(asio::ip::make_address(url_.host, error));
            // SNI takes names only (RFC 6066), so not when it can be read as an address.
            if (error && SSL_set_tlsext_host_name(stream_.native_handle(), url_.host.c_str()) != 1) {
                return finish({SendResult::retry, "TLS: the host name cannot be set", Duration{0}});
            }
            stream_.set_verify_mode(ssl::verify_peer);
            stream_.set_verify_callback(ssl::host_name_verification(url_.host));
            stream_.async_handshake(ssl::stream_base::client,
                                    [self = this->shared_from_this()](beast::error_code failure) {
                                        if (self->failed(failure, "TLS")) return;
                                        self->write();
                                    });
        } else {
            write();
        }
    }

    void write() {
        bhttp::async_write(stream_, request_, [self = this->shared_from_this()](beast::error_code error, std::size_t) {
            // A server may answer and close before it has read everything: look at what it says.
            if (error && error != asio::error::broken_pipe && error != asio::error::connection_reset) {
                self->failed(error, "sending");
                return;
            }
            self->read();
        });
    }

    void read() {
        bhttp::async_read(stream_, buffer_, parser_,
                          [self = this->shared_from_this()](beast::error_code error, std::size_t) {
                              // The status decides, even when the rest of the answer is damaged or too long.
                              if (!self->parser_.is_header_done() && self->failed(error, "answer")) return;
                              self->finish(judge(self->parser_.get()));
                          });
    }

    bool failed(const beast::error_code& error, std::string_view step) {
        if (error) finish({SendResult::retry, fmt::format("{}: {}", step, error.message()), Duration{0}});
        return static_cast<bool>(error);
    }

    void finish(Outcome outcome) {
        if (finished_) return;
        finished_ = true;
        // At the time limit the status line may be here already while the rest of the answer hangs.
        if (outcome.result == SendResult::retry && parser_.is_header_done()) outcome = judge(parser_.get());
        timer_.cancel();
        resolver_.cancel();
        beast::get_lowest_layer(stream_).close();
        std::exchange(done_, nullptr)(std::move(outcome));
    }

    Url url_;
    bhttp::request<bhttp::string_body> request_;
    Channel::Done done_;
    tcp::resolver resolver_;
    asio::steady_timer timer_;
    Stream stream_;
    beast::flat_buffer buffer_;
    bhttp::response_parser<bhttp::string_body> parser_;
    bool finished_ = false;
};

class WebhookChannel final : public Channel {
public:
    WebhookChannel(asio::io_context& io, WebhookOptions options, Url url, std::shared_ptr<ssl::context> tls,
                   BodyWriter body)
        : io_(io), options_(std::move(options)), url_(std::move(url)), tls_(std::move(tls)), body_(std::move(body)) {}

    [[nodiscard]] const std::string& id() const override { return options_.id; }

    void send(const Rendered& rendered, Done done) override {
        bhttp::request<bhttp::string_body> request(bhttp::verb::post, url_.target, 11);
        request.set(bhttp::field::host, url_.authority);
        request.set(bhttp::field::user_agent, "accountwatch");
        request.set(bhttp::field::content_type, "application/json");
        request.set(bhttp::field::connection, "close");
        request.set("Idempotency-Key", one_line(rendered.notice.notice_id));
        request.body() = body_(rendered.notice);
        request.prepare_payload();
        if (url_.tls) {
            std::make_shared<Post<beast::ssl_stream<beast::tcp_stream>>>(io_, url_, std::move(request), std::move(done),
                                                                         *tls_)
                ->run(options_.time_limit);
        } else {
            std::make_shared<Post<beast::tcp_stream>>(io_, url_, std::move(request), std::move(done))
                ->run(options_.time_limit);
        }
    }

private:
    asio::io_context& io_;
    WebhookOptions options_;
    Url url_;
    std::shared_ptr<ssl::context> tls_;
    BodyWriter body_;
};

}  // namespace

Result<Url> parse_url(const std::string& text) {
    const auto wrong = [&text](std::string_view what) { return fail_with(fmt::format("\"{}\": {}", text, what)); };
    Url url;
    std::string_view rest = text;
    if (rest.starts_with("http://")) {
        rest.remove_prefix(7);
    } else if (rest.starts_with("https://")) {
        rest.remove_prefix(8);
        url.tls = true;
    } else {
        return wrong("a URL begins with http:// or https://");
    }
    for (const char c : rest) {
        if (c <= ' ' || c == 0x7f || c == '#') return wrong("blanks, control characters and # cannot be used");
    }
    const std::size_t end = rest.find_first_of("/?");
    const std::string_view authority = rest.substr(0, end);
    if (end != std::string_view::npos) url.target = rest.substr(end);
    if (!url.target.starts_with('/')) url.target.insert(0, "/");
    if (authority.find('@') != std::string_view::npos) return wrong("a user in the URL is not supported");
    std::string_view port;
    if (authority.starts_with('[')) {
        const std::size_t close = authority.find(']');
        if (close == std::string_view::npos) return wrong("the ] is missing");
        url.host = authority.substr(1, close - 1);
        port = authority.substr(close + 1);
    } else {
        url.host = authority.substr(0, authority.find(':'));
        port = authority.substr(url.host.size());
    }
    if (url.host.empty()) return wrong("there is no host");
    if (!port.empty()) {
        std::uint16_t number = 0;
        const auto parsed = std::from_chars(port.data() + 1, port.data() + port.size(), number);
        if (port.front() != ':' || parsed.ec != std::errc{} || parsed.ptr != port.data() + port.size() || number == 0) {
            return wrong("the port must be a number from 1 to 65535");
        }
        port.remove_prefix(1);
    }
    url.authority = authority;
    url.port = !port.empty() ? std::string(port) : url.tls ? "443" : "80";
    return url;
}

Result<std::unique_ptr<Channel>> make_webhook(asio::io_context& io, WebhookOptions options, BodyWriter body) {
    auto url = parse_url(options.url);
    if (!url) return fail(url.error());
    std::shared_ptr<ssl::context> tls;
    if (url->tls) {
        tls = std::make_shared<ssl::context>(ssl::context::tls_client);
        boost::system::error_code error;
        tls->set_options(ssl::context::default_workarounds | ssl::context::no_tlsv1 | ssl::context::no_tlsv1_1, error);
        if (!error && options.ca_file.empty()) tls->set_default_verify_paths(error);
        if (!error && !options.ca_file.empty()) tls->load_verify_file(options.ca_file, error);
        if (error) {
            return fail_with(fmt::format("channel {}: certificates of {}: {}", options.id,
                                         options.ca_file.empty() ? "the system" : options.ca_file, error.message()));
        }
    }
    return std::make_unique<WebhookChannel>(io, std::move(options), std::move(*url), std::move(tls), std::move(body));
}

}  // namespace aw::notify
