// Columns of text on a terminal, with Chinese characters counted as the two columns they take.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace aw::cli {

// Columns that the text takes: 2 for wide characters (East Asian width W and F), 0 for combining marks, else 1.
[[nodiscard]] std::size_t display_width(std::string_view text);

// Rows below a heading; columns two blanks apart, as wide as their widest cell; no blanks at line ends.
class TextTable {
public:
    explicit TextTable(std::vector<std::string> heading) { rows_.push_back(std::move(heading)); }

    void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
    [[nodiscard]] std::string text() const;

private:
    std::vector<std::vector<std::string>> rows_;
};

}  // namespace aw::cli
