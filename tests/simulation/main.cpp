// Seeds one after the other, or one of them again.
//     build/dev/bin/simulation                         a short run
//     build/dev/bin/simulation --from 1000 --count N   other seeds
//     build/dev/bin/simulation --seconds 300           as many as fit
//     build/dev/bin/simulation --seed N                that one, with what it chose
// Exit codes: 0 all is well, 1 a seed broke a promise (it is printed), 2 usage, 3 nothing was broken and nothing was
// tried either: a run without a crash or a fault proves nothing.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "simulate.hpp"

namespace {

using namespace aw::test;
using std::chrono::steady_clock;

struct Run {
    std::uint64_t from = 1;
    std::uint64_t count = 300;
    double seconds = 0;  // instead of a count
    bool one = false;
};

bool read_arguments(int argc, char** argv, Run& run) {
    for (int i = 1; i < argc; i += 2) {
        if (i + 1 == argc) return false;
        const std::string_view name(argv[i]);
        char* end = nullptr;
        const double number = std::strtod(argv[i + 1], &end);
        if (*end != '\0' || number < 0) return false;
        const auto whole = static_cast<std::uint64_t>(number);
        if (name == "--seed")
            run = {whole, 1, 0, true};
        else if (name == "--from")
            run.from = whole;
        else if (name == "--count")
            run.count = whole;
        else if (name == "--seconds")
            run.seconds = number;
        else
            return false;
    }
    return true;
}

void add(Simulated& sum, const Simulated& one) {
    sum.machine.power_cuts += one.machine.power_cuts;
    sum.machine.kills += one.machine.kills;
    sum.machine.exits += one.machine.exits;
    sum.machine.restarts += one.machine.restarts;
    sum.machine.handovers += one.machine.handovers;
    sum.machine.turns += one.machine.turns;
    sum.disk.steps += one.disk.steps;
    sum.disk.failed += one.disk.failed;
    sum.disk.writes_lost += one.disk.writes_lost;
    sum.disk.writes_torn += one.disk.writes_torn;
    sum.disk.writes_kept += one.disk.writes_kept;
    sum.commits += one.commits;
    sum.commits_failed += one.commits_failed;
    sum.commits_undone += one.commits_undone;
    sum.commits_survived += one.commits_survived;
    sum.events += one.events;
    sum.outputs += one.outputs;
}

using Number = unsigned long long;

void print(const Simulated& sum, std::uint64_t seeds, double seconds) {
    const auto row = [](const char* name, Number value) { std::printf("  %-52s %12llu\n", name, value); };
    row("seeds", seeds);
    row("seeds per minute", static_cast<Number>(static_cast<double>(seeds) * 60 / seconds));
    row("power cuts", sum.machine.power_cuts);
    row("kills", sum.machine.kills);
    row("steps of the disk that failed", sum.disk.failed);
    row("processes that gave up and were started again", sum.machine.exits);
    row("restarts in order", sum.machine.restarts);
    row("workers that left and came back", sum.machine.handovers);
    row("commits acknowledged", sum.commits);
    row("commits that failed", sum.commits_failed);
    row("commits of unknown fate: rolled back", sum.commits_undone);
    row("commits of unknown fate: there", sum.commits_survived);
    row("unsynced writes lost by power cuts", sum.disk.writes_lost);
    row("  of these torn", sum.disk.writes_torn);
    row("unsynced writes that were on the disk all the same", sum.disk.writes_kept);
    row("steps of the disk", sum.disk.steps);
    row("events replayed", sum.events);
    row("outputs compared", sum.outputs);
}

}  // namespace

int main(int argc, char** argv) {
    Run run;
    if (!read_arguments(argc, argv, run)) {
        std::fprintf(stderr, "usage: %s [--seed N | [--from N] [--count N | --seconds N]]\n", argv[0]);
        return 2;
    }
    const auto began = steady_clock::now();
    const auto passed = [&] { return std::chrono::duration<double>(steady_clock::now() - began).count(); };
    Simulated sum;
    std::uint64_t seeds = 0;
    std::uint64_t broken = 0;
    while (run.seconds > 0 ? passed() < run.seconds : seeds < run.count) {
        const std::uint64_t seed = run.from + seeds++;
        const Simulated one = simulate(seed);
        add(sum, one);
        if (run.one) std::printf("seed %llu: %s\n", static_cast<Number>(seed), one.setting.c_str());
        if (one.wrong.empty()) continue;
        ++broken;
        std::printf("BROKEN by seed %llu (%s); again: %s --seed %llu\n", static_cast<Number>(seed), one.setting.c_str(),
                    argv[0], static_cast<Number>(seed));
        for (const std::string& text : one.wrong) std::printf("    %s\n", text.c_str());
        if (broken == 10) break;
    }
    print(sum, seeds, passed());
    if (broken > 0) return 1;
    const bool tried = sum.machine.power_cuts > 0 && sum.machine.kills > 0 && sum.disk.failed > 0 &&
                       sum.commits_undone > 0 && sum.disk.writes_torn > 0;
    if (!run.one && !tried) {
        std::printf("no crash, no fault, no commit rolled back or no write torn: this run proves nothing\n");
        return 3;
    }
    return 0;
}
