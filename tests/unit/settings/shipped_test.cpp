// The files under config/ load without mistakes and say what the rules ask for.
#include <cmath>
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "settings/loader.hpp"

namespace aw::settings {
namespace {

const std::string kConfig = std::string(AW_SOURCE_DIR) + "/config/";
const Day kToday = make_day(2026, 8, 17);

std::string text_of(const std::vector<Mistake>& mistakes) {
    std::string text;
    for (const auto& mistake : mistakes) text += to_text(mistake) + "\n";
    return text;
}

Loaded shipped(const std::vector<std::string>& overrides = {}) {
    return load(kConfig + "accountwatch.yaml", overrides, kToday);
}

TEST(Shipped, SettingsLoad) {
    const Loaded loaded = shipped();
    ASSERT_TRUE(loaded.ok()) << text_of(loaded.mistakes);
    const Settings& settings = loaded.settings;
    EXPECT_TRUE(settings.roles.intake && settings.roles.watch && settings.roles.notify && settings.roles.serve);
    EXPECT_EQ(settings.time_zone, "Asia/Shanghai");
    EXPECT_EQ(settings.language, Language::ZH);
    EXPECT_FALSE(settings.live_from.has_value());
    EXPECT_FALSE(loaded.rules->count_late);
    ASSERT_EQ(loaded.rules->feeds.size(), 1U);
    EXPECT_EQ(loaded.rules->feeds[0].name, "sorting");
    EXPECT_EQ(loaded.rules->feeds[0].gap_limit, std::chrono::minutes(15));
    EXPECT_EQ(settings.log.backend, LogBackend::EMBEDDED);
    EXPECT_EQ(settings.log.partitions, 1);
    EXPECT_EQ(settings.log.embedded_path, "/var/lib/accountwatch/log.db");
    EXPECT_EQ(settings.log.kafka.topic_prefix, "accountwatch.");
    EXPECT_EQ(settings.watch.commit_interval, std::chrono::milliseconds(200));
    ASSERT_EQ(settings.notify.channels.size(), 1U);
    EXPECT_EQ(settings.notify.channels[0].kind, ChannelKind::LOG);
    EXPECT_EQ(settings.http.host, "127.0.0.1");
    EXPECT_EQ(settings.http.port, 8480);
    EXPECT_EQ(settings.logging.level, LogLevel::INFO);
    std::vector<std::string> warnings;
    for (const auto& warning : loaded.warnings) warnings.push_back(warning.message);
    EXPECT_THAT(warnings,
                testing::UnorderedElementsAre("2027 is provisional: holidays are not known, only weekdays count",
                                              testing::StartsWith("off until the log has brought the first routine "
                                                                  "touchpoint: visits-g5-g6, "),
                                              "off until the log has brought the first pickup: daily-pickups"));
}

TEST(Shipped, EveryFileChecksClean) {
    for (const char* file : {"accountwatch.yaml", "policies/dezhou.yaml", "policies/statistical.yaml",
                             "organisation.yaml", "calendars/cn.yaml"}) {
        const auto report = check_files({kConfig + file}, kToday);
        EXPECT_TRUE(report.mistakes.empty()) << text_of(report.mistakes);
    }
}

TEST(Shipped, StandsWithNextYearsCalendarOnly) {
    EXPECT_TRUE(load(kConfig + "accountwatch.yaml", {}, make_day(2027, 1, 1)).ok());
    const Loaded later = load(kConfig + "accountwatch.yaml", {}, make_day(2028, 1, 1));
    ASSERT_EQ(later.mistakes.size(), 1U);
    EXPECT_NE(later.mistakes[0].message.find("no calendar has the current year 2028"), std::string::npos);
    EXPECT_TRUE(load(kConfig + "accountwatch.yaml", {}, std::nullopt).ok());  // a replay asks for no year
}

TEST(Shipped, DetectionKeysStandLiterally) {
    for (const char* file : {"policies/dezhou.yaml", "policies/statistical.yaml"}) {
        std::ifstream in(kConfig + file);
        std::stringstream text;
        text << in.rdbuf();
        const bool on = std::string_view(file) == "policies/statistical.yaml";
        EXPECT_NE(text.str().find(on ? "\n  enabled: true\n" : "\n  enabled: false\n"), std::string::npos) << file;
        EXPECT_NE(text.str().find("\n  false_alarms_per_account_year: 0.5\n"), std::string::npos) << file;
    }
}

TEST(Shipped, DezhouIsComplete) {
    const Loaded loaded = shipped();
    ASSERT_TRUE(loaded.ok()) << text_of(loaded.mistakes);
    const Policy& policy = loaded.rules->policy;
    EXPECT_EQ(policy.id, "dezhou");
    EXPECT_EQ(policy.watch, WatchScope::KEY);
    EXPECT_EQ(policy.evaluation_minute, 510);
    EXPECT_EQ(policy.key_account.size(), 3U);
    EXPECT_EQ(policy.downgrade_hysteresis_bp, 500);
    EXPECT_FALSE(policy.detection.enabled);
    EXPECT_DOUBLE_EQ(policy.detection.false_alarms_per_account_year, 0.5);
    EXPECT_EQ(policy.comparisons.size(), 16U);
    EXPECT_EQ(policy.complaints.serious_claim, yuan(5000));
    EXPECT_EQ(policy.severity.kinds.size(), EnumNames<SignalKind>::kList.size() - 1);
    EXPECT_EQ(policy.severity.raised_grades, (std::vector<std::string>{"G5", "G6"}));
    EXPECT_EQ(policy.severity.critical_min_leader, StaffRole::DEPUTY_GM_IN_CHARGE);
    EXPECT_EQ(policy.milestones.size(), 46U);
    EXPECT_EQ(policy.signal_tasks.size(), 7U);
    EXPECT_EQ(policy.noise.ack_repeat, std::chrono::hours(4));
    EXPECT_EQ(policy.noise.awake_within, std::chrono::seconds(60));
    EXPECT_EQ(policy.noise.attention_per_day, 20);
    EXPECT_EQ(policy.noise.digest_minute, 17 * 60);
    EXPECT_EQ(policy.noise.silence_days, 400);
}

TEST(Shipped, GradesHaveTheBoundsOfR6) {
    const auto grades = shipped().rules->policy.grade_scheme.grades;
    ASSERT_EQ(grades.size(), 6U);
    EXPECT_EQ(grades[0].above, yuan(1000));
    EXPECT_TRUE(grades[0].above_inclusive);
    EXPECT_EQ(grades[0].up_to, yuan(20000));
    EXPECT_FALSE(grades[1].above_inclusive);
    EXPECT_EQ(grades[3].up_to, yuan(300000));
    EXPECT_EQ(grades[5].above, yuan(500000));
    EXPECT_FALSE(grades[5].up_to.has_value());
}

TEST(Shipped, RowsCarryOverIntoTheCore) {
    const Loaded loaded = shipped();
    const Policy& policy = loaded.rules->policy;
    const ComparisonRow& weekly = policy.comparisons.front();
    EXPECT_EQ(weekly.id, "weekly-items");
    EXPECT_EQ(weekly.kind, SignalKind::VOLUME_DROP);
    EXPECT_EQ(weekly.window, WindowKind::WEEK);
    EXPECT_EQ(weekly.recent_periods, 4);
    ASSERT_EQ(weekly.ladder.size(), 3U);
    EXPECT_EQ(weekly.ladder[1].change_bp, -3000);
    EXPECT_EQ(weekly.ladder[1].periods, 2);
    EXPECT_EQ(weekly.ladder[2].severity, Severity::HIGH);
    EXPECT_TRUE(weekly.seasonal_guard);
    EXPECT_DOUBLE_EQ(weekly.tail_probability, 0.001);
    EXPECT_EQ(policy.comparisons[1].id, "weekly-revenue");
    EXPECT_DOUBLE_EQ(policy.comparisons[1].tail_probability, 0.001);

    const auto milestone = [&](MilestoneKind kind, Severity severity) {
        for (const auto& rule : policy.milestones) {
            if (rule.kind == kind && rule.severity == severity) return rule.span;
        }
        return Span{};
    };
    EXPECT_EQ(milestone(MilestoneKind::ACKNOWLEDGE, Severity::CRITICAL),
              (Span{ClockKind::REAL, std::chrono::minutes(30), 0}));
    EXPECT_EQ(milestone(MilestoneKind::ACKNOWLEDGE, Severity::HIGH),
              (Span{ClockKind::BUSINESS, std::chrono::hours(2), 0}));
    EXPECT_EQ(milestone(MilestoneKind::CAUSE_AND_PLAN, Severity::HIGH), (Span{ClockKind::BUSINESS, Duration{0}, 2}));
    EXPECT_FALSE(milestone(MilestoneKind::FORM_GROUP, Severity::LOW).is_set());

    const SignalTaskRule& meet = policy.signal_tasks.front();
    EXPECT_EQ(meet.on, SignalKind::DECISION_MAKER_CHANGED);
    EXPECT_EQ(meet.kind, TaskKind::MEET_DECISION_MAKER);
    EXPECT_FALSE(meet.only_severity.has_value());
    EXPECT_EQ(policy.signal_tasks[1].only_severity, Severity::LOW);
}

TEST(Shipped, OrganisationIsACityBureau) {
    const Organisation organisation = shipped().rules->organisation;
    EXPECT_EQ(organisation.units.size(), 12U);
    EXPECT_EQ(organisation.units[1].id.value, "371402");
    EXPECT_EQ(organisation.units[1].type, UnitType::CITY);
    EXPECT_EQ(organisation.units[1].parent.value, "371400");
    EXPECT_GE(organisation.staff.size(), 24U);
    for (const auto& person : organisation.staff) EXPECT_TRUE(person.channels.empty()) << person.id.value;
    for (const auto& role : EnumNames<StaffRole>::kList) {
        if (role == "UNSPECIFIED") continue;
        const bool held = std::any_of(organisation.staff.begin(), organisation.staff.end(), [&](const Staff& person) {
            return std::any_of(person.roles.begin(), person.roles.end(), [&](StaffRole r) { return name(r) == role; });
        });
        EXPECT_TRUE(held) << role;
    }
}

TEST(Shipped, CalendarKnowsTheHolidays) {
    const Calendar calendar = shipped().rules->calendar;
    EXPECT_EQ(calendar.day_of(*parse_rfc3339("2026-08-16T16:00:00Z")), make_day(2026, 8, 17));
    EXPECT_FALSE(calendar.is_business_day(make_day(2026, 2, 16)));
    EXPECT_TRUE(calendar.is_business_day(make_day(2026, 2, 14)));  // make-up workday, a Saturday
    EXPECT_NEAR(calendar.volume_factor(make_day(2026, 2, 23)), 0.067, 1e-6);
    EXPECT_NEAR(calendar.volume_factor(make_day(2026, 10, 3)), 1.0, 1e-6);
    EXPECT_TRUE(calendar.is_provisional(2027));
    // Mon 10:00 + 1 bd = Tue 10:00; Sun 08:30 + 2 bd = Tue 17:30.
    const Duration day = calendar.business_day_length();
    EXPECT_EQ(day, std::chrono::hours(9));
    EXPECT_EQ(calendar.add_business(*parse_rfc3339("2026-03-02T10:00:00+08:00"), day),
              *parse_rfc3339("2026-03-03T10:00:00+08:00"));
    EXPECT_EQ(calendar.add_business(*parse_rfc3339("2026-11-08T08:30:00+08:00"), 2 * day),
              *parse_rfc3339("2026-11-10T17:30:00+08:00"));
}

TEST(Shipped, StatisticalExtendsDezhou) {
    const Loaded loaded = shipped({"policy=policies/statistical.yaml"});
    ASSERT_TRUE(loaded.ok()) << text_of(loaded.mistakes);
    const Policy& policy = loaded.rules->policy;
    EXPECT_EQ(policy.id, "statistical");
    EXPECT_EQ(policy.watch, WatchScope::ALL);
    EXPECT_TRUE(policy.detection.enabled);
    EXPECT_TRUE(policy.comparisons.empty());
    EXPECT_EQ(policy.responsibility.size(), 7U);
    EXPECT_EQ(policy.milestones.size(), 46U);
}

// One budget covers them all: there is nothing to warn of.
TEST(Shipped, ComparisonsAndDetectorsGoTogether) {
    const Loaded loaded = shipped({"policy.detection.enabled=true"});
    ASSERT_TRUE(loaded.ok()) << text_of(loaded.mistakes);
    EXPECT_EQ(loaded.warnings.size(), shipped().warnings.size());
}

}  // namespace
}  // namespace aw::settings
