#include "core/detect/client_watch.hpp"

#include <algorithm>

namespace aw {

ClientWatch& ClientWatch::operator=(const ClientWatch& other) {
    if (this == &other) return *this;
    drop_ = other.drop_;
    decline_ = other.decline_;
    inactivity_ = other.inactivity_;
    yield_ = other.yield_;
    state_ = other.state_;
    if (other.shares_ == nullptr) {
        shares_.reset();
    } else if (shares_ == nullptr) {
        shares_ = std::make_unique<ShareWatch>(*other.shares_);
    } else {
        *shares_ = *other.shares_;
    }
    return *this;
}

ClientWatch::Verdict ClientWatch::step(const Day& day, const Thresholds& limits) {
    Verdict v;
    v.resting = drop_.is_resting();
    v.drop = drop_.step(day.items, day.weekday, day.factor, limits.drop);
    v.decline = decline_.step(day.items, v.drop.forecast, day.factor, limits.decline);
    if (v.drop.alarm) {
        decline_.rebase(drop_.expectation().level());
        v.decline.alarm = false;
    } else if (v.decline.alarm) {
        drop_.take_loss(v.decline.expected, v.decline.observed, v.decline.level);
    }
    const bool silent = inactivity_.is_in_alarm();
    v.idle = inactivity_.step(day.items > 0, v.drop.forecast.exposure, limits.inactivity_years);
    v.active_again = silent && !inactivity_.is_in_alarm();
    if (shares_ == nullptr && day.parts.size() > 1) shares_ = std::make_unique<ShareWatch>();
    if (shares_ != nullptr && !day.parts.empty())
        v.shares = shares_->step(day.parts, day.items, v.drop.forecast.mu, limits.shares, day.factor.completeness);
    // Who warms up is not watched yet.
    const bool warm = drop_.days_known() > DropDetector::kWarmUpDays;
    const double loss = warm ? std::max(drop_.score() / v.drop.threshold, decline_.score() / limits.decline) : 0;
    const bool in_alarm = drop_.is_in_alarm() || inactivity_.is_in_alarm();
    v.state = state_ = next_state(state_, in_alarm, loss, drop_.recovery_share());
    v.yield = yield_.step(day.items, day.revenue, limits.yield);
    return v;
}

}  // namespace aw
