#include "settings/yaml_reader.hpp"

#include <algorithm>
#include <map>

#include <accountwatch/config/v1/field_rule.pb.h>
#include <fmt/format.h>

#include "base/check.hpp"
#include "settings/nearest.hpp"

namespace aw::settings {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using Kind = YamlNode::Kind;

std::string below(const std::string& path, std::string_view name) {
    const bool at_root = path.empty() || path.back() == '/';
    return path + (at_root ? "" : ".") + std::string(name);
}

std::string row(const std::string& path, int index) { return path + "[" + std::to_string(index) + "]"; }

std::vector<std::string> field_names(const Message& message) {
    std::vector<std::string> names;
    const auto& type = *message.GetDescriptor();
    for (int i = 0; i < type.field_count(); ++i) names.push_back(type.field(i)->name());
    return names;
}

bool is_message(const FieldDescriptor& field) { return field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE; }

// What identifies a row, e.g. "id 'x'" or "kind 'ACKNOWLEDGE', severity 'LOW'"; "" if the list has no such key.
std::string row_key(const Message& message, const FieldDescriptor& list) {
    std::string text;
    for (const auto& name : rule_of(list).row_key()) {
        const auto* field = message.GetDescriptor()->FindFieldByName(name);
        AW_CHECK(field != nullptr);
        text += (text.empty() ? "" : ", ") + name + " '" + scalar_text(message, *field, -1) + "'";
    }
    return text;
}

bool has_row_key(const Message& message, const FieldDescriptor& list) {
    const auto& names = rule_of(list).row_key();
    return !names.empty() && std::all_of(names.begin(), names.end(), [&](const auto& name) {
        return message.GetReflection()->HasField(message, message.GetDescriptor()->FindFieldByName(name));
    });
}

void set_map_entry(Message& message, const FieldDescriptor& field, const std::string& key, const std::string& value) {
    const auto& reflection = *message.GetReflection();
    const auto* key_field = field.message_type()->map_key();
    Message* entry = nullptr;
    for (int i = 0; i < reflection.FieldSize(message, &field) && entry == nullptr; ++i) {
        Message* there = reflection.MutableRepeatedMessage(&message, &field, i);
        if (there->GetReflection()->GetString(*there, key_field) == key) entry = there;
    }
    if (entry == nullptr) entry = reflection.AddMessage(&message, &field);
    entry->GetReflection()->SetString(entry, key_field, key);
    entry->GetReflection()->SetString(entry, field.message_type()->map_value(), value);
}

}  // namespace

void YamlReader::wrong(const YamlNode& at, std::string message) {
    mistakes_.push_back({file_, at.line, at.column, std::move(message)});
}

void YamlReader::remember(const std::string& path, const YamlNode& at) {
    places_.set(path, {file_, at.line, at.column});
}

void YamlReader::unknown_key(const YamlNode& at, std::string_view key, const Message& message,
                             const std::string& path) {
    const auto names = field_names(message);
    std::string hint = did_you_mean(key, names);
    if (hint.empty()) hint = " (known: " + joined(names) + ")";
    const std::string where = shown(path);
    wrong(at, fmt::format("unknown key '{}'{}{}", key, where.empty() ? "" : " in '" + where + "'", hint));
}

void YamlReader::read(const YamlNode& map, Message& message, const std::string& path, Lists lists) {
    remember(path, map);
    if (map.kind != Kind::MAP) {
        const std::string what = shown(path);
        return wrong(map, (what.empty() ? "the file" : "'" + what + "'") + " must be a mapping of keys to values");
    }
    std::map<std::string_view, int> first_line;
    for (std::size_t i = 0; i < map.keys.size(); ++i) {
        const YamlNode& key = map.keys[i];
        if (key.kind != Kind::SCALAR) {
            wrong(key, "a key must be a single text");
            continue;
        }
        const auto [first, fresh] = first_line.emplace(key.text, key.line);
        if (!fresh) {
            wrong(key, fmt::format("duplicate key '{}' (first in line {})", key.text, first->second));
            continue;
        }
        const auto* field = message.GetDescriptor()->FindFieldByName(key.text);
        if (field == nullptr) {
            unknown_key(key, key.text, message, path);
        } else {
            read_field(key, map.items[i], message, *field, below(path, key.text), lists);
        }
    }
}

void YamlReader::read_field(const YamlNode& key, const YamlNode& value, Message& message, const FieldDescriptor& field,
                            const std::string& path, Lists lists) {
    const YamlNode& at = value.kind == Kind::EMPTY ? key : value;
    if (value.kind == Kind::EMPTY) {
        return wrong(at, fmt::format("'{}' has no value (write \"\" for an empty text, [] for an empty list, or "
                                     "remove the key)",
                                     shown(path)));
    }
    if (field.is_map()) return read_map(value, message, field, path, lists);
    if (field.is_repeated()) {
        if (value.kind != Kind::LIST) {
            remember(path, at);
            return wrong(at, "'" + shown(path) + "' must be a list");
        }
        if (value.items.empty() && rule_of(field).required()) {
            remember(path, at);
            return wrong(at, "'" + shown(path) + "' must hold at least one element");
        }
        return is_message(field) ? read_rows(value, message, field, path, lists)
                                 : read_texts(value, message, field, path);
    }
    if (is_message(field)) {
        if (value.kind != Kind::MAP) {
            remember(path, at);
            return wrong(at, "'" + shown(path) + "' must be a mapping of keys to values");
        }
        return read(value, *message.GetReflection()->MutableMessage(&message, &field), path, lists);
    }
    read_single(value, message, field, path, at);
}

void YamlReader::read_single(const YamlNode& value, Message& message, const FieldDescriptor& field,
                             const std::string& path, const YamlNode& at) {
    remember(path, at);
    const auto read_value = read_scalar(field, value);
    if (!read_value) return wrong(at, "'" + shown(path) + "' " + read_value.error().message);
    store(message, field, *read_value);
}

void YamlReader::read_texts(const YamlNode& list, Message& message, const FieldDescriptor& field,
                            const std::string& path) {
    message.GetReflection()->ClearField(&message, &field);
    places_.forget(path);
    remember(path, list);
    std::map<std::string_view, int> seen;
    for (const auto& item : list.items) {
        const auto value = read_scalar(field, item);
        if (!value) {
            wrong(item, "'" + shown(path) + "' " + value.error().message);
        } else if (!seen.emplace(item.text, item.line).second) {
            wrong(item, fmt::format("'{}' holds '{}' twice", shown(path), item.text));
        } else {
            remember(row(path, message.GetReflection()->FieldSize(message, &field)), item);
            store(message, field, *value);
        }
    }
}

void YamlReader::read_rows(const YamlNode& list, Message& message, const FieldDescriptor& field,
                           const std::string& path, Lists lists) {
    const auto& reflection = *message.GetReflection();
    // Rows without a key cannot be told apart: such a list is always replaced.
    const bool merge = lists == Lists::MERGE && rule_of(field).row_key_size() > 0 && !list.items.empty();
    if (!merge) {
        reflection.ClearField(&message, &field);
        places_.forget(path);
    }
    remember(path, list);
    std::map<std::string, int> known;  // key -> index, of rows that were there before
    for (int i = 0; i < reflection.FieldSize(message, &field); ++i) {
        known.emplace(row_key(reflection.GetRepeatedMessage(message, &field, i), field), i);
    }
    std::map<std::string, int> first_line;  // of the rows in this list
    for (const auto& item : list.items) {
        if (item.kind != Kind::MAP) {
            wrong(item, "an element of '" + shown(path) + "' must be a mapping of keys to values");
            continue;
        }
        const int index = reflection.FieldSize(message, &field);
        Message* fresh = reflection.AddMessage(&message, &field);
        const std::string item_path = row(path, index);
        read(item, *fresh, item_path, lists);
        if (!has_row_key(*fresh, field)) continue;
        const std::string key = row_key(*fresh, field);
        const auto [first, is_new] = first_line.emplace(key, item.line);
        if (!is_new) {
            wrong(item,
                  fmt::format("'{}' holds two rows with {} (the first in line {})", shown(path), key, first->second));
        }
        if (const auto old = known.find(key); old != known.end()) {
            reflection.SwapElements(&message, &field, old->second, index);
            reflection.RemoveLast(&message, &field);
            places_.move(item_path, row(path, old->second));
        }
    }
}

void YamlReader::read_map(const YamlNode& map, Message& message, const FieldDescriptor& field, const std::string& path,
                          Lists lists) {
    remember(path, map);
    if (map.kind != Kind::MAP) return wrong(map, "'" + shown(path) + "' must be a mapping of keys to values");
    if (lists == Lists::REPLACE) message.GetReflection()->ClearField(&message, &field);
    const auto& entry = *field.message_type();
    std::map<std::string_view, int> first_line;
    for (std::size_t i = 0; i < map.keys.size(); ++i) {
        const YamlNode& key = map.keys[i];
        const YamlNode& value = map.items[i];
        if (key.kind != Kind::SCALAR || key.text.empty()) {
            wrong(key, "a key must be a single text");
            continue;
        }
        const auto [first, fresh] = first_line.emplace(key.text, key.line);
        if (!fresh) {
            wrong(key, fmt::format("duplicate key '{}' (first in line {})", key.text, first->second));
            continue;
        }
        const auto text = read_scalar(*entry.map_value(), value);
        if (!text) {
            wrong(value.kind == Kind::EMPTY ? key : value,
                  fmt::format("'{}.{}' {}", shown(path), key.text, text.error().message));
            continue;
        }
        set_map_entry(message, field, key.text, std::get<std::string>(*text));
    }
}

void YamlReader::override_value(Message& message, const std::string& path, std::string_view key,
                                const YamlNode& value) {
    const std::size_t dot = key.find('.');
    const std::string name(key.substr(0, dot));
    const auto* field = message.GetDescriptor()->FindFieldByName(name);
    if (field == nullptr) return unknown_key(value, name, message, path);
    const std::string field_path = below(path, name);
    if (dot == std::string_view::npos) {
        return read_field(value, value, message, *field, field_path, Lists::REPLACE);
    }
    const std::string_view rest = key.substr(dot + 1);
    if (field->is_map()) {
        const auto text = read_scalar(*field->message_type()->map_value(), value);
        if (!text) return wrong(value, fmt::format("'{}.{}' {}", shown(field_path), rest, text.error().message));
        return set_map_entry(message, *field, std::string(rest), std::get<std::string>(*text));
    }
    if (field->is_repeated()) return wrong(value, "'" + shown(field_path) + "' is a list, it is replaced as a whole");
    if (!is_message(*field)) return wrong(value, "'" + shown(field_path) + "' has no keys below it");
    override_value(*message.GetReflection()->MutableMessage(&message, field), field_path, rest, value);
}

}  // namespace aw::settings
