// Replay, restart, changelog, duplicates and order: what "a pure function of its log" means.
#include <algorithm>
#include <random>
#include <set>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "core/shard/state_version.hpp"
#include "random_log.hpp"
#include "replay_laws.hpp"

namespace aw {
namespace {

using test::any_choices;
using test::build_log;
using test::known_rules;
using test::random_rules;
using test::RandomLog;
using test::restored;
using test::run;

RC_GTEST_PROP(ShardReplay, TheSameLogGivesTheSameEffectsAndState, ()) {
    const RandomLog log = build_log(*any_choices(), *rc::gen::arbitrary<bool>());
    Shard a(random_rules());
    Shard b(random_rules());
    RC_ASSERT(run(a, log) == run(b, log));
    RC_ASSERT(a.state_hash() == b.state_hash());
    RC_ASSERT(a.next_deadline() == b.next_deadline());
}

RC_GTEST_PROP(ShardReplay, SnapshotAndRestoreAtAnyPointIsNoSnapshot, ()) {
    const RandomLog log = build_log(*any_choices(), *rc::gen::arbitrary<bool>());
    const auto cut = *rc::gen::inRange<std::size_t>(0, log.records.size() + 1);
    Shard whole(random_rules());
    static_cast<void>(run(whole, log, 0, cut, nullptr));
    Shard again = restored(random_rules(), test::snapshot_of(whole), known_rules());
    RC_ASSERT(again.state_hash() == whole.state_hash());
    RC_ASSERT(again.next_deadline() == whole.next_deadline());
    RC_ASSERT(run(again, log, cut, log.records.size()) == run(whole, log, cut, log.records.size()));
    RC_ASSERT(again.state_hash() == whole.state_hash());
}

// Commits at random points; the compacted changelog, read in any order, is the state.
RC_GTEST_PROP(ShardReplay, TheChangelogRestoresTheStateWhereverItWasCommitted, ()) {
    const RandomLog log = build_log(*any_choices(), *rc::gen::arbitrary<bool>());
    std::mt19937 random(*rc::gen::arbitrary<std::uint32_t>());
    test::expect_commits_to_change_nothing(log, random_rules(), known_rules(), 60, random);
}

RC_GTEST_PROP(ShardReplay, ADuplicateIsANoOp, ()) {
    const RandomLog log = build_log(*any_choices(), *rc::gen::arbitrary<bool>());
    std::mt19937 random(*rc::gen::arbitrary<std::uint32_t>());
    test::expect_duplicates_to_change_nothing(log, random_rules(), 40, random);
}

// Usage of the open days in any order of arrival: the same sums and the same verdicts.
RC_GTEST_PROP(ShardReplay, OrderOfUsageWithinTheOpenDaysDoesNotMatter, ()) {
    std::mt19937 random(*rc::gen::arbitrary<std::uint32_t>());
    const int events = *rc::gen::inRange(0, 200);
    RandomLog log = build_log({}, false);
    log.records.resize(log.records.size() - 4);  // without its aftermath
    const std::size_t past = log.records.size();
    const Timestamp last = log.records.back().time.at;
    const Timestamp read = last + std::chrono::days{14};
    for (int i = 0; i < events; ++i) {
        Event event;
        event.event_id = log.keep("u" + std::to_string(i));
        event.code =
            *parse_customer_code(test::root_text(static_cast<int>(random() % 3)) + "00" + std::to_string(random() % 3));
        event.occurred_at = last + std::chrono::hours{random() % (14 * 24)};
        event.source = "test";
        constexpr const char* kLines[] = {"letters", "express", "freight"};
        if (random() % 4 == 0) {
            event.payload =
                RevenueEvent{kLines[random() % 3], Money{static_cast<std::int64_t>(random() % 90'000)}, {}, {}};
        } else {
            event.payload =
                ShipmentEvent{kLines[random() % 3], 1 + static_cast<std::int64_t>(random() % 90), 0, {}, {}, {}};
        }
        log.records.push_back({event, {read, true}});
    }
    RandomLog shuffled;
    shuffled.records = log.records;
    std::shuffle(shuffled.records.begin() + static_cast<std::ptrdiff_t>(past), shuffled.records.end(), random);
    // The feed was silent for those two weeks, so that they are judged when all has arrived.
    const auto judge = [&](const RandomLog& any) {
        Shard shard(random_rules());
        Effects effects;
        for (std::size_t i = 0; i < any.records.size(); ++i) {
            if (i == past) {
                for (const char* feed : {"test", "other"}) {
                    Event watermark;
                    watermark.event_id = feed;
                    watermark.occurred_at = last;
                    watermark.source = feed;
                    watermark.payload = WatermarkEvent{feed, "", last};
                    shard.apply(watermark, {last, true}, effects);
                }
            }
            shard.apply(any.records[i].event, any.records[i].time, effects);
        }
        for (const char* feed : {"test ", "other "}) {
            Event watermark;
            watermark.event_id = feed;
            watermark.occurred_at = read;
            watermark.source = feed;
            watermark.payload = WatermarkEvent{std::string_view(feed).substr(0, std::string_view(feed).size() - 1), "",
                                               read + std::chrono::days{60}};
            shard.apply(watermark, {read, true}, effects);
        }
        shard.advance(read + std::chrono::days{40}, effects);
        std::vector<std::string> texts;
        for (const Effect& effect : effects) texts.push_back(test::shown(effect));
        for (int n = 0; n < test::kAccounts; ++n) {
            const AccountView view = *shard.account(*parse_root(test::root_text(n)));
            texts.push_back(std::to_string(view.items_28d) + ' ' + std::to_string(view.revenue_28d.minor) + ' ' +
                            std::to_string(view.t12m_revenue.minor) + ' ' + view.grade);
            for (const BranchUsage& branch : view.branches)
                texts.push_back(std::to_string(branch.branch) + ' ' + std::to_string(branch.items_28d));
        }
        return texts;
    };
    RC_ASSERT(judge(log) == judge(shuffled));
}

// Whatever a stored record says, reading it neither crashes nor goes unnoticed as damage of its form.
RC_GTEST_PROP(ShardReplay, DamagedStateIsRefusedOrRead, ()) {
    const RandomLog log = build_log(*any_choices(), false);
    std::mt19937 random(*rc::gen::arbitrary<std::uint32_t>());
    Shard shard(random_rules());
    static_cast<void>(run(shard, log, 0, log.records.size() / 2));
    const auto reader = test::reader_of(known_rules());
    for (StateRecord record : test::snapshot_of(shard)) {
        if (record.value.empty()) continue;
        const std::size_t cut = random() % record.value.size();
        Shard fresh(random_rules());
        const bool chunk_of_ids = record.key[0] == 'd';
        const bool taken = fresh.restore(record.key, std::string_view(record.value).substr(0, cut), reader);
        RC_ASSERT(!taken || (chunk_of_ids && cut % 8 <= 1));
        record.value[cut] = static_cast<char>(random());
        Shard other(random_rules());
        static_cast<void>(other.restore(record.key, record.value, reader));
        static_cast<void>(other.restore(record.key + "x", record.value, reader));
    }
}

// Every record begins with the version of its layout (but the ids of a day, which are eight bytes each and nothing
// else). One above ours is a newer program's, and zero is damage; what lies between is read (stored_state_test.cpp).
TEST(ShardReplay, StateOfANewerVersionIsRefused) {
    std::vector<test::Choice> choices;
    for (std::uint8_t i = 0; i < 64; ++i)
        choices.push_back({i, static_cast<std::uint8_t>(i / 7), static_cast<std::uint8_t>(37 * i),
                           static_cast<std::uint8_t>(11 * i), static_cast<std::uint16_t>(700 * i), false});
    const RandomLog log = build_log(choices, true);
    Shard shard(random_rules());
    static_cast<void>(run(shard, log));
    const auto reader = test::reader_of(known_rules());
    std::set<std::string> kinds;
    for (const StateRecord& record : test::snapshot_of(shard)) {
        kinds.insert(record.key[1] == '/' ? record.key.substr(0, 1) : record.key);
        Shard fresh(random_rules());
        EXPECT_TRUE(fresh.restore(record.key, record.value, reader)) << record.key;
        ASSERT_EQ(record.value[0], static_cast<char>(kStateVersion)) << record.key;
        for (const char version : {'\x00', static_cast<char>(kStateVersion + 1), '\x7f'}) {
            std::string other = record.value;
            other[0] = version;
            Shard older(random_rules());
            EXPECT_FALSE(older.restore(record.key, other, reader)) << record.key << " of version " << int{version};
        }
    }
    const std::set<std::string> all = {"activation", "c",     "cadence", "certainty", "cohorts",  "d",
                                       "detection",  "feeds", "h",       "k",         "l",        "lanes",
                                       "lateness",   "n",     "portfolio", "s",       "shard",    "silences",
                                       "u"};
    EXPECT_EQ(kinds, all);
}

}  // namespace
}  // namespace aw
