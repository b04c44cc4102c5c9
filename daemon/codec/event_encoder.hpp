// Event -> bytes, in either format. What EventDecoder reads back is the same event.
#pragma once

#include <string>

#include "codec/records.hpp"
#include "core/model/event.hpp"

namespace aw {

// Any thread. Does not validate: an event without what is required is encoded as it is. Text that is not UTF-8 comes
// out with U+FFFD in place of the bad bytes. The JSON is one line without a line end.
[[nodiscard]] std::string encode_event(const Event& event, Format format);

}  // namespace aw
