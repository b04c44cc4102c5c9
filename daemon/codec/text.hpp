// Text helpers of the codec: UTF-8, base64, and quoting of bad input in messages.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace aw::codec {

// Well-formed UTF-8 as of RFC 3629: no surrogates, no overlong forms, nothing past U+10FFFF.
[[nodiscard]] bool valid_utf8(std::string_view text);
// Position of the first byte that is not; text.size() if all is well.
[[nodiscard]] std::size_t utf8_error(std::string_view text);
// Every bad byte becomes U+FFFD.
[[nodiscard]] std::string repair_utf8(std::string_view text);

[[nodiscard]] std::string base64(std::string_view bytes);
// Standard or URL alphabet, padding optional; nothing for anything else.
[[nodiscard]] std::optional<std::string> unbase64(std::string_view text);

// 'text' for a message: at most 40 bytes, bytes that do not print as \xNN.
[[nodiscard]] std::string show_text(std::string_view text);

}  // namespace aw::codec
