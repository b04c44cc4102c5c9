// Overrides, extends, the activation document and the printed configuration.
#include "settings/loader.hpp"

#include <filesystem>
#include <set>

#include <gtest/gtest.h>

#include "support/temporary_folder.hpp"

namespace aw::settings {
namespace {

const std::string kConfig = std::string(AW_SOURCE_DIR) + "/config/";
const Day kToday = make_day(2026, 8, 17);

std::string text_of(const std::vector<Mistake>& mistakes) {
    std::string text;
    for (const auto& mistake : mistakes) text += (text.empty() ? "" : "\n") + to_text(mistake);
    return text;
}

Loaded with(const std::vector<std::string>& overrides) {
    return load(kConfig + "accountwatch.yaml", overrides, kToday);
}

TEST(Override, ReachesSettingsPolicyAndProperties) {
    const Loaded loaded = with({"http.listen=127.0.0.1:0", "log.partitions=4", "live_from=2026-08-01T00:00:00+08:00",
                                "log.kafka.properties.ssl.ca.location=/etc/ca.pem", "roles=[watch]",
                                "policy.detection.false_alarms_per_account_year=0.25", "policy.comparisons=[]",
                                "policy.noise={ack_repeat: 1h}"});
    ASSERT_TRUE(loaded.ok()) << text_of(loaded.mistakes);
    EXPECT_EQ(loaded.settings.http.port, 0);
    EXPECT_EQ(loaded.settings.log.partitions, 4);
    EXPECT_EQ(loaded.settings.live_from, parse_rfc3339("2026-07-31T16:00:00Z"));
    EXPECT_EQ(loaded.rules->live_from, parse_rfc3339("2026-07-31T16:00:00Z"));
    EXPECT_EQ(loaded.settings.log.kafka.properties.at("ssl.ca.location"), "/etc/ca.pem");
    EXPECT_TRUE(loaded.settings.roles.watch);
    EXPECT_FALSE(loaded.settings.roles.serve);
    EXPECT_DOUBLE_EQ(loaded.rules->policy.detection.false_alarms_per_account_year, 0.25);
    EXPECT_TRUE(loaded.rules->policy.comparisons.empty());
    EXPECT_EQ(loaded.rules->policy.noise.ack_repeat, std::chrono::hours(1));
    EXPECT_EQ(loaded.rules->policy.noise.warn_first_pct, 70);  // what is not named stays
}

TEST(Override, AListIsReplacedWhole) {
    const Loaded loaded = with({"policy.key_account=[{unit_type: CITY, min_t12m_revenue: 1}]",
                                "policy.key_account=[{unit_type: COUNTY, min_t12m_revenue: 2.5}]"});
    ASSERT_TRUE(loaded.ok()) << text_of(loaded.mistakes);
    ASSERT_EQ(loaded.rules->policy.key_account.size(), 1U);  // the later one wins
    EXPECT_EQ(loaded.rules->policy.key_account[0].min_t12m_revenue, Money{250});
}

TEST(Override, AnEmptyValueIsAnEmptyText) {
    EXPECT_TRUE(with({"live_from=", "http.tokens_file="}).ok());
    EXPECT_EQ(text_of(with({"log.partitions="}).mistakes),
              "--set log.partitions: 'log.partitions' must be a whole number, not the text ''");
}

TEST(Override, MistakesNameTheOption) {
    const Loaded loaded = with({"http.lissten=x", "log.partitions=none", "feeds.0=x", "language.x=1", "nothing",
                                "policy.wach=ALL", "policy.milestones=[{kind: ACKNOWLEDGE}]", "policy.extends=x.yaml",
                                "roles=[", "calendars=[nowhere.yaml]", "log.kafka.properties.debug=[a]"});
    EXPECT_EQ(text_of(loaded.mistakes),
              "--set http.lissten: unknown key 'lissten' in 'http' (did you mean 'listen'?)\n"
              "--set log.partitions: 'log.partitions' must be a whole number, not 'none'\n"
              "--set feeds.0: 'feeds' is a list, it is replaced as a whole\n"
              "--set language.x: 'language' has no keys below it\n"
              "--set nothing: must be KEY=VALUE\n"
              "--set roles: bad YAML: end of sequence flow not found\n"
              "--set log.kafka.properties.debug: 'log.kafka.properties.debug' must be a single text, not a list\n"
              "--set policy.wach: unknown key 'wach' (did you mean 'watch'?)\n"
              "--set policy.extends: 'extends' cannot be set here (set 'policy' to another file)\n"
              "--set policy.milestones: missing key 'severity' in 'milestones'\n"
              "--set policy.milestones: missing key 'span' in 'milestones'\n"
              "--set policy.milestones: missing key 'clock' in 'milestones'\n"
              "--set calendars: '" +
                  kConfig + "nowhere.yaml' cannot be read: No such file or directory");
    EXPECT_EQ(loaded.rules, nullptr);
}

std::string settings_with_policy(const std::string& policy) {
    return "policy: " + policy + "\norganisation: " + kConfig + "organisation.yaml\ncalendars: [" + kConfig +
           "calendars/cn.yaml]\n";
}

// Three follow-ups of one severity are three rows; writing any of them anew replaces all three.
TEST(Extends, RowsThatMayBeAlikeAreReplacedTogether) {
    const test::TemporaryFolder folder;
    folder.write("own.yaml", "id: own\nextends: " + kConfig +
                                 "policies/dezhou.yaml\nmilestones:\n"
                                 "  - {kind: FOLLOW_UP, severity: HIGH, span: 7d, clock: CALENDAR}\n"
                                 "  - {kind: FOLLOW_UP, severity: HIGH, span: 14d, clock: CALENDAR}\n");
    const Loaded own = load(folder.write("s.yaml", settings_with_policy("own.yaml")), {}, kToday);
    ASSERT_TRUE(own.ok()) << text_of(own.mistakes);
    std::multiset<std::pair<Severity, std::int64_t>> days;
    for (const MilestoneRule& rule : own.rules->policy.milestones) {
        if (rule.kind == MilestoneKind::FOLLOW_UP) days.emplace(rule.severity, rule.span.time / std::chrono::days{1});
    }
    using S = Severity;
    EXPECT_EQ(days, (std::multiset<std::pair<Severity, std::int64_t>>{{S::HIGH, 7},
                                                                      {S::HIGH, 14},
                                                                      {S::CRITICAL, 3},
                                                                      {S::CRITICAL, 30},
                                                                      {S::CRITICAL, 60},
                                                                      {S::MEDIUM, 3},
                                                                      {S::MEDIUM, 30},
                                                                      {S::MEDIUM, 60},
                                                                      {S::LOW, 3},
                                                                      {S::LOW, 30},
                                                                      {S::LOW, 60}}));
    EXPECT_EQ(own.rules->policy.milestones.size(), 45U);
}

TEST(Extends, ValuesOverrideRowsReplaceOrJoin) {
    const test::TemporaryFolder folder;
    folder.write("base.yaml", "id: base\nextends: " + kConfig + "policies/dezhou.yaml\nwatch: REGISTERED\n");
    folder.write("own.yaml",
                 "id: own\n"
                 "extends: base.yaml\n"
                 "noise: {ack_repeat: 2h}\n"
                 "milestones:\n"
                 "  - {kind: ACKNOWLEDGE, severity: HIGH, span: 1h, clock: REAL}\n"
                 "  - {kind: FORM_GROUP, severity: LOW, span: 3bd, clock: BUSINESS}\n"
                 "severity: {raised_grades: [G6]}\n"
                 "obligations: []\n");
    const Loaded base = with({});
    const Loaded own = load(folder.write("s.yaml", settings_with_policy("own.yaml")), {}, kToday);
    ASSERT_TRUE(own.ok()) << text_of(own.mistakes);
    const Policy& policy = own.rules->policy;
    EXPECT_EQ(policy.id, "own");
    EXPECT_EQ(policy.watch, WatchScope::REGISTERED);
    EXPECT_EQ(policy.noise.ack_repeat, std::chrono::hours(2));
    EXPECT_EQ(policy.noise.warn_first_pct, 70);
    EXPECT_EQ(policy.severity.raised_grades, std::vector<std::string>{"G6"});
    EXPECT_EQ(policy.severity.kinds.size(), base.rules->policy.severity.kinds.size());
    EXPECT_TRUE(policy.signal_tasks.empty());
    ASSERT_EQ(policy.milestones.size(), base.rules->policy.milestones.size() + 1);
    EXPECT_EQ(policy.milestones[1].severity, Severity::HIGH);  // replaced in its place
    EXPECT_EQ(policy.milestones[1].span, (Span{ClockKind::REAL, std::chrono::hours(1), 0}));
    EXPECT_EQ(policy.milestones.back().kind, MilestoneKind::FORM_GROUP);
    EXPECT_NE(own.rules->revision, base.rules->revision);
}

TEST(Extends, MistakesNameTheFileTheyStandIn) {
    const test::TemporaryFolder folder;
    const std::string base =
        folder.write("base.yaml", "id: base\nextends: " + kConfig +
                                      "policies/dezhou.yaml\nmilestones:\n  - {kind: FORM_GROUP, severity: LOW, "
                                      "span: 3bd, clock: REAL}\n");
    const std::string own = folder.write("own.yaml", "id: own\nextends: base.yaml\nwatch: EVERYBODY\n");
    EXPECT_EQ(text_of(check_files({own}, kToday).mistakes),
              own + ":3:8: 'watch' must be one of KEY, REGISTERED, ALL, not 'EVERYBODY'\n" + base +
                  ":4:45: '3bd' are business days, the clock is REAL (write BUSINESS, or 3d)");
}

TEST(Document, GivesTheSameRules) {
    const Loaded loaded = with({"live_from=2026-08-01T00:00:00+08:00"});
    ASSERT_TRUE(loaded.ok()) << text_of(loaded.mistakes);
    const auto rules = rules_from_document(loaded.document);
    ASSERT_TRUE(rules.has_value()) << rules.error().message;
    const Rules& a = *loaded.rules;
    const Rules& b = **rules;
    EXPECT_EQ(a.revision, b.revision);
    EXPECT_EQ(a.revision.size(), 12U);
    EXPECT_EQ(a.revision.find_first_not_of("0123456789abcdef"), std::string::npos);
    EXPECT_EQ(a.live_from, b.live_from);
    EXPECT_EQ(a.policy.comparisons.size(), b.policy.comparisons.size());
    EXPECT_EQ(a.policy.milestones.back().span, b.policy.milestones.back().span);
    EXPECT_EQ(a.organisation.staff.size(), b.organisation.staff.size());
    EXPECT_EQ(a.calendar.zone().name(), b.calendar.zone().name());
    const Day day = make_day(2026, 2, 17);
    EXPECT_EQ(a.calendar.volume_factor(day), b.calendar.volume_factor(day));
    EXPECT_EQ(a.calendar.zone().at(day, 510), b.calendar.zone().at(day, 510));
    EXPECT_EQ(a.feeds.size(), b.feeds.size());
}

TEST(Document, LiveFromIsNoPartOfTheRevision) {
    const Loaded loaded = with({});
    const auto later = with_live_from(loaded.document, *parse_rfc3339("2026-08-17T00:00:00Z"));
    ASSERT_TRUE(later.has_value());
    const auto rules = rules_from_document(*later);
    ASSERT_TRUE(rules.has_value());
    EXPECT_FALSE(loaded.rules->live_from.has_value());
    EXPECT_EQ((*rules)->live_from, parse_rfc3339("2026-08-17T00:00:00Z"));
    EXPECT_EQ((*rules)->revision, loaded.rules->revision);
    // Setting it in the file gives the same bytes as setting it in the document.
    EXPECT_EQ(with({"live_from=2026-08-17T08:00:00+08:00"}).document, *later);
}

TEST(Document, EverythingThatDecidesChangesTheRevision) {
    const std::string revision = with({}).rules->revision;
    EXPECT_EQ(with({}).rules->revision, revision);
    for (const char* change : {"policy.watch=ALL", "log.partitions=2", "time_zone=Asia/Tokyo", "language=en",
                               "late_policy=count", "feeds=[]"}) {
        const Loaded loaded = with({change});
        ASSERT_TRUE(loaded.ok()) << change << text_of(loaded.mistakes);
        EXPECT_NE(loaded.rules->revision, revision) << change;
    }
    for (const char* same : {"http.listen=127.0.0.1:0", "watch.workers=3", "logging.level=debug"}) {
        EXPECT_EQ(with({same}).rules->revision, revision) << same;
    }
}

TEST(Document, DamageIsAnError) {
    const std::string document = with({}).document;
    EXPECT_FALSE(rules_from_document("nonsense").has_value());
    EXPECT_FALSE(rules_from_document("").has_value());
    EXPECT_FALSE(rules_from_document(document.substr(0, document.size() / 2)).has_value());
    EXPECT_FALSE(with_live_from("nonsense", Timestamp{1}).has_value());
}

TEST(Document, ZoneWithSummerTime) {
    const Loaded loaded = with({"time_zone=Europe/Berlin"});
    ASSERT_TRUE(loaded.ok()) << text_of(loaded.mistakes);
    const TimeZone& zone = loaded.rules->calendar.zone();
    EXPECT_EQ(zone.offset_s(*parse_rfc3339("2026-01-15T00:00:00Z")), 3600);
    EXPECT_EQ(zone.offset_s(*parse_rfc3339("2026-03-29T00:59:59Z")), 3600);
    EXPECT_EQ(zone.offset_s(*parse_rfc3339("2026-03-29T01:00:00Z")), 7200);
    EXPECT_EQ(zone.offset_s(*parse_rfc3339("2037-07-01T00:00:00Z")), 7200);
}

TEST(PrintConfig, LoadsToTheSameRevision) {
    const Loaded loaded = with({"policy.watch=ALL", "policy.comparisons=[]", "log.partitions=3",
                                "policy.complaints.serious_claim=1234.5", "notify.channels=[{id: a, kind: log}]"});
    ASSERT_TRUE(loaded.ok()) << text_of(loaded.mistakes);
    const test::TemporaryFolder folder;
    const Loaded again = load(folder.write("printed.yaml", print_config(loaded)), {}, kToday);
    ASSERT_TRUE(again.ok()) << text_of(again.mistakes) << print_config(loaded);
    EXPECT_EQ(again.rules->revision, loaded.rules->revision);
    EXPECT_EQ(again.document, loaded.document);
    EXPECT_NE(print_config(loaded).find("commit_interval: 200ms\n"), std::string::npos);  // a default
    EXPECT_NE(print_config(loaded).find("serious_claim: 1234.50\n"), std::string::npos);
    EXPECT_NE(print_config(loaded).find("revision " + loaded.rules->revision), std::string::npos);
}

TEST(PrintConfig, MasksSecrets) {
    const Loaded loaded =
        with({"log.kafka.properties={sasl.username: watcher, sasl.password: hush, ssl.key.pem: hush, "
              "SSL.KEYSTORE.PASSWORD: hush, sasl.oauthbearer.config: hush, queued.min.messages: 100000}",
              "notify.channels=[{id: desk, kind: webhook, url: \"http://user:hush@desk.example/send?key=hush\"}]"});
    ASSERT_TRUE(loaded.ok()) << text_of(loaded.mistakes);
    const std::string& text = print_config(loaded);
    EXPECT_EQ(text.find("hush"), std::string::npos) << text;
    EXPECT_NE(text.find("sasl.password: \"*****\""), std::string::npos) << text;
    EXPECT_NE(text.find("sasl.username: \"watcher\""), std::string::npos) << text;
    EXPECT_NE(text.find("http://*****@desk.example/send?*****"), std::string::npos) << text;
    EXPECT_EQ(loaded.settings.log.kafka.properties.at("sasl.password"), "hush");
}

TEST(Load, PathsAreRelativeToTheSettingsFile) {
    const test::TemporaryFolder folder;
    folder.write("tokens", "");
    const Loaded loaded = load(folder.write("s.yaml", settings_with_policy(kConfig + "policies/dezhou.yaml") +
                                                          "log: {embedded: {path: log.db}}\nhttp: {listen: "
                                                          "\"0.0.0.0:80\", tokens_file: tokens}\n"),
                               {}, kToday);
    ASSERT_TRUE(loaded.ok()) << text_of(loaded.mistakes);
    const auto parent = std::filesystem::path(loaded.settings.file).parent_path();
    EXPECT_EQ(loaded.settings.log.embedded_path, (parent / "log.db").string());
    EXPECT_EQ(loaded.settings.http.tokens_file, (parent / "tokens").string());
    EXPECT_EQ(loaded.settings.http.host, "0.0.0.0");
}

TEST(Check, ProvisionalYearAndLackingRolesAreWarnings) {
    const test::TemporaryFolder folder;
    const std::string calendar = folder.write("c.yaml", "years: [{year: 2026, status: PROVISIONAL}]\n");
    const auto report = check_files({calendar}, kToday);
    EXPECT_TRUE(report.mistakes.empty());
    EXPECT_EQ(text_of(report.warnings),
              calendar + ":1:9: 2026 is provisional: holidays are not known, only weekdays count");
    const auto other = check_files({calendar}, make_day(2031, 1, 1));
    EXPECT_TRUE(other.mistakes.empty());  // another calendar may have that year
    EXPECT_NE(text_of(other.warnings).find("no calendar has the current year 2031"), std::string::npos);
}

}  // namespace
}  // namespace aw::settings
