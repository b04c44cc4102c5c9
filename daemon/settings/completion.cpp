// The second half of reading: defaults, and what is missing.
#include <algorithm>

#include <accountwatch/config/v1/field_rule.pb.h>
#include <google/protobuf/message.h>

#include "base/check.hpp"
#include "settings/yaml_reader.hpp"

namespace aw::settings {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

std::string below(const std::string& path, std::string_view name) {
    return path + (path.back() == '/' ? "" : ".") + std::string(name);
}

bool is_message(const FieldDescriptor& field) { return field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE; }

// Whether an absent group of settings has values all the same.
bool has_defaults(const Descriptor& type) {
    for (int i = 0; i < type.field_count(); ++i) {
        const auto& field = *type.field(i);
        if (!rule_of(field).default_().empty()) return true;
        if (is_message(field) && !field.is_repeated() && has_defaults(*field.message_type())) return true;
    }
    return false;
}

void set_default(Message& message, const FieldDescriptor& field) {
    std::vector<Mistake> mistakes;
    const auto value = parse_yaml("default", rule_of(field).default_(), mistakes);
    AW_CHECK(value.has_value());
    const auto set = [&](const YamlNode& node) {
        const auto scalar = read_scalar(field, node);
        AW_CHECK(scalar.has_value());  // a default in the schema that its own rule refuses
        store(message, field, *scalar);
    };
    if (field.is_repeated()) {
        for (const auto& item : value->items) set(item);
    } else {
        set(*value);
    }
}

class Completion {
public:
    Completion(Places& places, std::vector<Mistake>& mistakes) : places_(places), mistakes_(mistakes) {}

    void run(Message& message, const std::string& path) {
        const auto& type = *message.GetDescriptor();
        for (int i = 0; i < type.field_count(); ++i) {
            const auto& field = *type.field(i);
            if (is_mapping(field)) continue;
            if (field.is_repeated()) {
                run_list(message, field, below(path, field.name()));
            } else {
                run_single(message, field, below(path, field.name()));
            }
        }
    }

private:
    void run_list(Message& message, const FieldDescriptor& field, const std::string& path) {
        const auto& reflection = *message.GetReflection();
        // A list that was written, even wrongly or empty, has been judged by the reader.
        if (reflection.FieldSize(message, &field) == 0 && !places_.has(path)) {
            if (!rule_of(field).default_().empty()) return set_default(message, field);
            if (rule_of(field).required()) return missing(field, path);
        }
        if (!is_message(field)) return;
        for (int i = 0; i < reflection.FieldSize(message, &field); ++i) {
            run(*reflection.MutableRepeatedMessage(&message, &field, i), path + "[" + std::to_string(i) + "]");
        }
    }

    void run_single(Message& message, const FieldDescriptor& field, const std::string& path) {
        const auto& reflection = *message.GetReflection();
        const bool there = reflection.HasField(message, &field);
        if (is_message(field)) {
            if (!there && places_.has(path)) return;
            if (!there && rule_of(field).required()) return missing(field, path);
            if (!there && !has_defaults(*field.message_type())) return;
            return run(*reflection.MutableMessage(&message, &field), path);
        }
        if (there || places_.has(path)) return;  // what was written wrongly has been reported
        if (!rule_of(field).default_().empty()) return set_default(message, field);
        if (rule_of(field).required()) missing(field, path);
    }

    void missing(const FieldDescriptor& field, const std::string& path) {
        const std::string around = shown(path.substr(0, path.find_last_of("./") + 1));
        const std::string where = around.empty() ? "" : " in '" + around.substr(0, around.size() - 1) + "'";
        Place place = places_.of(path);
        mistakes_.push_back(
            {std::move(place.file), place.line, place.column, "missing key '" + field.name() + "'" + where});
    }

    Places& places_;
    std::vector<Mistake>& mistakes_;
};

}  // namespace

void complete(Message& message, const std::string& path, Places& places, std::vector<Mistake>& mistakes) {
    Completion(places, mistakes).run(message, path);
}

}  // namespace aw::settings
