#include "core/detect/yield_detector.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace aw {
namespace {

constexpr double kHalfLife = 60;  // days with items and revenue
constexpr double kShift = 0.223;  // -ln 0.8: what is looked for
constexpr double kTau = 0.1;      // a day's own variance, against that of one item
constexpr double kSigma2Prior = 0.15;
constexpr double kSigma2PriorDays = 6;
constexpr double kOutlier = 6;  // a squared error counts at most so many variances, in what is learned ...
constexpr double kFar = 2.5;    // ... and an error so many deviations, as evidence
constexpr double kDayLimit = 2;

double kept(int days) { return std::exp2(-days / kHalfLife); }

}  // namespace

double YieldDetector::usual() const { return weight_ > 0 ? std::exp(sum_ / weight_) : 0; }

double YieldDetector::sigma2() const {
    return (squares_ + kSigma2PriorDays * kSigma2Prior) / (known_ + kSigma2PriorDays);
}

void YieldDetector::learn_pending() {
    const double keep = kept(pending_days_);
    sum_ = static_cast<float>(sum_ * keep + pending_sum_);
    weight_ = static_cast<float>(weight_ * keep + pending_weight_);
    squares_ = static_cast<float>(squares_ * keep + pending_squares_);
    known_ = static_cast<float>(known_ * keep + pending_days_);
    pending_sum_ = pending_weight_ = pending_squares_ = pending_items_ = less_ = more_ = 0;
    pending_days_ = 0;
}

YieldDetector::Verdict YieldDetector::step(double items, double revenue, double threshold) {
    Verdict v;
    v.usual = usual();
    v.threshold = threshold;
    if (rest_ > 0) --rest_;
    if (before_ > 0 && ++alarm_days_ > kForgetAlarmDays) before_ = 0;
    if (items <= 0 || revenue <= 0) return v;
    if (days_ < std::numeric_limits<std::uint16_t>::max()) ++days_;
    const double y = std::log(revenue / items);
    const double weight = 1 / (1 / items + kTau);
    // The usual yield is uncertain itself.
    const double variance = sigma2() * (1 / weight + (weight_ > 0 ? 1 / weight_ : 1));
    const double error = weight_ > 0 ? y - sum_ / weight_ : 0;
    if (days_ > kWarmUpDays && rest_ == 0) {
        const double far = kFar * std::sqrt(variance);
        const double e = std::clamp(error, -far, far);
        const auto add = [&](float score, double shift) {
            return static_cast<float>(std::max(0.0, score + std::min(kDayLimit, shift * (e - shift / 2) / variance)));
        };
        less_ = add(less_, -kShift);
        more_ = add(more_, kShift);
    }
    pending_sum_ += static_cast<float>(weight * y);
    pending_weight_ += static_cast<float>(weight);
    pending_squares_ += static_cast<float>(std::min(kOutlier * variance, error * error) * weight);
    pending_items_ += static_cast<float>(items);
    ++pending_days_;
    v.score = std::max(less_, more_);
    if (v.score > 0) v.towards = less_ >= more_ ? Change::kLess : Change::kMore;
    v.now = std::exp(pending_sum_ / pending_weight_);
    v.items = pending_items_;
    v.days = pending_days_;
    if (v.score >= threshold) {
        v.change = v.towards;
        before_ = v.change == Change::kLess ? static_cast<float>(usual()) : 0.0F;
        alarm_days_ = 0;
        // The new yield is what the evidence says; how much it wanders is known from before.
        sum_ = weight_ = 0;
        pending_squares_ = static_cast<float>(sigma2() * pending_days_);
        learn_pending();
        rest_ = kRestDays;
    } else if (v.score <= 0 || pending_days_ >= kPendingDays) {
        learn_pending();
    }
    return v;
}

}  // namespace aw
