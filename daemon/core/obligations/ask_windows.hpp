// The time side of chain_lint: how the minutes of a year fall into stretches in which the same people would be asked
// and the same people would be there to answer. Used by chain_lint.cpp only.
#pragma once

#include <vector>

#include "base/time.hpp"
#include "core/calendar/calendar.hpp"
#include "core/policy/organisation.hpp"
#include "core/policy/policy.hpp"

namespace aw {

// Days in a row on which the same people are on leave, numbered from 0. Days before `from` count as of the first.
class StaffEpochs {
public:
    StaffEpochs(const Organisation& organisation, const Calendar& calendar, Day from);

    [[nodiscard]] int of(Day day) const;
    [[nodiscard]] Day first_day(int epoch) const { return starts_[static_cast<std::size_t>(epoch)]; }
    [[nodiscard]] int count() const { return static_cast<int>(starts_.size()); }
    // REQUIRES: not the last one, which has no end.
    [[nodiscard]] bool has_office_day(int epoch) const { return has_office_day_[static_cast<std::size_t>(epoch)]; }

private:
    std::vector<Day> starts_;  // ascending; the first is `from`
    std::vector<bool> has_office_day_;
};

// One asking, in epochs: when somebody is asked, and the first and the last one in which the clock runs until the
// deadline. On the real clock and without a deadline the clock runs at once, so whoever is asked is there.
struct AskWindow {
    int asked = 0;
    int first = 0;
    int last = 0;
    bool operator==(const AskWindow&) const = default;
};

// Every minute of [from, to) gives these windows: [0] for who is asked in that minute, [n] for who is asked after n
// deadlines have passed.
struct AskStretch {
    Timestamp from;
    Timestamp to;
    std::vector<AskWindow> windows;
};

// [from, to) in stretches, by the minute. `span` null = no deadline. `askings` >= 1: how many windows are of interest.
// An asking, its deadline and the office hours before it never go back when the minute goes on, so a stretch ends where
// its windows first differ, and that minute is found by halving instead of by walking.
[[nodiscard]] std::vector<AskStretch> ask_stretches(const Calendar& calendar, const StaffEpochs& epochs, Timestamp from,
                                                    Timestamp to, const Span* span, std::size_t askings);

}  // namespace aw
