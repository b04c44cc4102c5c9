// YAML text as a plain tree with places, read with limits: hostile or broken text ends in a mistake, never in a
// hang, deep recursion or an exception. Anchors, aliases and tags are refused, so that a file means what it says.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "settings/mistake.hpp"

namespace aw::settings {

inline constexpr std::size_t kMaxFileBytes = 4 * 1024 * 1024;
inline constexpr std::size_t kMaxDepth = 32;
inline constexpr std::size_t kMaxNodes = 400'000;

struct YamlNode {
    enum class Kind { EMPTY, SCALAR, LIST, MAP };
    Kind kind = Kind::EMPTY;
    int line = 0;  // from 1
    int column = 0;
    std::string text;             // of a scalar
    bool quoted = false;          // 'x', "x" or a block scalar: surely text
    std::vector<YamlNode> keys;   // of a map, beside `items`
    std::vector<YamlNode> items;  // of a list or map

    [[nodiscard]] const YamlNode* find(std::string_view key) const;
};

// One YAML document; nothing if it is broken or empty, with the mistakes in `mistakes` under the name `file`.
[[nodiscard]] std::optional<YamlNode> parse_yaml(const std::string& file, std::string_view text,
                                                 std::vector<Mistake>& mistakes);

// The whole file, or why it cannot be read; refuses more than kMaxFileBytes.
[[nodiscard]] Result<std::string> read_text_file(const std::string& path);

}  // namespace aw::settings
