// The real daemon against a broker that trusts nobody: client certificates, passwords over TLS, and no more rights than
// the documentation names. The broker is this test's own.
#include <algorithm>
#include <chrono>
#include <fstream>
#include <set>
#include <thread>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "base/clock.hpp"
#include "codec/output_decoder.hpp"
#include "eventlog/kafka/transaction.hpp"
#include "support/kafka_broker.hpp"
#include "support/kafka_client.hpp"
#include "system/daemon_process.hpp"
#include "system/kafka_settings.hpp"

namespace aw::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

// What may be done by "accountwatch": as README.md asks for, and not a right more.
class Rights {
public:
    explicit Rights(const KafkaBroker& broker) : broker_(broker) {}

    void grant_topics(const std::string& operations, const std::vector<std::string>& topics) const {
        std::string arguments = "--add --allow-principal User:accountwatch " + operations;
        for (const std::string& topic : topics) arguments += " --topic " + topic;
        broker_.acl(arguments);
    }
    // All that the daemon needs but to write `without`.
    void grant_all(const std::string& prefix, const std::string& without = "") const {
        std::vector<std::string> both, read;
        for (const char* topic :
             {"events", "signals", "cases", "tasks", "notices", "decisions", "data-gaps", "receipts", "state"}) {
            (topic == without ? read : both).push_back(prefix + topic);
        }
        grant_topics("--operation Read --operation Write", both);
        grant_topics("--operation Write", {prefix + "dead-letters", prefix + "reports"});
        if (!read.empty()) grant_topics("--operation Read", read);
        broker_.acl(
            "--add --allow-principal User:accountwatch --operation Read --resource-pattern-type prefixed "
            "--group " +
            prefix + "group");
        broker_.acl(
            "--add --allow-principal User:accountwatch --operation Write --resource-pattern-type prefixed "
            "--transactional-id " +
            prefix + "group");
    }

private:
    const KafkaBroker& broker_;
};

class KafkaSecurity : public testing::Test {
protected:
    static KafkaBroker& broker() {
        static KafkaBroker broker({.secure = true});
        return broker;
    }

    std::vector<std::string> settings(const std::string& address, const std::string& properties) const {
        return kafka_settings(address, prefix, "one", 1, {"log.kafka.properties={" + properties + "}"});
    }
    static std::string by_certificate() {
        const auto secure = broker().secure();
        return fmt::format(
            "security.protocol: ssl, ssl.ca.location: {}, ssl.certificate.location: {}, "
            "ssl.key.location: {}",
            secure.ca, secure.certificate, secure.key);
    }
    static std::string by_password(const std::string& value) {
        return fmt::format(
            "security.protocol: sasl_ssl, ssl.ca.location: {}, sasl.mechanism: PLAIN, "
            "sasl.username: accountwatch, sasl.password: \"{}\"",
            broker().secure().ca, value);
    }
    void create_topics() const {
        const Finished created = run_tool({"topics", "create"}, settings(broker().address(), ""));
        ASSERT_EQ(created.exit_code, 0) << created.output;
    }
    static void complain(const DaemonProcess& daemon) {
        const std::string at = format_utc(SystemClock{}.now());
        const std::string events = fmt::format(
            R"({{"event_id":"r1","account_code":"37140000012001","occurred_at":"{0}","source":"crm","account":)"
            R"({{"operation":"REGISTER","name":"客户","annual_revenue_hint":{{"currency":"CNY","minor":18250000}}}}}})"
            "\n"
            R"({{"event_id":"c1","account_code":"37140000012001","occurred_at":"{0}","source":"crm",)"
            R"("complaint":{{"complaint_id":"CMP-1","category":"LOSS","severity":"SERIOUS","demand":"pay"}}}})",
            at);
        EXPECT_THAT(daemon.post("/api/v1/events", events).body, HasSubstr(R"("accepted":2)")) << daemon.log();
    }

    std::string prefix = KafkaBroker::unique_prefix();
    TemporaryFolder folder;
};

TEST_F(KafkaSecurity, WorksWithAClientCertificateAndTheLeastRights) {
    create_topics();
    Rights(broker()).grant_all(prefix);
    DaemonProcess daemon(folder.path(), settings(broker().secure().ssl, by_certificate()));
    daemon.start();
    daemon.wait_until_ready();
    complain(daemon);
    daemon.get_until("/api/v1/cases/37140000012-1", R"("severity":"HIGH")");
    daemon.signal(SIGTERM);
    EXPECT_EQ(daemon.wait_for_exit(), 0) << daemon.log();
}

// Whether the topics keep what they are given can only be told by who may look at their settings; nobody has to.
TEST_F(KafkaSecurity, OneWarningTellsThatTheSettingsMayNotBeLookedAt) {
    create_topics();
    Rights(broker()).grant_all(prefix);
    const auto with_rights = settings(broker().secure().ssl, by_certificate());
    const std::string missing = "the right DescribeConfigs is missing";
    const Finished denied = run_tool({"topics", "check"}, with_rights);
    EXPECT_EQ(denied.exit_code, 1);
    EXPECT_THAT(denied.output, AllOf(StartsWith("events: warning: " + missing), HasSubstr(prefix + "state")));
    EXPECT_EQ(std::ranges::count(denied.output, '\n'), 1) << denied.output;
    DaemonProcess daemon(folder.path(), with_rights);
    daemon.start();
    daemon.wait_until_ready();
    const std::string log = daemon.log();
    EXPECT_THAT(log, HasSubstr(missing));
    EXPECT_EQ(log.find(missing), log.rfind(missing)) << log;
    broker().acl(
        "--add --allow-principal User:accountwatch --operation DescribeConfigs --resource-pattern-type prefixed "
        "--topic " +
        prefix);
    EXPECT_TRUE(eventually([&] {
        return run_tool({"topics", "check"}, with_rights).output == "all topics are as they should be\n";
    }));
}

TEST_F(KafkaSecurity, WorksWithAPasswordOverTlsThatNobodySees) {
    create_topics();
    Rights(broker()).grant_all(prefix);
    const std::string file = broker().secure().password;
    DaemonProcess daemon(folder.path(), settings(broker().secure().sasl_ssl, by_password("file:" + file)));
    daemon.start();
    daemon.wait_until_ready();
    complain(daemon);
    daemon.get_until("/api/v1/cases/37140000012-1", R"("severity":"HIGH")");
    std::string password;
    std::ifstream(file) >> password;
    EXPECT_THAT(daemon.log(), Not(HasSubstr(password)));
}

// Everything that the daemon and its client library can tell: at work, and of the settings; with the password in a
// file, and in the open (which is warned of).
TEST_F(KafkaSecurity, TheMostTalkativeLogAndACheckShowNoPassword) {
    create_topics();
    Rights(broker()).grant_all(prefix);
    std::string password;
    const std::string file = broker().secure().password;
    std::ifstream(file) >> password;
    ASSERT_FALSE(password.empty());
    for (const std::string& given : {"file:" + file, password}) {
        auto talkative = settings(broker().secure().sasl_ssl, by_password(given) + ", debug: all");
        talkative.emplace_back("logging.level=debug");
        const TemporaryFolder own;
        DaemonProcess daemon(own.path(), talkative);
        daemon.start();
        daemon.wait_until_ready();
        daemon.signal(SIGTERM);
        EXPECT_EQ(daemon.wait_for_exit(), 0);
        const std::string log = daemon.log();
        EXPECT_THAT(log, HasSubstr("librdkafka SASL")) << "it told too little for this test";
        EXPECT_EQ(log.find(password), log.npos) << log.substr(log.rfind('\n', log.find(password)) + 1, 400);

        std::vector<std::string> check = {AW_DAEMON, "--check-config", "--config",
                                          AW_SOURCE_DIR "/config/accountwatch.yaml"};
        for (const std::string& setting : talkative) check.insert(check.end(), {"--set", setting});
        const Finished checked = run(check);
        EXPECT_EQ(checked.exit_code, 0) << checked.output;
        EXPECT_EQ(checked.output.find(password), std::string::npos);
        EXPECT_EQ(checked.output.find("sasl.password") != std::string::npos, given == password) << checked.output;
    }
}

TEST_F(KafkaSecurity, AWrongPasswordIsSaidAndNothingIsReady) {
    const std::string wrong = folder.write("wrong", "guessed\n");
    DaemonProcess daemon(folder.path(), settings(broker().secure().sasl_ssl, by_password("file:" + wrong)));
    daemon.start();
    EXPECT_TRUE(eventually([&] { return daemon.log().find("uthentication failed") != std::string::npos; }))
        << daemon.log();
    EXPECT_EQ(daemon.get("/readyz").status, 503);
    EXPECT_THAT(daemon.log(), Not(HasSubstr("guessed")));
    daemon.signal(SIGTERM);
    EXPECT_EQ(daemon.wait_for_exit(), 0) << daemon.log();
}

// Topics of others under the rights that README.md asks for: reading a topic, and nothing else of it. One that may not
// be read holds nobody up, and is read from the moment it may be.
TEST_F(KafkaSecurity, SourcesAreReadWithTheLeastRights) {
    create_topics();
    const Rights rights(broker());
    rights.grant_all(prefix);
    const std::string allowed = prefix + "in.allowed";
    const std::string denied = prefix + "in.denied";
    for (const std::string& topic : {allowed, denied}) make_topic(broker().address(), topic, 2);
    rights.grant_topics("--operation Read", {allowed});
    const auto shipment = [](const std::string& id) {
        return fmt::format(R"({{"event_id":"{}","account_code":"37140000012001","occurred_at":"{}","source":"sorting",)"
                           R"("shipment":{{"business_line":"express","items":1}}}})",
                           id, format_utc(SystemClock{}.now()));
    };
    produce(broker().address(),
            {{allowed, 0, "", shipment("a-1")}, {allowed, 1, "", "poison"}, {denied, 0, "", shipment("d-1")}});
    auto with_sources = settings(broker().secure().ssl, by_certificate() + ", topic.metadata.refresh.interval.ms: 500");
    with_sources.push_back(fmt::format(
        "sources=[{{name: allowed, topics: [{}], format: json}}, {{name: denied, topics: [{}], format: json}}]",
        allowed, denied));
    DaemonProcess daemon(folder.path(), with_sources);
    daemon.start();
    const auto records = [](const std::string& source, const char* outcome) {
        return fmt::format(R"(accountwatch_source_records_total{{source="{}",outcome="{}"}} 1)", source, outcome);
    };
    daemon.get_until("/metrics", records("allowed", "accepted"));
    daemon.get_until("/metrics", records("allowed", "refused"));
    EXPECT_THAT(daemon.get("/metrics").body, Not(HasSubstr(records("denied", "accepted"))));
    EXPECT_THAT(daemon.log(), HasSubstr(denied));
    rights.grant_topics("--operation Read", {denied});
    daemon.get_until("/metrics", records("denied", "accepted"));
    daemon.wait_until_ready();
    daemon.signal(SIGTERM);
    EXPECT_EQ(daemon.wait_for_exit(), 0) << daemon.log();
    int positions = 0;
    for (const std::string& topic : {allowed, denied})
        positions +=
            static_cast<int>(committed_positions(broker().address(), prefix + "group-intake", topic, 2).size());
    EXPECT_EQ(positions, 3);  // of each partition that had a record
    EXPECT_EQ(consume_all(broker().address(), prefix + "dead-letters", 1).size(), 1U);
}

// A topic that may not be written: no commit goes through, nothing is lost, and it works from the moment it may be.
TEST_F(KafkaSecurity, ADeniedTopicMakesUnreadyUntilItIsAllowed) {
    create_topics();
    const Rights rights(broker());
    rights.grant_all(prefix, "signals");
    DaemonProcess daemon(folder.path(), settings(broker().secure().ssl, by_certificate()));
    daemon.start();
    daemon.wait_until_ready();
    complain(daemon);
    EXPECT_TRUE(eventually([&] { return daemon.log().find("commit_failed") != std::string::npos; })) << daemon.log();
    EXPECT_TRUE(eventually([&] { return daemon.get("/readyz").status == 503; })) << daemon.log();
    // And stays so between two attempts.
    for (int i = 0; i < 100; ++i) {
        ASSERT_EQ(daemon.get("/readyz").status, 503) << i << ": " << daemon.log();
        std::this_thread::sleep_for(std::chrono::milliseconds{50});
    }
    EXPECT_THAT(daemon.log(), HasSubstr(prefix + "signals"));
    rights.grant_topics("--operation Write", {prefix + "signals"});
    daemon.get_until("/api/v1/cases/37140000012-1", R"("severity":"HIGH")");
    daemon.wait_until_ready();
    daemon.signal(SIGTERM);
    EXPECT_EQ(daemon.wait_for_exit(), 0) << daemon.log();
}

// The shards go on meanwhile, and notices are read and delivered: that it cannot be recorded must be seen all the same.
TEST_F(KafkaSecurity, DeniedReceiptsMakeUnreadyUntilTheyAreAllowed) {
    create_topics();
    const Rights rights(broker());
    rights.grant_all(prefix, "receipts");
    DaemonProcess daemon(folder.path(), settings(broker().secure().ssl, by_certificate()));
    daemon.start();
    daemon.wait_until_ready();
    complain(daemon);
    const std::string why = "what became of notices cannot be written to the log";
    EXPECT_TRUE(eventually([&] { return daemon.get("/readyz").body.find(why) != std::string::npos; })) << daemon.log();
    daemon.get_until("/api/v1/cases/37140000012-1", R"("severity":"HIGH")");
    for (int i = 0; i < 100; ++i) {
        const auto answer = daemon.get("/readyz");
        ASSERT_EQ(answer.status, 503) << i << ": " << daemon.log();
        ASSERT_THAT(answer.body, HasSubstr(why)) << i;
        std::this_thread::sleep_for(std::chrono::milliseconds{50});
    }
    EXPECT_EQ(daemon.get("/healthz").status, 200);
    EXPECT_THAT(daemon.log(), HasSubstr(prefix + "receipts"));
    rights.grant_topics("--operation Write", {prefix + "receipts"});
    daemon.wait_until_ready();
    daemon.signal(SIGTERM);
    EXPECT_EQ(daemon.wait_for_exit(), 0) << daemon.log();

    std::set<std::string> told;
    for (const Consumed& record : consume_all(broker().address(), prefix + "notices", 1))
        told.insert(decode_notice(record.value)->notice_id);
    std::multiset<std::string> sent;
    for (const Consumed& record : consume_all(broker().address(), prefix + "receipts", 1)) {
        const auto receipt = decode_receipt(record.value);
        if (receipt->outcome == ReceiptOutcome::SENT) sent.insert(receipt->notice_id);
    }
    EXPECT_FALSE(told.empty());
    EXPECT_EQ(sent, (std::multiset<std::string>{told.begin(), told.end()}));
}

// The denied topic is all there is in the transaction, so that the broker begins none; librdkafka then takes the answer
// to the abort for the end of the producer.
TEST_F(KafkaSecurity, ATransactionThatNeverBeganIsAbortedLikeAnother) {
    using namespace eventlog;
    create_topics();
    const Rights rights(broker());
    rights.grant_all(prefix, "signals");
    const auto secure = broker().secure();
    const auto cluster = Cluster::open({.bootstrap_servers = {secure.ssl},
                                        .topic_prefix = prefix,
                                        .group_id = prefix + "group",
                                        .instance_id = "one",
                                        .properties = {{"security.protocol", "ssl"},
                                                       {"ssl.ca.location", secure.ca},
                                                       {"ssl.certificate.location", secure.certificate},
                                                       {"ssl.key.location", secure.key}}},
                                       {});
    ASSERT_TRUE(cluster);
    const auto transaction = Transaction::open(**cluster, {}, prefix + "group-one");
    ASSERT_TRUE(transaction);
    const std::vector<OutRecord> outputs = {{.topic = Topic::signals, .key = "a", .value = "1"}};
    const auto commit = [&] {
        auto outcome = (*transaction)->commit({outputs, {}, {}}, nullptr);
        const bool decided =
            eventually([&] {
                if (outcome || !outcome.error().can_retry()) return true;
                outcome = (*transaction)->commit({outputs, {}, {}}, nullptr);
                return false;
            });
        EXPECT_TRUE(decided);
        return outcome;
    };
    for (int attempt = 0; attempt < 2; ++attempt) {
        const auto refused = commit();
        ASSERT_TRUE(refused) << refused.error().message;
        EXPECT_FALSE(refused->committed);
        EXPECT_THAT(refused->reason, HasSubstr("authorization failed"));
    }
    rights.grant_topics("--operation Write", {prefix + "signals"});
    EXPECT_TRUE(eventually([&] {
        const auto outcome = commit();
        return outcome && outcome->committed;
    }));
    EXPECT_EQ(consume_all(broker().address(), prefix + "signals", 1).size(), 1U);
}

}  // namespace
}  // namespace aw::test
