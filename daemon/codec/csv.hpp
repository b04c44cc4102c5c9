// CSV -> events, for `accountwatch send`: a header row of the contract's names with dots
// (event_id,account_code,occurred_at,source,shipment.business_line,shipment.items), quoting as in RFC 4180.
//
// An empty cell is an absent field, so one file may hold several payloads in columns of their own. A column that names
// a message without fields (command.ack) takes "true". Lists cannot be given in CSV.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "core/model/output.hpp"

namespace aw {

// False while a quoted cell is still open: the record goes on in the next line.
[[nodiscard]] bool csv_record_complete(std::string_view text);

// Every quoted cell of the record ends before a separator or at the record's end, and no other cell has a quotation mark.
[[nodiscard]] bool csv_well_quoted(std::string_view record, char separator = ',');

// One owner, one thread.
class CsvReader {
public:
    // Fails on a column that names no field, or one twice; the error names the column.
    [[nodiscard]] static Result<CsvReader> open(std::string_view header);
    ~CsvReader();
    CsvReader(CsvReader&&) noexcept;
    CsvReader& operator=(CsvReader&&) noexcept;

    // One record (with or without its line end) -> the bytes of an Event, for EventDecoder, which checks the rest.
    // A refusal's detail names the column.
    [[nodiscard]] Result<std::string, Refusal> read(std::string_view record);

private:
    struct Impl;
    explicit CsvReader(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace aw
