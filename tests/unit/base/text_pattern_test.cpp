#include "base/text_pattern.hpp"

#include <gtest/gtest.h>

namespace aw {
namespace {

TEST(TextPattern, IsFoundWhereItIsNotAnchored) {
    const auto pattern = TextPattern::compile("^parcels\\.(south|north)");
    ASSERT_TRUE(pattern);
    EXPECT_TRUE(pattern->matches("parcels.south"));
    EXPECT_TRUE(pattern->matches("parcels.north.1"));
    EXPECT_FALSE(pattern->matches("parcelsxsouth"));
    EXPECT_FALSE(pattern->matches("all.parcels.south"));
    const TextPattern copy = *pattern;
    EXPECT_TRUE(copy.matches("parcels.south"));
}

TEST(TextPattern, SaysWhyItIsNone) {
    const auto pattern = TextPattern::compile("^parcels(");
    ASSERT_FALSE(pattern);
    EXPECT_FALSE(pattern.error().message.empty());
}

}  // namespace
}  // namespace aw
