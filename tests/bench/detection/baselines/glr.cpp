// Generalised likelihood ratio over the last 60 days (Siegmund and Venkatraman 1995; Hoehle and Paul 2008 for negative
// binomial counts): the most likely onset and size of a drop, whatever they are.
#include <array>
#include <cmath>
#include <utility>

#include "bench/detection/baselines/baselines.hpp"
#include "bench/detection/baselines/expectation.hpp"

namespace aw::bench {
namespace {

constexpr std::size_t kWindowDays = 60;

// Counts and means weighted by 1 / (1 + phi mean), the information that over-dispersion leaves in a day.
struct Evidence {
    std::array<double, kWindowDays> items{};
    std::array<double, kWindowDays> means{};
    std::size_t days = 0;  // taken so far

    void push(double count, double mean, double phi) {
        const double weight = 1.0 / (1.0 + phi * mean);
        items[days % kWindowDays] = weight * count;
        means[days % kWindowDays] = weight * mean;
        ++days;
    }
    // max over onsets of X ln(X / M) + M - X. It is at most (M - X)^2 / M, which spares most logarithms.
    [[nodiscard]] bool reaches(double threshold) const {
        double x = 0;
        double m = 0;
        const std::size_t length = std::min(days, kWindowDays);
        for (std::size_t back = 1; back <= length; ++back) {
            const std::size_t index = (days - back) % kWindowDays;
            x += items[index];
            m += means[index];
            if (x >= m || (m - x) * (m - x) < threshold * m) continue;
            if ((x > 0 ? x * std::log(x / m) : 0.0) + m - x >= threshold) return true;
        }
        return false;
    }
};

class Glr final : public Detector {
public:
    [[nodiscard]] std::string_view name() const override { return "GLR-NB 60, our calendar"; }
    [[nodiscard]] std::pair<double, double> threshold_range() const override { return {0.5, 80.0}; }
    [[nodiscard]] bool pools() const override { return true; }
    [[nodiscard]] bool has_default_threshold() const override { return true; }
    [[nodiscard]] double default_threshold(double rate) const override { return std::log(365.0 / rate); }

    [[nodiscard]] std::vector<Alarm> run(const Portfolio& portfolio, double threshold) const override {
        CalendarExpectation expectation(portfolio);
        std::vector<Evidence> evidence(portfolio.accounts);
        std::vector<std::int32_t> silent_until(portfolio.accounts);
        for (std::size_t account = 0; account < portfolio.accounts; ++account)
            silent_until[account] = portfolio.warm_from(account);
        std::vector<Alarm> alarms;
        for (std::size_t day = 0; day < portfolio.days; ++day) {
            expectation.advance(day);
            for (std::uint32_t account = 0; account < portfolio.accounts; ++account) {
                if (static_cast<std::int32_t>(day) < silent_until[account]) continue;
                auto& own = evidence[account];
                own.push(portfolio.counts[account * portfolio.days + day], expectation.mean(account),
                         expectation.phi(account));
                if (!own.reaches(threshold)) continue;
                alarms.push_back({account, static_cast<std::int32_t>(day)});
                silent_until[account] = static_cast<std::int32_t>(day) + kPauseDays;
                own.days = 0;
            }
        }
        return alarms;
    }
};

}  // namespace

std::unique_ptr<Detector> make_glr() { return std::make_unique<Glr>(); }

}  // namespace aw::bench
