// A mistake in a configuration file or in an override, with the place to look at.
#pragma once

#include <string>
#include <vector>

namespace aw::settings {

struct Mistake {
    std::string file;  // as it was named, or "--set KEY"
    int line = 0;      // from 1; 0 = the whole file
    int column = 0;    // from 1, in characters
    std::string message;

    bool operator==(const Mistake&) const = default;
};

// "file:line:column: message", or "file: message" for a whole file.
[[nodiscard]] std::string to_text(const Mistake& mistake);

// The same mistake once, each file's together and in the order of lines; files in order of first appearance.
void tidy(std::vector<Mistake>& mistakes);

}  // namespace aw::settings
