// Attention: how many notices one person gets in one local day, and what is kept for the daily digest.
//
// All it knows follows from receipts: SENT ones count against the day's budget, HELD ones wait for the digest until a
// DIGESTED one names it. So whoever reads the ledger knows what the process before knew.
//
// Owner: the notifier. Thread: the control thread. Pure: time is an argument.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/time.hpp"
#include "notify/receipt.hpp"

namespace aw::notify {

// A partition of the notices for as long as this process has it without a break. What was decided in a term that ended
// before it was committed has never happened; the next term begins with the ledger.
struct Term {
    std::int32_t partition = 0;
    std::uint64_t number = 0;  // never used again by this process
    auto operator<=>(const Term&) const = default;
};

struct AttentionRules {
    std::int32_t per_day = 0;              // 0 = nothing is held
    std::int32_t digest_minute = 17 * 60;  // of the local day
    Language language = Language::ZH;      // of a digest for a person without one
};

struct AttentionContext {
    std::function<AttentionRules()> rules =
        {};                                     // asked each time: a reload counts at once. Empty: no budget, no digest
    std::function<Day(Timestamp)> day_of = {};  // local
    std::function<Timestamp(Day, int)> at = {};  // minutes after local midnight
};

// A notice that is kept for the digest.
struct Held {
    std::string notice_id;
    NoticeReason reason = NoticeReason::UNSPECIFIED;
    CaseId case_id;
    std::string subject;
    Timestamp at;  // when it was held
};

// Notices that nobody holds back: what an EMERGENCY needs, what only operations can do, and the digest itself.
[[nodiscard]] bool never_held(const Notice& notice);

class Attention {
public:
    // REQUIRES: with `rules` the other two as well.
    explicit Attention(AttentionContext context) : context_(std::move(context)) {}

    [[nodiscard]] bool is_on() const { return context_.rules != nullptr; }
    [[nodiscard]] AttentionRules rules() const { return context_.rules(); }

    // `is_sent` knows what went out whatever the ledger says by now.
    void begin(const std::vector<Term>& terms, const std::vector<Receipt>& ledger,
               const std::function<bool(const std::string&)>& is_sent, Timestamp now);
    void end(const Term& term) { shares_.erase(term); }
    [[nodiscard]] bool has(const Term& term) const { return shares_.contains(term); }

    // A receipt of an attempt. The same one twice is the same as once.
    void attempted(const Receipt& receipt, Timestamp now);

    // Was it held, or does it stand in a digest already?
    [[nodiscard]] bool is_held(const Term& term, const std::string& notice_id) const;
    // `on_the_way`: notices to the same person that were let go and are not settled.
    [[nodiscard]] bool must_hold(const Notice& notice, std::size_t on_the_way, Timestamp now) const;
    // The receipt to be written. REQUIRES: has(term).
    [[nodiscard]] Receipt hold(const Term& term, const Notice& notice, Timestamp now);

    struct Due {
        Term term;
        StaffId recipient;
        std::string digest_id;   // the same for the same person and time of digest
        std::vector<Held> held;  // in the order in which they were held; never empty
    };
    // What was held before the last time of digest. It counts as digested from now on.
    [[nodiscard]] std::vector<Due> take_due(Timestamp now);
    [[nodiscard]] Timestamp next_digest(Timestamp now) const;  // later than now

private:
    struct Share {
        std::map<StaffId, std::vector<Held>> held;
        std::unordered_set<std::string> known;  // held or digested notices
        std::unordered_set<std::string> digests;
    };
    struct Counted {
        Day day;
        std::unordered_set<std::string> sent;
    };
    [[nodiscard]] Timestamp last_digest(Timestamp now) const;  // not later than now

    AttentionContext context_;
    std::map<Term, Share> shares_;
    Timestamp taken_;  // the time of digest up to which nothing is due any more
    std::map<StaffId, Counted> counted_;
    std::unordered_set<std::string> tried_;  // failed and not sent yet: once let go, never held
};

}  // namespace aw::notify
