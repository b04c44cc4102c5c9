#include "bench/detection/table.hpp"

#include <algorithm>
#include <ostream>

#include <fmt/format.h>

namespace aw::bench {
namespace {

// Columns on a terminal: every UTF-8 sequence counts once (no wide characters are printed here).
std::size_t columns(const std::string& text) {
    const auto begins = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; };
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), begins));
}

std::string padded(const std::string& text, std::size_t width, bool left) {
    const std::string fill(width - std::min(width, columns(text)), ' ');
    return left ? text + fill : fill + text;
}

}  // namespace

void print(std::ostream& out, const Table& table, bool markdown) {
    std::vector<std::size_t> widths;
    for (const auto& cell : table.head) widths.push_back(columns(cell));
    for (const auto& row : table.rows)
        for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], columns(row[i]));
    const auto line = [&](const std::vector<std::string>& cells) {
        out << (markdown ? "| " : "");
        for (std::size_t i = 0; i < cells.size(); ++i)
            out << padded(cells[i], widths[i], i == 0) << (i + 1 == cells.size() ? "" : markdown ? " | " : "  ");
        out << (markdown ? " |\n" : "\n");
    };
    line(table.head);
    std::vector<std::string> rule;
    for (std::size_t i = 0; i < widths.size(); ++i)
        rule.push_back(markdown && i > 0 ? std::string(widths[i] - 1, '-') + ":" : std::string(widths[i], '-'));
    line(rule);
    for (const auto& row : table.rows) line(row);
}

std::string decimals(double value, int digits) { return fmt::format("{:.{}f}", value, digits); }
std::string percent(double share, int digits) { return fmt::format("{:.{}f}%", share * 100, digits); }
std::string nothing() { return "–"; }

}  // namespace aw::bench
