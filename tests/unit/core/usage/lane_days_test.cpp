#include "core/usage/lane_days.hpp"

#include <algorithm>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "core/usage/usage.hpp"

namespace aw {
namespace {

constexpr Day kToday = Day{20'682};

std::uint32_t items_of(const LaneDays& lanes, Day day, std::uint32_t lane) {
    std::uint32_t items = 0;
    for (const LaneDays::Entry& entry : lanes.of(day)) items += entry.lane == lane ? entry.items : 0;
    return items;
}

TEST(LaneId, ADivisionCodeIsItselfAndEveryOtherNameIsNone) {
    EXPECT_EQ(lane_id("440300"), 440'300U);
    EXPECT_TRUE(is_division_code(lane_id("440300")));
    EXPECT_EQ(lane_id(""), 0U);
    for (const char* name : {"044030", "44030", "4403001", "44030x", "NG"}) {
        EXPECT_FALSE(is_division_code(lane_id(name))) << name;
        EXPECT_NE(lane_id(name), 0U) << name;
    }
    EXPECT_NE(lane_id("NG"), lane_id("ET"));
}

TEST(LaneDays, CountsByDayAndLane) {
    LaneDays lanes;
    lanes.add(kToday, 440'300, 5);
    lanes.add(kToday - 1, 440'300, 7);
    lanes.add(kToday, 110'000, 2);
    lanes.add(kToday, 440'300, 1);
    EXPECT_EQ(items_of(lanes, kToday, 440'300), 6U);
    EXPECT_EQ(items_of(lanes, kToday - 1, 440'300), 7U);
    EXPECT_EQ(items_of(lanes, kToday, 110'000), 2U);
    EXPECT_EQ(lanes.of(kToday).size(), 2U);
    EXPECT_EQ(lanes.of(kToday - 2).size(), 0U);
    lanes.forget_before(kToday);
    EXPECT_EQ(lanes.of(kToday - 1).size(), 0U);
    EXPECT_EQ(items_of(lanes, kToday, 440'300), 6U);
}

TEST(LaneDays, KeepsTheSameLanesWithWholeCountsInWhateverOrder) {
    std::vector<std::uint32_t> order;
    for (std::uint32_t lane = 0; lane < 500; ++lane) order.insert(order.end(), 3, 100'000 + lane);
    std::mt19937 random(1);
    std::vector<std::pair<std::uint32_t, std::uint32_t>> first;
    for (int round = 0; round < 5; ++round) {
        std::shuffle(order.begin(), order.end(), random);
        LaneDays lanes;
        for (const std::uint32_t lane : order) lanes.add(kToday, lane, 2);
        ASSERT_EQ(lanes.of(kToday).size(), LaneDays::kMostLanes);
        std::vector<std::pair<std::uint32_t, std::uint32_t>> kept;
        for (const LaneDays::Entry& entry : lanes.of(kToday)) {
            kept.emplace_back(entry.lane, entry.items);
            EXPECT_EQ(std::uint32_t{entry.items}, 6U);
        }
        if (round == 0) first = kept;
        EXPECT_EQ(kept, first);
    }
}

TEST(AccountUsage, LanesAreKeptForTheExactDaysAndInTheirPartOfTheState) {
    AccountUsage usage;
    for (int back = 40; back >= 0; --back) {
        usage.add_items(1, 0, kToday - back, 3, kToday - back);
        usage.add_lane(440'300, kToday - back, 3, kToday - back);
        usage.seal(kToday - back);
    }
    EXPECT_EQ(usage.lanes(kToday).size(), 1U);
    EXPECT_EQ(usage.lanes(kToday - (kDailyDays - 1)).size(), 1U);
    EXPECT_EQ(usage.lanes(kToday - kDailyDays).size(), 0U);
    usage.add_lane(440'300, kToday - kDailyDays, 3, kToday);  // too late
    EXPECT_EQ(usage.lanes(kToday - kDailyDays).size(), 0U);

    const Day hot = kToday - 10;
    std::string hot_part;
    std::string cold_part;
    ArchiveWriter hot_writer(hot_part);
    ArchiveWriter cold_writer(cold_part);
    usage.write_part(hot_writer, hot, kToday + 1);
    usage.write_part(cold_writer, Day{0}, hot);
    AccountUsage restored;
    ArchiveReader hot_reader(hot_part);
    ArchiveReader cold_reader(cold_part);
    restored.read_part(hot_reader);
    restored.read_part(cold_reader);
    ASSERT_TRUE(hot_reader.finished());
    ASSERT_TRUE(cold_reader.finished());
    for (Day day = kToday - (kDailyDays - 1); day <= kToday; ++day) {
        ASSERT_EQ(restored.lanes(day).size(), 1U) << format_day(day);
        EXPECT_EQ(std::uint32_t{restored.lanes(day)[0].items}, 3U);
    }
}

}  // namespace
}  // namespace aw
