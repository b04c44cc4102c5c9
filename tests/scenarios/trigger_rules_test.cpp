// What opens a case at once (requirements 1.3) with its own numbers, under the scenarios' policy. Each also through a
// real log (rule_rig.hpp).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenarios/rule_rig.hpp"

namespace aw {
namespace {

using test::kCase;
using test::kCode;
using test::kDirector;
using test::kSales;
using test::RuleRig;
using test::said;
using test::shanghai;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

// A G3 account.
struct Rig : RuleRig {
    explicit Rig(Money revenue = yuan(80'000)) { bill("2026-08-01 09:00", revenue); }
    void closed(const char* local, const char* id) {
        EXPECT_EQ(step(local, id, ComplaintState::ANSWERED, Satisfaction::SATISFIED, 0, true), "");
        EXPECT_EQ(step(local, id, ComplaintState::CLOSED, Satisfaction::SATISFIED, 0, true), "");
    }
};

// Three kinds in six days: one case with three signals and one group.
TEST(R20, ThreeSignalsOfThreeKindsAreOneCaseWithOneGroup) {
    Rig rig;
    rig.sighting("2026-08-17 10:00", CompetitorEvidence::SEEN_LABEL);
    rig.new_contact("2026-08-19 10:00");
    ComplaintEvent media = RuleRig::a_complaint("C1");
    media.media = true;
    rig.at("2026-08-22 10:00", kCode, media);
    const auto signals = rig.all<Signal>();
    ASSERT_THAT(signals, SizeIs(3));
    EXPECT_EQ(signals[0].kind, SignalKind::COMPETITOR_SUSPECTED);
    EXPECT_EQ(signals[1].kind, SignalKind::DECISION_MAKER_CHANGED);
    EXPECT_EQ(signals[2].kind, SignalKind::SERIOUS_COMPLAINT);
    for (const Signal& signal : signals) EXPECT_EQ(signal.case_id.value, kCase);
    for (const Case& version : rig.all<Case>()) EXPECT_EQ(version.case_id.value, kCase);
    EXPECT_THAT(rig.last_case().signals, SizeIs(3));
    EXPECT_THAT(rig.told(NoticeReason::ROLE_INVITED),
                ElementsAre(said("team-leader-1", "2026-08-17 10:00"), said(kSales, "2026-08-17 10:00"),
                            said("service-head-1", "2026-08-17 10:00")));
}

TEST(R48, SightingsByTheirEvidence) {
    struct Example {
        CompetitorEvidence evidence;
        std::optional<std::int32_t> confidence;
        const char* signal;
    };
    using E = CompetitorEvidence;
    for (const auto& [evidence, confidence, signal] : {Example{E::SEEN_LABEL, {}, "COMPETITOR_SUSPECTED MEDIUM"},
                                                       {E::OTHER, 79, "COMPETITOR_SUSPECTED MEDIUM"},
                                                       {E::OTHER, 80, "COMPETITOR_CONFIRMED HIGH"},
                                                       {E::CUSTOMER_SAID, {}, "COMPETITOR_CONFIRMED HIGH"},
                                                       {E::WRITTEN_QUOTE, {}, "COMPETITOR_CONFIRMED HIGH"}}) {
        Rig rig;
        rig.at("2026-08-17 10:00", kCode, CompetitorSightingEvent{"X", evidence, confidence, {}, "express"});
        EXPECT_THAT(rig.signals(), ElementsAre(said(signal, "2026-08-17 10:00")));
        EXPECT_EQ(rig.all<Signal>().at(0).business_line, "express");
    }
}

// G3: MEDIUM, and the new one is met within five business days. G5, G6 and strategic ones: HIGH.
TEST(R50, AChangeOfTheDecisionMakerIsAlwaysACase) {
    Rig rig;
    rig.new_contact("2026-08-17 10:00");
    EXPECT_THAT(rig.signals(), ElementsAre(said("DECISION_MAKER_CHANGED MEDIUM", "2026-08-17 10:00")));
    EXPECT_EQ(rig.last_case().severity, Severity::MEDIUM);
    EXPECT_EQ(rig.last_case().case_class, CaseClass::EMERGENCY);
    const auto tasks = rig.opened(TaskKind::MEET_DECISION_MAKER);
    ASSERT_THAT(tasks, SizeIs(1));
    EXPECT_EQ(tasks[0].due_at, shanghai("2026-08-24 10:00"));
    EXPECT_EQ(tasks[0].assignee_staff_id.value, kSales);
    for (const Money revenue : {yuan(400'000), yuan(600'000)}) {
        Rig big(revenue);
        big.new_contact("2026-08-17 10:00");
        EXPECT_EQ(big.last_case().severity, Severity::HIGH);
    }
    RuleRig partner;
    partner.annual(kCode, "Partner", yuan(80'000), "2026-08-01 09:00", Importance::STRATEGIC);
    partner.new_contact("2026-08-17 10:00");
    EXPECT_EQ(partner.last_case().severity, Severity::HIGH);
}

TEST(R100, OtherContactsAreInformation) {
    Rig rig;
    rig.new_contact("2026-08-17 10:00", ContactRole::DAILY_CONTACT);
    EXPECT_THAT(rig.signals(), ElementsAre(said("CONTACT_CHANGED INFO", "2026-08-17 10:00")));
    EXPECT_THAT(rig.all<Case>(), IsEmpty());
    EXPECT_THAT(rig.all<Task>(), IsEmpty());
}

// Two minor ones in thirty days are information each; the third, on day 29, is serious; on day 30 it is not.
TEST(R51, TheThirdComplaintInThirtyDays) {
    for (const bool in_time : {true, false}) {
        Rig rig;
        rig.complaint("2026-08-01 10:00", "C1");
        rig.closed("2026-08-03 10:00", "C1");
        rig.complaint("2026-08-10 10:00", "C2");
        rig.closed("2026-08-11 10:00", "C2");
        const auto third = in_time ? "2026-08-30 10:00" : "2026-08-31 10:00";
        rig.complaint(third, "C3");
        EXPECT_THAT(rig.signals(),
                    ElementsAre(said("COMPLAINT INFO", "2026-08-01 10:00"), said("COMPLAINT INFO", "2026-08-10 10:00"),
                                said(in_time ? "SERIOUS_COMPLAINT HIGH" : "COMPLAINT INFO", third)));
        if (in_time) {
            EXPECT_EQ(rig.last_case().severity, Severity::HIGH);
        } else {
            EXPECT_THAT(rig.all<Case>(), IsEmpty());
        }
        rig.complaint("2026-08-31 11:00", "C3");  // a correction of the same one
        EXPECT_THAT(rig.all<Signal>(), SizeIs(3));
    }
}

TEST(R51, EachMarkOfASeriousOne) {
    const auto kind = [](auto change) {
        Rig rig;
        ComplaintEvent c = RuleRig::a_complaint("C1");
        change(c);
        rig.at("2026-08-17 10:00", kCode, c);
        return rig.all<Signal>().at(0).kind;
    };
    using C = ComplaintEvent;
    EXPECT_EQ(kind([](C&) {}), SignalKind::COMPLAINT);
    EXPECT_EQ(kind([](C& c) { c.regulator_appeal = true; }), SignalKind::SERIOUS_COMPLAINT);
    EXPECT_EQ(kind([](C& c) { c.media = true; }), SignalKind::SERIOUS_COMPLAINT);
    EXPECT_EQ(kind([](C& c) { c.threatens_to_leave = true; }), SignalKind::SERIOUS_COMPLAINT);
    EXPECT_EQ(kind([](C& c) { c.severity = ComplaintSeverity::SERIOUS; }), SignalKind::SERIOUS_COMPLAINT);
    const auto claims = [](ComplaintCategory category, std::int64_t minor) {
        return [=](C& c) {
            c.category = category;
            c.claimed = Money{minor};
        };
    };
    EXPECT_EQ(kind(claims(ComplaintCategory::LOSS, 500'000)), SignalKind::SERIOUS_COMPLAINT);
    EXPECT_EQ(kind(claims(ComplaintCategory::DAMAGE, 500'000)), SignalKind::SERIOUS_COMPLAINT);
    EXPECT_EQ(kind(claims(ComplaintCategory::LOSS, 499'999)), SignalKind::COMPLAINT);
    EXPECT_EQ(kind(claims(ComplaintCategory::DELAY, 900'000)), SignalKind::COMPLAINT);
}

// A minor one that nobody answers within seven days.
TEST(R51, OverdueAfterSevenDays) {
    Rig rig;
    rig.complaint("2026-08-17 10:00", "C1");
    rig.tick_at("2026-08-24 09:59:59");
    EXPECT_THAT(rig.all<Signal>(), SizeIs(1));
    rig.tick_at("2026-08-24 10:00");
    EXPECT_THAT(rig.signals(), ElementsAre(said("COMPLAINT INFO", "2026-08-17 10:00"),
                                           said("COMPLAINT_OVERDUE HIGH", "2026-08-24 10:00")));
    EXPECT_EQ(rig.last_case().case_class, CaseClass::EMERGENCY);
    EXPECT_EQ(rig.last_case().severity, Severity::HIGH);
}

TEST(R86, AManualSignalActsLikeAnAutomaticOne) {
    Rig rig;
    rig.manual("2026-08-17 10:00", Severity::HIGH);
    EXPECT_THAT(rig.signals(), ElementsAre(said("MANUAL HIGH", "2026-08-17 10:00")));
    EXPECT_EQ(rig.all<Signal>().at(0).rule_id, "manual");
    EXPECT_EQ(rig.last_case().case_class, CaseClass::EMERGENCY);
    EXPECT_EQ(rig.last_case().severity, Severity::HIGH);
    EXPECT_THAT(rig.notices(NoticeReason::ROLE_INVITED), SizeIs(3));
}

}  // namespace
}  // namespace aw
