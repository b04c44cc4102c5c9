#include "core/detect/day_factor.hpp"

#include <algorithm>
#include <cmath>

namespace aw {
namespace {

constexpr double kCap = 2;             // a ratio counts at most so much ...
constexpr double kWideCap = 5;         // ... and on a day on which nearly everybody sends more, so much
constexpr double kGreatDay = 1.4;      // such a day
constexpr double kSpread = 0.02;       // how far the most regular clients are from the factor, as dispersion
constexpr double kParentWeight = 100;  // how far a part is from the whole: a dispersion of 0.01
constexpr double kOutlier = 9;         // a squared error counts at most so many variances
constexpr double kLeastFactor = 0.02;
constexpr int kSeenEnough = 3;
constexpr double kLearning = 0.12;  // share of a new day in the usual one
constexpr double kStep = 0.3;       // a shock moves the usual day at most so far

// The inverse variance of a client's ratio.
double weight_of(double mu, double phi) { return 1 / (1 / mu + kSpread + phi); }

double mean_ratio(double weight, double ratio, double wide_ratio) {
    const double capped = ratio / weight;
    return std::max(kLeastFactor, capped < kGreatDay ? capped : wide_ratio / weight);
}

constexpr double kMillion = 1e6;

}  // namespace

bool DaySums::is_enough() const { return clients >= DayPool::kLeastClients && weight > 0; }

double DaySums::factor() const {
    return mean_ratio(static_cast<double>(weight), static_cast<double>(ratio), static_cast<double>(wide_ratio));
}

double DaySums::variance() const { return kMillion / static_cast<double>(weight); }

void DayPool::add(double items, const Expectation::Forecast& f) {
    const double weight = weight_of(f.mu, f.phi);
    const double ratio = items / f.mu;
    weight_ += weight;
    ratio_ += weight * std::min(kCap, ratio);
    wide_ratio_ += weight * std::min(kWideCap, ratio);
    items_ += items;
    expected_ += f.mu;
    ++clients_;
}

double DayPool::factor() const { return mean_ratio(weight_, ratio_, wide_ratio_); }

DaySums DayPool::sums() const {
    const auto millionths = [](double value) { return std::llround(value * kMillion); };
    return {clients_, millionths(weight_),     millionths(ratio_), millionths(wide_ratio_), std::llround(items_),
            std::llround(expected_)};
}

double DayPool::factor(double parent) const {
    const double own = factor();
    const double error = 1 / std::sqrt(weight_);
    const double move = (parent - own) * kParentWeight / (weight_ + kParentWeight);
    return std::max(kLeastFactor, own + std::clamp(move, -error, error));
}

void DayPool::add_error(double items, const Expectation::Forecast& f, double factor) {
    const double mu = f.mu * factor;
    const double variance = mu + f.phi * mu * mu;
    const double error = std::min(kOutlier * variance, (items - mu) * (items - mu));
    const double once = weight_of(mu, f.phi);
    const double weight = once * once;
    error_weight_ += weight;
    excess_ += weight * (error - variance) / (mu * mu);
}

double DayPool::phi() const { return error_weight_ > 0 ? std::max(0.0, excess_ / error_weight_) : 0; }

double WeekProfile::shock(int weekday, double factor) const {
    const auto i = static_cast<std::size_t>(weekday);
    return seen_[i] < kSeenEnough ? 0 : std::log(factor) - static_cast<double>(usual_[i]);
}

void WeekProfile::learn(int weekday, double factor) {
    const auto i = static_cast<std::size_t>(weekday);
    double step = std::log(factor) - static_cast<double>(usual_[i]);
    if (seen_[i] >= kSeenEnough) step = std::clamp(step, -kStep, kStep);
    if (seen_[i] < 1'000) ++seen_[i];
    usual_[i] = static_cast<float>(usual_[i] + step * std::max(1.0 / seen_[i], kLearning));
}

double WeekProfile::share_of_week(int weekday) const {
    double sum = 0;
    for (std::size_t i = 0; i < usual_.size(); ++i) {
        if (seen_[i] < kSeenEnough) return 1;
        sum += std::exp(static_cast<double>(usual_[i]));
    }
    return static_cast<double>(usual_.size()) *
           std::exp(static_cast<double>(usual_[static_cast<std::size_t>(weekday)])) / sum;
}

void WeekProfile::move(double ln_factor) {
    for (float& usual : usual_) usual += static_cast<float>(ln_factor);
}

}  // namespace aw
