// Inactivity: a silence that is too long for the client's own rhythm.
//
// Time is operational: an ordinary day is 1, a Sunday or a holiday as much less as the client and its cohort send then
// (weekday x factor, expectation.hpp), so a quiet week for everybody is no silence of this client. Gaps between active
// days are exponential with an uncertain mean; the chance that one is longer than Lambda is then
//
//     P = (T / (T + Lambda))^n        n, T: discounted number and total length of the gaps so far
//
// and a silence like this comes once in 1 / (P x gaps per year) years at this rhythm. That number is what is said, and
// what the limit is set on. Fewer than kLeastGaps gaps are no rhythm.
//
// A value, one for each client; 20 bytes.
#pragma once

#include "core/detect/watch_state.hpp"

namespace aw {

class Inactivity {
public:
    static constexpr double kLeastGaps = 4;

    struct Verdict {
        bool alarm = false;       // once in a silence ...
        bool lasts = false;       // ... and the days after it
        double threshold = 0;     // of return_years
        double return_years = 0;  // a silence this long comes once in so many years; 0: active, or no rhythm yet
        double silence = 0;       // ordinary days since the last active one ...
        double usual_gap = 0;     // ... and how many it takes in the mean

        // An alarm, or nearly one.
        [[nodiscard]] bool is_near() const { return !lasts && aw::is_near(return_years, threshold); }
    };

    // Takes one closed day. active: the client sent (or called for a pickup). exposure: weekday x factor of the day.
    Verdict step(bool active, double exposure, double limit_years);

    [[nodiscard]] bool is_in_alarm() const { return alarmed_at_ > 0; }
    [[nodiscard]] double silence() const { return silence_; }  // ordinary days since the last active one
    [[nodiscard]] double usual_gap() const { return gaps_ > 0 ? static_cast<double>(length_) / gaps_ : 0; }
    // A silence like the present one comes once in so many years; 0 = no rhythm yet.
    [[nodiscard]] double return_years() const;

    template <class Archive>
    void fields(Archive& archive) {
        archive(gaps_, length_, silence_, alarmed_at_, started_);
    }

private:
    void end_silence();

    float gaps_ = 0;
    float length_ = 0;
    float silence_ = 0;
    float alarmed_at_ = 0;  // the silence at the alarm; 0 = not in alarm
    bool started_ = false;  // there has been an active day
};

}  // namespace aw
