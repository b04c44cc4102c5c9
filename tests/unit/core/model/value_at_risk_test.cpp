#include "core/model/value_at_risk.hpp"

#include <gtest/gtest.h>

namespace aw {
namespace {

Signal signal(double probability, std::int64_t minor) {
    Signal s;
    s.probability = probability;
    s.revenue_at_risk = {minor};
    return s;
}

Case of(std::initializer_list<Signal> signals) {
    Case c;
    for (const Signal& s : signals) take_figures(c, s);
    return c;
}

TEST(ValueAtRisk, BothFiguresAreOfTheSignalThatIsWorthMost) {
    // A small lane that is gone for certain, and a large fall that may be none: 0.5 x 1000, not 0.9 x 1000.
    for (const Case& c : {of({signal(0.9, 100), signal(0.5, 1'000)}), of({signal(0.5, 1'000), signal(0.9, 100)})}) {
        EXPECT_EQ(c.probability, 0.5);
        EXPECT_EQ(c.revenue_at_risk, Money{1'000});
        EXPECT_EQ(value_at_risk(c), Money{500});
    }
    EXPECT_EQ(value_at_risk(of({signal(0.2, 1'000), signal(0.9, 400)})), Money{360});
}

TEST(ValueAtRisk, WhatStatesNoProbabilityIsCertain) {
    const Case counted = of({signal(0, 300), signal(0, 700), signal(0, 500)});
    EXPECT_EQ(counted.probability, 0);
    EXPECT_EQ(counted.revenue_at_risk, Money{700});
    const Case told = of({signal(0.5, 1'000), signal(0, 600)});
    EXPECT_EQ(told.probability, 0);
    EXPECT_EQ(value_at_risk(told), Money{600});
    EXPECT_EQ(of({signal(0.5, 1'000), signal(0, 400)}).probability, 0.5);
}

TEST(ValueAtRisk, WithoutRevenueTheMostProbableSignalIsKept) {
    EXPECT_EQ(of({signal(0.3, 0), signal(0.6, 0), signal(0, 0)}).probability, 0.6);
}

}  // namespace
}  // namespace aw
