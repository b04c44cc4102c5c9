#include "http/router.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace aw::http {
namespace {

using ::testing::HasSubstr;

class RouterTest : public ::testing::Test {
protected:
    RouterTest() { fill(router); }

    void fill(Router& to) {
        const auto answer = [this](const char* name) {
            return [this, name](Request request, const Responder& respond) {
                seen = std::move(request);
                respond(Response{.body = name});
            };
        };
        to.add("GET", "/healthz", Scope::none, {}, answer("health"));
        to.add("GET", "/api/v1/cases", Scope::read, {"state", "unit"}, answer("list"));
        to.add("GET", "/api/v1/cases/{id}", Scope::read, {}, answer("one"));
        to.add("GET", "/api/v1/cases/special", Scope::read, {}, answer("special"));
        to.add("POST", "/api/v1/cases/{id}/commands", Scope::command, {}, answer("command"));
    }

    Response ask(const std::string& method, const std::string& target, const std::string& authorization = {}) {
        return ask(router, method, target, authorization);
    }
    Response ask(const Router& to, const std::string& method, const std::string& target,
                 const std::string& authorization) {
        Request request;
        request.method = method;
        request.target = target;
        if (!authorization.empty()) request.headers.emplace_back("authorization", authorization);
        Response answer;
        const auto refused = to.admit(request);
        to.handle(request, Responder([&](Response response) { answer = std::move(response); }));
        // What is refused before the body is what would be refused after it.
        EXPECT_EQ(refused.has_value(), answer.status >= 400);
        if (refused) {
            EXPECT_EQ(refused->body, answer.body);
        }
        return answer;
    }

    Request seen;
    Router router{nullptr};
};

TEST_F(RouterTest, PlaceholdersAndQueryAreDecoded) {
    EXPECT_EQ(ask("GET", "/api/v1/cases/37140000012-1").body, "one");
    EXPECT_EQ(seen.path.at("id"), "37140000012-1");
    EXPECT_EQ(seen.route, "/api/v1/cases/{id}");
    EXPECT_EQ(ask("GET", "/api/v1/cases/a%2fb").body, "one");
    EXPECT_EQ(seen.path.at("id"), "a/b");
    EXPECT_EQ(ask("GET", "/api/v1/cases?unit=%E5%BE%B7+a&state=NEW&").body, "list");
    EXPECT_EQ(seen.query_or("unit"), "德 a");
    EXPECT_EQ(seen.query_or("state"), "NEW");
    EXPECT_EQ(seen.query_or("limit", "50"), "50");
    EXPECT_EQ(ask("GET", "/api/v1/cases/special").body, "special");
    EXPECT_EQ(ask("HEAD", "/healthz").body, "health");
}

TEST_F(RouterTest, WhatIsNotThere) {
    EXPECT_EQ(ask("GET", "/").status, 404);
    EXPECT_EQ(ask("GET", "/api/v1/cases/").status, 404);
    EXPECT_EQ(ask("GET", "/api/v1/cases/x/y").status, 404);
    EXPECT_EQ(ask("GET", "/API/v1/cases").status, 404);
    const Response wrong_method = ask("DELETE", "/api/v1/cases");
    EXPECT_EQ(wrong_method.status, 405);
    EXPECT_THAT(wrong_method.headers, ::testing::Contains(std::pair<std::string, std::string>("Allow", "GET, HEAD")));
    EXPECT_THAT(ask("GET", "/api/v1/cases/x/commands").headers,
                ::testing::Contains(std::pair<std::string, std::string>("Allow", "POST")));
    EXPECT_EQ(ask("HEAD", "/api/v1/cases/x/commands").status, 405);
}

TEST_F(RouterTest, BadRequests) {
    const Response unknown = ask("GET", "/api/v1/cases?sate=NEW");
    EXPECT_EQ(unknown.status, 400);
    EXPECT_THAT(unknown.body, HasSubstr("unknown parameter \\\"sate\\\" (known: state, unit)"));
    EXPECT_THAT(unknown.body, HasSubstr("\"code\":\"UNKNOWN_PARAMETER\""));
    EXPECT_THAT(ask("GET", "/healthz?x").body, HasSubstr("(known: none)"));
    EXPECT_EQ(ask("GET", "/api/v1/cases?state=A&state=B").status, 400);
    EXPECT_EQ(ask("GET", "/api/v1/cases?state=%zz").status, 400);
    EXPECT_EQ(ask("GET", "/api/v1/cases/%ff").status, 400);
    EXPECT_EQ(ask("GET", "http://other/healthz").status, 400);
    EXPECT_EQ(ask("GET", "*").status, 400);
}

TEST_F(RouterTest, TokensDecideWhoMayWhat) {
    const auto tokens =
        Tokens::parse("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad kam-1 read\n", "t");  // "abc"
    ASSERT_TRUE(tokens);
    Router guarded(std::make_shared<const Tokens>(*tokens));
    fill(guarded);
    EXPECT_EQ(ask(guarded, "GET", "/healthz", "").status, 200);
    const Response nobody = ask(guarded, "GET", "/api/v1/cases", "");
    EXPECT_EQ(nobody.status, 401);
    EXPECT_THAT(nobody.headers, ::testing::Contains(std::pair<std::string, std::string>("WWW-Authenticate", "Bearer")));
    EXPECT_EQ(ask(guarded, "GET", "/api/v1/cases", "Bearer wrong").status, 401);
    EXPECT_EQ(ask(guarded, "GET", "/api/v1/cases", "Bearer abc").status, 200);
    EXPECT_EQ(seen.principal.staff_id, "kam-1");
    EXPECT_EQ(ask(guarded, "POST", "/api/v1/cases/x/commands", "Bearer abc").status, 403);
    // Who has no token does not learn which parameters there are.
    EXPECT_EQ(ask(guarded, "GET", "/api/v1/cases?sate=NEW", "").status, 401);
}

}  // namespace
}  // namespace aw::http
