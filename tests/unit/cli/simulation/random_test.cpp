#include "cli/simulation/random.hpp"

#include <gtest/gtest.h>

namespace aw::simulation {
namespace {

struct Moments {
    double mean = 0;
    double variance = 0;
};

template <class Draw>
Moments moments(Draw draw) {
    constexpr int kDraws = 200'000;
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < kDraws; ++i) {
        const double x = static_cast<double>(draw());
        sum += x;
        squares += x * x;
    }
    const double mean = sum / kDraws;
    return {mean, squares / kDraws - mean * mean};
}

// Written down once: a history named by its seed must not change with the compiler or a clean-up.
TEST(Random, KnownValues) {
    Random random(7);
    const std::uint64_t first = random.next();
    EXPECT_EQ(Random(7).next(), first);
    EXPECT_NE(Random(8).next(), first);
    EXPECT_NE(Random(7, 1).next(), first);
    EXPECT_EQ(first, 5478278237059175447U);
}

TEST(Random, UniformStaysInItsRange) {
    Random random(1);
    for (int i = 0; i < 100'000; ++i) {
        const double u = random.uniform();
        ASSERT_GE(u, 0);
        ASSERT_LT(u, 1);
        ASSERT_LT(random.below(7), 7U);
    }
}

TEST(Random, PoissonHasItsMeanAndVarianceAtEverySize) {
    for (const double mean : {0.05, 0.7, 5.0, 19.9, 40.0, 150.0, 900.0}) {
        Random random(3);
        const Moments m = moments([&] { return random.poisson(mean); });
        EXPECT_NEAR(m.mean, mean, 0.02 * mean + 0.005) << mean;
        EXPECT_NEAR(m.variance, mean, 0.03 * mean + 0.005) << mean;
    }
    Random random(3);
    EXPECT_EQ(random.poisson(0), 0);
    EXPECT_EQ(random.poisson(-1), 0);
}

TEST(Random, GammaFactorHasMeanOneAndItsVariance) {
    for (const double phi : {0.01, 0.3, 2.0}) {
        Random random(5);
        const Moments m = moments([&] { return random.gamma_factor(phi); });
        EXPECT_NEAR(m.mean, 1, 0.02) << phi;
        EXPECT_NEAR(m.variance, phi, 0.06 * phi) << phi;
    }
    EXPECT_EQ(Random(5).gamma_factor(0), 1);
}

TEST(Random, NormalHasItsMoments) {
    Random random(9);
    const Moments m = moments([&] { return random.normal(); });
    EXPECT_NEAR(m.mean, 0, 0.01);
    EXPECT_NEAR(m.variance, 1, 0.02);
}

}  // namespace
}  // namespace aw::simulation
