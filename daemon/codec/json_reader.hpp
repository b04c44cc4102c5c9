// JSON of the contract -> protobuf message. Stricter than protobuf's own reader, which takes numbers for strings, lets
// a key stand twice and cannot say which of these was wrong.
// Inside the codec only: includes protobuf.
#pragma once

#include <optional>
#include <string_view>

#include <google/protobuf/message.h>

#include "core/model/output.hpp"

namespace aw::codec {

// Fields by their own names (snake_case), enumerations by name, 64-bit numbers as number or string, null = absent.
// Nothing twice, nothing unknown, nothing after the object. `message` must be empty; after a refusal it holds a part.
[[nodiscard]] std::optional<Refusal> read_json(std::string_view json, google::protobuf::Message& message);

// Text that is meant as JSON: begins with '{', maybe after white space.
[[nodiscard]] bool looks_like_json(std::string_view bytes);

}  // namespace aw::codec
