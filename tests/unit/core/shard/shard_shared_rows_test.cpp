// Rows about several accounts: industries (R15) and groups watched as one account (R102), on 1, 3 and 4 partitions.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/shard_ring.hpp"

namespace aw {
namespace {

using test::shanghai;
using test::ShardRing;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

std::string code_of(int account) { return "371400000" + std::to_string(10 + account) + "001"; }
std::string root_of_account(int account) { return code_of(account).substr(0, 11); }

// Live since July; what is sent once a month is compared by months.
std::shared_ptr<Rules> monthly_rules() {
    auto rules = test::shared_rules();
    rules->live_from = shanghai("2026-07-01 00:00");
    std::erase_if(rules->policy.comparisons, [](const ComparisonRow& row) { return row.window == WindowKind::WEEK; });
    return rules;
}

class SharedRows : public testing::TestWithParam<int> {
protected:
    void account(ShardRing& ring, const char* local, int n, std::string_view industry, std::string_view group = {}) {
        AccountEvent change;
        change.operation = AccountOperation::REGISTER;
        change.name = "a";
        change.annual_revenue_hint = yuan(182'000);
        change.industry_code = industry;
        if (!industry.empty()) change.importance = Importance::IMPORTANT;  // watched whatever the revenue
        change.group_root = group;
        ring.at(local, code_of(n), change);
    }
    // So many items in the middle of the month or week that begins on that day.
    void items(ShardRing& ring, Day day, int n, int count) {
        ring.at((format_day(day + 2) + " 12:00").c_str(), code_of(n), ShipmentEvent{"express", count, 0, {}, {}, {}});
    }
    static std::vector<Signal> of(const ShardRing& ring, SignalKind kind) {
        std::vector<Signal> found;
        for (const Signal& s : ring.all<Signal>()) {
            if (s.kind == kind) found.push_back(s);
        }
        return found;
    }
    static std::vector<Decision> decisions(const ShardRing& ring, std::string_view rule) {
        std::vector<Decision> found;
        for (const Decision& d : ring.all<Decision>()) {
            if (d.rule_id == rule) found.push_back(d);
        }
        return found;
    }
};

// Fifteen schools; `fallen` of them send 600 instead of 1000 in July, this year and the last.
struct Schools {
    int fallen = 12;
    bool last_year = true;
    int accounts = 15;
};

class Cohorts : public SharedRows {
protected:
    Cohorts() : ring(GetParam(), monthly_rules()) {}

    void schools(const Schools& s) {
        for (int n = 1; n <= s.accounts; ++n) account(ring, "2025-03-01 09:00", n, "P83");
        for (int month = 2025 * 12 + 2; month <= 2026 * 12 + 5; ++month) send(Month{month}, s);
        ring.advance("2026-07-02 12:00");
        send(Month{2026 * 12 + 6}, s);
        ring.advance("2026-08-01 08:29");
    }
    void send(Month month, const Schools& s) {
        const bool july = month.n % 12 == 6;
        const bool falls = july && (month.n / 12 == 2026 || s.last_year);
        for (int n = 1; n <= s.accounts; ++n) items(ring, first_day(month), n, falls && n <= s.fallen ? 600 : 1000);
    }
    ShardRing ring;
};

TEST_P(Cohorts, TwelveOfFifteenSchoolsInJulyAreOneShiftOfTheIndustry) {
    schools({});
    EXPECT_THAT(of(ring, SignalKind::COHORT_SHIFT), IsEmpty());
    ASSERT_THAT(decisions(ring, "industry-month"), SizeIs(1));  // last July's is history
    EXPECT_EQ(decisions(ring, "industry-month")[0].code, "BACKFILL");
    ring.advance("2026-08-01 08:30");
    const auto shifts = of(ring, SignalKind::COHORT_SHIFT);
    ASSERT_THAT(shifts, SizeIs(1));
    const Signal& shift = shifts.back();
    EXPECT_EQ(shift.severity, Severity::INFO);
    EXPECT_EQ(shift.detected_at, shanghai("2026-08-01 08:30"));
    EXPECT_EQ(shift.signal_id.value, "industry-month-s1");
    EXPECT_FALSE(shift.account_root.is_set());
    EXPECT_EQ(shift.observed, 12 * 600 + 3 * 1000);
    EXPECT_EQ(shift.reasons.front().text, "industry P83: 12 of 15 accounts fell");
    EXPECT_EQ(format_day(*shift.window_from), "2026-07-01");
    EXPECT_EQ(format_day(*shift.window_to), "2026-07-31");
    // Each account by its own year over year: the same July as last year.
    for (const Signal& s : ring.all<Signal>()) {
        if (s.detected_at == shift.detected_at) {
            EXPECT_EQ(s.kind, SignalKind::COHORT_SHIFT);
        }
    }
    int seasonal = 0;
    for (const Decision& d : decisions(ring, "items-month"))
        seasonal += d.code == "SEASONAL" && d.at == shift.detected_at ? 1 : 0;
    EXPECT_EQ(seasonal, 12);
}

TEST_P(Cohorts, AFallThatIsNotTheirOwnSeasonStillOpensTheCases) {
    schools({.fallen = 12, .last_year = false});
    ring.advance("2026-08-01 08:30");
    EXPECT_THAT(of(ring, SignalKind::COHORT_SHIFT), SizeIs(1));
    EXPECT_THAT(of(ring, SignalKind::VOLUME_DROP), SizeIs(12));
}

TEST_P(Cohorts, TooFewOfThemAreNoShift) {
    schools({.fallen = 8, .last_year = false});  // 53 %, the row wants 60
    ring.advance("2026-08-01 08:30");
    EXPECT_THAT(of(ring, SignalKind::COHORT_SHIFT), IsEmpty());
}

TEST_P(Cohorts, AHandfulOfAccountsIsNoIndustry) {
    schools({.fallen = 9, .last_year = false, .accounts = 9});
    ring.advance("2026-08-01 08:30");
    EXPECT_THAT(of(ring, SignalKind::COHORT_SHIFT), IsEmpty());
    const auto why = decisions(ring, "industry-month");
    ASSERT_THAT(why, SizeIs(1));
    EXPECT_EQ(why[0].outcome, DecisionOutcome::NOT_FIRED);
    EXPECT_EQ(why[0].gates.back().name, "accounts");
    EXPECT_FALSE(why[0].gates.back().passed);
}

TEST_P(Cohorts, ToldOnceWhileItLasts) {
    schools({.fallen = 12, .last_year = false});
    ring.advance("2026-08-02 12:00");
    for (int n = 1; n <= 15; ++n) items(ring, *parse_day("2026-08-01"), n, n <= 12 ? 600 : 1000);
    ring.advance("2026-09-01 08:30");
    EXPECT_THAT(of(ring, SignalKind::COHORT_SHIFT), SizeIs(1));
    EXPECT_EQ(decisions(ring, "industry-month").back().code, "SAME_EPISODE");
}

INSTANTIATE_TEST_SUITE_P(Partitions, Cohorts, testing::Values(1, 3, 4));

// Three roots with one group root.
class Groups : public SharedRows {
protected:
    static constexpr auto kGroup = "37140000900";

    Groups() : ring(GetParam(), test::shared_rules()) {
        for (int n = 1; n <= 3; ++n) account(ring, "2026-05-01 09:00", n, {}, kGroup);
        for (Week week = make_week(2026, 20); week <= make_week(2026, 32); ++week.n) send(week, 1000, 1000, 1000);
    }
    void send(Week week, int a, int b, int c) {
        items(ring, first_day(week), 1, a);
        items(ring, first_day(week), 2, b);
        items(ring, first_day(week), 3, c);
    }
    std::vector<std::string> told() const {
        std::vector<std::string> list;
        for (const Signal& s : ring.all<Signal>())
            list.push_back(format_root(s.account_root) + " " + std::string(name(s.kind)) + " " +
                           std::string(name(s.severity)) + " " + s.rule_id);
        std::sort(list.begin(), list.end());
        return list;
    }
    Case group_case() const {
        Case last;
        for (const Case& c : ring.all<Case>()) {
            if (format_root(c.account_root) == kGroup) last = c;
        }
        return last;
    }
    ShardRing ring;
};

TEST_P(Groups, MembersByTheirOwnRulesTheGroupByTheSum) {
    send(make_week(2026, 33), 900, 880, 400);  // -10 %, -12 %, -60 %: together 2180 of 3000
    ring.advance("2026-08-17 08:30");
    ASSERT_THAT(told(), ElementsAre(root_of_account(3) + " VOLUME_DROP HIGH items-week",
                                    std::string(kGroup) + " VOLUME_DROP LOW group-items-week"));
    for (const Signal& s : ring.all<Signal>()) {
        if (format_root(s.account_root) != kGroup) continue;
        EXPECT_EQ(s.observed, 2180);
        EXPECT_EQ(s.expected, 3000);
        EXPECT_EQ(s.recent_change_bp, -2733);
        EXPECT_EQ(s.detected_at, shanghai("2026-08-17 08:30"));
        EXPECT_EQ(s.case_id.value, std::string(kGroup) + "-1");
    }
    EXPECT_EQ(group_case().case_class, CaseClass::WATCH);
    EXPECT_EQ(group_case().grade, "G5");  // three times 137,500 or so
}

TEST_P(Groups, TheSumMayHideAMemberAndAMemberMayHideTheGroup) {
    send(make_week(2026, 33), 750, 750, 1500);  // two members LOW, the group as before
    ring.advance("2026-08-17 08:30");
    EXPECT_THAT(told(), ElementsAre(root_of_account(1) + " VOLUME_DROP LOW items-week",
                                    root_of_account(2) + " VOLUME_DROP LOW items-week"));
}

TEST_P(Groups, ItsEpisodeGoesOnAndEnds) {
    send(make_week(2026, 33), 900, 880, 400);
    send(make_week(2026, 34), 700, 700, 600);  // -33 %: once at -27, once below -30: LOW still
    send(make_week(2026, 35), 690, 690, 600);  // twice running below -30: MEDIUM
    ring.advance("2026-08-31 08:30");
    std::vector<std::string> group;
    for (const std::string& signal : told()) {
        if (signal.starts_with(kGroup)) group.push_back(signal);
    }
    EXPECT_THAT(group, testing::UnorderedElementsAre(
                           std::string(kGroup) + " VOLUME_DROP LOW group-items-week",
                           std::string(kGroup) + " VOLUME_DROP HIGH group-items-week"));  // MEDIUM, G5
    EXPECT_EQ(group_case().case_class, CaseClass::EMERGENCY);
    EXPECT_EQ(group_case().severity, Severity::HIGH);  // G5
}

TEST_P(Groups, ARestartBetweenTheAnswersChangesNothing) {
    send(make_week(2026, 33), 900, 880, 400);
    ring.hold = true;
    ring.advance("2026-08-17 08:30");
    ring.restart();
    ring.hold = false;
    ring.deliver();
    ring.restart();
    EXPECT_THAT(told(), testing::Contains(std::string(kGroup) + " VOLUME_DROP LOW group-items-week"));
}

TEST_P(Groups, ItWaitsForTheFeedOfItsMembers) {
    ring.at("2026-08-10 09:00", {}, WatermarkEvent{"test", {}, shanghai("2026-08-10 09:00")});
    send(make_week(2026, 33), 900, 880, 400);
    ring.advance("2026-08-18 08:30");
    EXPECT_THAT(told(), IsEmpty());
    ring.at("2026-08-18 10:00", {}, WatermarkEvent{"test", {}, shanghai("2026-08-18 00:00")});
    EXPECT_THAT(told(), ElementsAre(root_of_account(3) + " VOLUME_DROP HIGH items-week",
                                    std::string(kGroup) + " VOLUME_DROP LOW group-items-week"));
}

INSTANTIATE_TEST_SUITE_P(Partitions, Groups, testing::Values(1, 3, 4));

}  // namespace
}  // namespace aw
