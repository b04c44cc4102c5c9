// The yardstick: a negative-binomial CUSUM that knows the true mean path, the true dispersion and the true size.
#pragma once

#include "bench/detection/detector.hpp"

namespace aw::bench {

// Log likelihood ratio of one day's count under mean rho * mean against mean. phi is the dispersion (0 = Poisson),
// rho in [0, 1); at rho = 0 a single item rules the drop out (-infinity).
[[nodiscard]] double drop_evidence(double count, double mean, double phi, double rho);

// Expected evidence of one day after the drop (Kullback-Leibler): delay ~ ln(ARL) / this.
[[nodiscard]] double evidence_per_day(double mean, double phi, double rho);

// Holds references: the truth must be that of the portfolio run, undisturbed.
class Oracle final : public Detector {
public:
    Oracle(const Truth& truth, double depth) : truth_(truth), rho_(1.0 - depth) {}
    [[nodiscard]] std::string_view name() const override { return "oracle"; }
    [[nodiscard]] std::pair<double, double> threshold_range() const override { return {0.0, 40.0}; }
    [[nodiscard]] std::vector<Alarm> run(const Portfolio& portfolio, double threshold) const override;
    [[nodiscard]] bool has_default_threshold() const override { return true; }
    [[nodiscard]] double default_threshold(double false_alarms_per_account_year) const override;

private:
    const Truth& truth_;
    double rho_;
};

}  // namespace aw::bench
