// YAML into a schema message (proto/accountwatch/config/v1) by reflection. Every mistake is reported with its place;
// what is right is read all the same, so that one run shows all mistakes.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "settings/places.hpp"
#include "settings/scalar_reader.hpp"
#include "settings/yaml_tree.hpp"

namespace aw::settings {

class YamlReader {
public:
    // MERGE: reading into a message that holds values already lets single values override, rows of a list with the
    // same key replace, other rows join at the end, and `[]` empties the list (`extends`).
    // REPLACE: a list is replaced as a whole (--set).
    enum class Lists { MERGE, REPLACE };

    // `places` and `mistakes` must outlive the reader.
    YamlReader(std::string file, Places& places, std::vector<Mistake>& mistakes)
        : file_(std::move(file)), places_(places), mistakes_(mistakes) {}

    // `path` is that of the message (see Places), e.g. "policy/". The entry [n] of a mapping stands where its key
    // stands, [n].value where its value does.
    void read(const YamlNode& map, google::protobuf::Message& message, const std::string& path, Lists lists);

    // KEY=VALUE: sets the value at the dotted `key` below the message.
    void override_value(google::protobuf::Message& message, const std::string& path, std::string_view key,
                        const YamlNode& value);

private:
    void read_field(const YamlNode& key, const YamlNode& value, google::protobuf::Message& message,
                    const google::protobuf::FieldDescriptor& field, const std::string& path, Lists lists);
    void read_value(const YamlNode& at, const YamlNode& value, google::protobuf::Message& message,
                    const google::protobuf::FieldDescriptor& field, const std::string& path, Lists lists);
    void read_single(const YamlNode& value, google::protobuf::Message& message,
                     const google::protobuf::FieldDescriptor& field, const std::string& path, const YamlNode& at);
    void read_texts(const YamlNode& list, google::protobuf::Message& message,
                    const google::protobuf::FieldDescriptor& field, const std::string& path);
    void drop_replaced(google::protobuf::Message& message, const google::protobuf::FieldDescriptor& field,
                       const std::string& path, int before, const std::map<std::string, int>& written);
    void read_rows(const YamlNode& list, google::protobuf::Message& message,
                   const google::protobuf::FieldDescriptor& field, const std::string& path, Lists lists);
    void read_mapping(const YamlNode& map, google::protobuf::Message& message,
                      const google::protobuf::FieldDescriptor& field, const std::string& path, Lists lists);
    // `at` is the place of the key; `index` that of the entry it replaces, -1 = a new one.
    void read_entry(const YamlNode& at, std::string_view key, const YamlNode& value, google::protobuf::Message& message,
                    const google::protobuf::FieldDescriptor& field, const std::string& path, int index);
    void unknown_key(const YamlNode& at, std::string_view key, const google::protobuf::Message& message,
                     const std::string& path);
    void wrong(const YamlNode& at, std::string message);
    void remember(const std::string& path, const YamlNode& at);

    std::string file_;
    Places& places_;
    std::vector<Mistake>& mistakes_;
};

// Fills in the defaults and reports required values that are missing, in the message and everything below it.
void complete(google::protobuf::Message& message, const std::string& path, Places& places,
              std::vector<Mistake>& mistakes);

}  // namespace aw::settings
