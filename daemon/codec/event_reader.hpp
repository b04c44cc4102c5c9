// Protobuf message -> Event, with every check of EventDecoder. The general way; hot_path.hpp is the fast one.
// Inside the codec only: includes protobuf.
#pragma once

#include <optional>

#include "accountwatch/v1/event.pb.h"
#include "core/model/event.hpp"
#include "core/model/output.hpp"

namespace aw::codec {

// 1 to 128 printable ASCII bytes.
[[nodiscard]] bool valid_event_id(std::string_view id);
// Of 1 to 128 bytes of UTF-8 without control characters.
[[nodiscard]] bool valid_source(std::string_view source);

// `event` borrows its text from `message`. An activation's rules are left empty.
[[nodiscard]] std::optional<Refusal> read_event(const accountwatch::v1::Event& message, Event& event);

}  // namespace aw::codec
