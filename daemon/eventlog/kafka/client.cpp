#include "eventlog/kafka/client.hpp"

#include <array>
#include <string_view>

#include <fmt/format.h>
#include <syslog.h>

namespace aw::eventlog {
namespace {

LogLevel level_of(int syslog_level, std::string_view facility, std::string_view text) {
    // A property of the other kind of client is no mistake: one list of properties serves all clients.
    if (facility == "CONFWARN" && text.find("property and will be ignored") != text.npos) return LogLevel::debug;
    // Neither is a lost connection: librdkafka makes a new one.
    if (facility == "FAIL") return LogLevel::warning;
    if (syslog_level <= LOG_ERR) return LogLevel::error;
    if (syslog_level <= LOG_WARNING) return LogLevel::warning;
    return syslog_level <= LOG_INFO ? LogLevel::info : LogLevel::debug;
}

// A broker that does not take our certificate, or misses one, says so behind the handshake (TLS 1.3): for librdkafka
// the connection broke.
bool refused_by_tls(rd_kafka_resp_err_t code, std::string_view reason) {
    return code == RD_KAFKA_RESP_ERR__SSL || reason.find("SSL alert") != reason.npos;
}

LogError error_of(rd_kafka_resp_err_t code, const char* reason) {
    if (!refused_by_tls(code, reason)) return to_log_error("Kafka", code, reason);
    auto error = to_log_error("Kafka", RD_KAFKA_RESP_ERR__SSL, reason);
    error.message += ": look at ssl.ca.location, ssl.certificate.location and ssl.key.location of log.kafka.properties";
    return error;
}

}  // namespace

LogError::Kind kind_of(rd_kafka_resp_err_t code) {
    switch (code) {
        case RD_KAFKA_RESP_ERR__FENCED:
        case RD_KAFKA_RESP_ERR_PRODUCER_FENCED:
        case RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH:
        case RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID:
            return LogError::Kind::fenced;
        case RD_KAFKA_RESP_ERR__FATAL:
            return LogError::Kind::fatal;
        case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
        case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
        case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
        case RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION:
            return LogError::Kind::bad_configuration;
        case RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN:
        case RD_KAFKA_RESP_ERR__TRANSPORT:
        case RD_KAFKA_RESP_ERR__RESOLVE:
        case RD_KAFKA_RESP_ERR__TIMED_OUT:
        case RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE:
        case RD_KAFKA_RESP_ERR__MSG_TIMED_OUT:
        case RD_KAFKA_RESP_ERR__AUTHENTICATION:
        case RD_KAFKA_RESP_ERR__SSL:
        case RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT:
        case RD_KAFKA_RESP_ERR_BROKER_NOT_AVAILABLE:
        case RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED:
            return LogError::Kind::unreachable;
        default:
            return LogError::Kind::retriable;
    }
}

int left_until(SteadyTime deadline) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 3'600'000));
}

LogError to_log_error(const std::string& what, rd_kafka_resp_err_t code, const std::string& text) {
    const LogError::Kind kind = kind_of(code);
    // The second reason needs no hand: the next start goes on.
    const char* const advice =
        kind == LogError::Kind::fenced
            ? ": another process has the same log.kafka.instance_id (empty: the host's name; each "
              "needs its own), or a broker was killed or away for too long"
            : "";
    return {kind, fmt::format("{}: {} ({}){}", what, text.empty() ? rd_kafka_err2str(code) : text,
                              rd_kafka_err2name(code), advice)};
}

LogResult<std::unique_ptr<Client>> Client::open(const KafkaOptions& options, ClientRole role,
                                                const ClientIdentity& identity, const LogSink& sink,
                                                Callbacks callbacks) {
    auto conf = make_conf(options, role, identity);
    if (!conf) return fail(conf.error());
    std::unique_ptr<Client> client(new Client(sink, std::move(callbacks)));
    rd_kafka_conf_set_opaque(conf->get(), client.get());
    rd_kafka_conf_set_log_cb(conf->get(), on_log);
    rd_kafka_conf_set_error_cb(conf->get(), on_error);
    if (client->callbacks_.rebalance) rd_kafka_conf_set_rebalance_cb(conf->get(), on_rebalance);
    if (client->callbacks_.delivery) rd_kafka_conf_set_dr_msg_cb(conf->get(), on_delivery);
    const bool producer = is_producer(role);
    std::array<char, 512> text{};
    client->handle_ =
        rd_kafka_new(producer ? RD_KAFKA_PRODUCER : RD_KAFKA_CONSUMER, conf->get(), text.data(), text.size());
    if (client->handle_ == nullptr) {
        return log_failure(LogError::Kind::bad_configuration, fmt::format("log.kafka: {}", text.data()));
    }
    static_cast<void>(conf->release());  // now the handle's
    // Log lines go to the main queue and are reported by whoever polls it.
    rd_kafka_set_log_queue(client->handle_, nullptr);
    if (!producer && role != ClientRole::cluster) rd_kafka_poll_set_consumer(client->handle_);
    return client;
}

Client::~Client() {
    // Members have left by now, and who is none has nobody to take leave of.
    if (handle_ != nullptr) rd_kafka_destroy_flags(handle_, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
}

void Client::leave_group(SteadyTime until) {
    const KafkaQueue queue(rd_kafka_queue_new(handle_));
    const KafkaError failed(rd_kafka_consumer_close_queue(handle_, queue.get()));
    if (failed) return;  // closed before
    // What comes after this is the next owner's.
    while (rd_kafka_consumer_closed(handle_) == 0 && std::chrono::steady_clock::now() < until)
        const KafkaMessage ignored(rd_kafka_consume_queue(queue.get(), 50));
}

std::optional<LogError> Client::fatal_error() const {
    std::array<char, 512> text{};
    const auto code = rd_kafka_fatal_error(handle_, text.data(), text.size());
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return std::nullopt;
    auto error = to_log_error("Kafka", code, text.data());
    if (error.kind != LogError::Kind::fenced) error.kind = LogError::Kind::fatal;
    return error;
}

std::optional<LogError> Client::take_error() {
    if (auto fatal = fatal_error()) return fatal;
    const std::lock_guard lock(mutex_);
    return std::exchange(error_, std::nullopt);
}

void Client::say(LogLevel level, const std::string& text) const {
    if (sink_) sink_(level, text);
}

void Client::on_log(const rd_kafka_t* rk, int level, const char* facility, const char* text) {
    const auto* const client = static_cast<const Client*>(rd_kafka_opaque(rk));
    client->say(level_of(level, facility, text), fmt::format("librdkafka {}: {}", facility, text));
}

void Client::on_error(rd_kafka_t*, int code, const char* reason, void* opaque) {
    auto* const client = static_cast<Client*>(opaque);
    const auto error = error_of(static_cast<rd_kafka_resp_err_t>(code), reason);
    // A single broken connection is librdkafka's business (and in its log lines); no broker at all is ours.
    const bool worth_reporting = code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN ||
                                 code == RD_KAFKA_RESP_ERR__AUTHENTICATION ||
                                 refused_by_tls(static_cast<rd_kafka_resp_err_t>(code), reason);
    client->say(worth_reporting ? LogLevel::warning : LogLevel::debug, error.message);
    const std::lock_guard lock(client->mutex_);
    // That no broker is left is what follows from not being let in.
    const bool follows = client->error_ && code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN;
    if (worth_reporting && !follows) client->error_ = error;
}

void Client::on_rebalance(rd_kafka_t*, rd_kafka_resp_err_t code, rd_kafka_topic_partition_list_t* list, void* opaque) {
    static_cast<Client*>(opaque)->callbacks_.rebalance(code, list);
}

void Client::on_delivery(rd_kafka_t*, const rd_kafka_message_t* message, void* opaque) {
    static_cast<Client*>(opaque)->callbacks_.delivery(message);
}

}  // namespace aw::eventlog
