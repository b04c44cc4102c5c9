// The sharp-drop detector: a sequential test, day by day, of "sends as usual" against "sends a share rho of it".
//
//     r = 1/phi, c = (r + mu)/(r + rho mu), llr = r ln c + x ln(rho c), S = max(0, S + llr), alarm at S >= h
//
// the CUSUM of negative-binomial counts (Page 1954; Hoehle and Paul 2008). Three things make it work on real clients:
//   - rho follows the evidence of the days before (never of the day it judges, so that the false-alarm rate still
//     follows from h; Lorden and Pollak 2005): a stop is not taken for a drop by half.
//   - While S > 0 the days are kept apart from the level (pending), so that a drop does not spoil what it is measured
//     against; they are learned when S is back at 0, or after kPendingDays. The same days are the evidence of an alarm.
//   - The threshold is the client's own: higher for one whose days prove much, lower for one whose days prove little.
//     The mean delay, the sum of h/KL over clients, under one budget of false alarms, the sum of exp(-h), is least
//     where h differs by ln KL; KL: what an ordinary day is expected to prove (Kullback and Leibler 1951).
//   - On a day on which the whole cohort did something unusual, clients differ from each other, too, and differ for
//     days on end: such a day counts less the further it is from usual.
// After an alarm the new level is learned from the evidence, and the account rests for kRestDays.
//
// It is back when its days prove the level before the alarm against what was left, and when they come to kBackLeast of
// it: a client of whom half is gone has days enough that tell more for the whole than for a third.
//
// A value, one for each client; about 110 bytes.
#pragma once

#include "core/detect/expectation.hpp"

namespace aw {

class DropDetector {
public:
    static constexpr int kRestDays = 28;
    static constexpr int kPendingDays = 30;
    static constexpr int kWarmUpDays = 28;  // no alarm before so many days are known

    struct Verdict {
        Expectation::Forecast forecast;  // of the day
        double score = 0;                // S after the day
        double threshold = 0;            // the client's own
        bool alarm = false;
        bool warming_up = false;  // it would have been one, but too little is known
        bool recovered = false;   // back at the level before the alarm
        bool ended = false;       // the alarm is over: recovered, or so old that the new level is the ordinary one
        int days = 0;             // days of evidence; the onset is the first of them
        double observed = 0;      // items in these days ...
        double expected = 0;      // ... and what was expected in them
    };

    // Takes one closed day. weekday: 0 = Monday ... 6 = Sunday. h > 0: threshold of a client like most.
    Verdict step(double items, int weekday, const DayFactor& day, double h);

    // This client's.
    [[nodiscard]] double threshold(double h) const;

    // Another detector has found a loss that this one did not: what it rests on, and the level before it. From now on
    // the client is in alarm, and rests, as after an alarm of its own.
    void take_loss(double expected, double observed, double level_before);

    [[nodiscard]] const Expectation& expectation() const { return expectation_; }
    [[nodiscard]] double score() const { return score_; }
    // The days since the score left 0: what an alarm would rest on.
    [[nodiscard]] const Expectation::Evidence& pending() const { return pending_; }
    [[nodiscard]] int days_known() const { return days_; }
    [[nodiscard]] bool is_resting() const { return rest_ > 0; }
    [[nodiscard]] bool is_in_alarm() const { return old_level_ > 0; }
    // Items on an ordinary day before the alarm; 0 = not in alarm.
    [[nodiscard]] double level_before() const { return old_level_; }
    // The evidence that it is back, as a share of what proves it; 0 when not in alarm.
    [[nodiscard]] double recovery_share() const;
    // The clients whose days say what an ordinary one is.
    [[nodiscard]] bool is_in_pool() const;

    template <class Archive>
    void fields(Archive& archive) {
        archive(expectation_, pending_, score_, old_level_, gone_share_, recovery_, days_, rest_, alarm_days_);
        if (archive.version() >= 5) archive(back_items_, back_exposure_);
    }

private:
    [[nodiscard]] double evidence_of(double items, const Expectation::Forecast& forecast, const DayFactor& day) const;
    void raise_alarm();
    void begin_alarm(double level_before, double share);
    void end_alarm();
    [[nodiscard]] double back_threshold() const;
    [[nodiscard]] bool is_back(double items, const Expectation::Forecast& forecast);

    Expectation expectation_;
    Expectation::Evidence pending_;
    float score_ = 0;
    float old_level_ = 0;   // items on an ordinary day before the alarm; 0 = not in alarm
    float gone_share_ = 0;  // what was left of it
    float recovery_ = 0;    // evidence that it is back; of the days since it left 0, the later ones more than others:
    float back_items_ = 0;  // items ...
    float back_exposure_ = 0;  // ... and ordinary days
    std::uint16_t days_ = 0;
    std::uint16_t rest_ = 0;
    std::uint16_t alarm_days_ = 0;
};

// ln of the likelihood of `items` under a mean of share x mu against one of mu, negative binomial with dispersion phi.
[[nodiscard]] double log_likelihood_ratio(double items, double mu, double phi, double share);

// What one day may prove: no more than `limit`, and no more than that the day is not recorded yet. A client's day, or
// one lane of it, is often one booking, which comes late as a whole.
[[nodiscard]] double day_limit(double limit, double completeness);

}  // namespace aw
