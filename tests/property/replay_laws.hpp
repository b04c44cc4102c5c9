// Laws that hold for every log: what a duplicate, a commit and a restart change, namely nothing. They fail the
// property that they are asked in.
#pragma once

#include <memory>
#include <random>

#include "property/random_log.hpp"

namespace aw::test {

// Some of the `reach` records before any other come once more, while their days are open.
void expect_duplicates_to_change_nothing(const RandomLog& log, const std::shared_ptr<const Rules>& rules,
                                         std::size_t reach, std::mt19937& random);

// Committed after up to `batch` records at a time, and now and then begun again from the compacted changelog, read in
// any order. `known`: rules that the log's activations name.
void expect_commits_to_change_nothing(const RandomLog& log, const std::shared_ptr<const Rules>& rules,
                                      const KnownRules& known, std::size_t batch, std::mt19937& random);

}  // namespace aw::test
