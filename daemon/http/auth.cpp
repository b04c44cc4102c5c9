#include "http/auth.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <limits>

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/sha.h>
#include <sys/stat.h>
#include <unistd.h>

namespace aw::http {
namespace {

constexpr std::size_t kMaxFileBytes = 1 << 20;

std::vector<std::string_view> words(std::string_view text, std::string_view separators) {
    std::vector<std::string_view> list;
    while (true) {
        const std::size_t from = text.find_first_not_of(separators);
        if (from == std::string_view::npos) return list;
        text.remove_prefix(from);
        list.push_back(text.substr(0, text.find_first_of(separators)));
        text.remove_prefix(list.back().size());
    }
}

template <std::size_t N>
bool parse_hex(std::string_view text, std::array<unsigned char, N>& out) {
    if (text.size() != 2 * N) return false;
    const auto digit = [](char c) {
        if (c >= '0' && c <= '9') return c - '0';
        if (c >= 'a' && c <= 'f') return c - 'a' + 10;
        if (c >= 'A' && c <= 'F') return c - 'A' + 10;
        return -1;
    };
    for (std::size_t i = 0; i < N; ++i) {
        const int high = digit(text[2 * i]);
        const int low = digit(text[2 * i + 1]);
        if (high < 0 || low < 0) return false;
        out[i] = static_cast<unsigned char>(high * 16 + low);
    }
    return true;
}

std::optional<std::uint8_t> parse_scopes(std::string_view text) {
    std::uint8_t scopes = 0;
    for (const std::string_view word : words(text, ",")) {
        if (word == "read") {
            scopes |= static_cast<std::uint8_t>(Scope::read);
        } else if (word == "command") {
            scopes |= static_cast<std::uint8_t>(Scope::command);
        } else if (word == "ingest") {
            scopes |= static_cast<std::uint8_t>(Scope::ingest);
        } else if (word == "operate") {
            scopes |= static_cast<std::uint8_t>(Scope::operate);
        } else {
            return std::nullopt;
        }
    }
    return scopes == 0 ? std::nullopt : std::optional(scopes);
}

struct File {
    int descriptor;
    explicit File(const std::string& path) : descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    ~File() {
        if (descriptor >= 0) ::close(descriptor);
    }
};

}  // namespace

Result<Tokens, std::vector<std::string>> Tokens::load(const std::string& path) {
    const auto mistake = [&path](std::string_view what) {
        return fail(std::vector<std::string>{fmt::format("{}: {}", path, what)});
    };
    const File file(path);
    struct stat status {};
    if (file.descriptor < 0 || ::fstat(file.descriptor, &status) != 0) {
        return mistake(fmt::format("cannot be read: {}", std::strerror(errno)));
    }
    if (!S_ISREG(status.st_mode)) return mistake("is not a regular file");
    if ((status.st_mode & S_IRWXO) != 0) return mistake("may be read or changed by others (chmod o= on it)");
    std::string text;
    std::array<char, 4096> buffer{};
    while (true) {
        const ssize_t n = ::read(file.descriptor, buffer.data(), buffer.size());
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return mistake(fmt::format("cannot be read: {}", std::strerror(errno)));
        if (n == 0) break;
        text.append(buffer.data(), static_cast<std::size_t>(n));
        if (text.size() > kMaxFileBytes) return mistake("is larger than 1 MiB");
    }
    return parse(text, path);
}

Result<Tokens, std::vector<std::string>> Tokens::parse(std::string_view text, const std::string& file) {
    Tokens tokens;
    std::vector<std::string> mistakes;
    for (std::size_t line = 1; !text.empty(); ++line) {
        const std::string_view row = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), row.size() + 1));
        const auto columns = words(row, " \t\r");
        if (columns.empty() || columns.front().starts_with('#')) continue;
        const auto wrong = [&](std::string_view what) {
            mistakes.push_back(fmt::format("{}:{}: {}", file, line, what));
        };
        Entry entry;
        if (columns.size() != 3) {
            wrong("must be: sha256 of the token, staff id, scopes");
            continue;
        }
        if (!parse_hex(columns[0], entry.digest)) {
            wrong("the sha256 of a token has 64 hex digits (printf %s TOKEN | sha256sum)");
            continue;
        }
        const auto scopes = parse_scopes(columns[2]);
        if (!scopes) {
            wrong(fmt::format("unknown scope in \"{}\" (read, command, ingest, operate)", columns[2]));
            continue;
        }
        if (std::ranges::any_of(tokens.entries_, [&](const Entry& e) { return e.digest == entry.digest; })) {
            wrong("the same token stands in an earlier line");
            continue;
        }
        entry.principal = {std::string(columns[1]), *scopes};
        entry.line = static_cast<int>(line);
        tokens.entries_.push_back(std::move(entry));
    }
    if (mistakes.empty() && tokens.entries_.empty()) mistakes.push_back(file + ": holds no token");
    if (!mistakes.empty()) return fail(std::move(mistakes));
    return tokens;
}

std::vector<Tokens::Owner> Tokens::owners() const {
    std::vector<Owner> list;
    for (const Entry& entry : entries_) list.push_back({entry.principal, entry.line});
    return list;
}

std::optional<Principal> Tokens::find(std::string_view token) const {
    Digest digest{};
    SHA256(reinterpret_cast<const unsigned char*>(token.data()), token.size(), digest.data());
    constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();
    std::size_t found = kNone;
    for (std::size_t i = 0; i < entries_.size(); ++i) {  // no early exit
        const bool same = CRYPTO_memcmp(entries_[i].digest.data(), digest.data(), digest.size()) == 0;
        found = same ? i : found;
    }
    if (found == kNone) return std::nullopt;
    return entries_[found].principal;
}

std::optional<std::string_view> bearer_token(std::string_view authorization) {
    constexpr std::string_view kScheme = "bearer ";
    if (authorization.size() <= kScheme.size()) return std::nullopt;
    for (std::size_t i = 0; i < kScheme.size(); ++i) {
        const char c = authorization[i];
        const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        if (lower != kScheme[i]) return std::nullopt;
    }
    const std::size_t from = authorization.find_first_not_of(' ', kScheme.size());
    if (from == std::string_view::npos) return std::nullopt;
    authorization.remove_prefix(from);
    if (authorization.find_first_of(" \t") != std::string_view::npos) return std::nullopt;
    return authorization;
}

}  // namespace aw::http
