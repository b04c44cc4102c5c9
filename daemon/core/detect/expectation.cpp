#include "core/detect/expectation.hpp"

#include <algorithm>
#include <cmath>

namespace aw {
namespace {

constexpr double kLevelHalfLife = 30;        // days
constexpr double kDispersionHalfLife = 150;  // days
constexpr double kWeekdayHalfLife = 20;      // visits of the same weekday
constexpr double kWeekdayPseudoCounts = 15;  // of the cohort's own weekday
constexpr double kHolidayHalfLife = 10;      // days of holidays
constexpr double kHolidayPseudoCounts = 4;   // of a holiday like the cohort's
constexpr double kGreatHoliday = 3;          // one day counts at most so many times what was expected
constexpr double kDispersionPrior = 0.1;
constexpr double kDispersionPriorWeight = 15;
constexpr double kOutlier = 9;  // a squared error counts at most so many variances
constexpr double kLeastExpected = 1e-4;

double kept(double half_life, int days) { return std::exp2(-days / half_life); }

}  // namespace

void Expectation::Evidence::add(const Evidence& more) {
    items += more.items;
    exposure += more.exposure;
    excess += more.excess;
    weight += more.weight;
    days = static_cast<std::uint16_t>(days + more.days);
}

// Mean 1 over the week, whatever was learned.
double Expectation::weekday_ratio(int weekday) const {
    double sum = 0;
    double mine = 1;
    for (int k = 0; k < 7; ++k) {
        const auto i = static_cast<std::size_t>(k);
        const double ratio = (weekday_items_[i] + kWeekdayPseudoCounts) / (weekday_expected_[i] + kWeekdayPseudoCounts);
        sum += ratio;
        if (k == weekday) mine = ratio;
    }
    return 7 * mine / sum;
}

double Expectation::holiday_ratio() const {
    return (holiday_items_ + kHolidayPseudoCounts) / (holiday_expected_ + kHolidayPseudoCounts);
}

double Expectation::dispersion() const {
    const double own = (excess_ + kDispersionPriorWeight * kDispersionPrior) / (weight_ + kDispersionPriorWeight);
    return std::max(0.0, own) + 1 / (items_ + 1);
}

Expectation::Forecast Expectation::forecast(int weekday, const DayFactor& day) const {
    Forecast f;
    f.level = level();
    f.exposure = weekday_ratio(weekday) * day.factor * day.completeness;
    if (day.holiday) f.exposure *= holiday_ratio();
    f.mu = std::max(kLeastExpected, f.level * f.exposure);
    f.phi = dispersion() + day.phi;
    return f;
}

Expectation::Evidence Expectation::evidence(double items, const Forecast& f) {
    const double error = items - f.mu;
    const double variance = f.mu + f.phi * f.mu * f.mu;
    // The inverse variance of a day's estimate of phi, up to a constant.
    const double weight = 1 / ((1 / f.mu + 0.15) * (1 / f.mu + 0.15));
    const double excess = (std::min(error * error, kOutlier * variance) - f.mu) / (f.mu * f.mu);
    Evidence e;
    e.items = static_cast<float>(items);
    e.exposure = static_cast<float>(f.exposure);
    e.excess = static_cast<float>(weight * excess);
    e.weight = static_cast<float>(weight);
    e.days = 1;
    return e;
}

void Expectation::learn(const Evidence& e) {
    const double level = kept(kLevelHalfLife, e.days);
    const double dispersion = kept(kDispersionHalfLife, e.days);
    items_ = static_cast<float>(items_ * level + e.items);
    exposure_ = static_cast<float>(exposure_ * level + e.exposure);
    excess_ = static_cast<float>(excess_ * dispersion + e.excess);
    weight_ = static_cast<float>(weight_ * dispersion + e.weight);
}

void Expectation::learn_weekday(int weekday, double items, const Forecast& f, const DayFactor& day) {
    static const double kKept = kept(kWeekdayHalfLife, 1);
    const auto i = static_cast<std::size_t>(weekday);
    weekday_items_[i] = static_cast<float>(weekday_items_[i] * kKept + items);
    weekday_expected_[i] = static_cast<float>(weekday_expected_[i] * kKept + f.level * day.factor * day.completeness);
}

void Expectation::learn_holiday(double items, const Forecast& f) {
    static const double kKept = kept(kHolidayHalfLife, 1);
    const double like_the_cohort = f.mu / holiday_ratio();
    const double weight = 1 / (1 + f.phi * f.mu);
    const double counted = std::min(items, kGreatHoliday * like_the_cohort);
    holiday_items_ = static_cast<float>(holiday_items_ * kKept + weight * counted);
    holiday_expected_ = static_cast<float>(holiday_expected_ * kKept + weight * like_the_cohort);
}

void Expectation::rebase(const Evidence& e) {
    items_ = e.items;
    exposure_ = std::max(e.exposure, 0.1F);
}

}  // namespace aw
