// Detectors that look at one account at a time: the loop, the warm-up and the pause, once for all of them.
#pragma once

#include <string_view>
#include <utility>
#include <vector>

#include "bench/detection/detector.hpp"

namespace aw::bench {

// Statistic: a default-constructible state of one account with
//   double step(std::uint32_t count, int weekday);   // takes a day, returns its statistic; alarm at >= threshold
//   void reset();                                    // after an alarm and during the pause: the evidence starts anew
template <class Statistic>
std::vector<Alarm> run_series(const Portfolio& portfolio, double threshold, const Statistic& initial) {
    std::vector<Alarm> alarms;
    for (std::uint32_t account = 0; account < portfolio.accounts; ++account) {
        Statistic statistic = initial;
        const auto series = portfolio.series(account);
        const std::int32_t warm = portfolio.warm_from(account);
        std::int32_t silent_until = warm;
        for (auto day = portfolio.starts[account]; day < static_cast<std::int32_t>(portfolio.days); ++day) {
            const auto index = static_cast<std::size_t>(day);
            const double value = statistic.step(series[index], portfolio.weekday(index));
            if (day < silent_until) {
                if (day >= warm) statistic.reset();
            } else if (value >= threshold) {
                alarms.push_back({account, day});
                silent_until = day + kPauseDays;
                statistic.reset();
            }
        }
    }
    return alarms;
}

template <class Statistic>
class SeriesDetector final : public Detector {
public:
    SeriesDetector(std::string_view name, std::pair<double, double> range) : name_(name), range_(range) {}
    [[nodiscard]] std::string_view name() const override { return name_; }
    [[nodiscard]] std::pair<double, double> threshold_range() const override { return range_; }
    [[nodiscard]] std::vector<Alarm> run(const Portfolio& portfolio, double threshold) const override {
        return run_series(portfolio, threshold, Statistic{});
    }
    [[nodiscard]] bool has_default_threshold() const override { return Statistic::kLogLikelihood; }
    [[nodiscard]] double default_threshold(double rate) const override { return Statistic::default_threshold(rate); }

private:
    std::string_view name_;
    std::pair<double, double> range_;
};

}  // namespace aw::bench
