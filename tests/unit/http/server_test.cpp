#include "http/server.hpp"

#include <future>
#include <thread>

#include <boost/asio/connect.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/router.hpp"

namespace aw::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::StartsWith;

// A plain blocking TCP client, so that every byte on the wire is the test's.
class Client {
public:
    explicit Client(std::uint16_t port, const std::string& host = "127.0.0.1") : socket_(io_) {
        socket_.connect(tcp::endpoint(asio::ip::make_address(host), port));
    }
    void send(const std::string& text) { asio::write(socket_, asio::buffer(text)); }
    void send_what_goes(const std::string& text) {
        boost::system::error_code ignored;
        asio::write(socket_, asio::buffer(text), ignored);
    }
    // One response: the header and as much body as it promises.
    std::string read(bool head = false) {
        boost::system::error_code error;
        const std::size_t header = asio::read_until(socket_, asio::dynamic_buffer(buffer_), "\r\n\r\n", error);
        if (error) return "<" + error.message() + ">";
        std::size_t body = 0;
        if (const auto at = buffer_.find("Content-Length: "); !head && at < header)
            body = std::stoul(buffer_.substr(at + 16));
        if (buffer_.size() < header + body) {
            asio::read(socket_, asio::dynamic_buffer(buffer_), asio::transfer_exactly(header + body - buffer_.size()),
                       error);
        }
        std::string text = buffer_.substr(0, header + body);
        buffer_.erase(0, header + body);
        return text;
    }
    // True when the server closes without another byte.
    bool closed() {
        boost::system::error_code error;
        char byte = 0;
        return buffer_.empty() && asio::read(socket_, asio::buffer(&byte, 1), error) == 0 && error;
    }
    void close() { socket_.close(); }

private:
    asio::io_context io_;
    tcp::socket socket_;
    std::string buffer_;
};

// The handler: /echo gives the body back, /later keeps the responder, /throw throws, all else says the target.
class ServerTest : public ::testing::Test {
protected:
    void start(ServerOptions options = {}, Server::Admit admit = nullptr) {
        auto started = Server::start(
            io, std::move(options), std::move(admit),
            [this](Request request, Responder respond) { handle(std::move(request), std::move(respond)); });
        ASSERT_TRUE(started) << started.error().message;
        server = std::move(*started);
        port = server->port();
        thread = std::thread([this] { io.run(); });
    }
    void TearDown() override {
        if (server) on_thread([this] { server.reset(); });
        guard.reset();
        if (thread.joinable()) thread.join();
    }
    template <class Work>
    void on_thread(Work work) {
        std::promise<void> done;
        asio::post(io, [&] {
            work();
            done.set_value();
        });
        done.get_future().get();
    }
    void handle(Request request, Responder respond) {
        if (request.target == "/echo")
            return respond(Response{.body = std::move(request.body), .content_type = "text/plain"});
        if (request.target == "/later") return later.set_value(std::move(respond));
        if (request.target == "/throw") throw std::runtime_error("a handler's mistake");
        respond(Response{.body = request.method + " " + request.target, .content_type = "text/plain"});
    }
    static std::string get(const std::string& target, const std::string& more = {}) {
        return "GET " + target + " HTTP/1.1\r\nHost: localhost\r\n" + more + "\r\n";
    }
    static std::string post(const std::string& target, const std::string& body, const std::string& more = {}) {
        return "POST " + target + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + std::to_string(body.size()) +
               "\r\n" + more + "\r\n" + body;
    }

    asio::io_context io;
    asio::executor_work_guard<asio::io_context::executor_type> guard{io.get_executor()};
    std::unique_ptr<Server> server;
    std::uint16_t port = 0;
    std::thread thread;
    std::promise<Responder> later;
};

TEST_F(ServerTest, AnswersOneAfterTheOtherOnOneConnection) {
    start();
    Client client(port);
    client.send(get("/a"));
    const std::string first = client.read();
    EXPECT_THAT(first, StartsWith("HTTP/1.1 200 OK\r\n"));
    EXPECT_THAT(first, HasSubstr("Content-Type: text/plain\r\n"));
    EXPECT_THAT(first, HasSubstr("X-Content-Type-Options: nosniff\r\n"));
    EXPECT_THAT(first, ::testing::EndsWith("\r\n\r\nGET /a"));
    client.send(post("/echo", "hello"));
    EXPECT_THAT(client.read(), ::testing::EndsWith("\r\n\r\nhello"));
    client.send(get("/b", "Connection: close\r\n"));
    EXPECT_THAT(client.read(), HasSubstr("Connection: close\r\n"));
    EXPECT_TRUE(client.closed());
}

TEST_F(ServerTest, PipelinedRequestsAreAnsweredInOrder) {
    start();
    Client client(port);
    client.send(get("/1") + post("/echo", "two") + get("/3") + post("/echo", "four"));
    EXPECT_THAT(client.read(), ::testing::EndsWith("GET /1"));
    EXPECT_THAT(client.read(), ::testing::EndsWith("two"));
    EXPECT_THAT(client.read(), ::testing::EndsWith("GET /3"));
    EXPECT_THAT(client.read(), ::testing::EndsWith("four"));
}

TEST_F(ServerTest, BodyArrivesByteByByteAndInChunks) {
    start();
    Client client(port);
    for (const char c : post("/echo", "slow")) client.send(std::string(1, c));
    EXPECT_THAT(client.read(), ::testing::EndsWith("\r\n\r\nslow"));
    client.send(
        "POST /echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
    EXPECT_THAT(client.read(), ::testing::EndsWith("\r\n\r\nabcde"));
}

TEST_F(ServerTest, HeadHasTheLengthButNoBody) {
    start();
    Client client(port);
    client.send("HEAD /a HTTP/1.1\r\nHost: localhost\r\n\r\n" + get("/b"));
    EXPECT_THAT(client.read(true), HasSubstr("Content-Length: 7\r\n"));  // "HEAD /a"
    EXPECT_THAT(client.read(), ::testing::EndsWith("GET /b"));
}

TEST_F(ServerTest, ExpectContinueIsAnswered) {
    start();
    Client client(port);
    client.send("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
    EXPECT_EQ(client.read(), "HTTP/1.1 100 Continue\r\n\r\n");
    client.send("ok");
    EXPECT_THAT(client.read(), ::testing::EndsWith("\r\n\r\nok"));
}

TEST_F(ServerTest, OversizedBodyIs413WhetherAnnouncedOrNot) {
    start({.body_limit_bytes = 1000});
    Client exact(port);
    exact.send(post("/echo", std::string(1000, 'x')));
    EXPECT_THAT(exact.read(), StartsWith("HTTP/1.1 200"));
    Client announced(port);
    announced.send_what_goes(post("/echo", std::string(1001, 'x')));
    const std::string answer = announced.read();
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 413 Content Too Large\r\n"));
    EXPECT_THAT(answer, HasSubstr("\"code\":\"TOO_LARGE\""));
    announced.close();
    Client chunked(port);
    chunked.send("POST /echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
    chunked.send_what_goes("400\r\n" + std::string(1024, 'x') + "\r\n0\r\n\r\n");
    EXPECT_THAT(chunked.read(), StartsWith("HTTP/1.1 413"));
}

TEST_F(ServerTest, SixteenMebibytesPassAndOneMoreByteDoesNot) {
    start();
    Client fits(port);
    fits.send(post("/echo", std::string(std::size_t{16} << 20, 'x')));
    EXPECT_THAT(fits.read().substr(0, 15), StartsWith("HTTP/1.1 200 OK"));
    Client more(port);
    more.send_what_goes(post("/echo", std::string((std::size_t{16} << 20) + 1, 'x')));
    EXPECT_THAT(more.read(), StartsWith("HTTP/1.1 413"));
}

TEST_F(ServerTest, BadRequestsAre400) {
    start();
    for (const std::string& bad :
         {std::string("nonsense\r\n\r\n"), std::string("GET /\r\n\r\n"), std::string("GET / HTTP/1.1\r\n\r\n"),
          std::string("GET / HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n"),
          std::string("GET / HTTP/2.0\r\nHost: localhost\r\n\r\n"),
          std::string("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n"),
          std::string("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"),
          std::string("GET / HTTP/1.1\r\nHost localhost\r\n\r\n")}) {
        Client client(port);
        client.send(bad);
        const std::string answer = client.read();
        EXPECT_THAT(answer, StartsWith("HTTP/1.1 400 Bad Request\r\n")) << bad;
        EXPECT_THAT(answer, HasSubstr("application/problem+json")) << bad;
    }
    Client client(port);
    client.send_what_goes(get("/", "X: " + std::string(20'000, 'x') + "\r\n"));
    EXPECT_THAT(client.read(), StartsWith("HTTP/1.1 431"));
}

TEST_F(ServerTest, SlowClientsAreCutOff) {
    start({.idle_time = milliseconds(30), .header_time = milliseconds(30), .body_time = milliseconds(30)});
    Client silent(port);
    EXPECT_TRUE(silent.closed());
    Client half_header(port);
    half_header.send("GET / HTTP/1.1\r\nHo");
    EXPECT_TRUE(half_header.closed());
    Client half_body(port);
    half_body.send("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nab");
    EXPECT_TRUE(half_body.closed());
}

TEST_F(ServerTest, AnswersLaterFromAnotherThread) {
    start();
    Client client(port);
    client.send(get("/later") + get("/next"));
    const Responder respond = later.get_future().get();
    std::thread([&] { respond(Response{.status = 202, .body = "later"}); }).join();
    EXPECT_THAT(client.read(), StartsWith("HTTP/1.1 202 Accepted"));
    EXPECT_THAT(client.read(), ::testing::EndsWith("GET /next"));
}

TEST_F(ServerTest, AnAnswerThatDoesNotComeIs504AndALateOneIsIgnored) {
    start({.handler_time = milliseconds(20)});
    Client client(port);
    client.send(get("/later"));
    const Responder respond = later.get_future().get();
    EXPECT_THAT(client.read(), StartsWith("HTTP/1.1 504"));
    respond(Response{.body = "too late"});
    client.send(get("/b"));
    EXPECT_THAT(client.read(), ::testing::EndsWith("GET /b"));
}

TEST_F(ServerTest, AHandlerThatThrowsIs500) {
    start();
    Client client(port);
    client.send(get("/throw"));
    EXPECT_THAT(client.read(), StartsWith("HTTP/1.1 500"));
    client.send(get("/b"));
    EXPECT_THAT(client.read(), ::testing::EndsWith("GET /b"));
}

TEST_F(ServerTest, AnAnswerAfterTheClientOrTheServerIsGoneGoesNowhere) {
    start();
    Client client(port);
    client.send(get("/later"));
    const Responder respond = later.get_future().get();
    client.close();
    on_thread([this] { server.reset(); });
    respond(Response{});
}

TEST_F(ServerTest, WhatIsNotAdmittedIsRefusedBeforeItsBody) {
    start({}, [](const Request& request) -> std::optional<Response> {
        if (request.target == "/no") return problem(401, "UNAUTHORIZED", "a bearer token is needed");
        return std::nullopt;
    });
    Client client(port);
    client.send(get("/no") + get("/yes"));
    EXPECT_THAT(client.read(), StartsWith("HTTP/1.1 401"));
    EXPECT_THAT(client.read(), ::testing::EndsWith("GET /yes"));  // nothing was unread: the connection goes on
    client.send("POST /no HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n");
    EXPECT_THAT(client.read(), StartsWith("HTTP/1.1 401"));
    EXPECT_TRUE(client.closed());
}

TEST_F(ServerTest, OneConnectionTooManyIs503) {
    start({.max_connections = 1});
    Client first(port);
    first.send(get("/a"));
    EXPECT_THAT(first.read(), StartsWith("HTTP/1.1 200"));
    Client second(port);
    EXPECT_THAT(second.read(), StartsWith("HTTP/1.1 503"));
    first.send(get("/a"));
    EXPECT_THAT(first.read(), StartsWith("HTTP/1.1 200"));
}

TEST_F(ServerTest, WithoutTokensOnlyThisMachineIsServed) {
    const auto handler = [](Request, const Responder&) {};
    for (const char* address : {"0.0.0.0:0", "[::]:0", "192.0.2.1:0"}) {
        const auto started = Server::start(io, {.listen = address}, nullptr, handler);
        ASSERT_FALSE(started) << address;
        EXPECT_THAT(started.error().message, HasSubstr("not a loopback address; set http.tokens_file"));
    }
    start();
    Client client(port);
    client.send("GET / HTTP/1.1\r\nHost: rebound.example.org\r\n\r\n" +
                post("/echo", "x", "Origin: http://example.org\r\n"));
    EXPECT_THAT(client.read(), StartsWith("HTTP/1.1 403"));
    EXPECT_THAT(client.read(), StartsWith("HTTP/1.1 403"));
}

TEST_F(ServerTest, WithTokensOtherAddressesAndHostsAreFine) {
    start({.listen = "0.0.0.0:0", .loopback_only = false});
    Client client(port);
    client.send("GET /a HTTP/1.1\r\nHost: accountwatch.example.org\r\n\r\n");
    EXPECT_THAT(client.read(), StartsWith("HTTP/1.1 200"));
}

TEST_F(ServerTest, SpeaksIPv6) {
    boost::system::error_code none;
    tcp::acceptor probe(io);
    probe.open(tcp::v6(), none);
    if (!none) probe.bind(tcp::endpoint(asio::ip::make_address("::1"), 0), none);
    if (none) GTEST_SKIP() << "no IPv6 on this machine";
    start({.listen = "[::1]:0"});
    EXPECT_EQ(server->address(), "[::1]:" + std::to_string(port));
    Client client(port, "::1");
    client.send("GET /a HTTP/1.1\r\nHost: [::1]\r\n\r\n");
    EXPECT_THAT(client.read(), StartsWith("HTTP/1.1 200"));
}

TEST_F(ServerTest, APortInUseIsAnError) {
    start();
    const auto second =
        Server::start(io, {.listen = "127.0.0.1:" + std::to_string(port)}, nullptr, [](Request, const Responder&) {});
    ASSERT_FALSE(second);
    EXPECT_THAT(second.error().message, HasSubstr("http.listen: 127.0.0.1:"));
}

TEST_F(ServerTest, StopAnswersWhatIsInHandAndClosesTheRest) {
    start();
    Client idle(port);
    idle.send(get("/a"));
    idle.read();
    Client busy(port);
    busy.send(get("/later"));
    const Responder respond = later.get_future().get();
    std::promise<void> stopped;
    auto done = stopped.get_future();
    on_thread([&] { server->stop(seconds(30), [&] { stopped.set_value(); }); });
    EXPECT_TRUE(idle.closed());
    EXPECT_EQ(done.wait_for(seconds(0)), std::future_status::timeout);
    EXPECT_THROW(Client{port}, boost::system::system_error);  // nobody listens any more
    respond(Response{.body = "in hand"});
    const std::string answer = busy.read();
    EXPECT_THAT(answer, HasSubstr("Connection: close\r\n"));
    EXPECT_THAT(answer, ::testing::EndsWith("in hand"));
    EXPECT_TRUE(busy.closed());
    done.get();
}

TEST_F(ServerTest, StopCutsOffWhatIsLeftAtTheDeadline) {
    start();
    Client busy(port);
    busy.send(get("/later"));
    const Responder respond = later.get_future().get();
    std::promise<void> stopped;
    on_thread([&] { server->stop(milliseconds(20), [&] { stopped.set_value(); }); });
    stopped.get_future().get();
    EXPECT_TRUE(busy.closed());
    respond(Response{});
}

TEST_F(ServerTest, StopWithoutConnectionsIsAtOnce) {
    start();
    std::promise<void> stopped;
    on_thread([&] { server->stop(seconds(30), [&] { stopped.set_value(); }); });
    stopped.get_future().get();
}

TEST_F(ServerTest, ManyClientsAtOnceWithAnswersFromManyThreads) {
    std::mutex mutex;
    std::vector<std::thread> workers;
    auto started = Server::start(io, {}, nullptr, [&](Request request, Responder respond) {
        const std::lock_guard lock(mutex);
        workers.emplace_back([target = request.target, respond = std::move(respond)] {
            respond(Response{.body = target, .content_type = "text/plain"});
        });
    });
    ASSERT_TRUE(started);
    server = std::move(*started);
    port = server->port();
    thread = std::thread([this] { io.run(); });
    std::vector<std::thread> clients;
    for (int c = 0; c < 8; ++c) {
        clients.emplace_back([this, c] {
            Client client(port);
            for (int i = 0; i < 20; ++i) {
                const std::string target = "/" + std::to_string(c) + "/" + std::to_string(i);
                client.send(get(target));
                EXPECT_THAT(client.read(), ::testing::EndsWith("\r\n\r\n" + target));
            }
        });
    }
    for (auto& client : clients) client.join();
    const std::lock_guard lock(mutex);
    for (auto& worker : workers) worker.join();
}

}  // namespace
}  // namespace aw::http
