#include "core/detect/lateness.hpp"

#include <gtest/gtest.h>

namespace aw {
namespace {

const Day kBegin = make_day(2026, 3, 2);

// Of each day so many items by the first look, the second, the fifth.
void days(Lateness& lateness, int from, int to, std::int64_t first, std::int64_t second, std::int64_t fifth) {
    for (int d = from; d < to; ++d) {
        lateness.add(kBegin + d, 1, first);
        lateness.add(kBegin + d, 2, second);
        lateness.add(kBegin + d, 5, fifth);
        lateness.seal(kBegin + d);
    }
}

TEST(Lateness, SaysHowMuchOfADayIsKnownAtEachLook) {
    Lateness lateness;
    days(lateness, 0, 20, 60, 30, 10);
    EXPECT_NEAR(lateness.known(1), 0.6, 1e-9);
    EXPECT_NEAR(lateness.known(2), 0.9, 1e-9);
    EXPECT_NEAR(lateness.known(4), 0.9, 1e-9);
    EXPECT_NEAR(lateness.known(5), 1, 1e-9);
    EXPECT_NEAR(lateness.known(Lateness::kLags), 1, 1e-9);
    EXPECT_EQ(lateness.known(100), lateness.known(Lateness::kLags));
    EXPECT_EQ(lateness.known(0), lateness.known(1));
    EXPECT_EQ(lateness.sealed_through(), kBegin + 19);
}

TEST(Lateness, OfFewItemsNothingIsSaid) {
    Lateness lateness;
    days(lateness, 0, 9, 60, 30, 10);
    EXPECT_EQ(lateness.known(1), 1);
    days(lateness, 9, 14, 60, 30, 10);
    EXPECT_LT(lateness.known(1), 1);
}

TEST(Lateness, ADayCountsOnceItIsSealed) {
    Lateness lateness;
    lateness.add(kBegin, 1, 2'000);
    lateness.add(kBegin, 2, 2'000);
    EXPECT_EQ(lateness.known(1), 1);
    lateness.seal(kBegin);
    EXPECT_NEAR(lateness.known(1), 0.5, 1e-9);
    lateness.seal(kBegin);  // once
    EXPECT_NEAR(lateness.known(1), 0.5, 1e-9);
}

TEST(Lateness, FollowsAFeedThatChanges) {
    Lateness lateness;
    days(lateness, 0, 60, 60, 40, 0);
    days(lateness, 60, 90, 100, 0, 0);  // a half-life of 30 days
    EXPECT_NEAR(lateness.known(1), 0.83, 0.02);
    days(lateness, 90, 240, 100, 0, 0);
    EXPECT_GT(lateness.known(1), 0.99);
}

TEST(Lateness, NeverSaysThatNothingIsKnown) {
    Lateness lateness;
    days(lateness, 0, 30, 0, 100, 0);
    EXPECT_GT(lateness.known(1), 0);
    EXPECT_LT(lateness.known(1), 0.02);
}

}  // namespace
}  // namespace aw
