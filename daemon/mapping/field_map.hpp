// FieldMap: how a record of another system becomes one of our events. A pure value, with its conversions beside it.
//
// Written as YAML (proto/accountwatch/config/v1/field_map.proto says what each key means), read by settings/, held
// against the wire format by codec/field_map_check, applied by codec/field_mapper.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/calendar/calendar.hpp"
#include "mapping/scaling.hpp"
#include "mapping/time_form.hpp"

namespace aw {

// One field of ours, and what fills it.
struct FieldMapRow {
    std::string field;                    // with dots, as in a CSV header of ours: shipment.items
    std::optional<std::string> from;      // this column of the source (in JSON a path with dots) ...
    std::optional<std::string> constant;  // ... or this, always
    std::optional<std::string> fallback;  // what an empty source field counts as, in our words
    std::string unit;                     // of the source's number; empty = none
    std::optional<Decimal> factor;        // ours = the source's x factor
    std::optional<TimeForm> time;
    std::map<std::string, std::string, std::less<>> values;  // the source's words -> ours; empty = as they are
    std::optional<std::string> otherwise;                    // for a word that is not in `values`
};

// Only records that meet all of these become events.
struct FieldMapCondition {
    std::string from;
    std::vector<std::string> is;      // one of these; empty = anything
    std::vector<std::string> is_not;  // none of these
};

struct FieldMap {
    std::string payload;  // shipment, revenue ...
    std::string id_prefix;
    std::vector<std::string> id_from;
    std::vector<FieldMapCondition> where;
    std::vector<FieldMapRow> fields;
    TimeZone zone;         // of times that are written without one
    std::string encoding;  // as iconv names it; empty = UTF-8
    char separator = ',';  // of CSV
};

}  // namespace aw
