#include "simulate.hpp"

#include <array>
#include <stdexcept>

#include <fmt/format.h>

#include "support/sample_rules.hpp"
#include "verdict.hpp"

namespace aw::test {

const Image& image_after_past(int partitions) {
    static std::map<int, Image> images;
    const auto found = images.find(partitions);
    if (found != images.end()) return found->second;
    Image& image = images[partitions];
    Disk disk;
    MachineOptions options;
    options.partitions = partitions;
    options.header = "past";
    Machine machine(disk, options, 1, shanghai("2026-07-13 09:00"));
    machine.play(past());
    const Judged judged = judge(machine, partitions);
    if (!judged.wrong.empty()) throw std::runtime_error("the steady weeks: " + judged.wrong.front());
    image.disk = disk.copy();
    image.committed = machine.ledger().committed;
    image.at = machine.now();
    return image;
}

std::unique_ptr<Machine> machine_from(const Image& image, Disk& disk, MachineOptions options, std::uint64_t seed) {
    disk = image.disk.copy();
    auto machine = std::make_unique<Machine>(disk, std::move(options), seed, image.at);
    machine->ledger().committed = image.committed;
    return machine;
}

Simulated outcome_of(Machine& machine, const Disk& disk, int partitions) {
    Simulated outcome;
    Judged judged = judge(machine, partitions);
    outcome.wrong = std::move(judged.wrong);
    outcome.machine = machine.figures();
    outcome.disk = disk.figures();
    const Ledger& ledger = machine.ledger();
    outcome.commits = ledger.commits;
    outcome.commits_failed = ledger.commits_failed;
    outcome.commits_undone = ledger.commits_undone;
    outcome.commits_survived = ledger.commits_survived;
    outcome.events = judged.events;
    outcome.outputs = judged.outputs;
    return outcome;
}

Simulated simulate(std::uint64_t seed) {
    std::mt19937_64 random(seed);
    for (int i = 0; i < 8; ++i) random();  // seeds that lie side by side begin alike
    constexpr std::array kPartitions = {1, 1, 1, 2, 3};
    constexpr std::array kCheckpoints = {20, 100, 1000};
    MachineOptions options;
    options.partitions = kPartitions[random() % kPartitions.size()];
    options.workers = options.partitions > 1 ? 1 + static_cast<int>(random() % 2) : 1;
    options.checkpoint_pages = kCheckpoints[random() % kCheckpoints.size()];
    options.troubles = 1 + static_cast<int>(random() % 8);
    options.afterwards = std::chrono::hours{random() % 60};
    const bool from_nothing = random() % 8 == 0;
    const int choices = 2 + static_cast<int>(random() % 20);
    const auto inputs = random_inputs(random, choices);
    Disk disk;
    std::unique_ptr<Machine> machine;
    if (from_nothing) {
        const Timestamp begin = inputs.empty() ? shanghai("2026-08-24 09:00") : inputs.front().at;
        machine = std::make_unique<Machine>(disk, options, seed, begin - std::chrono::minutes{1});
    } else {
        machine = machine_from(image_after_past(options.partitions), disk, options, seed);
    }
    Simulated outcome;
    try {
        machine->play(inputs);
        outcome = outcome_of(*machine, disk, options.partitions);
    } catch (const std::exception& e) {
        outcome.wrong.push_back(e.what());
    }
    outcome.setting = fmt::format("{} partitions, {} workers, checkpoint every {} pages, {} troubles, {}{} records",
                                  options.partitions, options.workers, options.checkpoint_pages, options.troubles,
                                  from_nothing ? "an empty disk, " : "", inputs.size());
    return outcome;
}

}  // namespace aw::test
