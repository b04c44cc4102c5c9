#include "core/detect/cohort_detector.hpp"

#include <algorithm>
#include <cmath>

namespace aw {
namespace {

constexpr double kFall = -0.2;           // ln: what is looked for; half of it is the least that is found
constexpr double kLeft = 0.92;           // a fall is told if no more than this is left since its onset
constexpr double kClip = 1.5;            // evidence of one day at most
constexpr double kLeastVariance = 4e-4;  // of the factor of a cohort that is alike every day
constexpr double kOutlier = 9;           // a squared error counts at most so many variances
constexpr double kLearning = 1.0 / 90;   // share of a new day in the variance
constexpr double kMostAlike = 0.8;       // correlation of a day with the day before
constexpr int kFirstDays = 21;           // until each weekday has been seen three times
constexpr double kQuiet = 1;             // up to this score a day is an ordinary one, and no fall has begun
constexpr double kLastDays = 0.2;        // share of a new day in the mean of an alarm's last days
constexpr int kNewLevel = 45;            // days until what is low is the level
constexpr int kLastYear = 52;            // weeks

int weekday0(Day day) { return weekday(day) - 1; }

}  // namespace

float& CohortDetector::week(std::int32_t number) { return weeks_[static_cast<std::uint32_t>(number) % kWeeks]; }

void CohortDetector::note(Day day, double gap) {
    const std::int32_t now = week_of(day).n;
    if (now != week_) {
        if (week_days_ > 0) week(week_) = gaps_ / static_cast<float>(week_days_);
        for (std::int32_t w = now - static_cast<std::int32_t>(kWeeks) + 1; w <= now; ++w) {
            if (w > week_) week(w) = 0;
        }
        week_ = now;
        gaps_ = 0;
        week_days_ = 0;
    }
    gaps_ += static_cast<float>(gap);
    ++week_days_;
}

// How far below the usual the cohort was last year at this time, give or take a week; <= 0.
double CohortDetector::season(Day day) {
    const std::int32_t then = week_of(day).n - kLastYear;
    float low = 0;
    for (std::int32_t w = then - 1; w <= then + 1; ++w) low = std::min(low, week(w));
    return static_cast<double>(low);
}

// REQUIRES: what is usual is known.
void CohortDetector::learn_variance(double error, double by_clients) {
    const double most = std::sqrt(kOutlier * (std::max(kLeastVariance, static_cast<double>(variance_)) + by_clients));
    const double seen = std::clamp(error, -most, most);
    const double share = std::max(kLearning, 1.0 / (days_ - kFirstDays));
    variance_ += static_cast<float>(share * (seen * seen - static_cast<double>(variance_)));
    covariance_ += static_cast<float>(share * (seen * static_cast<double>(before_) - static_cast<double>(covariance_)));
    before_ = static_cast<float>(seen);
}

// Of a sum of days, for each of them: bad days come in a row.
double CohortDetector::variance(double by_clients) const {
    const double of_day = std::max(kLeastVariance + by_clients, static_cast<double>(variance_));
    const double alike = std::clamp(static_cast<double>(covariance_) / of_day, 0.0, kMostAlike);
    return of_day * (1 + alike) / (1 - alike);
}

void CohortDetector::count(const Input& input, double error) {
    items_ += input.items;
    expected_ += input.expected * std::exp(input.shift - error);
}

void CohortDetector::begin(Day day) {
    onset_ = day;
    items_ = 0;
    expected_ = 0;
}

CohortDetector::Verdict CohortDetector::verdict(double threshold) const {
    Verdict v;
    v.score = std::min(1.0, static_cast<double>(score_) / threshold);
    v.onset = onset_;
    v.items = items_;
    v.expected = expected_;
    v.fell = expected_ > 0 && items_ <= kLeft * expected_;
    return v;
}

CohortDetector::Verdict CohortDetector::step_in_alarm(const Input& input, double error, double threshold) {
    count(input, error);
    back_ += static_cast<float>(kLastDays * (error - static_cast<double>(back_)));
    Verdict v = verdict(threshold);
    const double fell = std::log(std::max(items_, 1.0) / std::max(expected_, 1.0));
    const bool stays = input.day - onset_ >= kNewLevel;
    if (stays) usual_.move(static_cast<double>(back_));
    v.over = stays || static_cast<double>(back_) >= fell / 2;
    if (v.over) {
        alarm_ = false;
        score_ = 0;
    }
    return v;
}

CohortDetector::Verdict CohortDetector::step(const Input& input, double threshold) {
    if (input.holiday) return verdict(threshold);
    const double gap = usual_.shock(weekday0(input.day), std::exp(input.shift));
    const double error = gap < 0 ? std::min(0.0, gap - season(input.day)) : gap;
    note(input.day, gap);
    if (alarm_) return step_in_alarm(input, error, threshold);
    if (days_ < 1'000) ++days_;
    const double evidence = std::min(kClip, (kFall * error - kFall * kFall / 2) / variance(input.variance));
    if (days_ > kFirstDays) learn_variance(error, input.variance);
    if (days_ <= kWarmUpDays) {
        usual_.learn(weekday0(input.day), std::exp(input.shift));
        return verdict(threshold);
    }
    if (static_cast<double>(score_) <= kQuiet) begin(input.day);
    score_ = static_cast<float>(std::max(0.0, static_cast<double>(score_) + evidence));
    if (score_ > 0) count(input, error);
    if (static_cast<double>(score_) <= kQuiet) usual_.learn(weekday0(input.day), std::exp(input.shift));
    Verdict v = verdict(threshold);
    v.alarm = static_cast<double>(score_) >= threshold && v.fell;
    alarm_ = v.alarm;
    if (v.alarm) back_ = static_cast<float>(std::log(std::max(items_, 1.0) / std::max(expected_, 1.0)));
    return v;
}

}  // namespace aw
