#include "core/policy/staffing.hpp"

#include <algorithm>
#include <set>

namespace aw {

bool Staffing::is_active(const StaffId& id) const {
    const Staff* person = organisation_.find_staff(id.value);
    if (person == nullptr || organisation_.on_leave(*person, today_)) return false;
    const auto change = overlay_.changes.find(id.value);
    if (change == overlay_.changes.end()) return true;
    switch (change->second.state) {
        case StaffState::LEAVING:
        case StaffState::LEFT:
            return false;
        case StaffState::ON_LEAVE:
            return change->second.until.n != 0 && today_ > change->second.until;
        default:
            return true;
    }
}

bool Staffing::has_left(const StaffId& id) const {
    const auto change = overlay_.changes.find(id.value);
    return change != overlay_.changes.end() && change->second.state == StaffState::LEFT;
}

StaffId Staffing::active_or_deputy(const StaffId& id) const {
    std::set<StaffId> seen;  // a circle of deputies on leave ends the search
    StaffId at = id;
    while (!at.empty() && seen.insert(at).second) {
        if (is_active(at)) return at;
        const auto change = overlay_.changes.find(at.value);
        const Staff* person = organisation_.find_staff(at.value);
        if (change != overlay_.changes.end() && !change->second.successor.empty()) {
            at = change->second.successor;
        } else {
            at = person == nullptr ? StaffId{} : person->deputy;
        }
    }
    return {};
}

std::vector<const Staff*> Staffing::holders(StaffRole role, const UnitId& unit) const {
    std::vector<const Staff*> found;
    const auto add_holders_in = [&](const Unit& at) {
        for (const Staff& person : organisation_.staff) {
            if (person.unit != at.id) continue;
            const bool is_holder = std::find(person.roles.begin(), person.roles.end(), role) != person.roles.end();
            if (is_holder) found.push_back(&person);
        }
    };
    const Unit* own = organisation_.find_unit(unit);
    if (own == nullptr) {
        for (const Unit& at : organisation_.units) {
            if (at.parent.empty()) add_holders_in(at);
        }
        return found;
    }
    std::set<UnitId> seen;
    for (const Unit* at = own; at != nullptr && seen.insert(at->id).second; at = organisation_.find_unit(at->parent))
        add_holders_in(*at);
    return found;
}

std::vector<StaffId> Staffing::candidates(StaffRole role, const UnitId& unit) const {
    std::vector<StaffId> found;
    for (const Staff* person : holders(role, unit)) {
        StaffId who = active_or_deputy(person->id);
        if (!who.empty() && std::find(found.begin(), found.end(), who) == found.end()) found.push_back(std::move(who));
    }
    return found;
}

StaffId Staffing::first(StaffRole role, const UnitId& unit) const {
    const auto all = candidates(role, unit);
    return all.empty() ? StaffId{} : all.front();
}

bool Staffing::holds(const StaffId& id, StaffRole role) const {
    const Staff* person = organisation_.find_staff(id.value);
    return person != nullptr && std::find(person->roles.begin(), person->roles.end(), role) != person->roles.end();
}

int leader_rank(StaffRole role) {
    switch (role) {
        case StaffRole::GENERAL_MANAGER:
            return 1;
        case StaffRole::EXECUTIVE_DEPUTY_GM:
            return 2;
        case StaffRole::DEPUTY_GM_IN_CHARGE:
            return 3;
        case StaffRole::DEPARTMENT_DIRECTOR:
            return 4;
        case StaffRole::TEAM_LEADER:
            return 5;
        case StaffRole::DEVELOPING_UNIT_HEAD:
            return 6;
        default:
            return 100;
    }
}

}  // namespace aw
