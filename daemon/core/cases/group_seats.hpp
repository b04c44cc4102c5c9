// The seats without which a group is none (R81): leader, sales and after-sales, and the posts that sit there.
#pragma once

#include <algorithm>
#include <array>

#include "core/model/output.hpp"

namespace aw {

struct Seat {
    GroupRole group_role;
    StaffRole post;
};

// Those that do not depend on the grade.
inline constexpr std::array kWorkingSeats = {Seat{GroupRole::SALES, StaffRole::KEY_ACCOUNT_MANAGER},
                                             Seat{GroupRole::AFTER_SALES, StaffRole::SERVICE_HEAD}};

// The leader's first.
[[nodiscard]] inline std::array<Seat, 3> mandatory_seats(const Case& view) {
    return {Seat{GroupRole::LEADER, view.leader_role}, kWorkingSeats[0], kWorkingSeats[1]};
}

[[nodiscard]] inline bool is_taken(const Case& view, const Seat& seat) {
    return std::any_of(view.group.begin(), view.group.end(), [&](const GroupMember& m) {
        return m.group_role == seat.group_role && m.state == MemberState::ACCEPTED;
    });
}

}  // namespace aw
