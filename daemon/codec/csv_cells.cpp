#include "codec/csv_cells.hpp"

#include <algorithm>

namespace aw::codec {
namespace {

std::string_view without_line_end(std::string_view record) {
    if (record.ends_with('\n')) record.remove_suffix(1);
    if (record.ends_with('\r')) record.remove_suffix(1);
    return record;
}

}  // namespace

CsvCells::CsvCells(std::string_view record, char separator)
    : rest_(without_line_end(record)), separator_(separator) {}

bool CsvCells::next(std::string& cell) {
    cell.clear();
    if (rest_.starts_with('"')) return quoted(cell);
    const std::size_t end = std::min(rest_.find(separator_), rest_.size());
    cell = rest_.substr(0, end);
    step_over(end);
    return cell.find('"') == std::string::npos;
}

bool CsvCells::quoted(std::string& cell) {
    rest_.remove_prefix(1);
    for (;;) {
        const std::size_t mark = rest_.find('"');
        if (mark == std::string_view::npos) {
            done_ = true;
            return false;
        }
        cell += rest_.substr(0, mark);
        rest_.remove_prefix(mark + 1);
        if (!rest_.starts_with('"')) break;
        cell += '"';
        rest_.remove_prefix(1);
    }
    const bool ended = rest_.empty() || rest_.starts_with(separator_);
    step_over(0);
    return ended;
}

void CsvCells::step_over(std::size_t end) {
    rest_.remove_prefix(end);
    done_ = !rest_.starts_with(separator_);
    if (!done_) rest_.remove_prefix(1);
}

std::string_view without_byte_order_mark(std::string_view header) {
    constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
    if (header.starts_with(kByteOrderMark)) header.remove_prefix(kByteOrderMark.size());
    return header;
}

}  // namespace aw::codec
