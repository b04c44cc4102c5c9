// accountwatch simulate: the history of a courier's portfolio, with known troubles in it.
//
// What is modelled: account sizes over all grades (log-normal revenue), the rhythm of the week by kind of client and by
// client, holidays by the calendar's volume factors with their shoulders, the 6.18 and 11.11 sales, growth and a level
// that wanders, a pooled day-to-day factor, irregular clients (negative binomial counts) and some that send in bursts,
// one to three business lines and branches, lanes (destination regions), a price per item that moves, late recording
// like that of real books, weekly or monthly invoices. One event stands for the items of a day, branch, line and lane.
//
// The same options and calendar give the same bytes. Memory grows with the accounts, never with the days.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/time.hpp"
#include "core/calendar/calendar.hpp"

namespace aw::simulation {

struct SimulationOptions {
    int accounts = 60;  // 1 ... 200,000
    int days = 420;     // 28 ... 36,500
    std::uint64_t seed = 1;
    Day end;                     // last day of the history; REQUIRED
    int live_weeks = 8;          // the troubles begin within the last so many weeks (at most half of the days)
    double trouble_share = 0.2;  // of the accounts, 0 ... 1
    int late_up_to_days = 15;    // longest delay of recording, 1 ... 90; the daemon takes what is up to 16 days old
    bool outage = true;          // one region's three-day outage before the live weeks
    std::string reporter_staff_id = "staff-reporter";  // who raises manual signals
};

struct SimulationSummary {
    Day first;
    Day last;
    std::int64_t events = 0;
    std::int64_t shipments = 0;
    std::int64_t items = 0;
    std::int64_t invoices = 0;
    std::int64_t troubles = 0;  // lines of the truth
};

// One line of JSON without its end. A failing sink ends the simulation with its error.
using LineSink = std::function<Result<void>(std::string_view line)>;
// After each simulated day; may be empty.
using Progress = std::function<void(int day, int days)>;

// Events come in order of recorded_at. What would be recorded after the last day is not known yet and is left out.
//
// Truth lines: account_root, kind, onset_on (first day concerned), ends_on (last day; absent: still so at the end),
// remaining_bp (share of the normal volume that is left), business_line (SWITCH). Kinds: DROP (at once), RAMP (down
// in steps, remaining_bp reached on ends_on and kept), STOP (nothing left), SWITCH (one line goes elsewhere), OUTAGE
// (a whole region, one line for each account), RECOVERY (the volume comes back; its DROP ends the day before).
// Competitor sightings, complaints, decision-maker changes and manual signals are events and need no truth.
[[nodiscard]] Result<SimulationSummary> simulate(const SimulationOptions& options, const Calendar& calendar,
                                                 const LineSink& events, const LineSink& truth,
                                                 const Progress& progress = {});

// The same into `directory` (made if missing): events.ndjson.gz and truth.ndjson.
[[nodiscard]] Result<SimulationSummary> simulate_into(const SimulationOptions& options, const Calendar& calendar,
                                                      const std::filesystem::path& directory,
                                                      const Progress& progress = {});

}  // namespace aw::simulation
