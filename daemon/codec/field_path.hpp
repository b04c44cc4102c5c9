// A field of an Event by its dotted name (shipment.items), and a single value given as text into it: what CSV and field
// maps have in common.
// Inside the codec only: includes protobuf.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "accountwatch/v1/event.pb.h"
#include "base/result.hpp"
#include "core/model/output.hpp"

namespace aw::codec {

// The way down to a field that takes one value: a scalar, a time, or a message without fields (command.ack).
struct FieldPath {
    std::string name;
    std::vector<const google::protobuf::FieldDescriptor*> way;

    [[nodiscard]] const google::protobuf::FieldDescriptor& field() const { return *way.back(); }
};

// Fails on a name that leads to no such field.
[[nodiscard]] Result<FieldPath> resolve_field(const std::string& name);

// Sets it. A message without fields takes "true". A refusal's detail does not name the field.
[[nodiscard]] std::optional<Refusal> set_field(accountwatch::v1::Event& event, const FieldPath& path,
                                               std::string_view text);

}  // namespace aw::codec
