// Checks of the settings that need what settings/ does not see: librdkafka, the language of the templates. Whoever sees
// both sides gives them to the loader, so that their mistakes stand among all others, with their places.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "settings/mistake.hpp"

namespace aw {
struct FieldMap;
struct Rules;
}  // namespace aw

namespace aw::settings {

// Empty functions are not asked. Called on the thread of the loader, which hands over what could be read, even when
// there are other mistakes.
struct OutsideChecks {
    struct RefusedProperty {
        std::string name;
        std::string reason;
        bool by_name = false;  // no value would do
        bool warning = false;  // taken, but it cannot work
    };
    // Those of `log.kafka.properties` that are refused or to be warned of.
    std::function<std::vector<RefusedProperty>(const std::map<std::string, std::string>& properties)> kafka_properties;
    // Every mistake in the templates of the folder.
    std::function<std::vector<Mistake>(const std::string& folder)> templates;
    // The file of tokens, and whether those who may give commands with one are among `staff`.
    struct TokensReport {
        std::vector<Mistake> mistakes;
        std::vector<Mistake> warnings;
    };
    std::function<TokensReport(const std::string& file, const std::set<std::string>& staff)> tokens;
    // What a field map asks that the wire format does not have.
    struct MapProblem {
        std::string path;  // of the value in the map, e.g. "fields[3].constant"; an entry of `values` by its word
        std::string message;
        std::string given;  // for a suggestion out of `known`
        std::vector<std::string> known;
    };
    std::function<std::vector<MapProblem>(const FieldMap& map)> field_map;
    // The daemon's own topics, which no source may read.
    std::function<std::vector<std::string>(const std::string& prefix)> own_topics;
    // What the rules as a whole come to, from `today` on. Asked last, and only of settings without a mistake.
    struct Finding {
        std::string path;  // of the value to look at (places.hpp), e.g. "organisation/staff[3].leave[0]"
        std::string message;
        bool mistake = false;  // otherwise a warning
    };
    std::function<std::vector<Finding>(const Rules& rules, Day today)> rules;
};

}  // namespace aw::settings
