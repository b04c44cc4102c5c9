// What must hold when a simulated machine has come to rest: what the topics say, and the state, follow from the log
// that lies there, and the log is what was handed in.
#pragma once

#include <string>
#include <vector>

#include "machine.hpp"

namespace aw::test {

struct Judged {
    std::vector<std::string> wrong;  // empty: all is well
    std::size_t events = 0;          // in the log, as far as it was read
    std::size_t outputs = 0;
};

// Reads the log of the machine, whose process has ended, and replays it undisturbed: one partition after the other,
// without a disk, a commit or a restart.
Judged judge(Machine& machine, int partitions);

}  // namespace aw::test
