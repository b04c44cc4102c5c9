// Gradual decline: a client that sends less and less, too slowly for the sharp-drop detector, whose level follows.
//
// The same sequential test (drop_detector.hpp) of "half of it" against a level with a half-life of 75 days. What makes
// the long view hard is not the counts: an ordinary client's level wanders by itself, for weeks on end, and each
// client's by another amount. So the wander is learned, as the mean square of ln(fast level / slow level) beyond what
// counting explains, and enters the dispersion: a day of a client that wanders says less.
//
// A value, one for each client; 40 bytes.
#pragma once

#include <cstdint>

#include "core/detect/expectation.hpp"

namespace aw {

class DeclineDetector {
public:
    static constexpr int kRestDays = 28;
    static constexpr int kPendingDays = 60;
    static constexpr int kWarmUpDays = 90;

    struct Verdict {
        bool alarm = false;
        double score = 0;
        int days = 0;         // of evidence; the onset is the first of them
        double observed = 0;  // items in these days ...
        double expected = 0;  // ... and what was expected in them
        double level = 0;     // items on an ordinary day before the loss
        double threshold = 0;
    };

    // Takes one closed day. forecast: the drop detector's, for its exposure, dispersion and (fast) level.
    Verdict step(double items, const Expectation::Forecast& forecast, const DayFactor& day, double threshold);
    // Another source has alarmed: what was lost is known, and `level` is what is left.
    void rebase(double level);

    [[nodiscard]] double level() const { return (items_ + 0.5) / (exposure_ + 0.5); }
    [[nodiscard]] double score() const { return score_; }
    [[nodiscard]] double wander() const;  // variance of ln level

    template <class Archive>
    void fields(Archive& archive) {
        archive(items_, exposure_, pending_items_, pending_exposure_, wander_, wander_days_, score_, days_,
                pending_days_, rest_);
    }

private:
    void learn_pending();
    void learn_wander(const Expectation::Forecast& forecast, double mu);

    float items_ = 0;  // discounted
    float exposure_ = 0;
    float pending_items_ = 0;
    float pending_exposure_ = 0;
    float wander_ = 0;  // of so many discounted days
    float wander_days_ = 0;
    float score_ = 0;
    std::uint16_t days_ = 0;
    std::uint16_t pending_days_ = 0;
    std::uint16_t rest_ = 0;
};

}  // namespace aw
