#include "http/loopback.hpp"

#include <gtest/gtest.h>

namespace aw::http {
namespace {

Request request(std::string method, std::vector<std::pair<std::string, std::string>> headers) {
    Request r;
    r.method = std::move(method);
    r.headers = std::move(headers);
    return r;
}

TEST(Loopback, ListenAddresses) {
    EXPECT_EQ(parse_listen("127.0.0.1:8480")->port(), 8480);
    EXPECT_EQ(parse_listen("localhost:0")->address().to_string(), "127.0.0.1");
    EXPECT_EQ(parse_listen("[::1]:80")->address().to_string(), "::1");
    EXPECT_EQ(parse_listen("0.0.0.0:80")->address().to_string(), "0.0.0.0");
    for (const char* wrong : {"", ":80", "127.0.0.1", "127.0.0.1:", "127.0.0.1:70000", "127.0.0.1:8x", "::1:80",
                              "[::1]", "[::1]80", "example.org:80", "256.0.0.1:80"}) {
        EXPECT_FALSE(parse_listen(wrong)) << wrong;
    }
}

TEST(Loopback, Hosts) {
    for (const char* fine :
         {"localhost", "LOCALHOST:8480", "127.0.0.1:8480", "127.9.9.9", "[::1]:80", "[::1]", "[::ffff:127.0.0.1]:80"}) {
        EXPECT_TRUE(is_loopback_host(fine)) << fine;
    }
    for (const char* foreign : {"example.org", "localhost.example.org", "127.0.0.1.example.org", "10.0.0.1:80",
                                "[2001:db8::1]:80", "", ":80", "localhost:8x", "2130706433"}) {
        EXPECT_FALSE(is_loopback_host(foreign)) << foreign;
    }
}

TEST(Loopback, ForeignPagesAreRefused) {
    const auto host = std::pair<std::string, std::string>("host", "127.0.0.1:8480");
    EXPECT_FALSE(refuse_foreign(request("GET", {host})));
    EXPECT_FALSE(refuse_foreign(request("POST", {host})));
    EXPECT_FALSE(refuse_foreign(request("POST", {host, {"origin", "http://127.0.0.1:8480"}})));
    EXPECT_FALSE(refuse_foreign(request("POST", {host, {"sec-fetch-site", "same-origin"}})));
    EXPECT_EQ(refuse_foreign(request("GET", {{"host", "rebound.example.org:8480"}}))->status, 403);
    EXPECT_EQ(refuse_foreign(request("POST", {host, {"origin", "http://example.org"}}))->status, 403);
    EXPECT_EQ(refuse_foreign(request("POST", {host, {"origin", "http://127.0.0.1:9999"}}))->status, 403);
    EXPECT_EQ(refuse_foreign(request("POST", {host, {"origin", "null"}}))->status, 403);
    EXPECT_EQ(refuse_foreign(request("POST", {host, {"sec-fetch-site", "cross-site"}}))->status, 403);
}

}  // namespace
}  // namespace aw::http
