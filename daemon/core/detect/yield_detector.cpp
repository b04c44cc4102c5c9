#include "core/detect/yield_detector.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace aw {
namespace {

constexpr double kHalfLife = 60;  // days of daily invoices
constexpr double kShift = 0.223;  // -ln 0.8: what is looked for
constexpr double kTau = 0.1;      // a day's own variance, against that of one item
constexpr double kSigma2Prior = 0.15;
constexpr double kSigma2PriorDays = 6;
constexpr double kOutlier = 6;  // a squared error counts at most so many variances, in what is learned ...
constexpr double kFar = 2.5;    // ... and an error so many deviations, as evidence
constexpr double kDayLimit = 2;    // what one day's invoice proves at most ...
constexpr double kMostDays = 2.5;  // ... and so many times as much one of many days
constexpr int kMostSpan = 65'535;

}  // namespace

double YieldDetector::usual() const { return weight_ > 0 ? std::exp(sum_ / weight_) : 0; }

double YieldDetector::sigma2() const {
    return (squares_ + kSigma2PriorDays * kSigma2Prior) / (known_ + kSigma2PriorDays);
}

void YieldDetector::learn_pending() {
    const double keep = std::exp2(-pending_days_ / kHalfLife);
    sum_ = static_cast<float>(sum_ * keep + pending_ordinary_);
    weight_ = static_cast<float>(weight_ * keep + pending_weight_);
    squares_ = static_cast<float>(squares_ * keep + pending_squares_);
    known_ = static_cast<float>(known_ * keep + pending_known_);
    pending_sum_ = pending_ordinary_ = pending_weight_ = pending_squares_ = pending_items_ = pending_days_ = less_ =
        more_ = 0;
    pending_known_ = pending_span_ = 0;
}

void YieldDetector::add_invoice(double items, double revenue, int days) {
    const double pace = std::sqrt(days);
    known_days_ += static_cast<float>(pace);
    const double y = std::log(revenue / items);
    const double weight = 1 / (1 / items + kTau);
    // The usual yield is uncertain itself.
    const double variance = sigma2() * (1 / weight + (weight_ > 0 ? 1 / weight_ : 1));
    const double error = weight_ > 0 ? y - sum_ / weight_ : 0;
    const double far = kFar * std::sqrt(variance);
    const double e = std::clamp(error, -far, far);
    if (known_days_ > kWarmUpDays && rest_ == 0) {
        const double limit = kDayLimit * std::min(pace, kMostDays);
        const auto add = [&](float score, double shift) {
            return static_cast<float>(std::max(0.0, score + std::min(limit, shift * (e - shift / 2) / variance)));
        };
        less_ = add(less_, -kShift);
        more_ = add(more_, kShift);
    }
    pending_sum_ += static_cast<float>(weight * y);
    pending_ordinary_ += static_cast<float>(weight * (y - error + e));
    pending_weight_ += static_cast<float>(weight);
    pending_squares_ += static_cast<float>(std::min(kOutlier * variance, error * error) * weight);
    pending_items_ += static_cast<float>(items);
    pending_days_ += static_cast<float>(pace);
    pending_span_ = static_cast<std::uint16_t>(std::min(pending_span_ + days, kMostSpan));
    ++pending_known_;
}

YieldDetector::Verdict YieldDetector::step(double items, double revenue, double threshold) {
    Verdict v;
    v.usual = usual();
    v.threshold = threshold;
    if (rest_ > 0) --rest_;
    if (before_ > 0 && ++alarm_days_ > kForgetAlarmDays) before_ = 0;
    if (revenue < 0) billed_ = false;
    unbilled_ += static_cast<float>(items);
    if (unbilled_days_ < kMostSpan) ++unbilled_days_;
    if (revenue <= 0) return v;
    const double of_items = std::exchange(unbilled_, 0.0F);
    const int of_days = std::exchange(unbilled_days_, std::uint16_t{0});
    const bool is_whole = std::exchange(billed_, true);
    if (!is_whole || of_items <= 0) return v;
    add_invoice(of_items, revenue, of_days);
    v.score = std::max(less_, more_);
    if (v.score > 0) v.towards = less_ >= more_ ? Change::kLess : Change::kMore;
    v.now = std::exp(pending_sum_ / pending_weight_);
    v.items = pending_items_;
    v.days = pending_span_;
    if (v.score >= threshold) {
        v.change = v.towards;
        before_ = v.change == Change::kLess ? static_cast<float>(usual()) : 0.0F;
        alarm_days_ = 0;
        // The new yield is what the evidence says; how much it wanders is known from before.
        sum_ = weight_ = 0;
        pending_ordinary_ = pending_sum_;
        pending_squares_ = static_cast<float>(sigma2() * pending_known_);
        learn_pending();
        rest_ = kRestDays;
    } else if (v.score <= 0 || pending_days_ >= kPendingDays) {
        learn_pending();
    }
    return v;
}

}  // namespace aw
