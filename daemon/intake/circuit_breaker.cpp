#include "intake/circuit_breaker.hpp"

namespace aw::intake {
namespace {

// A trial waits so long for more records than its first.
constexpr std::chrono::seconds kTrialPatience{2};

}  // namespace

CircuitBreaker::CircuitBreaker(Limits limits) : limits_(limits) {}

bool CircuitBreaker::too_many(int refused, std::size_t of) const {
    return static_cast<std::int64_t>(refused) * 100 >= static_cast<std::int64_t>(of) * limits_.refused_pct;
}

void CircuitBreaker::add(bool refused, Time now) {
    if (limits_.records == 0 || state_ == State::open) return;
    const auto size = static_cast<std::size_t>(limits_.records);
    if (state_ == State::trying) {
        if (tried_++ == 0) trial_ends_ = now + kTrialPatience;
        if (refused) ++refused_;
        if (tried_ == size) conclude(now);
        return;
    }
    if (window_.refused.size() < size) {
        window_.refused.push_back(refused);
    } else {
        if (window_.refused[window_.next]) --window_.count;
        window_.refused[window_.next] = refused;
        window_.next = (window_.next + 1) % size;
    }
    if (refused) ++window_.count;
    if (window_.refused.size() == size && too_many(window_.count, size)) open(now);
}

void CircuitBreaker::open(Time now) {
    state_ = State::open;
    open_until_ = now + limits_.pause;
    window_ = saved_ = {};
}

void CircuitBreaker::conclude(Time now) {
    if (too_many(refused_, tried_)) {
        open(now);
    } else {
        state_ = State::closed;
    }
    rewound();
}

bool CircuitBreaker::look(Time now) {
    if (state_ == State::open && now >= open_until_) {
        state_ = State::trying;
        rewound();
        return true;
    }
    if (state_ != State::trying || now < trial_ends_) return false;
    conclude(now);
    return true;
}

CircuitBreaker::Time CircuitBreaker::next_look() const {
    if (state_ == State::open) return open_until_;
    return state_ == State::trying ? trial_ends_ : Time::max();
}

void CircuitBreaker::rewound() {
    window_ = saved_;
    tried_ = 0;
    refused_ = 0;
    trial_ends_ = Time::max();
}

}  // namespace aw::intake
