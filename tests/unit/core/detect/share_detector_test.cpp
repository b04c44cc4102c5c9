#include "core/detect/share_detector.hpp"

#include <vector>

#include <gtest/gtest.h>

#include "base/archive.hpp"
#include "core/detect/watch_state.hpp"
#include "streams.hpp"

namespace aw {
namespace {

using test::Stream;

constexpr double kThreshold = 7;

// A client with three lanes (50, 30, 20 %); lane 2 may keep only a part of its items.
struct Client {
    Stream stream;
    ShareWatch watch;
    double mu = 10;

    std::optional<ShareWatch::Found> day(double lane2 = 1, double all = 1, bool down_for_all = false) {
        auto found = look(lane2, all, down_for_all);
        return found && found->verdict.alarm ? found : std::nullopt;
    }
    std::optional<ShareWatch::Found> look(double lane2 = 1, double all = 1, bool down_for_all = false) {
        const double total = stream.items(mu * all, 0.1);
        const double first = stream.part_of(total, 0.5);
        const double second = stream.part_of(total - first, 0.6);
        const double kept = stream.part_of(second, lane2);
        const std::vector<ShareWatch::Part> parts = {
            {1, first, false}, {2, kept, down_for_all}, {3, total - first - second, false}};
        const auto found = watch.step(parts, total - second + kept, mu, kThreshold);
        EXPECT_LE(found.size(), 1U);
        return found.empty() ? std::nullopt : std::optional(found.front());
    }
    int days_until_alarm(double lane2, double all, int limit, std::uint32_t* id = nullptr, bool down = false) {
        for (int n = 1; n <= limit; ++n) {
            const auto alarm = day(lane2, all, down);
            if (!alarm) continue;
            if (id != nullptr) *id = alarm->id;
            return n;
        }
        return -1;
    }
};

TEST(ShareWatch, ACollapsedLaneIsFoundWithinDaysAndNamed) {
    double sum = 0;
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
        Client client{Stream(seed), {}};
        for (int n = 0; n < 150; ++n) client.day();
        std::uint32_t id = 0;
        const int days = client.days_until_alarm(0.1, 1, 60, &id);
        ASSERT_GT(days, 0) << seed;
        EXPECT_EQ(id, 2U) << seed;
        sum += days;
    }
    EXPECT_LT(sum / 50, 10);
}

TEST(ShareWatch, SaysOnsetObservedAndExpected) {
    Client client{Stream(3), {}};
    for (int n = 0; n < 150; ++n) client.day();
    int day = 0;
    for (;; ++day) {
        const auto alarm = client.day(0);
        if (!alarm) continue;
        EXPECT_EQ(alarm->verdict.observed, 0);
        EXPECT_EQ(alarm->verdict.days, day + 1);
        EXPECT_GT(alarm->verdict.expected, 5);
        EXPECT_NEAR(alarm->verdict.share, 0.3, 0.05);
        EXPECT_NEAR(alarm->verdict.rest, 1, 0.4);
        break;
    }
}

// A drop in volume is the drop detector's; the shares stay what they are.
TEST(ShareWatch, IsBlindToTheTotal) {
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        Client client{Stream(seed), {}};
        for (int n = 0; n < 150; ++n) client.day();
        EXPECT_EQ(client.days_until_alarm(1, 0.2, 60), -1) << seed;
    }
}

TEST(ShareWatch, AsksThatTheRestStays) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        Client client{Stream(seed), {}};
        for (int n = 0; n < 150; ++n) client.day();
        EXPECT_EQ(client.days_until_alarm(0.1, 0.3, 40), -1) << seed;
    }
}

// What comes near an alarm, and what would be one if the rest had stayed, is found, too; a day that says nothing is
// not.
TEST(ShareWatch, FindsWhatComesNearAnAlarm) {
    int near = 0;
    int blocked = 0;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        Client gone{Stream(seed), {}};
        Client falling{Stream(seed), {}};
        for (int n = 0; n < 150; ++n) static_cast<void>(gone.day() || falling.day());
        for (int n = 0; n < 60; ++n) {
            const auto found = gone.look(0.1);
            if (!found) continue;
            if (found->verdict.alarm) break;
            ++near;
            EXPECT_EQ(found->id, 2U);
            EXPECT_GE(found->verdict.score, kWatchShare * found->verdict.threshold);
        }
        for (int n = 0; n < 40; ++n) {
            const auto found = falling.look(0.1, 0.3);
            if (!found || found->verdict.score < found->verdict.threshold) continue;
            ++blocked;
            EXPECT_FALSE(found->verdict.alarm);
            EXPECT_LT(found->verdict.rest, ShareDetector::kLeastRest);
            EXPECT_FALSE(falling.look(0.1, 0.3, true));
        }
    }
    EXPECT_GT(near, 20);
    EXPECT_GT(blocked, 20);
}

// Each of them is an evaluation that came near an alarm.
TEST(ShareWatch, FindsAllThatComeNearAnAlarm) {
    ShareWatch watch;
    const auto day = [&](double each) {
        const std::vector<ShareWatch::Part> parts = {{1, each, false}, {2, each, false}, {3, 20, false}};
        return watch.step(parts, 20 + 2 * each, 40, kThreshold);
    };
    for (int n = 0; n < 150; ++n) ASSERT_TRUE(day(10).empty());
    std::size_t near = 0;
    for (int n = 0; n < 40; ++n) {
        const auto found = day(3);
        if (!found.empty() && found.front().verdict.alarm) break;
        near = std::max(near, found.size());
    }
    EXPECT_EQ(near, 2U);
}

TEST(ShareWatch, ALaneThatIsDownForEverybodyIsNobodysSwitch) {
    Client client{Stream(5), {}};
    for (int n = 0; n < 150; ++n) client.day();
    EXPECT_EQ(client.days_until_alarm(0, 1, 60, nullptr, true), -1);
}

TEST(ShareWatch, RestsAfterAnAlarmAndThenKnowsTheNewShare) {
    Client client{Stream(7), {}};
    for (int n = 0; n < 150; ++n) client.day();
    ASSERT_GT(client.days_until_alarm(0.1, 1, 60), 0);
    EXPECT_EQ(client.days_until_alarm(0.1, 1, 300), -1);
}

TEST(ShareWatch, FalseAlarmsAreFew) {
    int alarms = 0;
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
        Client client{Stream(seed * 17), {}};
        for (int n = 0; n < 365; ++n) alarms += client.day() ? 1 : 0;
    }
    EXPECT_LE(alarms, 0.1 * 300);
}

TEST(ShareWatch, OfTwoLanesThatCollapseOnOneDayBothAreNamed) {
    ShareWatch watch;
    const auto day = [&](double of_two) {
        const std::vector<ShareWatch::Part> parts = {{1, 8 * of_two, false}, {2, 8 * of_two, false}, {3, 24, false}};
        return watch.step(parts, 24 + 16 * of_two, 40, kThreshold);
    };
    for (int n = 0; n < 150; ++n) EXPECT_TRUE(day(1).empty());
    std::vector<ShareWatch::Found> found;
    for (int n = 0; n < 30 && (found.empty() || !found.front().verdict.alarm); ++n) found = day(0);
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].id + found[1].id, 3U);
    for (const auto& one : found) EXPECT_TRUE(one.verdict.alarm);
}

TEST(ShareWatch, OverdispersedSharesAreLearned) {
    Stream stream(11);
    ShareWatch watch;
    int alarms = 0;
    for (int n = 0; n < 1'000; ++n) {  // whole days go to one lane or to the other
        const double total = stream.items(8);
        const std::uint32_t lane = stream.chance(0.5) ? 1 : 2;
        const std::vector<ShareWatch::Part> parts = {{lane, total, false}};
        const auto found = watch.step(parts, total, 8, kThreshold);
        alarms += !found.empty() && found.front().verdict.alarm ? 1 : 0;
    }
    EXPECT_GT(watch.spread(), 0.3);
    EXPECT_LE(alarms, 1);
}

TEST(ShareWatch, TheEightLargestArePartsAndANewLaneFindsRoom) {
    ShareWatch watch;
    for (int n = 0; n < 100; ++n) {
        std::vector<ShareWatch::Part> parts;
        for (std::uint32_t id = 1; id <= 12; ++id) parts.push_back({id, id <= 7 ? 5.0 : id == 8 ? 0.01 : 0.001, false});
        watch.step(parts, 36, 36, kThreshold);
    }
    // A lane that begins with ten items a day takes the smallest one's place and is known after its warm-up.
    std::vector<ShareWatch::Found> found;
    for (int n = 0; n < 90 && (found.empty() || !found.front().verdict.alarm); ++n) {
        std::vector<ShareWatch::Part> parts;
        for (std::uint32_t id = 1; id <= 7; ++id) parts.push_back({id, 5, false});
        if (n < 45) parts.push_back({99, 10, false});
        found = watch.step(parts, n < 45 ? 45 : 35, 45, kThreshold);
    }
    ASSERT_TRUE(!found.empty() && found.front().verdict.alarm);
    EXPECT_EQ(found.front().id, 99U);
}

TEST(ShareWatch, SurvivesTheArchiveBitForBit) {
    Client client{Stream(1), {}};
    for (int n = 0; n < 100; ++n) client.day();
    static_cast<void>(test::restored_bit_for_bit(client.watch));
}

}  // namespace
}  // namespace aw
