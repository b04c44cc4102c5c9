// What there is of everything, for metrics: of one shard, or of several added up.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <utility>

#include "core/detect/certainty.hpp"
#include "core/detect/watch_state.hpp"
#include "core/model/enums.hpp"

namespace aw {

struct ShardCounts {
    // Of one stratum of the statistical detectors (certainty.hpp), or of the comparisons.
    struct Stratum {
        std::uint64_t real = 0;  // episodes that ended as a loss ...
        std::uint64_t none = 0;  // ... or as none
        std::uint64_t days = 0;  // of clients that could have alarmed

        void add(const Stratum& other);
    };

    std::size_t accounts = 0;
    std::size_t watched = 0;
    std::map<std::pair<CaseClass, Severity>, std::int64_t> cases_open;
    std::map<TaskKind, std::int64_t> tasks_open;
    std::array<std::int64_t, kWatchStateNames.size()> standing{};
    std::array<Stratum, Certainty::kStrata> strata{};
    Stratum compared;
    // Of the false-alarm budget (false_alarm_budget.hpp).
    double budget_earned = 0;
    double budget_spent = 0;

    void add(const ShardCounts& other);
};

}  // namespace aw
