// A broker that goes away under load and comes back: nothing lost, doubled or different.
#include <gtest/gtest.h>

#include "chaos/standstill.hpp"
#include "system/eventually.hpp"

namespace aw::test {
namespace {

class Outage : public testing::Test {
protected:
    void SetUp() override {
        storm_.load_history();
        storm_.start(0);
        storm_.start(1);
        storm_.begin();
        ASSERT_TRUE(storm_.wait_for_owners(2 * Storm::kWorkers));
    }
    void conclude() {
        EXPECT_TRUE(storm_.settle()) << "nobody works on";  // while the load goes on
        storm_.end();
        storm_.conclude();
    }

    Storm storm_{{.seed = 4, .instances = 2, .history_accounts = 20, .history_days = 90}};
};

// As for an upgrade. A commit is in hand that nobody will answer.
TEST_F(Outage, ABrokerStoppedInOrderAndStartedAgainUnderLoad) {
    ASSERT_FALSE(freeze_in_a_commit(storm_, 0).empty()) << "no commit was ever hit";
    storm_.broker().stop();
    storm_.thaw(0);
    EXPECT_TRUE(eventually([&] { return told(storm_, 0, "commit_failed"); })) << storm_.instance(0).log_tail();
    storm_.broker().start();
    conclude();
}

// By kill -9, in the middle of a transaction of each instance: whatever of them the broker has kept, they are ended, by
// their owners or by whoever comes after them.
TEST_F(Outage, ABrokerKilledInTheMiddleOfTransactions) {
    const Undecided first = freeze_in_a_commit(storm_, 0);
    ASSERT_FALSE(first.empty()) << "no commit was ever hit";
    const Undecided second = freeze_in_a_commit(storm_, 1, {.besides = first});
    ASSERT_FALSE(second.empty()) << "no commit was ever hit";
    storm_.broker().kill();
    storm_.thaw(0);
    storm_.broker().start();
    // One of them comes back when its transaction is over.
    EXPECT_TRUE(eventually([&] { return decided(storm_, second); }, std::chrono::seconds{30}));
    storm_.thaw(1);
    conclude();
    EXPECT_GT(storm_.aborted(), 0U);
}

}  // namespace
}  // namespace aw::test
