// R48b on the shard: a shift of the mix suspects a competitor, and supersedes the line drop it is made of.
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

constexpr auto kCode = "37140000014001";

Week w(int week) { return make_week(2026, week); }

// A G3 account that sends 650 express and 350 letters a week.
struct MixRig : ShardRig {
    explicit MixRig(std::shared_ptr<const Rules> rules = test::sample_rules()) : ShardRig(std::move(rules)) {
        annual(kCode, "C", yuan(84'000), "2026-05-01 09:00");
        for (int n = 20; n <= 32; ++n) usual(n, 650, 350);
    }
    void usual(int n, int express, int letters) {
        week(kCode, "express", w(n), express);
        week(kCode, "letters", w(n), letters);
    }
    std::vector<std::string> told() const {
        std::vector<std::string> list;
        for (const Signal& s : all<Signal>())
            list.push_back(std::string(name(s.kind)) + " " + std::string(name(s.severity)) + " " + s.rule_id);
        return list;
    }
    std::vector<Decision> about(std::string_view rule, std::string_view code) const {
        std::vector<Decision> found;
        for (const Decision& d : decisions(code)) {
            if (d.rule_id == rule) found.push_back(d);
        }
        return found;
    }
};

TEST(MixShift, TheExampleOfTheRequirements) {
    MixRig rig;
    rig.usual(33, 390, 352);
    rig.tick(shanghai("2026-08-17 08:30"));
    EXPECT_THAT(rig.told(), ElementsAre("VOLUME_DROP LOW items-week"));
    EXPECT_EQ(rig.last_case().case_class, CaseClass::WATCH);
    rig.usual(34, 390, 352);
    rig.tick(shanghai("2026-08-24 08:30"));
    ASSERT_THAT(rig.told(), ElementsAre("VOLUME_DROP LOW items-week", "COMPETITOR_SUSPECTED MEDIUM mix-week"));
    const Signal shift = rig.all<Signal>().back();
    EXPECT_EQ(shift.business_line, "express");
    EXPECT_EQ(shift.recent_change_bp, -4000);
    EXPECT_EQ(shift.observed, 390);
    EXPECT_EQ(shift.expected, 650);
    EXPECT_EQ(shift.detected_at, shanghai("2026-08-24 08:30"));
    const auto others = std::find_if(shift.reasons.begin(), shift.reasons.end(),
                                     [](const Reason& r) { return r.code == "OTHER_LINES"; });
    ASSERT_NE(others, shift.reasons.end());
    EXPECT_EQ(others->text, "all other lines together: +0.6 %");
    EXPECT_EQ(rig.last_case().case_class, CaseClass::EMERGENCY);
    EXPECT_EQ(rig.last_case().severity, Severity::MEDIUM);  // one piece of evidence: nothing compounds
    EXPECT_EQ(rig.last_case().level, 1);
    // The line's own fall is twice 30 %, MEDIUM, and held.
    EXPECT_THAT(rig.about("line-items-week", "SAME_EPISODE"), testing::Not(IsEmpty()));
    // It lasts: nothing more is said.
    for (int n = 35; n <= 37; ++n) rig.usual(n, 390, 352);
    rig.tick(shanghai("2026-09-14 08:30"));
    EXPECT_THAT(rig.told(), SizeIs(2));
}

TEST(MixShift, ALineThatFallsFurtherIsTold) {
    MixRig rig;
    rig.usual(33, 390, 352);
    rig.usual(34, 390, 352);
    rig.usual(35, 300, 352);  // -53.8 %: HIGH, more than the shift was worth
    rig.tick(shanghai("2026-08-31 08:30"));
    EXPECT_THAT(rig.told(), ElementsAre("VOLUME_DROP LOW items-week", "COMPETITOR_SUSPECTED MEDIUM mix-week",
                                        "VOLUME_DROP HIGH line-items-week"));
    // The fall of the line and the shift away from it are one: HIGH, not CRITICAL.
    EXPECT_EQ(rig.last_case().severity, Severity::HIGH);
}

TEST(MixShift, AfterAToldLineDropItStillNamesTheCompetitor) {
    MixRig rig;
    rig.usual(33, 300, 352);  // the line is at half: HIGH at once
    rig.usual(34, 300, 352);
    rig.tick(shanghai("2026-08-24 08:30"));
    EXPECT_THAT(rig.told(), ElementsAre("VOLUME_DROP LOW items-week", "VOLUME_DROP HIGH line-items-week",
                                        "COMPETITOR_SUSPECTED MEDIUM mix-week"));
    EXPECT_EQ(rig.last_case().severity, Severity::HIGH);
}

TEST(MixShift, WhenTheOthersMoveTheShiftLastsAndTheLineStaysSuperseded) {
    MixRig rig;
    rig.usual(33, 390, 352);
    rig.usual(34, 390, 352);
    rig.usual(35, 390, 300);  // others -14.3 %, total -31 %: once, so LOW
    rig.tick(shanghai("2026-08-31 08:30"));
    EXPECT_THAT(rig.told(), ElementsAre("VOLUME_DROP LOW items-week", "COMPETITOR_SUSPECTED MEDIUM mix-week"));
    const auto moved = rig.about("mix-week", "COMPETITOR_SUSPECTED");
    ASSERT_THAT(moved, testing::Not(IsEmpty()));
    EXPECT_EQ(moved.back().outcome, DecisionOutcome::NOT_FIRED);
    ASSERT_FALSE(moved.back().gates.empty());
    EXPECT_EQ(moved.back().gates.back().name, "rest_change_bp");
    EXPECT_EQ(moved.back().gates.back().value, "-1429");
    EXPECT_FALSE(moved.back().gates.back().passed);
}

TEST(MixShift, ADropOfEverythingSuspectsNobody) {
    MixRig rig;
    rig.usual(33, 390, 210);
    rig.usual(34, 390, 210);
    rig.tick(shanghai("2026-08-24 08:30"));
    for (const Signal& s : rig.all<Signal>()) EXPECT_EQ(s.kind, SignalKind::VOLUME_DROP);
    EXPECT_THAT(rig.about("mix-week", "COMPETITOR_SUSPECTED"), testing::Not(IsEmpty()));
}

TEST(MixShift, ItRecoversWithItsLineAndMayComeAgain) {
    MixRig rig;
    rig.usual(33, 390, 352);
    rig.usual(34, 390, 352);
    rig.tick(shanghai("2026-08-24 08:30"));
    rig.usual(35, 640, 352);
    rig.usual(36, 650, 350);
    rig.tick(shanghai("2026-09-07 08:30"));
    EXPECT_THAT(rig.notices(NoticeReason::RECOVERY_PROPOSED), IsEmpty());  // nobody has acknowledged yet
    rig.usual(37, 390, 352);
    rig.usual(38, 390, 352);
    rig.tick(shanghai("2026-09-21 08:30"));
    EXPECT_EQ(rig.told().back(), "COMPETITOR_SUSPECTED MEDIUM mix-week");
    EXPECT_THAT(rig.told(), SizeIs(4));
}

TEST(MixShift, OneOfTheHistoryOpensItsCaseWhenTheDaemonGoesLive) {
    auto rules = test::sample_rules();
    rules->live_from = shanghai("2026-09-01 10:00");
    MixRig rig(rules);
    for (int n = 33; n <= 35; ++n) rig.usual(n, 390, 352);
    rig.tick(shanghai("2026-09-01 09:59"));
    EXPECT_THAT(rig.told(), IsEmpty());
    EXPECT_THAT(rig.about("mix-week", "BACKFILL"), testing::Not(IsEmpty()));
    rig.tick(shanghai("2026-09-01 10:00"));
    EXPECT_THAT(rig.told(), testing::Contains("COMPETITOR_SUSPECTED MEDIUM mix-week"));
    for (const std::string& signal : rig.told()) EXPECT_THAT(signal, testing::Not(testing::HasSubstr("line-items")));
}

TEST(MixShift, ARestartInTheMiddleChangesNothing) {
    MixRig rig;
    rig.usual(33, 390, 352);
    rig.usual(34, 390, 352);
    rig.tick(shanghai("2026-08-24 08:30"));
    Shard copy(test::sample_rules());
    for (const StateRecord& record : test::snapshot_of(rig.shard))
        ASSERT_TRUE(copy.restore(record.key, record.value, test::reader_of({})));
    copy.finish_restore();
    EXPECT_EQ(copy.state_hash(), rig.shard.state_hash());
}

}  // namespace
}  // namespace aw
