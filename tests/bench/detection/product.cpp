#include "bench/detection/product.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/detect/day_factor.hpp"
#include "core/detect/drop_detector.hpp"

namespace aw::bench {
namespace {

// Cohorts as the shard has them, all clients of a portfolio in one: region and industry, region, all.
class Cohorts {
public:
    explicit Cohorts(const Portfolio& portfolio) {
        for (const CohortKey& key : portfolio.cohorts) {
            of_account_.push_back(index(key));
        }
    }
    [[nodiscard]] std::size_t of(std::size_t account) const { return of_account_[account]; }
    [[nodiscard]] std::size_t size() const { return keys_.size(); }

private:
    std::size_t index(const CohortKey& key) {
        const auto known = std::find(keys_.begin(), keys_.end(), key);
        if (known != keys_.end()) return static_cast<std::size_t>(known - keys_.begin());
        keys_.push_back(key);
        return keys_.size() - 1;
    }
    std::vector<CohortKey> keys_;
    std::vector<std::size_t> of_account_;
};

class ProductDetector final : public Detector {
public:
    [[nodiscard]] std::string_view name() const override { return "accountwatch"; }
    [[nodiscard]] std::pair<double, double> threshold_range() const override { return {1.5, 25}; }
    [[nodiscard]] bool pools() const override { return true; }
    [[nodiscard]] bool has_default_threshold() const override { return true; }
    [[nodiscard]] double default_threshold(double rate) const override { return std::log(365 / rate); }
    [[nodiscard]] bool notices_recovery() const override { return true; }
    [[nodiscard]] std::vector<Alarm> run(const Portfolio& p, double threshold) const override {
        return watch(p, threshold).alarms;
    }
    [[nodiscard]] Outcome watch(const Portfolio& p, double threshold) const override {
        Outcome out;
        std::vector<DropDetector> detectors(p.accounts);
        const Cohorts cohorts(p);
        std::vector<WeekProfile> profiles(cohorts.size() + 1);
        for (std::size_t d = 0; d < p.days; ++d) {
            const int weekday = p.weekday(d);
            std::vector<DayPool> pools(cohorts.size() + 1);
            const std::size_t all = cohorts.size();
            const auto each = [&](auto&& use) {
                for (std::size_t a = 0; a < p.accounts; ++a) {
                    if (static_cast<std::int32_t>(d) >= p.starts[a] && detectors[a].is_in_pool()) use(a);
                }
            };
            each([&](std::size_t a) {
                const auto f = detectors[a].expectation().forecast(weekday, {});
                pools[cohorts.of(a)].add(p.series(a)[d], f);
                pools[all].add(p.series(a)[d], f);
            });
            const auto pool_of = [&](std::size_t a) { return pools[cohorts.of(a)].is_enough() ? cohorts.of(a) : all; };
            std::vector<DayFactor> factors(pools.size());
            for (std::size_t i = 0; i < pools.size(); ++i) {
                factors[i].factor = pools[i].is_enough() ? pools[i].factor() : 1 - 0.7 * static_cast<double>(p.holiday[d]);
            }
            each([&](std::size_t a) {
                const std::size_t i = pool_of(a);
                pools[i].add_error(p.series(a)[d], detectors[a].expectation().forecast(weekday, factors[i]));
            });
            for (std::size_t i = 0; i < pools.size(); ++i) {
                factors[i].phi = pools[i].phi();
                factors[i].shock = profiles[i].shock(weekday, factors[i].factor);
                profiles[i].learn(weekday, factors[i].factor);
            }
            for (std::size_t a = 0; a < p.accounts; ++a) {
                if (static_cast<std::int32_t>(d) < p.starts[a]) continue;
                const bool warm = static_cast<std::int32_t>(d) >= p.warm_from(a);
                const auto v = detectors[a].step(p.series(a)[d], weekday, factors[pool_of(a)], warm ? threshold : 1e9);
                if (v.alarm) out.alarms.push_back({static_cast<std::uint32_t>(a), static_cast<std::int32_t>(d)});
                if (v.recovered) out.recoveries.push_back({static_cast<std::uint32_t>(a), static_cast<std::int32_t>(d)});
            }
        }
        return out;
    }
};

}  // namespace

std::vector<std::unique_ptr<Detector>> product_detectors() {
    std::vector<std::unique_ptr<Detector>> list;
    list.push_back(std::make_unique<ProductDetector>());
    return list;
}

}  // namespace aw::bench
