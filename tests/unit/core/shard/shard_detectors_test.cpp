// The statistical detectors beside the sharp drop in the shard: gradual decline, inactivity, competitor switch by
// share, revenue per item.
#include <algorithm>
#include <deque>
#include <memory>
#include <string>
#include <utility>

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

constexpr auto kCode = "37140000012001";
const Day kBegin = make_day(2026, 1, 5);

struct Rig : test::ShardRig {
    Rig() : ShardRig(detecting()) {}
    explicit Rig(std::shared_ptr<const Rules> rules) : ShardRig(std::move(rules)) {}

    void send(Day day, int items, const char* line = "express", const char* lane = "") {
        // The same id for the same event, also of another rig.
        ids_.push_back(format_day(day) + line + lane);
        at(noon(day), kCode, ShipmentEvent{line, items, 0, {}, lane, {}}, ids_.back());
    }
    void bill(Day day, std::int64_t fen, const char* line = "express") {
        at(noon(day), kCode, RevenueEvent{line, Money{fen}, {}, {}});
    }
    void look(Day day) { tick(shanghai((format_day(day) + " 08:30").c_str())); }
    std::vector<Signal> of(SignalKind kind) const {
        auto signals = all<Signal>();
        std::erase_if(signals, [&](const Signal& signal) { return signal.kind != kind; });
        return signals;
    }

private:
    std::deque<std::string> ids_;
};

TEST(Detectors, AClientThatSendsLessAndLessIsAGradualDecline) {
    Rig rig;
    const Day ramp = kBegin + 150;
    for (int d = 0; d < 300; ++d) {
        const double left = std::clamp(1.0 - 0.6 * (kBegin + d - ramp) / 90, 0.4, 1.0);
        rig.send(kBegin + d, static_cast<int>(20 * left));
    }
    rig.look(kBegin + 301);
    const auto found = rig.all<Signal>();
    ASSERT_FALSE(found.empty());
    EXPECT_EQ(found[0].kind, SignalKind::GRADUAL_DECLINE);
    EXPECT_EQ(found[0].rule_id, "gradual-decline");
    EXPECT_GT(*found[0].onset_on, ramp);
    EXPECT_LT(found[0].observed, found[0].expected);
    EXPECT_GT(found[0].probability, 0);
    // It is one loss: the sharp drop does not tell it once more.
    EXPECT_THAT(rig.of(SignalKind::VOLUME_DROP), IsEmpty());
}

TEST(Detectors, ASilenceTooLongForTheClientsOwnRhythmIsInactivity) {
    Rig rig;
    // Twice a week, one item: too few for the sharp drop to say anything soon.
    Day last;
    for (int d = 0; d < 180; d += (d % 7 == 0 ? 3 : 4)) rig.send(last = kBegin + d, 1);
    rig.look(last + 8);
    EXPECT_THAT(rig.of(SignalKind::INACTIVITY), IsEmpty());
    rig.look(last + 60);
    const auto found = rig.of(SignalKind::INACTIVITY);
    ASSERT_THAT(found, SizeIs(1));
    EXPECT_EQ(found[0].severity, Severity::MEDIUM);
    EXPECT_EQ(found[0].rule_id, "inactivity");
    EXPECT_EQ(found[0].window_from, last + 1);
    EXPECT_EQ(found[0].observed, 0);
    EXPECT_TRUE(std::any_of(found[0].reasons.begin(), found[0].reasons.end(),
                            [](const Reason& reason) { return reason.code == "RHYTHM"; }));
    rig.send(last + 60, 1);
    rig.look(last + 62);
    EXPECT_THAT(rig.of(SignalKind::RECOVERY), SizeIs(1));
}

// Half of the items of one lane of three; the total hardly moves.
void lanes(Rig& rig, Day from, int days, int shenzhen) {
    for (int d = 0; d < days; ++d) {
        const Day day = from + d;
        if (shenzhen > 0) rig.send(day, shenzhen, "express", "440300");
        rig.send(day, 9, "express", "110000");
        rig.send(day, 8, "express", "310000");
    }
}

TEST(Detectors, ALaneThatIsGoneIsACompetitor) {
    Rig rig;
    lanes(rig, kBegin, 120, 5);
    const Day gone = kBegin + 120;
    lanes(rig, gone, 20, 0);
    rig.look(gone + 21);
    const auto found = rig.of(SignalKind::COMPETITOR_SUSPECTED);
    ASSERT_THAT(found, SizeIs(1));
    EXPECT_EQ(found[0].lane, "440300");
    EXPECT_EQ(found[0].business_line, "");
    EXPECT_EQ(found[0].severity, Severity::MEDIUM);
    EXPECT_EQ(found[0].rule_id, "competitor-share");
    EXPECT_GE(*found[0].onset_on, gone - 1);
    EXPECT_LE(*found[0].window_to - gone + 1, 10);
    EXPECT_EQ(found[0].observed, 0);
    EXPECT_THAT(rig.of(SignalKind::VOLUME_DROP), IsEmpty());
    // The lane comes back.
    lanes(rig, gone + 21, 20, 5);
    rig.look(gone + 41);
    EXPECT_THAT(rig.of(SignalKind::RECOVERY), SizeIs(1));
}

TEST(Detectors, ALaneWithAnotherNameKeepsItAcrossARestart) {
    Rig rig;
    const auto days = [&](Day from, int n, int there) {
        for (int d = 0; d < n; ++d) {
            if (there > 0) rig.send(from + d, there, "express", "Nigeria");
            rig.send(from + d, 15, "express", "Ghana");
        }
    };
    days(kBegin, 100, 6);
    rig.look(kBegin + 100);
    rig.shard = test::restored(detecting(), test::snapshot_of(rig.shard));
    days(kBegin + 100, 20, 0);
    rig.look(kBegin + 121);
    const auto found = rig.of(SignalKind::COMPETITOR_SUSPECTED);
    ASSERT_THAT(found, SizeIs(1));
    EXPECT_EQ(found[0].lane, "Nigeria");
}

TEST(Detectors, ALineThatIsGoneIsNamed) {
    Rig rig;
    for (int d = 0; d < 140; ++d) {
        if (d < 120) rig.send(kBegin + d, 5, "cold-chain");
        rig.send(kBegin + d, 17, "express");
    }
    rig.look(kBegin + 141);
    const auto found = rig.of(SignalKind::COMPETITOR_SUSPECTED);
    ASSERT_THAT(found, SizeIs(1));
    EXPECT_EQ(found[0].business_line, "cold-chain");
    EXPECT_EQ(found[0].lane, "");
}

// A line with less than a quarter of the items and four fifths of the revenue, of a client that is shut at weekends.
TEST(Detectors, ALineIsToldWithItsOwnNameDaysAndRevenue) {
    Rig rig;
    const Day gone = kBegin + 119;  // a Monday
    std::int64_t billed = 0;
    Day day = kBegin;
    for (; rig.of(SignalKind::COMPETITOR_SUSPECTED).empty() && day < gone + 30; ++day) {
        if (weekday(day) <= 5) {
            if (day < gone) rig.send(day, 5, "cold-chain");
            if (day < gone) rig.bill(day, 8'000, "cold-chain");
            rig.send(day, 17, "express");
            rig.bill(day, 2'000, "express");
            billed += day < gone ? 10'000 : 2'000;
        }
        rig.look(day + 1);
    }
    const auto found = rig.of(SignalKind::COMPETITOR_SUSPECTED);
    ASSERT_THAT(found, SizeIs(1));
    const Signal& signal = found[0];
    EXPECT_EQ(signal.onset_on, gone);
    EXPECT_EQ(signal.observed, 0);
    EXPECT_THAT(signal.reasons.front().text, testing::StartsWith("line cold-chain, " + format_day(gone) + " to "));
    EXPECT_NEAR(static_cast<double>(signal.revenue_at_risk.minor) / static_cast<double>(billed), 0.8, 0.01);
    // And whoever asks why is told of that line, although nobody knows its new share yet.
    const auto account = rig.shard.explain(parse_customer_code(kCode)->root);
    ASSERT_TRUE(account);
    const auto of_line = std::find_if(account->explanations.begin(), account->explanations.end(), [](const auto& e) {
        return e.rule_id == "competitor-share" && e.business_line == "cold-chain";
    });
    ASSERT_NE(of_line, account->explanations.end());
    EXPECT_EQ(of_line->outcome, DecisionOutcome::FIRED);
    const auto share = std::find_if(of_line->inputs.begin(), of_line->inputs.end(),
                                    [](const NamedValue& input) { return input.name == "usual_share"; });
    ASSERT_NE(share, of_line->inputs.end());
    EXPECT_NEAR(std::stod(share->value), 5.0 / 22, 0.01);
}

// A lane that falls for everybody is nobody's switch.
TEST(Detectors, ALaneThatIsDownForAllSuspectsNobody) {
    Rig rig;
    for (int d = 0; d < 140; ++d) {
        for (int client = 0; client < 25; ++client) {
            const std::string code = "371400000" + std::to_string(10 + client) + "001";
            const auto noon = Rig::noon(kBegin + d);
            if (d < 120) rig.at(noon, code.c_str(), ShipmentEvent{"express", 5, 0, {}, "440300", {}});
            rig.at(noon, code.c_str(), ShipmentEvent{"express", 17, 0, {}, "110000", {}});
        }
    }
    rig.look(kBegin + 141);
    EXPECT_THAT(rig.of(SignalKind::COMPETITOR_SUSPECTED), IsEmpty());
}

// One region loses a lane, of a whole in which that is less than three tenths, and so does one client of the other.
TEST(Detectors, ALaneThatIsDownInARegionSuspectsNobodyThere) {
    constexpr int kElsewhere = 60;
    for (const int there : {20, 6}) {  // too few say nothing of their region
        Rig rig;
        for (int d = 0; d < 100; ++d) {
            for (int client = 0; client < kElsewhere + there; ++client) {
                const bool elsewhere = client < kElsewhere;
                const std::string code =
                    (elsewhere ? "371402000" : "371423000") + std::to_string(10 + client % kElsewhere) + "001";
                const auto noon = Rig::noon(kBegin + d);
                const bool gone = d >= 80 && (!elsewhere || client == 0);
                if (!gone) rig.at(noon, code, ShipmentEvent{"express", 5, 0, {}, "440300", {}});
                rig.at(noon, code, ShipmentEvent{"express", 17, 0, {}, "110000", {}});
            }
        }
        rig.look(kBegin + 101);
        const auto found = rig.of(SignalKind::COMPETITOR_SUSPECTED);
        ASSERT_THAT(found, SizeIs(there == 20 ? 1U : 1U + static_cast<std::size_t>(there)));
        const auto one = parse_customer_code("37140200010001")->root;
        EXPECT_TRUE(std::any_of(found.begin(), found.end(), [&](const Signal& s) { return s.account_root == one; }));
    }
}

TEST(Detectors, PayingLessForAnItemIsARevenueDropAndShippingLessIsNot) {
    const auto run = [](int items, std::int64_t fen) {
        auto rig = std::make_unique<Rig>();
        for (int d = 0; d < 170; ++d) {
            const int sent = d < 100 ? 20 : items;
            rig->send(kBegin + d, sent);
            rig->bill(kBegin + d, sent * (d < 100 ? 1'200 + d % 7 : fen + d % 7));
        }
        rig->look(kBegin + 171);
        return rig;
    };
    const auto cheaper = run(20, 800);
    const auto found = cheaper->of(SignalKind::REVENUE_DROP);
    ASSERT_THAT(found, SizeIs(1));
    EXPECT_EQ(found[0].rule_id, "revenue-yield");
    EXPECT_GE(*found[0].onset_on, kBegin + 99);
    EXPECT_NEAR(static_cast<double>(*found[0].observed) / static_cast<double>(*found[0].expected), 800.0 / 1200, 0.02);
    EXPECT_THAT(cheaper->of(SignalKind::VOLUME_DROP), IsEmpty());
    const auto fewer = run(6, 1'200);
    EXPECT_THAT(fewer->of(SignalKind::REVENUE_DROP), IsEmpty());
    EXPECT_THAT(fewer->of(SignalKind::VOLUME_DROP), SizeIs(1));
}

// With a year behind it, of which some weeks hold an invoice and others none: that is no season.
TEST(Detectors, PayingLessIsFoundOfWhoIsBilledByTheWeekOrTheMonth) {
    constexpr int kUsual = 500;
    for (const int every : {7, 30}) {
        for (const int due : {1, 4, 7, 13, 19, 25}) {
            Rig rig;
            std::int64_t owed = 0;
            const Day begin = make_day(2025, 1, 6);
            for (int d = 0; d < kUsual + 220; ++d) {
                const Day day = begin + d;
                const int items = 18 + d * 7 % 5;
                rig.send(day, items);
                owed += items * (d < kUsual ? 1'200 : 840);
                const bool billed = every == 7 ? weekday(day) == 1 + due % 7 : day - first_day(month_of(day)) == due;
                if (billed) rig.bill(day, std::exchange(owed, 0));
            }
            rig.look(begin + kUsual + 221);
            const auto found = rig.of(SignalKind::REVENUE_DROP);
            ASSERT_THAT(found, SizeIs(1)) << every << ", " << due;
            EXPECT_GE(*found[0].onset_on, begin + kUsual - every) << due;
        }
    }
}

TEST(Detectors, TheSameAfterARestartOnAnyDay) {
    for (const int day : {118, 123, 130}) {
        Rig whole;
        lanes(whole, kBegin, 120, 5);
        lanes(whole, kBegin + 120, day - 120, 0);
        whole.look(kBegin + day);
        Rig again;
        again.shard = test::restored(detecting(), test::snapshot_of(whole.shard));
        ASSERT_EQ(again.shard.state_hash(), whole.shard.state_hash());
        for (Rig* rig : {&whole, &again}) {
            rig->effects.clear();
            lanes(*rig, kBegin + day, 30, 0);
            rig->look(kBegin + day + 31);
        }
        EXPECT_EQ(again.shard.state_hash(), whole.shard.state_hash()) << day;
        EXPECT_EQ(again.all<Signal>().size(), whole.all<Signal>().size());
    }
}

// What came of a case says whether such alarms are real.
TEST(Detectors, AFalseAlarmMakesTheNextOneOfItsKindLessCertain) {
    const auto second = [](bool false_alarm) {
        Rig rig;
        const auto stop = [&](const char* code, Day from) {
            for (int d = 0; d < 90; ++d) rig.at(Rig::noon(from + d), code, ShipmentEvent{"express", 20, 0, {}, {}, {}});
            rig.look(from + 97);
            return rig.of(SignalKind::VOLUME_DROP);
        };
        const auto first = stop(kCode, kBegin);
        EXPECT_THAT(first, SizeIs(1));
        EXPECT_GT(first[0].probability, 0);
        EXPECT_EQ(rig.last_case().probability, first[0].probability);
        if (false_alarm) {
            const std::string when = format_day(kBegin + 97) + " 10:00";
            const std::string id = rig.last_case().case_id.value;
            rig.command(when.c_str(), id, "director", ResolveAction{Outcome::FALSE_ALARM, {}, "deputy"},
                        "closed for works");
            EXPECT_EQ(rig.last_case().outcome, Outcome::FALSE_ALARM);
            // Also after a restart.
            rig.shard = test::restored(detecting(), test::snapshot_of(rig.shard));
        }
        const auto all = stop("37140000077001", kBegin + 98);
        EXPECT_THAT(all, SizeIs(2));
        return all.back().probability;
    };
    // Without a word of the staff the first case has ended as a loss by then, which it was.
    EXPECT_LT(second(true), second(false));
}

}  // namespace
}  // namespace aw
