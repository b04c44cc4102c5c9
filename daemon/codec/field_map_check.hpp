// A field map held against the wire format: what the reader of its file cannot know.
#pragma once

#include <string>
#include <vector>

#include "mapping/field_map.hpp"

namespace aw {

struct FieldMapProblem {
    std::string path;  // of the value in the map: "payload", "fields[3].constant", "" for the map itself
    std::string message;
    // What was written and what could have been meant, for a suggestion; empty where there is none.
    std::string given;
    std::vector<std::string> known;
};

// All of them. A map without one can be applied (field_mapper.hpp). Rows without a field's name are passed over.
[[nodiscard]] std::vector<FieldMapProblem> check_field_map(const FieldMap& map);

}  // namespace aw
