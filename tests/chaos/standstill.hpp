// Blows that are aimed: into the middle of a transaction, after its first record and before its end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>

#include "chaos/storm.hpp"

namespace aw::test {

// By partition of a topic: where a transaction that is undecided begins.
using Undecided = std::map<int, std::int64_t>;

struct Aim {
    eventlog::Topic topic = eventlog::Topic::state;  // in which the transaction has written
    Undecided besides = {};  // of others that are stopped already
};

// Each again and again until it hits; empty if it never did.
[[nodiscard]] Undecided freeze_in_a_commit(Storm& storm, std::size_t member, const Aim& aim = {});  // SIGSTOP
[[nodiscard]] Undecided hold_in_a_commit(Storm& storm, std::size_t member, const Aim& aim = {});  // its network

// Have all of these been committed or given up?
[[nodiscard]] bool decided(const Storm& storm, const Undecided& held,
                           eventlog::Topic topic = eventlog::Topic::state);
// Does the end of its log say so?
[[nodiscard]] bool told(const Storm& storm, std::size_t member, const char* words);

}  // namespace aw::test
