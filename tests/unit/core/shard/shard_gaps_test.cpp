// A silent client or a silent feed (design section 2): the gap of a feed is told once, with the accounts of all
// partitions, when its limit is reached, whether or not anything arrives; what it would make a false verdict of waits.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/shard_ring.hpp"

namespace aw {
namespace {

using test::shanghai;
using test::ShardRig;
using test::ShardRing;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

std::shared_ptr<Rules> with_limit(Duration limit, std::string_view feed = "test") {
    auto rules = test::sample_rules();
    rules->feeds = {{std::string(feed), std::chrono::minutes{5}, limit}};
    return rules;
}
constexpr Duration kLimit = std::chrono::minutes{15};

std::string code_of(std::uint32_t region, int account) {
    const std::string digits = std::to_string(100'000 + account);
    return std::to_string(region) + digits.substr(1) + "001";
}

class FeedGaps : public testing::TestWithParam<int> {
protected:
    explicit FeedGaps(std::shared_ptr<const Rules> rules = with_limit(kLimit)) : ring(GetParam(), std::move(rules)) {}

    void ship(const char* local, std::string_view code, std::string_view source = "test") {
        ring.source = source;
        ring.at(local, code, ShipmentEvent{"express", 5, 0, {}, {}, {}});
    }
    void complete(const char* local, const char* until, std::string_view region = "371400",
                  std::string_view feed = "test") {
        ring.source = feed;
        ring.at(local, {}, WatermarkEvent{feed, region, shanghai(until)});
    }
    // Scenario F: 200 clients of the city, 14 of its district; and some whom its feed does not concern.
    void city() {
        for (int n = 0; n < 200; ++n) ship("2026-03-10 12:00", code_of(371400, n));
        for (int n = 0; n < 14; ++n) ship("2026-03-10 12:00", code_of(371402, n));
        for (int n = 0; n < 20; ++n) ship("2026-03-10 12:00", code_of(371500, n));
        for (int n = 300; n < 310; ++n) ship("2026-03-10 12:00", code_of(371400, n), "another");
    }
    std::vector<std::string> gaps() const {
        std::vector<std::string> list;
        for (const DataGap& gap : ring.all<DataGap>()) {
            list.push_back(gap.feed + " " + gap.region_code + " " + format_utc(gap.began_at).substr(8) + " " +
                           format_utc(gap.opened_at).substr(8) + " " +
                           (gap.closed_at.is_set() ? format_utc(gap.closed_at).substr(8) : "open") + " " +
                           std::to_string(gap.accounts_held));
        }
        return list;
    }

    ShardRing ring;
};

TEST_P(FeedGaps, OneWithTheAccountsOfAllPartitions) {
    city();
    complete("2026-03-11 10:00", "2026-03-11 10:00");
    ring.advance("2026-03-11 10:14:59");
    EXPECT_THAT(gaps(), IsEmpty());
    ring.advance("2026-03-11 10:15");
    EXPECT_THAT(gaps(), ElementsAre("test 371400 11T02:00:00Z 11T02:15:00Z open 214"));
    ASSERT_THAT(ring.notices(NoticeReason::DATA_GAP), SizeIs(1));
    const Notice notice = ring.notices(NoticeReason::DATA_GAP)[0];
    EXPECT_EQ(notice.recipient_staff_id.value, "ops");
    EXPECT_EQ(notice.created_at, shanghai("2026-03-11 10:15"));
    EXPECT_EQ(notice.subject, "test 371400: data gap, verdicts are on hold");
    EXPECT_THAT(notice.text, HasSubstr("nothing complete since 03-11 10:00, accounts held: 214"));
    ring.advance("2026-03-14 10:00");
    EXPECT_THAT(gaps(), SizeIs(1));
    EXPECT_THAT(ring.notices(NoticeReason::DATA_GAP), SizeIs(1));
}

TEST_P(FeedGaps, ClosesWhenTheWatermarkPasses) {
    city();
    complete("2026-03-11 10:00", "2026-03-11 10:00");
    complete("2026-03-11 14:20", "2026-03-11 12:00");  // still more than the limit behind
    EXPECT_THAT(gaps(), SizeIs(1));
    complete("2026-03-11 14:30", "2026-03-11 14:30");
    ASSERT_THAT(gaps(), ElementsAre("test 371400 11T02:00:00Z 11T02:15:00Z open 214",
                                    "test 371400 11T02:00:00Z 11T02:15:00Z 11T06:30:00Z 214"));
    EXPECT_EQ(ring.all<DataGap>()[0].gap_id, "test-371400-2026-03-11T020000Z");
    EXPECT_EQ(ring.all<DataGap>()[1].gap_id, ring.all<DataGap>()[0].gap_id);
    ASSERT_THAT(ring.notices(NoticeReason::DATA_GAP_CLOSED), SizeIs(1));
    EXPECT_EQ(ring.notices(NoticeReason::DATA_GAP_CLOSED)[0].recipient_staff_id.value, "ops");
    // The next one is another gap.
    ring.advance("2026-03-11 20:00");
    ASSERT_THAT(gaps(), SizeIs(3));
    EXPECT_EQ(ring.all<DataGap>()[2].gap_id, "test-371400-2026-03-11T063000Z");
    EXPECT_EQ(ring.all<DataGap>()[2].opened_at, shanghai("2026-03-11 14:45"));
}

TEST_P(FeedGaps, AHeartbeatInTimeIsNoGap) {
    city();
    for (const char* at : {"2026-03-11 10:00", "2026-03-11 10:14:59", "2026-03-11 10:29", "2026-03-11 10:43"})
        complete(at, at);
    EXPECT_THAT(gaps(), IsEmpty());
}

TEST_P(FeedGaps, SurviveARestartAndAreToldOnce) {
    city();
    complete("2026-03-11 10:00", "2026-03-11 10:00");
    ring.restart();
    ring.advance("2026-03-11 10:15");
    EXPECT_THAT(gaps(), SizeIs(1));
    ring.restart();
    ring.advance("2026-03-11 12:00");
    EXPECT_THAT(gaps(), SizeIs(1));
    complete("2026-03-11 14:30", "2026-03-11 14:30");
    ASSERT_THAT(gaps(), SizeIs(2));
    EXPECT_EQ(gaps()[1], "test 371400 11T02:00:00Z 11T02:15:00Z 11T06:30:00Z 214");
}

// The shares of the partitions are on their way while one of them is restarted.
TEST_P(FeedGaps, AnswersThatAreReadLaterAddUpAllTheSame) {
    city();
    complete("2026-03-11 10:00", "2026-03-11 10:00");
    ring.hold = true;
    ring.advance("2026-03-11 10:20");
    complete("2026-03-11 14:30", "2026-03-11 14:30");
    EXPECT_THAT(gaps(), IsEmpty());
    ring.restart();
    ring.hold = false;
    ring.deliver();
    ASSERT_THAT(gaps(), ElementsAre("test 371400 11T02:00:00Z 11T02:15:00Z open 214",
                                    "test 371400 11T02:00:00Z 11T02:15:00Z 11T06:30:00Z 214"));
    EXPECT_EQ(ring.notices(NoticeReason::DATA_GAP)[0].created_at, shanghai("2026-03-11 10:15"));
}

// Each account is held by the watermark that counts for it, and by no other.
TEST_P(FeedGaps, EveryRegionHasItsOwn) {
    city();
    complete("2026-03-11 09:59", "2026-03-11 10:00", "371402");
    complete("2026-03-11 10:00", "2026-03-11 10:00");
    complete("2026-03-11 10:00", "2026-03-11 10:00", "", "another");
    ring.advance("2026-03-11 10:15");
    EXPECT_THAT(gaps(), ElementsAre("test 371400 11T02:00:00Z 11T02:15:00Z open 200",
                                    "test 371402 11T02:00:00Z 11T02:15:00Z open 14"));
    EXPECT_THAT(ring.notices(NoticeReason::DATA_GAP), SizeIs(2));
    complete("2026-03-11 11:00", "2026-03-11 11:00", "371402");
    ASSERT_THAT(gaps(), SizeIs(3));
    EXPECT_EQ(gaps()[2], "test 371402 11T02:00:00Z 11T02:15:00Z 11T03:00:00Z 14");
}

TEST_P(FeedGaps, HoldWhomTheFeedDeliveredForInTheLast28Days) {
    ship("2026-02-11 12:00", code_of(371400, 1));  // 29 days with the last one
    ship("2026-02-12 12:00", code_of(371400, 2));
    ship("2026-03-11 09:00", code_of(371400, 3));
    complete("2026-03-11 10:00", "2026-03-11 10:00");
    ring.advance("2026-03-11 10:15");
    ASSERT_THAT(gaps(), SizeIs(1));
    EXPECT_EQ(ring.all<DataGap>()[0].accounts_held, 2);
}

TEST_P(FeedGaps, AFeedWithoutClientsIsToldToo) {
    complete("2026-03-11 10:00", "2026-03-11 10:00");
    ring.advance("2026-03-11 10:15");
    EXPECT_THAT(gaps(), ElementsAre("test 371400 11T02:00:00Z 11T02:15:00Z open 0"));
}

// Nobody has said how often it sends a watermark.
TEST_P(FeedGaps, AFeedWithoutARowHasThreeDays) {
    city();
    complete("2026-03-11 10:00", "2026-03-11 10:00", "", "another");
    ring.advance("2026-03-14 09:59:59");
    EXPECT_THAT(gaps(), IsEmpty());
    ring.advance("2026-03-14 10:00");
    ASSERT_THAT(gaps(), ElementsAre("another  11T02:00:00Z 14T02:00:00Z open 10"));
    EXPECT_EQ(ring.all<DataGap>()[0].gap_id, "another-all-2026-03-11T020000Z");
    EXPECT_EQ(ring.notices(NoticeReason::DATA_GAP)[0].recipient_staff_id.value, "ops");
}

// Under control from its first watermark on, and not before.
TEST_P(FeedGaps, AFirstWatermarkThatIsOldOpensOneAtOnce) {
    city();
    complete("2026-03-11 10:00", "2026-03-01 00:00");
    EXPECT_THAT(gaps(), ElementsAre("test 371400 28T16:00:00Z 11T02:00:00Z open 214"));
}

std::shared_ptr<const Rules> live_later() {
    auto rules = with_limit(kLimit);
    rules->live_from = shanghai("2026-03-12 00:00");
    return rules;
}
struct HistoricGaps : FeedGaps {
    HistoricGaps() : FeedGaps(live_later()) {}
};

TEST_P(HistoricGaps, AreToldOnlyIfTheyLast) {
    city();
    complete("2026-03-11 10:00", "2026-03-11 10:00");
    complete("2026-03-11 14:30", "2026-03-11 14:30");
    complete("2026-03-11 14:31", "2026-03-11 14:31", "371500");
    complete("2026-03-11 23:50", "2026-03-11 23:50");
    EXPECT_THAT(gaps(), IsEmpty());
    complete("2026-03-12 00:01", "2026-03-12 00:01");
    EXPECT_THAT(gaps(), ElementsAre("test 371500 11T06:31:00Z 11T06:46:00Z open 20"));
    ASSERT_THAT(ring.notices(NoticeReason::DATA_GAP), SizeIs(1));
    EXPECT_EQ(ring.notices(NoticeReason::DATA_GAP)[0].created_at, shanghai("2026-03-12 00:00"));
    complete("2026-03-12 00:05", "2026-03-12 00:05", "371500");
    EXPECT_THAT(ring.notices(NoticeReason::DATA_GAP_CLOSED), SizeIs(1));
}

INSTANTIATE_TEST_SUITE_P(Partitions, FeedGaps, testing::Values(1, 4, 7));
INSTANTIATE_TEST_SUITE_P(Partitions, HistoricGaps, testing::Values(1, 4));

// --- one shard: its timer, its lateness, other limits ---

struct Clients : ShardRig {
    explicit Clients(Duration limit = kLimit) : ShardRig(with_limit(limit)) {
        at("2026-03-10 12:00", code_of(371400, 1), ShipmentEvent{"express", 5, 0, {}, {}, {}});
        effects.clear();
    }
    void complete(const char* local, const char* until) {
        at(local, {}, WatermarkEvent{"test", "371400", shanghai(until)});
    }
    [[nodiscard]] std::vector<Partial> shares() const { return all<Partial>(); }
};

TEST(FeedGapTimer, FiresWithNothingArriving) {
    Clients rig;
    rig.complete("2026-03-11 10:00", "2026-03-11 10:00");
    EXPECT_EQ(rig.shard.next_deadline(), shanghai("2026-03-11 10:15"));
    rig.complete("2026-03-11 10:05", "2026-03-11 10:05");
    EXPECT_EQ(rig.shard.next_deadline(), shanghai("2026-03-11 10:20"));
    rig.tick(shanghai("2026-03-11 10:20"));
    ASSERT_THAT(rig.shares(), SizeIs(1));
    EXPECT_EQ(rig.shares()[0].topic, "data-gap/371400");
    EXPECT_EQ(rig.shares()[0].subject, "test");
    EXPECT_EQ(rig.shares()[0].due_at, shanghai("2026-03-11 10:20"));
    EXPECT_EQ(rig.shares()[0].counts[0], 1);
    EXPECT_EQ(rig.shard.next_deadline(), shanghai("2026-03-12 08:30"));  // once
}

// Nothing ran at 10:15; the first tick after it comes 180 s later.
TEST(FeedGapTimer, OverdueFiresOnceWithItsLateness) {
    Clients rig;
    rig.complete("2026-03-11 10:00", "2026-03-11 10:00");
    ShardRig again(with_limit(kLimit));
    again.shard = test::restored(with_limit(kLimit), test::snapshot_of(rig.shard));
    again.backfilled = false;
    EXPECT_EQ(again.shard.next_deadline(), shanghai("2026-03-11 10:15"));
    again.tick(shanghai("2026-03-11 10:18"));
    again.tick(shanghai("2026-03-11 10:19"));
    const auto shares = again.all<Partial>();
    ASSERT_THAT(shares, SizeIs(1));
    EXPECT_EQ(shares[0].due_at, shanghai("2026-03-11 10:15"));
    ShardRing ring(1, with_limit(kLimit));
    ring.at("2026-03-11 10:19", {}, TickEvent{});
    ring.read(shares[0]);
    ASSERT_THAT(ring.all<DataGap>(), SizeIs(1));
    EXPECT_EQ(ring.all<DataGap>()[0].opened_at, shanghai("2026-03-11 10:15"));
    EXPECT_THAT(ring.notices(NoticeReason::DATA_GAP)[0].text, HasSubstr("noticed 180 s late"));
    EXPECT_EQ(ring.notices(NoticeReason::DATA_GAP)[0].created_at, shanghai("2026-03-11 10:18"));
}

// Everything due up to a record fires before it: also if the watermark that ends the gap lies in the log already.
TEST(FeedGapTimer, AWatermarkBehindTheLimitComesTooLate) {
    Clients rig;
    rig.complete("2026-03-11 10:00", "2026-03-11 10:00");
    rig.complete("2026-03-11 10:15:01", "2026-03-11 10:15");
    ASSERT_THAT(rig.shares(), SizeIs(2));
    EXPECT_EQ(rig.shares()[0].sequence, 1);
    EXPECT_EQ(rig.shares()[1].sequence, 2);
    EXPECT_EQ(rig.shares()[1].due_at, rig.shares()[0].due_at);
}

TEST(FeedGapTimer, AnotherLimitCountsFromTheActivationOn) {
    Clients rig(std::chrono::hours{24});
    rig.complete("2026-03-11 10:00", "2026-03-11 10:00");
    rig.tick(shanghai("2026-03-11 12:00"));
    EXPECT_THAT(rig.shares(), IsEmpty());
    const auto activate = [&](const char* local, Duration limit) {
        auto rules = with_limit(limit);
        rules->revision = "limit-" + std::to_string(limit.count());
        rig.at(local, {}, ActivationEvent{rules->revision, rules->revision, rules});
    };
    activate("2026-03-11 12:01", std::chrono::hours{3});
    EXPECT_THAT(rig.shares(), IsEmpty());
    rig.tick(shanghai("2026-03-11 13:00"));
    ASSERT_THAT(rig.shares(), SizeIs(1));
    EXPECT_EQ(rig.shares()[0].due_at, shanghai("2026-03-11 13:00"));
    activate("2026-03-11 13:30", std::chrono::hours{24});
    ASSERT_THAT(rig.shares(), SizeIs(2));  // no gap by what counts now
    activate("2026-03-11 14:00", std::chrono::hours{1});
    ASSERT_THAT(rig.shares(), SizeIs(3));
    EXPECT_EQ(rig.shares()[2].due_at, shanghai("2026-03-11 14:00"));  // not before the limit was that
}

TEST(FeedGapTimer, AnAccountSaysWhichFeedsHoldItsVerdicts) {
    Clients rig;
    const AccountRoot root = parse_customer_code(code_of(371400, 1))->root;
    rig.complete("2026-03-11 10:00", "2026-03-11 10:00");
    EXPECT_THAT(rig.shard.account(root)->held_feeds, IsEmpty());
    rig.tick(shanghai("2026-03-11 10:15"));
    EXPECT_THAT(rig.shard.account(root)->held_feeds, ElementsAre("test"));
    rig.complete("2026-03-11 14:30", "2026-03-11 14:30");
    EXPECT_THAT(rig.shard.account(root)->held_feeds, IsEmpty());
}

TEST(FeedGapTimer, SharesThatSayTooLittleAreLeftOut) {
    ShardRing ring(1, with_limit(kLimit));
    ring.at("2026-03-11 10:19", {}, TickEvent{});
    Partial share{"data-gap/371400", "test", shanghai("2026-03-11 10:15"), 0, 1, {214}, {}, {}};
    EXPECT_EQ(ring.read(share), Applied::applied);
    share.topic = "data-gap/3714";
    EXPECT_EQ(ring.read(share), Applied::applied);
    EXPECT_THAT(ring.all<DataGap>(), IsEmpty());
    for (const StateRecord& record : test::snapshot_of(ring.shards[0])) EXPECT_NE(record.key.substr(0, 2), "u/");
}

}  // namespace
}  // namespace aw
