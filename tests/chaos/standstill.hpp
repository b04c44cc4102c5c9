// A process that is stopped (SIGSTOP) in the middle of a commit.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>

#include "chaos/storm.hpp"

namespace aw::test {

// By partition of the changelog: where a transaction that is undecided begins.
using Undecided = std::map<int, std::int64_t>;

// Again and again until it comes between the first record of a transaction and its end; empty if it never did.
[[nodiscard]] Undecided freeze_in_a_commit(Storm& storm, std::size_t member);
// Have all of these been committed or given up?
[[nodiscard]] bool decided(const Storm& storm, const Undecided& held);
// Does the end of its log say so?
[[nodiscard]] bool told(const Storm& storm, std::size_t member, const char* words);

}  // namespace aw::test
