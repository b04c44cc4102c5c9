#include "codec/text.hpp"

#include <array>
#include <cstdint>
#include <cstring>

#include <fmt/format.h>

namespace aw::codec {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

unsigned char byte_at(std::string_view text, std::size_t at) { return static_cast<unsigned char>(text[at]); }

bool continues(std::string_view text, std::size_t at) { return at < text.size() && (byte_at(text, at) & 0xc0) == 0x80; }

// Length of the well-formed character that begins with a byte >= 0x80 at `at`; 0 if there is none.
std::size_t character_length(std::string_view text, std::size_t at) {
    const unsigned char first = byte_at(text, at);
    if (first < 0xc2 || first > 0xf4 || !continues(text, at + 1)) return 0;
    if (first < 0xe0) return 2;
    const unsigned char second = byte_at(text, at + 1);
    if (!continues(text, at + 2)) return 0;
    if (first < 0xf0) {
        const bool overlong = first == 0xe0 && second < 0xa0;
        const bool surrogate = first == 0xed && second > 0x9f;
        return overlong || surrogate ? 0 : 3;
    }
    if (!continues(text, at + 3)) return 0;
    const bool overlong = first == 0xf0 && second < 0x90;
    const bool too_high = first == 0xf4 && second > 0x8f;
    return overlong || too_high ? 0 : 4;
}

int sextet(char c) {
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    if (c == '+' || c == '-') return 62;
    if (c == '/' || c == '_') return 63;
    return -1;
}

}  // namespace

std::size_t utf8_error(std::string_view text) {
    std::size_t at = 0;
    while (at < text.size()) {
        if (at + 8 <= text.size()) {
            std::uint64_t word = 0;
            std::memcpy(&word, text.data() + at, 8);
            if ((word & 0x8080808080808080ULL) == 0) {
                at += 8;
                continue;
            }
        }
        if (byte_at(text, at) < 0x80) {
            ++at;
            continue;
        }
        const std::size_t length = character_length(text, at);
        if (length == 0) return at;
        at += length;
    }
    return text.size();
}

bool valid_utf8(std::string_view text) { return utf8_error(text) == text.size(); }

std::string repair_utf8(std::string_view text) {
    std::string good;
    while (!text.empty()) {
        const std::size_t n = utf8_error(text);
        good += text.substr(0, n);
        if (n == text.size()) break;
        good += kReplacement;
        text.remove_prefix(n + 1);
    }
    return good;
}

std::string base64(std::string_view bytes) {
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        const std::size_t n = bytes.size() - at < 3 ? bytes.size() - at : 3;
        std::uint32_t word = 0;
        for (std::size_t i = 0; i < 3; ++i) word = word << 8 | (i < n ? byte_at(bytes, at + i) : 0);
        for (std::size_t i = 0; i < 4; ++i) {
            text.push_back(i <= n ? kAlphabet[word >> (18 - 6 * i) & 63] : '=');
        }
    }
    return text;
}

std::optional<std::string> unbase64(std::string_view text) {
    for (int i = 0; i < 2 && !text.empty() && text.back() == '='; ++i) text.remove_suffix(1);
    if (text.size() % 4 == 1) return std::nullopt;
    std::string bytes;
    bytes.reserve(text.size() * 3 / 4);
    std::uint32_t word = 0;
    int bits = 0;
    for (const char c : text) {
        const int value = sextet(c);
        if (value < 0) return std::nullopt;
        word = (word << 6 | static_cast<std::uint32_t>(value)) & 0xffffff;
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            bytes.push_back(static_cast<char>(word >> bits & 0xff));
        }
    }
    return bytes;
}

std::string show_text(std::string_view text) {
    constexpr std::size_t kShown = 40;
    std::string out = "'";
    std::size_t at = 0;
    while (at < text.size() && at < kShown) {
        const unsigned char c = byte_at(text, at);
        const std::size_t length = c < 0x80 ? 0 : character_length(text, at);
        if (length > 0) {
            out += text.substr(at, length);
            at += length;
            continue;
        }
        if (c >= 0x20 && c < 0x7f) {
            out.push_back(text[at]);
        } else {
            out += fmt::format("\\x{:02x}", c);
        }
        ++at;
    }
    return out + (at < text.size() ? "...'" : "'");
}

}  // namespace aw::codec
