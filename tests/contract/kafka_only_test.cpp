// What only Kafka can do to us: aborts, fencing, brokers that go away, topics made by others.
#include <optional>
#include <random>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "contract/backends.hpp"
#include "contract/worker.hpp"
#include "support/kafka_broker.hpp"
#include "support/kafka_client.hpp"
#include "support/open_transaction.hpp"

namespace aw::test {
namespace {

using namespace eventlog;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

OutRecord event(std::string key, std::string value, std::optional<int> partition = 0) {
    return {.topic = Topic::events, .key = std::move(key), .value = std::move(value), .partition = partition};
}

// A topic as somebody else might have made it.
void make_topic(const KafkaOptions& options, Topic topic, int partitions,
                const std::vector<std::pair<std::string, std::string>>& settings) {
    test::make_topic(options.bootstrap_servers[0], topic_name(options.topic_prefix, topic), partitions, settings);
}

// Turns until an error that ends the worker.
LogError::Kind end_of(Worker& worker) {
    const auto deadline = std::chrono::steady_clock::now() + 40s;
    while (worker.turn(200ms) && std::chrono::steady_clock::now() < deadline) {
    }
    return worker.error ? worker.error->kind : LogError::Kind::retriable;
}

TEST(KafkaOnly, AnAbortedCommitLeavesNothingAndTheWorkerStartsAgainAtTheLast) {
    const auto options = kafka_options(2);
    // The broker refuses what is larger than this, and so the whole transaction.
    make_topic(options, Topic::signals, 2, {{"max.message.bytes", "2000"}});
    const auto log = open_kafka(options);
    append(*log, {event("a", "1"), event("a", "2"), event("b", "3", 1)});
    Worker worker(*log);
    ASSERT_TRUE(worker.wait_for_records(3));
    Commit good;
    good.outputs.push_back({.topic = Topic::cases, .key = "a", .value = "good"});
    good.state = {{0, "s", "good"}};
    worker.next[0] = 1;
    ASSERT_TRUE(worker.commit(std::move(good))->committed);

    Commit bad;
    bad.outputs.push_back({.topic = Topic::cases, .key = "a", .value = "bad"});
    std::mt19937 random(1);
    std::string noise;  // that no compression makes small
    for (int i = 0; i < 20'000; ++i) noise += static_cast<char>(random());
    bad.outputs.push_back({.topic = Topic::signals, .key = "a", .value = noise});
    bad.state = {{0, "s", "bad"}, {1, "t", "bad"}};
    worker.next[0] = 2;
    const auto outcome = worker.commit(std::move(bad));
    ASSERT_TRUE(outcome) << outcome.error().message;
    EXPECT_FALSE(outcome->committed);
    EXPECT_THAT(outcome->reason, HasSubstr("signals"));

    worker.seen.clear();
    worker.next.clear();
    worker.state.clear();
    ASSERT_TRUE(worker.wait_for_records(1));
    EXPECT_THAT(worker.start, ElementsAre(Pair(0, 1), Pair(1, 1)));
    EXPECT_EQ(worker.seen[0].value, "2");
    EXPECT_THAT(worker.state[0], ElementsAre(Pair("s", "good")));
    EXPECT_THAT(worker.state[1], IsEmpty());
    ASSERT_TRUE(worker.commit()->committed);
    const auto cases = read_all(*log, Topic::cases);
    ASSERT_EQ(cases.size(), 1u);
    EXPECT_EQ(cases[0].value, "good");
    EXPECT_THAT(read_all(*log, Topic::signals), IsEmpty());
}

// Empty: the host's name, the same for both.
TEST(KafkaOnly, AWorkerWithTheSameNameFencesTheFirst) {
    for (const char* const name : {"one", ""}) {
        auto options = kafka_options(1);
        options.instance_id = name;
        const auto log = open_kafka(options);
        append(*log, {event("a", "1")});
        Worker first(*log);
        ASSERT_TRUE(first.wait_for_records(1));
        const auto other_log = open_kafka(options);
        Worker second(*other_log);
        ASSERT_TRUE(second.wait_for_records(1)) << "as long as the first is a member with the partition";
        Commit commit;
        commit.state = {{0, "s", "first"}};
        const auto outcome = first.commit(std::move(commit));
        ASSERT_FALSE(outcome.has_value() && outcome->committed);
        if (!outcome) {
            EXPECT_EQ(outcome.error().kind, LogError::Kind::fenced) << outcome.error().message;
            EXPECT_THAT(outcome.error().message, HasSubstr("another process has the same log.kafka.instance_id"));
        }
        ASSERT_TRUE(second.commit()->committed);
        EXPECT_EQ(read_all(*log, Topic::state).size(), 0u);
    }
}

TEST(KafkaOnly, ARestartedInstanceKeepsItsPartitions) {
    auto options = kafka_options(2);
    options.instance_id = "stable";
    auto log = open_kafka(options);
    {
        Worker worker(*log);
        ASSERT_TRUE(worker.wait_for_partitions(2));
        append(*log, {event("a", "1")});
        ASSERT_TRUE(worker.wait_for_records(1));
        ASSERT_TRUE(worker.commit()->committed);
    }
    log = open_kafka(options);
    append(*log, {event("a", "2")});
    Worker worker(*log);
    ASSERT_TRUE(worker.wait_for_records(1));
    EXPECT_EQ(worker.seen[0].value, "2");
}

// Its state, read after that, goes as far: there is no difference to be told.
TEST(KafkaOnly, AGroupThatWentOnSinceItWasAskedIsAskedAgain) {
    const auto options = kafka_options(1);
    const auto log = open_kafka(options);
    append(*log, {event("a", "1"), event("a", "2"), event("a", "3")});
    Worker worker(*log);
    worker.goes_on_from = [&](int partition) -> std::optional<std::int64_t> {
        OpenTransaction other(options.bootstrap_servers[0], options.topic_prefix + "other",
                              {topic_name(options.topic_prefix, Topic::cases), 0, "k", "v"});
        other.send_position(options.group_id, topic_name(options.topic_prefix, Topic::events), partition, 2);
        other.commit();
        return 2;
    };
    ASSERT_TRUE(worker.wait_for_records(1)) << worker.error->message;
    EXPECT_THAT(worker.start, ElementsAre(Pair(0, 0)));
    EXPECT_THAT(worker.group, ElementsAre(Pair(0, 2)));
    EXPECT_EQ(worker.seen[0].value, "3");
}

TEST(KafkaOnly, ProducersTimeIsRefused) {
    const auto options = kafka_options(1);
    make_topic(options, Topic::events, 1, {{"message.timestamp.type", "CreateTime"}, {"retention.ms", "-1"}});
    const auto log = open_kafka(options);
    const auto findings = log->admin().check();
    ASSERT_TRUE(findings);
    ASSERT_EQ(findings->size(), 1u);
    EXPECT_THAT((*findings)[0].text, HasSubstr("LogAppendTime"));
    append(*log, {event("a", "1")});
    Worker worker(*log);
    EXPECT_EQ(end_of(worker), LogError::Kind::bad_configuration);
    EXPECT_THAT(worker.error->message, HasSubstr("LogAppendTime"));
    EXPECT_THAT(worker.seen, IsEmpty());
}

TEST(KafkaOnly, WrongTopicsAreFound) {
    auto options = kafka_options(2);
    make_topic(options, Topic::state, 3, {{"cleanup.policy", "delete"}});
    make_topic(options, Topic::signals, 1, {{"cleanup.policy", "compact"}});
    make_topic(options, Topic::events, 2, {{"message.timestamp.type", "LogAppendTime"}});
    make_topic(options, Topic::receipts, 1, {{"retention.bytes", "1000000"}, {"retention.ms", "-1"}});
    make_topic(options, Topic::dead_letters, 2, {{"max.message.bytes", "1048588"}});
    const auto opened = open_kafka_log(options, test_sink());
    ASSERT_TRUE(opened);
    const auto findings = (*opened)->admin().check();
    ASSERT_TRUE(findings);
    std::vector<std::string> texts;
    for (const auto& finding : *findings) texts.push_back(finding.text);
    EXPECT_THAT(texts,
                testing::Contains(HasSubstr("state has 3 partitions, " + options.topic_prefix + "events has 2")));
    EXPECT_THAT(texts, testing::Contains(HasSubstr("state has cleanup.policy=delete")));
    EXPECT_THAT(texts, testing::Contains(HasSubstr("signals has cleanup.policy=compact")));
    EXPECT_THAT(texts, testing::Contains(HasSubstr("notices does not exist")));
    EXPECT_THAT(texts, testing::Contains(HasSubstr("dead-letters has max.message.bytes=1048588")));
    EXPECT_THAT(texts, testing::Contains(HasSubstr("receipts has retention.bytes=1000000: older records are deleted")));
    // A week, if nobody says otherwise.
    EXPECT_THAT(texts, testing::Contains(HasSubstr("events has retention.ms=604800000: older records are deleted, but "
                                                   "timelines are answered and state is made anew from it")));
    EXPECT_THAT(texts, testing::Contains(HasSubstr("state has segment.bytes=1073741824")));
    for (const Topic topic : {Topic::state, Topic::signals, Topic::receipts, Topic::dead_letters}) {
        EXPECT_THAT(texts, testing::Contains(HasSubstr(std::string(topic_name(topic)) +
                                                       " has message.timestamp.type=CreateTime: with a clock")));
    }
    EXPECT_EQ(texts.size(), 7u + 4u + 6u);
    Worker worker(**opened);
    EXPECT_EQ(end_of(worker), LogError::Kind::bad_configuration);
    // Looking for them has created none.
    EXPECT_EQ((*opened)->admin().check()->size(), texts.size());
}

void extend(const KafkaOptions& options, Topic topic, int partitions) {
    extend_topic(options.bootstrap_servers[0], topic_name(options.topic_prefix, topic), partitions);
}

std::vector<std::string> findings_of(const KafkaOptions& options) {
    const auto log = open_kafka_log(options, test_sink()).value();
    std::vector<std::string> texts;
    const auto findings = log->admin().check().value();
    for (const auto& finding : findings) texts.push_back(finding.text);
    return texts;
}

// Never "set log.partitions to 3": an account whose key now leads to another partition would live in two shards.
TEST(KafkaOnly, ALogThatWasExtendedIsRefusedWithWhatToDo) {
    auto options = kafka_options(2);
    { const auto log = open_kafka(options); }
    EXPECT_THAT(findings_of(options), IsEmpty());
    extend(options, Topic::events, 3);
    for (const int partitions : {2, 3}) {
        options.partitions = partitions;
        const auto texts = findings_of(options);
        ASSERT_EQ(texts.size(), 1u);
        EXPECT_THAT(texts[0],
                    HasSubstr("events was extended from 2 to 3 partitions: accounts would live in two shards; "
                              "make new topics under another log.kafka.topic_prefix and send the history "
                              "again"));
        EXPECT_THAT(texts[0], testing::Not(HasSubstr("set ")));
        const auto log = open_kafka_log(options, test_sink()).value();
        Worker worker(*log);
        EXPECT_EQ(end_of(worker), LogError::Kind::bad_configuration);
        EXPECT_THAT(worker.error->message, HasSubstr(texts[0]));
        EXPECT_THAT(worker.next, IsEmpty());
    }
}

TEST(KafkaOnly, AWrongNumberOfPartitionsIsRefusedWithTheRightOne) {
    auto options = kafka_options(2);
    { const auto log = open_kafka(options); }
    options.partitions = 3;
    EXPECT_THAT(
        findings_of(options),
        ElementsAre(testing::EndsWith("events has 2 partitions, log.partitions is 3: set log.partitions to 2")));
    options.partitions = 1;  // or both were extended: only the state can tell, once it is read
    EXPECT_THAT(findings_of(options), ElementsAre(HasSubstr("set log.partitions to 2, unless the topics were extended: "
                                                            "then make new topics")));
}

TEST(KafkaOnly, ALogThatIsExtendedWhileItIsReadIsRefusedWithWhatToDo) {
    auto options = kafka_options(2);
    options.properties["topic.metadata.refresh.interval.ms"] = "300";
    const auto log = open_kafka(options);
    append(*log, {event("a", "1")});
    Worker worker(*log);
    ASSERT_TRUE(worker.wait_for_records(1));
    ASSERT_TRUE(worker.commit()->committed);
    extend(options, Topic::events, 3);
    extend(options, Topic::state, 3);
    EXPECT_EQ(end_of(worker), LogError::Kind::bad_configuration);
    EXPECT_THAT(worker.error->message, HasSubstr("events was extended from 2 to 3 partitions: accounts would live in "
                                                 "two shards; make new topics under another log.kafka.topic_prefix"));
}

// A coordinator that was killed may know its static member by another id, and fences it: the process ends with exit
// code 75 and systemd starts it again.
testing::AssertionResult fenced_by_killed_coordinator(const Worker& worker) {
    if (!worker.error) return testing::AssertionFailure() << "the worker has no error";
    if (worker.error->kind == LogError::Kind::fenced) return testing::AssertionSuccess();
    return testing::AssertionFailure() << worker.error->message;
}

// What it has read before lies beyond the end now; what comes would be passed over until it does no more.
TEST(KafkaOnly, ALogThatIsMadeAnewWhileItIsReadIsRefusedWithWhatToDo) {
    const auto options = kafka_options(1);
    const auto log = open_kafka(options);
    for (int i = 0; i < 5; ++i) append(*log, {event("a", std::to_string(i))});
    Worker worker(*log);
    ASSERT_TRUE(worker.wait_for_records(5));
    ASSERT_TRUE(worker.commit()->committed);
    const std::string topic = topic_name(options.topic_prefix, Topic::events);
    remake_topic(options.bootstrap_servers[0], topic, 1, {{"message.timestamp.type", "LogAppendTime"}});
    produce(options.bootstrap_servers[0], {{topic, 0, "a", "new"}});
    EXPECT_EQ(end_of(worker), LogError::Kind::bad_configuration);
    ASSERT_TRUE(worker.error);
    EXPECT_THAT(worker.error->message, HasSubstr("the position 5 lies beyond the end 1"));
    EXPECT_THAT(worker.error->message, HasSubstr("was the topic made anew?"));
    EXPECT_EQ(worker.seen.size(), 5U);
}

TEST(KafkaOnly, ADeadBrokerIsWaitedFor) {
    KafkaBroker broker;
    auto options = kafka_options(1, broker.address());
    options.properties["transaction.timeout.ms"] = "60000";
    const auto log = open_kafka(options);
    append(*log, {event("a", "1")});
    Worker worker(*log);
    ASSERT_TRUE(worker.wait_for_records(1));
    Commit before;
    before.state = {{0, "s", "before"}};
    ASSERT_TRUE(worker.commit(std::move(before))->committed);
    append(*log, {event("a", "2")});
    ASSERT_TRUE(worker.wait_for_records(2));

    broker.kill();
    while (!worker.error) worker.turn(1s);
    EXPECT_EQ(worker.error->kind, LogError::Kind::unreachable) << worker.error->message;
    const auto reachable = log->check_reachable(200ms);
    ASSERT_FALSE(reachable);
    EXPECT_EQ(reachable.error().kind, LogError::Kind::unreachable) << reachable.error().message;
    Commit during;
    during.outputs.push_back({.topic = Topic::cases, .key = "a", .value = "during"});
    during.state = {{0, "s", "during"}};
    during.positions = {{0, 2}};
    const auto refused = worker.consumer->commit(during);
    ASSERT_FALSE(refused);
    EXPECT_TRUE(refused.error().can_retry()) << refused.error().message;

    broker.start();
    auto outcome = worker.consumer->commit(during);
    while (!outcome && outcome.error().can_retry()) outcome = worker.consumer->commit(during);
    ASSERT_TRUE(outcome) << outcome.error().message;
    EXPECT_TRUE(outcome->committed) << outcome->reason;
    EXPECT_TRUE(log->check_reachable(10s));
    append(*log, {event("a", "3")});
    if (!worker.run_until([&]() { return worker.seen.back().value == "3"; })) {
        ASSERT_TRUE(fenced_by_killed_coordinator(worker));
        const auto other_log = open_kafka(options);
        Worker again(*other_log);
        ASSERT_TRUE(again.wait_for_records(1));
        EXPECT_EQ(again.seen[0].value, "3");
    }
    const auto cases = read_all(*log, Topic::cases);
    ASSERT_EQ(cases.size(), 1u);
    EXPECT_EQ(cases[0].value, "during");
}

TEST(KafkaOnly, ABrokerAwayForLongerThanATransactionCostsNoRecord) {
    KafkaBroker broker;
    auto options = kafka_options(1, broker.address());
    options.properties["transaction.timeout.ms"] = "1000";
    auto log = open_kafka(options);
    append(*log, {event("a", "1")});
    auto worker = std::make_unique<Worker>(*log);
    const auto start_again = [&] {
        worker.reset();
        log = open_kafka(options);
        worker = std::make_unique<Worker>(*log);
    };
    ASSERT_TRUE(worker->wait_for_records(1));
    broker.kill();
    Commit commit;
    commit.outputs.push_back({.topic = Topic::cases, .key = "a", .value = "once"});
    commit.state = {{0, "s", "once"}};
    commit.positions = {{0, 1}};
    auto outcome = worker->consumer->commit(commit);
    ASSERT_FALSE(outcome);
    broker.start();
    while (!outcome && outcome.error().can_retry()) outcome = worker->consumer->commit(commit);
    if (!outcome) start_again();  // fatal: what systemd does after exit code 75
    if (!outcome || !outcome->committed) {
        EXPECT_THAT(read_all(*log, Topic::cases), IsEmpty());
        worker->seen.clear();
        if (!worker->wait_for_records(1)) {
            ASSERT_TRUE(fenced_by_killed_coordinator(*worker));
            start_again();
            ASSERT_TRUE(worker->wait_for_records(1));
        }
        EXPECT_THAT(worker->state[0], IsEmpty());
        outcome = worker->consumer->commit(commit);
        while (!outcome && outcome.error().can_retry()) outcome = worker->consumer->commit(commit);
        ASSERT_TRUE(outcome) << outcome.error().message;
        ASSERT_TRUE(outcome->committed) << outcome->reason;
    }
    EXPECT_EQ(read_all(*log, Topic::cases).size(), 1u);
    EXPECT_EQ(read_all(*log, Topic::state).size(), 1u);
}

// A stop cannot wait for the producer's own patience of 30 s. What was on its way may be in the log or not; it is never
// told as being there.
TEST(KafkaOnly, AnAppenderThatMustEndReportsWhatIsNotAcknowledged) {
    KafkaBroker broker;
    const auto log = open_kafka(kafka_options(1, broker.address()));
    auto opened = log->open_appender();
    ASSERT_TRUE(opened) << opened.error().message;
    Appender& appender = **opened;
    ASSERT_TRUE(appender.append(std::vector{event("a", "1")}).complete());
    broker.kill();
    const auto began = std::chrono::steady_clock::now();
    std::optional<AppendReport> report;
    std::jthread appending([&] { report = appender.append(std::vector{event("a", "2"), event("a", "3")}); });
    appender.give_up_at(began + 1s);
    appending.join();
    EXPECT_THAT(report->acknowledged, ElementsAre(false, false));
    ASSERT_TRUE(report->error);
    EXPECT_TRUE(report->error->can_retry()) << report->error->message;
    EXPECT_FALSE(appender.append(std::vector{event("a", "4")}).complete());
    opened->reset();
    const auto took = std::chrono::steady_clock::now() - began;
    EXPECT_GE(took, 1s);
    EXPECT_LT(took, 4s);
    broker.start();
    append(*log, {event("a", "5")});
}

TEST(KafkaOnly, WhatOpensBeforeTheBrokerWaitsForIt) {
    KafkaBroker broker;
    const auto options = kafka_options(1, broker.address());
    { const auto log = open_kafka(options); }
    broker.stop();
    const auto log = open_kafka_log(options, test_sink());
    ASSERT_TRUE(log);
    EXPECT_EQ((*log)->check_reachable(100ms).error().kind, LogError::Kind::unreachable);
    Worker worker(**log);
    while (!worker.error) worker.turn(1s);
    EXPECT_EQ(worker.error->kind, LogError::Kind::unreachable) << worker.error->message;
    broker.start();
    append(**log, {event("a", "1")});
    EXPECT_TRUE(worker.wait_for_records(1));
}

}  // namespace
}  // namespace aw::test
