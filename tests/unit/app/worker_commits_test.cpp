// How often a worker commits: what nobody waits for together, what somebody waits for soon, and never more often than a
// producer can (some 75 transactions a second).
#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "worker_rig.hpp"

namespace aw::app {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kUrgentCommitsApart{20};
constexpr milliseconds kRoundTakes{1};
constexpr int kRecords = 200;

// When, since the first round, a worker commits that gets one record every millisecond.
class Commits {
public:
    explicit Commits(const std::function<EventPayload(int)>& payload) {
        for (int i = 0; i < kRecords; ++i) history_.add("2026-08-17 08:00", payload(i));
        history_.topic.one_by_one = true;
        Process process(history_.log);
        interval = process.commit_interval();
        test::OwnPace pace;
        const auto worker = process.worker(Process::unexpected, pace);
        const auto began = pace.now();
        for (int turns = 0; history_.topic.committed < history_.end() && turns < 10'000; ++turns) {
            const int before = history_.topic.commits;
            if (!worker->turn()) break;
            if (history_.topic.commits != before) at.push_back(std::chrono::round<milliseconds>(pace.now() - began));
            pace.pass(kRoundTakes);
        }
        EXPECT_EQ(history_.topic.committed, history_.end());
        worker->end();
    }
    // The gaps between one and the next.
    [[nodiscard]] std::vector<milliseconds> gaps() const {
        std::vector<milliseconds> list;
        for (std::size_t i = 1; i < at.size(); ++i) list.push_back(at[i] - at[i - 1]);
        return list;
    }

    std::vector<milliseconds> at;
    milliseconds interval{0};

private:
    LiveHistory history_;
};

// Somebody waits for the answer to each of them.
TEST(UrgentCommits, AreAtLeast20MillisecondsApartHoweverManyCome) {
    const Commits commits([](int) { return CommandEvent{"37140000012-1", "dept-director-1", 0, {}, AckAction{}}; });
    ASSERT_GE(commits.at.size(), static_cast<std::size_t>(kRecords / kUrgentCommitsApart.count() / 2));
    EXPECT_THAT(commits.gaps(), testing::Each(testing::Ge(kUrgentCommitsApart)));
    // And no later than that: the answers do not wait for the interval of the others.
    EXPECT_THAT(commits.gaps(), testing::Each(testing::Le(kUrgentCommitsApart + 2 * kRoundTakes)));
    EXPECT_LT(kUrgentCommitsApart + 2 * kRoundTakes, commits.interval);
}

TEST(UrgentCommits, AreMadeAtOnceWhenThereWasNoneForThatLong) {
    const Commits commits([](int n) {
        return n < 100 || n > 100 ? EventPayload{RevenueEvent{"express", yuan(1), {}, {}}}
                                  : EventPayload{CommandEvent{"37140000012-1", "dept-director-1", 0, {}, AckAction{}}};
    });
    // The activation is the first record, so this one is the 102nd, read in the round after joining and restoring.
    const milliseconds read{102};
    EXPECT_THAT(commits.at, testing::Contains(testing::AllOf(testing::Ge(read), testing::Le(read + 2 * kRoundTakes))));
}

TEST(Commits, OfWhatNobodyWaitsForAreAsFarApartAsTheSettingsSay) {
    const Commits commits([](int) { return RevenueEvent{"express", yuan(1), {}, {}}; });
    ASSERT_FALSE(commits.at.empty());
    EXPECT_THAT(commits.gaps(), testing::Each(testing::Ge(commits.interval)));
    EXPECT_GE(commits.at.front(), commits.interval);
}

}  // namespace
}  // namespace aw::app
