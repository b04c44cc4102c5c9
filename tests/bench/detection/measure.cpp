#include "bench/detection/measure.hpp"

#include <algorithm>
#include <ctime>

namespace aw::bench {
namespace {

bool in_half(std::uint32_t account, Half half) { return calibrates(account) == (half == Half::kCalibrates); }

}  // namespace

AlarmRate false_alarms(const World& world, std::span<const Alarm> alarms, Half half) {
    AlarmRate rate;
    const Portfolio& portfolio = world.portfolio;
    for (std::uint32_t account = 0; account < portfolio.accounts; ++account) {
        if (!in_half(account, half)) continue;
        const std::int32_t days = world.truth.ends[account] - portfolio.warm_from(account);
        rate.account_years += std::max(0, days) / 365.0;
    }
    for (const Alarm& alarm : alarms) {
        if (!in_half(alarm.account, half)) continue;
        if (alarm.day >= portfolio.warm_from(alarm.account) && alarm.day < world.truth.ends[alarm.account])
            ++rate.alarms;
    }
    return rate;
}

AlarmRate false_alarms_of_both_halves(const World& world, std::span<const Alarm> alarms) {
    AlarmRate both = false_alarms(world, alarms, Half::kReports);
    const AlarmRate other = false_alarms(world, alarms, Half::kCalibrates);
    both.alarms += other.alarms;
    both.account_years += other.account_years;
    return both;
}

Calibration calibrate(std::pair<double, double> range, double target, const std::function<double(double)>& rate,
                      int steps) {
    auto [low, high] = range;
    if (rate(high) > target) return {high, false};
    for (int step = 0; step < steps; ++step) {
        const double middle = 0.5 * (low + high);
        (rate(middle) <= target ? high : low) = middle;
    }
    return {high, true};
}

Calibration calibrate(const Detector& detector, const World& world, double target_per_account_year) {
    return calibrate(detector.threshold_range(), target_per_account_year, [&](double threshold) {
        const auto alarms = detector.run(world.portfolio, threshold);
        return false_alarms(world, alarms, Half::kCalibrates).per_account_year();
    });
}

std::int32_t first_alarm(std::span<const Alarm> alarms, std::uint32_t account, std::int32_t from) {
    std::int32_t first = kForEver;
    for (const Alarm& alarm : alarms)
        if (alarm.account == account && alarm.day >= from) first = std::min(first, alarm.day);
    return first;
}

void Delays::add_delay(double days) {
    ++drops_;
    sum_ += std::min(days, cap_days_);
    if (days > cap_days_) ++missed_;
}

void Delays::add(std::span<const Drop> drops, std::span<const Alarm> alarms) {
    for (const Drop& drop : drops)
        add_delay(static_cast<double>(first_alarm(alarms, drop.account, drop.onset)) - drop.onset + 1);
}

double cpu_seconds() {
    timespec time{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

}  // namespace aw::bench
