// The real daemon and a broker that does not let it in: it says why, is not ready, and waits for nothing. And SCRAM,
// which only a repaired librdkafka can speak with Kafka 4. The broker is this test's own.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "eventlog/kafka/client_config.hpp"
#include "support/kafka_broker.hpp"
#include "system/daemon_process.hpp"
#include "system/kafka_settings.hpp"

namespace aw::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr int kUnreachable = 69;

class KafkaLogin : public testing::Test {
protected:
    static KafkaBroker& broker() {
        static KafkaBroker broker({.secure = true});
        return broker;
    }
    [[nodiscard]] std::vector<std::string> settings(const std::string& address, const std::string& properties) const {
        return kafka_settings(address, prefix_, "one", 1, {"log.kafka.properties={" + properties + "}"});
    }
    static std::string by_certificate(const std::string& trusted, const std::string& certificate,
                                      const std::string& key) {
        std::string properties = "security.protocol: ssl, ssl.ca.location: " + trusted;
        if (!certificate.empty()) {
            properties += fmt::format(", ssl.certificate.location: {}, ssl.key.location: {}", certificate, key);
        }
        return properties;
    }
    static std::string by_scram(const std::string& mechanism) {
        return fmt::format(
            "security.protocol: sasl_ssl, ssl.ca.location: {}, sasl.mechanism: {}, sasl.username: accountwatch, "
            "sasl.password: \"file:{}\"",
            broker().secure().ca, mechanism, broker().secure().password);
    }
    // Of a line of the daemon's own at level error; what librdkafka says stands at warnings.
    static bool errors_name(const std::string& log, const std::string& reason) {
        for (std::size_t at = log.find(" error log_unreachable"); at != std::string::npos;
             at = log.find(" error log_unreachable", at + 1)) {
            if (log.substr(at, log.find('\n', at) - at).find(reason) != std::string::npos) return true;
        }
        return false;
    }
    // Neither the daemon nor the tool gets in, and both say why.
    void expect_shut_out(const std::string& address, const std::string& properties, const std::string& reason) const {
        DaemonProcess daemon(folder_.path(), settings(address, properties));
        const auto began = std::chrono::steady_clock::now();
        daemon.start();
        EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds{10}) << "waited before it answered";
        EXPECT_TRUE(eventually([&] { return errors_name(daemon.log(), reason); })) << daemon.log();
        EXPECT_EQ(daemon.get("/readyz").status, 503);
        daemon.signal(SIGTERM);
        EXPECT_EQ(daemon.wait_for_exit(), 0) << daemon.log();
        const Finished checked = run_tool({"topics", "check"}, settings(address, properties));
        EXPECT_EQ(checked.exit_code, kUnreachable);
        EXPECT_THAT(checked.output, HasSubstr(reason));
    }

    const std::string prefix_ = KafkaBroker::unique_prefix();
    const TemporaryFolder folder_;
};

constexpr auto kWhatToLookAt =
    "look at ssl.ca.location, ssl.certificate.location and ssl.key.location of log.kafka.properties";

TEST_F(KafkaLogin, WithoutAClientCertificateTheBrokerRefusesAndThisIsSaid) {
    const auto secure = broker().secure();
    expect_shut_out(secure.ssl, by_certificate(secure.ca, "", ""), kWhatToLookAt);
}

TEST_F(KafkaLogin, AClientCertificateThatTheBrokerDoesNotTrustIsSaid) {
    const auto secure = broker().secure();
    expect_shut_out(secure.ssl, by_certificate(secure.ca, secure.foreign_certificate, secure.foreign_key),
                    kWhatToLookAt);
}

TEST_F(KafkaLogin, ABrokerWhoseCertificateIsNotTrustedIsSaid) {
    const auto secure = broker().secure();
    const std::string properties = by_certificate(secure.foreign_certificate, secure.certificate, secure.key);
    expect_shut_out(secure.ssl, properties, "broker certificate could not be verified");
    expect_shut_out(secure.ssl, properties, kWhatToLookAt);
}

// The user, the password and the broker are right: whether it works is the library's business.
class KafkaScram : public KafkaLogin, public testing::WithParamInterface<const char*> {};

TEST_P(KafkaScram, WorksOrTheLibraryIsSaidToBeTooOldForIt) {
    const std::string mechanism = GetParam();
    const Finished created = run_tool({"topics", "create"}, settings(broker().address(), ""));
    ASSERT_EQ(created.exit_code, 0) << created.output;
    broker().acl("--add --allow-principal User:accountwatch --operation All --topic '*' --group '*'");
    broker().acl("--add --allow-principal User:accountwatch --operation All --transactional-id '*'");
    const bool too_old = !eventlog::doubtful_properties({{"sasl.mechanism", mechanism}}).empty();
    const std::string warning = mechanism + " needs librdkafka 2.6.1 or newer";
    const std::string refusal = "invalid credentials with SASL mechanism " + mechanism;
    if (too_old) {
        expect_shut_out(broker().secure().sasl_ssl, by_scram(mechanism), refusal);
        EXPECT_THAT(contents(folder_.path() / "daemon.log"),
                    AllOf(HasSubstr("warning"), HasSubstr(warning), HasSubstr("although user and password are right"),
                          HasSubstr("Use client certificates or PLAIN over TLS, or a newer librdkafka")));
        return;
    }
    DaemonProcess daemon(folder_.path(), settings(broker().secure().sasl_ssl, by_scram(mechanism)));
    daemon.start();
    daemon.wait_until_ready();
    EXPECT_THAT(daemon.log(), AllOf(Not(HasSubstr(warning)), Not(HasSubstr(refusal))));
    daemon.signal(SIGTERM);
    EXPECT_EQ(daemon.wait_for_exit(), 0) << daemon.log();
}

INSTANTIATE_TEST_SUITE_P(Both, KafkaScram, testing::Values("SCRAM-SHA-256", "SCRAM-SHA-512"),
                         [](const auto& tested) { return std::string(tested.param).substr(10); });

}  // namespace
}  // namespace aw::test
