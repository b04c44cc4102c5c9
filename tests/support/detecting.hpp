// Rules under which only the statistical detectors say anything, of every account.
#pragma once

#include <memory>

#include "support/sample_rules.hpp"

namespace aw::test {

[[nodiscard]] inline std::shared_ptr<Rules> detecting() {
    auto rules = sample_rules();
    rules->policy.watch = WatchScope::ALL;
    rules->policy.comparisons.clear();
    rules->policy.detection = {true, 0.5};
    return rules;
}

}  // namespace aw::test
