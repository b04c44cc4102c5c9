// SHA-256, for what outsiders must be able to check: revisions of the configuration, reports, tokens, the audit chain.
// For tables inside the program use base/hash.hpp.
#pragma once

#include <string>
#include <string_view>

namespace aw {

// 64 lower-case hex digits. Any thread.
[[nodiscard]] std::string sha256_hex(std::string_view bytes);

}  // namespace aw
