// Rules made in code, for tests of the core that should not depend on the settings reader: the dezhou policy in short,
// one city and one county, and somebody in every post.
#pragma once

#include <memory>

#include "core/policy/rules.hpp"

namespace aw::test {

// Live from the first instant on.
std::shared_ptr<Rules> sample_rules();
// The same with reports on progress, the watch for silence, more follow-ups, and offers.
std::shared_ptr<Rules> busy_rules();

// The sample rules with the rows about thresholds (R1, R3, R9, R13), the share of wallet (R49), industries (R15) and
// groups (R102).
std::shared_ptr<Rules> shared_rules();
void add_shared_rows(Policy& policy);

// 2026-08-17 08:30 Shanghai time and the like.
Timestamp shanghai(const char* local);

}  // namespace aw::test
