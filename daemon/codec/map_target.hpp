// A row of a field map, ready to be applied: the field that it fills, and how a text of the source becomes its value.
// Inside the codec only: includes protobuf.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "codec/field_path.hpp"
#include "codec/payload_shape.hpp"
#include "mapping/field_map.hpp"

namespace aw::codec {

class MapTarget {
public:
    enum class Takes { text, whole, instant, day, month };

    // `revenue.amount` stands for its minor units in CNY. Fails on a name that leads to no field of the envelope or of
    // the map's payload that takes one value. Borrows the row and the zone.
    [[nodiscard]] static Result<MapTarget> of(const FieldMap& map, const FieldMapRow& row, const PayloadShape& shape);

    // A value as the source has it (not empty), or one in our words: a constant, a default. A refusal's detail does not
    // name the field.
    [[nodiscard]] std::optional<Refusal> set_from_source(accountwatch::v1::Event& event, std::string_view text) const;
    [[nodiscard]] std::optional<Refusal> set_ours(accountwatch::v1::Event& event, std::string_view text) const;

    [[nodiscard]] const FieldMapRow& row() const { return *row_; }
    [[nodiscard]] const std::string& path() const { return path_.name; }
    [[nodiscard]] Takes takes() const { return takes_; }
    [[nodiscard]] bool is_money() const { return currency_.has_value(); }
    [[nodiscard]] bool is_weight() const { return path_.name.ends_with("_g"); }
    // The names that an enumeration takes; empty for anything else.
    [[nodiscard]] std::vector<std::string> names() const;

private:
    [[nodiscard]] std::optional<Refusal> set_number(accountwatch::v1::Event& event, std::string_view text) const;
    [[nodiscard]] std::optional<Refusal> set_time(accountwatch::v1::Event& event, std::string_view text) const;

    const FieldMapRow* row_ = nullptr;
    const TimeZone* zone_ = nullptr;
    FieldPath path_;
    std::optional<FieldPath> currency_;  // of an amount
    Takes takes_ = Takes::text;
};

// All names that a row may fill: of the envelope, and of the payload's fields that take one value.
[[nodiscard]] std::vector<std::string> map_field_names(const std::string& payload);

}  // namespace aw::codec
