// Gaps of feeds over several partitions: the number of partitions, and how far one has read ahead of another, change
// nothing of what is told.
#include <algorithm>
#include <random>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "support/sample_rules.hpp"
#include "support/shard_ring.hpp"

namespace aw {
namespace {

constexpr const char* kFeeds[] = {"sorting", "billing"};
constexpr const char* kRegions[] = {"", "371400", "371402", "370000"};
constexpr const char* kCodes[] = {"37140000010001", "37140000011001", "37140200012001", "37150000013001",
                                  "11010100014001", "37140000015001", "37140200016001", "37010000017001"};

std::shared_ptr<const Rules> rules() {
    auto made = test::sample_rules();
    made->feeds = {{"sorting", std::chrono::minutes{5}, std::chrono::minutes{15}}};  // billing: by default
    return made;
}

std::string local(Timestamp at) {
    std::string text = format_utc(at + std::chrono::hours{8}).substr(0, 19);
    text[10] = ' ';
    return text;
}

std::string told(const test::ShardRing& ring) {
    std::string text;
    for (const Effect& effect : ring.effects) {
        if (const auto* gap = std::get_if<DataGap>(&effect)) {
            text += gap->gap_id + ' ' + format_utc(gap->began_at) + ' ' + format_utc(gap->opened_at) + ' ' +
                    format_utc(gap->closed_at) + ' ' + std::to_string(gap->accounts_held) + '\n';
        } else if (const auto* notice = std::get_if<Notice>(&effect)) {
            if (notice->account_root.is_set()) continue;
            text += notice->notice_id + ' ' + std::string(name(notice->reason)) + ' ' + notice->text + ' ' +
                    format_utc(notice->created_at) + '\n';
        }
    }
    return text;
}

// Shipments, invoices, heartbeats and silence, the same for every number of partitions. With `delays`, what shards
// answer is read now and then, and sometimes all of them start again from their state.
std::string run(std::uint32_t seed, int steps, int partitions, bool delays) {
    std::mt19937 random(seed);
    std::mt19937 disorder(seed + 1);
    test::ShardRing ring(partitions, rules());
    Timestamp now = test::shanghai("2026-03-02 09:00");
    for (int step = 0; step < steps; ++step) {
        now = now + (random() % 12 == 0 ? Duration{std::chrono::hours{random() % 60}}
                                        : Duration{std::chrono::seconds{random() % 900}});
        const std::string at = local(now);
        ring.source = kFeeds[random() % 2];
        const auto lag = std::chrono::minutes{random() % 20};
        const char* code = kCodes[random() % 8];
        const char* region = kRegions[random() % 4];
        switch (random() % 6) {
            case 0:
                ring.at(at.c_str(), code, ShipmentEvent{"express", 3, 0, {}, {}, {}});
                break;
            case 1:
                ring.at(at.c_str(), code, RevenueEvent{"express", yuan(100), {}, {}});
                break;
            default:
                ring.at(at.c_str(), {}, WatermarkEvent{ring.source, region, now - lag});
        }
        if (!delays) continue;
        ring.hold = disorder() % 4 != 0;
        ring.deliver();
        if (disorder() % 10 == 0) ring.restart();
    }
    ring.hold = false;
    ring.deliver();
    ring.advance(now + std::chrono::hours{100});
    return told(ring);
}

RC_GTEST_PROP(FeedGaps, DependOnNoNumberOfPartitions, ()) {
    const auto seed = *rc::gen::arbitrary<std::uint32_t>();
    const int steps = *rc::gen::inRange(0, 250);
    const std::string expected = run(seed, steps, 1, false);
    const int partitions = *rc::gen::inRange(2, 9);
    RC_ASSERT(run(seed, steps, partitions, false) == expected);
}

RC_GTEST_PROP(FeedGaps, DependOnNoDelayAndNoRestart, ()) {
    const auto seed = *rc::gen::arbitrary<std::uint32_t>();
    const int steps = *rc::gen::inRange(0, 250);
    const int partitions = *rc::gen::inRange(1, 9);
    RC_ASSERT(run(seed, steps, partitions, true) == run(seed, steps, partitions, false));
}

}  // namespace
}  // namespace aw
