#include "bench/detection/product.hpp"

#include <cmath>

#include "bench/detection/product_watch.hpp"

namespace aw::bench {
namespace {

double rate_of(double threshold) { return 365 / std::exp(threshold); }

class ProductDetector final : public Detector {
public:
    [[nodiscard]] std::string_view name() const override { return "accountwatch"; }
    [[nodiscard]] std::pair<double, double> threshold_range() const override { return {1.5, 25}; }
    [[nodiscard]] bool pools() const override { return true; }
    [[nodiscard]] bool has_default_threshold() const override { return true; }
    [[nodiscard]] double default_threshold(double rate) const override { return std::log(365 / rate); }
    [[nodiscard]] bool states_probability() const override { return true; }
    [[nodiscard]] bool notices_recovery() const override { return true; }
    [[nodiscard]] bool names_lanes() const override { return true; }

    [[nodiscard]] std::vector<Alarm> run(const Portfolio& p, double threshold) const override {
        return watch(p, threshold).alarms;
    }

    [[nodiscard]] Outcome watch(const Portfolio& p, double threshold) const override {
        Outcome out;
        const Thresholds limits = thresholds_of(rate_of(threshold));
        const Certainty certainty;
        watch_days(p, kEverySource,
                   [&](std::size_t a, std::size_t d, Watched& w, const DayFactor& day, int weekday, bool warm) {
                       const auto found = w.step(p.series(a)[d], weekday, day, limits, warm);
                       if (found)
                           out.alarms.push_back({static_cast<std::uint32_t>(a), static_cast<std::int32_t>(d),
                                                 certainty.probability(w.cell, rate_of(threshold))});
                       if (w.recovered)
                           out.recoveries.push_back({static_cast<std::uint32_t>(a), static_cast<std::int32_t>(d)});
                   });
        return out;
    }

    [[nodiscard]] std::vector<LaneAlarm> run_lanes(const LanePortfolio& p, double threshold) const override {
        return lane_alarms(p, thresholds_of(rate_of(threshold)));
    }
};

}  // namespace

std::vector<LaneAlarm> lane_alarms(const LanePortfolio& p, const Thresholds& limits) {
    std::vector<LaneAlarm> alarms;
    watch_days(p.total, only(Source::kShare),
               [&](std::size_t a, std::size_t d, Watched& w, const DayFactor& day, int weekday, bool warm) {
                   const auto parts = parts_of(p, a, d);
                   const auto found = w.step(p.total.series(a)[d], weekday, day, limits, warm, -1, parts);
                   if (found == Source::kShare)
                       alarms.push_back({static_cast<std::uint32_t>(a), w.lane, static_cast<std::int32_t>(d)});
               });
    return alarms;
}

std::vector<std::unique_ptr<Detector>> product_detectors() {
    std::vector<std::unique_ptr<Detector>> list;
    list.push_back(std::make_unique<ProductDetector>());
    return list;
}

}  // namespace aw::bench
