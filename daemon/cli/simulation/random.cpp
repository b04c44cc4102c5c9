#include "cli/simulation/random.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>

namespace aw::simulation {
namespace {

std::uint64_t splitmix(std::uint64_t& state) {
    state += 0x9e3779b97f4a7c15ULL;
    std::uint64_t z = state;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
}

// From here on the normal approximation of a Poisson count is closer than anything an account-day could show.
constexpr double kLargeMean = 200;

}  // namespace

Random::Random(std::uint64_t seed, std::uint64_t stream) {
    std::uint64_t mixed = seed;
    mixed = splitmix(mixed) ^ stream;
    for (auto& word : state_) word = splitmix(mixed);
}

std::uint64_t Random::next() {
    const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
    const std::uint64_t t = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= t;
    state_[3] = std::rotl(state_[3], 45);
    return result;
}

double Random::uniform() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }

// The bias of the remainder is below n / 2^64: nothing at the sizes used here.
std::uint64_t Random::below(std::uint64_t n) { return next() % n; }

double Random::normal() {
    // Box-Muller; the second value is thrown away so that a draw always takes two numbers.
    const double u = 1.0 - uniform();  // (0, 1]
    const double v = uniform();
    return std::sqrt(-2.0 * std::log(u)) * std::cos(2.0 * std::numbers::pi * v);
}

// Marsaglia and Tsang (2000); below shape 1 by boosting.
double Random::gamma(double shape) {
    if (shape < 1.0) {
        const double u = 1.0 - uniform();
        return gamma(shape + 1.0) * std::pow(u, 1.0 / shape);
    }
    const double d = shape - 1.0 / 3.0;
    const double c = 1.0 / std::sqrt(9.0 * d);
    for (;;) {
        const double x = normal();
        const double root = 1.0 + c * x;
        if (root <= 0) continue;
        const double v = root * root * root;
        const double u = 1.0 - uniform();
        if (std::log(u) < 0.5 * x * x + d - d * v + d * std::log(v)) return d * v;
    }
}

double Random::gamma_factor(double phi) { return phi <= 0 ? 1.0 : gamma(1.0 / phi) * phi; }

std::int64_t Random::poisson(double mean) {
    if (!(mean > 0)) return 0;
    if (mean > kLargeMean) return std::max<std::int64_t>(0, std::llround(mean + std::sqrt(mean) * normal()));
    // Sequential search of the cumulative distribution; in steps of 20 so that exp() keeps its digits.
    std::int64_t count = 0;
    for (double left = mean; left > 0; left -= 20) {
        double probability = std::exp(-std::min(left, 20.0));
        const double step = std::min(left, 20.0);
        double u = uniform();
        for (int k = 0; u > probability && k < 200; ++k) {
            u -= probability;
            probability *= step / (k + 1);
            ++count;
        }
    }
    return count;
}

}  // namespace aw::simulation
