// The real daemon against a broker that trusts nobody: client certificates, passwords over TLS, and no more rights than
// the documentation names. The broker is this test's own.
#include <chrono>
#include <fstream>
#include <thread>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "base/clock.hpp"
#include "support/kafka_broker.hpp"
#include "system/daemon_process.hpp"

namespace aw::test {
namespace {

using testing::HasSubstr;
using testing::Not;

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
        for (const char* topic : {"events", "signals", "cases", "tasks", "notices", "decisions", "data-gaps", "reports",
                                  "receipts", "state"}) {
            (topic == without ? read : both).push_back(prefix + topic);
        }
        grant_topics("--operation Read --operation Write", both);
        grant_topics("--operation Write", {prefix + "dead-letters"});
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
        return {"log.backend=kafka",
                "log.kafka.bootstrap_servers=[\"" + address + "\"]",
                "log.kafka.topic_prefix=" + prefix,
                "log.kafka.group_id=" + prefix + "group",
                "log.kafka.instance_id=one",
                "log.kafka.properties={" + properties + "}"};
    }
    static std::string by_certificate() {
        const auto secure = broker().secure();
        return fmt::format(
            "security.protocol: ssl, ssl.ca.location: {}, ssl.certificate.location: {}, "
            "ssl.key.location: {}",
            secure.ca, secure.certificate, secure.key);
    }
    static std::string by_password(const std::string& file) {
        return fmt::format(
            "security.protocol: sasl_ssl, ssl.ca.location: {}, sasl.mechanism: PLAIN, "
            "sasl.username: accountwatch, sasl.password: \"file:{}\"",
            broker().secure().ca, file);
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

TEST_F(KafkaSecurity, WorksWithAPasswordOverTlsThatNobodySees) {
    create_topics();
    Rights(broker()).grant_all(prefix);
    const std::string file = broker().secure().password;
    DaemonProcess daemon(folder.path(), settings(broker().secure().sasl_ssl, by_password(file)));
    daemon.start();
    daemon.wait_until_ready();
    complain(daemon);
    daemon.get_until("/api/v1/cases/37140000012-1", R"("severity":"HIGH")");
    std::string password;
    std::ifstream(file) >> password;
    EXPECT_THAT(daemon.log(), Not(HasSubstr(password)));
}

TEST_F(KafkaSecurity, AWrongPasswordIsSaidAndNothingIsReady) {
    const std::string wrong = folder.write("wrong", "guessed\n");
    DaemonProcess daemon(folder.path(), settings(broker().secure().sasl_ssl, by_password(wrong)));
    daemon.start();
    EXPECT_TRUE(eventually([&] { return daemon.log().find("uthentication failed") != std::string::npos; }))
        << daemon.log();
    EXPECT_EQ(daemon.get("/readyz").status, 503);
    EXPECT_THAT(daemon.log(), Not(HasSubstr("guessed")));
    daemon.signal(SIGTERM);
    EXPECT_EQ(daemon.wait_for_exit(), 0) << daemon.log();
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

}  // namespace
}  // namespace aw::test
