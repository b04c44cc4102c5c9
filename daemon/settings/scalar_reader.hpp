// One YAML scalar into one field of a schema message, by the field's type and rule, and the other way round.
#pragma once

#include <string>
#include <variant>

#include "base/result.hpp"
#include "settings/yaml_tree.hpp"

namespace google::protobuf {
class FieldDescriptor;
class Message;
}  // namespace google::protobuf
namespace accountwatch::config::v1 {
class FieldRule;
}

namespace aw::settings {

[[nodiscard]] const accountwatch::config::v1::FieldRule& rule_of(const google::protobuf::FieldDescriptor& field);

// A list of rows that YAML writes as a mapping, and the two fields of its rows.
[[nodiscard]] bool is_mapping(const google::protobuf::FieldDescriptor& field);
[[nodiscard]] const google::protobuf::FieldDescriptor& mapping_key(const google::protobuf::FieldDescriptor& field);
[[nodiscard]] const google::protobuf::FieldDescriptor& mapping_value(const google::protobuf::FieldDescriptor& field);

// What the field is to hold; the error begins with what the value must be.
using ScalarValue = std::variant<bool, std::int64_t, double, std::string>;
[[nodiscard]] Result<ScalarValue> read_scalar(const google::protobuf::FieldDescriptor& field, const YamlNode& node);

// Sets a single field or adds to a list.
void store(google::protobuf::Message& message, const google::protobuf::FieldDescriptor& field,
           const ScalarValue& value);

// The value as YAML text; `index` -1 for a single field.
[[nodiscard]] std::string scalar_text(const google::protobuf::Message& message,
                                      const google::protobuf::FieldDescriptor& field, int index);

}  // namespace aw::settings
