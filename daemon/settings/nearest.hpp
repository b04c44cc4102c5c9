// Suggestions: the known name that a mistyped one probably meant.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace aw::settings {

// The nearest of `names` by edit distance (a swap of neighbours is one edit), or "" if none is near: at most one
// edit per three letters. Case and the difference of '-' and '_' count for nothing.
[[nodiscard]] std::string nearest(std::string_view text, const std::vector<std::string>& names);

// " (did you mean 'x'?)", or "" if nothing is near.
[[nodiscard]] std::string did_you_mean(std::string_view text, const std::vector<std::string>& names);

// "a, b, c"
[[nodiscard]] std::string joined(const std::vector<std::string>& names);

}  // namespace aw::settings
