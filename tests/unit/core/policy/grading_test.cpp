#include "core/policy/grading.hpp"

#include <gtest/gtest.h>

#include "support/sample_rules.hpp"

namespace aw {
namespace {

const Policy& policy() {
    static const auto rules = test::sample_rules();
    return rules->policy;
}

Money fen(std::int64_t minor) { return {minor}; }

std::string grade_of(Money t12m) { return grade_name(policy().grade_scheme, grade_rank(policy().grade_scheme, t12m)); }

TEST(Grade, ExactBoundsOfR6) {
    EXPECT_EQ(grade_of(fen(99'999)), "");
    EXPECT_EQ(grade_of(yuan(1'000)), "G1");
    EXPECT_EQ(grade_of(yuan(20'000)), "G1");
    EXPECT_EQ(grade_of(fen(2'000'001)), "G2");
    EXPECT_EQ(grade_of(yuan(50'000)), "G2");
    EXPECT_EQ(grade_of(fen(5'000'001)), "G3");
    EXPECT_EQ(grade_of(yuan(100'000)), "G3");
    EXPECT_EQ(grade_of(fen(10'000'001)), "G4");
    EXPECT_EQ(grade_of(yuan(300'000)), "G4");
    EXPECT_EQ(grade_of(fen(30'000'001)), "G5");
    EXPECT_EQ(grade_of(yuan(500'000)), "G5");
    EXPECT_EQ(grade_of(fen(50'000'001)), "G6");
    EXPECT_EQ(grade_of(yuan(1'000'000'000)), "G6");
    EXPECT_EQ(grade_of(fen(0)), "");
    EXPECT_EQ(grade_of(fen(-1)), "");
}

TEST(Grade, DowngradesHaveTheHysteresisOfR9) {
    const auto rank = [](const char* id) {
        for (std::int8_t i = 0; i < 6; ++i) {
            if (grade_name(policy().grade_scheme, i) == id) return i;
        }
        return kUngraded;
    };
    const auto regraded = [&](const char* stored, Money t12m) {
        return grade_name(policy().grade_scheme, regrade(policy(), rank(stored), t12m));
    };
    EXPECT_EQ(regraded("G5", yuan(302'000)), "G5");
    EXPECT_EQ(regraded("G5", yuan(298'000)), "G5");
    EXPECT_EQ(regraded("G5", yuan(285'000)), "G5");
    EXPECT_EQ(regraded("G5", fen(28'499'999)), "G4");
    EXPECT_EQ(regraded("G5", yuan(284'000)), "G4");
    // Upwards and the first time by the exact bounds.
    EXPECT_EQ(regraded("G4", fen(30'000'001)), "G5");
    EXPECT_EQ(regraded("", yuan(298'000)), "G4");
    // Each boundary has its own: 98,000 is within 5 % of 100,000.
    EXPECT_EQ(regraded("G5", yuan(98'000)), "G4");
    EXPECT_EQ(regraded("G5", yuan(94'000)), "G3");
    EXPECT_EQ(regraded("G1", yuan(960)), "G1");
    EXPECT_EQ(regraded("G1", yuan(940)), "");
    EXPECT_EQ(regraded("G6", Money{}), "");
}

TEST(Grade, AnotherSchemeForgetsTheOldRank) {
    Policy short_one = policy();
    short_one.grade_scheme.grades.resize(2);
    EXPECT_EQ(regrade(short_one, 5, yuan(1'500)), 0);
}

TEST(KeyAccount, ThresholdsOfR1AreInclusive) {
    const auto key = [](UnitType type, std::int64_t minor, Importance importance = Importance::UNSPECIFIED) {
        return is_key_account(policy(), type, importance, Money{minor});
    };
    EXPECT_TRUE(key(UnitType::CITY, 1'000'000));
    EXPECT_FALSE(key(UnitType::CITY, 999'999));
    EXPECT_TRUE(key(UnitType::COUNTY, 600'000));
    EXPECT_FALSE(key(UnitType::COUNTY, 599'999));
    EXPECT_FALSE(key(UnitType::UNSPECIFIED, 1'000'000'000));
    // R2: whatever the revenue. R3: a prospect is not important.
    EXPECT_TRUE(key(UnitType::CITY, 0, Importance::IMPORTANT));
    EXPECT_TRUE(key(UnitType::CITY, 0, Importance::STRATEGIC));
    EXPECT_FALSE(key(UnitType::CITY, 0, Importance::POTENTIAL));
    EXPECT_FALSE(key(UnitType::CITY, 0, Importance::STANDARD));
}

TEST(SignalSeverity, OneMoreForHighGradesAndImportantOnesFromMediumOn) {
    using S = Severity;
    const auto severity = [](S base, const char* grade, Importance importance = Importance::UNSPECIFIED) {
        return signal_severity(policy(), base, grade, importance);
    };
    EXPECT_EQ(severity(S::HIGH, "", Importance::IMPORTANT), S::CRITICAL);  // R2's example
    EXPECT_EQ(severity(S::HIGH, "G4"), S::HIGH);
    EXPECT_EQ(severity(S::HIGH, "G5"), S::CRITICAL);
    EXPECT_EQ(severity(S::MEDIUM, "G6"), S::HIGH);
    EXPECT_EQ(severity(S::MEDIUM, "G6", Importance::STRATEGIC), S::HIGH);  // once, not twice
    EXPECT_EQ(severity(S::LOW, "G6", Importance::STRATEGIC), S::LOW);
    EXPECT_EQ(severity(S::CRITICAL, "G6"), S::CRITICAL);
    EXPECT_EQ(raised(S::CRITICAL), S::CRITICAL);
}

// R18's table.
TEST(Responsibility, LeaderRelevantAndChainByGrade) {
    using R = StaffRole;
    const auto row = [](const char* grade) { return responsibility_for(policy(), grade); };
    EXPECT_EQ(row("G6").leader, R::EXECUTIVE_DEPUTY_GM);
    EXPECT_EQ(row("G6").relevant, std::vector<R>{R::DEPUTY_GM_IN_CHARGE});
    EXPECT_EQ(row("G5").leader, R::DEPUTY_GM_IN_CHARGE);
    EXPECT_EQ(row("G5").chain, std::vector<R>{R::EXECUTIVE_DEPUTY_GM});
    EXPECT_EQ(row("G4").leader, R::DEPARTMENT_DIRECTOR);
    EXPECT_EQ(row("G4").relevant, std::vector<R>{R::TEAM_LEADER});
    EXPECT_EQ(row("G4").chain, (std::vector<R>{R::DEPUTY_GM_IN_CHARGE, R::EXECUTIVE_DEPUTY_GM}));
    EXPECT_EQ(row("G3").leader, R::TEAM_LEADER);
    EXPECT_EQ(row("G2").leader, R::DEVELOPING_UNIT_HEAD);
    EXPECT_EQ(row("G1").leader, R::DEVELOPING_UNIT_HEAD);
    EXPECT_EQ(row("").leader, R::DEVELOPING_UNIT_HEAD);
    EXPECT_EQ(row("no such grade").leader, R::DEVELOPING_UNIT_HEAD);
}

}  // namespace
}  // namespace aw
