// Small portfolios with a known model, for tests of the evaluation.
#pragma once

#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "bench/detection/detector.hpp"
#include "bench/detection/random.hpp"

namespace aw::bench {

// Independent negative-binomial days of one mean (phi = 0: Poisson), no weekday, no trend.
inline World steady_world(std::size_t accounts, std::size_t days, double mean, double phi, std::uint64_t seed) {
    World world;
    world.portfolio = {.name = "steady", .first_day = 20000, .accounts = accounts, .days = days};
    Random random(seed);
    for (std::size_t i = 0; i < accounts * days; ++i) {
        world.portfolio.counts.push_back(random.negative_binomial(mean, phi));
        world.truth.mean.push_back(static_cast<float>(mean));
    }
    world.portfolio.cohorts.assign(accounts, {});
    world.portfolio.holiday.assign(days, 0.0F);
    world.portfolio.starts.assign(accounts, 0);
    world.truth.phi.assign(accounts, static_cast<float>(phi));
    world.truth.ends.assign(accounts, static_cast<std::int32_t>(days));
    return world;
}

// Gives the alarms it was told to, whatever it sees.
class Script : public Detector {
public:
    explicit Script(std::vector<Alarm> alarms, std::vector<Recovery> recoveries = {})
        : alarms_(std::move(alarms)), recoveries_(std::move(recoveries)) {}
    [[nodiscard]] std::string_view name() const override { return "script"; }
    [[nodiscard]] std::vector<Alarm> run(const Portfolio&, double) const override { return alarms_; }
    [[nodiscard]] std::pair<double, double> threshold_range() const override { return {0, 1}; }
    [[nodiscard]] bool notices_recovery() const override { return !recoveries_.empty(); }
    [[nodiscard]] Outcome watch(const Portfolio&, double) const override { return {alarms_, recoveries_}; }

private:
    std::vector<Alarm> alarms_;
    std::vector<Recovery> recoveries_;
};

}  // namespace aw::bench
