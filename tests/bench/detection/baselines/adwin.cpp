// ADWIN2 (Bifet and Gavalda 2007): a window that grows while its parts agree. Here only a fall of the mean alarms.
#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include "bench/detection/baselines/baselines.hpp"

namespace aw::bench {
namespace {

constexpr std::size_t kBucketsPerRow = 5;
constexpr std::size_t kShortestPart = 5;  // days

struct Bucket {
    double sum = 0;
    double squares = 0;
    double days = 0;
};

// Exponential histogram: rows of buckets of 1, 2, 4, ... days, newest row first.
class Adwin {
public:
    // `confidence` = -ln delta. True: a cut whose newer part is lower was found.
    bool step(double count, double confidence, bool test) {
        insert(count);
        bool fell = false;
        while (test && days_ >= 2 * kShortestPart && cut(confidence, fell)) {
        }
        return fell;
    }

private:
    void insert(double count) {
        if (rows_.empty()) rows_.emplace_back();
        rows_[0].push_back({count, count * count, 1});
        sum_ += count;
        squares_ += count * count;
        days_ += 1;
        for (std::size_t row = 0; row < rows_.size() && rows_[row].size() > kBucketsPerRow; ++row) {
            if (row + 1 == rows_.size()) rows_.emplace_back();
            const Bucket& older = rows_[row][0];
            const Bucket& newer = rows_[row][1];
            const Bucket merged{older.sum + newer.sum, older.squares + newer.squares, older.days + newer.days};
            rows_[row].erase(rows_[row].begin(), rows_[row].begin() + 2);
            rows_[row + 1].push_back(merged);
        }
    }
    // Looks for two parts whose means differ by more than epsilon, oldest split first; drops the oldest bucket then.
    bool cut(double confidence, bool& fell) {
        const double n = days_;
        const double variance = std::max(0.0, squares_ / n - (sum_ / n) * (sum_ / n));
        const double log_term = confidence + std::log(2.0 * std::log(n));
        double old_sum = 0;
        double old_days = 0;
        for (std::size_t row = rows_.size(); row-- > 0;) {
            for (const Bucket& bucket : rows_[row]) {
                old_sum += bucket.sum;
                old_days += bucket.days;
                const double new_days = n - old_days;
                if (old_days < kShortestPart || new_days < kShortestPart) continue;
                const double m = 1.0 / (1.0 / old_days + 1.0 / new_days);
                const double epsilon = std::sqrt(2.0 / m * variance * log_term) + 2.0 / 3.0 / m * log_term;
                const double difference = old_sum / old_days - (sum_ - old_sum) / new_days;
                if (std::abs(difference) <= epsilon) continue;
                if (difference > 0) fell = true;
                drop_oldest();
                return true;
            }
        }
        return false;
    }
    void drop_oldest() {
        while (rows_.back().empty()) rows_.pop_back();
        const Bucket oldest = rows_.back().front();
        rows_.back().erase(rows_.back().begin());
        if (rows_.back().empty()) rows_.pop_back();
        squares_ -= oldest.squares;
        sum_ -= oldest.sum;
        days_ -= oldest.days;
    }

    std::vector<std::vector<Bucket>> rows_;
    double sum_ = 0;
    double squares_ = 0;
    double days_ = 0;
};

class AdwinDetector final : public Detector {
public:
    AdwinDetector(std::string_view name, std::size_t clock_days) : name_(name), clock_days_(clock_days) {}
    [[nodiscard]] std::string_view name() const override { return name_; }
    [[nodiscard]] std::pair<double, double> threshold_range() const override { return {-3.0, 60.0}; }
    [[nodiscard]] std::vector<Alarm> run(const Portfolio& portfolio, double threshold) const override {
        std::vector<Alarm> alarms;
        for (std::uint32_t account = 0; account < portfolio.accounts; ++account) {
            Adwin window;
            const auto series = portfolio.series(account);
            std::int32_t silent_until = portfolio.warm_from(account);
            for (auto day = portfolio.starts[account]; day < static_cast<std::int32_t>(portfolio.days); ++day) {
                const bool test = static_cast<std::size_t>(day - portfolio.starts[account]) % clock_days_ == 0;
                const bool fell = window.step(series[static_cast<std::size_t>(day)], threshold, test);
                if (!fell || day < silent_until) continue;
                alarms.push_back({account, day});
                silent_until = day + kPauseDays;
            }
        }
        return alarms;
    }

private:
    std::string_view name_;
    std::size_t clock_days_;
};

}  // namespace

std::unique_ptr<Detector> make_adwin_every_day() { return std::make_unique<AdwinDetector>("ADWIN, every day", 1); }
std::unique_ptr<Detector> make_adwin_default_clock() {
    return std::make_unique<AdwinDetector>("ADWIN, every 32nd day", 32);
}

}  // namespace aw::bench
