// Finds out what is wrong with protobuf bytes before protobuf reads them: its parser only says "no", drops fields of
// the wrong wire type silently, cuts 64-bit numbers down to 32 and logs bad UTF-8 by itself.
// Inside the codec only.
#pragma once

#include <optional>
#include <string_view>

#include <google/protobuf/descriptor.h>

#include "core/model/output.hpp"

namespace aw::codec {

// The first thing in `bytes` that is no well-formed message of that type; nothing if protobuf will read all of it and
// lose none. Fields that the type does not have are refused: nothing that was sent is dropped silently.
[[nodiscard]] std::optional<Refusal> check_wire(std::string_view bytes, const google::protobuf::Descriptor& type);

}  // namespace aw::codec
