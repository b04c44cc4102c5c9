// FieldMapper: records of another system -> the bytes of our events, by a field map.
//
// A record is a CSV record below a header of the source's own columns, or one JSON object. White space around a value
// counts for nothing; a value of white space, null or nothing is empty. An empty field without a default stays absent.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.hpp"
#include "core/model/output.hpp"
#include "mapping/field_map.hpp"

namespace aw {

// A column of this name is a header of the record, where it has any: `header:ce_id`.
inline constexpr std::string_view kHeaderColumn = "header:";
using NamedText = std::pair<std::string_view, std::string_view>;

// One owner, one thread.
class FieldMapper {
public:
    // REQUIRES: check_field_map(map) finds nothing, and the id is made from at least one column.
    explicit FieldMapper(FieldMap map);
    ~FieldMapper();
    FieldMapper(FieldMapper&&) noexcept;
    FieldMapper& operator=(FieldMapper&&) noexcept;

    // Fails if a column that the map reads is missing or stands twice; columns that it does not read may be anything.
    [[nodiscard]] Result<void> open_csv(std::string_view header);

    // The bytes of an Event, for EventDecoder, which checks the rest; nothing for a record that the map leaves out.
    // A refusal names the source's column and our field. REQUIRES for CSV: open_csv().
    [[nodiscard]] Result<std::optional<std::string>, Refusal> read_csv(std::string_view record);
    [[nodiscard]] Result<std::optional<std::string>, Refusal> read_json(std::string_view text,
                                                                        std::span<const NamedText> headers = {});

    // Of its CSV.
    [[nodiscard]] char separator() const;

    // What the decoder found wrong with such an event, in the source's words.
    [[nodiscard]] Refusal explained(Refusal refusal) const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace aw
