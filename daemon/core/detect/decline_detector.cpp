#include "core/detect/decline_detector.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/detect/drop_detector.hpp"

namespace aw {
namespace {

constexpr double kLevelHalfLife = 75;  // days
constexpr double kShare = 0.5;         // rho
constexpr double kDayLimit = 0.7;      // one day proves at most so much
constexpr double kShockFree = 0.15;    // as in drop_detector.cpp: a day on which the whole cohort did
constexpr double kShockWeight = 20;    // something unusual counts less
constexpr double kLeastExpected = 1e-4;
constexpr double kRebaseDays = 10;  // what a level given by others weighs

constexpr double kWanderHalfLife = 200;  // days
constexpr double kWanderPrior = 0.01;
constexpr double kWanderPriorDays = 60;
constexpr double kWanderFrom = 60;    // days until the two levels differ in more than their start
constexpr double kFastDays = 60;      // what the fast level rests on
constexpr double kWanderOutlier = 6;  // a square counts at most so many variances
constexpr double kWanderWeight = 80;  // days: a wander lasts so long, so its days are no independent ones

}  // namespace

double DeclineDetector::wander() const {
    return std::max(0.0, (wander_ + kWanderPriorDays * kWanderPrior) / (wander_days_ + kWanderPriorDays));
}

void DeclineDetector::learn_wander(const Expectation::Forecast& f, double mu) {
    static const double kKept = std::exp2(-1 / kWanderHalfLife);
    const double counting = (1 / mu + f.phi) / kFastDays;
    const double far = std::log(f.level / level());
    const double square = std::min(far * far, kWanderOutlier * (wander() + counting)) - counting;
    wander_ = static_cast<float>(wander_ * kKept + square);
    wander_days_ = static_cast<float>(wander_days_ * kKept + 1);
}

void DeclineDetector::learn_pending() {
    const double kept = std::exp2(-pending_days_ / kLevelHalfLife);
    items_ = static_cast<float>(items_ * kept + pending_items_);
    exposure_ = static_cast<float>(exposure_ * kept + pending_exposure_);
    pending_items_ = pending_exposure_ = score_ = 0;
    pending_days_ = 0;
}

void DeclineDetector::rebase(double level) {
    items_ = static_cast<float>(level * kRebaseDays);
    exposure_ = kRebaseDays;
    pending_items_ = pending_exposure_ = score_ = 0;
    pending_days_ = 0;
    rest_ = kRestDays;
}

DeclineDetector::Verdict DeclineDetector::step(double items, const Expectation::Forecast& f, const DayFactor& day,
                                               double threshold) {
    if (days_ < std::numeric_limits<std::uint16_t>::max()) ++days_;
    const bool resting = rest_ > 0;
    if (resting) --rest_;
    const double mu = std::max(kLeastExpected, level() * f.exposure);
    double llr = log_likelihood_ratio(items, mu, f.phi + kWanderWeight * wander(), kShare);
    llr = std::min(kDayLimit, llr);
    if (llr > 0) {
        const double shock = std::max(0.0, std::abs(day.shock) - kShockFree);
        llr /= 1 + kShockWeight * shock * shock;
    }
    score_ = resting ? 0.0F : static_cast<float>(std::max(0.0, score_ + llr));
    pending_items_ += static_cast<float>(items);
    pending_exposure_ += static_cast<float>(f.exposure);
    ++pending_days_;
    if (days_ > kWanderFrom && score_ <= 1) learn_wander(f, mu);

    Verdict v;
    v.score = score_;
    v.days = pending_days_;
    v.observed = pending_items_;
    v.level = level();
    v.expected = pending_exposure_ * v.level;
    v.threshold = threshold;
    v.alarm = score_ >= threshold && days_ > kWarmUpDays;
    if (v.alarm) {
        rebase(pending_items_ / std::max(0.1F, pending_exposure_));
    } else if (score_ <= 0 || pending_days_ >= kPendingDays) {
        learn_pending();
    }
    return v;
}

}  // namespace aw
