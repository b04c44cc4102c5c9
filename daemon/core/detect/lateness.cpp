#include "core/detect/lateness.hpp"

#include <algorithm>

namespace aw {
namespace {

constexpr double kKeptPerDay = 0.97716;  // half-life 30 days
constexpr double kEnoughItems = 1'000;   // before that, nothing is said

std::size_t index_of(int lag) { return static_cast<std::size_t>(std::clamp(lag, 1, Lateness::kLags) - 1); }

}  // namespace

void Lateness::add(Day day, int lag, std::int64_t items) {
    const auto slot = static_cast<std::size_t>(day.n) % kRing;
    if (open_days_[slot] != day) {
        open_days_[slot] = day;
        open_[slot] = {};
    }
    open_[slot][index_of(lag)] += items;
}

void Lateness::seal(Day day) {
    if (day <= sealed_through_) return;
    sealed_through_ = day;
    const auto slot = static_cast<std::size_t>(day.n) % kRing;
    total_ *= kKeptPerDay;
    for (double& sum : sum_) sum *= kKeptPerDay;
    if (open_days_[slot] != day) return;
    for (std::size_t lag = 0; lag < kLags; ++lag) {
        sum_[lag] += static_cast<double>(open_[slot][lag]);
        total_ += static_cast<double>(open_[slot][lag]);
    }
    open_[slot] = {};
    open_days_[slot] = {};
}

double Lateness::known(int lag) const {
    if (total_ < kEnoughItems) return 1;
    double known = 0;
    for (std::size_t i = 0; i <= index_of(lag); ++i) known += sum_[i];
    return std::clamp(known / total_, 0.01, 1.0);
}

}  // namespace aw
