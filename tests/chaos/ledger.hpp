// Was everybody told? Which notices go out and which wait for the digest depends on the hour and on who has failed in
// between, so there is no undisturbed run to compare with; but the ledger must answer for every notice.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "codec/records.hpp"
#include "eventlog/record.hpp"

namespace aw::test {

struct LedgerFindings {
    std::uint64_t notices = 0;     // that the notifier has done with
    std::uint64_t sent = 0;        // ... and that went out
    std::uint64_t sent_again = 0;  // more than once: a crash came between a delivery and its receipt
    std::uint64_t held = 0;        // ... or were kept for the digest
    std::uint64_t digested = 0;    // of these, in a digest
    std::uint64_t digests = 0;
    std::vector<std::string> wrong;
};

class Ledger {
public:
    void add_notice(const eventlog::Record& record, const Notice& notice);
    void add_receipt(const eventlog::Record& record, const Receipt& receipt);
    // `settled`, by partition of the notices: everything before it is. `digest`: when the last one was made.
    [[nodiscard]] LedgerFindings judge(const std::map<int, std::int64_t>& settled, Timestamp digest) const;

private:
    struct Fate {
        int partition = 0;
        std::int64_t offset = -1;  // none: there is no such notice
        bool is_digest = false;
        int told = 0;  // how often it stands in the topic
        int sent = 0;  // receipts of each kind
        int held = 0;
        int digested = 0;
        Timestamp held_at;
        std::string digest;  // the one in which it stands
    };
    std::map<std::string, Fate> fates_;  // by notice
    std::vector<std::string> wrong_;
};

}  // namespace aw::test
