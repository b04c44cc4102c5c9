// Scenarios: folders of tests/scenarios with a business sentence (README.md), a history, events in readable NDJSON, and
// what follows from them (expected.ndjson). A scenario is run through the backtest in memory and through a log, as a
// worker would, and says the same everywhere.
//
//   scenario.txt    set KEY=VALUE (on config/accountwatch.yaml) · until TIME · restart TIME (any number, ascending) ·
//                   watermark FEED REGION FROM TO (every day at 00:10, that the day before is whole) ·
//                   heartbeat FEED REGION FROM TO MINUTES (that everything until then is there) ·
//                   register TIME CODES YUAN (a client with so much revenue a year) ·
//                   backlog FEED TIME FROM TO CODES EVENTS DUPLICATES (so many events come at once, of one item each,
//                   which occurred between the two instants; so many of them twice) ·
//                   live FROM TO (records of that time carry no declared time, and nothing fires but by them) ·
//                   ticks FROM TO SECONDS (of a worker that runs) ·
//                   include FILE (more such lines, found from the scenario's folder); a line that begins with a blank
//                   goes on with the one before
//   history.csv     account_code,business_line,from_week,to_week,items: weekly items, spread evenly over the days at
//                   noon; with days instead of weeks, daily ones. CODES: 37140000100001+200 are 200 accounts one after
//                   the other
//   events.ndjson   everything else
#pragma once

#include <memory>
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
    // What was written before each is read, and what shards answer each other, before anything later is written.
    std::vector<Timestamp> pauses;
    std::vector<Timestamp> restarts;  // a worker stops after the last record before each and another one takes over
    Timestamp live_from;              // see `live`; not set: all of it is loaded history
    Timestamp live_to;

    [[nodiscard]] bool is_live(Timestamp at) const { return at >= live_from && at < live_to; }
};

// What was said: everything in the order of its id, cases and tasks in their last state.
struct Said {
    std::vector<Signal> signals;
    std::vector<Case> cases;
    std::vector<Case> versions;  // of all cases, in their order; through a log, what compaction has left of them
    std::vector<Task> tasks;
    std::vector<Notice> notices;
    std::vector<Decision> decisions;
    std::vector<std::string> reports;  // JSON, in order of text
    std::vector<DataGap> data_gaps;    // every state, in order of their ids
    std::size_t dead_letters = 0;
    std::size_t duplicates = 0;

    // Signals, cases, tasks, notices, reports and data gaps, one JSON object a line, without the configuration's
    // revision.
    [[nodiscard]] std::string text() const;
    [[nodiscard]] std::vector<Notice> notices_for(NoticeReason reason) const;
    [[nodiscard]] std::vector<Decision> decisions_with(std::string_view code) const;
};

// Throws std::runtime_error on a scenario that cannot be read.
[[nodiscard]] Scenario load_scenario(const std::string& name);
// The settings of every scenario (tests/scenarios/policy.txt), live, with more KEY=VALUE on top.
[[nodiscard]] settings::Loaded scenario_settings(const std::vector<std::string>& more = {});
constexpr int kScenarioPartitions = 3;
[[nodiscard]] Said run_in_memory(const Scenario& scenario, int partitions = kScenarioPartitions);
// Appends everything as `send --backfill` does and reads it like a worker: restore, apply, commit. With `restart` the
// scenario's restarts take place; what was restored then, and what a replay of the log from its beginning gives, must
// have the state's hash of before.
[[nodiscard]] Said run_through_log(const Scenario& scenario, Backend& backend, bool restart);

}  // namespace aw::test
