// Which watermark counts for a source in a region, and which sources an account needs.
#include "core/shard/feeds.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/archive.hpp"
#include "core/shard/account.hpp"

namespace aw {
namespace {

using Advance = Feeds::Advance;

constexpr Timestamp kNine{9'000};
constexpr Timestamp kTen{10'000};

TEST(Feeds, AreUnderControlFromTheirFirstWatermarkOn) {
    Feeds feeds;
    const auto sorting = feeds.intern("sorting");
    EXPECT_FALSE(feeds.is_under_control(sorting));
    EXPECT_EQ(feeds.covering(sorting, 371400), nullptr);
    EXPECT_EQ(feeds.advance("sorting", 371400, kTen), Advance::advanced);
    EXPECT_TRUE(feeds.is_under_control(sorting));
    ASSERT_NE(feeds.covering(sorting, 371400), nullptr);
    EXPECT_EQ(feeds.covering(sorting, 371400)->complete_until, kTen);
    EXPECT_EQ(feeds.covering(sorting, 371500), nullptr);  // another region of the same feed is not
    EXPECT_FALSE(feeds.is_under_control(feeds.intern("billing")));
}

// The watermark may come before the first event of the source.
TEST(Feeds, KnowTheirSourceInEitherOrder) {
    Feeds feeds;
    EXPECT_EQ(feeds.advance("sorting", 0, kTen), Advance::advanced);
    EXPECT_EQ(feeds.advance("arrivals", 0, kNine), Advance::advanced);
    const auto sorting = feeds.intern("sorting");
    ASSERT_NE(feeds.covering(sorting, 110000), nullptr);
    EXPECT_EQ(feeds.covering(sorting, 110000)->complete_until, kTen);
}

TEST(Feeds, TheNearestAncestorCounts) {
    Feeds feeds;
    const auto sorting = feeds.intern("sorting");
    const auto until = [&](std::uint32_t region) { return feeds.covering(sorting, region)->complete_until.ms; };
    EXPECT_EQ(feeds.advance("sorting", 0, {1}), Advance::advanced);
    EXPECT_EQ(feeds.advance("sorting", 371402, {4}), Advance::advanced);
    EXPECT_EQ(feeds.advance("sorting", 370000, {2}), Advance::advanced);
    EXPECT_EQ(feeds.advance("sorting", 371400, {3}), Advance::advanced);
    EXPECT_EQ(until(371402), 4);
    EXPECT_EQ(until(371403), 3);
    EXPECT_EQ(until(371500), 2);
    EXPECT_EQ(until(110101), 1);
}

TEST(Feeds, AWatermarkNeverGoesBack) {
    Feeds feeds;
    const auto sorting = feeds.intern("sorting");
    EXPECT_EQ(feeds.advance("sorting", 371400, kTen), Advance::advanced);
    EXPECT_EQ(feeds.advance("sorting", 371400, kNine), Advance::nothing_new);
    EXPECT_EQ(feeds.advance("sorting", 371400, kTen), Advance::nothing_new);
    EXPECT_EQ(feeds.covering(sorting, 371400)->complete_until, kTen);
    EXPECT_EQ(feeds.advance("sorting", 371400, {10'001}), Advance::advanced);
}

TEST(Feeds, AreBounded) {
    Feeds feeds;
    for (std::size_t n = 0; n < Feeds::kMaxMarks; ++n)
        ASSERT_EQ(feeds.advance("f" + std::to_string(n % 700), static_cast<std::uint32_t>(110000 + n), kTen),
                  Advance::advanced);
    EXPECT_EQ(feeds.advance("one more", 0, kTen), Advance::too_many);
    EXPECT_EQ(feeds.advance("f0", 110000, {20'000}), Advance::advanced);  // those that are known go on
}

TEST(Feeds, AreStoredWithTheirGaps) {
    Feeds feeds;
    const auto sorting = feeds.intern("sorting");
    EXPECT_EQ(feeds.advance("sorting", 371400, kTen), Advance::advanced);
    feeds.each_feed([](const std::string&, std::vector<Feeds::Mark>& marks) { marks[0].gap_since = {12'000}; });
    EXPECT_TRUE(feeds.take_changed());
    EXPECT_FALSE(feeds.take_changed());
    std::string bytes;
    ArchiveWriter writer(bytes);
    writer(feeds);
    ArchiveReader reader(bytes);
    Feeds again;
    reader(again);
    ASSERT_TRUE(reader.finished());
    ASSERT_NE(again.covering(sorting, 371402), nullptr);
    EXPECT_EQ(again.covering(sorting, 371402)->gap_since, Timestamp{12'000});
    EXPECT_EQ(again.name(sorting), "sorting");
}

// --- which sources a verdict needs ---

struct Client : Account {
    static constexpr Day kDay{20'000};
    bool needs(std::uint8_t source, std::uint8_t kinds) const {
        for (const FeedUse& use : feeds) {
            if (!use.is_free() && use.source == source) return needs_feed(use, kinds);
        }
        return false;
    }
};

TEST(NeededFeeds, ThoseThatDeliveredThatKindInTheLast28Days) {
    Client client;
    client.used_feed(0, FeedUse::kItems, Client::kDay);
    client.used_feed(1, FeedUse::kRevenue, Client::kDay);
    EXPECT_TRUE(client.needs(0, FeedUse::kItems));
    EXPECT_FALSE(client.needs(0, FeedUse::kRevenue));
    EXPECT_FALSE(client.needs(1, FeedUse::kItems));
    EXPECT_TRUE(client.needs(1, FeedUse::kRevenue | FeedUse::kItems));
    client.used_feed(2, FeedUse::kItems, Client::kDay + 27);
    EXPECT_TRUE(client.needs(0, FeedUse::kItems));  // the 28 days that end with the last delivery
    client.used_feed(2, FeedUse::kItems, Client::kDay + 28);
    EXPECT_FALSE(client.needs(0, FeedUse::kItems));
    EXPECT_TRUE(client.needs(2, FeedUse::kItems));
}

// A source that once sent shipments and now only invoices says nothing about shipments.
TEST(NeededFeeds, EachKindHasItsOwnLastDay) {
    Client client;
    client.used_feed(0, FeedUse::kItems, Client::kDay);
    for (int n = 0; n < 60; n += 10) {
        client.used_feed(0, FeedUse::kRevenue, Client::kDay + n);
        client.used_feed(1, FeedUse::kItems, Client::kDay + n);
    }
    EXPECT_FALSE(client.needs(0, FeedUse::kItems));
    EXPECT_TRUE(client.needs(0, FeedUse::kRevenue));
}

TEST(NeededFeeds, AnOldEventTakesNothingBack) {
    Client client;
    client.used_feed(0, FeedUse::kItems, Client::kDay);
    client.used_feed(0, FeedUse::kItems, Client::kDay - 5);
    client.used_feed(1, FeedUse::kItems, Client::kDay + 27);
    EXPECT_TRUE(client.needs(0, FeedUse::kItems));
}

TEST(NeededFeeds, OfFiveSourcesTheLongestSilentIsForgotten) {
    Client client;
    for (std::uint8_t source = 0; source < 5; ++source)
        client.used_feed(source, FeedUse::kItems, Client::kDay + (source == 2 ? -1 : source));
    EXPECT_FALSE(client.needs(2, FeedUse::kItems));
    EXPECT_TRUE(client.needs(4, FeedUse::kItems));
}

TEST(NeededFeeds, WhomAFeedDeliveredForBeforeItFellSilent) {
    Client client;
    client.used_feed(3, FeedUse::kItems, Client::kDay);
    EXPECT_TRUE(client.had_from(3, Client::kDay + 27));
    EXPECT_FALSE(client.had_from(3, Client::kDay + 28));
    EXPECT_FALSE(client.had_from(0, Client::kDay));  // a place that is free is no source 0
}

}  // namespace
}  // namespace aw
