#include "core/detect/drop_detector.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace aw {
namespace {

constexpr double kShare = 0.4;      // rho before there is evidence, and the greatest ...
constexpr double kShareWeight = 3;  // ... which counts as much as so many expected items
constexpr double kLeastShare = 0.02;
constexpr double kDayLimit = 3;         // one day proves at most so much: clients close for a day
constexpr double kShockFree = 0.15;     // |ln| of a cohort's day up to which nothing is taken off ...
constexpr double kShockWeight = 20;     // ... and how much by the square of the rest
constexpr double kHalf = 0.5;           // the drop by which a client's days are valued
constexpr double kUsualEvidence = 0.3;  // what a day of most clients proves then
constexpr double kEvidenceExponent = 0.8;
constexpr double kMostApart = 2;  // a threshold is so far from h at most
constexpr double kLeastLevel = 0.01;
constexpr double kNothingYet = 1;  // a score far from any threshold: most days need none of their own
constexpr double kLeastDispersion = 1e-4;
constexpr double kLeastExpected = 1e-4;
constexpr int kPoolDays = 14;
constexpr int kSettledDays = 14;

// Recovery: a share of the level before against the share that was left.
constexpr double kBackShare = 0.95;
constexpr double kLeastGone = 0.37;
constexpr double kGreatestGone = 0.75;
constexpr double kBackLimit = 4;
const double kBackThreshold = std::log(150);  // after a deep fall ...
const double kBackMore = std::log(12);        // ... and so much more where kNear + kNearer and more of it was left
constexpr double kNear = 0.47;
constexpr double kNearer = 0.12;
constexpr double kGoneBias = 0.05;  // an alarm comes in the worst days: more was left than they say
constexpr double kBackLeast = 0.8;
constexpr double kBackForget = 0.95;  // a day
constexpr int kForgetAlarmDays = 180;

}  // namespace

double log_likelihood_ratio(double items, double mu, double phi, double share) {
    const double r = 1 / std::max(kLeastDispersion, phi);
    const double c = (r + mu) / (r + share * mu);
    const double by_items = items > 0 ? items * std::log(share) : 0;
    return (r + items) * std::log(c) + by_items;
}

double day_limit(double limit, double completeness) {
    if (completeness >= 1) return limit;
    return std::min(limit, -std::log(1 - std::max(0.0, completeness)));
}

double DropDetector::back_threshold() const {
    return kBackThreshold + kBackMore * std::clamp((gone_share_ - kNear) / kNearer, 0.0, 1.0);
}

double DropDetector::recovery_share() const { return recovery_ / back_threshold(); }

double DropDetector::threshold(double h) const {
    const double mu = std::max(kLeastLevel, expectation_.level());
    const double r = 1 / std::max(kLeastDispersion, expectation_.dispersion());
    const double c = (r + mu) / (r + kHalf * mu);
    const double evidence = (r + kHalf * mu) * std::log(c) + kHalf * mu * std::log(kHalf);
    if (evidence <= 0) return h - kMostApart;
    return h + std::clamp(kEvidenceExponent * std::log(evidence / kUsualEvidence), -kMostApart, kMostApart);
}

bool DropDetector::is_in_pool() const { return days_ >= kPoolDays && expectation_.items() >= 1 && rest_ == 0; }

double DropDetector::evidence_of(double items, const Expectation::Forecast& f, const DayFactor& day) const {
    // Items in units of what an independent count would be: an irregular client's many items say less.
    const double weight = 1 / (1 + f.phi * f.mu);
    const double seen = pending_.items * weight;
    const double awaited = pending_.exposure * f.level * weight;
    const double share = std::clamp((seen + kShareWeight * kShare) / (awaited + kShareWeight), kLeastShare, kShare);
    const double limit = day_limit(kDayLimit, day.completeness);
    const double llr = std::min(limit, log_likelihood_ratio(items, f.mu, f.phi, share));
    if (llr <= 0) return llr;
    const double shock = std::max(0.0, std::abs(day.shock) - kShockFree);
    return llr / (1 + kShockWeight * shock * shock);
}

DropDetector::Verdict DropDetector::step(double items, int weekday, const DayFactor& day, double h) {
    Verdict v;
    v.forecast = expectation_.forecast(weekday, day);
    v.threshold = score_ < kNothingYet ? h : threshold(h);
    if (days_ < std::numeric_limits<std::uint16_t>::max()) ++days_;
    const bool was_in_alarm = is_in_alarm();
    v.recovered = was_in_alarm && is_back(items, v.forecast);
    v.ended = was_in_alarm && !is_in_alarm();

    const bool resting = rest_ > 0;
    if (resting) --rest_;
    score_ = resting ? 0.0F : static_cast<float>(std::max(0.0, score_ + evidence_of(items, v.forecast, day)));
    if (day.holiday && days_ > kSettledDays) expectation_.learn_holiday(items, v.forecast);
    pending_.add(Expectation::evidence(items, v.forecast));
    v.score = score_;
    v.days = pending_.days;
    v.observed = pending_.items;
    v.expected = pending_.exposure * v.forecast.level;

    const bool crossed = score_ >= v.threshold;
    v.warming_up = crossed && days_ <= kWarmUpDays;
    v.alarm = crossed && !v.warming_up;
    if (v.alarm) {
        raise_alarm();
        return v;
    }
    // Not before the level has settled: the first days would pass for extraordinary weekdays for years.
    if (score_ <= 0 && days_ > kSettledDays) expectation_.learn_weekday(weekday, items, v.forecast, day);
    if (score_ <= 0 || pending_.days >= kPendingDays || v.warming_up) {
        expectation_.learn(pending_);
        pending_ = {};
        score_ = 0;
    }
    return v;
}

void DropDetector::raise_alarm() {
    const double before = expectation_.level();
    const double share = pending_.items / std::max(0.1, pending_.exposure * before);
    begin_alarm(before, share);
    expectation_.rebase(pending_);
    pending_ = {};
}

void DropDetector::begin_alarm(double level_before, double share) {
    // A second alarm during the first keeps the level from before the first.
    if (!is_in_alarm()) old_level_ = static_cast<float>(level_before);
    const double gone = share * level_before / old_level_ + kGoneBias;
    gone_share_ = static_cast<float>(std::clamp(gone, kLeastGone, kGreatestGone));
    score_ = 0;
    recovery_ = back_items_ = back_exposure_ = 0;
    alarm_days_ = 0;
    rest_ = kRestDays;
}

void DropDetector::take_loss(double expected, double observed, double level_before) {
    begin_alarm(level_before, observed / std::max(0.1, expected));
    expectation_.learn(pending_);
    pending_ = {};
}

void DropDetector::end_alarm() {
    old_level_ = 0;
    recovery_ = back_items_ = back_exposure_ = 0;
}

// Against shares of the level before that are fixed when the alarm is raised: the new level rests on few days, and
// those of the lowest; it would follow a return within days.
bool DropDetector::is_back(double items, const Expectation::Forecast& f) {
    if (++alarm_days_ > kForgetAlarmDays) {
        end_alarm();
        return false;
    }
    const double back = std::max(kLeastExpected, kBackShare * old_level_ * f.exposure);
    const double llr = -log_likelihood_ratio(items, back, f.phi, gone_share_ / kBackShare);
    const auto threshold = static_cast<float>(back_threshold());
    recovery_ = std::clamp(recovery_ + static_cast<float>(std::min(kBackLimit, llr)), 0.0F, threshold);
    if (recovery_ <= 0) {
        back_items_ = back_exposure_ = 0;
        return false;
    }
    back_items_ = static_cast<float>(kBackForget * back_items_ + items);
    back_exposure_ = static_cast<float>(kBackForget * back_exposure_ + f.exposure);
    if (recovery_ < threshold) return false;
    if (back_items_ < kBackLeast * old_level_ * back_exposure_) return false;
    end_alarm();
    return true;
}

}  // namespace aw
