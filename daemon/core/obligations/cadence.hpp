// What is owed again and again (R25-R30): so many visits, calls or pickups in every day, ISO week, month or quarter.
// Here is what an account remembers for it and how it is counted; when it is judged and what follows is the shard's.
//
// A visit is discharged by a visit, a call by a call or a visit (R28), a pickup by a pickup, whoever made it. Who owes
// a visit or a call must have made it: somebody in that post. Of executives the post or a higher one counts, and so
// does a visit that somebody led whose post nobody told (R26 and R27 say "a leader of the city bureau").
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/calendar/calendar.hpp"
#include "core/model/enums.hpp"
#include "core/policy/policy.hpp"

namespace aw {

struct CadenceSpan {
    Day from;
    Day to;  // exclusive
    auto operator<=>(const CadenceSpan&) const = default;
};
// The period that has ended when that day begins; nothing if none has. Of days only business days are periods (R29).
[[nodiscard]] std::optional<CadenceSpan> span_ended_at(CadencePeriod period, Day day, const Calendar& calendar);
[[nodiscard]] std::string span_name(CadencePeriod period, const CadenceSpan& span);  // 2026-W33, 2026-Q1

// Somebody visited, called or met the customer.
struct Touch {
    std::uint64_t id = 0;  // hash64 of the touchpoint_id: a later one with it replaces it; 0 = it has none
    Day day;
    TouchChannel channel = TouchChannel::UNSPECIFIED;
    std::uint32_t roles = 0;  // bit n: StaffRole n
    bool leader_led = false;

    template <class Archive>
    void fields(Archive& archive) {
        archive(id, day, channel, roles, leader_led);
    }
};

[[nodiscard]] constexpr std::uint32_t role_bit(StaffRole role) { return 1U << static_cast<unsigned>(role); }
[[nodiscard]] bool discharges(const CadenceRow& row, const Touch& touch);

// Periods missed in a row, of one row.
struct CadenceRun {
    std::uint64_t rule = 0;  // hash64 of the row's id: kept across a reload
    std::int32_t missed = 0;

    template <class Archive>
    void fields(Archive& archive) {
        archive(rule, missed);
    }
};

// A period that waits until its feed is complete.
struct HeldCadence {
    std::uint64_t rule = 0;
    CadenceSpan span;

    template <class Archive>
    void fields(Archive& archive) {
        archive(rule, span.from, span.to);
    }
};

// State of one account; only accounts with visits, calls or pickups, or with something owed, have one.
struct CadenceBook {
    std::vector<Touch> touches;  // as they came
    std::vector<std::pair<Day, std::int32_t>> pickups;
    std::vector<CadenceRun> runs;   // only those that are not zero
    std::vector<HeldCadence> held;  // oldest first

    void touched(const Touch& touch);
    void picked_up(Day day);
    void forget_before(Day touches_from, Day pickups_from);
    // What was done of it.
    [[nodiscard]] std::int32_t count(const CadenceRow& row, const CadenceSpan& span) const;
    // Notes how the period went; how many have been missed in a row by now.
    std::int32_t note(std::uint64_t rule, bool met);
    [[nodiscard]] bool holds(std::uint64_t rule) const;

    template <class Archive>
    void fields(Archive& archive) {
        archive(touches, pickups, runs, held);
    }
};

// How far back a row of these may look, in days; 0 = no row of that sort.
[[nodiscard]] int cadence_days(const std::vector<CadenceRow>& rows, bool pickups);

// Which sources told of visits and pickups, and since when. State of the shard.
struct CadenceFeeds {
    struct Feed {
        Day since;                                          // 0 = never seen: what needs it is off
        std::vector<std::pair<std::uint8_t, Day>> sources;  // and when each delivered last

        void seen(std::uint8_t source, Day day);
        template <class Archive>
        void fields(Archive& archive) {
            archive(since, sources);
        }
    };
    Feed touches;
    Feed pickups;

    [[nodiscard]] const Feed& of(const CadenceRow& row) const {
        return row.kind == TaskKind::PICKUP ? pickups : touches;
    }
    template <class Archive>
    void fields(Archive& archive) {
        archive(touches, pickups);
    }
};

}  // namespace aw
