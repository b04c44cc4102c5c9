#include "bench/detection/oracle.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace aw::bench {

double drop_evidence(double count, double mean, double phi, double rho) {
    if (mean <= 0.0) return 0.0;  // a closed day says nothing
    if (rho <= 0.0 && count > 0.0) return -std::numeric_limits<double>::infinity();
    const double items = count > 0.0 ? count * std::log(rho) : 0.0;
    if (phi <= 0.0) return mean * (1.0 - rho) + items;
    const double r = 1.0 / phi;
    const double log_c = std::log((r + mean) / (r + rho * mean));
    return (r + count) * log_c + items;
}

double evidence_per_day(double mean, double phi, double rho) {
    const double items = rho > 0.0 ? rho * mean * std::log(rho) : 0.0;
    if (phi <= 0.0) return mean * (1.0 - rho) + items;
    const double r = 1.0 / phi;
    return (r + rho * mean) * std::log((r + mean) / (r + rho * mean)) + items;
}

std::vector<Alarm> Oracle::run(const Portfolio& portfolio, double threshold) const {
    std::vector<Alarm> alarms;
    for (std::uint32_t account = 0; account < portfolio.accounts; ++account) {
        const auto series = portfolio.series(account);
        const float* mean = truth_.mean.data() + account * portfolio.days;
        const double phi = truth_.phi[account];
        double sum = 0.0;
        std::int32_t silent_until = portfolio.warm_from(account);
        for (auto day = silent_until; day < static_cast<std::int32_t>(portfolio.days); ++day) {
            if (day < silent_until) continue;  // paused: no evidence is kept
            const auto index = static_cast<std::size_t>(day);
            sum = std::max(0.0, sum + drop_evidence(series[index], mean[index], phi, rho_));
            if (sum < threshold || sum <= 0.0) continue;
            alarms.push_back({account, day});
            silent_until = day + kPauseDays;
            sum = 0.0;
        }
    }
    return alarms;
}

double Oracle::default_threshold(double false_alarms_per_account_year) const {
    return std::log(365.0 / false_alarms_per_account_year);
}

}  // namespace aw::bench
