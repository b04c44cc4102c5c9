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

// Each stroke has a generator of its own, so that the n-th is the same in every storm of a seed, whatever came of those
// before it.
Storm::Stroke Storm::stroke(std::uint64_t n) const {
    std::seed_seq seed{options_.seed, options_.seed >> 32U, n};
    std::mt19937_64 random(seed);
    const auto below = [&](int limit) { return static_cast<int>(random() % static_cast<std::uint64_t>(limit)); };
    const auto any = [&] {
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
    };
    Stroke stroke;
    stroke.blow = n < first_.size() ? first_[n] : any();
    stroke.after = milliseconds{below(kBetweenBlowsMs)};
    stroke.victim = static_cast<std::size_t>(below(static_cast<int>(members_.size())));
    // Short mostly, sometimes longer than a transaction and a session last.
    stroke.lasts = milliseconds{below(15) == 0 ? 7'000 + below(8'000) : below(2'000)};
    return stroke;
}

void Storm::rage() {
    for (std::size_t i = 0; i < members_.size(); ++i) start(i);
    begin();
    first_.assign(std::begin(kEveryBlow), std::end(kEveryBlow));  // each kind once, then whatever comes
    std::mt19937_64 random(options_.seed);
    std::ranges::shuffle(first_, random);
    const auto until = steady_clock::now() + options_.lasts;
    const auto digest_is_near = [&] {
        return options_.lasts >= kShortRun && SystemClock{}.now() < digest_ + std::chrono::seconds{10};
    };
    const auto somebody_is_up = [&] {
        return std::ranges::any_of(members_, [](const Member& m) { return m.state == Member::State::up; });
    };
    for (std::uint64_t n = 0;
         steady_clock::now() < until || digest_is_near() || blows_[name(Blow::kill)] < options_.kills; ++n) {
        const Stroke next = stroke(n);
        const auto at = steady_clock::now() + next.after;
        do {
            std::this_thread::sleep_for(milliseconds{20});  // the rhythm of the blows, nothing waits for it
            heal(false);
            watch_exits();
        } while (steady_clock::now() < at || !somebody_is_up());
        hit(next);
        ++blows_[name(next.blow)];
    }
    end();
    heal(true);
}

std::vector<std::string> Storm::never_done() const {
    std::vector<std::string> names;
    for (const Blow blow : kEveryBlow) {
        const auto times = blows_.find(name(blow));
        if (times == blows_.end() || times->second == 0) names.emplace_back(name(blow));
    }
    return names;
}

void Storm::hit(const Stroke& stroke) {
    if (stroke.blow != Blow::stop_broker && stroke.blow != Blow::kill_broker) return hit_member(stroke);
    stroke.blow == Blow::stop_broker ? broker_.stop() : broker_.kill();
    std::this_thread::sleep_for(stroke.lasts);
    broker_.start();
}

// Whom it is meant for, or the next one who is up.
void Storm::hit_member(const Stroke& stroke) {
    std::size_t which = stroke.victim;
    while (members_[which].state != Member::State::up) which = (which + 1) % members_.size();
    Member& member = members_[which];
    member.back = steady_clock::now() + stroke.lasts;
    switch (stroke.blow) {
        case Blow::freeze:
            freeze(which);
            member.state = Member::State::stopped;
            break;
        case Blow::hold_network:
        case Blow::cut_network:
            set_network(which, stroke.blow == Blow::hold_network ? DoorState::held : DoorState::cut);
            member.state = Member::State::cut_off;
            break;
        case Blow::terminate:
            stop(which);
            break;
        default:
            kill(which);
    }
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
