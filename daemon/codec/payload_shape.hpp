// What a payload's fields() (event_fields.hpp) say of it beside the .proto: which fields are required, which texts are
// days or months. For whoever must know before there is an event.
// Inside the codec only.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace aw::codec {

struct PayloadShape {
    std::vector<std::string> required;  // names within the payload
    std::vector<std::string> days;
    std::vector<std::string> months;
    bool needs_account = true;  // false: goes to every partition, or is a command
};

// By the payload's field name; nothing for what is none, or only the daemon writes.
[[nodiscard]] std::optional<PayloadShape> payload_shape(std::string_view payload);
// Those that others may send.
[[nodiscard]] std::vector<std::string> payload_names();

}  // namespace aw::codec
