#include "codec/field_path.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "codec/scalar_field.hpp"
#include "codec/text.hpp"

namespace aw::codec {
namespace {

namespace v1 = accountwatch::v1;
namespace pbuf = google::protobuf;
using Field = pbuf::FieldDescriptor;
using Why = DeadLetterReason;

bool is_empty_message(const Field& field) {
    return field.type() == Field::TYPE_MESSAGE && field.message_type()->field_count() == 0;
}

// Numbers are read from text as from JSON strings; only truth has a form of its own.
Scalar as_scalar(const Field& field, std::string_view cell) {
    const bool truth = field.cpp_type() == Field::CPPTYPE_BOOL && (cell == "true" || cell == "false");
    return {truth ? ScalarKind::boolean : ScalarKind::string, cell};
}

// Going into this field would throw out another one of its oneof.
const Field* rival_of(const pbuf::Message& message, const Field& field) {
    const pbuf::OneofDescriptor* group = field.real_containing_oneof();
    if (group == nullptr) return nullptr;
    const Field* chosen = message.GetReflection()->GetOneofFieldDescriptor(message, group);
    return chosen == &field ? nullptr : chosen;
}

}  // namespace

Result<FieldPath> resolve_field(const std::string& name) {
    FieldPath column{name, {}};
    const pbuf::Descriptor* type = v1::Event::descriptor();
    for (std::string_view rest = name; type != nullptr;) {
        const std::size_t dot = std::min(rest.find('.'), rest.size());
        const Field* field = type->FindFieldByName(std::string(rest.substr(0, dot)));
        if (field == nullptr) {
            return fail_with(fmt::format("{} has no field {}", type->name(), show_text(rest.substr(0, dot))));
        }
        if (field->is_repeated()) return fail_with(field->name() + " is a list, which CSV cannot give (use NDJSON)");
        column.way.push_back(field);
        const bool inner = !is_scalar(*field) && !is_empty_message(*field);
        if (inner != (dot < rest.size())) {
            return fail_with(inner ? field->name() + " has fields of its own; name one of them after a dot"
                                   : field->name() + " has no fields of its own");
        }
        type = inner ? field->message_type() : nullptr;
        if (inner) rest.remove_prefix(dot + 1);
    }
    return column;
}

std::optional<Refusal> set_field(v1::Event& event, const FieldPath& path, std::string_view text) {
    if (!valid_utf8(text)) return Refusal{Why::BAD_UTF8, show_text(text)};
    pbuf::Message* message = &event;
    for (const Field* field : path.way) {
        if (const Field* rival = rival_of(*message, *field)) {
            return Refusal{Why::UNDECODABLE, fmt::format("beside {}; expected one of them", rival->name())};
        }
        if (is_scalar(*field)) return set_scalar(*message, *field, as_scalar(*field, text));
        if (is_empty_message(*field) && text != "true") {
            return Refusal{Why::WRONG_TYPE, fmt::format("expected true or nothing, got {}", show_text(text))};
        }
        message = message->GetReflection()->MutableMessage(message, field);
    }
    return std::nullopt;
}

}  // namespace aw::codec
