// Who holds a post right now: organisation file + leave + what staff_change events said since (R19, R92).
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "core/model/enums.hpp"
#include "core/policy/organisation.hpp"

namespace aw {

// What staff_change events said, newest per person; part of the shard's state.
struct StaffOverlay {
    struct Change {
        StaffState state = StaffState::UNSPECIFIED;
        StaffId successor;
        Day until;  // last day of the leave; 0 = open end

        template <class Archive>
        void fields(Archive& archive) {
            archive(state, successor, until);
        }
    };
    std::map<std::string, Change> changes;

    template <class Archive>
    void fields(Archive& archive) {
        archive(changes);
    }
};

// One way to look a post up. Cheap to build; borrows both arguments.
class Staffing {
public:
    Staffing(const Organisation& organisation, const StaffOverlay& overlay, Day today)
        : organisation_(organisation), overlay_(overlay), today_(today) {}

    [[nodiscard]] bool is_active(const StaffId& id) const;
    // For good, as a staff_change said; whoever is away or leaving may still act.
    [[nodiscard]] bool has_left(const StaffId& id) const;
    // The person or, while inactive, the successor named by staff_change or the first active deputy down the line;
    // empty if nobody is left.
    [[nodiscard]] StaffId active_or_deputy(const StaffId& id) const;
    // Who holds the role in the unit, in file order, then in its parents; of no unit: at the top. Away or not.
    [[nodiscard]] std::vector<const Staff*> holders(StaffRole role, const UnitId& unit) const;
    // All who may fill the role for the unit, in order of asking: holders in the unit in file order (each replaced by
    // the deputy while inactive), then those of its parents. No inactive person, nobody twice.
    [[nodiscard]] std::vector<StaffId> candidates(StaffRole role, const UnitId& unit) const;
    [[nodiscard]] StaffId first(StaffRole role, const UnitId& unit) const;  // empty if nobody
    [[nodiscard]] bool holds(const StaffId& id, StaffRole role) const;
    [[nodiscard]] const Organisation& organisation() const { return organisation_; }

private:
    const Organisation& organisation_;
    const StaffOverlay& overlay_;
    Day today_;
};

// Rank of a leading post for "at least DEPUTY_GM_IN_CHARGE": smaller is higher; other posts rank below all leaders.
[[nodiscard]] int leader_rank(StaffRole role);

}  // namespace aw
