#include "core/detect/ratio.hpp"

#include <cstdint>
#include <limits>

#include <gtest/gtest.h>

namespace aw {
namespace {

TEST(Ratio, TheGateIsExactAtItsBoundary) {
    EXPECT_TRUE(Ratio(7'000, 10'000).change_at_most(-3000));
    EXPECT_FALSE(Ratio(70'001, 100'000).change_at_most(-3000));
    EXPECT_TRUE(Ratio(69'999, 100'000).change_at_most(-3000));
    EXPECT_FALSE(Ratio(7'000'000'000'001, 10'000'000'000'000).change_at_most(-3000));
    // 840 of a mean of 1,200 over four weeks of seven days each.
    EXPECT_TRUE(Ratio(840, 4'800).times(Ratio(28'000, 7'000)).change_at_most(-3000));
    EXPECT_FALSE(Ratio(841, 4'800).times(Ratio(28'000, 7'000)).change_at_most(-3000));
    // Thirds have no exact double.
    EXPECT_TRUE(Ratio(14, 3).times(Ratio(3, 20)).change_at_most(-3000));
}

TEST(Ratio, ChangesOfTheRequirements) {
    EXPECT_EQ(Ratio(420, 1'200).change_bp(), -6500);
    EXPECT_EQ(Ratio(420, 1'150).change_bp(), -6348);
    EXPECT_EQ(Ratio(1'010, 1'000).change_bp(), 100);
    EXPECT_EQ(Ratio(742, 1'000).change_bp(), -2580);
    EXPECT_EQ(Ratio(352, 350).change_bp(), 57);
    // (1 - .42) / (1 - .43) - 1 = +1.75 %, R46's example
    EXPECT_EQ(Ratio(58, 100).divided_by(Ratio(57, 100)).change_bp(), 175);
}

TEST(Ratio, RoundsHalfAwayFromZero) {
    EXPECT_EQ(Ratio(100'005, 100'000).change_bp(), 1);
    EXPECT_EQ(Ratio(99'995, 100'000).change_bp(), -1);
    EXPECT_EQ(Ratio(100'004, 100'000).change_bp(), 0);
    EXPECT_EQ(Ratio(1, 2).scale(3), 2);
    EXPECT_EQ(Ratio(-1, 2).scale(3), -2);
    EXPECT_EQ(Ratio(1, -2).scale(3), -2);
}

TEST(Ratio, HugeNumbersNeitherWrapNorDrift) {
    constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
    EXPECT_EQ(Ratio(kMost, 1).change_bp(), std::numeric_limits<std::int32_t>::max());
    EXPECT_EQ(Ratio(kMost - 1, kMost).times(Ratio(kMost, kMost - 1)).change_bp(), 0);
    EXPECT_EQ(Ratio(kMost / 2, kMost).times(Ratio(kMost - 2, kMost - 1)).change_bp(), -5000);
    EXPECT_TRUE(Ratio(1, kMost).change_at_most(-9999));
    EXPECT_LT(Ratio(1, kMost), Ratio(1, kMost - 1));
    EXPECT_FALSE(Ratio(1, 2) < Ratio(2, 4));
    EXPECT_TRUE(Ratio(0, 5).is_zero());
    EXPECT_EQ(Ratio(-1, 1).change_bp(), -20'000);
}

}  // namespace
}  // namespace aw
