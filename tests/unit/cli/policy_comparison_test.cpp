#include "cli/policy_comparison.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/sample_rules.hpp"

namespace aw::cli {
namespace {

using test::shanghai;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

Signal signal(const char* root, const char* local, SignalKind kind = SignalKind::VOLUME_DROP,
              Severity severity = Severity::HIGH) {
    Signal s;
    s.account_root = *parse_root(root);
    s.kind = kind;
    s.severity = severity;
    s.detected_at = shanghai(local);
    s.signal_id = SignalId(std::string(root) + "-" + local);
    return s;
}

constexpr auto kA = "37140000001";
constexpr auto kB = "37140000002";

TEST(PolicyComparison, AnAlarmIsAnEpisodeOfOneAccountAndFamily) {
    const auto alarms = alarms_of({
        signal(kA, "2026-03-02 08:30", SignalKind::VOLUME_DROP, Severity::MEDIUM),
        signal(kA, "2026-03-30 08:30", SignalKind::REVENUE_DROP, Severity::CRITICAL),  // the same fall
        signal(kA, "2026-03-05 10:00", SignalKind::COMPETITOR_CONFIRMED),              // another family
        signal(kA, "2026-06-01 08:30"),                                                // a new fall
        signal(kB, "2026-03-02 08:30", SignalKind::VOLUME_DROP, Severity::LOW),        // no alarm
    });
    ASSERT_THAT(alarms, SizeIs(3));
    EXPECT_EQ(alarms[0].family, "COMPETITOR_CONFIRMED");
    EXPECT_EQ(alarms[1].family, "DROP");
    EXPECT_EQ(alarms[1].severity, Severity::CRITICAL);
    EXPECT_EQ(alarms[1].detected_at, shanghai("2026-03-02 08:30"));
    EXPECT_EQ(alarms[2].detected_at, shanghai("2026-06-01 08:30"));
}

std::vector<std::string> told(const std::vector<AlarmChange>& changes) {
    std::vector<std::string> list;
    for (const AlarmChange& change : changes) {
        const Alarm& alarm = change.before ? *change.before : *change.after;
        list.push_back(format_root(alarm.account_root) + " " + std::string(change_name(change.change)));
    }
    return list;
}

TEST(PolicyComparison, OpenedMissedEarlierLaterAndTheSame) {
    const auto before =
        alarms_of({signal(kA, "2026-03-02 08:30"), signal(kA, "2026-08-03 08:30"), signal(kB, "2026-03-02 08:30"),
                   signal("37140000003", "2026-03-02 08:30"), signal("37140000004", "2026-03-02 08:30")});
    const auto after = alarms_of({signal(kA, "2026-02-25 08:30"), signal(kB, "2026-03-09 08:30"),
                                  signal("37140000003", "2026-03-02 08:30"), signal("37140000005", "2026-04-01 08:30"),
                                  signal("37140000004", "2026-07-02 08:30")});  // four months later: another one
    const auto changes = compare_alarms(before, after);
    EXPECT_THAT(told(changes),
                ElementsAre("37140000001 earlier", "37140000001 missed", "37140000002 later", "37140000003 same",
                            "37140000004 missed", "37140000004 opened", "37140000005 opened"));
    EXPECT_DOUBLE_EQ(changes[0].days(), -5);
    EXPECT_DOUBLE_EQ(changes[2].days(), 7);
}

Signal about(Signal signal, Day onset, const char* case_id = "") {
    signal.onset_on = onset;
    signal.case_id = CaseId(case_id);
    return signal;
}

// 42 days after the first alarm the client falls once more: of another case, and it begins after that.
TEST(PolicyComparison, ALaterFallIsAnotherAlarmUnlessItIsOfTheSameCase) {
    const auto first = about(signal(kA, "2026-05-25 08:30"), make_day(2026, 5, 18), "c-1");
    const auto later = [&](Day onset, const char* case_id) {
        return alarms_of({first, about(signal(kA, "2026-07-06 08:30"), onset, case_id)}).size();
    };
    EXPECT_EQ(later(make_day(2026, 6, 29), "c-2"), 2U);
    EXPECT_EQ(later(make_day(2026, 6, 29), "c-1"), 1U);
    EXPECT_EQ(later(make_day(2026, 5, 20), "c-2"), 1U);  // that fall still
}

// One policy tells the fall of May and that of June, the other one the latter alone, a day sooner.
TEST(PolicyComparison, PairsWhatIsAboutTheSameDays) {
    const auto before = alarms_of({about(signal(kA, "2026-05-25 08:30"), make_day(2026, 5, 18), "c-1"),
                                   about(signal(kA, "2026-06-29 08:30"), make_day(2026, 6, 22), "c-2")});
    const auto after = alarms_of({about(signal(kA, "2026-06-28 08:30"), make_day(2026, 6, 18), "c-1")});
    const auto changes = compare_alarms(before, after);
    EXPECT_THAT(told(changes), ElementsAre(std::string(kA) + " missed", std::string(kA) + " earlier"));
    EXPECT_DOUBLE_EQ(changes[1].days(), -1);
}

// Each alarm is paired once, with the nearest.
TEST(PolicyComparison, TwoAlarmsAreNotPairedWithOne) {
    const auto before = alarms_of({signal(kA, "2026-03-02 08:30"), signal(kA, "2026-05-04 08:30")});
    const auto after = alarms_of({signal(kA, "2026-04-01 08:30")});
    EXPECT_THAT(told(compare_alarms(before, after)), ElementsAre("37140000001 later", "37140000001 missed"));
}

TEST(PolicyComparison, AsJson) {
    PolicyComparison comparison{"p\".yaml", "p", "0123456789ab",
                                compare_alarms(alarms_of({signal(kA, "2026-03-02 08:30")}), {})};
    const std::string json = comparison_json(comparison);
    EXPECT_THAT(json, HasSubstr(R"("policy":"p\".yaml")"));
    EXPECT_THAT(json, HasSubstr(R"("counts":{"opened":0,"missed":1,"earlier":0,"later":0,"same":0})"));
    EXPECT_THAT(json, HasSubstr(R"("change":"missed")"));
    EXPECT_THAT(json, HasSubstr(R"("after":null)"));
}

}  // namespace
}  // namespace aw::cli
