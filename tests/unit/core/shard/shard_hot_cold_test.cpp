// An account's usage lies in two records: what may still change for a while (hot, `h/`) and all that is older (cold,
// `c/`). What comes in time must write the small one only, or every commit would write the history of its accounts.
#include <map>
#include <random>
#include <set>
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/shard_rig.hpp"
#include "support/shard_state.hpp"

namespace aw {
namespace {

using test::shanghai;
using test::ShardRig;
using testing::Contains;
using testing::IsSupersetOf;
using testing::Not;

constexpr auto kRoot = "37140000016";
const std::string kHotKey = std::string("h/") + kRoot;
const std::string kColdKey = std::string("c/") + kRoot;
const Day kToday = make_day(2026, 8, 19);  // a Wednesday

std::shared_ptr<const Rules> that_count_late() {
    auto rules = std::make_shared<Rules>(*test::sample_rules());
    rules->count_late = true;
    return rules;
}

// An account that has sent something on every day of a year, evaluated up to this morning; all of it is written.
class HotColdRig : public ShardRig {
public:
    HotColdRig() : ShardRig(that_count_late()) {
        for (Day day = kToday - 365; day < kToday; ++day) ship(day, day);
        tick(shanghai("2026-08-19 08:30"));
        static_cast<void>(changed());
    }
    // A shipment of `day` that comes at noon of `on`.
    void ship(Day day, Day on = kToday) {
        const std::string id = fmt::format("s{}", ++n_);
        Event event;
        event.event_id = id;
        event.code = *parse_customer_code(std::string(kRoot) + "001");
        event.occurred_at = noon(day);
        event.source = "test";
        event.payload = ShipmentEvent{"express", 3, 0, {}, {}, {}};
        const Applied applied = take(event, noon(on));
        EXPECT_TRUE(applied == Applied::applied || applied == Applied::late) << format_day(day);
    }
    // Keys of the records that are written now, and what they make of the changelog.
    std::set<std::string> changed() {
        std::vector<StateRecord> records;
        shard.collect_changes(records);
        std::set<std::string> keys;
        for (StateRecord& record : records) {
            EXPECT_TRUE(keys.insert(record.key).second) << record.key;
            changelog_[record.key] = record;
        }
        return keys;
    }
    // What a restart makes of all that was written.
    void expect_restored_whole() const {
        std::vector<StateRecord> records;
        for (const auto& [key, record] : changelog_) {
            if (!record.deleted) records.push_back(record);
        }
        EXPECT_EQ(test::restored(that_count_late(), records).state_hash(), shard.state_hash());
    }

private:
    std::map<std::string, StateRecord> changelog_;
    int n_ = 0;
};

TEST(ShardHotCold, AShipmentOfTodayWritesTheHotRecordOnly) {
    HotColdRig rig;
    rig.ship(kToday);
    const auto keys = rig.changed();
    EXPECT_THAT(keys, Contains(kHotKey));
    EXPECT_THAT(keys, Not(Contains(kColdKey)));
    rig.expect_restored_whole();
}

TEST(ShardHotCold, ALateOneBehindTheHotDaysWritesTheColdRecordToo) {
    HotColdRig rig;
    rig.ship(kToday - kOpenDays);
    EXPECT_THAT(rig.changed(), IsSupersetOf({kHotKey, kColdKey}));
    rig.expect_restored_whole();
}

// For every age of a shipment, in any order, with any number of them between two commits: the cold record is written
// exactly if one lies behind the hot days, and what is written is always enough.
TEST(ShardHotCold, TheColdRecordIsWrittenExactlyForWhatLiesBehindTheHotDays) {
    HotColdRig rig;
    std::mt19937 random(1);
    int cold = 0;
    for (int commit = 0; commit < 300; ++commit) {
        bool behind = false;
        for (auto shipments = 1 + random() % 3; shipments > 0; --shipments) {
            const int age = static_cast<int>(random() % (commit % 3 == 0 ? 400U : kOpenDays));
            behind = behind || age >= kOpenDays;
            rig.ship(kToday - age);
        }
        const auto keys = rig.changed();
        EXPECT_TRUE(keys.contains(kHotKey));
        EXPECT_EQ(keys.contains(kColdKey), behind) << commit;
        cold += behind ? 1 : 0;
        rig.expect_restored_whole();
    }
    EXPECT_GT(cold, 50);
    EXPECT_LT(cold, 250);
}

// The boundary moves with the day, and takes with it what is hot no longer.
TEST(ShardHotCold, TheNextMorningMovesADayFromHotToCold) {
    HotColdRig rig;
    rig.ship(kToday);
    static_cast<void>(rig.changed());
    rig.tick(shanghai("2026-08-20 08:30"));
    EXPECT_THAT(rig.changed(), IsSupersetOf({kHotKey, kColdKey}));
    rig.expect_restored_whole();
    rig.ship(kToday + 1, kToday + 1);
    EXPECT_FALSE(rig.changed().contains(kColdKey));
    rig.expect_restored_whole();
}

}  // namespace
}  // namespace aw
