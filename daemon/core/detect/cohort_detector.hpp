// CohortDetector: a whole cohort falls, and stays down. The pooled day factor takes what a cohort has in common out of
// every client's expectation, so that nobody is blamed for the weather; whoever watches the factor itself sees the fall
// that all of them share: once, instead of a hundred times or never (detection.md section 3, "Portfolio").
//
// A CUSUM on ln of the factor, in what is usual for the weekday, with the variance that it has shown; a fall that came
// last year at the same time is the season. Days of the calendar's holidays are no evidence. A cohort that is part of a
// larger one is judged by its factor over the larger one's, so that what everybody does is told of everybody only.
//
// Pure; one for each cohort, fed with one day after the other.
#pragma once

#include <array>
#include <cstdint>

#include "base/time.hpp"
#include "core/detect/day_factor.hpp"

namespace aw {

class CohortDetector {
public:
    static constexpr int kWarmUpDays = 56;  // on which the factor was known

    struct Input {
        Day day;
        double shift = 0;     // ln factor, over the larger cohort's
        double variance = 0;  // of it, by the clients' own irregularity
        double items = 0;
        double expected = 0;   // at factor 1, times the larger cohort's
        bool holiday = false;  // by the calendar
    };
    struct Verdict {
        double score = 0;    // as far as the alarm
        bool fell = false;   // far enough to be told
        bool alarm = false;  // on this day
        bool over = false;   // it is back, or this is the new level
        Day onset;           // of the fall: the alarm's, or the one in the making
        double items = 0;    // from the onset on
        double expected = 0;
    };
    [[nodiscard]] Verdict step(const Input& input, double threshold);

    [[nodiscard]] bool is_in_alarm() const { return alarm_; }
    [[nodiscard]] int days_known() const { return days_; }

    template <class Archive>
    void fields(Archive& archive) {
        archive(usual_, weeks_, week_, gaps_, week_days_, variance_, covariance_, before_, days_, alarm_, score_, back_,
                onset_, items_, expected_);
    }

private:
    static constexpr std::uint32_t kWeeks = 54;  // a year and one on either side

    void note(Day day, double gap);
    [[nodiscard]] float& week(std::int32_t number);
    [[nodiscard]] double season(Day day);
    void learn_variance(double error, double by_clients);
    [[nodiscard]] double variance(double by_clients) const;
    void count(const Input& input, double error);
    void begin(Day day);
    [[nodiscard]] Verdict verdict(double threshold) const;
    [[nodiscard]] Verdict step_in_alarm(const Input& input, double error, double threshold);

    WeekProfile usual_;
    std::array<float, kWeeks> weeks_{};  // mean gap to the usual in a week, by its number modulo kWeeks; 0 = not known
    std::int32_t week_ = 0;              // the one that is being summed up; 0 = none yet
    float gaps_ = 0;
    std::uint8_t week_days_ = 0;
    float variance_ = 0;
    float covariance_ = 0;  // with the day before
    float before_ = 0;      // its error
    std::uint16_t days_ = 0;
    bool alarm_ = false;
    float score_ = 0;
    float back_ = 0;  // mean error of an alarm's last days
    Day onset_;
    double items_ = 0;  // from the onset on
    double expected_ = 0;
};

}  // namespace aw
