#include "core/detect/dispersion.hpp"

#include <algorithm>
#include <numeric>
#include <span>
#include <utility>

namespace aw {
namespace {

constexpr std::size_t kNeighboursAtLeast = 3;
constexpr std::size_t kComparedAtLeast = 8;
constexpr std::size_t kTrimmedOneOf = 8;    // the largest eighth of the squares is left out ...
constexpr double kTrimmedMean = 0.569;      // ... the mean of the others is this share of a normal's variance
constexpr int kHabit = 2;
constexpr double kMedianOfSquare = 0.4549;  // of a normal variable with variance 1

// Up to kMost numbers.
class Sample {
public:
    void add(double value) { values_[n_++] = value; }
    [[nodiscard]] std::size_t size() const { return n_; }
    [[nodiscard]] double median() {  // REQUIRES: size() > 0
        std::sort(begin(), end());
        return (values_[(n_ - 1) / 2] + values_[n_ / 2]) / 2;
    }
    // The variance around a `centre` of their own, whatever the largest eighth is. REQUIRES: size() > 1.
    [[nodiscard]] double trimmed_variance(double centre) {
        for (double& value : std::span(begin(), n_)) value = (value - centre) * (value - centre);
        std::sort(begin(), end());
        const std::size_t kept = n_ - n_ / kTrimmedOneOf;
        return std::accumulate(begin(), begin() + static_cast<std::ptrdiff_t>(kept), 0.0) /
               (kTrimmedMean * static_cast<double>(kept - 1));
    }

private:
    [[nodiscard]] double* begin() { return values_.data(); }
    [[nodiscard]] double* end() { return begin() + n_; }

    std::array<double, PastPeriods::kMost> values_{};
    std::size_t n_ = 0;
};

}  // namespace

void PastPeriods::add(double level, bool fell) {
    if (n_ == past_.size()) return;
    past_[n_++] = {level, fell, std::exchange(gap_, false)};
}

double PastPeriods::mean() const {
    double sum = 0;
    std::size_t n = 0;
    for (std::size_t i = 0; i < n_; ++i) {
        if (past_[i].fell) continue;
        sum += past_[i].level;
        ++n;
    }
    return n == 0 ? 0 : sum / static_cast<double>(n);
}

double PastPeriods::variance_of_neighbours(bool counted) const {
    Sample squares;
    for (std::size_t i = 0; i + 1 < n_; ++i) {
        if (past_[i].fell || past_[i + 1].fell || past_[i + 1].after_gap) continue;
        // A few invoices tell nothing of the rhythm in which they are written, but of their amounts.
        if (!counted && (past_[i].level <= 0 || past_[i + 1].level <= 0)) continue;
        const double difference = past_[i + 1].level - past_[i].level;
        squares.add(difference * difference / 2);  // a difference has twice the variance
    }
    return squares.size() < kNeighboursAtLeast ? 0 : squares.median() / kMedianOfSquare;
}

// Of the `compared_with` periods before the i-th in which the client had not fallen.
std::optional<double> PastPeriods::median_before(std::size_t i, std::size_t compared_with) const {
    Sample before;
    for (std::size_t j = i + 1; j < n_ && before.size() < compared_with; ++j) {
        if (!past_[j].fell) before.add(past_[j].level);
    }
    if (before.size() < compared_with) return std::nullopt;
    return before.median();
}

double PastPeriods::variance(std::size_t compared_with, bool counted) const {
    Sample errors;
    for (std::size_t i = 0; i < n_; ++i) {
        if (i > 0 && past_[i].fell && past_[i - 1].fell) continue;  // one fall, however long it lasted
        if (const auto before = median_before(i, compared_with)) errors.add(past_[i].level - *before);
    }
    const double neighbours = variance_of_neighbours(counted);
    return errors.size() < kComparedAtLeast ? neighbours
                                            : std::max(neighbours, errors.trimmed_variance(errors.median()));
}

double PastPeriods::dispersion(int compared_with, bool counted) const {
    const double level = mean();
    if (level <= 0) return 0;
    const double counting = counted ? level : 0;
    return std::max(0.0, (variance(static_cast<std::size_t>(compared_with), counted) - counting) / (level * level));
}

double PastPeriods::frequency_of_falls(double share, int compared_with, int lasted) const {
    int falls = 0;
    int length = 0;
    std::size_t known = 0;
    for (; known < n_; ++known) {
        const auto before = median_before(known, static_cast<std::size_t>(compared_with));
        if (!before) break;
        if (past_[known].level <= share * *before) {
            ++length;
            continue;
        }
        if (length >= lasted && length <= kShortFall) ++falls;
        length = 0;
    }
    return falls < kHabit ? 0 : falls / static_cast<double>(known);
}

}  // namespace aw
