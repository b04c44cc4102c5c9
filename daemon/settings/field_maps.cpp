#include "settings/field_maps.hpp"

#include <algorithm>

#include <accountwatch/config/v1/field_map.pb.h>
#include <fmt/format.h>

#include "settings/documents.hpp"
#include "settings/nearest.hpp"
#include "settings/time_zones.hpp"
#include "settings/yaml_reader.hpp"

namespace aw::settings {
namespace {

namespace pb = accountwatch::config::v1;

const std::string kDocument = "map/";

std::optional<std::string> given(bool there, const std::string& text) {
    return there ? std::optional<std::string>(text) : std::nullopt;
}

class MapBuilder {
public:
    MapBuilder(const pb::FieldMap& in, Findings& findings) : in_(in), findings_(findings) {}

    FieldMap run() {
        FieldMap map;
        map.payload = in_.payload();
        map.id_prefix = in_.event_id().prefix();
        map.id_from.assign(in_.event_id().from().begin(), in_.event_id().from().end());
        for (const auto& condition : in_.where()) {
            map.where.push_back({condition.from(),
                                 {condition.is().begin(), condition.is().end()},
                                 {condition.is_not().begin(), condition.is_not().end()}});
        }
        for (int i = 0; i < in_.where_size(); ++i) {
            const bool none = in_.where(i).is_size() == 0 && in_.where(i).is_not_size() == 0;
            const std::string path = kDocument + fmt::format("where[{}]", i);
            if (none && !written(path + ".is") && !written(path + ".is_not")) {
                findings_.mistake(path, "a condition needs 'is' or 'is_not'");
            }
        }
        for (int i = 0; i < in_.fields_size(); ++i) {
            map.fields.push_back(row(in_.fields(i), kDocument + fmt::format("fields[{}]", i)));
        }
        map.zone = zone();
        if (in_.encoding() != "utf-8") map.encoding = in_.encoding();
        map.separator = separator();
        return map;
    }

private:
    [[nodiscard]] bool written(const std::string& path) const { return findings_.places.has(path); }

    FieldMapRow row(const pb::FieldMapField& in, const std::string& path) {
        FieldMapRow out;
        out.field = in.field();
        out.from = given(in.has_from(), in.from());
        out.constant = given(in.has_constant(), in.constant());
        out.fallback = given(in.has_default_(), in.default_());
        out.otherwise = given(in.has_otherwise(), in.otherwise());
        out.unit = in.unit();
        for (const auto& value : in.values()) out.values.emplace(value.theirs(), value.ours());
        read_factor(in, path, out);
        read_time(in, path, out);
        check_shape(in, path);
        return out;
    }

    void read_factor(const pb::FieldMapField& in, const std::string& path, FieldMapRow& out) {
        if (!in.has_factor()) return;
        out.factor = parse_decimal(in.factor());
        if (!out.factor || out.factor->mantissa == 0) {
            findings_.mistake(path + ".factor",
                              fmt::format("'fields.factor' must be a number other than 0, not '{}'", in.factor()));
        }
    }

    void read_time(const pb::FieldMapField& in, const std::string& path, FieldMapRow& out) {
        if (!in.has_time()) return;
        auto form = TimeForm::parse(in.time());
        if (!form) {
            findings_.mistake(path + ".time", "'fields.time' " + form.error().message);
            return;
        }
        out.time = std::move(*form);
        if (out.time->needs_zone() && !written(kDocument + "time_zone")) {
            findings_.mistake(path + ".time",
                              fmt::format("'{}' says no time zone: write 'time_zone' beside 'fields'", in.time()));
        }
    }

    // Which keys may stand beside which.
    void check_shape(const pb::FieldMapField& in, const std::string& path) {
        const std::string name = "'" + in.field() + "'";
        const bool from = written(path + ".from");
        const bool constant = written(path + ".constant");
        if (from && constant) findings_.mistake(path + ".constant", name + " has 'from' and 'constant': keep one");
        if (!from && !constant) findings_.mistake(path, name + " needs 'from' or 'constant'");
        const std::vector<std::pair<std::string, bool>> ways{{"unit", in.has_unit()},
                                                             {"factor", in.has_factor()},
                                                             {"time", in.has_time()},
                                                             {"values", in.values_size() > 0}};
        std::vector<std::string> used;
        for (const auto& [key, there] : ways) {
            if (there) used.push_back(key);
        }
        if (used.size() > 1) {
            findings_.mistake(path + "." + used[1],
                              fmt::format("{} has '{}' and '{}': keep one", name, used[0], used[1]));
        }
        if (in.has_otherwise() && in.values_size() == 0 && !written(path + ".values")) {
            findings_.mistake(path + ".otherwise", name + " has 'otherwise' without 'values'");
        }
        if (from || !constant) return;
        if (in.has_default_()) used.insert(used.begin(), "default");
        if (!used.empty()) {
            findings_.mistake(path + "." + used[0],
                              fmt::format("{} has '{}', which means nothing for a constant", name, used[0]));
        }
    }

    // An unknown one has been told.
    [[nodiscard]] char separator() const {
        const std::string& name = in_.separator();
        return name == "semicolon" ? ';' : name == "bar" ? '|' : name == "tab" ? '\t' : ',';
    }

    TimeZone zone() {
        if (!in_.has_time_zone()) return {};
        auto changes = zone_changes(in_.time_zone());
        if (changes) return {in_.time_zone(), std::move(*changes)};
        findings_.mistake(kDocument + "time_zone", changes.error().message);
        return {};
    }

    const pb::FieldMap& in_;
    Findings& findings_;
};

// Where the path of a problem lies in the file: an entry of `values` is named by its word there, by its number here.
std::string place_path(const pb::FieldMap& in, const std::string& path) {
    constexpr std::string_view kValues = ".values/";
    const std::size_t at = path.find(kValues);
    if (at == std::string::npos) return kDocument + path;
    const std::string theirs = path.substr(at + kValues.size());
    for (int i = 0; i < in.fields_size(); ++i) {
        if (path.substr(0, at) != fmt::format("fields[{}]", i)) continue;
        for (int j = 0; j < in.fields(i).values_size(); ++j) {
            if (in.fields(i).values(j).theirs() == theirs) {
                return kDocument + fmt::format("fields[{}].values[{}].value", i, j);
            }
        }
    }
    return kDocument + path.substr(0, at);
}

}  // namespace

FieldMap read_field_map(Documents& documents, const std::string& file, const YamlNode& root,
                        const OutsideChecks& outside) {
    pb::FieldMap in;
    YamlReader(file, documents.places, documents.mistakes).read(root, in, kDocument, YamlReader::Lists::MERGE);
    if (root.kind == YamlNode::Kind::MAP) complete(in, kDocument, documents.places, documents.mistakes);
    Findings findings = documents.findings();
    FieldMap map = MapBuilder(in, findings).run();
    // A payload that is missing, or written wrongly, has been reported.
    if (!outside.field_map || map.payload.empty()) return map;
    for (const auto& problem : outside.field_map(map)) {
        const std::string path = place_path(in, problem.path);
        // A mistake in one row refuses the list around it, which says nothing of what the other rows lack.
        const bool of_all = problem.path == "fields" && !map.fields.empty();
        if (documents.places.refused(path) && !of_all) continue;
        findings.mistake(path, problem.message + did_you_mean(problem.given, problem.known));
    }
    return map;
}

LoadedFieldMap field_map_from_text(const std::string& name, std::string_view text, const OutsideChecks& outside) {
    LoadedFieldMap loaded;
    Documents documents(false);
    if (const auto root = parse_yaml(name, text, documents.mistakes)) {
        loaded.map = read_field_map(documents, name, *root, outside);
    }
    loaded.mistakes = std::move(documents.mistakes);
    tidy(loaded.mistakes);
    return loaded;
}

LoadedFieldMap load_field_map(const std::string& path, const OutsideChecks& outside) {
    const auto text = read_text_file(path);
    if (!text) return {{}, {{path, 0, 0, text.error().message}}};
    return field_map_from_text(path, *text, outside);
}

}  // namespace aw::settings
