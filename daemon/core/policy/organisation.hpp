// The organisation: units, their territory, and who holds which post (config/organisation.yaml).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "core/model/enums.hpp"
#include "core/model/ids.hpp"

namespace aw {

struct Unit {
    UnitId id;
    std::string name;
    UnitType type = UnitType::UNSPECIFIED;
    std::vector<std::uint32_t> region_codes;
    UnitId parent;  // empty at the top
};

struct Leave {
    Day from;
    Day to;  // inclusive
};

struct Staff {
    StaffId id;
    std::string name;
    UnitId unit;
    std::vector<StaffRole> roles;
    StaffId deputy;  // empty = none
    Language language = Language::UNSPECIFIED;  // UNSPECIFIED = the default of the settings
    std::vector<Leave> leave;
    std::vector<std::string> channels;  // ids of notify channels; empty = all
};

struct Organisation {
    std::vector<Unit> units;
    std::vector<Staff> staff;  // file order: the first holder of a role is asked first

    [[nodiscard]] const Unit* find_unit(const UnitId& id) const;
    [[nodiscard]] const Staff* find_staff(std::string_view id) const;
    // The unit of a region: its own, else that of the nearest ancestor in the division code (R19).
    [[nodiscard]] const Unit* unit_of_region(std::uint32_t region) const;
    [[nodiscard]] bool on_leave(const Staff& staff, Day day) const;
};

}  // namespace aw
