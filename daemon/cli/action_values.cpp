#include "cli/action_values.hpp"

#include <algorithm>
#include <iostream>
#include <iterator>

#include <fmt/format.h>

#include "cli/config_file.hpp"
#include "settings/nearest.hpp"
#include "settings/scalars.hpp"
#include "settings/yaml_tree.hpp"

namespace aw::cli {
namespace {

using settings::Mistake;
using settings::YamlNode;

// The last second of a day for a bare date: "by Friday" includes Friday.
std::optional<Timestamp> due_time(const std::string& text, const TimeZone& zone) {
    if (const auto day = parse_day(text)) return zone.at(*day + 1, 0) - std::chrono::seconds{1};
    return parse_instant(text, zone);
}

class FileReader {
public:
    FileReader(const ActionKind& kind, std::string file, const TimeZone& zone)
        : kind_(kind), file_(std::move(file)), zone_(zone) {}

    Result<ActionValues> read(const std::string& text) {
        const auto tree = settings::parse_yaml(file_, text, mistakes_);
        if (tree && tree->kind != YamlNode::Kind::MAP) {
            wrong(*tree,
                  fmt::format("expected the fields of {}, such as '{}: ...'", kind_.name, kind_.fields.front().field));
        } else if (tree) {
            read_fields(*tree, "");
        }
        if (!tree && mistakes_.empty()) mistakes_.push_back({file_, 0, 0, "holds nothing"});
        if (mistakes_.empty()) return std::move(values_);
        std::string all;
        for (const Mistake& mistake : mistakes_) all += (all.empty() ? "" : "\n") + settings::to_text(mistake);
        return fail_with(std::move(all));
    }

private:
    void wrong(const YamlNode& at, std::string message) {
        mistakes_.push_back({file_, at.line, at.column, std::move(message)});
    }
    void unknown(const YamlNode& key, const std::vector<std::string>& known) {
        wrong(key, fmt::format("unknown field '{}'{}; known: {}", key.text, settings::did_you_mean(key.text, known),
                               settings::joined(known)));
    }

    // `prefix` is that of a mapping inside: "lost.".
    void read_fields(const YamlNode& map, const std::string& prefix) {
        std::vector<std::string> known;
        for (const ActionField& field : kind_.fields) {
            if (!field.field.starts_with(prefix)) continue;
            const std::string name = field.field.substr(prefix.size());
            const std::string first = name.substr(0, name.find('.'));
            if (known.empty() || known.back() != first) known.push_back(first);
        }
        for (std::size_t i = 0; i < map.keys.size(); ++i) {
            const YamlNode& key = map.keys[i];
            const YamlNode& value = map.items[i];
            const auto field = std::ranges::find(kind_.fields, prefix + key.text, &ActionField::field);
            if (field != kind_.fields.end()) {
                read_field(*field, value);
            } else if (std::ranges::find(known, key.text) == known.end()) {
                unknown(key, known);
            } else if (value.kind != YamlNode::Kind::MAP) {
                wrong(value, fmt::format("{}: expected fields below it", key.text));
            } else {
                read_fields(value, prefix + key.text + ".");
            }
        }
    }

    void read_field(const ActionField& field, const YamlNode& value) {
        if (field.kind == FieldKind::measures) return read_measures(field, value);
        values_.texts[field.field] = one_value(field.field, field.kind, field.names, value);
    }

    std::string one_value(const std::string& name, FieldKind kind, const std::vector<std::string>& names,
                          const YamlNode& value) {
        if (value.kind != YamlNode::Kind::SCALAR || value.text.empty()) {
            wrong(value, name + ": expected one value");
            return {};
        }
        auto sent = sent_value(kind, names, value.text, zone_);
        if (!sent) wrong(value, name + ": " + sent.error().message);
        return sent ? *std::move(sent) : std::string();
    }

    void read_measures(const ActionField& field, const YamlNode& list) {
        static const std::vector<std::string> kKnown = {"text", "owner_staff_id", "due_at"};
        if (list.kind != YamlNode::Kind::LIST) return wrong(list, field.field + ": expected a list");
        for (const YamlNode& row : list.items) {
            if (row.kind != YamlNode::Kind::MAP) {
                wrong(row, fmt::format("{}: expected {{{}}}", field.field, settings::joined(kKnown)));
                continue;
            }
            for (const YamlNode& key : row.keys) {
                if (std::ranges::find(kKnown, key.text) == kKnown.end()) unknown(key, kKnown);
            }
            Measure measure;
            const auto value = [&](const char* name, FieldKind kind) -> std::string {
                const YamlNode* found = row.find(name);
                if (found != nullptr) return one_value(name, kind, {}, *found);
                wrong(row, fmt::format("{}: {} is missing", field.field, name));
                return {};
            };
            measure.text = value("text", FieldKind::text);
            measure.owner_staff_id = value("owner_staff_id", FieldKind::text);
            measure.due_at = value("due_at", FieldKind::time);
            values_.measures.push_back(std::move(measure));
        }
    }

    const ActionKind& kind_;
    const std::string file_;
    const TimeZone& zone_;
    std::vector<Mistake> mistakes_;
    ActionValues values_;
};

}  // namespace

Result<std::string> sent_value(FieldKind kind, const std::vector<std::string>& names, const std::string& text,
                               const TimeZone& zone) {
    if (kind == FieldKind::time) {
        const auto due = due_time(text, zone);
        if (due) return format_utc(*due);
        return fail_with(fmt::format("'{}' is no time (2026-08-21, '2026-08-21 17:30' or RFC 3339)", text));
    }
    if (kind == FieldKind::amount) {
        const auto fen = settings::parse_hundredths(text, true);
        if (fen) return std::to_string(*fen);
        return fail_with(fmt::format("'{}' is no amount in yuan, such as 12,000.00", text));
    }
    if (kind == FieldKind::name && std::ranges::find(names, text) == names.end()) {
        return fail_with(fmt::format("'{}' is none of {}", text, settings::joined(names)));
    }
    return text;
}

Result<Measure> parse_measure(const std::string& text, const TimeZone& zone) {
    const std::size_t last = text.rfind(';');
    const std::size_t middle = last == std::string::npos || last == 0 ? std::string::npos : text.rfind(';', last - 1);
    if (middle == std::string::npos || middle == 0 || last == middle + 1) {
        return fail_with(
            fmt::format("'{}': expected {}, such as 'new offer;key-account-manager-1;2026-08-21'", text, kMeasureType));
    }
    const auto trimmed = [&](std::size_t from, std::size_t to) {
        while (from < to && text[from] == ' ') ++from;
        while (to > from && text[to - 1] == ' ') --to;
        return text.substr(from, to - from);
    };
    auto due = sent_value(FieldKind::time, {}, trimmed(last + 1, text.size()), zone);
    if (!due) return fail_with(fmt::format("'{}': {}", text, due.error().message));
    return Measure{trimmed(0, middle), trimmed(middle + 1, last), *std::move(due)};
}

Result<ActionValues> read_action_file(const ActionKind& kind, const std::string& file, const TimeZone& zone) {
    if (file == "-") {
        const std::string text{std::istreambuf_iterator<char>(std::cin), {}};
        return FileReader(kind, "stdin", zone).read(text);
    }
    const auto text = settings::read_text_file(file);
    if (!text) return fail_with(fmt::format("{}: {}", file, text.error().message));
    return FileReader(kind, file, zone).read(*text);
}

}  // namespace aw::cli
