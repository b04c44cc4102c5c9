#include "eventlog/kafka/client_config.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/secret_names.hpp"

namespace aw::eventlog {
namespace {

using Property = std::pair<const char*, const char*>;

// reconnect.backoff.max.ms: with its default of 10 s a broker that is back is not noticed for as long as a transaction
// lasts.
constexpr std::array<Property, 4> kCommon{{
    {"client.id", "accountwatch"},
    {"reconnect.backoff.max.ms", "2000"},
    {"socket.nagle.disable", "true"},
    {"log.connection.close", "false"},
}};

// queued.min.messages: with the default, 2.0.2 stops fetching when the queue is full and sleeps long before it goes on.
// fetch.wait.max.ms: its default of 500 is paid at every start and once per restored partition.
constexpr std::array<Property, 3> kConsumer{{
    {"queued.min.messages", "1000000"},
    {"queued.max.messages.kbytes", "65536"},
    {"fetch.wait.max.ms", "50"},
}};

// A dead letter carries a refused record of some MB (app/dead_letter.hpp cuts it to what fits). All of a commit is
// handed over at once: room for a million records.
constexpr std::array<Property, 4> kProducer{{
    {"compression.type", "zstd"},
    {"linger.ms", "5"},
    {"message.max.bytes", "8388608"},
    {"queue.buffering.max.messages", "1000000"},
}};

constexpr std::array<Property, 1> kTransactional{{{"transaction.timeout.ms", "10000"}}};
constexpr std::array<Property, 1> kPlain{{{"message.timeout.ms", "30000"}}};

// Reserved: the promises of the log rest on them.
constexpr std::array<Property, 8> kFixedConsumer{{
    {"enable.auto.commit", "false"},
    {"enable.auto.offset.store", "false"},
    {"isolation.level", "read_committed"},
    {"auto.offset.reset", "earliest"},
    {"partition.assignment.strategy", "range"},
    {"enable.partition.eof", "true"},
    {"allow.auto.create.topics", "false"},
    {"log.queue", "true"},
}};

// max.in.flight: with more, a batch that a broker refused for a moment (a leader in change, a topic just made) while it
// took the next one is reported as delivered by librdkafka and lost: a broker takes any first number from a producer it
// does not know on that partition (KAFKA-15591), and librdkafka then holds everything before it for acknowledged.
constexpr std::array<Property, 4> kFixedProducer{{
    {"enable.idempotence", "true"},
    {"max.in.flight.requests.per.connection", "1"},
    {"partitioner", "murmur2_random"},  // as base/hash.hpp and every Java client
    {"log.queue", "true"},
}};

constexpr std::array<const char*, 11> kOtherReserved{"topic.blacklist",
                                                     "bootstrap.servers",
                                                     "metadata.broker.list",
                                                     "group.id",
                                                     "group.instance.id",
                                                     "transactional.id",
                                                     "acks",
                                                     "request.required.acks",
                                                     "auto.commit.enable",
                                                     "delivery.report.only.error",
                                                     "max.in.flight"};

bool is_reserved(std::string_view name) {
    const auto same = [name](const Property& property) { return name == property.first; };
    return std::ranges::any_of(kFixedConsumer, same) || std::ranges::any_of(kFixedProducer, same) ||
           std::ranges::any_of(kOtherReserved, [name](const char* other) { return name == other; });
}

std::optional<RefusedProperty> refusal(rd_kafka_conf_t* conf, const std::string& name, const std::string& value) {
    std::array<char, 512> text{};
    const auto result = rd_kafka_conf_set(conf, name.c_str(), value.c_str(), text.data(), text.size());
    if (result == RD_KAFKA_CONF_OK) return std::nullopt;
    std::string message = text.data();
    if (holds_secret(name) && !value.empty()) {
        constexpr std::string_view kHidden = "*****";
        // On behind what was put there: a secret may consist of stars itself.
        for (auto at = message.find(value); at != std::string::npos; at = message.find(value, at + kHidden.size())) {
            message.replace(at, value.size(), kHidden);
        }
    }
    return RefusedProperty{name, message, result == RD_KAFKA_CONF_UNKNOWN};
}

std::optional<RefusedProperty> refusal_of_users(rd_kafka_conf_t* conf, const std::string& name,
                                                const std::string& value) {
    if (is_reserved(name)) return RefusedProperty{name, "is set by accountwatch itself (remove it)", true};
    return refusal(conf, name, value);
}

LogResult<void> done_unless(const std::optional<RefusedProperty>& refused) {
    if (!refused) return {};
    return log_failure(LogError::Kind::bad_configuration,
                       fmt::format("log.kafka.properties: {}: {}", refused->name, refused->reason));
}

LogResult<void> set(rd_kafka_conf_t* conf, const std::string& name, const std::string& value) {
    return done_unless(refusal(conf, name, value));
}

LogResult<void> set_all(rd_kafka_conf_t* conf, std::span<const Property> properties) {
    for (const auto& [name, value] : properties) {
        if (auto done = set(conf, name, value); !done) return done;
    }
    return {};
}

LogResult<void> set_defaults(rd_kafka_conf_t* conf, ClientRole role) {
    if (auto done = set_all(conf, kCommon); !done) return done;
    if (auto done = is_producer(role) ? set_all(conf, kProducer) : set_all(conf, kConsumer); !done) return done;
    // How soon a topic that a regular expression matches is found; the default is 5 minutes.
    if (role == ClientRole::source) return set(conf, "topic.metadata.refresh.interval.ms", "30000");
    if (role == ClientRole::transactional) return set_all(conf, kTransactional);
    if (is_producer(role)) return set_all(conf, kPlain);
    return {};
}

LogResult<void> set_users(rd_kafka_conf_t* conf, const KafkaOptions& options) {
    for (const auto& [name, value] : options.properties) {
        if (auto done = done_unless(refusal_of_users(conf, name, value)); !done) return done;
    }
    return {};
}

// What no regular expression of a source may match: what we write ourselves would be read for ever. And the broker's
// own.
std::string hidden_topics(const KafkaOptions& options) {
    std::string list = "^__";
    for (const Topic topic : all_topics()) {
        list += ",^";
        for (const char c : topic_name(options.topic_prefix, topic))
            list += c == '.' ? std::string("\\.") : std::string(1, c);
        list += '$';
    }
    return list;
}

LogResult<void> set_fixed(rd_kafka_conf_t* conf, const KafkaOptions& options, ClientRole role,
                          const ClientIdentity& identity) {
    if (auto done = is_producer(role) ? set_all(conf, kFixedProducer) : set_all(conf, kFixedConsumer); !done)
        return done;
    if (auto done = set(conf, "bootstrap.servers", fmt::format("{}", fmt::join(options.bootstrap_servers, ",")));
        !done) {
        return done;
    }
    if (!identity.group_id.empty()) {
        if (auto done = set(conf, "group.id", identity.group_id); !done) return done;
    }
    if (!identity.instance_id.empty()) {
        if (auto done = set(conf, "group.instance.id", identity.instance_id); !done) return done;
    }
    if (!identity.transactional_id.empty()) {
        if (auto done = set(conf, "transactional.id", identity.transactional_id); !done) return done;
    }
    if (!identity.url.empty()) {
        // The one thing that a group tells of its members and that a member chooses (owners.hpp).
        std::array<char, 256> id{};
        std::size_t size = id.size();
        if (rd_kafka_conf_get(conf, "client.id", id.data(), &size) != RD_KAFKA_CONF_OK) id = {};
        if (auto done = set(conf, "client.id", fmt::format("{} {}", id.data(), identity.url)); !done) return done;
    }
    // Who has a position is told when it is none of the topic any more: what comes from elsewhere would be dropped as
    // if delivered twice, or left out.
    if (role == ClientRole::worker || role == ClientRole::source) {
        if (auto done = set(conf, "auto.offset.reset", "error"); !done) return done;
    }
    if (role == ClientRole::source) return set(conf, "topic.blacklist", hidden_topics(options));
    if (is_producer(role)) {
        // Nobody but the appender looks at a success.
        return set(conf, "delivery.report.only.error", role == ClientRole::appender ? "false" : "true");
    }
    // Watermarks are wanted past open transactions: their records may be part of the state to restore.
    if (role == ClientRole::cluster) return set(conf, "isolation.level", "read_uncommitted");
    return {};
}

}  // namespace

bool is_producer(ClientRole role) {
    return role == ClientRole::transactional || role == ClientRole::plain || role == ClientRole::appender;
}

LogResult<KafkaConf> make_conf(const KafkaOptions& options, ClientRole role, const ClientIdentity& identity) {
    KafkaConf conf(rd_kafka_conf_new());
    if (options.bootstrap_servers.empty()) {
        return log_failure(LogError::Kind::bad_configuration, "log.kafka.bootstrap_servers is empty");
    }
    if (auto done = set_defaults(conf.get(), role); !done) return fail(done.error());
    if (auto done = set_users(conf.get(), options); !done) return fail(done.error());
    if (auto done = set_fixed(conf.get(), options, role, identity); !done) return fail(done.error());
    return conf;
}

std::optional<std::string> scram_warning(const KafkaOptions& options, int librdkafka_version) {
    constexpr int kRepaired = 0x02060100;
    if (librdkafka_version >= kRepaired) return std::nullopt;
    for (const char* const name : {"sasl.mechanism", "sasl.mechanisms"}) {
        const auto found = options.properties.find(name);
        if (found == options.properties.end() || !found->second.starts_with("SCRAM")) continue;
        return fmt::format(
            "{} needs librdkafka 2.6.1 or newer with Apache Kafka 4.0 or newer (librdkafka issue 4895: older ones send "
            "the "
            "client's nonce twice, and the broker answers \"invalid credentials\" although user and password are "
            "right); "
            "this is {}. Use client certificates or PLAIN over TLS, or a newer librdkafka",
            found->second, kafka_client_version());
    }
    return std::nullopt;
}

std::vector<RefusedProperty> doubtful_properties(const std::map<std::string, std::string>& properties) {
    KafkaOptions options;
    std::vector<RefusedProperty> list;
    for (const auto& [name, value] : properties) {
        options.properties = {{name, value}};
        if (auto warning = scram_warning(options, rd_kafka_version())) list.push_back({name, std::move(*warning)});
    }
    return list;
}

std::string describe_properties(const KafkaOptions& options) {
    std::vector<std::string> list;
    for (const auto& [name, value] : options.properties) {
        list.push_back(fmt::format("{}={}", name, holds_secret(name) ? "*****" : value));
    }
    return fmt::format("{}", fmt::join(list, ", "));
}

std::vector<RefusedProperty> refused_properties(const std::map<std::string, std::string>& properties) {
    const KafkaConf conf(rd_kafka_conf_new());
    std::vector<RefusedProperty> list;
    for (const auto& [name, value] : properties) {
        if (auto refused = refusal_of_users(conf.get(), name, value)) list.push_back(std::move(*refused));
    }
    return list;
}

std::string kafka_client_version() { return rd_kafka_version_str(); }

}  // namespace aw::eventlog
