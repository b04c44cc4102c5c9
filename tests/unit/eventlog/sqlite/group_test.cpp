#include "eventlog/sqlite/group.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace aw::eventlog {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(SqliteGroup, TheFirstGetsEverything) {
    Group group(3);
    const int member = group.join([]() {});
    EXPECT_THAT(group.changes(member).gained, ElementsAre(0, 1, 2));
    EXPECT_THAT(group.changes(member).gained, IsEmpty());
}

TEST(SqliteGroup, APartitionIsNeverWithTwo) {
    Group group(4);
    int wakes = 0;
    const int first = group.join([&]() { ++wakes; });
    EXPECT_EQ(group.changes(first).gained.size(), 4u);
    wakes = 0;
    const int second = group.join([]() {});
    EXPECT_EQ(wakes, 1);
    EXPECT_THAT(group.changes(second).gained, IsEmpty());
    EXPECT_THAT(group.changes(first).revoking, ElementsAre(2, 3));
    EXPECT_THAT(group.changes(first).revoking, ElementsAre(2, 3));  // until it lets go
    group.let_go(first, {2, 3});
    EXPECT_THAT(group.changes(second).gained, ElementsAre(2, 3));
    EXPECT_THAT(group.changes(first).revoking, IsEmpty());
}

TEST(SqliteGroup, WhoLeavesLeavesItsPartitions) {
    Group group(2);
    const int first = group.join([]() {});
    const int second = group.join([]() {});
    const int third = group.join([]() {});
    EXPECT_THAT(group.changes(first).gained, ElementsAre(0));
    EXPECT_THAT(group.changes(second).gained, ElementsAre(1));
    EXPECT_THAT(group.changes(third).gained, IsEmpty());
    group.leave(first);
    const auto changes = group.changes(second);
    EXPECT_THAT(changes.gained, ElementsAre(0));
    EXPECT_THAT(changes.revoking, ElementsAre(1));
    group.let_go(second, {1});
    EXPECT_THAT(group.changes(third).gained, ElementsAre(1));
}

}  // namespace
}  // namespace aw::eventlog
