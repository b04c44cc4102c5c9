#include "eventlog/topic.hpp"

#include <set>

#include <gtest/gtest.h>

namespace aw::eventlog {
namespace {

TEST(TopicNames, AreThoseOfTheContract) {
    const std::vector<std::string> names{"events",    "signals", "cases",        "tasks",    "notices", "decisions",
                                         "data-gaps", "reports", "dead-letters", "receipts", "state"};
    ASSERT_EQ(names.size(), kTopics);
    for (std::size_t i = 0; i < kTopics; ++i) {
        const Topic topic = all_topics()[i];
        EXPECT_EQ(index(topic), i);
        EXPECT_EQ(topic_name(topic), names[i]);
        EXPECT_EQ(parse_topic(names[i]), topic);
    }
    EXPECT_EQ(topic_name(kDefaultTopicPrefix, Topic::data_gaps), "accountwatch.data-gaps");
    EXPECT_EQ(parse_topic("data_gaps"), std::nullopt);
}

TEST(TopicNames, CasesTasksAndStateAreCompacted) {
    std::set<Topic> compacted;
    for (const Topic topic : all_topics()) {
        if (is_compacted(topic)) compacted.insert(topic);
    }
    EXPECT_EQ(compacted, (std::set<Topic>{Topic::cases, Topic::tasks, Topic::state}));
}

}  // namespace
}  // namespace aw::eventlog
