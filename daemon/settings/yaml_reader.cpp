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

// The entries of a mapping by their keys.
std::map<std::string, int, std::less<>> entries_of(const Message& message, const FieldDescriptor& field) {
    std::map<std::string, int, std::less<>> entries;
    for (int i = 0; i < message.GetReflection()->FieldSize(message, &field); ++i) {
        const auto& entry = message.GetReflection()->GetRepeatedMessage(message, &field, i);
        entries.emplace(scalar_text(entry, mapping_key(field), -1), i);
    }
    return entries;
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
    const std::size_t before = mistakes_.size();
    read_value(at, value, message, field, path, lists);
    if (mistakes_.size() > before) places_.refuse(path, {file_, at.line, at.column});
}

void YamlReader::read_value(const YamlNode& at, const YamlNode& value, Message& message, const FieldDescriptor& field,
                            const std::string& path, Lists lists) {
    if (value.kind == Kind::EMPTY) {
        return wrong(at, fmt::format("'{}' has no value (write \"\" for an empty text, [] for an empty list, or "
                                     "remove the key)",
                                     shown(path)));
    }
    if (is_mapping(field)) return read_mapping(value, message, field, path, lists);
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
    const int before = reflection.FieldSize(message, &field);
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
        const std::string& alike = rule_of(field).row_repeats();
        const bool repeats = !alike.empty() && key.find("'" + alike + "'") != std::string::npos;
        if (!is_new && !repeats) {
            wrong(item,
                  fmt::format("'{}' holds two rows with {} (the first in line {})", shown(path), key, first->second));
        }
        if (const auto old = known.find(key); old != known.end() && is_new) {
            reflection.SwapElements(&message, &field, old->second, index);
            reflection.RemoveLast(&message, &field);
            places_.move(item_path, row(path, old->second));
        }
    }
    if (!rule_of(field).row_repeats().empty()) drop_replaced(message, field, path, before, first_line);
}

// Rows that were there before and whose key was written anew, but for the first of each key, which was replaced in its
// place.
void YamlReader::drop_replaced(Message& message, const FieldDescriptor& field, const std::string& path, int before,
                               const std::map<std::string, int>& written) {
    const auto& reflection = *message.GetReflection();
    std::set<std::string> kept;
    std::vector<int> gone;
    for (int i = 0; i < before; ++i) {
        const std::string key = row_key(reflection.GetRepeatedMessage(message, &field, i), field);
        if (written.count(key) > 0 && !kept.insert(key).second) gone.push_back(i);
    }
    for (auto i = gone.rbegin(); i != gone.rend(); ++i) {
        const int last = reflection.FieldSize(message, &field) - 1;
        if (*i != last) reflection.SwapElements(&message, &field, *i, last);
        reflection.RemoveLast(&message, &field);
        places_.forget(row(path, *i));
        if (*i != last) places_.move(row(path, last), row(path, *i));
    }
}

void YamlReader::read_mapping(const YamlNode& map, Message& message, const FieldDescriptor& field,
                              const std::string& path, Lists lists) {
    if (lists == Lists::REPLACE) {
        message.GetReflection()->ClearField(&message, &field);
        places_.forget(path);
    }
    remember(path, map);
    if (map.kind != Kind::MAP) return wrong(map, "'" + shown(path) + "' must be a mapping of keys to values");
    const auto known = entries_of(message, field);
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
        const auto old = known.find(key.text);
        read_entry(key, key.text, map.items[i], message, field, path, old == known.end() ? -1 : old->second);
    }
}

void YamlReader::read_entry(const YamlNode& at, std::string_view key, const YamlNode& value, Message& message,
                            const FieldDescriptor& field, const std::string& path, int index) {
    if (key.empty()) return wrong(at, "a key must be a single text");
    const auto text = read_scalar(mapping_value(field), value);
    if (!text) {
        return wrong(value.kind == Kind::EMPTY ? at : value,
                     fmt::format("'{}.{}' {}", shown(path), key, text.error().message));
    }
    if (index < 0) {
        index = message.GetReflection()->FieldSize(message, &field);
        store(*message.GetReflection()->AddMessage(&message, &field), mapping_key(field), std::string(key));
    }
    store(*message.GetReflection()->MutableRepeatedMessage(&message, &field, index), mapping_value(field), *text);
    remember(row(path, index), at);
    remember(row(path, index) + ".value", value);
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
    if (is_mapping(*field)) {
        const auto known = entries_of(message, *field);
        const auto old = known.find(rest);
        return read_entry(value, rest, value, message, *field, field_path, old == known.end() ? -1 : old->second);
    }
    if (field->is_repeated()) return wrong(value, "'" + shown(field_path) + "' is a list, it is replaced as a whole");
    if (!is_message(*field)) return wrong(value, "'" + shown(field_path) + "' has no keys below it");
    override_value(*message.GetReflection()->MutableMessage(&message, field), field_path, rest, value);
}

}  // namespace aw::settings
