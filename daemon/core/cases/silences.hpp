// Silences: what is to be kept quiet, where and when (maintenance windows and the like). Every shard knows all of them;
// they are broadcast. State of the shard; pure.
//
// A silence without kinds covers cases: notices about them wait until it is over, and so does every deadline that fires
// meanwhile. It suppresses scheduled findings, too. One with kinds suppresses signals of those kinds and nothing else.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/calendar/calendar.hpp"
#include "core/model/event.hpp"
#include "core/model/output.hpp"
#include "core/policy/organisation.hpp"

namespace aw {

// What may be covered: an account, or one of its cases.
struct SilenceSubject {
    AccountRoot root;
    UnitId unit;     // of the account; empty = none
    CaseId case_id;  // empty = none
};

// Where and when it is asked.
struct SilenceContext {
    const Organisation& organisation;
    const TimeZone& zone;
    Timestamp now;
};

// The silence that covers it, of several the one that ends last. Borrowed from Silences.
struct SilenceCover {
    const Silence* silence = nullptr;
    Timestamp until;  // end of the window that is active now
};

class Silences {
public:
    static constexpr std::size_t kMost = 1'000;  // a further one is refused

    [[nodiscard]] bool empty() const { return silences_.empty(); }
    // Why it cannot be taken; nothing if it can. None may be longer than so many days.
    [[nodiscard]] std::optional<Refusal> check(const SilenceEvent& silence, int longest_days) const;
    // Adds it, replaces the one of the same id, or ends that. REQUIRES: check() has nothing against it.
    void take(const SilenceEvent& silence);
    // Forgets those that never come again.
    void prune(const TimeZone& zone, Timestamp now);

    // One that withholds notices and holds deadlines.
    [[nodiscard]] std::optional<SilenceCover> over_case(const SilenceSubject& subject, const SilenceContext& at) const;
    // One that suppresses a signal of the kind; `scheduled`: found by looking, not told by somebody.
    [[nodiscard]] std::optional<SilenceCover> over_signal(SignalKind kind, bool scheduled,
                                                          const SilenceSubject& subject,
                                                          const SilenceContext& at) const;
    // The first end of a window after that instant; not set = none.
    [[nodiscard]] Timestamp next_end(const TimeZone& zone, Timestamp after) const;
    // All, by id, with what is active now.
    [[nodiscard]] std::vector<Silence> list(const TimeZone& zone, Timestamp now) const;

    template <class Archive>
    void fields(Archive& archive) {
        archive(silences_);
    }

private:
    template <class Counts>
    [[nodiscard]] std::optional<SilenceCover> cover(const SilenceSubject& subject, const SilenceContext& at,
                                                    Counts&& counts) const;

    std::map<std::string, Silence> silences_;  // by id
};

// When its window that is active at `now` ends; nothing if none is active.
[[nodiscard]] std::optional<Timestamp> active_until(const Silence& silence, const TimeZone& zone, Timestamp now);

}  // namespace aw
