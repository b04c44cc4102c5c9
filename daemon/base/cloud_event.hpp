// What others are told of a record without reading it: the attributes of CloudEvents 1.0. How they travel is the
// adapter's matter (Kafka: headers in binary mode).
#pragma once

#include <string>
#include <string_view>

#include "base/time.hpp"

namespace aw {

struct CloudEvent {
    std::string_view type;  // a constant, e.g. accountwatch.signal.v1
    // With `source` it names this record among all others; a function of the log, so a replay gives the same again.
    std::string id;
    std::string_view source;        // a URI reference, a constant: it says nothing of instance or partitions
    Timestamp time;                 // when what it tells happened
    std::string_view content_type;  // a constant
};

}  // namespace aw
