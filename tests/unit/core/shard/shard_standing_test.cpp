// Rows that hold an account against a threshold: R1, R3, R9, R13, with their numbers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/shard_rig.hpp"
#include "support/shard_state.hpp"

namespace aw {
namespace {

using test::shanghai;
using test::ShardRig;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr auto kCode = "37140000012001";

AccountRoot root(std::string_view code) { return parse_customer_code(code)->root; }

struct StandingRig : ShardRig {
    explicit StandingRig(std::shared_ptr<const Rules> rules = test::shared_rules()) : ShardRig(std::move(rules)) {}

    void billed(const char* local, Money revenue, std::string_view code = kCode) {
        at(local, code, RevenueEvent{"express", revenue, {}, {}});
    }
    void account(const char* local, Importance importance, std::string_view code = kCode) {
        AccountEvent change;
        change.operation = AccountOperation::UPDATE;
        change.name = "A";
        change.importance = importance;
        at(local, code, change);
    }
    // Without those that ask for a customer file (R13), or these alone.
    std::vector<std::string> told(bool files = false) const {
        std::vector<std::string> list;
        for (const Signal& s : all<Signal>()) {
            if ((s.kind == SignalKind::PROFILE_MISSING) != files) continue;
            list.push_back(std::string(name(s.kind)) + " " + std::string(name(s.severity)) + " " +
                           format_utc(s.detected_at));
        }
        return list;
    }
    static std::string when(const char* kind, const char* local) {
        return std::string(kind) + " " + format_utc(shanghai(local));
    }
};

TEST(R1Status, ItIsToldWhenAnAccountBecomesAKeyAccountAndWhenItCeasesToBeOne) {
    StandingRig rig;
    rig.billed("2026-08-03 10:00", Money{999'999});
    rig.tick(shanghai("2026-08-10 09:00"));
    EXPECT_THAT(rig.told(), IsEmpty());  // what it was when it was first seen is no change
    rig.billed("2026-08-10 10:00", Money{1});
    rig.tick(shanghai("2026-08-11 08:30"));
    EXPECT_THAT(rig.told(), ElementsAre(StandingRig::when("ACCOUNT_STATUS_CHANGED INFO", "2026-08-11 08:30")));
    EXPECT_EQ(rig.all<Signal>()[0].observed, 1'000'000);
    EXPECT_EQ(rig.all<Signal>()[0].expected, 1'000'000);
    rig.tick(shanghai("2027-08-02 09:00"));
    EXPECT_THAT(rig.told(), SizeIs(1));
    // The bill of 08-03 is the first to leave the 365 days, on 08-03 of the next year.
    rig.tick(shanghai("2027-08-03 08:30"));
    EXPECT_THAT(rig.told(),
                ElementsAre(testing::_, StandingRig::when("ACCOUNT_STATUS_CHANGED INFO", "2027-08-03 08:30")));
    EXPECT_THAT(rig.all<Case>(), IsEmpty());
}

TEST(R1Status, TheThresholdIsThatOfTheUnit) {
    StandingRig rig;
    rig.billed("2026-08-03 10:00", Money{599'999}, "37142200012001");
    rig.tick(shanghai("2026-08-10 09:00"));
    rig.billed("2026-08-10 10:00", Money{1}, "37142200012001");
    rig.tick(shanghai("2026-08-11 08:30"));
    EXPECT_THAT(rig.told(), SizeIs(1));
}

TEST(R1Status, AHintMeltsDayByDay) {
    StandingRig rig;
    rig.annual(kCode, "A", yuan(10'950), "2026-08-03 09:00");  // 30 yuan a day
    rig.tick(shanghai("2026-09-03 08:30"));                    // 31 days on: 10,950 - 930 = 10,020
    EXPECT_THAT(rig.told(), IsEmpty());
    EXPECT_TRUE(rig.shard.account(root(kCode))->is_key_account);
    rig.tick(shanghai("2026-09-04 08:30"));
    EXPECT_FALSE(rig.shard.account(root(kCode))->is_key_account);
    EXPECT_THAT(rig.told(), IsEmpty());  // the client has done nothing
}

TEST(R1Status, TheFirstRevenueSaysWhatItIsAndNotThatItChanged) {
    StandingRig rig;
    rig.at("2026-08-03 10:00", kCode, ShipmentEvent{"express", 5, 0, {}, {}, {}});
    rig.tick(shanghai("2026-08-10 08:30"));
    rig.billed("2026-08-10 10:00", yuan(150'000));
    rig.tick(shanghai("2026-08-11 08:30"));
    EXPECT_THAT(rig.told(), IsEmpty());
}

TEST(R1Status, MissingRevenueMakesNobodyLessOfAKeyAccount) {
    StandingRig rig;
    rig.billed("2025-09-01 10:00", yuan(10'000));
    rig.at("2026-08-20 10:00", kCode, RevenueEvent{"express", yuan(1), {}, {}});
    rig.at("2026-08-31 10:00", {}, WatermarkEvent{"test", {}, shanghai("2026-08-30 00:00")});
    rig.tick(shanghai("2026-09-01 08:30"));  // the 10,000 have left, but the bills of two days are not there
    EXPECT_THAT(rig.told(), IsEmpty());
    ASSERT_THAT(rig.decisions("FEED_INCOMPLETE"), testing::Not(IsEmpty()));
    EXPECT_EQ(rig.decisions("FEED_INCOMPLETE").back().outcome, DecisionOutcome::HELD);
    rig.at("2026-09-02 08:00", {}, WatermarkEvent{"test", {}, shanghai("2026-09-02 08:00")});
    rig.tick(shanghai("2026-09-02 08:30"));
    EXPECT_THAT(rig.told(), ElementsAre(StandingRig::when("ACCOUNT_STATUS_CHANGED INFO", "2026-09-02 08:30")));
}

TEST(R3, AProspectWithoutItemsIsLeftAlone) {
    StandingRig rig;
    rig.account("2026-05-01 09:00", Importance::POTENTIAL);
    rig.at("2026-05-02 09:00", kCode, ShipmentEvent{"express", 10, 0, {}, {}, {}});
    rig.tick(shanghai("2026-08-01 09:00"));  // 0 items for 90 days
    EXPECT_THAT(rig.told(), IsEmpty());
}

TEST(R3, AProspectThatReachesTheThresholdIsPromotedOnce) {
    StandingRig rig;
    rig.account("2026-05-01 09:00", Importance::POTENTIAL);
    rig.billed("2026-05-02 10:00", Money{999'999});
    rig.tick(shanghai("2026-05-10 09:00"));
    EXPECT_THAT(rig.told(), IsEmpty());
    rig.billed("2026-05-10 10:00", Money{1});
    rig.tick(shanghai("2026-05-11 08:30"));
    EXPECT_THAT(rig.told(), ElementsAre(StandingRig::when("ACCOUNT_PROMOTED INFO", "2026-05-11 08:30")));
    EXPECT_EQ(rig.all<Signal>()[0].observed, 1'000'000);
    EXPECT_THAT(rig.all<Case>(), IsEmpty());
    // Below and above again: it was told.
    rig.billed("2026-06-01 10:00", yuan(-1));
    rig.tick(shanghai("2026-06-02 08:30"));
    rig.billed("2026-06-03 10:00", yuan(5));
    rig.tick(shanghai("2026-06-30 08:30"));
    EXPECT_THAT(rig.told(), SizeIs(1));
}

TEST(R3, APromotionOfTheHistoryIsToldOnTheFirstDay) {
    auto rules = test::shared_rules();
    rules->live_from = shanghai("2026-06-01 00:00");
    StandingRig rig(rules);
    rig.account("2026-05-01 09:00", Importance::POTENTIAL);
    rig.billed("2026-05-02 10:00", yuan(20'000));
    rig.tick(shanghai("2026-05-31 09:00"));
    EXPECT_THAT(rig.told(), IsEmpty());
    EXPECT_THAT(rig.decisions("BACKFILL"), SizeIs(1));  // said once, not every day
    rig.tick(shanghai("2026-06-05 09:00"));
    EXPECT_THAT(rig.told(), ElementsAre(StandingRig::when("ACCOUNT_PROMOTED INFO", "2026-06-01 08:30")));
}

TEST(R3, UnderASilenceItWaitsAndThatIsSaidOnce) {
    StandingRig rig;
    rig.account("2026-05-01 09:00", Importance::POTENTIAL);
    SilenceEvent silence;
    silence.silence_id = "s1";
    silence.account_root = "37140000012";
    silence.kinds = {SignalKind::ACCOUNT_PROMOTED};
    silence.from = shanghai("2026-05-01 00:00");
    silence.until = shanghai("2026-05-20 00:00");
    silence.author_staff_id = "market";
    silence.reason = "stocktaking";
    rig.at("2026-05-02 09:00", {}, silence);
    rig.billed("2026-05-02 10:00", yuan(10'000));
    rig.tick(shanghai("2026-05-19 09:00"));
    EXPECT_THAT(rig.told(), IsEmpty());
    EXPECT_THAT(rig.decisions("SILENCED"), SizeIs(1));
    rig.tick(shanghai("2026-05-25 09:00"));
    EXPECT_THAT(rig.told(), ElementsAre(StandingRig::when("ACCOUNT_PROMOTED INFO", "2026-05-20 08:30")));
}

TEST(R1Status, AClosedAccountIsNotSpokenOf) {
    StandingRig rig;
    rig.billed("2026-08-03 10:00", yuan(10'000));
    rig.tick(shanghai("2026-08-10 09:00"));
    AccountEvent closing;
    closing.name = "A";
    closing.closed_on = *parse_day("2026-08-12");
    rig.at("2026-08-12 10:00", kCode, closing);
    rig.tick(shanghai("2027-08-04 09:00"));
    EXPECT_THAT(rig.told(), IsEmpty());
    EXPECT_THAT(rig.decisions("NOT_WATCHED"), testing::Not(IsEmpty()));
}

// An UPDATE leaves it closed; a registration from the day of the closing on is a client that has come back.
TEST(R1Status, AClosedAccountThatIsRegisteredAgainIsOpen) {
    StandingRig rig;
    rig.billed("2026-08-03 10:00", yuan(10'000));
    AccountEvent change;
    change.name = "A";
    change.closed_on = *parse_day("2026-08-12");
    rig.at("2026-08-12 10:00", kCode, change);
    change.closed_on.reset();
    rig.at("2026-08-13 10:00", kCode, change);
    rig.at("2026-08-13 11:00", kCode, ContactChangeEvent{ContactRole::DECISION_MAKER, "c1", "c2"});
    EXPECT_THAT(rig.decisions("NOT_WATCHED"), SizeIs(1));
    change.operation = AccountOperation::REGISTER;
    rig.at("2026-08-11 23:00", kCode, change);  // dated before it was closed
    rig.at("2026-08-14 11:00", kCode, ContactChangeEvent{ContactRole::DECISION_MAKER, "c2", "c3"});
    EXPECT_THAT(rig.decisions("NOT_WATCHED"), SizeIs(2));
    rig.at("2026-08-14 12:00", kCode, change);
    rig.at("2026-08-14 13:00", kCode, ContactChangeEvent{ContactRole::DECISION_MAKER, "c3", "c4"});
    EXPECT_THAT(rig.decisions("NOT_WATCHED"), SizeIs(2));
    EXPECT_EQ(rig.all<Signal>().back().kind, SignalKind::DECISION_MAKER_CHANGED);
}

TEST(R9, ADowngradeBelowTheHysteresisIsALowSignal) {
    StandingRig rig;
    rig.billed("2026-07-30 10:00", yuan(302'000));
    rig.tick(shanghai("2026-08-01 09:00"));
    rig.billed("2026-08-02 10:00", yuan(-4'000));
    rig.tick(shanghai("2026-09-01 09:00"));  // 298,000: within 285,000
    EXPECT_THAT(rig.told(), IsEmpty());
    rig.billed("2026-09-02 10:00", yuan(-14'000));
    rig.tick(shanghai("2026-09-30 09:00"));  // the monthly look has not come
    EXPECT_THAT(rig.told(), IsEmpty());
    rig.tick(shanghai("2026-10-01 08:30"));
    ASSERT_THAT(rig.told(), ElementsAre(StandingRig::when("GRADE_DOWNGRADE LOW", "2026-10-01 08:30")));
    const Signal signal = rig.all<Signal>().back();
    EXPECT_EQ(signal.observed, 28'400'000);
    EXPECT_EQ(signal.expected, 30'000'000);
    EXPECT_EQ(signal.recent_change_bp, -533);
    EXPECT_THAT(signal.reasons.front().text, testing::HasSubstr("G5 -> G4"));
    EXPECT_EQ(rig.last_case().case_class, CaseClass::SUPERVISED_FOLLOW_UP);
    EXPECT_EQ(rig.last_case().severity, Severity::LOW);
    EXPECT_EQ(rig.last_case().grade, "G4");
    rig.tick(shanghai("2026-12-01 09:00"));
    EXPECT_THAT(rig.told(), SizeIs(1));
}

// On the first working day of each month, in the afternoon: eleven of twelve invoices would be less than 285,000, and
// less than a key account's 10,000.
TEST(R9, WhoIsBilledByTheMonthKeepsTheGrade) {
    for (const std::int64_t minor : {2'550'000, 84'000}) {
        StandingRig rig;
        std::optional<Month> last;
        for (Day day = make_day(2025, 1, 1); day < make_day(2027, 7, 15); ++day) {
            rig.tick(shanghai((format_day(day) + " 08:30").c_str()));
            if (last == month_of(day) || weekday(day) > 5) continue;
            last = month_of(day);
            rig.billed((format_day(day) + " 17:00").c_str(), Money{minor});
        }
        rig.tick(shanghai("2027-07-15 09:00"));
        auto told = rig.told();
        // In the first year it becomes what it is.
        std::erase_if(told, [](const std::string& text) { return text.find(" 2025-") != text.npos; });
        EXPECT_THAT(told, IsEmpty()) << minor;
    }
}

TEST(R9, TheBoundOfTheHysteresisKeepsTheGrade) {
    const auto signals = [](std::int64_t minor) {
        StandingRig rig;
        rig.billed("2026-07-30 10:00", yuan(302'000));
        rig.tick(shanghai("2026-08-01 09:00"));
        rig.billed("2026-08-02 10:00", Money{minor - 30'200'000});
        rig.tick(shanghai("2026-09-01 09:00"));
        return rig.told().size();
    };
    EXPECT_EQ(signals(28'500'000), 0U);
    EXPECT_EQ(signals(28'499'999), 1U);
}

TEST(R9, ADowngradeWaitsForItsFeed) {
    StandingRig rig;
    rig.billed("2026-07-30 10:00", yuan(302'000));
    rig.tick(shanghai("2026-08-01 09:00"));
    rig.billed("2026-08-12 10:00", yuan(-18'000));
    rig.at("2026-08-30 10:00", {}, WatermarkEvent{"test", {}, shanghai("2026-08-30 00:00")});
    rig.tick(shanghai("2026-09-01 09:00"));
    EXPECT_THAT(rig.told(), IsEmpty());
    EXPECT_EQ(rig.shard.account(root(kCode))->grade, "G5");
    rig.at("2026-10-01 08:00", {}, WatermarkEvent{"test", {}, shanghai("2026-10-01 08:00")});
    rig.tick(shanghai("2026-10-01 09:00"));
    EXPECT_THAT(rig.told(), ElementsAre(StandingRig::when("GRADE_DOWNGRADE LOW", "2026-10-01 08:30")));
}

TEST(R9, WhoIsNotWatchedGivesNone) {
    StandingRig rig;
    rig.billed("2026-07-30 10:00", Money{2'000'001});  // G2
    rig.tick(shanghai("2026-08-01 09:00"));
    rig.billed("2026-08-02 10:00", Money{-1'100'000});  // G1, and no key account any more
    rig.tick(shanghai("2026-09-01 09:00"));
    for (const Signal& s : rig.all<Signal>()) EXPECT_NE(s.kind, SignalKind::GRADE_DOWNGRADE);
    EXPECT_THAT(rig.decisions("NOT_WATCHED"), SizeIs(1));
}

// R13: nobody has registered the code.
struct Unregistered : StandingRig {
    using StandingRig::StandingRig;
    std::vector<std::string> told() const { return StandingRig::told(true); }
    // So much in each of the three months before August.
    void months(std::int64_t minor_each) {
        for (const char* day : {"2026-05-12 10:00", "2026-06-12 10:00", "2026-07-12 10:00"}) {
            at(day, kCode, ShipmentEvent{"express", 5, 0, {}, {}, {}});
            billed(day, Money{minor_each});
        }
    }
};

TEST(R13, FiveHundredAMonthMustBeRegistered) {
    Unregistered rig;
    rig.months(51'233);
    rig.tick(shanghai("2026-07-31 09:00"));
    EXPECT_THAT(rig.told(), IsEmpty());
    rig.tick(shanghai("2026-08-01 08:30"));
    ASSERT_THAT(rig.told(), ElementsAre(StandingRig::when("PROFILE_MISSING INFO", "2026-08-01 08:30")));
    EXPECT_EQ(rig.all<Signal>()[0].observed, 51'233);
    EXPECT_THAT(rig.all<Case>(), IsEmpty());
    EXPECT_THAT(rig.all<Notice>(), IsEmpty());
    rig.tick(shanghai("2027-09-01 08:30"));
    EXPECT_THAT(rig.told(), SizeIs(1));
}

TEST(R13, ExactlyFiveHundredCounts) {
    Unregistered rig;
    rig.months(50'000);
    rig.tick(shanghai("2026-08-02 09:00"));
    EXPECT_THAT(rig.told(), SizeIs(1));
}

TEST(R13, LessIsNoneUntilTheClientIsAYearOld) {
    Unregistered rig;
    rig.months(49'999);
    rig.tick(shanghai("2027-03-08 09:00"));  // first seen 300 days ago
    EXPECT_THAT(rig.told(), IsEmpty());
    rig.tick(shanghai("2027-05-11 09:00"));  // 364
    EXPECT_THAT(rig.told(), IsEmpty());
    rig.tick(shanghai("2027-05-13 09:00"));  // 366
    EXPECT_THAT(rig.told(), ElementsAre(StandingRig::when("PROFILE_MISSING INFO", "2027-05-12 08:30")));
}

TEST(R13, WhoIsRegisteredIsNotAskedFor) {
    Unregistered rig;
    rig.months(51'233);
    rig.annual(kCode, "A", Money{}, "2026-07-20 09:00");
    rig.tick(shanghai("2026-08-02 09:00"));
    EXPECT_THAT(rig.told(), IsEmpty());
}

TEST(R13, OfTheHistoryItIsToldOnTheFirstDayAndOnlyOnce) {
    auto rules = test::shared_rules();
    rules->live_from = shanghai("2026-08-20 00:00");
    Unregistered rig(rules);
    rig.months(51'233);
    rig.tick(shanghai("2026-08-19 09:00"));
    EXPECT_THAT(rig.decisions("BACKFILL"), SizeIs(1));
    rig.tick(shanghai("2026-09-20 09:00"));
    EXPECT_THAT(rig.told(), ElementsAre(StandingRig::when("PROFILE_MISSING INFO", "2026-08-20 08:30")));
}

TEST(Standing, ARestartAsksNobodyTwice) {
    Unregistered rig;
    rig.account("2026-05-01 09:00", Importance::POTENTIAL, "37140000099001");
    rig.billed("2026-05-02 10:00", yuan(10'000), "37140000099001");
    rig.months(51'233);
    rig.tick(shanghai("2026-08-02 09:00"));
    ASSERT_THAT(rig.all<Signal>(), SizeIs(2));
    Shard copy = test::restored(test::shared_rules(), test::snapshot_of(rig.shard));
    EXPECT_EQ(copy.state_hash(), rig.shard.state_hash());
    Effects again;
    copy.advance(shanghai("2026-09-20 09:00"), again);
    for (const Effect& effect : again) EXPECT_FALSE(std::holds_alternative<Signal>(effect));
}

// R14: a line counts that was paid for in the last twelve months.
TEST(R14, TwoLinesWithRevenueMakeACompositeAccount) {
    StandingRig rig;
    EXPECT_FALSE(rig.shard.account(root(kCode)).has_value());
    rig.at("2026-07-30 10:00", kCode, RevenueEvent{"express", yuan(9'000), {}, {}});
    EXPECT_EQ(rig.shard.account(root(kCode))->product_breadth, ProductBreadth::SPECIALISED);
    rig.at("2026-07-30 11:00", kCode, ShipmentEvent{"letters", 50, 0, {}, {}, {}});
    EXPECT_EQ(rig.shard.account(root(kCode))->product_breadth, ProductBreadth::SPECIALISED);  // shipped, not paid for
    rig.at("2026-07-30 12:00", kCode, RevenueEvent{"letters", yuan(5'000), {}, {}});
    EXPECT_EQ(rig.shard.account(root(kCode))->product_breadth, ProductBreadth::COMPOSITE);
    rig.at("2026-07-31 12:00", kCode, RevenueEvent{"letters", yuan(-5'000), {}, {}});
    EXPECT_EQ(rig.shard.account(root(kCode))->product_breadth, ProductBreadth::SPECIALISED);  // all credited
}

TEST(R14, WhoPaidNothingIsNeither) {
    StandingRig rig;
    rig.at("2026-07-30 10:00", kCode, ShipmentEvent{"express", 50, 0, {}, {}, {}});
    EXPECT_EQ(rig.shard.account(root(kCode))->product_breadth, ProductBreadth::UNSPECIFIED);
}

}  // namespace
}  // namespace aw
