// The figures of one detector on one portfolio: false alarms, threshold, delay, missed share.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <utility>
#include <vector>

#include "bench/detection/detector.hpp"
#include "bench/detection/drops.hpp"

namespace aw::bench {

inline constexpr double kDelayCapDays = 60;

enum class Half { kCalibrates, kReports };

struct AlarmRate {
    std::size_t alarms = 0;
    double account_years = 0;
    [[nodiscard]] double per_account_year() const {
        return account_years > 0 ? static_cast<double>(alarms) / account_years : 0;
    }
};

// Alarms of an undisturbed portfolio between an account's warm-up and its end, over the account-years of that time.
[[nodiscard]] AlarmRate false_alarms(const World& world, std::span<const Alarm> alarms, Half half);
[[nodiscard]] AlarmRate false_alarms_of_both_halves(const World& world, std::span<const Alarm> alarms);

struct Calibration {
    double threshold = 0;
    bool reached = false;  // false: even the highest threshold alarms more often than the target
};

// Bisection: the lowest threshold found at which `rate(threshold)` keeps the target. REQUIRES rate to fall.
[[nodiscard]] Calibration calibrate(std::pair<double, double> range, double target,
                                    const std::function<double(double)>& rate, int steps = 13);
// The same with the false alarms of the calibrating half.
[[nodiscard]] Calibration calibrate(const Detector& detector, const World& world, double target_per_account_year);

// Adds up delays: alarm day - onset + 1, capped (at 60 days unless said otherwise); no alarm until then is a miss and
// counts as the cap.
class Delays {
public:
    explicit Delays(double cap_days = kDelayCapDays) : cap_days_(cap_days) {}
    void add_delay(double days);
    void add(std::span<const Drop> drops, std::span<const Alarm> alarms);
    [[nodiscard]] double mean_days() const { return drops_ == 0 ? 0 : sum_ / static_cast<double>(drops_); }
    [[nodiscard]] double missed_share() const {
        return drops_ == 0 ? 0 : static_cast<double>(missed_) / static_cast<double>(drops_);
    }
    [[nodiscard]] std::size_t drops() const { return drops_; }

private:
    double cap_days_;
    double sum_ = 0;
    std::size_t drops_ = 0;
    std::size_t missed_ = 0;
};

// Day of the first alarm of an account at or after `from`; kForEver: none.
[[nodiscard]] std::int32_t first_alarm(std::span<const Alarm> alarms, std::uint32_t account, std::int32_t from);

// CPU seconds of this process so far.
[[nodiscard]] double cpu_seconds();

}  // namespace aw::bench
