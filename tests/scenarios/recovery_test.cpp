// How a fall ends (requirements 3.1, 3.3): recovered at 90 % of the frozen level in two weeks running, partly between
// 70 and 90 %; and what comes later of the same fall is the same evidence.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/logged_rig.hpp"

namespace aw {
namespace {

using test::LoggedRig;
using test::shanghai;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr auto kCode = "37140000012001";
constexpr auto kCase = "37140000012-1";

// A G4 account of 1,000 items a week that falls to `fallen` in 2026-W33; its director acknowledges on the Monday after.
struct Fallen : LoggedRig {
    explicit Fallen(int fallen) {
        for (int n = 10; n <= 32; ++n) week(kCode, "express", make_week(2026, n), 1000);
        at("2026-08-09 13:00", kCode, RevenueEvent{"express", yuan(200'000), "INV-1", {}});
        week(kCode, "express", make_week(2026, 33), fallen);
        tick(shanghai("2026-08-17 08:30"));
        command("2026-08-17 09:00", kCase, "dept-director-1", AckAction{});
    }
    // One week after the other from W34 on; what is proposed on the Monday after each.
    std::vector<Outcome> proposed(std::initializer_list<int> weeks) {
        std::vector<Outcome> list;
        Week next = make_week(2026, 34);
        for (const int items : weeks) {
            week(kCode, "express", next, items);
            ++next.n;
            tick(shanghai((format_day(first_day(next)) + " 08:30").c_str()));
            list.push_back(last_case().proposed_outcome);
        }
        return list;
    }
};

TEST(Recovery, TwoWeeksOfNinetyPercent) {
    Fallen rig(400);
    EXPECT_THAT(rig.proposed({899, 900, 899, 900, 950}),
                ElementsAre(Outcome::UNSPECIFIED, Outcome::UNSPECIFIED, Outcome::UNSPECIFIED, Outcome::UNSPECIFIED,
                            Outcome::RECOVERED));
    EXPECT_THAT(rig.notices(NoticeReason::RECOVERY_PROPOSED), SizeIs(1));
}

// Both weeks between 70 and 90 %: one of each kind proposes nothing yet.
TEST(Recovery, TwoWeeksBetweenSeventyAndNinetyAreAPartialOne) {
    Fallen rig(400);
    EXPECT_THAT(rig.proposed({699, 850, 950, 850, 700}),
                ElementsAre(Outcome::UNSPECIFIED, Outcome::UNSPECIFIED, Outcome::UNSPECIFIED, Outcome::UNSPECIFIED,
                            Outcome::PARTIALLY_RECOVERED));
}

TEST(Recovery, WhoGetsBetterStillKeepsTheProposal) {
    Fallen rig(400);
    EXPECT_THAT(rig.proposed({850, 850, 950, 950, 600}),
                ElementsAre(Outcome::UNSPECIFIED, Outcome::PARTIALLY_RECOVERED, Outcome::PARTIALLY_RECOVERED,
                            Outcome::RECOVERED, Outcome::UNSPECIFIED));
}

// 74 % is what a fall of a quarter leaves: it is the fall itself, not the way back from it.
TEST(Recovery, TheFallItselfIsNoPartialRecovery) {
    Fallen rig(740);
    rig.at("2026-08-17 10:00", kCode, CompetitorSightingEvent{"X", CompetitorEvidence::WRITTEN_QUOTE, {}, {}, {}});
    rig.command("2026-08-17 10:10", kCase, "dept-director-1", AckAction{});
    EXPECT_THAT(rig.proposed({740, 740}), ElementsAre(Outcome::UNSPECIFIED, Outcome::UNSPECIFIED));
    EXPECT_THAT(rig.notices(NoticeReason::RECOVERY_PROPOSED), IsEmpty());
}

// The month that holds the fallen week falls, too: the same evidence, told two weeks before.
TEST(Recovery, TheMonthOfAFallThatIsOverIsNoNewSignal) {
    Fallen rig(100);
    const auto drops = [&] {
        auto signals = rig.all<Signal>();
        std::erase_if(signals, [](const Signal& s) { return s.severity == Severity::INFO; });
        return signals;
    };
    EXPECT_THAT(drops(), SizeIs(1));
    rig.proposed({400, 1000, 1000});
    rig.tick(shanghai("2026-09-07 09:00"));
    EXPECT_THAT(drops(), SizeIs(1));
    const auto same = rig.decisions("SAME_EPISODE");
    EXPECT_TRUE(std::any_of(same.begin(), same.end(), [](const Decision& d) { return d.rule_id == "monthly-items"; }));
    // A week that falls again is a new one.
    rig.week(kCode, "express", make_week(2026, 37), 100);
    rig.tick(shanghai("2026-09-14 08:30"));
    EXPECT_THAT(drops(), SizeIs(2));
}

// What was handed in for the WATCH is no analysis of what came of it.
TEST(Recovery, TheReportOfAWatchIsNoneOnTheOutcome) {
    const ReportAction report{"cause", "course", "responsible", "conclusion", "measures", "prevention", {}};
    Fallen rig(740);
    rig.command("2026-08-17 09:30", kCase, "key-account-manager-1", report);
    ASSERT_THAT(rig.decisions("report"), SizeIs(1));
    rig.at("2026-08-17 10:00", kCode, CompetitorSightingEvent{"X", CompetitorEvidence::WRITTEN_QUOTE, {}, {}, {}});
    rig.command("2026-08-17 10:10", kCase, "dept-director-1", AckAction{});
    rig.command("2026-08-17 11:00", kCase, "dept-director-1",
                ContactAction{ContactLevel::MANAGER, TouchChannel::VISIT});
    rig.command("2026-08-17 12:00", kCase, "dept-director-1",
                ResolveAction{Outcome::LOST, {"PRICE", "competitor X", "no second offer"}, {}});
    ASSERT_EQ(rig.last_case().state, CaseState::REPORT_DUE);
    rig.command("2026-08-17 13:00", kCase, "dept-director-1", ApproveReportAction{});
    EXPECT_THAT(rig.decisions("MISSING_FIELD"), SizeIs(1));
    rig.command("2026-08-17 14:00", kCase, "key-account-manager-1", report);
    rig.command("2026-08-17 15:00", kCase, "dept-director-1", ApproveReportAction{});
    EXPECT_EQ(rig.last_case().state, CaseState::CLOSED);
}

}  // namespace
}  // namespace aw
