// Expectation: how many items a client sends on an ordinary day, and how irregular it is about it.
//
//     mu = level x weekday x holiday x factor
//
// level: a discounted gamma-Poisson, so that a client that grows is followed; weekday: seven ratios of the client's
// own, relative to its cohort; holiday: one more, with a short memory, because clients differ most on holidays, and
// each is the same from one day of a holiday to the next; factor: what the whole cohort did that day (day_factor.hpp),
// which no client did by itself. Dispersion: the variance is mu + phi mu^2; phi is the client's own, learned from its
// squared errors.
//
// A value: no clock, no allocation; what is stored is floats, what is computed doubles. Sources: West and Harrison,
// Bayesian Forecasting and Dynamic Models (discounting); Hoehle and Paul 2008 (negative binomial surveillance).
#pragma once

#include <array>
#include <cstdint>

namespace aw {

// What the detectors ask of a day: shared by every client of the cohort.
struct DayFactor {
    double factor = 1;        // share of an ordinary day that the cohort sent, weekday included; > 0
    double phi = 0;           // how much more than usual the clients differed from it, as dispersion
    double shock = 0;         // ln(factor / what the cohort usually sends on that weekday)
    double completeness = 1;  // share of the day's final count that is known, (0, 1]
    bool holiday = false;     // by the calendar
};

class Expectation {
public:
    // What one day adds, kept apart while there is doubt whether the day belongs to the ordinary (drop_detector.hpp).
    struct Evidence {
        float items = 0;
        float exposure = 0;  // sum of weekday x factor: ordinary days, so to speak
        float excess = 0;    // weighted excess of the squared error over Poisson ...
        float weight = 0;    // ... and its weights
        std::uint16_t days = 0;

        void add(const Evidence& more);
        template <class Archive>
        void fields(Archive& archive) {
            archive(items, exposure, excess, weight, days);
        }
    };

    struct Forecast {
        double mu = 0;        // items expected
        double phi = 0;       // dispersion, the uncertainty of the level included
        double level = 0;     // items on a day with exposure 1
        double exposure = 0;  // weekday x holiday x factor x completeness
    };

    // weekday: 0 = Monday ... 6 = Sunday.
    [[nodiscard]] Forecast forecast(int weekday, const DayFactor& day) const;
    // What `items` on such a day say; not learned yet.
    [[nodiscard]] static Evidence evidence(double items, const Forecast& forecast);
    void learn(const Evidence& evidence);
    // The client's own weekday, learned on ordinary days only.
    void learn_weekday(int weekday, double items, const Forecast& forecast, const DayFactor& day);
    // The client's own holiday, learned day by day, whatever the score: nothing but holidays follows from it.
    void learn_holiday(double items, const Forecast& forecast);
    // Days of evidence become the level: after an alarm, the new one.
    void rebase(const Evidence& evidence);

    [[nodiscard]] double level() const { return (items_ + 0.5) / (exposure_ + 0.5); }
    [[nodiscard]] double items() const { return items_; }  // discounted: how much the level rests on
    // phi on an ordinary day, the uncertainty of the level included: a new client, or one with few items, limits
    // itself.
    [[nodiscard]] double dispersion() const;

    template <class Archive>
    void fields(Archive& archive) {
        archive(items_, exposure_, excess_, weight_, weekday_items_, weekday_expected_);
        if (archive.version() >= 3) archive(holiday_items_, holiday_expected_);
    }

private:
    [[nodiscard]] double weekday_ratio(int weekday) const;
    [[nodiscard]] double holiday_ratio() const;

    float items_ = 0;
    float exposure_ = 0;
    float excess_ = 0;
    float weight_ = 0;
    std::array<float, 7> weekday_items_{};
    std::array<float, 7> weekday_expected_{};
    float holiday_items_ = 0;  // in units of independent counts: an irregular client's many items say less
    float holiday_expected_ = 0;
};

}  // namespace aw
