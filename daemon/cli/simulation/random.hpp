// Random numbers that are the same with every compiler and library: std's distributions are not specified bit by
// bit, and a history named by its seed must be the same history everywhere.
#pragma once

#include <array>
#include <cstdint>

namespace aw::simulation {

// xoshiro256** (D. Blackman, S. Vigna, public domain), seeded through splitmix64. A value; not thread-safe.
class Random {
public:
    // Streams of one seed are independent of each other, so an account's history does not depend on its neighbours.
    explicit Random(std::uint64_t seed, std::uint64_t stream = 0);

    [[nodiscard]] std::uint64_t next();
    [[nodiscard]] double uniform();  // [0, 1)
    [[nodiscard]] double uniform(double from, double to) { return from + (to - from) * uniform(); }
    [[nodiscard]] std::uint64_t below(std::uint64_t n);  // 0 ... n-1; REQUIRES n > 0
    [[nodiscard]] bool chance(double probability) { return uniform() < probability; }
    [[nodiscard]] double normal();  // mean 0, standard deviation 1
    // Mean 1, variance `phi`; exactly 1 for phi <= 0. Times a Poisson mean it makes a negative binomial count.
    [[nodiscard]] double gamma_factor(double phi);
    [[nodiscard]] std::int64_t poisson(double mean);

private:
    [[nodiscard]] double gamma(double shape);  // scale 1; REQUIRES shape > 0

    std::array<std::uint64_t, 4> state_{};
};

}  // namespace aw::simulation
