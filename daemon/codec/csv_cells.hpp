// The cells of one CSV record (RFC 4180).
#pragma once

#include <string>
#include <string_view>

namespace aw::codec {

// One cell at a time. Borrows the record.
class CsvCells {
public:
    // With or without its line end.
    explicit CsvCells(std::string_view record, char separator = ',');

    [[nodiscard]] bool more() const { return !done_; }
    // False for a quotation mark at a wrong place.
    [[nodiscard]] bool next(std::string& cell);

private:
    [[nodiscard]] bool quoted(std::string& cell);
    // Past the cell's end and the separator, if there is one.
    void step_over(std::size_t end);

    std::string_view rest_;
    char separator_;
    bool done_ = false;
};

// Spreadsheets put a byte order mark before the header.
[[nodiscard]] std::string_view without_byte_order_mark(std::string_view header);

}  // namespace aw::codec
