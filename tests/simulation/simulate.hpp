// One seed: a machine with a random history and random trouble, and what came of it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "disk.hpp"
#include "machine.hpp"

namespace aw::test {

struct Simulated {
    std::vector<std::string> wrong;
    std::string setting;  // what the seed chose, in words
    MachineFigures machine;
    DiskFigures disk;
    std::uint64_t commits = 0;
    std::uint64_t commits_failed = 0;
    std::uint64_t commits_undone = 0;
    std::uint64_t commits_survived = 0;
    std::uint64_t events = 0;
    std::uint64_t outputs = 0;
};

Simulated simulate(std::uint64_t seed);

// A machine in the middle of its work, once and for all: what lies on its disk.
struct Image {
    Disk disk;
    std::map<int, std::int64_t> committed;
    Timestamp at;
};
// After the six steady weeks.
const Image& image_after_past(int partitions);
// A machine that goes on from there.
std::unique_ptr<Machine> machine_from(const Image& image, Disk& disk, MachineOptions options, std::uint64_t seed);
Simulated outcome_of(Machine& machine, const Disk& disk, int partitions);

}  // namespace aw::test
