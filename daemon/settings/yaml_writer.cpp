#include "settings/yaml_writer.hpp"

#include <algorithm>
#include <array>
#include <map>

#include <accountwatch/config/v1/field_rule.pb.h>
#include <accountwatch/config/v1/policy.pb.h>
#include <accountwatch/config/v1/settings.pb.h>
#include <yaml-cpp/emitter.h>

#include "settings/scalar_reader.hpp"
#include "settings/scalars.hpp"

namespace aw::settings {
namespace {

namespace pb = accountwatch::config::v1;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr const char* kMask = "*****";

class Writer {
public:
    // `policy` replaces the path in the field of that name.
    explicit Writer(const pb::Policy& policy) : policy_(policy) {}

    std::string settings(const pb::Settings& settings) {
        message(settings);
        return std::string(out_.c_str()) + "\n";
    }

private:
    void message(const Message& value) {
        const auto& type = *value.GetDescriptor();
        out_ << YAML::BeginMap;
        for (int i = 0; i < type.field_count(); ++i) {
            const auto& field = *type.field(i);
            if (&field == pb::Settings::descriptor()->FindFieldByName("policy")) {
                out_ << YAML::Key << field.name() << YAML::Value;
                message(policy_);
            } else if (field.is_repeated() || value.GetReflection()->HasField(value, &field)) {
                out_ << YAML::Key << field.name() << YAML::Value;
                any(value, field);
            }
        }
        out_ << YAML::EndMap;
    }

    void any(const Message& value, const FieldDescriptor& field) {
        const auto& reflection = *value.GetReflection();
        const bool is_message = field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
        if (is_mapping(field)) return mapping(value, field);
        if (field.is_repeated()) return list(value, field);
        if (is_message) return message(reflection.GetMessage(value, &field));
        scalar(field, scalar_text(value, field, -1));
    }

    void list(const Message& value, const FieldDescriptor& field) {
        const auto& reflection = *value.GetReflection();
        const bool rows = field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
        const int size = reflection.FieldSize(value, &field);
        if (!rows || size == 0) out_ << YAML::Flow;
        out_ << YAML::BeginSeq;
        for (int i = 0; i < size; ++i) {
            if (rows) {
                message(reflection.GetRepeatedMessage(value, &field, i));
            } else {
                scalar(field, scalar_text(value, field, i));
            }
        }
        out_ << YAML::EndSeq;
    }

    void mapping(const Message& value, const FieldDescriptor& field) {
        const auto& reflection = *value.GetReflection();
        std::map<std::string, std::string> sorted;
        for (int i = 0; i < reflection.FieldSize(value, &field); ++i) {
            const auto& entry = reflection.GetRepeatedMessage(value, &field, i);
            sorted[scalar_text(entry, mapping_key(field), -1)] = scalar_text(entry, mapping_value(field), -1);
        }
        if (sorted.empty()) out_ << YAML::Flow;
        out_ << YAML::BeginMap;
        for (const auto& [key, text] : sorted) {
            const bool secret = rule_of(field).secret() && is_secret_name(key);
            out_ << YAML::Key << key << YAML::Value << YAML::DoubleQuoted << (secret ? kMask : text);
        }
        out_ << YAML::EndMap;
    }

    void scalar(const FieldDescriptor& field, const std::string& text) {
        const auto& rule = rule_of(field);
        if (rule.secret()) {
            out_ << (rule.kind() == pb::FieldRule::URL ? masked_url(text) : std::string(kMask));
            return;
        }
        out_ << text;
    }

    YAML::Emitter out_;
    const pb::Policy& policy_;
};

}  // namespace

bool is_secret_name(const std::string& name) {
    static constexpr std::array<const char*, 9> kWords = {"password", "secret",     "key",         "token",     "jaas",
                                                          "pem",      "credential", "oauthbearer", "passphrase"};
    std::string lower = name;
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return std::any_of(kWords.begin(), kWords.end(),
                       [&](const char* word) { return lower.find(word) != std::string::npos; });
}

std::string effective_yaml(const pb::Settings& settings, const pb::Policy& policy) {
    return Writer(policy).settings(settings);
}

}  // namespace aw::settings
