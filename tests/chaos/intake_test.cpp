// What a source brings reaches the log once, whatever happens to whoever brings it there in the middle of a
// transaction; poison among it becomes one dead letter each.
#include <gtest/gtest.h>

#include "app/exit_codes.hpp"
#include "chaos/standstill.hpp"
#include "system/eventually.hpp"

namespace aw::test {
namespace {

class Intake : public testing::Test {
protected:
    void SetUp() override {
        storm_.load_history();
        storm_.start(0);
        storm_.start(1);
        storm_.begin();
        ASSERT_TRUE(storm_.wait_for_owners(2 * Storm::kWorkers));
        ASSERT_TRUE(storm_.wait_for_intake(2));
    }
    Undecided freeze(std::size_t member) {
        const Undecided held = freeze_in_a_commit(storm_, member, {.topic = eventlog::Topic::events});
        EXPECT_FALSE(held.empty()) << "no transaction of intake was ever hit";
        return held;
    }

    Storm storm_{{.seed = 5,
                  .instances = 2,
                  .per_second = 200,
                  .source_per_second = 500,
                  .history_accounts = 20,
                  .history_days = 60}};
};

TEST_F(Intake, EachRecordOnceThroughKillsInTheMiddleOfItsTransactions) {
    // Back at once, with its partitions.
    for (const std::size_t member : {0, 1, 0}) {
        (void)freeze(member);
        storm_.kill(member);
        storm_.start(member);
        ASSERT_TRUE(storm_.wait_for_intake(2));
    }
    // Back when another one has them.
    (void)freeze(1);
    storm_.kill(1);
    ASSERT_TRUE(storm_.wait_for_intake(1));
    storm_.start(1);
    ASSERT_TRUE(storm_.wait_for_intake(2));
    // It lives, and its transaction does not.
    const Undecided held = freeze(0);
    ASSERT_TRUE(storm_.wait_for_intake(1));
    EXPECT_TRUE(eventually([&] { return decided(storm_, held, eventlog::Topic::events); }, std::chrono::seconds{30}));
    storm_.thaw(0);
    ASSERT_TRUE(storm_.wait_for_intake(2));
    EXPECT_TRUE(storm_.instance(0).exits().contains(app::kExitStartAgain)) << storm_.instance(0).log_tail();
    storm_.end();
    storm_.conclude();
    EXPECT_GT(storm_.aborted_by_intake(), 0U);
}

}  // namespace
}  // namespace aw::test
