#include "base/hash.hpp"

#include <set>
#include <string>

#include <gtest/gtest.h>

namespace aw {
namespace {

// The values of Kafka's own UtilsTest.testMurmur2.
TEST(Murmur2, GivesTheNumbersOfTheJavaClient) {
    EXPECT_EQ(static_cast<std::int32_t>(murmur2("21")), -973932308);
    EXPECT_EQ(static_cast<std::int32_t>(murmur2("foobar")), -790332482);
    EXPECT_EQ(static_cast<std::int32_t>(murmur2("a-little-bit-long-string")), -985981536);
    EXPECT_EQ(static_cast<std::int32_t>(murmur2("a-little-bit-longer-string")), -1486304829);
    EXPECT_EQ(static_cast<std::int32_t>(murmur2("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8")), -58897971);
    EXPECT_EQ(static_cast<std::int32_t>(murmur2("abc")), 479470107);
}

TEST(Murmur2, HighBytesAreUnsigned) {
    EXPECT_NE(murmur2("\xff\xfe\xfd"), murmur2("\x7f\x7e\x7d"));
    EXPECT_EQ(partition_of("37140000012", 1), 0);
    std::set<int> used;
    for (int i = 0; i < 1000; ++i) {
        const int partition = partition_of("371400" + std::to_string(10'000 + i), 12);
        ASSERT_GE(partition, 0);
        ASSERT_LT(partition, 12);
        used.insert(partition);
    }
    EXPECT_EQ(used.size(), 12U);
}

// Stored in state records: a change of these numbers would forget every duplicate.
TEST(Hash64, IsFrozen) {
    EXPECT_EQ(hash64(""), 0xab4c3bbe286bc621ULL);
    EXPECT_EQ(hash64("event-1"), 0xbd2689376bcd7e7fULL);
    EXPECT_EQ(hash64("sorting-2026-08-17-000000012345"), 0xf441a7bda7e0e2f3ULL);
    EXPECT_NE(hash64("a"), hash64(std::string("a\0", 2)));
    EXPECT_NE(hash64("12345678"), hash64("12345679"));
    EXPECT_NE(hash64("a", 1), hash64("a", 2));
    std::set<std::uint64_t> seen;
    for (int i = 0; i < 100'000; ++i) seen.insert(hash64("event-" + std::to_string(i)));
    EXPECT_EQ(seen.size(), 100'000U);
}

}  // namespace
}  // namespace aw
