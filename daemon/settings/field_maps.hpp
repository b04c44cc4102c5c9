// Field maps: maps/*.yaml -> FieldMap. Reads files only while called; any thread; never throws on bad input.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "mapping/field_map.hpp"
#include "settings/mistake.hpp"
#include "settings/outside_checks.hpp"
#include "settings/yaml_tree.hpp"

namespace aw::settings {

class Documents;

struct LoadedFieldMap {
    FieldMap map;  // meaningful only without mistakes
    std::vector<Mistake> mistakes;

    [[nodiscard]] bool ok() const { return mistakes.empty(); }
};

// Without `outside.field_map` nobody holds it against the wire format.
[[nodiscard]] LoadedFieldMap load_field_map(const std::string& path, const OutsideChecks& outside);

// One document by itself; `name` stands in the mistakes.
[[nodiscard]] LoadedFieldMap field_map_from_text(const std::string& name, std::string_view text,
                                                 const OutsideChecks& outside);

// One that has been parsed; what is wrong goes to the documents' mistakes.
FieldMap read_field_map(Documents& documents, const std::string& file, const YamlNode& root,
                        const OutsideChecks& outside);

}  // namespace aw::settings
