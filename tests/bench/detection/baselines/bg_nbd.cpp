// BG/NBD (Fader, Hardie, Lee 2005): the chance that a client is "alive", from the number and the last of its active
// days. Parameters by maximum likelihood on the portfolio's first 120 days; statistic: log odds of "dead".
#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <utility>
#include <vector>

#include "bench/detection/baselines/baselines.hpp"

namespace aw::bench {
namespace {

constexpr std::int32_t kFitDays = 120;
constexpr std::size_t kFitAccounts = 150;

using Point = std::array<double, 4>;  // logarithms of r, alpha, a, b

struct History {
    double repeats = 0;  // active days after the first one
    double last = 0;     // of them, days since the first one
    double age = 0;
};

double log_beta(double a, double b) { return std::lgamma(a) + std::lgamma(b) - std::lgamma(a + b); }

double log_likelihood(const std::vector<History>& histories, const Point& point) {
    const double r = std::exp(point[0]);
    const double alpha = std::exp(point[1]);
    const double a = std::exp(point[2]);
    const double b = std::exp(point[3]);
    double sum = 0;
    for (const auto& h : histories) {
        const double common = std::lgamma(r + h.repeats) - std::lgamma(r) + r * point[1] - log_beta(a, b);
        const double alive = log_beta(a, b + h.repeats) - (r + h.repeats) * std::log(alpha + h.age);
        if (h.repeats <= 0) {
            sum += common + alive;
            continue;
        }
        const double dead = log_beta(a + 1, b + h.repeats - 1) - (r + h.repeats) * std::log(alpha + h.last);
        const double top = std::max(alive, dead);
        sum += common + top + std::log(std::exp(alive - top) + std::exp(dead - top));
    }
    for (const double value : point) sum -= 0.01 * value * value;  // keeps flat directions finite
    return sum;
}

// Nelder and Mead 1965, to be minimised.
Point simplex_minimum(const std::function<double(const Point&)>& cost, const Point& start) {
    std::array<std::pair<double, Point>, 5> points;
    for (std::size_t i = 0; i < points.size(); ++i) {
        Point point = start;
        if (i > 0) point[i - 1] += 0.7;
        points[i] = {cost(point), point};
    }
    for (int step = 0; step < 160; ++step) {
        std::sort(points.begin(), points.end(), [](const auto& x, const auto& y) { return x.first < y.first; });
        Point centre{};
        for (std::size_t i = 0; i < 4; ++i)
            for (std::size_t k = 0; k < 4; ++k) centre[k] += points[i].second[k] / 4.0;
        const auto towards = [&](double factor) {
            Point point;
            for (std::size_t k = 0; k < 4; ++k) point[k] = centre[k] + factor * (points[4].second[k] - centre[k]);
            return std::pair{cost(point), point};
        };
        auto candidate = towards(-1.0);
        if (candidate.first < points[0].first) {
            const auto further = towards(-2.0);
            points[4] = further.first < candidate.first ? further : candidate;
        } else if (candidate.first < points[3].first) {
            points[4] = candidate;
        } else if (candidate = towards(0.5); candidate.first < points[4].first) {
            points[4] = candidate;
        } else {
            for (std::size_t i = 1; i < points.size(); ++i) {
                for (std::size_t k = 0; k < 4; ++k)
                    points[i].second[k] = 0.5 * (points[i].second[k] + points[0].second[k]);
                points[i].first = cost(points[i].second);
            }
        }
    }
    return std::min_element(points.begin(), points.end(), [](const auto& x, const auto& y) {
               return x.first < y.first;
           })->second;
}

Point fit(const Portfolio& portfolio) {
    std::vector<History> histories;
    const auto end = std::min<std::int32_t>(kFitDays, static_cast<std::int32_t>(portfolio.days));
    for (std::size_t account = 0; account < portfolio.accounts && histories.size() < kFitAccounts; ++account) {
        const auto series = portfolio.series(account);
        History history;
        std::int32_t first = -1;
        for (auto day = portfolio.starts[account]; day < end; ++day) {
            if (series[static_cast<std::size_t>(day)] == 0) continue;
            if (first < 0) {
                first = day;
            } else {
                history.repeats += 1;
                history.last = day - first;
            }
        }
        if (first < 0) continue;
        history.age = end - first;
        histories.push_back(history);
    }
    if (histories.empty()) return {0, 0, 0, 0};
    return simplex_minimum([&](const Point& point) { return -log_likelihood(histories, point); }, {0, 0.5, -1, 2});
}

class BgNbd final : public Detector {
public:
    [[nodiscard]] std::string_view name() const override { return "BG/NBD P(alive)"; }
    [[nodiscard]] std::pair<double, double> threshold_range() const override { return {-12.0, 120.0}; }
    [[nodiscard]] std::vector<Alarm> run(const Portfolio& portfolio, double threshold) const override {
        const Point point = fit(portfolio);
        const double r = std::exp(point[0]);
        const double alpha = std::exp(point[1]);
        const double a = std::exp(point[2]);
        const double b = std::exp(point[3]);
        std::vector<Alarm> alarms;
        for (std::uint32_t account = 0; account < portfolio.accounts; ++account) {
            const auto series = portfolio.series(account);
            std::int32_t silent_until = portfolio.warm_from(account);
            std::int32_t first = -1;
            std::int32_t last = -1;
            double repeats = -1;
            for (auto day = portfolio.starts[account]; day < static_cast<std::int32_t>(portfolio.days); ++day) {
                if (series[static_cast<std::size_t>(day)] > 0) {
                    if (first < 0) first = day;
                    last = day;
                    repeats += 1;
                }
                // P(alive) is 1 for a client with one active day: the model cannot say anything about it.
                if (day < silent_until || repeats < 1) continue;
                const double age = day + 1 - first;
                const double log_odds = std::log(a / (b + repeats - 1)) +
                                        (r + repeats) * std::log((alpha + age) / (alpha + last - first));
                if (log_odds < threshold) continue;
                alarms.push_back({account, day});
                silent_until = day + kPauseDays;
            }
        }
        return alarms;
    }
};

}  // namespace

std::unique_ptr<Detector> make_bg_nbd() { return std::make_unique<BgNbd>(); }

}  // namespace aw::bench
