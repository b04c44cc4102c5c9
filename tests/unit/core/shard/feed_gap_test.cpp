// One gap of all partitions: whatever the order in which they tell, as long as each keeps its own.
#include "core/shard/feed_gap.hpp"

#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace aw {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct Told {
    std::int32_t partition;
    GapShare share;
};
Told opened(std::int32_t partition, std::int64_t at, std::int64_t held = 1) {
    return {partition, {{at - 5}, {at}, {at + partition}, {}, held, 0}};
}
Told closed(std::int32_t partition, std::int64_t opened_at, std::int64_t at) {
    return {partition, {{}, {opened_at}, {at}, {at}, 0, 0}};
}

// What follows: "+opened/held" and "-closed".
std::vector<std::string> follow(FeedGap& gap, std::size_t partitions, const std::vector<Told>& shares) {
    std::vector<std::string> steps;
    for (const Told& told : shares) {
        gap.take(told.partition, told.share);
        for (auto step = gap.next(partitions); step != FeedGap::Step::waits; step = gap.next(partitions)) {
            const GapShare& whole = gap.whole();
            steps.push_back(step == FeedGap::Step::opened ? "+" + std::to_string(whole.opened_at.ms) + "/" +
                                                                std::to_string(whole.accounts_held)
                                                          : "-" + std::to_string(whole.closed_at.ms));
        }
    }
    return steps;
}
std::vector<std::string> follow(std::size_t partitions, const std::vector<Told>& shares) {
    FeedGap gap;
    return follow(gap, partitions, shares);
}

TEST(FeedGap, OfOnePartition) {
    FeedGap gap;
    EXPECT_THAT(follow(gap, 1, {opened(0, 15, 214)}), ElementsAre("+15/214"));
    EXPECT_EQ(gap.whole().began_at, Timestamp{10});
    EXPECT_TRUE(gap.is_open());
    EXPECT_THAT(follow(gap, 1, {closed(0, 15, 90)}), ElementsAre("-90"));
    EXPECT_TRUE(gap.is_empty());
}

TEST(FeedGap, WaitsForAllPartitionsZeroToo) {
    EXPECT_THAT(follow(3, {opened(0, 15, 100), opened(2, 15, 114)}), IsEmpty());
    EXPECT_THAT(follow(3, {opened(0, 15, 100), opened(2, 15, 114), opened(1, 15, 0)}), ElementsAre("+15/214"));
}

TEST(FeedGap, ClosesWhenAllHaveClosed) {
    const std::vector<Told> open = {opened(0, 15), opened(1, 15)};
    auto shares = open;
    shares.push_back(closed(1, 15, 90));
    EXPECT_THAT(follow(2, shares), ElementsAre("+15/2"));
    shares.push_back(closed(0, 15, 91));
    EXPECT_THAT(follow(2, shares), ElementsAre("+15/2", "-91"));
}

TEST(FeedGap, IsToldOnceHoweverOftenAShareIsRead) {
    EXPECT_THAT(follow(2, {opened(0, 15), opened(0, 15), opened(1, 15), opened(1, 15), closed(0, 15, 90),
                           closed(0, 15, 95), closed(1, 15, 90)}),
                ElementsAre("+15/2", "-90"));
}

// A worker that is hours behind tells of gaps that are long over.
TEST(FeedGap, OnePartitionFarAheadOfTheOther) {
    EXPECT_THAT(follow(2, {opened(0, 15), closed(0, 15, 40), opened(0, 60), closed(0, 60, 80), opened(1, 15),
                           closed(1, 15, 40), opened(1, 60), closed(1, 60, 80)}),
                ElementsAre("+15/2", "-40", "+60/2", "-80"));
}

// A watermark that reached one partition just before its limit and the other just after it.
TEST(FeedGap, OfOnePartitionAloneIsNone) {
    EXPECT_THAT(follow(2, {opened(0, 15), closed(0, 15, 16), opened(0, 60), opened(1, 60)}), ElementsAre("+60/2"));
}

// The same, but the feed stays behind: the gap of all begins with the last.
TEST(FeedGap, BeginsWithTheLastPartition) {
    EXPECT_THAT(follow(2, {opened(0, 15), opened(1, 20), closed(0, 15, 90), closed(1, 20, 90)}),
                ElementsAre("+20/2", "-90"));
}

TEST(FeedGap, ThatClosesAtOnceIsToldWhateverTheNumberOfPartitions) {
    EXPECT_THAT(follow(1, {opened(0, 15), closed(0, 15, 15)}), ElementsAre("+15/1", "-15"));
    EXPECT_THAT(follow(2, {opened(0, 15), closed(0, 15, 15), opened(1, 15), closed(1, 15, 15)}),
                ElementsAre("+15/2", "-15"));
}

TEST(FeedGap, KnowsWhatWasOverBeforeTheOwnerLearntOfIt) {
    FeedGap gap;
    static_cast<void>(follow(gap, 2, {opened(0, 15), closed(0, 15, 40), opened(1, 15)}));
    EXPECT_TRUE(gap.was_over_by({40}));
    EXPECT_FALSE(gap.was_over_by({39}));
}

// The shares of each partition in their order, mixed at random: always the same gaps in the same order.
TEST(FeedGap, DependsOnNoOrderBetweenPartitions) {
    std::mt19937 random(7);
    for (int round = 0; round < 300; ++round) {
        const int partitions = 2 + static_cast<int>(random() % 4);
        std::vector<std::vector<Told>> of(static_cast<std::size_t>(partitions));
        std::int64_t at = 10;
        for (int gap = 0; gap < 6; ++gap) {
            const std::int64_t from = at + static_cast<std::int64_t>(random() % 20);
            const std::int64_t to = from + static_cast<std::int64_t>(random() % 3) * 10;
            at = to + 1;
            for (int p = 0; p < partitions; ++p) {
                of[static_cast<std::size_t>(p)].push_back(opened(p, from));
                of[static_cast<std::size_t>(p)].push_back(closed(p, from, to));
            }
        }
        const auto mixed = [&] {
            std::vector<Told> all;
            std::vector<std::size_t> next(of.size());
            for (;;) {
                std::vector<std::size_t> left;
                for (std::size_t p = 0; p < of.size(); ++p) {
                    if (next[p] < of[p].size()) left.push_back(p);
                }
                if (left.empty()) return all;
                const std::size_t p = left[random() % left.size()];
                all.push_back(of[p][next[p]++]);
            }
        };
        const auto expected = follow(of.size(), mixed());
        ASSERT_EQ(expected.size(), 12U);
        for (int again = 0; again < 5; ++again) ASSERT_EQ(follow(of.size(), mixed()), expected);
    }
}

}  // namespace
}  // namespace aw
