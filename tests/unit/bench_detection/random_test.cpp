#include "bench/detection/random.hpp"

#include <cmath>
#include <functional>

#include <gtest/gtest.h>

namespace aw::bench {
namespace {

struct Moments {
    double mean = 0;
    double variance = 0;
};

Moments moments_of(std::size_t draws, const std::function<double()>& draw) {
    double sum = 0;
    double squares = 0;
    for (std::size_t i = 0; i < draws; ++i) {
        const double value = draw();
        sum += value;
        squares += value * value;
    }
    const auto n = static_cast<double>(draws);
    return {sum / n, squares / n - (sum / n) * (sum / n)};
}

TEST(BenchRandom, IsTheSameForTheSameSeedAndAnotherForAnother) {
    Random a(1);
    Random b(1);
    Random c(2);
    const auto first = a.next();
    EXPECT_EQ(first, b.next());
    EXPECT_NE(first, c.next());
    EXPECT_NE(mix_seed(1, 2), mix_seed(2, 1));
}

// Small and large means take different ways; both must have the moments of the law.
TEST(BenchRandom, PoissonHasItsMeanAndVariance) {
    Random random(3);
    for (const double mean : {0.3, 5.0, 29.0, 200.0}) {
        const auto m = moments_of(40000, [&] { return random.poisson(mean); });
        EXPECT_NEAR(m.mean, mean, 5 * std::sqrt(mean / 40000)) << mean;
        EXPECT_NEAR(m.variance / mean, 1.0, 0.04) << mean;
    }
}

TEST(BenchRandom, BinomialHasItsMeanAndVariance) {
    Random random(4);
    for (const std::uint32_t n : {7U, 40U, 300U}) {
        for (const double p : {0.05, 0.5, 0.95}) {
            const double mean = n * p;
            const auto m = moments_of(40000, [&] { return random.binomial(n, p); });
            EXPECT_NEAR(m.mean, mean, 5 * std::sqrt(mean * (1 - p) / 40000)) << n << ' ' << p;
            EXPECT_NEAR(m.variance / (mean * (1 - p)), 1.0, 0.05) << n << ' ' << p;
        }
    }
    EXPECT_EQ(random.binomial(9, 0.0), 0U);
    EXPECT_EQ(random.binomial(9, 1.0), 9U);
}

TEST(BenchRandom, NegativeBinomialIsOverdispersed) {
    Random random(5);
    const auto m = moments_of(60000, [&] { return random.negative_binomial(8.0, 0.25); });
    EXPECT_NEAR(m.mean, 8.0, 0.1);
    EXPECT_NEAR(m.variance, 8.0 + 0.25 * 64.0, 0.8);
    EXPECT_EQ(random.negative_binomial(0.0, 0.25), 0U);
}

}  // namespace
}  // namespace aw::bench
