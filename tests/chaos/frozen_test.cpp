// An instance that stands still in the middle of a commit, as a machine that swaps or a snapshot of a virtual one does,
// and goes on when others have its partitions: nothing lost, doubled or different.
#include <optional>

#include <gtest/gtest.h>

#include "app/exit_codes.hpp"
#include "chaos/standstill.hpp"
#include "system/eventually.hpp"

namespace aw::test {
namespace {

class Frozen : public testing::Test {
protected:
    static constexpr std::size_t kOther = 0;
    static constexpr std::size_t kVictim = 1;

    void begin(std::chrono::milliseconds transaction_lasts) {
        storm_.emplace(StormOptions{.seed = 3,
                                    .instances = 2,
                                    .history_accounts = 20,
                                    .history_days = 90,
                                    .transaction_lasts = transaction_lasts});
        storm_->load_history();
        storm_->start(kOther);
        storm_->start(kVictim);
        storm_->begin();
        ASSERT_TRUE(storm_->wait_for_owners(2 * Storm::kWorkers));
    }
    void conclude() {
        storm_->end();
        storm_->conclude();
    }

    std::optional<Storm> storm_;
};

// Longer than its session lasts: its partitions are others' when it goes on, and what it has in hand is refused. Where
// it has sent its positions before, the others wait for the end of its transaction, and that counts.
TEST_F(Frozen, ForLongerThanASession) {
    begin(std::chrono::minutes{1});
    ASSERT_FALSE(freeze_in_a_commit(*storm_, kVictim).empty()) << "no commit was ever hit";
    const bool without_positions = storm_->positions_are_decided();
    ASSERT_TRUE(storm_->wait_for_owners(Storm::kWorkers));
    storm_->thaw(kVictim);
    EXPECT_TRUE(eventually([&] { return told(*storm_, kVictim, "partition was lost"); }))
        << storm_->instance(kVictim).log_tail();
    ASSERT_TRUE(storm_->wait_for_owners(2 * Storm::kWorkers));
    conclude();
    EXPECT_TRUE(storm_->aborted() > 0 || !without_positions);
}

// Longer than a transaction lasts, too: what it has in hand is given up by the broker, others work on from before it,
// and it is fenced when it tries to commit.
TEST_F(Frozen, ForLongerThanATransaction) {
    begin(std::chrono::seconds{10});
    const Undecided held = freeze_in_a_commit(*storm_, kVictim);
    ASSERT_FALSE(held.empty()) << "no commit was ever hit";
    ASSERT_TRUE(storm_->wait_for_owners(Storm::kWorkers));
    ASSERT_TRUE(eventually([&] { return decided(*storm_, held); }, std::chrono::seconds{30}));
    storm_->thaw(kVictim);
    ASSERT_TRUE(storm_->wait_for_owners(2 * Storm::kWorkers));
    EXPECT_TRUE(storm_->instance(kVictim).exits().contains(app::kExitStartAgain))
        << storm_->instance(kVictim).log_tail();
    conclude();
    EXPECT_GT(storm_->aborted(), 0U);
}

}  // namespace
}  // namespace aw::test
