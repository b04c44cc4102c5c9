// Storm: which blow comes when, and what it does.
#include <algorithm>
#include <thread>

#include <fmt/format.h>

#include "app/exit_codes.hpp"
#include "base/clock.hpp"
#include "chaos/storm.hpp"

namespace aw::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr int kBetweenBlowsMs = 1000;  // at most; half of it on average

constexpr Blow kEveryBlow[] = {Blow::kill,        Blow::terminate,   Blow::freeze,     Blow::hold_network,
                               Blow::cut_network, Blow::stop_broker, Blow::kill_broker};

const char* name(Blow blow) {
    constexpr const char* kNames[] = {"kill -9",     "SIGTERM",        "SIGSTOP",       "network held",
                                      "network cut", "broker stopped", "broker kill -9"};
    return kNames[static_cast<std::size_t>(blow)];
}

}  // namespace

milliseconds Storm::some_time() { return milliseconds{below(15) == 0 ? 7'000 + below(8'000) : below(2'000)}; }

void Storm::rage() {
    for (std::size_t i = 0; i < members_.size(); ++i) start(i);
    begin();
    to_come_.assign(std::begin(kEveryBlow), std::end(kEveryBlow));  // each kind once, then whatever comes
    std::ranges::shuffle(to_come_, random_);
    const auto until = steady_clock::now() + options_.lasts;
    const auto digest_is_near = [&] {
        return options_.lasts >= kShortRun && SystemClock{}.now() < digest_ + std::chrono::seconds{10};
    };
    while (steady_clock::now() < until || digest_is_near() || blows_[name(Blow::kill)] < options_.kills) {
        const auto next = steady_clock::now() + milliseconds{below(kBetweenBlowsMs)};
        while (steady_clock::now() < next) {
            std::this_thread::sleep_for(milliseconds{20});  // the rhythm of the blows, nothing waits for it
            heal(false);
            watch_exits();
        }
        if (to_come_.empty()) to_come_.push_back(draw());
        const Blow blow = to_come_.back();
        if (!hit(blow)) continue;
        ++blows_[name(blow)];
        to_come_.pop_back();
    }
    end();
    heal(true);
}

Blow Storm::draw() {
    if (below(options_.broker_every) == 0) return below(3) == 0 ? Blow::stop_broker : Blow::kill_broker;
    switch (below(12)) {
        case 0:
            return Blow::freeze;
        case 1:
        case 2:
            return below(2) == 0 ? Blow::hold_network : Blow::cut_network;
        case 3:
            return Blow::terminate;
        default:
            return Blow::kill;
    }
}

std::vector<std::string> Storm::never_done() const {
    std::vector<std::string> names;
    for (const Blow blow : kEveryBlow) {
        const auto times = blows_.find(name(blow));
        if (times == blows_.end() || times->second == 0) names.emplace_back(name(blow));
    }
    return names;
}

bool Storm::hit(Blow blow) {
    if (blow != Blow::stop_broker && blow != Blow::kill_broker) return hit_member(blow);
    hit_broker(blow);
    return true;
}

void Storm::hit_broker(Blow blow) {
    blow == Blow::stop_broker ? broker_.stop() : broker_.kill();
    std::this_thread::sleep_for(some_time());
    broker_.start();
}

bool Storm::hit_member(Blow blow) {
    std::vector<std::size_t> up;
    for (std::size_t i = 0; i < members_.size(); ++i) {
        if (members_[i].state == Member::State::up) up.push_back(i);
    }
    if (up.empty()) return false;
    const std::size_t which = up[static_cast<std::size_t>(below(static_cast<int>(up.size())))];
    Member& member = members_[which];
    member.back = steady_clock::now() + some_time();
    switch (blow) {
        case Blow::freeze:
            freeze(which);
            member.state = Member::State::stopped;
            break;
        case Blow::hold_network:
        case Blow::cut_network:
            set_network(which, blow == Blow::hold_network ? DoorState::held : DoorState::cut);
            member.state = Member::State::cut_off;
            break;
        case Blow::terminate:
            stop(which);
            break;
        default:
            kill(which);
    }
    return true;
}

void Storm::heal(bool all) {
    for (Member& member : members_) {
        if (member.state == Member::State::up || (!all && steady_clock::now() < member.back)) continue;
        if (member.state == Member::State::stopped) member.instance.signal(SIGCONT);
        if (member.state == Member::State::cut_off) member.door.set(DoorState::open);
        if (!member.instance.running()) member.instance.start();
        member.state = Member::State::up;
    }
}

void Storm::watch_exits() {
    for (Member& member : members_) {
        if (!member.instance.ended()) continue;
        ++blows_["ended by itself"];
        // A fatal error of Kafka; or stop() came before it had begun.
        const int code = member.instance.last_exit();
        if (code != app::kExitStartAgain && code != 128 + SIGTERM)
            trouble_.push_back(fmt::format("ended with {}:\n{}", code, member.instance.log_tail()));
        member.instance.start();
    }
}

}  // namespace aw::test
