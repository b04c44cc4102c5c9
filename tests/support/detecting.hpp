// Rules under which only the statistical detectors say anything, of every account; and what they say.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/output.hpp"
#include "support/sample_rules.hpp"

namespace aw::test {

[[nodiscard]] inline std::shared_ptr<Rules> detecting() {
    auto rules = sample_rules();
    rules->policy.watch = WatchScope::ALL;
    rules->policy.comparisons.clear();
    rules->policy.detection = {true, 0.5};
    return rules;
}

// Of a decision or of an explanation.
[[nodiscard]] inline std::string input_of(const std::vector<NamedValue>& inputs, std::string_view name) {
    for (const NamedValue& input : inputs) {
        if (input.name == name) return input.value;
    }
    return "none";
}

}  // namespace aw::test
