// That the rigs of this folder notice when a log says something else than their shards.
#include <gmock/gmock.h>
#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>

#include "support/logged_rig.hpp"

namespace aw {
namespace {

using eventlog::Topic;
using test::Journal;
using test::LoggedRig;
using test::shanghai;
using testing::SizeIs;

constexpr auto kCode = "37140000012001";

struct Rig : LoggedRig {
    using LoggedRig::journal;
    void sighting() {
        at("2026-08-17 09:00", kCode, RevenueEvent{"express", yuan(200'000), {}, {}});
        at("2026-08-17 10:00", kCode, CompetitorSightingEvent{"X", CompetitorEvidence::WRITTEN_QUOTE, {}, {}, {}});
    }
};

TEST(Journal, HoldsWhatWasReadBehindTheActivation) {
    Rig rig;
    rig.sighting();
    ASSERT_THAT(rig.journal().reads(), SizeIs(3));
    EXPECT_EQ(rig.journal().reads()[0].at, shanghai("2026-08-17 09:00"));
    EXPECT_EQ(rig.journal().reads()[2].at, shanghai("2026-08-17 10:00"));
    EXPECT_EQ(rig.journal().reads()[2].key, "37140000012");
    auto logged = test::run_through_log(rig.journal()).lines;
    ASSERT_THAT(logged[Topic::signals], SizeIs(1));
    EXPECT_THAT(logged[Topic::signals][0], testing::HasSubstr("COMPETITOR_CONFIRMED"));
    EXPECT_FALSE(logged[Topic::cases].empty());
    EXPECT_FALSE(logged[Topic::tasks].empty());
    EXPECT_FALSE(logged[Topic::notices].empty());
}

// What a shard said and the log does not, what the log says and no shard did, and what differs: both lines are shown.
TEST(Journal, SaysWhatDiffers) {
    Rig rig;
    rig.sighting();
    Event tick;
    tick.event_id = "tick";
    tick.occurred_at = shanghai("2026-08-17 10:01");
    tick.source = "accountwatch";
    tick.payload = TickEvent{};
    Signal signal = rig.all<Signal>().at(0);
    signal.severity = Severity::LOW;
    Journal more = rig.journal();
    const Effect said[] = {signal};
    more.took(Journal::record_of(0, tick, tick.occurred_at), said);
    rig.tick(tick.occurred_at);
    const std::vector hashes = {rig.shard.state_hash()};
    EXPECT_NONFATAL_FAILURE(more.compare(hashes), "something else in signals (2 and 1 lines)");
    EXPECT_NONFATAL_FAILURE(more.compare(hashes), "\"severity\":\"LOW\"");
    EXPECT_NONFATAL_FAILURE(rig.journal().compare({7}), "the log leaves another state");

    Journal less(rig.journal().loaded(), 1);
    Event event;
    event.event_id = "e1";
    event.code = parse_customer_code(kCode).value();
    event.occurred_at = shanghai("2026-08-17 09:00");
    event.source = "test";
    event.payload = ShipmentEvent{"express", 0, 0, {}, {}, {}};  // no shard has seen that the log refuses it
    less.took(Journal::record_of(0, less.activation(event.occurred_at), event.occurred_at), {});
    Rig begun;
    begun.tick(event.occurred_at);
    less.took(Journal::record_of(0, event, event.occurred_at), {});
    EXPECT_NONFATAL_FAILURE(less.compare({begun.shard.state_hash()}), "something else in dead-letters (0 and 1 lines)");
}

}  // namespace
}  // namespace aw
