// One scalar, given as text, into one field of a message: what JSON values and CSV cells have in common.
// Inside the codec only: includes protobuf.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include <google/protobuf/message.h>

#include "core/model/output.hpp"

namespace aw::codec {

enum class ScalarKind : std::uint8_t { string, number, boolean };

struct Scalar {
    ScalarKind kind = ScalarKind::string;
    std::string_view text;  // a number as written; "true" or "false"
};

// Dates and times are fields of their own kind here: a Timestamp takes one string.
[[nodiscard]] bool is_scalar(const google::protobuf::FieldDescriptor& field);

// Sets the field, or appends to it where it is repeated. REQUIRES is_scalar(field). Text is UTF-8. A refusal's detail
// says what was expected and what came, without the field's path.
[[nodiscard]] std::optional<Refusal> set_scalar(google::protobuf::Message& message,
                                                const google::protobuf::FieldDescriptor& field, const Scalar& value);

}  // namespace aw::codec
