// When a silence comes again, and what every silence must say. The grammar of SilenceEvent.recurrence:
//
//     recurrence = "" | ( "DAILY" | "WEEKLY" [ ":" days ] ) [ ";UNTIL=" date ]
//     days       = day *( "," day )        day = MON | TUE | WED | THU | FRI | SAT | SUN
//
// Empty = once. A repetition is as long as [from, until) and begins at the local time of day of `from`: every day, on
// its weekday, or on the weekdays listed; never before the day of `from`, never after UNTIL (a day, inclusive). A
// repetition ends before the next one begins.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/model/event.hpp"
#include "core/model/output.hpp"

namespace aw {

struct Recurrence {
    bool repeats = false;
    std::uint8_t weekdays = 0;  // bit 0 = Monday; 0 = the weekday of `from`
    std::optional<Day> last;    // the last day on which a repetition may begin

    static constexpr std::uint8_t kEveryDay = 0x7f;
};

// Nothing for a text outside the grammar.
[[nodiscard]] std::optional<Recurrence> parse_recurrence(std::string_view text);

// What is wrong with it, whatever stands elsewhere; nothing if it can be taken. One that is `ended` needs no more than
// id and author.
[[nodiscard]] std::optional<Refusal> check_silence(const SilenceEvent& silence);

}  // namespace aw
