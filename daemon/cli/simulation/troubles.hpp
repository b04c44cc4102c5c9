// The scripted troubles of a simulated history: when whose volume changes by how much, and what staff report.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "cli/simulation/portfolio.hpp"

namespace aw::simulation {

enum class TroubleKind : std::uint8_t { drop, ramp, stop, line_switch, outage, recovery };

[[nodiscard]] std::string_view truth_name(TroubleKind kind);

// One change of one account's volume: one line of the truth.
struct Trouble {
    std::size_t account = 0;  // index into the portfolio
    TroubleKind kind = TroubleKind::drop;
    Day onset;
    std::optional<Day> end;           // last day; of a ramp: the day it reaches its lowest level, which then stays
    double remaining = 1;             // share of the normal volume
    std::optional<std::size_t> line;  // index into the account's lines; none = all
};

enum class ReportKind : std::uint8_t { competitor, complaint, decision_maker, manual };

// Something a member of staff or a client says on a day.
struct StaffReport {
    std::size_t account = 0;
    ReportKind kind = ReportKind::complaint;
    Day day;
};

struct Script {
    std::vector<Trouble> troubles;     // by account
    std::vector<StaffReport> reports;  // by day
};

struct ScriptOptions {
    Day first;
    Day last;
    int live_days = 56;
    int troubles = 12;  // accounts concerned
    bool outage = true;
    std::uint64_t seed = 1;
};

[[nodiscard]] Script write_script(const ScriptOptions& options, const std::vector<SimulatedAccount>& portfolio);

// What is left on `day` of the volume of the account's line: 1 = untouched. REQUIRES: all of the same account.
[[nodiscard]] double remaining_share(const std::vector<Trouble>& troubles, std::size_t line, Day day);

}  // namespace aw::simulation
