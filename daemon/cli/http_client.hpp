// A small HTTP client for the daemon's API: one request, one answer, with a time limit. http only: the daemon listens
// on loopback, and what is in front of it elsewhere speaks TLS by itself.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "base/time.hpp"

namespace aw::cli {

struct Answer {
    int status = 0;
    std::string body;
};

// One owner, one thread. An error means that nobody answered (exit code 69); whatever status came back is an Answer.
class HttpClient {
public:
    struct Options {
        std::string url;    // http://host[:port]
        std::string token;  // of `Authorization: Bearer`; empty = none
        Duration time_limit = std::chrono::seconds{15};
        bool follow = true;  // a 307 to the owner of an account
    };
    // Fails on a URL that is none, or not http.
    [[nodiscard]] static Result<HttpClient> make(Options options);

    // An account's questions and commands are answered by its owner: a 307 is followed once, with the token.
    [[nodiscard]] Result<Answer> get(const std::string& target);
    [[nodiscard]] Result<Answer> post(const std::string& target, const std::string& body);

private:
    HttpClient(Options options, std::string host, std::string port)
        : options_(std::move(options)), host_(std::move(host)), port_(std::move(port)) {}
    // `moved`: where a 307 says that somebody else has the answer.
    [[nodiscard]] Result<Answer> ask(bool post, const std::string& target, const std::string& body,
                                     std::string& moved) const;
    [[nodiscard]] Result<Answer> ask_owner(bool post, const std::string& target, const std::string& body);

    Options options_;
    std::string host_;
    std::string port_;
};

// For a path or a query: everything but letters, digits and -._~ as %XX.
[[nodiscard]] std::string url_encoded(std::string_view text);

}  // namespace aw::cli
