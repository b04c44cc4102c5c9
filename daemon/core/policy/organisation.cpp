#include "core/policy/organisation.hpp"

#include <algorithm>

namespace aw {

const Unit* Organisation::find_unit(const UnitId& id) const {
    const auto found = std::find_if(units.begin(), units.end(), [&](const Unit& unit) { return unit.id == id; });
    return found == units.end() ? nullptr : &*found;
}

const Staff* Organisation::find_staff(std::string_view id) const {
    const auto found = std::find_if(staff.begin(), staff.end(), [&](const Staff& s) { return s.id.value == id; });
    return found == staff.end() ? nullptr : &*found;
}

const Unit* Organisation::unit_of_region(std::uint32_t region) const {
    for (std::optional<std::uint32_t> at = region; at; at = parent_region(*at)) {
        for (const Unit& unit : units) {
            if (std::find(unit.region_codes.begin(), unit.region_codes.end(), *at) != unit.region_codes.end()) return &unit;
        }
    }
    return nullptr;
}

bool Organisation::on_leave(const Staff& person, Day day) const {
    return std::any_of(person.leave.begin(), person.leave.end(),
                       [&](const Leave& leave) { return leave.from <= day && day <= leave.to; });
}

}  // namespace aw
