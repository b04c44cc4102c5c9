// The settings reader's door: a settings file and everything it names, read, checked and turned into values.
//
// Reads files only while load() and check_files() run; keeps nothing; any thread. Never throws on bad input: what is
// wrong stands in `mistakes`, all of it at once.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/policy/rules.hpp"
#include "settings/activation.hpp"
#include "settings/mistake.hpp"
#include "settings/outside_checks.hpp"
#include "settings/settings.hpp"

namespace aw::settings {

struct Loaded {
    Settings settings;                   // meaningful only without mistakes
    std::shared_ptr<const Rules> rules;  // null if there are mistakes
    std::string document;                // for the activation record (activation.hpp); carries live_from if it is set
    std::vector<Mistake> mistakes;
    std::vector<Mistake> warnings;
    std::string effective;  // see print_config

    [[nodiscard]] bool ok() const { return mistakes.empty(); }
};

// Loads the settings file at `path` with `overrides` (KEY=VALUE, later ones win). With `today` a calendar that lacks
// that year is a mistake and a provisional one a warning; without (replays of history) neither is asked.
[[nodiscard]] Loaded load(const std::string& path, const std::vector<std::string>& overrides, std::optional<Day> today,
                          const OutsideChecks& outside = {});

// The effective settings as YAML: overrides applied, defaults in place, the policy written out, secrets as *****.
// load() accepts it and finds the same revision.
[[nodiscard]] const std::string& print_config(const Loaded& loaded);

struct CheckReport {
    std::vector<Mistake> mistakes;
    std::vector<Mistake> warnings;
};

// `accountwatch check FILE...`: each file by the kind its top-level keys show; a settings file with all it names.
[[nodiscard]] CheckReport check_files(const std::vector<std::string>& paths, Day today,
                                      const OutsideChecks& outside = {});

// One document by itself, without the files it names; `name` stands in the mistakes.
[[nodiscard]] CheckReport check_text(const std::string& name, std::string_view text, Day today);

}  // namespace aw::settings
