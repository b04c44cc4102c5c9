// CircuitBreaker: stops a source when most of what it delivers is refused. A wrong map or a producer's new format would
// else turn a whole topic into dead letters within seconds, all of them to be redriven by hand.
//
//     closed --(of the last `records` records at least `refused_pct` % are refused)--> open
//     open   --(after `pause`)--> trying: up to `records` records are read, nothing is committed
//     trying --(as many refused among them)--> open        --(else)--> closed
//
// Pure: the time is an argument. One owner, one thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

#include "base/time.hpp"

namespace aw::intake {

class CircuitBreaker {
public:
    struct Limits {
        int records = 100;  // 0 = never opens
        int refused_pct = 90;
        Duration pause{60'000};
    };
    enum class State : std::uint8_t { closed, open, trying };
    using Time = std::chrono::steady_clock::time_point;

    explicit CircuitBreaker(Limits limits);

    [[nodiscard]] State state() const { return state_; }
    // One record of a source that is closed or trying. Look at state() afterwards: once it is open, nothing that was
    // taken since the last commit counts.
    void add(bool refused, Time now);
    // Ends a pause that is over, and a trial for which no more records come. True if that changed the state.
    bool look(Time now);
    // When look() is to be called at the latest; Time::max() = never.
    [[nodiscard]] Time next_look() const;

    void committed() { saved_ = window_; }
    void rewound();  // what came since the last commit comes again

private:
    struct Window {
        std::vector<bool> refused;  // a ring, once it is full
        std::size_t next = 0;
        int count = 0;  // of refused ones
    };
    [[nodiscard]] bool too_many(int refused, std::size_t of) const;
    void open(Time now);
    void conclude(Time now);

    Limits limits_;
    State state_ = State::closed;
    Window window_;
    Window saved_;  // as of the last commit
    Time open_until_{};
    Time trial_ends_ = Time::max();
    std::size_t tried_ = 0;
    int refused_ = 0;  // among the tried
};

}  // namespace aw::intake
