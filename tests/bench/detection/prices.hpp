// Revenue of a simulated client: every item has its own price, each day its mix, each client its drift.
#pragma once

#include <cmath>
#include <cstdint>

#include "bench/detection/random.hpp"

namespace aw::bench {

class Prices {
public:
    Prices(std::uint64_t seed, std::size_t account) : random_(mix_seed(seed, account)) {
        base_ = random_.log_normal(12, 0.5);
        item_ = random_.log_normal(0.4, 0.4);
        day_ = random_.log_normal(0.08, 0.5);
        drift_ = random_.log_normal(0.002, 0.7);
    }

    // In yuan, of the items of one day; to be asked day by day.
    double of(std::uint32_t items) {
        walk_ += random_.normal(0, drift_);
        if (items == 0) return 0;
        const double noise = random_.normal(0, day_) + random_.normal(0, item_ / std::sqrt(items));
        return items * base_ * std::exp(walk_ + noise);
    }

private:
    Random random_;
    double base_ = 0;   // of an ordinary item
    double item_ = 0;   // how far items differ, as a logarithm
    double day_ = 0;    // how far days differ
    double drift_ = 0;  // of the price, from day to day
    double walk_ = 0;
};

}  // namespace aw::bench
