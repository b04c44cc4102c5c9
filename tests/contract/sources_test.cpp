// The topics of others through the port: what comes again, what is held, and who is fenced. On a real Apache Kafka.
#include <map>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "contract/backends.hpp"
#include "contract/worker.hpp"
#include "support/kafka_broker.hpp"
#include "support/kafka_client.hpp"

namespace aw::test {
namespace {

using namespace eventlog;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// Follows the protocol: remembers what was delivered since the last commit.
class Reader {
public:
    Reader(Log& log, std::vector<std::string> topics) {
        auto opened = log.open_sources({.topics = std::move(topics)});
        if (!opened) throw std::runtime_error(opened.error().message);
        consumer = std::move(*opened);
    }
    bool turn() {
        auto batch = consumer->poll(1'000, 100ms);
        if (!batch) {
            error = batch.error();
            return error->can_retry();
        }
        if (batch->rewound) {
            pending.clear();
            ++rewinds;
        }
        if (batch->revoking) {
            pending.clear();
            consumer->release();
        }
        for (const Record& record : batch->records) {
            pending.push_back({std::string(record.topic), record.partition, record.offset + 1});
            values.push_back(std::string(record.value));
        }
        return true;
    }
    bool run_until(const std::function<bool()>& done) { return turns_until(*this, done); }
    bool wait_for(std::size_t count) {
        return run_until([&] { return values.size() >= count; });
    }
    // One output for each value, and the positions of what is pending.
    LogResult<CommitOutcome> commit(const std::vector<OutRecord>& outputs) {
        std::map<std::pair<std::string, int>, std::int64_t> positions;
        for (const auto& each : pending) positions[{each.topic, each.partition}] = each.offset;
        SourceCommit work;
        work.outputs = outputs;
        for (const auto& [place, offset] : positions) work.positions.push_back({place.first, place.second, offset});
        while (true) {
            auto outcome = consumer->commit(work);
            if (outcome || !outcome.error().can_retry()) {
                pending.clear();
                return outcome;
            }
        }
    }

    std::unique_ptr<SourceConsumer> consumer;
    std::vector<SourcePosition> pending;
    std::vector<std::string> values;
    std::optional<LogError> error;
    int rewinds = 0;
};

OutRecord event(const std::string& value) { return {.topic = Topic::events, .key = "a", .value = value}; }

std::vector<std::string> values_of(Log& log) {
    std::vector<std::string> list;
    for (const auto& seen : read_all(log, Topic::events)) list.push_back(seen.value);
    return list;
}

TEST(SqliteSources, ThereAreNone) {
    const auto backend = all_backends().front().make(1);
    const auto opened = backend->log().open_sources({.topics = {"x"}});
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().kind, LogError::Kind::bad_configuration);
}

TEST(KafkaSourcesContract, WhatWasAbortedComesAgain) {
    auto options = kafka_options(1);
    options.properties["message.max.bytes"] = "10000000";
    const auto log = open_kafka(options);
    const std::string in = options.topic_prefix + "in";
    const std::string& broker = options.bootstrap_servers[0];
    make_topic(broker, in, 1);
    produce(broker, {{in, 0, "k", "1", {{"accountwatch-log-time", "7"}}}, {in, 0, "k", "2"}});
    Reader reader(*log, {in});
    ASSERT_TRUE(reader.wait_for(2));
    std::string noise;  // larger than what the topic takes
    for (unsigned i = 0, x = 1; i < 9'000'000; ++i) noise += static_cast<char>((x = x * 1'103'515'245 + 12'345) >> 16);
    const auto aborted = reader.commit({event("lost"), event(noise)});
    ASSERT_TRUE(aborted) << aborted.error().message;
    EXPECT_FALSE(aborted->committed);
    EXPECT_EQ(committed_position(broker, options.group_id + "-intake", in, 0), -1001);
    // The client may need one more abort until its producer has a new epoch.
    for (bool committed = false; !committed;) {
        const int before = reader.rewinds;
        reader.values.clear();
        ASSERT_TRUE(reader.wait_for(2));
        EXPECT_EQ(reader.rewinds, before + 1);
        EXPECT_THAT(reader.values, ElementsAre("1", "2"));
        const auto kept = reader.commit({event("kept")});
        ASSERT_TRUE(kept) << kept.error().message;
        committed = kept->committed;
    }
    EXPECT_THAT(values_of(*log), ElementsAre("kept"));
    EXPECT_EQ(committed_position(broker, options.group_id + "-intake", in, 0), 2);
}

TEST(KafkaSourcesContract, WhatIsHeldComesAgainWhenItIsNot) {
    const auto options = kafka_options(1);
    const auto log = open_kafka(options);
    const std::string& broker = options.bootstrap_servers[0];
    const std::string held = options.topic_prefix + "held";
    const std::string other = options.topic_prefix + "other";
    make_topic(broker, held, 1);
    make_topic(broker, other, 1);
    produce(broker, {{held, 0, "", "h1"}});
    Reader reader(*log, {held, other});
    ASSERT_TRUE(reader.wait_for(1));
    ASSERT_TRUE(reader.commit({})->committed);  // h1 is done with
    produce(broker, {{held, 0, "", "h2"}, {other, 0, "", "o1"}});
    ASSERT_TRUE(reader.wait_for(3));
    ASSERT_TRUE(reader.consumer->hold([&](const std::string& topic) { return topic == held; }));
    std::erase_if(reader.pending, [&](const auto& each) { return each.topic == held; });
    reader.values.clear();
    produce(broker, {{held, 0, "", "h3"}, {other, 0, "", "o2"}});
    ASSERT_TRUE(reader.wait_for(1));
    ASSERT_TRUE(reader.commit({})->committed);
    EXPECT_THAT(reader.values, ElementsAre("o2"));  // o1 is not delivered twice, nothing of the held topic at all
    ASSERT_TRUE(reader.consumer->hold([](const std::string&) { return false; }));
    reader.values.clear();
    ASSERT_TRUE(reader.wait_for(2));
    EXPECT_THAT(reader.values, ElementsAre("h2", "h3"));
}

TEST(KafkaSourcesContract, ATopicThatIsMissingHoldsUpNoOther) {
    const auto options = kafka_options(1);
    const auto log = open_kafka(options);
    const std::string there = options.topic_prefix + "there";
    make_topic(options.bootstrap_servers[0], there, 1);
    produce(options.bootstrap_servers[0], {{there, 0, "", "1"}});
    Reader reader(*log, {options.topic_prefix + "missing", there});
    ASSERT_TRUE(reader.wait_for(1));
    EXPECT_TRUE(reader.commit({})->committed);
}

TEST(KafkaSourcesContract, ATopicThatIsMadeAnewIsReadFromItsBeginning) {
    const auto options = kafka_options(1);
    const auto log = open_kafka(options);
    const std::string in = options.topic_prefix + "in";
    const std::string& broker = options.bootstrap_servers[0];
    make_topic(broker, in, 1);
    for (const char* value : {"1", "2", "3", "4", "5"}) produce(broker, {{in, 0, "k", value}});
    Reader reader(*log, {in});
    ASSERT_TRUE(reader.wait_for(5));
    ASSERT_TRUE(reader.commit({event("five")})->committed);
    reader.values.clear();
    remake_topic(broker, in, 1);
    produce(broker, {{in, 0, "k", "6"}, {in, 0, "k", "7"}});
    ASSERT_TRUE(reader.wait_for(2)) << (reader.error ? reader.error->message : "");
    EXPECT_THAT(reader.values, ElementsAre("6", "7"));
    EXPECT_GT(reader.rewinds, 0);
}

TEST(KafkaSourcesContract, AnotherOfTheSameNameFencesTheFirst) {
    auto options = kafka_options(1);
    options.instance_id = "one";
    const auto log = open_kafka(options);
    const std::string in = options.topic_prefix + "in";
    make_topic(options.bootstrap_servers[0], in, 1);
    produce(options.bootstrap_servers[0], {{in, 0, "", "1"}});
    Reader first(*log, {in});
    ASSERT_TRUE(first.wait_for(1));
    const auto other = open_kafka(options);
    Reader second(*other, {in});
    ASSERT_TRUE(second.wait_for(1));
    const auto refused = first.commit({event("first")});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, LogError::Kind::fenced) << refused.error().message;
    ASSERT_TRUE(second.commit({event("second")})->committed);
    EXPECT_THAT(values_of(*log), ElementsAre("second"));
}

}  // namespace
}  // namespace aw::test
