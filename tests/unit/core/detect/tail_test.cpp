#include "core/detect/tail.hpp"

#include <cmath>

#include <gtest/gtest.h>

namespace aw {
namespace {

// P(X <= n) by adding up the terms.
double poisson(int n, double mean) {
    double term = std::exp(-mean);
    double sum = term;
    for (int i = 1; i <= n; ++i) sum += term *= mean / i;
    return sum;
}

double negative_binomial(int n, double mean, double phi) {
    const double r = 1 / phi;
    double term = std::pow(r / (r + mean), r);
    double sum = term;
    for (int i = 1; i <= n; ++i) sum += term *= (r + i - 1) / i * (mean / (r + mean));
    return sum;
}

TEST(LowerTail, TheProbabilitiesOfR47) {
    EXPECT_NEAR(lower_tail(70, 100, 0), 0.00097, 0.000005);
    EXPECT_NEAR(lower_tail(10, 20, 0), 0.0108, 0.00005);
    EXPECT_NEAR(lower_tail(3, 10, 0), 0.0103, 0.00005);
}

TEST(LowerTail, EqualsTheSumOfItsTerms) {
    for (const double mean : {0.5, 3.0, 20.0, 150.0}) {
        for (const int n : {0, 1, 5, 40, 149}) {
            EXPECT_NEAR(lower_tail(n, mean, 0), poisson(n, mean), 1e-12) << mean << ' ' << n;
            EXPECT_NEAR(lower_tail(n, mean, 0.05), negative_binomial(n, mean, 0.05), 1e-12) << mean << ' ' << n;
            EXPECT_NEAR(lower_tail(n, mean, 2), negative_binomial(n, mean, 2), 1e-12) << mean << ' ' << n;
        }
    }
}

TEST(LowerTail, IrregularClientsNeedMore) {
    EXPECT_LT(lower_tail(70, 100, 0), 0.001);
    EXPECT_GT(lower_tail(70, 100, 0.05), 0.001);
    EXPECT_NEAR(lower_tail(70, 100, 1e-9), lower_tail(70, 100, 0), 1e-6);
}

TEST(LowerTailOfMoney, ByIrregularityAlone) {
    // A gamma variable of shape 1 is exponential.
    EXPECT_NEAR(lower_tail_of_money(30, 100, 1), 1 - std::exp(-0.3), 1e-12);
    EXPECT_NEAR(lower_tail_of_money(3'000'000, 10'000'000, 1), 1 - std::exp(-0.3), 1e-12);
    EXPECT_LT(lower_tail_of_money(50, 100, 0.02), 1e-4);
    EXPECT_GT(lower_tail_of_money(50, 100, 0.1), 1e-3);
}

TEST(LowerTailOfMoney, Edges) {
    EXPECT_EQ(lower_tail_of_money(5, 0, 0.1), 1);
    EXPECT_EQ(lower_tail_of_money(99, 100, 0), 0);
    EXPECT_EQ(lower_tail_of_money(100, 100, 0), 1);
    EXPECT_EQ(lower_tail_of_money(-50, 100, 0.1), 0);
    EXPECT_EQ(lower_tail_of_money(0, 100, 0.1), 0);
}

TEST(LowerTail, Edges) {
    EXPECT_EQ(lower_tail(0, 0, 0), 1);
    EXPECT_EQ(lower_tail(5, -1, 0), 1);
    EXPECT_EQ(lower_tail(-4, 10, 0), lower_tail(0, 10, 0));
    EXPECT_NEAR(lower_tail(1'000'000, 1'000'000, 0), 0.5, 0.001);
    EXPECT_GE(lower_tail(0, 1e9, 0), 0);
    EXPECT_LT(lower_tail(0, 1e9, 0.1), 1e-3);
}

}  // namespace
}  // namespace aw
