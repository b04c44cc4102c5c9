// What the broker tells of a group's members, as bytes.
#include <gtest/gtest.h>

#include "eventlog/kafka/owners.hpp"

namespace aw::eventlog {
namespace {

using namespace std::string_literals;

const std::string kTwoTopics =
    "\x00\x01\x00\x00\x00\x02"
    "\x00\x01"
    "a\x00\x00\x00\x01\x00\x00\x00\x07"
    "\x00\x06"
    "events\x00\x00\x00\x02\x00\x00\x00\x00\x00\x00\x01\x02"
    "\xff\xff\xff\xff"s;

TEST(Owners, AnAssignmentNamesTopicsAndPartitions) {
    EXPECT_TRUE(assigns(kTwoTopics, "events", 0));
    EXPECT_TRUE(assigns(kTwoTopics, "events", 0x102));
    EXPECT_FALSE(assigns(kTwoTopics, "events", 7)) << "of another topic";
    EXPECT_FALSE(assigns(kTwoTopics, "event", 0));
    EXPECT_TRUE(assigns(kTwoTopics, "a", 7));
}

TEST(Owners, BytesThatEndTooEarlyAssignNothing) {
    for (std::size_t size = 0; size < kTwoTopics.size() - 5; ++size)
        EXPECT_FALSE(assigns(std::string_view(kTwoTopics).substr(0, size), "events", 0x102)) << size;
    EXPECT_FALSE(assigns("\x00\x01\xff\xff\xff\xff\xff\xff"s, "events", 0));
    EXPECT_FALSE(assigns("\x00\x01\x7f\xff\xff\xff\xff\xff"s, "events", 0));
}

TEST(Owners, TheUrlStandsBehindTheClientId) {
    EXPECT_EQ(url_of_member("accountwatch http://10.0.0.7:8480"), "http://10.0.0.7:8480");
    EXPECT_EQ(url_of_member("our own name http://h:1"), "http://h:1");
    EXPECT_EQ(url_of_member("accountwatch"), "");
    EXPECT_EQ(url_of_member(""), "");
}

}  // namespace
}  // namespace aw::eventlog
