#include "core/detect/day_factor.hpp"

#include <algorithm>
#include <cmath>

namespace aw {
namespace {

constexpr double kCap = 3;            // a ratio counts at most so much
constexpr double kSpread = 0.15;      // how far clients usually are from the factor, as dispersion
constexpr double kOutlier = 9;        // a squared error counts at most so many variances
constexpr double kLeastFactor = 0.02;
constexpr int kSeenEnough = 3;
constexpr double kLearning = 0.12;    // share of a new day in the usual one
constexpr double kStep = 0.3;         // a shock moves the usual day at most so far

double weight_of(double mu) { return 1 / (1 / mu + kSpread); }

}  // namespace

void DayPool::add(double items, const Expectation::Forecast& f) {
    const double weight = weight_of(f.mu);
    weight_ += weight;
    ratio_ += weight * std::min(kCap, items / f.mu);
    ++clients_;
}

double DayPool::factor() const { return std::max(kLeastFactor, ratio_ / weight_); }

void DayPool::add_error(double items, const Expectation::Forecast& f) {
    const double variance = f.mu + f.phi * f.mu * f.mu;
    const double error = std::min(kOutlier * variance, (items - f.mu) * (items - f.mu));
    const double weight = weight_of(f.mu) * weight_of(f.mu);
    error_weight_ += weight;
    excess_ += weight * (error - variance) / (f.mu * f.mu);
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

}  // namespace aw
