// Bearer tokens. The file holds no token, only hashes; one line each:
//
//     <sha256 of the token, 64 hex digits> <staff id> <read|command|ingest|operate, comma separated>
//
// Blank lines and lines that start with # are skipped.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "http/message.hpp"

namespace aw::http {

// An immutable table; replace it as a whole to reload.
class Tokens {
public:
    // All mistakes at once, each as `file:line: what is wrong`. A file that others may read is a mistake, too, and so
    // is one without any token (it would lock everybody out).
    [[nodiscard]] static Result<Tokens, std::vector<std::string>> load(const std::string& path);
    [[nodiscard]] static Result<Tokens, std::vector<std::string>> parse(std::string_view text, const std::string& file);

    // The owner of that token. The time does not depend on which token is nearly right, or which one matches.
    [[nodiscard]] std::optional<Principal> find(std::string_view token) const;
    [[nodiscard]] std::size_t size() const { return entries_.size(); }

    // Whose they are, in the order of the file, each with its line.
    struct Owner {
        Principal principal;
        int line = 0;
    };
    [[nodiscard]] std::vector<Owner> owners() const;

private:
    using Digest = std::array<unsigned char, 32>;
    struct Entry {
        Digest digest{};
        Principal principal;
        int line = 0;
    };
    std::vector<Entry> entries_;
};

// The token of "Authorization: Bearer <token>"; the scheme in any case (RFC 9110).
[[nodiscard]] std::optional<std::string_view> bearer_token(std::string_view authorization);

}  // namespace aw::http
