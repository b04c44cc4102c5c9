// R15: what the rows per INDUSTRY came to. The owner of a row adds up what all shards counted and lets every shard
// know, so that each can say of its own accounts why their industry was told of, and why not.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "core/model/output.hpp"

namespace aw {

// Of one industry in one period.
struct CohortVerdict {
    std::int64_t measured = 0;  // accounts that could be compared
    std::int64_t fell = 0;      // of these
    std::int64_t observed = 0;  // what they sent, or brought, together
    std::int64_t expected = 0;
    DecisionOutcome outcome = DecisionOutcome::NOT_FIRED;
    SuppressionCode code = SuppressionCode::UNSPECIFIED;  // where it is SUPPRESSED

    template <class Archive>
    void fields(Archive& archive) {
        archive(measured, fell, observed, expected, outcome, code);
    }
};

// Of one row, for the period that was answered last; by industry.
struct CohortVerdicts {
    std::int32_t period = 0;  // Period::n
    std::map<std::string, CohortVerdict> industries;

    template <class Archive>
    void fields(Archive& archive) {
        archive(period, industries);
    }
};

using Cohorts = std::map<std::uint64_t, CohortVerdicts>;  // by hash64 of the row's id

}  // namespace aw
