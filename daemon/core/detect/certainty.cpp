#include "core/detect/certainty.hpp"

#include <algorithm>
#include <cmath>

namespace aw {
namespace {

using Row = std::array<double, Certainty::kBins>;

// observed / expected, from the smallest loss to the greatest.
constexpr std::array<double, Certainty::kBins - 1> kEdges = {0.55, 0.45, 0.35, 0.25, 0.15, 0.08, 0.02};
constexpr double kStopped = 0.02;

// The rate whose thresholds a row is of. Those of drops and declines are right one below those of 0.5 (0.5 e).
constexpr std::array<double, Certainty::kStrata> kRates = {1.36, 1.36, 1.36, 1.36, 0.5, 0.5, 0.5};
// By so much is the ln of the false alarms for each real loss less where the threshold is higher by 1.
constexpr double kFewer = 0.35;
constexpr double kPseudoCount = 30;  // episodes that a shipped cell weighs
constexpr double kKept = 0.998;      // of what was noted, at each further episode of the cell
constexpr double kLeast = 0.02;
constexpr double kGreatest = 0.98;

// A client that sends several items a day and stops at once has mostly closed for a few days: a stratum of its own.
constexpr std::array<Row, Certainty::kStrata> kShipped = {{
    {0.36, 0.48, 0.68, 0.82, 0.89, 0.90, 0.93, 0.94},  // kSmall
    {0.36, 0.52, 0.66, 0.82, 0.86, 0.86, 0.86, 0.86},  // kLarge
    {0.36, 0.36, 0.36, 0.36, 0.36, 0.36, 0.36, 0.36},  // kStop
    {0.38, 0.61, 0.80, 0.90, 0.90, 0.90, 0.90, 0.90},  // kDecline
    {0.95, 0.95, 0.95, 0.95, 0.95, 0.95, 0.95, 0.95},  // kInactivity
    {0.82, 0.84, 0.84, 0.86, 0.93, 0.96, 0.96, 0.98},  // kShare
    {0.96, 0.97, 0.97, 0.97, 0.97, 0.97, 0.97, 0.97},  // kYield
}};

std::uint8_t bin_of(double observed, double expected) {
    const double ratio = observed / std::max(0.1, expected);
    return static_cast<std::uint8_t>(
        std::count_if(kEdges.begin(), kEdges.end(), [&](double edge) { return ratio < edge; }));
}

// Pool adjacent violators: the closest row that never falls.
Row monotone(const Row& values, const Row& weights) {
    Row value{};
    Row weight{};
    std::array<std::size_t, Certainty::kBins> size{};
    std::size_t n = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        value[n] = values[i];
        weight[n] = weights[i];
        size[n] = 1;
        for (++n; n > 1 && value[n - 2] > value[n - 1]; --n) {
            const double sum = weight[n - 2] + weight[n - 1];
            value[n - 2] = (value[n - 2] * weight[n - 2] + value[n - 1] * weight[n - 1]) / sum;
            weight[n - 2] = sum;
            size[n - 2] += size[n - 1];
        }
    }
    Row result{};
    std::size_t at = 0;
    for (std::size_t block = 0; block < n; ++block)
        for (std::size_t i = 0; i < size[block]; ++i) result[at++] = value[block];
    return result;
}

}  // namespace

Certainty::Cell Certainty::of_drop(double level, double observed, double expected) {
    if (level < kLargeLevel) return of(Stratum::kSmall, observed, expected);
    return of(observed < kStopped * expected ? Stratum::kStop : Stratum::kLarge, observed, expected);
}

Certainty::Cell Certainty::of(Stratum stratum, double observed, double expected) {
    return {stratum, bin_of(observed, expected)};
}

double Certainty::probability(const Cell& cell, double rate, double offset) const {
    const auto stratum = static_cast<std::size_t>(cell.stratum);
    const double higher = std::log(kRates[stratum] / std::max(1e-3, rate)) + offset;
    Row values{};
    Row weights{};
    for (std::size_t i = 0; i < kBins; ++i) {
        const double shipped = kShipped[stratum][i];
        const double odds = shipped / (1 - shipped) * std::exp(kFewer * higher);
        weights[i] = kPseudoCount + noted_[stratum][i];
        values[i] = (kPseudoCount * odds / (1 + odds) + real_[stratum][i]) / weights[i];
    }
    return std::clamp(monotone(values, weights)[cell.bin], kLeast, kGreatest);
}

void Certainty::note(const Cell& cell, bool real) {
    float& noted = noted_[static_cast<std::size_t>(cell.stratum)][cell.bin];
    float& of_them = real_[static_cast<std::size_t>(cell.stratum)][cell.bin];
    noted = static_cast<float>(noted * kKept + 1);
    of_them = static_cast<float>(of_them * kKept + (real ? 1 : 0));
}

std::uint64_t Certainty::days(Stratum stratum) const {
    if (stratum == Stratum::kSmall) return small_days_;
    if (stratum == Stratum::kLarge || stratum == Stratum::kStop) return large_days_;
    return small_days_ + large_days_;
}

}  // namespace aw
