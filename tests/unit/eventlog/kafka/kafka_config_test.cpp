// What can be said without a broker: properties, secrets, warnings.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "base/secret_names.hpp"
#include "eventlog/kafka/client.hpp"
#include "eventlog/kafka/client_config.hpp"
#include "eventlog/kafka/kafka_log.hpp"
#include "eventlog/kafka/member.hpp"

namespace aw::eventlog {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

KafkaOptions options_with(std::map<std::string, std::string> properties) {
    KafkaOptions options;
    options.bootstrap_servers = {"127.0.0.1:1", "127.0.0.1:2"};
    options.properties = std::move(properties);
    return options;
}

LogError refusal(const KafkaOptions& options) {
    const auto log = open_kafka_log(options, {});
    EXPECT_FALSE(log);
    return log ? LogError{} : log.error();
}

std::string value_of(const KafkaConf& conf, const char* name) {
    char text[512];
    std::size_t size = sizeof text;
    EXPECT_EQ(rd_kafka_conf_get(conf.get(), name, text, &size), RD_KAFKA_CONF_OK) << name;
    return text;
}

TEST(KafkaConfig, AnUnknownPropertyIsRefusedInTheWordsOfLibrdkafka) {
    const auto error = refusal(options_with({{"fetch.wait.max", "5"}}));
    EXPECT_EQ(error.kind, LogError::Kind::bad_configuration);
    EXPECT_THAT(error.message, AllOf(HasSubstr("fetch.wait.max"), HasSubstr("No such configuration property")));
}

TEST(KafkaConfig, AWrongValueIsRefused) {
    EXPECT_THAT(refusal(options_with({{"fetch.wait.max.ms", "soon"}})).message, HasSubstr("fetch.wait.max.ms"));
    EXPECT_EQ(refusal(options_with({{"security.protocol", "ssl"}, {"ssl.ca.location", "/does/not/exist.pem"}})).kind,
              LogError::Kind::bad_configuration);
    EXPECT_EQ(refusal(KafkaOptions{}).kind, LogError::Kind::bad_configuration);
}

TEST(KafkaConfig, WhatThePromisesRestOnIsRefused) {
    for (const char* const name :
         {"isolation.level", "enable.auto.commit", "transactional.id", "group.id", "partitioner", "enable.idempotence",
          "partition.assignment.strategy", "acks", "max.in.flight", "max.in.flight.requests.per.connection"}) {
        EXPECT_THAT(refusal(options_with({{name, "x"}})).message,
                    AllOf(HasSubstr(name), HasSubstr("accountwatch itself")));
    }
}

TEST(KafkaConfig, AllRefusedPropertiesAreToldAtOnce) {
    const auto refused = refused_properties({{"acks", "all"},
                                             {"debug", "brokre"},
                                             {"fetch.wait.max", "5"},
                                             {"linger.ms", "5"},
                                             {"message.timeout.ms", "1000"},
                                             {"socket.timeout.ms", "1"}});
    ASSERT_EQ(refused.size(), 4U);
    EXPECT_EQ(refused[0].name, "acks");
    EXPECT_THAT(refused[0].reason, HasSubstr("accountwatch itself"));
    EXPECT_TRUE(refused[0].by_name);
    EXPECT_EQ(refused[1].name, "debug");
    EXPECT_THAT(refused[1].reason, HasSubstr("Invalid value"));
    EXPECT_FALSE(refused[1].by_name);
    EXPECT_EQ(refused[2].reason, "No such configuration property: \"fetch.wait.max\"");
    EXPECT_TRUE(refused[2].by_name);
    EXPECT_THAT(refused[3].reason, HasSubstr("outside allowed range"));
    EXPECT_FALSE(refused[3].by_name);
    EXPECT_TRUE(refused_properties({}).empty());
}

TEST(KafkaConfig, SecretsAreNotShown) {
    const auto options = options_with(
        {{"sasl.username", "watch"}, {"sasl.password", "hunter2"}, {"ssl.key.pem", "PRIVATE"}, {"client.id", "x"}});
    const std::string text = describe_properties(options);
    EXPECT_THAT(text,
                AllOf(HasSubstr("sasl.username=watch"), HasSubstr("sasl.password=*****"), HasSubstr("client.id=x")));
    EXPECT_THAT(text, AllOf(Not(HasSubstr("hunter2")), Not(HasSubstr("PRIVATE"))));
    for (const char* const name : {"ssl.key.password", "ssl.keystore.password", "sasl.oauthbearer.client.secret"}) {
        EXPECT_TRUE(holds_secret(name)) << name;
    }
    EXPECT_FALSE(holds_secret("ssl.ca.location"));
    EXPECT_THAT(refusal(options_with({{"ssl.secretive", "hunter2"}})).message, Not(HasSubstr("hunter2")));
}

// Of stars itself: what is put in its place holds it again.
TEST(KafkaConfig, ASecretOfStarsIsReplacedOnce) {
    for (const char* const secret : {"*****", "*", "**"}) {
        const auto refused = refused_properties({{"no." + std::string(secret) + ".secret", secret}});
        ASSERT_EQ(refused.size(), 1U);
        EXPECT_EQ(refused[0].reason, "No such configuration property: \"no.*****.secret\"");
    }
}

TEST(KafkaConfig, HasTheRulesOfEachRole) {
    const auto options = options_with({{"fetch.wait.max.ms", "77"}});
    const auto worker = make_conf(options, ClientRole::worker, {"g", "i-0", ""}).value();
    EXPECT_EQ(value_of(worker, "partition.assignment.strategy"), "range");
    EXPECT_EQ(value_of(worker, "isolation.level"), "read_committed");
    EXPECT_EQ(value_of(worker, "enable.auto.commit"), "false");
    EXPECT_EQ(value_of(worker, "enable.auto.offset.store"), "false");
    EXPECT_EQ(value_of(worker, "queued.min.messages"), "1000000");
    EXPECT_EQ(value_of(worker, "group.instance.id"), "i-0");
    EXPECT_EQ(value_of(worker, "fetch.wait.max.ms"), "77");
    EXPECT_EQ(value_of(worker, "bootstrap.servers"), "127.0.0.1:1,127.0.0.1:2");
    const auto producer = make_conf(options, ClientRole::transactional, {"", "", "t"}).value();
    EXPECT_EQ(value_of(producer, "transactional.id"), "t");
    EXPECT_EQ(value_of(producer, "transaction.timeout.ms"), "10000");
    EXPECT_EQ(value_of(producer, "partitioner"), "murmur2_random");
    EXPECT_EQ(value_of(producer, "compression.type"), "zstd");
    for (const auto role : {ClientRole::transactional, ClientRole::plain, ClientRole::appender}) {
        const auto conf = make_conf(options, role, {"", "", role == ClientRole::transactional ? "t" : ""}).value();
        EXPECT_EQ(value_of(conf, "enable.idempotence"), "true");
        EXPECT_EQ(value_of(conf, "max.in.flight"), "1");
    }
    EXPECT_EQ(value_of(make_conf(options, ClientRole::cluster, {}).value(), "isolation.level"), "read_uncommitted");
}

// Static membership in any case: a restart must not wait for a time-out, and move nobody else's partitions.
TEST(KafkaConfig, WithoutAnInstanceIdTheHostsNameCounts) {
    char host[256] = {};
    ASSERT_EQ(gethostname(host, sizeof host - 1), 0);
    KafkaOptions options;
    const auto unnamed = stable_names(options, "g", 3);
    EXPECT_EQ(unnamed.instance_id, std::string(host) + "-3");
    EXPECT_EQ(unnamed.transactional_id, "g-" + std::string(host) + "-3");
    options.instance_id = "one";
    const auto named = stable_names(options, "g-notify", 0);
    EXPECT_EQ(named.instance_id, "one-0");
    EXPECT_EQ(named.transactional_id, "g-notify-one-0");
}

TEST(KafkaConfig, WhoIsFencedIsToldWhy) {
    const LogError error = to_log_error("Kafka", RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID, "");
    EXPECT_EQ(error.kind, LogError::Kind::fenced);
    EXPECT_THAT(error.message, HasSubstr("another process has the same log.kafka.instance_id"));
    EXPECT_THAT(to_log_error("Kafka", RD_KAFKA_RESP_ERR__TRANSPORT, "").message, Not(HasSubstr("instance_id")));
}

TEST(KafkaConfig, ScramWithAnOldClientIsWarnedAbout) {
    const auto options = options_with({{"sasl.mechanism", "SCRAM-SHA-512"}});
    EXPECT_THAT(scram_warning(options, 0x020002ff).value_or(""), AllOf(HasSubstr("SCRAM-SHA-512"), HasSubstr("2.6.1")));
    EXPECT_EQ(scram_warning(options, 0x020601ff), std::nullopt);
    EXPECT_EQ(scram_warning(options_with({{"sasl.mechanisms", "PLAIN"}}), 0x020002ff), std::nullopt);
    const auto doubtful = doubtful_properties({{"sasl.mechanism", "SCRAM-SHA-512"}, {"sasl.username", "watch"}});
    EXPECT_EQ(doubtful.size(), rd_kafka_version() < 0x02060100 ? 1U : 0U);
    for (const auto& property : doubtful) EXPECT_EQ(property.name, "sasl.mechanism");
}

TEST(KafkaErrors, SayWhatToDo) {
    EXPECT_EQ(kind_of(RD_KAFKA_RESP_ERR__FENCED), LogError::Kind::fenced);
    EXPECT_EQ(kind_of(RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID), LogError::Kind::fenced);
    EXPECT_EQ(kind_of(RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN), LogError::Kind::unreachable);
    EXPECT_EQ(kind_of(RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART), LogError::Kind::bad_configuration);
    EXPECT_EQ(kind_of(RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS), LogError::Kind::retriable);
    const auto error = to_log_error("commit", RD_KAFKA_RESP_ERR__TIMED_OUT, "");
    EXPECT_TRUE(error.can_retry());
    EXPECT_THAT(error.message, AllOf(HasSubstr("commit"), HasSubstr("_TIMED_OUT")));
}

TEST(KafkaUnreachable, SaysSoWithoutWaitingForEver) {
    const auto log = open_kafka_log(options_with({}), {});
    ASSERT_TRUE(log) << log.error().message;
    const auto answer = (*log)->check_reachable(Duration{100});
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, LogError::Kind::unreachable);
    const auto worker = (*log)->open_worker({});
    ASSERT_TRUE(worker);
    auto batch = (*worker)->poll(10, Duration{2'000});
    while (batch) batch = (*worker)->poll(10, Duration{2'000});
    EXPECT_EQ(batch.error().kind, LogError::Kind::unreachable) << batch.error().message;
}

}  // namespace
}  // namespace aw::eventlog
