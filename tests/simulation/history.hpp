// What comes into the log of a simulated process: a random but valid history (property/random_log), as records that
// somebody hands in, each at its time.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "eventlog/record.hpp"
#include "settings/loader.hpp"

namespace aw::test {

struct Input {
    Timestamp at;
    eventlog::OutRecord record;
};

// Read once: the configuration of the simulated process, and others that somebody may activate.
const settings::Loaded& simulated_settings();
// settings::rules_from_document(), remembered.
Result<std::shared_ptr<const Rules>> remembered_rules(std::string_view document);

// The six steady weeks that every history begins with.
std::vector<Input> past();
// What comes after them: so many choices, each at most some dozens of records at one instant.
std::vector<Input> random_inputs(std::mt19937_64& random, int choices);

}  // namespace aw::test
