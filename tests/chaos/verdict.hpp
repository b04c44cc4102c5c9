// Was anything lost, doubled or different? The log that a disturbed run has left is applied once more from its
// beginning, by one undisturbed process and with no log behind it; so is what others have brought, to know what of it
// belongs into the log. Everything in the topics is held against that.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "chaos/ledger.hpp"
#include "chaos/taken_in.hpp"
#include "core/policy/rules.hpp"
#include "eventlog/log.hpp"

namespace aw::test {

struct Verdict {
    std::uint64_t events = 0;                    // records of the log that were applied
    std::uint64_t outputs = 0;                   // records that should be in the output topics
    std::map<std::string, std::uint64_t> kinds;  // ... by what they are
    std::uint64_t lost = 0;                      // ... and are not
    std::uint64_t doubled = 0;                   // records in the topics that should not be there
    std::uint64_t moved = 0;                     // in the topic, but in another order than was decided
    std::uint64_t states = 0;                    // state records: cases, timers, accounts
    std::uint64_t wrong_states = 0;
    std::uint64_t unacknowledged = 0;  // acknowledged appends that are not in the log, or in the source's topic
    LedgerFindings ledger;
    std::vector<std::string> empty;  // topics that the load feeds, in which nothing should be: it proves too little
    std::vector<std::string> first;  // some of what is wrong, in words
    // Nothing is lost, doubled or different.
    [[nodiscard]] bool same() const {
        return lost + doubled + moved + wrong_states + unacknowledged == 0 && events > 0 && states > 0;
    }
    // ... nor does a notice lack its receipt, and the load has fed every topic.
    [[nodiscard]] bool good() const {
        return same() && ledger.wrong.empty() && empty.empty() && ledger.notices > 0;
    }
};

struct Judged {
    eventlog::Log& log;
    std::string prefix;  // of the topics
    std::shared_ptr<const Rules> rules;
    std::map<int, std::int64_t> positions;  // by partition: everything before it has been applied and committed
    std::map<int, std::int64_t> settled;    // by partition of the notices: the notifier has done with what is before it
    Timestamp digest;                       // when the last digest was made
    std::optional<SourceTopic> source;
};

struct Acknowledged {
    const std::multiset<std::string>& events;
    const std::multiset<std::string>& source;
};

[[nodiscard]] Verdict judge(const Judged& judged, const Acknowledged& acknowledged);

}  // namespace aw::test
