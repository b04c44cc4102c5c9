#include "bench/detection/measure.hpp"

#include <algorithm>
#include <ctime>
#include <limits>

namespace aw::bench {
namespace {

constexpr int kBisectionSteps = 13;

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

Calibration calibrate(const Detector& detector, const World& world, double target_per_account_year) {
    const auto keeps_target = [&](double threshold) {
        const auto alarms = detector.run(world.portfolio, threshold);
        return false_alarms(world, alarms, Half::kCalibrates).per_account_year() <= target_per_account_year;
    };
    auto [low, high] = detector.threshold_range();
    if (!keeps_target(high)) return {high, false};
    for (int step = 0; step < kBisectionSteps; ++step) {
        const double middle = 0.5 * (low + high);
        (keeps_target(middle) ? high : low) = middle;
    }
    return {high, true};
}

void Delays::add(std::span<const Drop> drops, std::span<const Alarm> alarms) {
    for (const Drop& drop : drops) {
        std::int32_t first = std::numeric_limits<std::int32_t>::max();
        for (const Alarm& alarm : alarms)
            if (alarm.account == drop.account && alarm.day >= drop.onset) first = std::min(first, alarm.day);
        const double delay = static_cast<double>(first) - drop.onset + 1;
        ++drops_;
        sum_ += std::min(delay, kDelayCapDays);
        if (delay > kDelayCapDays) ++missed_;
    }
}

double cpu_seconds() {
    timespec time{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

}  // namespace aw::bench
