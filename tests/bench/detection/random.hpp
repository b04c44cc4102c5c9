// Seeded random numbers that are the same on every machine: the standard library's distributions are not.
#pragma once

#include <cstdint>

namespace aw::bench {

// xoshiro256**, seeded by splitmix64. One per stream; not thread-safe.
class Random {
public:
    explicit Random(std::uint64_t seed);

    std::uint64_t next();
    double uniform();                                       // [0, 1)
    std::uint32_t below(std::uint32_t bound);               // [0, bound), REQUIRES bound > 0
    std::int32_t between(std::int32_t low, std::int32_t high);  // both inclusive, REQUIRES low <= high
    double normal();                                        // mean 0, variance 1
    double normal(double mean, double sd) { return mean + sd * normal(); }
    double log_normal(double median, double sigma);
    double gamma(double shape);                             // scale 1, REQUIRES shape > 0
    double beta(double a, double b);
    std::uint32_t poisson(double mean);
    std::uint32_t binomial(std::uint32_t n, double p);      // exact
    // Mean `mean`, variance mean + phi mean^2; phi = 0 is Poisson.
    std::uint32_t negative_binomial(double mean, double phi);

private:
    std::uint64_t state_[4];
};

// A seed of its own for every purpose, so that adding one stream does not move the others.
[[nodiscard]] std::uint64_t mix_seed(std::uint64_t seed, std::uint64_t purpose);

}  // namespace aw::bench
