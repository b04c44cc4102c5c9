// Partitions that move under load, and an instance that the network has left alone: nothing lost, doubled or different.
#include <gtest/gtest.h>

#include "chaos/standstill.hpp"
#include "system/eventually.hpp"

namespace aw::test {
namespace {

// One instance, three, one again; in order first, then by kill -9, one of them in the middle of a commit, whose
// partitions wait for its session to end.
TEST(Rebalance, FromOneToThreeToOneUnderLoad) {
    Storm storm({.seed = 1});
    storm.load_history();
    storm.start(0);
    storm.begin();
    ASSERT_TRUE(storm.wait_for_owners(Storm::kWorkers));
    for (const bool politely : {true, false, true}) {
        storm.start(1);
        storm.start(2);
        ASSERT_TRUE(storm.wait_for_owners(3 * Storm::kWorkers));
        if (!politely) {
            ASSERT_FALSE(freeze_in_a_commit(storm, 1).empty()) << "no commit was ever hit";
        }
        for (const std::size_t member : {1, 2}) politely ? storm.stop(member) : storm.kill(member);
        ASSERT_TRUE(storm.wait_for_owners(Storm::kWorkers));
    }
    storm.end();
    storm.conclude();
    EXPECT_GT(storm.aborted(), 0U);
}

// An instance that reaches nobody for longer than its session and its transaction last: another one takes its
// partitions and works on from before that, and what it has in hand counts no more when it comes back.
TEST(Rebalance, AnInstanceCutOffComesBackToNothing) {
    Storm storm({.seed = 2, .instances = 2});
    storm.load_history();
    storm.start(0);
    storm.start(1);
    storm.begin();
    ASSERT_TRUE(storm.wait_for_owners(2 * Storm::kWorkers));
    for (const DoorState state : {DoorState::held, DoorState::cut}) {
        const Undecided held = hold_in_a_commit(storm, 1);
        ASSERT_FALSE(held.empty()) << "no commit was ever hit";
        storm.set_network(1, state);
        ASSERT_TRUE(storm.wait_for_owners(Storm::kWorkers));
        ASSERT_TRUE(eventually([&] { return decided(storm, held); }, std::chrono::seconds{30}));
        storm.set_network(1, DoorState::open);
        ASSERT_TRUE(storm.wait_for_owners(2 * Storm::kWorkers));
    }
    storm.end();
    storm.conclude();
    EXPECT_GT(storm.aborted(), 0U);
}

}  // namespace
}  // namespace aw::test
