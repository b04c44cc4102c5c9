#include "core/detect/inactivity.hpp"

#include <cmath>

namespace aw {
namespace {

constexpr double kHalfLife = 30;  // gaps
constexpr double kDaysOfYear = 365;

}  // namespace

double Inactivity::return_years() const {
    if (gaps_ < kLeastGaps) return 0;
    const double n = gaps_;
    const double total = length_;
    // 1 / (P x gaps per year), gaps per year = 365 n / T. In logarithms: P of a dead client underflows.
    const double log_years = n * std::log1p(silence_ / total) - std::log(kDaysOfYear * n / total);
    return std::exp(std::fmin(log_years, 20));
}

// A silence that was an alarm counts as long as it was then: what came after it was no rhythm.
void Inactivity::end_silence() {
    static const float kKept = static_cast<float>(std::exp2(-1 / kHalfLife));
    if (started_) {
        gaps_ = gaps_ * kKept + 1;
        length_ = length_ * kKept + (alarmed_at_ > 0 ? alarmed_at_ : silence_);
    }
    started_ = true;
    silence_ = 0;
    alarmed_at_ = 0;
}

Inactivity::Verdict Inactivity::step(bool active, double exposure, double limit_years) {
    silence_ += static_cast<float>(exposure);
    if (active) {
        end_silence();
        return {};
    }
    Verdict v;
    v.silence = silence_;
    v.usual_gap = usual_gap();
    v.return_years = return_years();
    v.threshold = limit_years;
    v.lasts = is_in_alarm();
    if (v.return_years >= limit_years && !v.lasts) {
        v.alarm = true;
        alarmed_at_ = silence_;
    }
    return v;
}

}  // namespace aw
