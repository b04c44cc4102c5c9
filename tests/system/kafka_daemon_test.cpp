// The real daemon on a real Apache Kafka: topics by the tool, a kill in between, and a plain Kafka client that reads.
#include <map>
#include <random>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "base/clock.hpp"
#include "base/digest.hpp"
#include "support/kafka_broker.hpp"
#include "support/kafka_client.hpp"
#include "system/daemon_process.hpp"
#include "system/kafka_settings.hpp"

namespace aw::test {
namespace {

using testing::HasSubstr;
using testing::UnorderedElementsAre;

std::size_t lines_of(const std::string& text, const std::string& word) {
    std::size_t n = 0;
    for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) ++n;
    return n;
}

// Whether topics serve is an exit code, and what is wrong stands there with what to do.
TEST(KafkaTopics, AreCheckedInWordsAndByExitCode) {
    const std::string broker = KafkaBroker::shared();
    const auto topics = [&](const char* what, const std::string& prefix, const std::vector<std::string>& more = {}) {
        std::vector<std::string> arguments = {"topics", what};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return run_tool(std::move(arguments), {"log.backend=kafka", "log.kafka.bootstrap_servers=[\"" + broker + "\"]",
                                               "log.kafka.topic_prefix=" + prefix});
    };
    const std::string fine = KafkaBroker::unique_prefix();
    const Finished created = topics("create", fine);
    EXPECT_EQ(created.exit_code, 0) << created.output;
    EXPECT_EQ(created.output, "all topics are as they should be\n");

    const std::string other = KafkaBroker::unique_prefix();
    make_topic(broker, other + "receipts", 1,
               {{"retention.ms", "86400000"}, {"message.timestamp.type", "LogAppendTime"}});
    const std::string text = other +
                             "receipts has retention.ms=86400000: older records are deleted, but it says what has been "
                             "delivered: what it forgets is sent again (set it to -1)";
    const Finished beside = topics("create", other);
    EXPECT_EQ(beside.exit_code, 1);
    EXPECT_EQ(beside.output, "receipts: warning: " + text + "\n");
    const Finished checked = topics("check", other, {"-o", "json"});
    EXPECT_EQ(checked.exit_code, 1);
    EXPECT_EQ(checked.output, R"({"findings":[{"severity":"warning","topic":"receipts","text":")" + text + "\"}]}\n");
}

TEST(KafkaDaemon, FromTopicsToACaseThroughAKill) {
    const std::string broker = KafkaBroker::shared();
    const std::string prefix = KafkaBroker::unique_prefix();
    const TemporaryFolder folder;
    const auto settings = kafka_settings(broker, prefix, "one", 2, {"log.kafka.output_format=json"});

    std::vector<std::string> daemon_alone = {AW_DAEMON, "--config", AW_SOURCE_DIR "/config/accountwatch.yaml", "--set",
                                             "http.listen=127.0.0.1:0"};
    for (const std::string& setting : settings) daemon_alone.insert(daemon_alone.end(), {"--set", setting});
    const Finished without_topics = run(daemon_alone);
    EXPECT_EQ(without_topics.exit_code, 78);
    EXPECT_THAT(without_topics.output, HasSubstr("topics create"));

    const Finished created = run_tool({"topics", "create"}, settings);
    ASSERT_EQ(created.exit_code, 0) << created.output;
    DaemonProcess daemon(folder.path(), settings);
    daemon.start();
    daemon.wait_until_ready();
    const std::string at = format_utc(SystemClock{}.now());
    const std::string events =
        R"({"event_id":"r1","account_code":"37140000012001","occurred_at":")" + at +
        R"(","source":"crm","account":{"operation":"REGISTER","name":"客户","annual_revenue_hint":{"currency":"CNY","minor":18250000}}})"
        "\n"
        R"({"event_id":"c1","account_code":"37140000012001","occurred_at":")" +
        at +
        R"(","source":"crm","complaint":{"complaint_id":"CMP-1","category":"LOSS","severity":"SERIOUS","demand":"pay"}})"
        "\n";
    EXPECT_THAT(daemon.post("/api/v1/events", events).body, HasSubstr(R"("accepted":2)"));
    const std::string path = "/api/v1/cases/37140000012-1";
    daemon.get_until(path, R"("severity":"HIGH")");
    daemon.kill();
    daemon.start();
    daemon.wait_until_ready();
    daemon.get_until(path, R"("state":"NEW")");
    EXPECT_EQ(daemon.post("/api/v1/events", events).status, 200);  // duplicates, after the kill, too
    const auto acknowledged = daemon.post(path + "/commands", R"({"actor_staff_id":"dept-director-1","ack":{}})");
    EXPECT_THAT(acknowledged.body, HasSubstr(R"("state":"ACKNOWLEDGED")")) << daemon.log();
    daemon.signal(SIGTERM);
    EXPECT_EQ(daemon.wait_for_exit(), 0) << daemon.log();

    const auto read = [&](const std::string& topic) {
        return run({"/usr/bin/kcat", "-C", "-q", "-b", broker, "-t", prefix + topic, "-o", "beginning", "-e", "-X",
                    "isolation.level=read_committed", "-f", "%k %s\\n"})
            .output;
    };
    const std::string signals = read("signals");
    EXPECT_EQ(lines_of(signals, "\"signal_id\""), 1U) << signals;
    EXPECT_THAT(signals, HasSubstr("37140000012 {"));
    EXPECT_EQ(lines_of(read("notices"), "ROLE_INVITED"), 3U);
    EXPECT_THAT(read("cases"), HasSubstr(R"("state":"ACKNOWLEDGED")"));
}

// Deadlines in seconds: the acknowledgement does not come, with no event arriving and across a kill, and the case moves
// up once per level until the chain of G4 is exhausted: director, deputy general manager, executive deputy.
TEST(KafkaDaemon, EscalatesOncePerLevelWithNoEventArriving) {
    const std::string broker = KafkaBroker::shared();
    const std::string prefix = KafkaBroker::unique_prefix();
    const TemporaryFolder folder;
    const auto settings =
        kafka_settings(broker, prefix, "one", 2,
                       {"log.kafka.output_format=json",
                        "policy.milestones=[{kind: ACKNOWLEDGE, severity: HIGH, span: 2s, clock: REAL}]"});
    const Finished created = run_tool({"topics", "create"}, settings);
    ASSERT_EQ(created.exit_code, 0) << created.output;

    DaemonProcess daemon(folder.path(), settings);
    daemon.start();
    // The first start of a group takes seconds; what came before its first activation would be history.
    daemon.wait_until_ready();
    const std::string at = format_utc(SystemClock{}.now());
    const std::string events =
        R"({"event_id":"r1","account_code":"37140000012001","occurred_at":")" + at +
        R"(","source":"crm","account":{"operation":"REGISTER","name":"客户","annual_revenue_hint":{"currency":"CNY","minor":18250000}}})"
        "\n"
        R"({"event_id":"c1","account_code":"37140000012001","occurred_at":")" +
        at +
        R"(","source":"crm","complaint":{"complaint_id":"CMP-1","category":"LOSS","severity":"SERIOUS","demand":"pay"}})"
        "\n";
    EXPECT_THAT(daemon.post("/api/v1/events", events).body, HasSubstr(R"("accepted":2)"));
    const std::string path = "/api/v1/cases/37140000012-1";
    daemon.get_until(path, R"("level":2)");
    daemon.kill();
    daemon.start();
    daemon.wait_until_ready();
    daemon.get_until(path, R"("level":3)");
    // The top does not answer either; and nothing is left that could move up.
    const auto overdue = [&] {
        const std::string tasks = daemon.get("/api/v1/tasks?state=OVERDUE").body;
        return lines_of(tasks, R"("kind":"ACKNOWLEDGE")");
    };
    EXPECT_TRUE(eventually([&] { return overdue() == 3; })) << daemon.log();
    EXPECT_THAT(daemon.get(path).body, HasSubstr(R"("level":3)"));
    daemon.signal(SIGTERM);
    EXPECT_EQ(daemon.wait_for_exit(), 0) << daemon.log();

    const auto read = [&](const std::string& topic) {
        return run({"/usr/bin/kcat", "-C", "-q", "-b", broker, "-t", prefix + topic, "-o", "beginning", "-e", "-X",
                    "isolation.level=read_committed", "-f", "%k %s\\n"})
            .output;
    };
    // Who was told, by level: the key of a notice is its recipient.
    std::map<std::string, std::vector<std::string>> told;
    std::istringstream notices(read("notices"));
    for (std::string line; std::getline(notices, line);) {
        for (const char* reason : {"ACK_OVERDUE", "ESCALATED"}) {
            if (line.find(std::string(R"("reason":")") + reason + '"') != std::string::npos)
                told[reason].push_back(line.substr(0, line.find(' ')));
        }
    }
    const std::string director = "dept-director-1";
    const std::string deputy = "deputy-gm";
    const std::string executive = "executive-deputy-gm";
    EXPECT_THAT(told["ACK_OVERDUE"], UnorderedElementsAre(director, deputy, executive));
    EXPECT_THAT(told["ESCALATED"], UnorderedElementsAre(deputy, executive));
    EXPECT_EQ(lines_of(read("events"), "complaint_id"), 1U);  // no event but these two, and the daemon's own
}

// Somebody starts the same instance a second time: the one that came last has the partitions, the other ends to be
// started again (and would fence this one then: two processes need two names).
TEST(KafkaDaemon, OfTwoWithTheSameNameTheFirstEndsAndTheSecondWorks) {
    const std::string broker = KafkaBroker::shared();
    const std::string prefix = KafkaBroker::unique_prefix();
    const auto settings = kafka_settings(broker, prefix, "one", 2);
    const Finished created = run_tool({"topics", "create"}, settings);
    ASSERT_EQ(created.exit_code, 0) << created.output;
    const auto registration = [](const std::string& id, const std::string& root) {
        return R"({"event_id":")" + id + R"(","account_code":")" + root + R"(001","occurred_at":")" +
               format_utc(SystemClock{}.now()) +
               R"(","source":"crm","account":{"operation":"REGISTER","name":"客户"}})";
    };
    const TemporaryFolder first_folder;
    DaemonProcess first(first_folder.path(), settings);
    first.start();
    first.wait_until_ready();
    EXPECT_EQ(first.post("/api/v1/events", registration("r1", "37140000012")).status, 200);
    first.get_until("/api/v1/accounts/37140000012", R"("account_root":"37140000012")");
    const TemporaryFolder second_folder;
    DaemonProcess second(second_folder.path(), settings);
    second.start();
    EXPECT_TRUE(eventually([&] { return !first.running(); }, std::chrono::seconds{30})) << first.log();
    EXPECT_EQ(first.wait_for_exit(), 75) << first.log();
    second.wait_until_ready();
    second.get_until("/api/v1/accounts/37140000012", R"("account_root":"37140000012")");
    EXPECT_EQ(second.post("/api/v1/events", registration("r2", "37140000013")).status, 200);
    second.get_until("/api/v1/accounts/37140000013", R"("account_root":"37140000013")");
    second.signal(SIGTERM);
    EXPECT_EQ(second.wait_for_exit(), 0) << second.log();
}

// The largest record that the topic takes, and a line over HTTP that is larger still: each is one dead letter that
// fits into its topic, and what comes behind it is read.
class KafkaDaemonFormats : public testing::TestWithParam<const char*> {};

TEST_P(KafkaDaemonFormats, TheLargestRecordsAreDeadLetters) {
    const std::string broker = KafkaBroker::shared();
    const std::string prefix = KafkaBroker::unique_prefix();
    const TemporaryFolder folder;
    const std::vector<std::string> settings = {"log.backend=kafka",
                                               "log.kafka.bootstrap_servers=[\"" + broker + "\"]",
                                               "log.kafka.topic_prefix=" + prefix,
                                               "log.kafka.group_id=" + prefix + "group",
                                               "log.kafka.instance_id=one",
                                               std::string("log.kafka.output_format=") + GetParam()};
    const Finished created = run_tool({"topics", "create"}, settings);
    ASSERT_EQ(created.exit_code, 0) << created.output;
    DaemonProcess daemon(folder.path(), settings);
    daemon.start();
    daemon.wait_until_ready();

    std::mt19937 random(1);
    std::string noise(8'388'479, '\0');  // with key and frame just what the topic takes
    for (char& byte : noise) byte = static_cast<char>(random());
    const Finished produced = run({"/usr/bin/kcat", "-P", "-b", broker, "-t", prefix + "events", "-p", "0", "-k",
                                   "37140000012", "-X", "message.max.bytes=8388608", folder.write("large", noise)});
    ASSERT_EQ(produced.exit_code, 0) << produced.output;
    const std::string good = R"({"event_id":"r1","account_code":"37140000012001","occurred_at":")" +
                             format_utc(SystemClock{}.now()) +
                             R"(","source":"crm","account":{"operation":"REGISTER","name":"客户"}})";
    const auto answer =
        daemon.post("/api/v1/events", R"({"event_id":")" + std::string(9 << 20, 'x') + "\"}\n" + good + "\n");
    EXPECT_EQ(answer.status, 200) << answer.body;
    EXPECT_THAT(answer.body, HasSubstr(R"("accepted":1,"rejected":1,"errors":[{"line":1,"reason":"TOO_LARGE")"));
    daemon.get_until("/api/v1/accounts/37140000012", R"("account_root":"37140000012")");
    daemon.get_until("/metrics", "accountwatch_dead_letters_total{reason=\"TOO_LARGE\"} 2");
    daemon.signal(SIGTERM);
    EXPECT_EQ(daemon.wait_for_exit(), 0) << daemon.log();

    const auto letters = run({"/usr/bin/kcat", "-C", "-q", "-b", broker, "-t", prefix + "dead-letters", "-o",
                              "beginning", "-e", "-X", "isolation.level=read_committed", "-f", "%S\\n%s\\n"});
    EXPECT_THAT(letters.output, HasSubstr(sha256_hex(noise)));
    EXPECT_EQ(lines_of(letters.output, "payload cut: the first 4194304 of "), 2U);
}

INSTANTIATE_TEST_SUITE_P(Both, KafkaDaemonFormats, testing::Values("protobuf", "json"),
                         [](const auto& tested) { return std::string(tested.param); });

}  // namespace
}  // namespace aw::test
