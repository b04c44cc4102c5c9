#include "chaos/standstill.hpp"

#include <algorithm>
#include <chrono>
#include <thread>

#include "system/eventually.hpp"

namespace aw::test {
namespace {

using std::chrono::milliseconds;

// What is undecided and stays so: the transactions of whoever stands still. Those of others end within a commit.
Undecided stuck(const Storm& storm, const Aim& aim) {
    const auto look = [&] {
        Undecided now = storm.undecided(aim.topic);
        std::erase_if(now, [&](const auto& one) { return aim.besides.contains(one.first); });
        return now;
    };
    Undecided before = look();
    for (int looks = 0; looks < 3 && !before.empty(); ++looks) {
        std::this_thread::sleep_for(milliseconds{200});  // several commits of the others
        const Undecided now = look();
        std::erase_if(before, [&](const auto& one) {
            const auto found = now.find(one.first);
            return found == now.end() || found->second != one.second;
        });
    }
    return before;
}

template <class Halt, class GoOn>
Undecided halt_in_a_commit(const Storm& storm, const Aim& aim, Halt halt, GoOn go_on) {
    Undecided held;
    const bool hit = eventually(
        [&] {
            halt();
            held = stuck(storm, aim);
            if (held.empty()) go_on();
            return !held.empty();
        },
        std::chrono::seconds{60});
    return hit ? held : Undecided{};
}

}  // namespace

Undecided freeze_in_a_commit(Storm& storm, std::size_t member, const Aim& aim) {
    return halt_in_a_commit(storm, aim, [&] { storm.freeze(member); }, [&] { storm.thaw(member); });
}

Undecided hold_in_a_commit(Storm& storm, std::size_t member, const Aim& aim) {
    return halt_in_a_commit(
        storm, aim, [&] { storm.set_network(member, DoorState::held); },
        [&] { storm.set_network(member, DoorState::open); });
}

bool decided(const Storm& storm, const Undecided& held, eventlog::Topic topic) {
    const Undecided now = storm.undecided(topic);
    return std::ranges::all_of(held, [&](const auto& one) {
        const auto found = now.find(one.first);
        return found == now.end() || found->second > one.second;
    });
}

bool told(const Storm& storm, std::size_t member, const char* words) {
    return storm.instance(member).log_tail().find(words) != std::string::npos;
}

}  // namespace aw::test
