// Partitions that move under load, and an instance that the network has left alone: nothing lost, doubled or different.
#include <thread>

#include <gtest/gtest.h>

#include "chaos/storm.hpp"

namespace aw::test {
namespace {

// One instance, three, one again; in order first, then by kill -9, whose partitions wait for its session to end.
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
        for (const std::size_t member : {1, 2}) politely ? storm.stop(member) : storm.kill(member);
        ASSERT_TRUE(storm.wait_for_owners(Storm::kWorkers));
    }
    storm.end();
    storm.conclude();
}

// An instance that reaches nobody for longer than its session lasts: another one takes its partitions, and what it has
// in hand counts no more when it comes back.
TEST(Rebalance, AnInstanceCutOffComesBackToNothing) {
    Storm storm({.seed = 2, .instances = 2});
    storm.load_history();
    storm.start(0);
    storm.start(1);
    storm.begin();
    ASSERT_TRUE(storm.wait_for_owners(2 * Storm::kWorkers));
    for (const DoorState state : {DoorState::held, DoorState::cut}) {
        storm.set_network(1, state);
        ASSERT_TRUE(storm.wait_for_owners(Storm::kWorkers));
        std::this_thread::sleep_for(std::chrono::seconds{3});  // the other one works on what it has taken over
        storm.set_network(1, DoorState::open);
        ASSERT_TRUE(storm.wait_for_owners(2 * Storm::kWorkers));
    }
    storm.end();
    storm.conclude();
}

}  // namespace
}  // namespace aw::test
