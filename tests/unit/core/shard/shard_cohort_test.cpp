// What a fall looks like without what a client's cohort shares.
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
using test::shanghai;
using testing::IsEmpty;
using testing::SizeIs;

const Day kBegin = make_day(2026, 3, 2);
constexpr auto kHere = "371402";
constexpr auto kThere = "371423";

struct Group {
    const char* region;
    int clients;
};

struct Rig : test::ShardRig {
    Rig() : ShardRig(detecting()) {}

    static std::string code_of(const Group& group, int client) {
        return std::string(group.region) + "000" + std::to_string(10 + client) + "001";
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

std::string input_of(const std::vector<NamedValue>& inputs, std::string_view name) {
    const auto found = std::find_if(inputs.begin(), inputs.end(), [&](const NamedValue& i) { return i.name == name; });
    return found == inputs.end() ? "none" : found->value;
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
    EXPECT_NEAR(number_of(inputs, "cohort_factor"), 0.8, 0.05);
    EXPECT_NEAR(number_of(inputs, "absolute_change_bp"), -6000, 700);
    // Whoever asks is told the same, also after a restart.
    const Shard again = test::restored(detecting(), test::snapshot_of(rig.shard));
    const auto root = parse_customer_code(Rig::code_of(all, 0))->root;
    for (const Shard* shard : {&rig.shard, &again}) {
        const auto about = shard->explain(root);
        ASSERT_TRUE(about);
        for (const Explanation& says : about->explanations) {
            if (says.rule_id != "sharp-drop") continue;
            EXPECT_EQ(input_of(says.inputs, "change_bp"), input_of(inputs, "change_bp"));
            EXPECT_NEAR(number_of(says.inputs, "cohort_factor"), 0.8, 0.05);
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
