// Words in the languages of the managers, as constants.
#pragma once

#include <array>
#include <string_view>

#include "core/model/enums.hpp"

namespace aw {

struct Words {
    std::string_view zh;
    std::string_view en;

    [[nodiscard]] constexpr std::string_view in(Language language) const { return language == Language::EN ? en : zh; }
};

struct CodeWords {
    std::string_view code;
    Words words;
};

// The code itself where the list has no words for it.
template <std::size_t N>
[[nodiscard]] std::string_view look_up(const std::array<CodeWords, N>& list, Language language, std::string_view code) {
    for (const CodeWords& one : list) {
        if (one.code == code) return one.words.in(language);
    }
    return code;
}

}  // namespace aw
