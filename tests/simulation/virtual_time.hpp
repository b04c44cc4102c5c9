// Time that passes when the simulation says so: the clock on the wall, which may be set wrong, and the pace of pauses.
#pragma once

#include "app/pace.hpp"
#include "base/clock.hpp"

namespace aw::test {

class VirtualTime final : public Clock {
public:
    explicit VirtualTime(Timestamp begin) : true_(begin) {}

    [[nodiscard]] Timestamp now() const override { return true_ + wrong_by_; }
    [[nodiscard]] Timestamp true_time() const { return true_; }
    void pass(Duration time) { true_ = true_ + time; }
    void set_wrong_by(Duration error) { wrong_by_ = error; }

    // Pace has a now() of another type, so it is an object of its own.
    class Steady final : public app::Pace {
    public:
        explicit Steady(VirtualTime& time) : time_(time) {}
        [[nodiscard]] Instant now() const override { return Instant{Duration{time_.true_.ms}}; }
        void wait(Lock&, std::condition_variable&, Instant until, const std::function<bool()>& over) override {
            if (!over() && until > now()) time_.pass(std::chrono::ceil<Duration>(until - now()));
        }

    private:
        VirtualTime& time_;
    };
    [[nodiscard]] app::Pace& pace() { return steady_; }

private:
    Timestamp true_;
    Duration wrong_by_{0};
    Steady steady_{*this};
};

}  // namespace aw::test
