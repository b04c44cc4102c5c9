// The broker is stopped in order under load, as for an upgrade, and started again: nothing lost, doubled or different.
#include <gtest/gtest.h>

#include "chaos/standstill.hpp"
#include "system/eventually.hpp"

namespace aw::test {
namespace {

TEST(Outage, ABrokerStoppedInOrderAndStartedAgainUnderLoad) {
    Storm storm({.seed = 4, .instances = 2, .history_accounts = 20, .history_days = 90});
    storm.load_history();
    storm.start(0);
    storm.start(1);
    storm.begin();
    ASSERT_TRUE(storm.wait_for_owners(2 * Storm::kWorkers));
    // A commit is in hand that nobody will answer.
    ASSERT_FALSE(freeze_in_a_commit(storm, 0).empty()) << "no commit was ever hit";
    storm.broker().stop();
    storm.thaw(0);
    EXPECT_TRUE(eventually([&] { return told(storm, 0, "commit_failed"); })) << storm.instance(0).log_tail();
    storm.broker().start();
    EXPECT_TRUE(storm.settle()) << "nobody works on";  // while the load goes on
    storm.end();
    storm.conclude();
}

}  // namespace
}  // namespace aw::test
