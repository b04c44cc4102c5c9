// Whom a client is compared with on a day: those of its industry in its region, else of its region, else all, else the
// calendar; and what a fall looks like without what they share.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/detecting.hpp"
#include "support/shard_rig.hpp"
#include "support/shard_state.hpp"

namespace aw {
namespace {

using test::detecting;
using test::input_of;
using test::shanghai;
using testing::IsEmpty;
using testing::SizeIs;

const Day kBegin = make_day(2026, 3, 2);
constexpr int kKnown = 70;  // days before anything happens
constexpr auto kHere = "371402";
constexpr auto kThere = "371423";

struct Group {
    const char* region;
    int clients;
    const char* industry = "";
};

struct Rig : test::ShardRig {
    Rig() : ShardRig(detecting()) {}

    static std::string code_of(const Group& group, int client) {
        return std::string(group.region) + (*group.industry != 0 ? "100" : "000") + std::to_string(10 + client) + "001";
    }
    void know(const Group& group) {
        AccountEvent account;
        account.operation = AccountOperation::REGISTER;
        account.industry_code = group.industry;
        for (int client = 0; client < group.clients; ++client) at(noon(kBegin), code_of(group, client), account);
    }
    void send(const Group& group, Day day, double factor) {
        for (int client = 0; client < group.clients; ++client) send_one(group, client, day, factor);
    }
    // 20 a day or so; on Sundays half of it.
    void send_one(const Group& group, int client, Day day, double factor) {
        const double sunday = weekday(day) == 7 ? 0.5 : 1;
        const double items = (16 + (client * 7 + day.n * 3) % 9) * factor * sunday;
        if (items >= 0.5)
            at(noon(day), code_of(group, client), ShipmentEvent{"express", std::lround(items), 0, {}, {}, {}});
    }
    void look(Day day) { tick(shanghai((format_day(day) + " 08:30").c_str())); }
    std::size_t falls(const Group& group) const {
        std::size_t found = 0;
        for (const Signal& signal : all<Signal>()) {
            if (signal.kind != SignalKind::VOLUME_DROP) continue;
            for (int client = 0; client < group.clients; ++client)
                found += signal.account_root == parse_customer_code(code_of(group, client))->root ? 1 : 0;
        }
        return found;
    }
};

// The first group falls to a fifth for two weeks while the others go on; how many of it are told.
std::size_t told_of_first(const std::vector<Group>& groups, std::size_t fallen = 1) {
    Rig rig;
    for (const Group& group : groups) {
        if (*group.industry != 0) rig.know(group);
    }
    for (int d = 0; d < kKnown + 14; ++d) {
        for (std::size_t i = 0; i < groups.size(); ++i)
            rig.send(groups[i], kBegin + d, d >= kKnown && i < fallen ? 0.2 : 1);
    }
    rig.look(kBegin + kKnown + 14);
    return rig.falls(groups[0]);
}

TEST(Cohort, TheIndustryInItsRegionIsAskedFirst) {
    EXPECT_EQ(told_of_first({{kHere, 24, "C26"}, {kHere, 40}, {kThere, 40, "C26"}}), 0U);
}

TEST(Cohort, OfAnIndustryWithTooFewTheRegionIsAsked) {
    EXPECT_EQ(told_of_first({{kHere, 8, "C26"}, {kHere, 24}, {kThere, 70}}, 2), 0U);
    EXPECT_EQ(told_of_first({{kHere, 8, "C26"}, {kHere, 40}, {kThere, 40}}), 8U);
}

TEST(Cohort, OfARegionWithTooFewAllAreAsked) {
    EXPECT_EQ(told_of_first({{kHere, 8}, {kThere, 24}}, 2), 0U);
    EXPECT_EQ(told_of_first({{kHere, 8}, {kThere, 40}}), 8U);
}

// Nine days of the Spring Festival; the calendar says that a fifteenth is sent on them.
TEST(Cohort, OfTooFewTheCalendarIsAsked) {
    const Group few{kHere, 5};
    for (const bool festival : {true, false}) {
        Rig rig;
        const Day stop = make_day(2026, 2, 15) - (festival ? 0 : 20);
        for (Day day = stop - kKnown; day < stop + 20; day = day + 1)
            rig.send(few, day, day >= stop && day < stop + 9 ? 0 : 1);
        rig.look(stop + 20);
        EXPECT_EQ(rig.falls(few), festival ? 0U : 5U);
    }
}

double number_of(const std::vector<NamedValue>& inputs, std::string_view name) {
    return std::strtod(input_of(inputs, name).c_str(), nullptr);
}

// All send a fifth less within two months, which is in the day factor and nobody's fall; then one sends half.
TEST(Cohort, AFallShowsTheChangeThatItsCohortHides) {
    Rig rig;
    const Group all{kHere, 30};
    const Day fall = kBegin + 140;
    for (int d = 0; d < 160; ++d) {
        const Day day = kBegin + d;
        const double shared = 1 - 0.2 * std::clamp((d - 60) / 60.0, 0.0, 1.0);
        for (int client = 0; client < all.clients; ++client)
            rig.send_one(all, client, day, shared * (client == 0 && day >= fall ? 0.5 : 1));
    }
    rig.look(fall + 20);
    auto fired = rig.all<Decision>();
    std::erase_if(fired,
                  [](const Decision& d) { return d.rule_id != "sharp-drop" || d.outcome != DecisionOutcome::FIRED; });
    ASSERT_THAT(fired, SizeIs(1));
    const auto& inputs = fired[0].inputs;
    EXPECT_NEAR(number_of(inputs, "change_bp"), -5000, 700);
    EXPECT_NEAR(number_of(inputs, "cohort_factor"), 0.8, 0.08);  // the levels follow a little
    EXPECT_NEAR(number_of(inputs, "absolute_change_bp"), -6000, 700);
    // Whoever asks is told the same, also after a restart.
    Shard again = test::restored(detecting(), test::snapshot_of(rig.shard));
    const auto root = parse_customer_code(Rig::code_of(all, 0))->root;
    for (const Shard* shard : {&rig.shard, &again}) {
        const auto about = shard->explain(root);
        ASSERT_TRUE(about);
        for (const Explanation& says : about->explanations) {
            if (says.rule_id != "sharp-drop") continue;
            EXPECT_EQ(input_of(says.inputs, "change_bp"), input_of(inputs, "change_bp"));
            EXPECT_NEAR(number_of(says.inputs, "cohort_factor"), number_of(inputs, "cohort_factor"), 0.01);
            EXPECT_NEAR(number_of(says.inputs, "absolute_change_bp"), number_of(inputs, "absolute_change_bp"), 100);
        }
    }
}

// The region sends six tenths from one week on; who fell and is back at six tenths is back. On a Monday after a restart
// the week is judged before anything else has asked whom it is compared with.
TEST(Cohort, ARecoveryIsMeasuredAgainstTheSameCohortAfterARestart) {
    Rig rig;
    const Group here{kHere, 24};
    const Group there{kThere, 60};
    const Day monday = kBegin + 98;
    for (Day day = kBegin; day < monday; day = day + 1) {
        rig.send(there, day, 1);
        const double shared = day < kBegin + 56 ? 1 : 0.6;
        const bool fallen = day >= kBegin + 75 && day < kBegin + 90;
        for (int client = 0; client < here.clients; ++client)
            rig.send_one(here, client, day, shared * (client == 0 && fallen ? 0.1 : 1));
    }
    ASSERT_EQ(rig.falls(here), 1U);
    ASSERT_EQ(weekday(monday), 1);
    Rig again;
    again.shard = test::restored(detecting(), test::snapshot_of(rig.shard));
    for (Rig* one : {&rig, &again}) one->look(monday);
    EXPECT_EQ(again.shard.state_hash(), rig.shard.state_hash());
}

TEST(Cohort, WithoutACohortBothChangesAreOne) {
    Rig rig;
    const Group one{kHere, 1};
    for (int d = 0; d < 100; ++d) rig.send(one, kBegin + d, d < 80 ? 1 : 0.2);
    rig.look(kBegin + 101);
    ASSERT_THAT(rig.decisions("VOLUME_DROP"), testing::Not(IsEmpty()));
    for (const Decision& d : rig.decisions("VOLUME_DROP")) {
        EXPECT_EQ(input_of(d.inputs, "absolute_change_bp"), input_of(d.inputs, "change_bp"));
        EXPECT_EQ(input_of(d.inputs, "cohort_factor"), "1");
    }
}

}  // namespace
}  // namespace aw
