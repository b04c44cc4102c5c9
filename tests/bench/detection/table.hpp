// A plain table: text with aligned columns, or Markdown.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

namespace aw::bench {

struct Table {
    std::vector<std::string> head;
    std::vector<std::vector<std::string>> rows;  // first column left-aligned, the others right-aligned
};

void print(std::ostream& out, const Table& table, bool markdown);

[[nodiscard]] std::string decimals(double value, int digits);
[[nodiscard]] std::string percent(double share, int digits = 0);
[[nodiscard]] std::string nothing();  // "–": the detector cannot do this

}  // namespace aw::bench
