// Simulated clients for the tests of the detectors: seeded, the same on every run.
#pragma once

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>

#include <gtest/gtest.h>

#include "base/archive.hpp"
#include "core/detect/drop_detector.hpp"

namespace aw::test {

// What comes back from the archive; the test fails unless it would be stored as the same bytes.
template <class Value>
Value restored_bit_for_bit(const Value& value) {
    std::string first;
    ArchiveWriter{first}(value);
    Value restored;
    ArchiveReader reader(first);
    reader(restored);
    EXPECT_TRUE(reader.ok());
    std::string second;
    ArchiveWriter{second}(restored);
    EXPECT_EQ(first, second);
    return restored;
}

class Stream {
public:
    explicit Stream(std::uint64_t seed) : random_(seed) {}

    // Negative binomial with variance mu + phi mu^2; Poisson at phi = 0.
    double items(double mu, double phi = 0) {
        if (mu <= 0) return 0;
        const double mean = phi > 0 ? std::gamma_distribution<double>(1 / phi, phi * mu)(random_) : mu;
        return static_cast<double>(std::poisson_distribution<int>(std::max(1e-9, mean))(random_));
    }
    double part_of(double items, double share) {
        return static_cast<double>(std::binomial_distribution<int>(static_cast<int>(items), share)(random_));
    }
    double normal(double sd) { return std::normal_distribution<double>(0, sd)(random_); }
    bool chance(double p) { return std::uniform_real_distribution<double>(0, 1)(random_) < p; }

private:
    std::mt19937_64 random_;
};

// One detector with its calendar: day 0 is a Monday.
struct DropClient {
    DropDetector detector;
    int day = 0;
    double threshold = 6.59;  // ln 730

    DropDetector::Verdict step(double items, const DayFactor& factor = {}) {
        return detector.step(items, day++ % 7, factor, threshold);
    }
};

}  // namespace aw::test
