#include "http/message.hpp"

#include <optional>

#include <gtest/gtest.h>

namespace aw::http {
namespace {

TEST(Message, ProblemIsEscapedJson) {
    const Response response = problem(409, "VERSION_CONFLICT", "has \"7\"\n德州\xff");
    EXPECT_EQ(response.status, 409);
    EXPECT_EQ(response.content_type, "application/problem+json");
    EXPECT_EQ(response.body,
              "{\"type\":\"about:blank\",\"title\":\"Conflict\",\"status\":409,"
              "\"detail\":\"has \\\"7\\\"\\n德州\xef\xbf\xbd\",\"code\":\"VERSION_CONFLICT\"}");
}

TEST(Message, PercentDecoding) {
    std::string out;
    EXPECT_TRUE(percent_decode("a%2Fb+c", false, out));
    EXPECT_EQ(out, "a/b+c");
    EXPECT_TRUE(percent_decode("a+b%e5%be%b7", true, out));
    EXPECT_EQ(out, "a b德");
    EXPECT_FALSE(percent_decode("%", true, out));
    EXPECT_FALSE(percent_decode("%4", true, out));
    EXPECT_FALSE(percent_decode("%zz", true, out));
    EXPECT_FALSE(percent_decode("%00", true, out));
    EXPECT_FALSE(percent_decode("%ff", true, out));     // no UTF-8
    EXPECT_FALSE(percent_decode("%c0%af", true, out));  // overlong '/'
}

TEST(Responder, OnlyTheFirstAnswerCounts) {
    int calls = 0;
    int status = 0;
    {
        const Responder respond([&](const Response& response) {
            ++calls;
            status = response.status;
        });
        const Responder copy = respond;
        copy(Response{.status = 202});
        respond(Response{.status = 200});
    }
    EXPECT_EQ(calls, 1);
    EXPECT_EQ(status, 202);
}

TEST(Responder, ForgottenMeansAnInternalError) {
    int status = 0;
    {
        const Responder respond([&](const Response& response) { status = response.status; });
    }
    EXPECT_EQ(status, 500);
}

}  // namespace
}  // namespace aw::http
