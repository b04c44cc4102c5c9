// Yield: revenue per item, so that "pays less" is told from "ships less".
//
// Revenue = items x yield. The drop detector runs on items; this one on y = ln(revenue / items) of an invoice day and
// the items since the invoice day before: a client may be billed every day, every week or every month. Normal around
// the usual yield, a two-sided CUSUM of "a fifth less" and "a fifth more" against "as usual", the variance the client's
// own:
//
//     var(y) = sigma^2 (1 / items + tau),  llr = d (e - d / 2) / var,  e = y - usual, d = ln 0.8 or -ln 0.8
//
// An invoice of n days counts as sqrt(n) days: in what it may prove, in the warm-up, in how fast the usual yield
// follows. One that is left out, or written twice, therefore proves no alarm by itself. What a credit note takes back
// belongs to other invoices, so that a day on which nothing else is billed says nothing. Invoices are kept apart while
// there is doubt, as days are in drop_detector.hpp. A value; 72 bytes.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "core/detect/watch_state.hpp"

namespace aw {

class YieldDetector {
public:
    static constexpr int kRestDays = 28;
    static constexpr int kPendingDays = 45;
    static constexpr int kWarmUpDays = 28;  // of daily invoices; 11 weekly ones, or 6 monthly ones
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
        int days = 0;                   // of evidence: those that its invoices are for

        // An alarm that it pays less, or nearly one.
        [[nodiscard]] bool is_near() const { return towards == Change::kLess && aw::is_near(score, threshold); }
    };

    // Takes one closed day. revenue < 0: not known, and so not which days the next invoice is for.
    Verdict step(double items, double revenue, double threshold);
    // A day of which nothing is known.
    void pass_over() { billed_ = false; }

    [[nodiscard]] double usual() const;
    [[nodiscard]] double score() const { return std::max(less_, more_); }
    // Of daily invoices, or as much.
    [[nodiscard]] int days_known() const { return static_cast<int>(std::ceil(known_days_)); }
    // Revenue per item before it fell; 0 = it has not, is back, or fell more than kForgetAlarmDays ago.
    [[nodiscard]] double before() const { return before_; }

    template <class Archive>
    void fields(Archive& archive) {
        std::uint16_t days = 0;  // before version 10, which counted days alone
        archive(sum_, weight_, squares_, known_, less_, more_, pending_sum_, pending_weight_, pending_squares_,
                pending_items_, before_, days, pending_known_, rest_, alarm_days_);
        if (archive.version() >= 10) {
            archive(pending_ordinary_, known_days_, pending_days_, pending_span_, unbilled_, unbilled_days_, billed_);
        } else {
            pending_ordinary_ = pending_sum_;
            known_days_ = days;
            pending_days_ = pending_span_ = pending_known_;
        }
    }

private:
    [[nodiscard]] double sigma2() const;
    void learn_pending();
    // Adds one invoice day to the evidence; days: that it is for.
    void add_invoice(double items, double revenue, int days);

    float sum_ = 0;  // of y x weight, discounted; weight = 1 / (1 / items + tau) ...
    float weight_ = 0;
    float squares_ = 0;  // ... and of weight x error^2, of known_ invoices
    float known_ = 0;
    float less_ = 0;
    float more_ = 0;
    float pending_sum_ = 0;
    float pending_ordinary_ = 0;  // the same, of odd invoices no more than what is odd
    float pending_weight_ = 0;
    float pending_squares_ = 0;
    float pending_items_ = 0;
    float before_ = 0;
    float known_days_ = 0;             // sqrt(days) of every invoice
    float pending_days_ = 0;           // ... of those of the evidence, ...
    std::uint16_t pending_known_ = 0;  // ... how many they are ...
    std::uint16_t pending_span_ = 0;   // ... and how many days they are for
    float unbilled_ = 0;               // items since the last invoice day ...
    std::uint16_t unbilled_days_ = 0;  // ... in so many days
    bool billed_ = false;              // there has been one, and every day since is known
    std::uint16_t rest_ = 0;
    std::uint16_t alarm_days_ = 0;
};

}  // namespace aw
