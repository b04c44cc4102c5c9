#include "notify/webhook.hpp"

#include <filesystem>
#include <fstream>
#include <mutex>
#include <optional>
#include <thread>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include "notify/notifier.hpp"
#include "unit/notify/fakes.hpp"

namespace aw::notify {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr const char* kHang = "<hang>";  // no answer until the client goes

std::string answer(const std::string& status, const std::string& body = {}, const std::string& more = {}) {
    return "HTTP/1.1 " + status + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + more + "\r\n" + body;
}

// A receiver on loopback with blocking sockets in a thread of its own: one scripted answer for each connection.
class Receiver {
public:
    explicit Receiver(std::vector<std::string> script, asio::ssl::context* tls = nullptr)
        : acceptor_(io_, tcp::endpoint(asio::ip::address_v4::loopback(), 0)), tls_(tls) {
        thread_ = std::thread([this, script = std::move(script)] {
            for (const std::string& text : script) serve(text);
        });
    }
    ~Receiver() { thread_.join(); }
    Receiver(const Receiver&) = delete;
    Receiver& operator=(const Receiver&) = delete;

    [[nodiscard]] std::string url(const std::string& scheme = "http", const std::string& host = "127.0.0.1") const {
        return scheme + "://" + host + ":" + std::to_string(acceptor_.local_endpoint().port()) + "/notices?x=1";
    }
    [[nodiscard]] std::vector<std::string> requests() {
        const std::lock_guard lock(mutex_);
        return requests_;
    }

private:
    void serve(const std::string& text) {
        tcp::socket socket(io_);
        acceptor_.accept(socket);
        if (tls_ == nullptr) return talk(socket, text);
        asio::ssl::stream<tcp::socket&> stream(socket, *tls_);
        boost::system::error_code error;
        stream.handshake(asio::ssl::stream_base::server, error);
        if (!error) talk(stream, text);
    }
    template <class Stream>
    void talk(Stream& stream, const std::string& text) {
        std::string request;
        boost::system::error_code error;
        const std::size_t header = asio::read_until(stream, asio::dynamic_buffer(request), "\r\n\r\n", error);
        std::size_t body = 0;
        if (const auto at = request.find("Content-Length: "); at != std::string::npos)
            body = std::stoul(request.substr(at + 16));
        if (request.size() < header + body) {
            asio::read(stream, asio::dynamic_buffer(request), asio::transfer_exactly(header + body - request.size()),
                       error);
        }
        {
            const std::lock_guard lock(mutex_);
            requests_.push_back(request);
        }
        const std::size_t hang = text.find(kHang);
        asio::write(stream, asio::buffer(text.substr(0, hang)), error);
        char byte = 0;
        if (hang != std::string::npos) asio::read(stream, asio::buffer(&byte, 1), error);
    }

    asio::io_context io_;
    tcp::acceptor acceptor_;
    asio::ssl::context* tls_;
    std::mutex mutex_;
    std::vector<std::string> requests_;
    std::thread thread_;
};

Outcome post(const std::string& url, Duration time_limit = seconds(20), const std::string& ca_file = {}) {
    asio::io_context io;
    auto channel = make_webhook(io, {.id = "ops", .url = url, .time_limit = time_limit, .ca_file = ca_file},
                                [](const Notice& notice) { return "{\"subject\":\"" + notice.subject + "\"}"; });
    EXPECT_TRUE(channel) << channel.error().message;
    std::vector<Outcome> outcomes;
    (*channel)->send(Rendered{make_notice("37140000012-n1")},
                     [&](Outcome outcome) { outcomes.push_back(std::move(outcome)); });
    io.run();
    EXPECT_EQ(outcomes.size(), 1U);
    return outcomes.empty() ? Outcome{} : outcomes.front();
}

TEST(Webhook, PostsTheNoticeAsJson) {
    Receiver receiver({answer("200 OK", "got it")});
    const Outcome outcome = post(receiver.url());
    EXPECT_EQ(outcome.result, SendResult::ok);
    EXPECT_EQ(outcome.detail, "HTTP 200: got it");
    ASSERT_EQ(receiver.requests().size(), 1U);
    const std::string request = receiver.requests()[0];
    EXPECT_THAT(request, StartsWith("POST /notices?x=1 HTTP/1.1\r\nHost: 127.0.0.1:"));
    EXPECT_THAT(request, HasSubstr("Content-Type: application/json\r\n"));
    EXPECT_THAT(request, HasSubstr("Idempotency-Key: 37140000012-n1\r\n"));
    EXPECT_THAT(request, ::testing::EndsWith("\r\n\r\n{\"subject\":\"own subject\"}"));
}

TEST(Webhook, TheStatusDecides) {
    const std::vector<std::pair<std::string, SendResult>> cases{
        {"201 Created", SendResult::ok},          {"204 No Content", SendResult::ok},
        {"301 Moved", SendResult::permanent},     {"400 Bad Request", SendResult::permanent},
        {"404 Not Found", SendResult::permanent}, {"408 Request Timeout", SendResult::retry},
        {"429 Too Many", SendResult::retry},      {"500 Oops", SendResult::retry},
        {"503 Unavailable", SendResult::retry}};
    for (const auto& [status, expected] : cases) {
        Receiver receiver({answer(status)});
        const Outcome outcome = post(receiver.url());
        EXPECT_EQ(outcome.result, expected) << status;
        EXPECT_EQ(outcome.detail, "HTTP " + status.substr(0, 3));
    }
}

TEST(Webhook, RetryAfterIsHanded) {
    Receiver receiver({answer("429 Too Many", "", "Retry-After: 120\r\n"),
                       answer("503 Unavailable", "", "Retry-After: Mon, 17 Aug 2026 00:00:00 GMT\r\n")});
    EXPECT_EQ(post(receiver.url()).retry_after, seconds(120));
    EXPECT_EQ(post(receiver.url()).retry_after, Duration{0});
}

TEST(Webhook, AServerThatHangsRunsIntoTheTimeLimit) {
    Receiver receiver({kHang});
    const Outcome outcome = post(receiver.url(), milliseconds(50));
    EXPECT_EQ(outcome.result, SendResult::retry);
    EXPECT_EQ(outcome.detail, "no answer within the time limit");
}

TEST(Webhook, AfterTheStatusTheRestOfTheAnswerDoesNotMatter) {
    Receiver receiver({std::string("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf") + kHang,
                       std::string("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"),
                       answer("200 OK", std::string(200'000, 'x'))});
    EXPECT_EQ(post(receiver.url(), milliseconds(50)).result, SendResult::ok);
    EXPECT_EQ(post(receiver.url()).result, SendResult::ok);
    const Outcome long_answer = post(receiver.url());
    EXPECT_EQ(long_answer.result, SendResult::ok);
    EXPECT_LT(long_answer.detail.size(), 300U);
}

TEST(Webhook, NoConnectionAndNoAnswerMayBeTriedAgain) {
    std::string refused;
    {
        asio::io_context io;
        const tcp::acceptor acceptor(io, tcp::endpoint(asio::ip::address_v4::loopback(), 0));
        refused = "http://127.0.0.1:" + std::to_string(acceptor.local_endpoint().port());
    }
    const Outcome nobody = post(refused);
    EXPECT_EQ(nobody.result, SendResult::retry);
    EXPECT_THAT(nobody.detail, StartsWith("connection: "));
    Receiver receiver({"", "nonsense\r\n\r\n"});
    EXPECT_EQ(post(receiver.url()).result, SendResult::retry);
    EXPECT_EQ(post(receiver.url()).result, SendResult::retry);
}

TEST(Webhook, UrlsAreReadOrRefused) {
    const auto url = parse_url("https://hooks.example.org/a/b?c=d");
    ASSERT_TRUE(url);
    EXPECT_TRUE(url->tls);
    EXPECT_EQ(url->host, "hooks.example.org");
    EXPECT_EQ(url->port, "443");
    EXPECT_EQ(url->target, "/a/b?c=d");
    EXPECT_EQ(url->authority, "hooks.example.org");
    EXPECT_EQ(parse_url("http://[::1]:9000")->host, "::1");
    EXPECT_EQ(parse_url("http://[::1]:9000")->port, "9000");
    EXPECT_EQ(parse_url("http://h?q")->target, "/?q");
    EXPECT_EQ(parse_url("http://h")->port, "80");
    for (const char* wrong :
         {"", "ftp://h", "h:80", "http://", "http://:80", "http://h:x", "http://h:0", "http://h:", "http://h:99999",
          "http://u:p@h", "http://h/a b", "http://h/\r\nX: y", "http://[::1", "http://[::1]x", "http://h/#f"}) {
        EXPECT_FALSE(parse_url(wrong)) << wrong;
    }
}

TEST(Webhook, ThroughTheNotifier500IsTriedAgainAndThenDelivered) {
    Receiver receiver({answer("500 Oops", "busy"), answer("200 OK")});
    asio::io_context io;
    AsioScheduler scheduler(io);
    const SystemClock clock;
    std::vector<std::unique_ptr<Channel>> channels;
    channels.push_back(
        *make_webhook(io, {.id = "ops", .url = receiver.url()}, [](const Notice& notice) { return notice.text; }));
    std::vector<std::string> ledger;
    NotifierSinks sinks;
    sinks.receipt = [&](const Receipt& receipt) {
        ledger.push_back(receipt.receipt_id + " " + std::string(name(receipt.outcome)) + " " + receipt.detail);
    };
    Notifier notifier(
        {.first_pause = milliseconds(5)}, clock, scheduler, Templates(), std::move(channels),
        [](const StaffId&) { return Person{}; }, std::move(sinks));
    bool settled = false;
    notifier.begin({kTerm}, {});
    notifier.deliver(make_notice("n1"), kTerm, [&] { settled = true; });
    io.run();
    EXPECT_TRUE(settled);
    EXPECT_THAT(ledger, ElementsAre("n1/ops/1 FAILED HTTP 500: busy", "n1/ops/2 SENT HTTP 200"));
    EXPECT_THAT(receiver.requests()[1], ::testing::EndsWith("\r\n\r\nown text"));
}

// A certificate of its own for these subject names; gives back the path of the PEM.
std::string self_signed(asio::ssl::context& tls, const std::string& names) {
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(EVP_EC_gen("P-256"), EVP_PKEY_free);
    const std::unique_ptr<X509, decltype(&X509_free)> certificate(X509_new(), X509_free);
    X509_set_version(certificate.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
    X509_set_pubkey(certificate.get(), key.get());
    X509_NAME* subject = X509_get_subject_name(certificate.get());
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("test"), -1, -1, 0);
    X509_set_issuer_name(certificate.get(), subject);
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, names.c_str());
    X509_add_ext(certificate.get(), extension, -1);
    X509_EXTENSION_free(extension);
    X509_sign(certificate.get(), key.get(), EVP_sha256());
    SSL_CTX_use_certificate(tls.native_handle(), certificate.get());
    SSL_CTX_use_PrivateKey(tls.native_handle(), key.get());
    const std::string path = testing::TempDir() + "/webhook_ca_" + std::to_string(::getpid()) + ".pem";
    const std::unique_ptr<BIO, decltype(&BIO_free)> file(BIO_new_file(path.c_str(), "w"), BIO_free);
    PEM_write_bio_X509(file.get(), certificate.get());
    return path;
}

TEST(Webhook, TlsWorksWithACertificateItTrusts) {
    asio::ssl::context tls(asio::ssl::context::tls_server);
    const std::string ca = self_signed(tls, "IP:127.0.0.1,DNS:localhost");
    Receiver receiver({answer("200 OK", "secret"), answer("200 OK")}, &tls);
    const Outcome outcome = post(receiver.url("https"), seconds(20), ca);
    EXPECT_EQ(outcome.result, SendResult::ok) << outcome.detail;
    EXPECT_EQ(outcome.detail, "HTTP 200: secret");
    EXPECT_EQ(post(receiver.url("https", "localhost"), seconds(20), ca).result, SendResult::ok);
}

TEST(Webhook, TlsRefusesAnUnknownIssuerAndAnotherName) {
    asio::ssl::context tls(asio::ssl::context::tls_server);
    const std::string ca = self_signed(tls, "DNS:other.example.org");
    Receiver receiver({answer("200 OK"), answer("200 OK")}, &tls);
    const Outcome unknown = post(receiver.url("https"));
    EXPECT_EQ(unknown.result, SendResult::retry);
    EXPECT_THAT(unknown.detail, HasSubstr("certificate verify failed"));
    const Outcome other_name = post(receiver.url("https"), seconds(20), ca);
    EXPECT_EQ(other_name.result, SendResult::retry);
    EXPECT_THAT(other_name.detail, HasSubstr("certificate verify failed"));
    EXPECT_TRUE(receiver.requests().empty());  // nothing was told to a stranger
}

TEST(Webhook, ACaFileThatCannotBeReadIsAMistake) {
    asio::io_context io;
    const auto channel = make_webhook(io, {.id = "ops", .url = "https://h", .ca_file = "/does/not/exist"},
                                      [](const Notice&) { return std::string(); });
    ASSERT_FALSE(channel);
    EXPECT_THAT(channel.error().message, HasSubstr("channel ops: certificates of /does/not/exist"));
}

TEST(Webhook, AChannelDestroyedWhileItSendsIsHarmless) {
    Receiver receiver({answer("200 OK")});
    asio::io_context io;
    int calls = 0;
    {
        auto channel = make_webhook(io, {.id = "ops", .url = receiver.url()}, [](const Notice&) { return "{}"; });
        (*channel)->send(Rendered{make_notice("n1")}, [&](const Outcome&) { ++calls; });
    }
    io.run();
    EXPECT_LE(calls, 1);
}

}  // namespace
}  // namespace aw::notify
