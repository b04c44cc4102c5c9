// Scenarios: folders of tests/scenarios with a business sentence (README.md), a history, events in readable NDJSON, and
// what follows from them (expected.ndjson). A scenario is run through the backtest in memory and through a log, as a
// worker would, and says the same everywhere.
//
//   scenario.txt    set KEY=VALUE (on config/accountwatch.yaml) · until TIME · restart TIME
//   history.csv     account_code,business_line,from_week,to_week,items: weekly items, spread evenly over the days at
//   noon events.ndjson   everything else
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/history.hpp"
#include "contract/backends.hpp"
#include "core/model/output.hpp"
#include "settings/loader.hpp"

namespace aw::test {

struct Scenario {
    std::string name;
    std::string folder;
    settings::Loaded loaded;
    std::unique_ptr<cli::History> history;
    Timestamp until;
    std::optional<Timestamp> restart;  // a worker stops after the last record before it and another one takes over
};

// What was said: everything in the order of its id, cases and tasks in their last state.
struct Said {
    std::vector<Signal> signals;
    std::vector<Case> cases;
    std::vector<Task> tasks;
    std::vector<Notice> notices;
    std::vector<Decision> decisions;
    std::size_t dead_letters = 0;

    // Signals, cases, tasks and notices, one JSON object a line, without the configuration's revision.
    [[nodiscard]] std::string text() const;
    [[nodiscard]] std::vector<Notice> notices_for(NoticeReason reason) const;
    [[nodiscard]] std::vector<Decision> decisions_with(std::string_view code) const;
};

// Throws std::runtime_error on a scenario that cannot be read.
[[nodiscard]] Scenario load_scenario(const std::string& name);
[[nodiscard]] Said run_in_memory(const Scenario& scenario);
// Appends everything as `send --backfill` does and reads it like a worker: restore, apply, commit. With `restart` the
// scenario's restart takes place.
[[nodiscard]] Said run_through_log(const Scenario& scenario, Backend& backend, bool restart);

}  // namespace aw::test
