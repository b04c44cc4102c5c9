// With which settings topics are made, and what is said of those that others have made.
#include "eventlog/kafka/topic_settings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace aw::eventlog {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> judged(Topic topic, int replicas, const SettingsOfTopic& changes = {}) {
    SettingsOfTopic settings = settings_of(topic, replicas);
    for (const auto& [name, value] : changes) settings[name] = value;
    std::vector<Finding> findings;
    judge_settings({topic, "p." + std::string(topic_name(topic)), replicas}, settings, findings);
    std::vector<std::string> texts;
    for (const Finding& finding : findings) {
        EXPECT_EQ(finding.topic, topic);
        texts.push_back((finding.severity == Finding::Severity::warning ? "warning: " : "error: ") + finding.text);
    }
    return texts;
}

TEST(TopicSettings, OneBrokerMayBeAway) {
    for (const auto& [replicas, agree] : {std::pair{1, "1"}, {2, "1"}, {3, "2"}, {5, "4"}})
        EXPECT_EQ(settings_of(Topic::signals, replicas)["min.insync.replicas"], agree) << replicas;
}

TEST(TopicSettings, WhatIsMadeIsFine) {
    for (const Topic topic : all_topics()) {
        for (const int replicas : {1, 2, 3}) EXPECT_THAT(judged(topic, replicas), IsEmpty()) << topic_name(topic);
    }
}

TEST(TopicSettings, OneReplicaThatAgreesOfThreeIsWarnedOf) {
    const auto texts = judged(Topic::state, 3, {{"min.insync.replicas", "1"}});
    ASSERT_EQ(texts.size(), 1U);
    EXPECT_EQ(texts[0],
              "warning: p.state has 3 replicas and min.insync.replicas=1: what one broker alone has taken may be lost "
              "with it (set it to 2)");
    EXPECT_THAT(judged(Topic::state, 1, {{"min.insync.replicas", "1"}}), IsEmpty());
}

TEST(TopicSettings, ReplicasOfWhichNoneMayBeAwayAreWarnedOf) {
    EXPECT_THAT(judged(Topic::notices, 2, {{"min.insync.replicas", "2"}}),
                testing::ElementsAre("warning: p.notices has 2 replicas and min.insync.replicas=2: nothing can be "
                                     "written while one broker is away (set it to 1)"));
    EXPECT_THAT(judged(Topic::state, 3, {{"min.insync.replicas", "4"}}),
                testing::ElementsAre(AllOf(HasSubstr("warning: p.state has 3 replicas and min.insync.replicas=4"),
                                           HasSubstr("(set it to 2)"))));
    EXPECT_THAT(judged(Topic::state, 1, {{"min.insync.replicas", "2"}}), IsEmpty());  // one is all there is
}

std::vector<Finding> copies(int brokers, int of_events, int of_state) {
    std::vector<Finding> findings;
    judge_copies(
        {{Topic::events, "p.events", of_events}, {Topic::cases, "p.cases", 2}, {Topic::state, "p.state", of_state}},
        brokers, findings);
    return findings;
}

// One replica is what topics are made with unless somebody says otherwise.
TEST(TopicSettings, OneReplicaWhereThereAreMoreBrokersIsWarnedOfOnce) {
    EXPECT_THAT(copies(1, 1, 1), IsEmpty());
    EXPECT_THAT(copies(3, 2, 3), IsEmpty());
    const auto both = copies(3, 1, 1);
    ASSERT_EQ(both.size(), 1U);
    EXPECT_EQ(both[0].severity, Finding::Severity::warning);
    EXPECT_EQ(both[0].topic, Topic::events);
    EXPECT_THAT(both[0].text, AllOf(HasSubstr("1 replica in a cluster of 3 brokers"),
                                    HasSubstr("--replication-factor 3;"), testing::EndsWith(": p.events, p.state")));
    const auto state = copies(2, 2, 1);
    ASSERT_EQ(state.size(), 1U);
    EXPECT_EQ(state[0].topic, Topic::state);
    EXPECT_THAT(state[0].text, AllOf(HasSubstr("--replication-factor 2;"), testing::EndsWith(": p.state")));
}

TEST(TopicSettings, TheRightToLookAtThemIsMissedOnce) {
    std::vector<Finding> findings;
    tell_unseen({}, "", findings);
    EXPECT_THAT(findings, IsEmpty());
    tell_unseen({{Topic::events, "p.events", 1}, {Topic::state, "p.state", 1}}, "Topic authorization failed.",
                findings);
    ASSERT_EQ(findings.size(), 1U);
    EXPECT_EQ(findings[0].severity, Finding::Severity::warning);
    EXPECT_THAT(findings[0].text,
                AllOf(HasSubstr("the right DescribeConfigs is missing (Topic authorization failed.)"),
                      HasSubstr("all else works without it"), testing::EndsWith(": p.events, p.state")));
}

// Of `events` it is an error: its time is the log's.
TEST(TopicSettings, TheWritersTimeIsWarnedOf) {
    for (const Topic topic : all_topics()) {
        if (topic == Topic::events) continue;
        const auto texts = judged(topic, 1, {{"message.timestamp.type", "CreateTime"}});
        ASSERT_EQ(texts.size(), 1U) << topic_name(topic);
        EXPECT_THAT(texts[0], AllOf(HasSubstr("warning: p."), HasSubstr(" has message.timestamp.type=CreateTime: "),
                                    HasSubstr("(set it to LogAppendTime)")));
    }
    EXPECT_THAT(judged(Topic::signals, 1, {{"message.timestamp.type", ""}}), IsEmpty());  // a broker that tells none
}

TEST(TopicSettings, RetentionIsWarnedOfWhereOldRecordsAreNeeded) {
    for (const Topic topic : {Topic::events, Topic::signals, Topic::decisions, Topic::notices, Topic::reports,
                              Topic::receipts, Topic::data_gaps}) {
        for (const char* const limit : {"retention.ms", "retention.bytes"}) {
            const auto texts = judged(topic, 1, {{limit, "604800000"}});
            ASSERT_EQ(texts.size(), 1U) << topic_name(topic);
            EXPECT_THAT(texts[0], AllOf(HasSubstr("warning: p."), HasSubstr(std::string(limit) + "=604800000"),
                                        HasSubstr("(set it to -1)")));
        }
    }
    // How long dead letters are kept is for people to say; of what is compacted no retention is used.
    for (const Topic topic : {Topic::dead_letters, Topic::cases, Topic::tasks, Topic::state})
        EXPECT_THAT(judged(topic, 1, {{"retention.ms", "604800000"}}), IsEmpty()) << topic_name(topic);
}

// A start reads what is not compacted.
TEST(TopicSettings, LargeSegmentsOfTheStateAreWarnedOf) {
    EXPECT_THAT(judged(Topic::state, 1, {{"segment.bytes", "1073741824"}}),
                testing::ElementsAre(AllOf(HasSubstr("warning: p.state has segment.bytes=1073741824"),
                                           HasSubstr("(set it to 16777216)"))));
    EXPECT_THAT(judged(Topic::cases, 1, {{"segment.bytes", "1073741824"}}), IsEmpty());
}

TEST(TopicSettings, WhatCannotWorkIsAnError) {
    EXPECT_THAT(judged(Topic::events, 1, {{"message.timestamp.type", "CreateTime"}}),
                testing::ElementsAre(HasSubstr("error: p.events has message.timestamp.type=CreateTime")));
    EXPECT_THAT(judged(Topic::cases, 1, {{"cleanup.policy", "compact,delete"}}),
                testing::ElementsAre(HasSubstr("error: p.cases has cleanup.policy=compact,delete, compact is needed")));
    EXPECT_THAT(judged(Topic::notices, 1, {{"cleanup.policy", "compact"}}),
                testing::ElementsAre(HasSubstr("error: p.notices has cleanup.policy=compact")));
    EXPECT_THAT(judged(Topic::dead_letters, 1, {{"max.message.bytes", "1048588"}}),
                testing::ElementsAre(HasSubstr("warning: p.dead-letters has max.message.bytes=1048588")));
}

}  // namespace
}  // namespace aw::eventlog
