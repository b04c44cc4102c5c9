#include "chaos/standstill.hpp"

#include <algorithm>
#include <chrono>
#include <thread>

#include "system/eventually.hpp"

namespace aw::test {
namespace {

using std::chrono::milliseconds;

// What is undecided and stays so: the transactions of whoever stands still. Those of others end within a commit.
Undecided stuck(const Storm& storm) {
    Undecided before = storm.undecided();
    for (int looks = 0; looks < 3 && !before.empty(); ++looks) {
        std::this_thread::sleep_for(milliseconds{200});  // several commits of the others
        const Undecided now = storm.undecided();
        std::erase_if(before, [&](const auto& one) {
            const auto found = now.find(one.first);
            return found == now.end() || found->second != one.second;
        });
    }
    return before;
}

}  // namespace

Undecided freeze_in_a_commit(Storm& storm, std::size_t member) {
    Undecided held;
    const bool hit = eventually([&] {
        storm.freeze(member);
        held = stuck(storm);
        if (held.empty()) storm.thaw(member);
        return !held.empty();
    });
    return hit ? held : Undecided{};
}

bool decided(const Storm& storm, const Undecided& held) {
    const Undecided now = storm.undecided();
    return std::ranges::all_of(held, [&](const auto& one) {
        const auto found = now.find(one.first);
        return found == now.end() || found->second > one.second;
    });
}

bool told(const Storm& storm, std::size_t member, const char* words) {
    return storm.instance(member).log_tail().find(words) != std::string::npos;
}

}  // namespace aw::test
