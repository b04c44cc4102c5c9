// Yield: revenue per item, so that "pays less" is told from "ships less".
//
// Revenue = items x yield. The drop detector runs on items; this one on y = ln(revenue / items) of the days with both:
// normal around the usual yield, a two-sided CUSUM of "a fifth less" and "a fifth more" against "as usual", the
// variance the client's own:
//
//     var(y) = sigma^2 (1 / items + tau),  llr = d (e - d / 2) / var,  e = y - usual, d = ln 0.8 or -ln 0.8
//
// Days are kept apart while there is doubt, as in drop_detector.hpp. A value; 56 bytes.
#pragma once

#include <algorithm>
#include <cstdint>

#include "core/detect/watch_state.hpp"

namespace aw {

class YieldDetector {
public:
    static constexpr int kRestDays = 28;
    static constexpr int kPendingDays = 45;
    static constexpr int kWarmUpDays = 28;  // with items and revenue
    static constexpr int kForgetAlarmDays = 180;

    enum class Change : std::uint8_t { kNone, kLess, kMore };

    struct Verdict {
        Change change = Change::kNone;  // of this day's alarm
        Change towards = Change::kNone;  // what its evidence speaks for
        double score = 0;               // the higher of the two
        double threshold = 0;
        double usual = 0;               // revenue per item
        double now = 0;                 // ... in the days of evidence
        double items = 0;               // ... and how many items these had
        int days = 0;                   // of evidence: days with items and revenue

        // An alarm that it pays less, or nearly one.
        [[nodiscard]] bool is_near() const { return towards == Change::kLess && aw::is_near(score, threshold); }
    };

    // Takes one closed day. A day without items or without revenue says nothing.
    Verdict step(double items, double revenue, double threshold);

    [[nodiscard]] double usual() const;
    [[nodiscard]] double score() const { return std::max(less_, more_); }
    [[nodiscard]] int days_known() const { return days_; }
    // Revenue per item before it fell; 0 = it has not, is back, or fell more than kForgetAlarmDays ago.
    [[nodiscard]] double before() const { return before_; }

    template <class Archive>
    void fields(Archive& archive) {
        archive(sum_, weight_, squares_, known_, less_, more_, pending_sum_, pending_weight_, pending_squares_,
                pending_items_, before_, days_, pending_days_, rest_, alarm_days_);
    }

private:
    [[nodiscard]] double sigma2() const;
    void learn_pending();

    float sum_ = 0;  // of y x weight, discounted; weight = 1 / (1 / items + tau) ...
    float weight_ = 0;
    float squares_ = 0;  // ... and of weight x error^2, of known_ days
    float known_ = 0;
    float less_ = 0;
    float more_ = 0;
    float pending_sum_ = 0;
    float pending_weight_ = 0;
    float pending_squares_ = 0;
    float pending_items_ = 0;
    float before_ = 0;
    std::uint16_t days_ = 0;
    std::uint16_t pending_days_ = 0;
    std::uint16_t rest_ = 0;
    std::uint16_t alarm_days_ = 0;
};

}  // namespace aw
