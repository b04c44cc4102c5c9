// Text that goes to people and programs: valid UTF-8, and the inside of a JSON string.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace aw {

// Bytes of the UTF-8 character at the start of `text`: 1 to 4, or 0 where there is none (damage, overlong forms,
// surrogates, beyond U+10FFFF, end).
[[nodiscard]] inline std::size_t utf8_character(std::string_view text) {
    if (text.empty()) return 0;
    const auto at = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char lead = at(0);
    if (lead < 0x80) return 1;
    const std::size_t n = lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
    if (n == 0 || text.size() < n) return 0;
    for (std::size_t i = 1; i < n; ++i) {
        if ((at(i) & 0xc0) != 0x80) return 0;
    }
    if ((lead == 0xe0 && at(1) < 0xa0) || (lead == 0xed && at(1) >= 0xa0)) return 0;
    if ((lead == 0xf0 && at(1) < 0x90) || (lead == 0xf4 && at(1) >= 0x90)) return 0;
    return n;
}

// The inside of a JSON string. Bytes that are no UTF-8 become U+FFFD, so the result is always valid JSON text.
[[nodiscard]] inline std::string json_escaped(std::string_view text) {
    static constexpr char kHex[] = "0123456789abcdef";
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const std::size_t n = utf8_character(text);
        const char c = text.front();
        const auto byte = static_cast<unsigned char>(c);
        if (n == 0) {
            out += "\xef\xbf\xbd";
        } else if (n > 1) {
            out += text.substr(0, n);
        } else if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (c == '\n') {
            out += "\\n";
        } else if (byte < 0x20 || byte == 0x7f) {
            out += "\\u00";
            out += kHex[byte >> 4];
            out += kHex[byte & 15];
        } else {
            out += c;
        }
        text.remove_prefix(n == 0 ? 1 : n);
    }
    return out;
}

// One line of at most `limit` bytes for a log or a ledger: valid UTF-8, control characters as blanks, cut at a
// character.
[[nodiscard]] inline std::string one_line(std::string_view text, std::size_t limit = std::string_view::npos) {
    std::string out;
    while (!text.empty()) {
        const std::size_t n = utf8_character(text);
        const auto byte = static_cast<unsigned char>(text.front());
        const std::string_view piece = n == 0                        ? std::string_view("\xef\xbf\xbd")
                                       : byte < 0x20 || byte == 0x7f ? std::string_view(" ")
                                                                     : text.substr(0, n);
        if (piece.size() > limit - out.size()) break;
        out += piece;
        text.remove_prefix(n == 0 ? 1 : n);
    }
    return out;
}

}  // namespace aw
