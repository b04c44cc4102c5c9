// One undisturbed reading of a source's topic: what intake has to write for it, each record once.
#pragma once

#include <set>
#include <string>

#include "chaos/outputs.hpp"
#include "settings/settings.hpp"

namespace aw::test {

struct SourceTopic {
    std::string broker;
    std::string name;
    int partitions = 0;
    const settings::SourceSettings& settings;
};

// Adds to `expected` the events and dead letters that the records make; returns the values of all records.
[[nodiscard]] std::multiset<std::string> take_in(const SourceTopic& topic, int partitions, Outputs& expected);

}  // namespace aw::test
