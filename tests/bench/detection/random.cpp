#include "bench/detection/random.hpp"

#include <cmath>
#include <numbers>

namespace aw::bench {
namespace {

std::uint64_t split_mix(std::uint64_t& state) {
    std::uint64_t z = (state += 0x9e3779b97f4a7c15ULL);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
}

std::uint64_t rotate_left(std::uint64_t x, int k) { return (x << k) | (x >> (64 - k)); }

}  // namespace

std::uint64_t mix_seed(std::uint64_t seed, std::uint64_t purpose) {
    std::uint64_t state = seed ^ (purpose * 0xd1342543de82ef95ULL);
    split_mix(state);
    return split_mix(state);
}

Random::Random(std::uint64_t seed) {
    for (auto& word : state_) word = split_mix(seed);
}

std::uint64_t Random::next() {
    const std::uint64_t result = rotate_left(state_[1] * 5, 7) * 9;
    const std::uint64_t t = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= t;
    state_[3] = rotate_left(state_[3], 45);
    return result;
}

double Random::uniform() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }

std::uint32_t Random::below(std::uint32_t bound) {
    return static_cast<std::uint32_t>(uniform() * static_cast<double>(bound));
}

std::int32_t Random::between(std::int32_t low, std::int32_t high) {
    return low + static_cast<std::int32_t>(below(static_cast<std::uint32_t>(high - low + 1)));
}

double Random::normal() {
    const double radius = std::sqrt(-2.0 * std::log(1.0 - uniform()));
    return radius * std::cos(2.0 * std::numbers::pi * uniform());
}

double Random::log_normal(double median, double sigma) { return median * std::exp(sigma * normal()); }

// Marsaglia and Tsang 2000; shapes below 1 by the power of a uniform.
double Random::gamma(double shape) {
    if (shape < 1.0) return gamma(shape + 1.0) * std::pow(1.0 - uniform(), 1.0 / shape);
    const double d = shape - 1.0 / 3.0;
    const double c = 1.0 / std::sqrt(9.0 * d);
    for (;;) {
        const double x = normal();
        const double v = 1.0 + c * x;
        if (v <= 0.0) continue;
        const double cube = v * v * v;
        if (std::log(1.0 - uniform()) < 0.5 * x * x + d - d * cube + d * std::log(cube)) return d * cube;
    }
}

double Random::beta(double a, double b) {
    const double x = gamma(a);
    return x / (x + gamma(b));
}

// Large means are halved by the order statistics of the arrival times (Ahrens and Dieter 1974): exact.
std::uint32_t Random::poisson(double mean) {
    std::uint32_t sum = 0;
    while (mean > 30.0) {
        const auto m = static_cast<std::uint32_t>(mean * 0.875);
        const double time = gamma(m);
        if (time > mean) return sum + binomial(m - 1, mean / time);
        sum += m;
        mean -= time;
    }
    const double limit = std::exp(-mean);
    double product = uniform();
    while (product > limit) {
        ++sum;
        product *= uniform();
    }
    return sum;
}

// Large n is split at its median order statistic (Devroye 1986, X.4): exact.
std::uint32_t Random::binomial(std::uint32_t n, double p) {
    if (p <= 0.0) return 0;
    if (p >= 1.0) return n;
    std::uint32_t sum = 0;
    while (n > 40) {
        const std::uint32_t k = n / 2 + 1;
        const double y = beta(k, n + 1 - k);
        if (y <= p) {
            sum += k;
            n -= k;
            p = (p - y) / (1.0 - y);
        } else {
            n = k - 1;
            p = p / y;
        }
    }
    if (p >= 1.0) return sum + n;
    // Waiting times between successes: as many steps as successes.
    if (p < 0.3) {
        const double scale = 1.0 / std::log1p(-p);
        double position = 0.0;
        for (;;) {
            position += std::floor(std::log(1.0 - uniform()) * scale) + 1.0;
            if (position > n) return sum;
            ++sum;
        }
    }
    for (std::uint32_t i = 0; i < n; ++i) sum += uniform() < p ? 1 : 0;
    return sum;
}

std::uint32_t Random::negative_binomial(double mean, double phi) {
    if (mean <= 0.0) return 0;
    if (phi <= 0.0) return poisson(mean);
    return poisson(gamma(1.0 / phi) * phi * mean);
}

}  // namespace aw::bench
