// The fast way for what nearly every record is: a shipment or revenue event in protobuf, in order. Reads the bytes
// without a protobuf message and without allocating. It decides nothing: whatever it does not accept at once, good or
// bad, goes the general way, which knows the reasons. What it accepts, the general way reads the same (tests and the
// fuzzer compare them).
#pragma once

#include <string_view>

#include "core/model/event.hpp"

namespace aw::codec {

// True if `event` now holds the whole record; it borrows its text from `bytes`. After false its content is unspecified.
[[nodiscard]] bool read_hot(std::string_view bytes, Event& event);

}  // namespace aw::codec
