#include "core/detect/share_detector.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "core/detect/drop_detector.hpp"
#include "core/detect/watch_state.hpp"

namespace aw {
namespace {

constexpr double kShareHalfLife = 60;    // days
constexpr double kSpreadHalfLife = 150;  // days
constexpr double kCollapse = 0.3;        // rho: share of its items that a collapsed part keeps
constexpr double kDayLimit = 2.5;        // one day proves at most so much
constexpr double kSpreadPrior = 1.0 / 40;
constexpr double kSpreadPriorWeight = 60;  // in pairs of items
constexpr double kOutlier = 9;             // a squared error counts at most so many variances
constexpr double kDoubt = 3;               // a score up to which a day says how far shares wander
constexpr double kLeastItems = 15;         // discounted: less is no usual share
constexpr double kLargestShare = 0.95;     // with hardly a rest there is nothing to compare with
constexpr int kWarmUpDays = 28;

double log_rising(double a, double n) { return std::lgamma(a + n) - std::lgamma(a); }

// ln BetaBin(x; n, M s1) - ln BetaBin(x; n, M s): what depends on n alone cancels.
double log_ratio(double x, double n, double m, double s) {
    const double s1 = kCollapse * s / (1 - s + kCollapse * s);
    return log_rising(m * s1, x) - log_rising(m * s, x) + log_rising(m * (1 - s1), n - x) -
           log_rising(m * (1 - s), n - x);
}

}  // namespace

double ShareDetector::share() const { return total_ > 0 ? std::min(1.0F, items_ / total_) : 0; }

bool ShareDetector::is_known() const {
    return days_ >= kWarmUpDays && items_ >= kLeastItems && share() <= kLargestShare;
}

void ShareDetector::learn_pending(double keep_before) {
    items_ = static_cast<float>(items_ * keep_before + pending_items_);
    total_ = static_cast<float>(total_ * keep_before + pending_total_);
    pending_items_ = pending_total_ = pending_expected_ = score_ = 0;
    pending_days_ = 0;
}

void ShareDetector::fill(Verdict& v) const {
    v.share = share();
    v.score = score_;
    v.observed = pending_items_;
    v.expected = pending_total_ * v.share;
    const double rest_expected = pending_expected_ * (1 - v.share);
    v.rest = rest_expected > 0 ? (pending_total_ - pending_items_) / rest_expected : 1;
    v.days = pending_days_;
}

ShareDetector::Verdict ShareDetector::step(const Day& day, double spread, double threshold) {
    if (days_ < std::numeric_limits<std::uint16_t>::max()) ++days_;
    if (before_ > 0 && ++alarm_days_ > kForgetAlarmDays) before_ = 0;
    Verdict v;
    v.threshold = threshold;
    if (day.part_is_down_for_all) {  // says nothing of this client, neither now nor of its usual share
        fill(v);
        return v;
    }
    const bool resting = rest_ > 0;
    if (resting) --rest_;
    if (is_known() && !resting && day.total > 0) {
        const double s = std::max(share(), 1e-3);
        // The usual share is uncertain itself: of so many items, by its own dispersion.
        const double own = spread + (1 / total_ + spread / kShareHalfLife);
        const double m = 1 / std::min(own, 0.95) - 1;
        const double limit = day_limit(kDayLimit, day.completeness);
        score_ = static_cast<float>(std::max(0.0, score_ + std::min(limit, log_ratio(day.items, day.total, m, s))));
    }
    pending_items_ += static_cast<float>(day.items);
    pending_total_ += static_cast<float>(day.total);
    pending_expected_ += static_cast<float>(day.expected_total);
    ++pending_days_;
    fill(v);
    v.alarm = score_ >= threshold && v.rest >= kLeastRest;
    if (v.alarm) {
        before_ = static_cast<float>(share());
        alarm_days_ = 0;
        learn_pending(0);
        rest_ = kRestDays;
    } else if (score_ <= 0 || pending_days_ >= kPendingDays) {
        learn_pending(std::exp2(-pending_days_ / kShareHalfLife));
    }
    return v;
}

const ShareDetector* ShareWatch::find(std::uint32_t id) const {
    for (std::size_t i = 0; i < kParts; ++i) {
        if (ids_[i] == id) return &parts_[i];
    }
    return nullptr;
}

double ShareWatch::spread() const {
    const double value = (excess_ + kSpreadPriorWeight * kSpreadPrior) / (weight_ + kSpreadPriorWeight);
    return std::clamp(value, 1e-3, 0.9);
}

void ShareWatch::learn_spread(double items, double total, double share) {
    static const double kKept = std::exp2(-1 / (kSpreadHalfLife * 4));  // of about four parts a day
    const double binomial = total * share * (1 - share);
    const double variance = binomial * (1 + (total - 1) * spread());
    const double error = items - total * share;
    // Divided by the variance: a day with many items is one day all the same.
    const double scale = std::max(1e-9, variance / binomial);
    const double excess = std::min(error * error, kOutlier * variance) - binomial;
    excess_ = static_cast<float>(excess_ * kKept + excess / (binomial * scale));
    weight_ = static_cast<float>(weight_ * kKept + (total - 1) / scale);
}

// A part that nobody has a slot for takes the smallest one's if that is about as small as this one day.
std::size_t ShareWatch::slot_of(const Part& part) {
    std::size_t smallest = 0;
    for (std::size_t i = 0; i < kParts; ++i) {
        if (ids_[i] == part.id) return i;
        if (ids_[i] == 0 ? ids_[smallest] != 0 : ids_[smallest] != 0 && parts_[i].items() < parts_[smallest].items())
            smallest = i;
    }
    if (ids_[smallest] != 0 && parts_[smallest].items() > part.items) return kParts;
    ids_[smallest] = part.id;
    parts_[smallest] = {};
    return smallest;
}

std::vector<ShareWatch::Found> ShareWatch::step(std::span<const Part> parts, double total, double expected_total,
                                                double threshold, double completeness) {
    std::array<double, kParts> items{};
    std::array<bool, kParts> down{};
    for (const Part& part : parts) {
        const std::size_t slot = slot_of(part);
        if (slot == kParts) continue;
        items[slot] = part.items;
        down[slot] = part.is_down_for_all;
    }
    const auto known = std::count_if(parts_.begin(), parts_.end(), [](const auto& part) { return part.is_known(); });
    const double limit = threshold + std::log(std::max<double>(1, static_cast<double>(known)));
    const double spread_before = spread();
    std::vector<Found> found;
    for (std::size_t i = 0; i < kParts; ++i) {
        if (ids_[i] == 0) continue;
        const double share = std::max(parts_[i].share(), 1e-3);
        const auto v = parts_[i].step({items[i], total, expected_total, down[i], completeness}, spread_before, limit);
        if (!down[i] && is_near(v.score, limit)) found.push_back({ids_[i], v});
        // Not only on days without doubt: these are the ones on which the shares did not wander.
        if (parts_[i].items() >= 1 && parts_[i].score() <= kDoubt && total >= 2 && !down[i] && share <= kLargestShare)
            learn_spread(items[i], total, share);
    }
    const auto rank = [](const Found& one) { return std::pair(one.verdict.alarm, one.verdict.score); };
    std::stable_sort(found.begin(), found.end(), [&](const Found& a, const Found& b) { return rank(a) > rank(b); });
    return found;
}

}  // namespace aw
